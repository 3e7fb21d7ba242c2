"""The signed label record as the text of a QR symbol (docs/spec/label.md#label-code).

    SUYUAN1:<base45(zlib(JCS(record)))>

base45 (RFC 9285) uses the 45 characters that a QR symbol packs in 5.5 bits each, so that three of
them carry two bytes in 16.5 bits.
"""

from __future__ import annotations

import zlib
from typing import Any

from suyuan_verifier.label_code import check_code

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.canonical import write_canonical

PREFIX = "SUYUAN1:"
MAX_CHARACTERS = 4296
"""What the largest symbol, 40-L, holds (ISO/IEC 18004, table 7)."""

_SYMBOLS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_BASE = len(_SYMBOLS)


def format_code(record: dict[str, Any]) -> str:
    """Write a signed record as a label code.

    Raises:
        RefusedError: `print.too_long` if no QR symbol holds it.
    """
    text = PREFIX + encode_base45(zlib.compress(write_canonical(record), 9))
    if len(text) > MAX_CHARACTERS:
        raise RefusedError(
            "print.too_long",
            expected=f"<= {MAX_CHARACTERS} characters",
            found=f"{len(text)} characters",
        )
    return text


def checked_code(record: dict[str, Any]) -> str:
    """Write a signed record as a label code that was read back and whose signature verifies.

    Raises:
        RefusedError: `print.too_long`, or what the verifier refuses it for.
    """
    text = format_code(record)
    problem = check_code(text).problem
    if problem is not None:
        raise RefusedError(
            problem.code,
            pointer=problem.pointer,
            expected=problem.expected,
            found=problem.found,
        )
    return text


def encode_base45(data: bytes) -> str:
    """Encode bytes as base45 (RFC 9285 section 4)."""
    symbols = []
    for start in range(0, len(data), 2):
        pair = data[start : start + 2]
        number = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            number, digit = divmod(number, _BASE)
            symbols.append(_SYMBOLS[digit])
    return "".join(symbols)
