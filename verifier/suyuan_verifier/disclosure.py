"""Sealed figures: salted digests in the open, disclosures with whom the holder chooses.

    disclosure = base64url(JCS([salt, "figures", {"emission": ..., "quantity": ...}]))
    digest     = base64url(SHA-256(ASCII(disclosure)))

the construction of RFC 9901 section 4.2 for object properties. A disclosure has exactly one
spelling here, so that nothing can be hidden in another (docs/spec/footprint.md#sealed).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from suyuan_verifier import shape
from suyuan_verifier.canonical import canonical, parse_json
from suyuan_verifier.errors import MalformedError
from suyuan_verifier.kinds.terms import not_negative

MAX_DISCLOSURE = 1024
"""Most characters of one disclosure; the longest honest one has 179."""
NAME = "figures"

_SALT = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]")  # 16 bytes, unused bits zero
_FIGURES = shape.obj({"emission": shape.decimal, "quantity": not_negative})


@dataclass(frozen=True, slots=True)
class Figures:
    """What a disclosure reveals of a line."""

    quantity: Decimal
    emission: Decimal


def parse_disclosures(texts: Iterable[Any]) -> dict[str, Figures]:
    """Read a bundle's disclosures.

    Args:
        texts: the members of `disclosures`.

    Returns:
        What each reveals, by the digest that stands in the record.

    Raises:
        MalformedError: `disclosure.shape`, or `disclosure.twice`.
    """
    found: dict[str, Figures] = {}
    for position, text in enumerate(texts):
        pointer = f"/disclosures/{position}"
        figures = _parse(text, pointer)
        digest = _encode(hashlib.sha256(text.encode("ascii")).digest())
        if digest in found:
            raise MalformedError("disclosure.twice", pointer=pointer, found=digest)
        found[digest] = figures
    return found


def _parse(text: Any, pointer: str) -> Figures:
    if not isinstance(text, str) or len(text) > MAX_DISCLOSURE or not text.isascii():
        raise _bad(pointer, f"base64url of <= {MAX_DISCLOSURE} characters")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise _bad(pointer, "base64url") from None
    try:
        value = parse_json(data, prefix="disclosure", max_bytes=MAX_DISCLOSURE, max_depth=3)
    except MalformedError as error:
        raise _bad(pointer, "JSON", error.code) from None
    if (
        not isinstance(value, list)
        or len(value) != 3
        or not isinstance(value[0], str)
        or not _SALT.fullmatch(value[0])
        or value[1] != NAME
    ):
        raise _bad(pointer, f'[salt of 16 bytes, "{NAME}", figures]')
    try:
        _FIGURES(value[2], "")
    except MalformedError as error:
        raise _bad(pointer, f"{error.expected}", f"{error.pointer} {error.found}") from None
    if _encode(canonical(value)) != text:
        raise _bad(pointer, "canonical JSON in base64url without padding")
    return Figures(Decimal(value[2]["quantity"]), Decimal(value[2]["emission"]))


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _bad(pointer: str, expected: str, found: str | None = None) -> MalformedError:
    return MalformedError("disclosure.shape", pointer=pointer, expected=expected, found=found)
