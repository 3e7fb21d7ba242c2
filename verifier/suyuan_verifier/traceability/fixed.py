"""Quantities as whole numbers of 10^-18, so that every sum and product here is exact.

A quantity has at most 34 digits and at most 18 after the point (docs/spec/record.md#quantities);
that bounds each number, and with the bounds on lists each calculation.
"""

from __future__ import annotations

PLACES = 18
ONE = 10**PLACES
_POWERS: tuple[int, ...] = tuple(10**places for places in range(PLACES + 1))


def parse_fixed(text: str) -> int:
    """Read a quantity whose shape holds, in units of 10^-18."""
    whole, _, fraction = text.partition(".")
    return int(whole + fraction) * _POWERS[PLACES - len(fraction)]


def last_place(text: str) -> int:
    """Return what one unit in the last digit of a quantity is worth, in units of 10^-18."""
    _, _, fraction = text.partition(".")
    return _POWERS[PLACES - len(fraction)]


def format_fixed(number: int, places: int = PLACES) -> str:
    """Write a number of units of 10^-places, exactly and without zeros that say nothing."""
    sign = "-" if number < 0 else ""
    digits = str(abs(number)).rjust(places + 1, "0")
    whole, fraction = digits[: len(digits) - places], digits[len(digits) - places :].rstrip("0")
    return f"{sign}{whole}.{fraction}" if fraction else sign + whole


def format_half(last_places: int) -> str:
    """Write half of a sum of last places, which is the rounding that such digits may hide."""
    return format_fixed(last_places * 5, PLACES + 1)
