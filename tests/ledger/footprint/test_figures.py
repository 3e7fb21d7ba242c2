"""Decimal texts: read strictly, written exactly or not at all, rounded once and half to even."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from suyuan_ledger.footprint.figures import exact_text, fixed_text, number, rounded

WIDE = Context(prec=200, rounding=ROUND_HALF_EVEN)
decimals = st.decimals(
    min_value=-(10**15), max_value=10**15, places=18, allow_nan=False, allow_infinity=False
)


def plain(value):
    return format(value.normalize(WIDE), "f") if value else "0"


@given(decimals)
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read_back_without_zeros_that_say_nothing(value):
    text = exact_text(Fraction(value))
    assert text == plain(value)
    assert number(text) == Fraction(value)


@given(decimals, st.integers(0, 18))
@settings(max_examples=100, deadline=None)
def test_rounding_is_that_of_decimal_arithmetic(value, places):
    expected = value.quantize(Decimal(1).scaleb(-places), context=WIDE)
    assert Decimal(fixed_text(Fraction(value), places)) == expected
    assert rounded(Fraction(value), places) == Fraction(expected)


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        ("0.5", 0, "0"),
        ("1.5", 0, "2"),
        ("2.5", 0, "2"),
        ("-2.5", 0, "-2"),
        ("0.045", 2, "0.04"),
        ("0.055", 2, "0.06"),
        ("12", 3, "12.000"),
        ("-0.004", 2, "0.00"),
        ("-0.05", 1, "0.0"),
    ],
)
def test_a_half_goes_to_the_even_neighbour_and_zero_has_no_sign(value, places, text):
    assert fixed_text(Fraction(value), places) == text


@pytest.mark.parametrize(
    "value",
    [
        Fraction(1, 3),
        Fraction(1, 2**19),
        Fraction(10**34),
        Fraction(10**17) + Fraction(1, 10**18),
    ],
    ids=["without end", "19 places", "35 digits", "36 digits"],
)
def test_what_a_record_has_no_room_for_is_not_written(value):
    assert exact_text(value) is None


@pytest.mark.parametrize(
    "text",
    [
        *("1e3", "1E3", "0x10", "1/3", "+1", ".5", "5.", "01", "1_000", "-0", "-0.0", "", " 1"),
        *("1\n", "nan", "Infinity", "\u0661", "1" * 35, "1." + "1" * 34, "0." + "1" * 19, 1, None),
    ],
    ids=ascii,
)
def test_what_is_no_quantity_is_refused(text, refuses):
    with refuses("record.decimal"):
        number(text)


@pytest.mark.parametrize("text", ["0", "-1", "0.9240", "9" * 34, "9" * 16 + "." + "9" * 18])
def test_every_quantity_of_a_record_is_read(text):
    assert number(text) == Fraction(text)
