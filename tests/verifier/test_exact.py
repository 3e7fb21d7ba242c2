"""The arithmetic of step 9 never rounds but where it says so, compared with fractions."""

from __future__ import annotations

import decimal
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from suyuan_verifier.footprint.exact import (
    brief,
    difference,
    plain,
    product,
    quotient,
    rounded,
    total,
)

QUANTITIES = st.builds(
    lambda whole, places: Decimal(whole).scaleb(-places, decimal.Context(prec=40)),
    st.integers(-(10**34) + 1, 10**34 - 1),
    st.integers(0, 18),
)
POSITIVE = QUANTITIES.map(abs).filter(bool)


@given(st.lists(QUANTITIES, max_size=6))
def test_products_and_sums_are_exact(numbers):
    assert Fraction(total(numbers)) == sum(map(Fraction, numbers))
    expected = Fraction(1)
    for number in numbers:
        expected *= Fraction(number)
    assert Fraction(product(*numbers)) == expected


@given(QUANTITIES, QUANTITIES)
def test_differences_are_exact(first, second):
    assert Fraction(difference(first, second)) == Fraction(first) - Fraction(second)


@settings(max_examples=300)
@given(QUANTITIES, POSITIVE, st.integers(0, 18))
def test_a_quotient_is_rounded_once_half_to_even(dividend, divisor, scale):
    exact = Fraction(dividend) / Fraction(divisor) * 10**scale
    found = quotient(dividend, divisor, scale)
    assert Fraction(found) * 10**scale == round(exact)  # Fraction rounds half to even
    assert len(plain(found).partition(".")[2]) == scale


@pytest.mark.parametrize(
    ("number", "scale", "text"),
    [
        ("0.125", 2, "0.12"),
        ("0.135", 2, "0.14"),
        ("-0.125", 2, "-0.12"),
        ("-0.135", 2, "-0.14"),
        ("2.5", 0, "2"),
        ("3.5", 0, "4"),
        ("-0.004", 2, "0.00"),
        ("0.0049999999999999999", 2, "0.00"),
        ("0.0050000000000000001", 2, "0.01"),
        ("1234567890123456789012345678901234", 0, "1234567890123456789012345678901234"),
        ("0", 3, "0.000"),
    ],
)
def test_halves_go_to_the_even_neighbour(number, scale, text):
    assert plain(rounded(Decimal(number), scale)) == text


def test_a_quotient_near_a_half_is_not_rounded_twice():
    """1/3 of 0.7499... is just below a quarter: two roundings would give 0.3."""
    assert plain(quotient(Decimal("0.74999999999999999999"), Decimal(3), 1)) == "0.2"


def test_what_does_not_fit_is_an_error_and_never_a_rounded_number():
    long = Decimal("1." + "1" * 18)
    numbers = [long] * 20
    with pytest.raises(decimal.Inexact):
        product(*numbers)


def test_the_longest_line_fits():
    """Five quantities of 34 digits, and 480 such lines in a sum."""
    quantity = Decimal("9" * 34)
    small = Decimal("0." + "9" * 18)
    line = product(quantity, quantity, quantity, quantity, small, Decimal("0.001"))
    assert Fraction(total([line] * 480)) == 480 * Fraction(line)


def test_numbers_are_written_without_exponents():
    assert plain(Decimal("1E+3")) == "1000"
    assert brief(Decimal("1E-18")) == "0.000000000000000001"
    assert brief(Decimal("12.500")) == "12.5"
    assert brief(Decimal("-0.0")) == "0"
    assert brief(Decimal(100)) == "100"
