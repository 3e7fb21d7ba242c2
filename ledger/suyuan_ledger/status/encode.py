"""The encoding of one segment of a status list (W3C Bitstring Status List 1.0 section 3.2).

    bit i of a segment   = bit 7 - i mod 8 of byte i div 8: the most significant bit comes first
    encodedList          = "u" || base64url without padding of one gzip member
    the gzip member      = exactly 16,384 bytes, 131,072 bits, and nothing after it

A list that is too short, too long or inflates without end was written by somebody who wants to see
what a reader does: every reading is bounded, and what is left over is refused
(docs/spec/status.md#encoding).
"""

from __future__ import annotations

import struct
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Iterable

from suyuan_ledger.errors import RefusedError

SEGMENT_BYTES = 16_384
SEGMENT_BITS = 8 * SEGMENT_BYTES
MAX_ENCODED = 32_768
"""Characters of an encoded segment; 16,384 bytes that do not compress take 21,878."""

# RFC 1952 section 2.3: deflate, no flags, no time, no extra flags, unknown system.
_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_MULTIBASE = "u"
_RAW = -zlib.MAX_WBITS
_GZIP = 16 + zlib.MAX_WBITS


def pack_bits(bits: Iterable[int]) -> bytes:
    """Write a segment in which these bits are set.

    Args:
        bits: 0 to 131,071, counted from the segment's start.
    """
    segment = bytearray(SEGMENT_BYTES)
    for bit in bits:
        segment[bit >> 3] |= 0x80 >> (bit & 7)
    return bytes(segment)


def unpack_bits(segment: bytes) -> list[int]:
    """Return the bits that are set in a segment, ascending."""
    return [
        8 * place + bit
        for place, byte in enumerate(segment)
        if byte
        for bit in range(8)
        if byte & (0x80 >> bit)
    ]


def encode_segment(segment: bytes) -> str:
    """Encode a segment.

    The header is written here and not by zlib, which puts the machine's operating system into it.
    """
    deflate = zlib.compressobj(9, zlib.DEFLATED, _RAW)
    body = deflate.compress(segment) + deflate.flush()
    member = _HEADER + body + struct.pack("<II", zlib.crc32(segment), len(segment))
    return _MULTIBASE + urlsafe_b64encode(member).rstrip(b"=").decode("ascii")


def decode_segment(text: str, pointer: str = "") -> bytes:
    """Decode a segment; at most one byte too many is ever inflated.

    Args:
        text: the `encodedList` member.
        pointer: its place, for the error.

    Returns:
        16,384 bytes with at least one bit set.

    Raises:
        RefusedError: `record.status_encoding`, `record.status_gzip`, `record.status_length`,
            `record.status_bomb`, `record.status_empty`.
    """
    segment = _inflate(_decode_multibase(text, pointer), pointer)
    if not any(segment):
        raise RefusedError(
            "record.status_empty", pointer=pointer, expected="at least one bit set", found="none"
        )
    return segment


def _decode_multibase(text: str, pointer: str) -> bytes:
    digits = text[1:]
    try:
        member = urlsafe_b64decode(digits + "=" * (-len(digits) % 4))
    except (Error, ValueError):
        member = b""
    # Writing it again refuses padding, other alphabets and a last digit with unused bits set.
    if not member or text != _MULTIBASE + urlsafe_b64encode(member).rstrip(b"=").decode("ascii"):
        raise RefusedError(
            "record.status_encoding", pointer=pointer, expected="u and base64url without padding"
        )
    return member


def _inflate(member: bytes, pointer: str) -> bytes:
    inflate = zlib.decompressobj(_GZIP)
    try:
        segment = inflate.decompress(member, SEGMENT_BYTES + 1)
    except zlib.error as error:
        raise RefusedError(
            "record.status_gzip", pointer=pointer, expected="one gzip member", found=error
        ) from None
    if len(segment) > SEGMENT_BYTES:
        raise RefusedError(
            "record.status_bomb", pointer=pointer, expected=f"{SEGMENT_BYTES} bytes", found="more"
        )
    if not inflate.eof or inflate.unused_data:
        raise RefusedError(
            "record.status_gzip",
            pointer=pointer,
            expected="one gzip member and nothing after it",
            found="bytes after it" if inflate.eof else "a member that is cut short",
        )
    if len(segment) < SEGMENT_BYTES:
        raise RefusedError(
            "record.status_length",
            pointer=pointer,
            expected=f"{SEGMENT_BYTES} bytes",
            found=len(segment),
        )
    return segment
