"""GTINs: the check digit of GS1, by the published example and by what a slip does to it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from suyuan_ledger.records.gtin import check_digit, is_gtin

BODIES = st.from_regex(r"[0-9]{7}|[0-9]{11,13}", fullmatch=True)


def test_the_example_of_gs1():
    """GS1 shows the calculation with 629104150021: the check digit is 3."""
    assert check_digit("629104150021") == "3"
    assert is_gtin("6291041500213")


@given(BODIES, st.data())
@settings(max_examples=100)
def test_one_wrong_digit_is_noticed(body, data):
    number = body + check_digit(body)
    assert is_gtin(number)
    place = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != number[place]]))
    assert not is_gtin(number[:place] + other + number[place + 1 :])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "629104150021",
        "62910415002131",
        "6291041500213 ",
        "６２９１０４１５００２１３",
        "-6291041500213",
    ],
)
def test_what_is_no_number_of_digits_is_no_gtin(text):
    assert not is_gtin(text)


@pytest.mark.parametrize(
    "body", ["", "123456", "12345678", "1234567890", "12345678901234", "12345x7"]
)
def test_a_check_digit_is_asked_of_whole_bodies_only(body):
    with pytest.raises(ValueError, match="7, 11, 12 or 13 digits"):
        check_digit(body)
