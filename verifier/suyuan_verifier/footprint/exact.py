"""Exact decimal arithmetic: products and sums never round, a quotient rounds once.

A quantity has at most 34 digits (docs/spec/record.md#quantities). The longest product of a line has
five quantities and a few constants, and a statement has at most 480 lines, so that 256 digits hold
every intermediate result; should one not fit, `Inexact` is raised, never a rounded number returned.
"""

from __future__ import annotations

import decimal
from collections.abc import Iterable
from decimal import Decimal

_EXACT = decimal.Context(
    prec=256,
    traps=[decimal.Inexact, decimal.InvalidOperation, decimal.Overflow, decimal.DivisionByZero],
)
ZERO = Decimal(0)
ONE = Decimal(1)


def product(*factors: Decimal) -> Decimal:
    """Multiply exactly."""
    result = ONE
    for factor in factors:
        result = _EXACT.multiply(result, factor)
    return result


def total(terms: Iterable[Decimal]) -> Decimal:
    """Add exactly."""
    result = ZERO
    for term in terms:
        result = _EXACT.add(result, term)
    return result


def difference(first: Decimal, second: Decimal) -> Decimal:
    """Subtract exactly."""
    return _EXACT.subtract(first, second)


def quotient(dividend: Decimal, divisor: Decimal, scale: int) -> Decimal:
    """Divide and round once, half to even, to `scale` places.

    The quotient itself is never written down: its last digit is decided by the exact remainder.

    Args:
        dividend: any exact number.
        divisor: more than zero.
        scale: places after the point.
    """
    numerator, per = dividend.as_integer_ratio()
    over, denominator = divisor.as_integer_ratio()
    whole, rest = divmod(numerator * denominator * 10**scale, per * over)
    doubled = 2 * rest
    if doubled > per * over or (doubled == per * over and whole % 2):
        whole += 1
    return _EXACT.scaleb(Decimal(whole), -scale)


def rounded(number: Decimal, scale: int) -> Decimal:
    """Round once, half to even, to `scale` places."""
    return quotient(number, ONE, scale)


def plain(number: Decimal) -> str:
    """Write a number without an exponent, with the places that it has; zero has no sign."""
    return f"{number or number.copy_abs():f}"


def brief(number: Decimal) -> str:
    """Write a number without an exponent and without zeros that say nothing."""
    text = plain(number)
    return text.rstrip("0").rstrip(".") if "." in text else text
