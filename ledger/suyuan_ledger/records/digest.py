"""Digests as people type them on a command line."""

from __future__ import annotations

import re

from suyuan_ledger.errors import RefusedError

_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")


def parse_digest(text: str) -> bytes:
    """Return the 32 bytes of `sha256:` and 64 lower-case hex digits.

    Raises:
        RefusedError: `record.digest`.
    """
    match = _DIGEST.fullmatch(text)
    if match is None:
        raise RefusedError("record.digest", expected="sha256: and 64 hex digits", found=text)
    return bytes.fromhex(match.group(1))
