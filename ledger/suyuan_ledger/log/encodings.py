"""Text forms of bytes and numbers in notes and proof files: one spelling per value.

A decoder that forgives lets two different files stand for one proof. Each one here accepts only
what its encoder would have written.
"""

from __future__ import annotations

import re
from base64 import b64encode
from binascii import Error, a2b_base64

from suyuan_ledger.errors import RefusedError

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_BELOW = 1 << 63


def format_base64(data: bytes) -> str:
    """Write standard base64 with padding (RFC 4648 section 4)."""
    return b64encode(data).decode("ascii")


def parse_base64(text: str, code: str, *, pointer: str = "", size: int | None = None) -> bytes:
    """Read standard base64 in its canonical form.

    Args:
        text: what should be base64.
        code: error code of the field.
        pointer: place of the field, for the error.
        size: exact number of bytes, None for any.

    Raises:
        RefusedError: with `code`.
    """
    try:
        data = a2b_base64(text, strict_mode=True)
    except (Error, ValueError):
        data = None
    # Strict mode still reads a last character whose unused bits are set (RFC 4648 section 3.5).
    if data is None or format_base64(data) != text:
        raise RefusedError(code, pointer=pointer, expected="canonical base64", found=ascii(text))
    if size is not None and len(data) != size:
        raise RefusedError(code, pointer=pointer, expected=f"{size} bytes", found=len(data))
    return data


def parse_decimal(text: str, code: str, *, pointer: str = "") -> int:
    """Read an ASCII decimal without sign or leading zeros, below 2^63.

    Raises:
        RefusedError: with `code`.
    """
    if _DECIMAL.fullmatch(text):
        number = int(text)
        if number < _BELOW:
            return number
    raise RefusedError(
        code, pointer=pointer, expected="a decimal below 2^63, no leading zero", found=ascii(text)
    )
