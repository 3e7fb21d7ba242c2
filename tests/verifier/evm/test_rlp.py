"""RLP: the public vectors, both ways, and an encoder of another project."""

from __future__ import annotations

import json

import pytest
import rlp
from hypothesis import given, settings
from hypothesis import strategies as st
from suyuan_verifier.errors import MalformedError
from suyuan_verifier.evm.rlp import MAX_BYTES, decode_integer, decode_rlp, encode_rlp

ITEMS = st.recursive(
    st.one_of(st.binary(max_size=70), st.binary(min_size=250, max_size=300)),
    lambda inner: st.lists(inner, max_size=6).map(tuple),
    max_leaves=20,
)


def as_item(value):
    """Turn a vector's input into bytes and tuples: integers are big-endian, `#` marks big ones."""
    if isinstance(value, list):
        return tuple(as_item(member) for member in value)
    if isinstance(value, str) and not value.startswith("#"):
        return value.encode()
    number = int(value.removeprefix("#")) if isinstance(value, str) else value
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def as_lists(item):
    return [as_lists(member) for member in item] if isinstance(item, tuple) else item


def unhex(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def refuse(data: bytes, **bounds: int) -> None:
    with pytest.raises(MalformedError) as caught:
        decode_rlp(data, **bounds)
    assert caught.value.code == "evm.rlp"


def test_every_valid_vector(vectors_dir):
    cases = json.loads((vectors_dir / "evm/RLPTests-rlptest.json").read_text(encoding="utf-8"))
    assert len(cases) == 28
    for name, case in cases.items():
        item, encoded = as_item(case["in"]), unhex(case["out"])
        assert encode_rlp(item) == encoded, name
        assert decode_rlp(encoded) == item, name
        if isinstance(case["in"], int):
            assert decode_integer(item) == case["in"]


def test_every_invalid_vector(vectors_dir):
    path = vectors_dir / "evm/RLPTests-invalidRLPTest.json"
    cases = json.loads(path.read_text(encoding="utf-8"))
    assert len(cases) == 26
    for case in cases.values():
        assert case["in"] == "INVALID"
        refuse(unhex(case["out"]))


@given(ITEMS)
@settings(max_examples=200, deadline=None)
def test_round_trip_and_agreement_with_another_encoder(item):
    encoded = encode_rlp(item)
    assert encoded == rlp.encode(as_lists(item))
    assert decode_rlp(encoded, max_depth=64) == item


@given(st.binary(max_size=80))
@settings(max_examples=500, deadline=None)
def test_whatever_decodes_is_canonical(data):
    try:
        item = decode_rlp(data)
    except MalformedError:
        return
    assert encode_rlp(item) == data


def test_bounds_come_first():
    refuse(bytes(MAX_BYTES + 1))
    refuse(bytes(5), max_bytes=4)
    nested = b"\xc0"
    for _ in range(16):
        nested = encode_rlp((decode_rlp(nested, max_depth=40),))
    refuse(nested)
    assert decode_rlp(nested, max_depth=17)
    # Deeper than Python's own recursion limit: the bound stops it long before.
    refuse(b"\xf9\xff\xfd" * 20_000)
    refuse(b"\xc1" * 3_000)
    refuse(b"\xc1\x00", max_depth=0)


def test_nothing_may_follow():
    refuse(b"\x83dog\x00")
    refuse(b"\xc0\xc0")


@pytest.mark.parametrize("data", [b"\x00", b"\x00\x01", bytes([1]) + bytes(32)])
def test_integers_are_minimal_and_bounded(data):
    with pytest.raises(MalformedError) as caught:
        decode_integer(data)
    assert caught.value.code == "evm.rlp"


def test_the_empty_string_is_zero():
    assert decode_integer(b"") == 0
    assert decode_integer(b"\xff" * 32) == 2**256 - 1
