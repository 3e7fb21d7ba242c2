"""Figures that travel as salted digests, and what opens them (RFC 9901 section 4.2)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import rfc8785
from signed_records import sha256


def disclosure(figures: Mapping[str, str], salt: str) -> str:
    """What a holder discloses of one line item; the salt follows from a text."""
    return encoded([base64url(sha256(salt.encode())[:16]), "figures", dict(figures)])


def encoded(value: Any) -> str:
    """Any JSON value as a disclosure is written, right or not."""
    return base64url(rfc8785.dumps(value))


def seal_of(text: str) -> str:
    """The digest that stands in a line item for a disclosure."""
    return base64url(sha256(text.encode()))


def base64url(data: bytes) -> str:
    """base64url without padding (RFC 4648 section 5)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
