"""Numbers of a view: in full, exact, and never through a float.

Source: docs/spec/views.md#terms (PLAIN, KG).
"""

from __future__ import annotations

from fractions import Fraction

PLACES = 12
"""Decimal places of a quotient, which may have no end."""

_KILOGRAMS = {"g": Fraction(1, 1000), "kg": Fraction(1), "t": Fraction(1000)}


def number(text: str) -> Fraction:
    """Read a quantity of a record."""
    return Fraction(text)


def divided(dividend: Fraction, divisor: Fraction) -> Fraction:
    """Divide, rounded half to even at 12 places, once."""
    # round() of a Fraction is half to even, and exact.
    return round(dividend / divisor, PLACES)


def plain(value: Fraction) -> str:
    """Write a number in full: no exponent, no zeros that say nothing, no negative zero.

    Args:
        value: has a finite decimal expansion.

    Raises:
        ValueError: it has none.
    """
    twos = fives = 0
    rest = value.denominator
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        raise ValueError("no finite decimal expansion")
    places = max(twos, fives)
    digits = str(abs(value.numerator) * 10**places // value.denominator).zfill(places + 1)
    sign = "-" if value < 0 else ""
    # The denominator is reduced, so that the last place is never zero.
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def kilograms(value: str, unit: str) -> str:
    """Write an emission in kg.

    Args:
        value: a quantity.
        unit: begins with g, kg or t, as in `tCO2e/TNE`.
    """
    mass = unit.partition("CO2")[0]
    return plain(number(value) * _KILOGRAMS[mass])


def percent(share: Fraction) -> str:
    """Write a share as percent, as PACT does."""
    return plain(share * 100)
