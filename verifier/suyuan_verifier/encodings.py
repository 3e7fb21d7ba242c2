"""Strict text forms of bytes and numbers: one spelling per value, bounds first.

A lenient decoder lets two texts stand for one value, so that a proof could be altered without
being broken. Every decoder here accepts exactly what the encoder of the same value would write.
"""

from __future__ import annotations

import base64
import binascii
import re

from suyuan_verifier.errors import MalformedError

MAX_INT63 = 2**63 - 1
"""Largest tree size and timestamp: it fits a signed 64-bit integer (C2SP tlog-cosignature)."""

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_HEX = re.compile(r"0x(?:[0-9a-f]{2})*")


def parse_base64(text: object, code: str, pointer: str = "", *, size: int | None = None) -> bytes:
    """Decode standard base64 with padding (RFC 4648 section 4), canonical form only.

    Args:
        text: what should be a base64 string.
        code: error code of the caller's field.
        pointer: JSON Pointer of the caller's field.
        size: exact number of bytes, or None for any.

    Raises:
        MalformedError: with `code`, for another alphabet, missing or surplus padding, white space,
            bits after the last byte that are not zero, or another size.
    """
    if not isinstance(text, str):
        raise MalformedError(code, pointer=pointer, expected="base64", found=type(text).__name__)
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        raise MalformedError(code, pointer=pointer, expected="base64", found=ascii(text)) from None
    if base64.b64encode(data).decode("ascii") != text:
        raise MalformedError(code, pointer=pointer, expected="canonical base64", found=ascii(text))
    if size is not None and len(data) != size:
        raise MalformedError(
            code, pointer=pointer, expected=f"{size} bytes", found=f"{len(data)} bytes"
        )
    return data


def format_base64(data: bytes) -> str:
    """Write bytes as standard base64 with padding."""
    return base64.b64encode(data).decode("ascii")


def parse_hex(
    text: object, code: str, pointer: str = "", *, size: int | None = None, limit: int | None = None
) -> bytes:
    """Decode `0x` and pairs of lower-case hex digits, the only form used for EVM bytes here.

    Args:
        text: what should be a hex string.
        code: error code of the caller's field.
        pointer: JSON Pointer of the caller's field.
        size: exact number of bytes, or None for any.
        limit: greatest number of bytes, or None for any.

    Raises:
        MalformedError: with `code`.
    """
    if not isinstance(text, str):
        raise MalformedError(code, pointer=pointer, expected="hex", found=type(text).__name__)
    if limit is not None and len(text) > 2 + 2 * limit:
        raise MalformedError(
            code, pointer=pointer, expected=f"<= {limit} bytes", found=f"{len(text)} characters"
        )
    if not _HEX.fullmatch(text):
        raise MalformedError(
            code, pointer=pointer, expected="0x and lower-case hex digits", found=ascii(text)
        )
    data = bytes.fromhex(text[2:])
    if size is not None and len(data) != size:
        raise MalformedError(
            code, pointer=pointer, expected=f"{size} bytes", found=f"{len(data)} bytes"
        )
    return data


def parse_decimal(text: str, code: str, pointer: str = "") -> int:
    """Decode ASCII decimal without sign or leading zeros, below 2^63 (C2SP tlog-checkpoint).

    Raises:
        MalformedError: with `code`.
    """
    if not _DECIMAL.fullmatch(text) or int(text) > MAX_INT63:
        raise MalformedError(
            code, pointer=pointer, expected="0|[1-9][0-9]* below 2^63", found=ascii(text)
        )
    return int(text)
