"""Canonical bytes: three writers agree inside the profile; the strict parser names its refusals."""

from __future__ import annotations

import json
from contextlib import suppress

import orjson
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.canonical import (
    MAX_DEPTH,
    MAX_RAW_BYTES,
    check_values,
    parse_strict,
    write_canonical,
)

KEYS = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=12)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1)
PROFILE = st.recursive(
    TEXTS | NUMBERS | st.booleans(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=400)
@given(PROFILE)
def test_three_writers_agree_inside_the_profile(value):
    ours = write_canonical(value)
    assert ours == rfc8785.dumps(value)
    plain = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert ours == plain.encode()
    assert parse_strict(ours) == value


@pytest.mark.parametrize(
    "value", [{"\U00010000": 1, "\uffff": 2}, 1.0, 1e16], ids=["astral keys", "1.0", "1e16"]
)
def test_outside_the_profile_they_do_not(value):
    """Why the profile has ASCII keys and no floats."""
    assert orjson.dumps(value, option=orjson.OPT_SORT_KEYS) != rfc8785.dumps(value)


@given(st.binary(max_size=200))
def test_only_our_own_error_leaves_the_parser(raw):
    with suppress(RefusedError):
        check_values(parse_strict(raw))


WORDS = ["\\u", "d83c", "null", "true", "NaN", '"a":', "\ud55c", "\u202e", " ", "\n"]
JSON_LIKE = st.lists(
    st.sampled_from([*'{}[],:"\\01-.ea', *WORDS]),
    max_size=40,
).map("".join)


@settings(max_examples=400)
@given(JSON_LIKE)
def test_only_our_own_error_leaves_the_parser_on_almost_json(text):
    with suppress(RefusedError):
        check_values(parse_strict(text.encode("utf-8")))


@given(JSON_LIKE)
def test_nothing_is_read_that_python_reads_otherwise(text):
    try:
        value = parse_strict(text.encode())
    except RefusedError:
        return
    assert value == json.loads(text)


def test_brackets_in_text_are_no_depth():
    text = json.dumps(["[" * 100, '"[' * 100, "\\[" * 100])
    assert parse_strict(text.encode())[0] == "[" * 100


@pytest.mark.parametrize("depth", [MAX_DEPTH, MAX_DEPTH + 1])
def test_depth_is_counted_from_one(depth):
    raw = b"[" * depth + b"]" * depth
    if depth == MAX_DEPTH:
        check_values(parse_strict(raw))
        return
    with pytest.raises(RefusedError) as caught:
        parse_strict(raw)
    assert caught.value.code == "record.depth"


def test_values_are_held_to_the_same_depth():
    value: object = []
    for _ in range(MAX_DEPTH):
        value = [value]
    with pytest.raises(RefusedError) as caught:
        check_values(value)
    assert caught.value.code == "record.depth"
    assert caught.value.pointer == "/0" * MAX_DEPTH


def test_raw_input_is_bounded_before_it_is_read():
    with pytest.raises(RefusedError) as caught:
        parse_strict(b" " * (MAX_RAW_BYTES + 1))
    assert caught.value.code == "record.too_large"


@pytest.mark.parametrize("number", [2**53, -(2**53), 0.5, float("nan")])
def test_numbers_of_a_draft_are_held_to_the_profile(number):
    with pytest.raises(RefusedError) as caught:
        check_values({"size": [number]})
    assert (caught.value.code, caught.value.pointer) == ("record.number", "/size/0")


@pytest.mark.timeout(20)
@pytest.mark.parametrize("escape", [b"\\\\", b'\\"', b'\\"[', b'"'])
def test_strings_without_end_cost_linear_time(escape):
    """A backtracking scan would need minutes for the second of these."""
    with pytest.raises(RefusedError) as caught:
        parse_strict(b'["' + escape * 250_001)
    assert caught.value.code in {"record.syntax", "record.depth"}
