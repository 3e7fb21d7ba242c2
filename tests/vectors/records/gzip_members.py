"""Gzip members written without a compressor, so that the corpus is the same on every machine.

Deflate (RFC 1951) with the fixed Huffman codes of section 3.2.6 and one kind of repetition: 258
bytes at distance 1. That is enough for runs of one byte, which is what bitstrings and bombs are.
"""

from __future__ import annotations

import base64
import struct
from itertools import groupby
from zlib import crc32

LONGEST = 258
HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
"""RFC 1952: deflate, no flags, no time, unknown system."""
LENGTH = 16_384
"""Bytes of one segment of a status list."""

_END_OF_BLOCK = (0b0000000, 7)
_REPEAT_258_AT_1 = (0b11000101_00000, 13)  # code 285, then distance code 0


def bitstring(*bits: int, length: int = LENGTH) -> bytes:
    """Set these bits, the highest of each byte first."""
    data = bytearray(length)
    for bit in bits:
        data[bit // 8] |= 0x80 >> bit % 8
    return bytes(data)


def deflate(data: bytes) -> bytes:
    """Write one final block; runs of a byte become repetitions."""
    codes = []
    for byte, run in groupby(data):
        count = len(list(run)) - 1
        codes += [_literal(byte)]
        codes += [_REPEAT_258_AT_1] * (count // LONGEST) + [_literal(byte)] * (count % LONGEST)
    written = "1" + "10"  # final; fixed codes, whose two bits go lowest first
    written += "".join(f"{code:0{size}b}" for code, size in [*codes, _END_OF_BLOCK])
    written += "0" * (-len(written) % 8)
    return bytes(int(written[at : at + 8][::-1], 2) for at in range(0, len(written), 8))


def stored(data: bytes) -> bytes:
    """Write one final block that is not compressed; at most 65,535 bytes."""
    return b"\x01" + struct.pack("<HH", len(data), len(data) ^ 0xFFFF) + data


def gzip_member(
    data: bytes, body: bytes | None = None, *, header: bytes = HEADER, crc: int | None = None
) -> bytes:
    """Wrap deflated data: header, body, CRC-32 and length."""
    checksum = crc32(data) if crc is None else crc
    return header + (body or deflate(data)) + struct.pack("<II", checksum, len(data))


def multibase(data: bytes) -> str:
    """Write bytes as multibase `u`: base64url without padding."""
    return "u" + base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _literal(byte: int) -> tuple[int, int]:
    return (0b00110000 + byte, 8) if byte < 144 else (0b110010000 + byte - 144, 9)
