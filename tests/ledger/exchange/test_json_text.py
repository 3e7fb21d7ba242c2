"""JSON of a view is RFC 8785 but for numbers, which keep the digits that they have as text."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from suyuan_ledger.exchange.json_text import Digits, present, write_json, write_json_file

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    TEXT | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(max_codepoint=126, min_codepoint=32)), inner)
    ),
    max_leaves=8,
)


@given(VALUES)
def test_without_quantities_it_is_rfc_8785(value):
    assert write_json(value) == rfc8785.dumps(value)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=18).map(lambda d: f"{d:f}"))
def test_a_quantity_keeps_its_digits(text):
    data = write_json({"value": Digits(text)})
    assert data == b'{"value":' + text.encode() + b"}"
    assert json.loads(data, parse_float=Decimal, parse_int=Decimal)["value"] == Decimal(text)


def test_trailing_zeros_that_were_published_stay():
    assert write_json([Digits("0.9240")]) == b"[0.9240]"


@pytest.mark.parametrize("text", ["", "1e3", "+1", "01", ".5", "1.", "NaN", "-", "1,5", "١"])
def test_what_is_no_quantity_is_no_number(text):
    with pytest.raises(ValueError, match="not a quantity"):
        Digits(text)


@pytest.mark.parametrize("value", [1.5, float("nan"), None, Decimal("1.5"), b"x", {"a": 0.1}])
def test_a_float_is_refused_wherever_it_stands(value):
    with pytest.raises(TypeError):
        write_json(value)


def test_a_file_ends_with_one_line_feed():
    assert write_json_file({"b": 1, "a": [True, False]}) == b'{"a":[true,false],"b":1}\n'


def test_absent_members_are_left_out():
    assert present(type_="x", a=None, b=[], c="", d=False, e={}) == {
        "type": "x",
        "c": "",
        "d": False,
        "e": {},
    }
