"""Drafts: unsigned records with a fresh id and nonce."""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.canonical import write_canonical
from suyuan_ledger.records.profile import CONTEXT, Link, format_digest
from suyuan_ledger.records.shape import KINDS

NONCE_BYTES = 16
_RANDOM_BITS = 74


def new_uuid7(milliseconds: int, random: int) -> str:
    """Lay out a version 7 UUID (RFC 9562 section 5.7).

    Args:
        milliseconds: Unix time, 48 bits.
        random: 74 random bits: 12 for rand_a, 62 for rand_b.
    """
    rand_a, rand_b = divmod(random, 1 << 62)
    number = (milliseconds << 80) | (0x7 << 76) | (rand_a << 64) | (0b10 << 62) | rand_b
    digits = f"{number:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def format_time(moment: datetime) -> str:
    """Write a moment as records do: UTC, to the second."""
    # Not strftime: its %Y writes year 1 as "1" on some platforms.
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def new_record(
    kind: str,
    issuer: dict[str, str],
    subject: dict[str, Any],
    *,
    valid_from: str,
    valid_until: str | None = None,
    links: Sequence[Link] = (),
) -> dict[str, Any]:
    """Make an unsigned record.

    The second `@context` lies under the reserved top-level domain `.example` (RFC 6761): it is a
    name that cannot be taken by anyone, and nothing is ever fetched from it.

    Args:
        kind: one of `KINDS`.
        issuer: `{"id", "name", "nameZh"}`.
        subject: the kind's `credentialSubject`.
        valid_from: `YYYY-MM-DDThh:mm:ssZ`.
        valid_until: the same, or None for a record that does not lapse.
        links: in any order; they are sorted here.

    Raises:
        RefusedError: `record.kind`.
    """
    if kind not in KINDS:
        raise RefusedError("record.kind", expected=" | ".join(KINDS), found=kind)
    identifier = new_uuid7(time.time_ns() // 1_000_000, secrets.randbits(_RANDOM_BITS))
    nonce = base64.urlsafe_b64encode(secrets.token_bytes(NONCE_BYTES)).rstrip(b"=").decode()
    record: dict[str, Any] = {
        "@context": list(CONTEXT),
        "id": f"urn:uuid:{identifier}",
        "type": ["VerifiableCredential", kind],
        "issuer": dict(issuer),
        "validFrom": valid_from,
        "nonce": nonce,
        "credentialSubject": subject,
    }
    if valid_until is not None:
        record["validUntil"] = valid_until
    if links:
        record["links"] = [
            {"rel": link.rel, "contentDigest": link.content_digest} for link in sorted(links)
        ]
    return record


def content_of(record: dict[str, Any]) -> str:
    """Return the content digest that a draft will have: the proof is no part of it."""
    return format_digest(sha256(write_canonical(record)).digest())
