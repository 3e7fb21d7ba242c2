"""Numbers of a view are exact: against decimals and fractions, never a float."""

from __future__ import annotations

import re
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from suyuan_ledger.exchange.exact import divided, kilograms, number, percent, plain

QUANTITIES = st.builds(
    lambda digits, places: f"{Decimal(digits).scaleb(-places):f}",
    st.integers(-(10**34) + 1, 10**34 - 1),
    st.integers(0, 18),
)


@given(QUANTITIES)
def test_plain_writes_the_number_and_nothing_else(text):
    written = plain(number(text))
    assert Fraction(written) == Fraction(text)
    assert re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?", written)
    assert written != "-0"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.9240", "0.924"),
        ("-0.0", "0"),
        ("100", "100"),
        ("-0.5", "-0.5"),
        ("0.000000000000000001", "0.000000000000000001"),
        ("9999999999999999999999999999999999", "9999999999999999999999999999999999"),
    ],
)
def test_examples(text, expected):
    assert plain(Fraction(text)) == expected


def test_what_has_no_end_cannot_be_written():
    with pytest.raises(ValueError, match="finite"):
        plain(Fraction(1, 3))


@given(QUANTITIES, st.sampled_from([("gCO2e/KGM", -3), ("kgCO2/KWH", 0), ("tCO2e/TNE", 3)]))
def test_kilograms_shift_the_point_and_keep_every_digit(text, unit):
    name, shift = unit
    with localcontext(prec=80):
        assert Decimal(kilograms(text, name)) == Decimal(text).scaleb(shift)


@given(QUANTITIES, st.integers(1, 10**18))
def test_quotients_are_rounded_half_to_even_at_twelve_places(text, divisor):
    exact = Fraction(text) / divisor
    found = divided(Fraction(text), Fraction(divisor))
    assert abs(found - exact) <= Fraction(1, 2 * 10**12)
    assert (found * 10**12).denominator == 1
    if abs(found - exact) == Fraction(1, 2 * 10**12):
        assert int(found * 10**12) % 2 == 0


def test_a_tie_goes_to_the_even_digit():
    assert plain(divided(Fraction(5), Fraction(10**13))) == "0"
    assert plain(divided(Fraction(15), Fraction(10**13))) == "0.000000000002"


def test_percent():
    assert percent(Fraction("0.0075")) == "0.75"
    assert percent(Fraction(0)) == "0"
