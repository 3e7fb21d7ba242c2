"""Keys in environment variables, for containers whose secrets arrive that way.

Two spellings: a Multikey secret (`z3u2...`, multicodec 0x1300, as in W3C Controlled Identifiers
section 2.2.2) or the 32-byte seed in base64url without padding.
"""

from __future__ import annotations

import base64
import binascii
import os

from suyuan_ledger.errors import KeyAccessError
from suyuan_ledger.keys.signer import MemorySigner
from suyuan_ledger.records.did import ED25519_SECRET, KEY_SIZE, decode_multibase, encode_multibase

_SEED_CHARS = 43


def open_environment_key(name: str) -> MemorySigner:
    """Open the key in environment variable `name`; its value is never repeated in an error.

    Raises:
        KeyAccessError: `key.env_absent`, `key.env_format`.
    """
    text = os.environ.get(name, "").strip()
    if not text:
        raise KeyAccessError("key.env_absent", pointer=name)
    return MemorySigner.from_seed(_parse_seed(text, name))


def format_secret(seed: bytes) -> str:
    """Write a 32-byte seed as a Multikey secret, for an environment variable."""
    return encode_multibase(ED25519_SECRET + seed)


def _parse_seed(text: str, name: str) -> bytes:
    if len(text) == _SEED_CHARS:
        try:
            seed = base64.b64decode(text + "=", altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            seed = b""
        if len(seed) == KEY_SIZE and base64.urlsafe_b64encode(seed) == f"{text}=".encode():
            return seed
    else:
        try:
            data = decode_multibase(text)
        except ValueError:
            data = b""
        if data.startswith(ED25519_SECRET) and len(data) == len(ED25519_SECRET) + KEY_SIZE:
            return data[len(ED25519_SECRET) :]
    raise KeyAccessError(
        "key.env_format",
        pointer=name,
        expected="32 bytes in base64url without padding, or a multibase secret z3u2...",
    )
