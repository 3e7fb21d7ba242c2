"""Decimal arithmetic that is exact or fails: nothing in a check is ever rounded in silence.

A quantity has at most 34 digits (docs/spec/record.md#quantities). The largest calculation is a sum
of 256 products of three of them, which needs some 110 digits.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    localcontext,
)

MAX_DIGITS = 34
MAX_PLACES = 18
_EXACT = Context(
    prec=200, rounding=ROUND_HALF_EVEN, traps=[Inexact, InvalidOperation, DivisionByZero]
)
_ROUNDING = Context(prec=200, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero])
# By number of places: one unit of the last place, and half of it.
_STEPS = tuple(Decimal(1).scaleb(-places) for places in range(MAX_PLACES + 1))
_HALVES = tuple(Decimal(5).scaleb(-places - 1) for places in range(MAX_PLACES + 1))


@contextmanager
def exactly() -> Iterator[None]:
    """Calculate inside this block with 200 digits; a result that needs more is an error."""
    with localcontext(_EXACT):
        yield


def half_step(text: str) -> Decimal:
    """Return half of the last place of a quantity: what rounding to its digits may hide."""
    return _HALVES[len(text.partition(".")[2])]


def plain(number: Decimal) -> str:
    """Write a number in full: no exponent, no zeros that say nothing, no negative zero."""
    return format((number + 0).normalize(), "f")


def rounded(number: Decimal, places: int) -> Decimal:
    """Round half to even at a stated scale, for what is only shown."""
    return number.quantize(_STEPS[places], context=_ROUNDING)


def divided(dividend: Decimal, divisor: Decimal, places: int) -> Decimal:
    """Divide, rounded half to even at a stated scale."""
    return rounded(_ROUNDING.divide(dividend, divisor), places)


def as_quantity(number: Decimal) -> str | None:
    """Write a number as a record does, rounded to 18 places; None if it has too many digits."""
    text = plain(rounded(number, MAX_PLACES))
    return text if sum(map(str.isdigit, text)) <= MAX_DIGITS else None
