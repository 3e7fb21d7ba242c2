"""Strict JSON in, canonical JSON out: one reading for every byte string, or none."""

from __future__ import annotations

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from suyuan_verifier.canonical import canonical, is_digest, parse_json
from suyuan_verifier.errors import MalformedError

KEYS = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=8)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.booleans() | st.none() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=24,
)


def parse(data: bytes, **bounds):
    return parse_json(data, prefix="record", **{"max_bytes": 1 << 20, "max_depth": 32, **bounds})


def refused(data: bytes, code: str, **bounds) -> MalformedError:
    with pytest.raises(MalformedError) as caught:
        parse(data, **bounds)
    assert caught.value.code == f"record.{code}"
    return caught.value


@given(VALUES)
def test_canonical_is_jcs(value):
    """Inside the profile the standard library writes what RFC 8785 says."""
    assert canonical(value) == rfc8785.dumps(value)


@given(VALUES)
def test_parse_and_canonical_are_inverse(value):
    assert parse(canonical(value)) == value


@given(VALUES, st.booleans(), st.sampled_from([None, 1, "\t"]))
def test_layout_and_escapes_do_not_matter(value, ascii_only, indent):
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    assert canonical(parse(text.encode())) == canonical(value)


@given(st.binary(max_size=200) | TEXTS.map(str.encode))
def test_only_malformed_error_leaves_the_parser(data):
    try:
        parse(data)
    except MalformedError as error:
        assert error.code.startswith("record.")  # noqa: PT017 - most inputs are no JSON at all


@given(st.text(st.sampled_from('{}[]",:\\u0d8-+.eE1 naft'), max_size=60).map(str.encode))
def test_near_json_is_refused_or_read(data):
    try:
        value = parse(data)
    except MalformedError:
        return
    assert json.loads(data) == value


@pytest.mark.parametrize(
    "token",
    [
        "1.0",
        "1e0",
        "-0",
        "1E5",
        "0.1",
        "1e400",
        "NaN",
        "Infinity",
        "-Infinity",
        "9007199254740992",
        "-9007199254740992",
        "12345678901234567890",
        "1" * 5000,
        "-" + "9" * 400,
    ],
)
def test_number_outside_the_profile(token):
    refused(b'{"n":%s}' % token.encode(), "number")


@pytest.mark.parametrize("token", ["0", "1", "-1", "9007199254740991", "-9007199254740991"])
def test_number_inside_the_profile(token):
    assert parse(b"[%s]" % token.encode()) == [int(token)]


@pytest.mark.parametrize("data", [b"", b"{", b"01", b"[1,]", b'"\x01"', b"{} {}", b"+1", b"tru"])
def test_no_json(data):
    refused(data, "syntax")


def test_byte_order_mark():
    refused(b"\xef\xbb\xbf{}", "bom")


@pytest.mark.parametrize("data", [b'"\xff"', b'"\xc0\x80"', b'"\xed\xa0\x80"', b"\xff\xfe{}"])
def test_no_utf8(data):
    refused(data, "encoding")


@pytest.mark.parametrize("data", [b'{"a":1,"a":1}', b'[{"b":{"a":1,"\\u0061":2}}]', b'{"":0,"":0}'])
def test_duplicate_key(data):
    refused(data, "duplicate_key")


@pytest.mark.parametrize(
    "data", [b'"\\ud800"', b'{"\\udfff":1}', b'["\\ud83d\\u0041"]', b'{"a":{"b":["\\uDE00"]}}']
)
def test_lone_surrogate(data):
    refused(data, "surrogate")


def test_escaped_pair_is_one_character():
    assert parse(b'"\\ud83d\\ude00"') == "\U0001f600"


def test_depth_is_bounded_and_brackets_in_text_do_not_count():
    assert parse(b"[" * 32 + b"]" * 32)
    refused(b"[" * 33 + b"]" * 33, "depth")
    assert parse(b'["' + b"[{" * 100 + b'\\"[[[[", {"[[[": "]"}]')
    refused(b"[" * 100_000, "depth")


def test_size_is_the_first_bound():
    refused(b"\xff" * 101, "too_large", max_bytes=100)
    assert parse(b" " * 98 + b"{}", max_bytes=100) == {}


def test_hostile_text_is_escaped_and_cut():
    found = refused(b'{"\\u001b[2J":1,"\\u001b[2J":1}', "duplicate_key").found
    assert found == "\\x1b[2J"
    assert len(refused(b"1" * 10_000, "number").found) <= 120


def test_canonical_refuses_half_a_pair():
    with pytest.raises(MalformedError) as caught:
        canonical({"a": "\ud800"})
    assert caught.value.code == "record.surrogate"


def test_digest_has_one_spelling():
    assert is_digest("sha256:" + "0a" * 32)
    for text in ("sha256:" + "0A" * 32, "sha256:" + "0a" * 31, "0a" * 32, None, 7, "sha256:"):
        assert not is_digest(text)
    assert not is_digest("sha256:" + "0a" * 32 + "\n")
