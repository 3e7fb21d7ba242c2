"""The ledger's door: bytes in, a record that keeps every rule of docs/spec/record.md out.

Two readings of the same rules. Bytes that already are canonical take the quick one: when orjson
writes back exactly what it read, no duplicate name, odd number or lone surrogate was there; one
regular expression and one normalisation check run over the whole text, and the compiled schema
refuses every member it does not know. Anything the quick reading is not sure of takes the strict
one, which walks the value and names the rule. A property test holds the two together.

Order of the rules: bytes and syntax, values, envelope and kind, then what a schema cannot say.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

import orjson

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.canonical import (
    FORBIDDEN_TEXT,
    MAX_CANONICAL_BYTES,
    check_values,
    parse_strict,
    write_canonical,
)
from suyuan_ledger.records.rules import check_kind, check_links, check_time
from suyuan_ledger.records.shape import explain_shape, kind_validator, record_kind

CONTEXT = ("https://www.w3.org/ns/credentials/v2", "https://suyuan.example/ns/v1")

# One of these bytes is in the UTF-8 of every text that holds a forbidden character: DEL, the lead
# bytes of C1 (C2), U+061C (D8) and the other bidi controls (E2), and the backslash, because
# canonical JSON writes C0 as escapes. Single-byte searches cost a tenth of the expression.
_SUSPECT_BYTES = (0x7F, 0xC2, 0xD8, 0xE2, ord("\\"))
# An escaped backslash before such a letter matches too and only costs the quick reading.
_SUSPECT = re.compile(FORBIDDEN_TEXT.pattern + r"|\\[bfrtu]")


class Link(NamedTuple):
    """One link of a record: how it relates to which content."""

    rel: str
    content_digest: str


@dataclass(frozen=True, slots=True)
class ParsedRecord:
    """A record that keeps the profile; its signature is not judged yet.

    Attributes:
        value: the parsed members; not to be changed.
        canonical: JCS bytes, proof included; what is stored.
        content_digest: SHA-256(JCS(record without proof)), 32 bytes.
        envelope_digest: SHA-256(JCS(record)), 32 bytes.
        kind: second entry of `type`.
        id: `urn:uuid:...`.
        issuer: did:key of the signer.
        issuer_name: name in English or Latin script.
        issuer_name_zh: name in Chinese.
        links: in the record's order, empty when it has none.
    """

    value: dict[str, Any]
    canonical: bytes
    content_digest: bytes
    envelope_digest: bytes
    kind: str
    id: str
    issuer: str
    issuer_name: str
    issuer_name_zh: str
    links: tuple[Link, ...]


def format_digest(digest: bytes) -> str:
    """Write a digest as records do: `sha256:` and 64 lower-case hex digits."""
    return "sha256:" + digest.hex()


def parse_record(raw: bytes) -> ParsedRecord:
    """Read one signed record and hold it to the profile and to the shape of its kind.

    Args:
        raw: UTF-8 JSON, in any layout; what is stored and hashed is its canonical form.

    Raises:
        RefusedError: the first rule broken, with its `record.*` code and a JSON Pointer.
    """
    value = _read_canonical(raw)
    if value is not None:
        try:
            return _judge(value, raw)
        except RefusedError:
            # A null or a float breaks the schema too: the strict reading says what comes first.
            pass
    value = parse_strict(raw)
    check_values(value)
    canonical = write_canonical(value)
    if len(canonical) > MAX_CANONICAL_BYTES:
        raise RefusedError(
            "record.too_large", expected=f"<= {MAX_CANONICAL_BYTES}", found=len(canonical)
        )
    return _judge(value, canonical)


def _judge(value: Any, canonical: bytes) -> ParsedRecord:
    """Hold a value to the envelope and its kind, and take its digests."""
    kind = record_kind(value)
    if not kind_validator(kind).is_valid(value):
        raise explain_shape(kind, value)
    _check_envelope(value)
    check_kind(kind, value["credentialSubject"])
    return _digested(value, canonical, kind)


def _digested(value: dict[str, Any], canonical: bytes, kind: str) -> ParsedRecord:
    content = value.copy()
    del content["proof"]
    issuer = value["issuer"]
    links = value.get("links")
    return ParsedRecord(
        value=value,
        canonical=canonical,
        content_digest=sha256(write_canonical(content)).digest(),
        envelope_digest=sha256(canonical).digest(),
        kind=kind,
        id=value["id"],
        issuer=issuer["id"],
        issuer_name=issuer["name"],
        issuer_name_zh=issuer["nameZh"],
        links=tuple(Link(link["rel"], link["contentDigest"]) for link in links) if links else (),
    )


def _read_canonical(raw: bytes) -> Any:
    """Return the value of bytes that are canonical and hold plain text, else None."""
    if len(raw) > MAX_CANONICAL_BYTES:
        return None
    try:
        value = orjson.loads(raw)
        # orjson refuses to write what nests beyond its own bound, hence TypeError.
        if orjson.dumps(value, option=orjson.OPT_SORT_KEYS) != raw:
            return None
    except (orjson.JSONDecodeError, TypeError):
        return None
    text = raw.decode()
    for mark in _SUSPECT_BYTES:
        if mark in raw:
            if _SUSPECT.search(text):
                return None
            break
    if not unicodedata.is_normalized("NFC", text):
        return None
    return value


def _check_envelope(value: dict[str, Any]) -> None:
    """Check what the envelope's schema cannot say."""
    valid_from = value["validFrom"]
    check_time(valid_from, "/validFrom")
    if "validUntil" in value:
        check_time(value["validUntil"], "/validUntil")
        # Fixed forms of equal length sort as text.
        if value["validUntil"] < valid_from:
            raise RefusedError(
                "record.time",
                pointer="/validUntil",
                expected=f">= {valid_from}",
                found=value["validUntil"],
            )
    check_time(value["proof"]["created"], "/proof/created")
    if "links" in value:
        check_links(value["links"])
