"""Figures of a footprint: decimal text in, fractions inside, decimal text out.

Fractions, because a formula divides by three and a result by a year's production: nothing is
rounded but where the specification says so, and there once, half to even.
"""

from __future__ import annotations

import re
from fractions import Fraction

from suyuan_ledger.errors import RefusedError

MAX_DIGITS = 34
MAX_PLACES = 18
_QUANTITY = re.compile(r"-?(0|[1-9][0-9]{0,33})(?:\.[0-9]{1,18})?", re.ASCII)
_ONLY_TWO_AND_FIVE = 10**MAX_PLACES


def number(text: object, pointer: str = "") -> Fraction:
    """Read a quantity as docs/spec/record.md#quantities has it.

    Args:
        text: what stands in a record or a draft.
        pointer: its place, for the error.

    Raises:
        RefusedError: `record.decimal`.
    """
    if isinstance(text, str) and _QUANTITY.fullmatch(text):
        whole, _, places = text.partition(".")
        # Reading the text as a Fraction would match it once more, and take twice as long.
        value = Fraction(int(whole + places), 10 ** len(places))
        if _count_digits(text) <= MAX_DIGITS and (value or not text.startswith("-")):
            return value
    raise RefusedError(
        "record.decimal",
        pointer=pointer,
        expected="a decimal of at most 34 digits, 18 of them after the point",
        found=ascii(text),
    )


def exact_text(value: Fraction) -> str | None:
    """Write a figure in full, None if a record has no room for it or it does not end."""
    if _ONLY_TWO_AND_FIVE % value.denominator:
        return None
    whole, dot, places = fixed_text(value, MAX_PLACES).partition(".")
    places = places.rstrip("0")
    text = whole + dot + places if places else whole
    return text if _count_digits(text) <= MAX_DIGITS else None


def fixed_text(value: Fraction, places: int) -> str:
    """Write a figure with exactly so many places, rounded once, half to even."""
    units = _units(value, places)
    digits = str(abs(units)).rjust(places + 1, "0")
    sign = "-" if units < 0 else ""
    if not places:
        return sign + digits
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def rounded(value: Fraction, places: int) -> Fraction:
    """Round half to even at a scale."""
    return Fraction(_units(value, places), 10**places)


def shown(value: Fraction) -> str:
    """Write a figure for a message; what does not fit is said to be about so much."""
    return exact_text(value) or f"about {fixed_text(value, 6)}"


def fits(text: str) -> bool:
    """Tell whether a record has room for a figure written like this."""
    return _count_digits(text) <= MAX_DIGITS


def _units(value: Fraction, places: int) -> int:
    """Return how many units of the last place a figure has, rounded half to even."""
    scale: int = 10**places
    whole, rest = divmod(value.numerator * scale, value.denominator)
    twice = 2 * rest - value.denominator
    return whole + (twice > 0 or (twice == 0 and whole % 2))


def _count_digits(text: str) -> int:
    return len(text) - text.count("-") - text.count(".")
