"""Status lists as an honest publisher derives and encodes them, and encodings that no one should.

W3C Bitstring Status List 1.0 section 3.2: one gzip member of 16,384 bytes, most significant bit
first, multibase `u`. The compressor is written from RFC 1951 (one block of fixed Huffman codes,
runs as copies of the byte before) and not taken from zlib, so that the vectors have the same bytes
whichever zlib a machine has.
"""

from __future__ import annotations

import base64
import itertools
import struct
import zlib

from signed_records import content_digest

SEGMENT_BYTES = 16_384
SEGMENT_BITS = 8 * SEGMENT_BYTES

_FINAL_FIXED_BLOCK = "110"
_END_OF_BLOCK = "0000000"
_DISTANCE_ONE = "00000"
_LONGEST_COPY, _SHORT_COPY = 258, 10
_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""RFC 1952: deflate, no flags, no time, no extra flags, unknown system."""

Bits = dict[tuple[str, int], set[int]]
"""Bits that are set, by purpose and segment; a bit counts from the segment's start."""


def encode(bits: set[int], size: int = SEGMENT_BYTES) -> str:
    """Encode one segment; another `size` is a lie."""
    data = bytearray(size)
    for bit in bits:
        data[bit // 8] |= 0x80 >> bit % 8
    return multibase(gzip_member(bytes(data)))


def multibase(data: bytes) -> str:
    """Multibase `u`: base64url without padding."""
    return "u" + base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def gzip_member(data: bytes) -> bytes:
    """One gzip member that inflates to `data`."""
    code = _FINAL_FIXED_BLOCK + "".join(_run(byte, count) for byte, count in _runs(data))
    code += _END_OF_BLOCK
    code += "0" * (-len(code) % 8)
    packed = bytes(int(code[at : at + 8][::-1], 2) for at in range(0, len(code), 8))
    return _HEADER + packed + struct.pack("<II", zlib.crc32(data), len(data))


def segments(bits: Bits) -> list[dict]:
    """The `segments` of a StatusList."""
    return [
        {"purpose": purpose, "segment": segment, "encodedList": encode(chosen)}
        for (purpose, segment), chosen in sorted(bits.items())
    ]


def derive(records: dict[int, dict], as_of: int, time: str) -> Bits:
    """The bits that the records before `as_of` have set by `time`, whoever signed them."""
    places = {content_digest(record): index for index, record in records.items()}
    marks: set[tuple[str, int]] = set()
    final: set[int] = set()
    for index, record in sorted(records.items()):
        kind, subject = record["type"][1], record["credentialSubject"]
        if index >= as_of or subject.get("effectiveFrom", "") > time:
            continue
        for link in record.get("links", []):
            target = places.get(link["contentDigest"])
            purpose = _MARKS.get((kind, link["rel"]))
            if kind == "StatusChange" and target is not None and target not in final:
                marks.discard(("suspension", target))
                purpose = _STATES[subject["to"]]
                if purpose == "revocation":
                    final.add(target)
            if purpose and target is not None:
                marks.add((purpose, target))
    return group(marks)


def group(marks: set[tuple[str, int]]) -> Bits:
    """Sort (purpose, log index) into segments."""
    bits: Bits = {}
    for purpose, index in marks:
        bits.setdefault((purpose, index // SEGMENT_BITS), set()).add(index % SEGMENT_BITS)
    return bits


_MARKS = {
    ("FactorWithdrawal", "withdraws"): "revocation",
    ("EnrolmentRevocation", "about"): "revocation",
    ("FactorSupersession", "supersedes"): "refresh",
    ("FactorErratum", "corrects"): "refresh",
}
_STATES = {
    "active": None,
    "suspended": "suspension",
    "revoked": "revocation",
    "cancelled": "revocation",
}


def _runs(data: bytes) -> list[tuple[int, int]]:
    return [(byte, len(list(same))) for byte, same in itertools.groupby(data)]


def _run(byte: int, count: int) -> str:
    """One literal, then copies of it (RFC 1951 section 3.2.6)."""
    code, left = _literal(byte), count - 1
    while left >= 3:
        length = _LONGEST_COPY if left >= _LONGEST_COPY else min(left, _SHORT_COPY)
        # Lengths 3 to 10 are the symbols 257 to 264, 258 is 285; none has extra bits.
        code += format(0b11000101, "08b") if length == _LONGEST_COPY else format(length - 2, "07b")
        code += _DISTANCE_ONE
        left -= length
    return code + _literal(byte) * left


def _literal(byte: int) -> str:
    return format(0x30 + byte, "08b") if byte < 144 else format(0x190 + byte - 144, "09b")
