"""Segments are written and read as W3C Bitstring Status List 1.0 says, and in no other way."""

from __future__ import annotations

import gzip
import zlib
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulated_status import encode as encode_by_the_standard
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.status.encode import (
    SEGMENT_BITS,
    SEGMENT_BYTES,
    decode_segment,
    encode_segment,
    pack_bits,
    unpack_bits,
)

BITS = st.sets(st.integers(0, SEGMENT_BITS - 1), min_size=1, max_size=40)
# W3C Bitstring Status List 1.0, example 5: 16,384 bytes without a bit set.
W3C_EXAMPLE = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"


def multibase(data: bytes) -> str:
    return "u" + urlsafe_b64encode(data).rstrip(b"=").decode()


def refusal(text: str) -> str:
    with pytest.raises(RefusedError) as caught:
        decode_segment(text, "/x")
    assert caught.value.pointer == "/x"
    return caught.value.code


@given(bits=BITS)
def test_what_is_written_is_read_back(bits):
    encoded = encode_segment(pack_bits(bits))

    assert unpack_bits(decode_segment(encoded)) == sorted(bits)
    assert encode_segment(decode_segment(encoded)) == encoded


@given(bits=BITS)
def test_an_encoding_by_other_code_reads_the_same(bits):
    """`simulated_status` writes RFC 1951 by hand and shares no line with this package."""
    assert unpack_bits(decode_segment(encode_by_the_standard(bits))) == sorted(bits)


def test_bit_order_is_the_standards():
    """Bit 0 is the most significant bit of the first byte (section 3.2)."""
    segment = decode_segment(encode_segment(pack_bits([0, 9, SEGMENT_BITS - 1])))

    assert (segment[0], segment[1], segment[-1]) == (0x80, 0x40, 0x01)
    assert len(segment) == SEGMENT_BYTES


def test_the_example_of_the_standard_inflates_but_has_no_bit_set():
    """It is one gzip member of 16,384 zero bytes; such a segment is left out of a list."""
    assert refusal(W3C_EXAMPLE) == "record.status_empty"


def test_encoding_has_neither_a_time_nor_a_machine_in_it():
    """The header names no time and no system, so that two machines with one zlib agree."""
    member = encode_segment(pack_bits([5]))[1:14]
    assert member == "H4sIAAAAAAAA_"


GOOD = gzip.compress(pack_bits([7]), mtime=0)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "record.status_encoding"),
        ("u", "record.status_encoding"),
        ("z" + multibase(GOOD)[1:], "record.status_encoding"),
        (multibase(GOOD) + "=", "record.status_encoding"),
        (multibase(GOOD).replace("-", "+").replace("_", "/") + "\n", "record.status_encoding"),
        ("uAB", "record.status_encoding"),
        ("uH4sIA\N{FULLWIDTH DIGIT ONE}", "record.status_encoding"),
        (multibase(b"not gzip at all"), "record.status_gzip"),
        (multibase(zlib.compress(pack_bits([7]))), "record.status_gzip"),
        (multibase(GOOD[:-1]), "record.status_gzip"),
        (multibase(GOOD[:-8] + bytes(8)), "record.status_gzip"),
        (multibase(GOOD + b"\0"), "record.status_gzip"),
        (multibase(GOOD + GOOD), "record.status_gzip"),
        (multibase(gzip.compress(b"\1" * (SEGMENT_BYTES - 1), mtime=0)), "record.status_length"),
        (multibase(gzip.compress(b"\1" * (SEGMENT_BYTES + 1), mtime=0)), "record.status_bomb"),
        (multibase(gzip.compress(bytes(20_000_000), mtime=0)), "record.status_bomb"),
    ],
)
def test_anything_else_is_refused_with_its_own_code(text, code):
    assert refusal(text) == code


@given(text=st.text(max_size=60) | st.binary(max_size=60).map(multibase))
def test_no_text_gives_anything_but_a_segment_or_our_own_error(text):
    try:
        segment = decode_segment(text)
    except RefusedError:
        return
    assert len(segment) == SEGMENT_BYTES
