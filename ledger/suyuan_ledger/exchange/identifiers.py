"""Names inside a view that are the same in every export (docs/spec/views.md#terms)."""

from __future__ import annotations

import string
from collections.abc import Mapping
from hashlib import sha256
from uuid import UUID

from suyuan_ledger.records.canonical import write_canonical

URN_UUID = "urn:uuid:"
_GTIN = "urn:gtin:"
_CLASS = "urn:pact:productclassification:"
_UNRESERVED = frozenset((string.ascii_letters + string.digits + "-._~").encode())
_SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def derived_uuid(*words: str) -> str:
    """Make a UUID out of names: version 8 (RFC 9562 section 5.8) over their SHA-256."""
    number = int.from_bytes(sha256(write_canonical(list(words))).digest()[:16], "big")
    number &= ~(0xF << 76) & ~(0b11 << 62)
    return str(UUID(int=number | 8 << 76 | 0b10 << 62))


def derived_urn(*words: str) -> str:
    """Make a `urn:uuid:` out of names."""
    return URN_UUID + derived_uuid(*words)


def class_urn(entry: Mapping[str, str]) -> str:
    """Name a class of products, in the form of PACT's own examples."""
    return f"{_CLASS}{_escaped(entry['scheme'].translate(_SMALL))}:{_escaped(entry['code'])}"


def gtin_of(product_id: str) -> str | None:
    """Return the digits of a GTIN, None for another identifier."""
    return product_id[len(_GTIN) :] if product_id.startswith(_GTIN) else None


def _escaped(text: str) -> str:
    """Percent-encode what a URN does not hold (RFC 3986 section 2.1)."""
    return "".join(
        chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in text.encode("utf-8")
    )
