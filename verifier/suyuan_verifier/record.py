"""A signed record: one W3C VC 2.0 credential inside the profile of docs/spec/record.md.

`read_record` takes a value that the strict parser produced and checks everything that can be
checked without a key: envelope, kind, digests. Whose key signed it is step 3, whether that key was
entitled is step 4.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from suyuan_verifier import shape
from suyuan_verifier.canonical import (
    MAX_SAFE_INTEGER,
    canonical_around,
    is_digest,
    parse_json,
    sha256,
)
from suyuan_verifier.errors import MalformedError
from suyuan_verifier.kinds import check_kind

MAX_RECORD_BYTES = 256 * 1024
MAX_RECORD_DEPTH = 32
MAX_LINKS = 512
CONTEXT = ["https://www.w3.org/ns/credentials/v2", "https://suyuan.example/ns/v1"]
"""Fixed for version 1. `.example` is reserved (RFC 2606): nothing is ever fetched from it."""

RELS = (
    "about",
    "basedOn",
    "uses",
    "underRule",
    "supersedes",
    "corrects",
    "withdraws",
    "responds",
)
CLOSED_RELS = frozenset({"about", "basedOn", "uses", "underRule"})
"""Links whose targets a bundle must carry (docs/spec/bundle.md#closure)."""

_ID = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_NONCE = re.compile(r"[A-Za-z0-9_-]{22}")
_REQUIRED = {
    "@context",
    "id",
    "type",
    "issuer",
    "validFrom",
    "nonce",
    "credentialSubject",
    "proof",
}
_OPTIONAL = {"validUntil", "links", "relatedResource"}
_PROOF = {
    "type",
    "cryptosuite",
    "created",
    "verificationMethod",
    "proofPurpose",
    "@context",
    "proofValue",
}
_FORBIDDEN_TEXT = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f"  # C0 and C1 controls except LF
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"  # bidirectional controls (Unicode UAX #9)
)
# Canonical JSON writes C0 controls as escapes.
_SUSPECT = (b"\\", b"\x7f", b"null")
# C1 and bidirectional controls in UTF-8, and the bytes that one of them begins with.
_CONTROL = re.compile(rb"\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]")
_CONTROL_LEADS = (b"\xc2", b"\xd8", b"\xe2")
# Without escapes only the end of a name is a quotation mark before a colon.
_FOREIGN_NAME = re.compile(rb'[\x80-\xff][^"\x80-\xff]*":')
_RESOURCE = shape.obj(
    {
        "id": shape.text(500),
        "mediaType": shape.pattern(r"[a-z0-9!#$&^_.+-]{1,64}/[a-z0-9!#$&^_.+-]{1,64}"),
        "digestSRI": shape.pattern(shape.DIGEST_SRI),
    }
)


@dataclass(frozen=True, slots=True)
class Record:
    """One record whose profile and shape hold; its signature is not checked yet.

    Attributes:
        value: the parsed JSON object, proof included.
        kind: second member of `type`.
        id: `urn:uuid:`, version 7.
        issuer: did:key of the signer.
        content_digest: SHA-256 of the canonical record without `proof`; what links refer to.
        envelope_digest: SHA-256 of the canonical record with `proof`; what the log commits to.
        links: the record's links, empty if it has none.
    """

    value: dict[str, Any]
    kind: str
    id: str
    issuer: str
    content_digest: bytes
    envelope_digest: bytes
    links: tuple[tuple[str, str], ...]

    @property
    def subject(self) -> dict[str, Any]:
        """The claim itself."""
        subject: dict[str, Any] = self.value["credentialSubject"]
        return subject


def parse_record(data: bytes) -> Record:
    """Parse one record from bytes.

    Raises:
        MalformedError: a `record.*` code.
    """
    value = parse_json(
        data, prefix="record", max_bytes=MAX_RECORD_BYTES, max_depth=MAX_RECORD_DEPTH
    )
    return read_record(value, parsed=True)


def read_record(value: Any, *, parsed: bool = False) -> Record:
    """Check the profile and the kind's shape of a record.

    Args:
        value: the record as JSON value.
        parsed: whether `parse_json` made the value, with a bound that keeps the record's depth: its
            numbers and depth are then known to be right.

    Raises:
        MalformedError: a `record.*` code, with a JSON Pointer into the record.
    """
    if not isinstance(value, dict):
        raise MalformedError("record.members", expected="an object", found=type(value).__name__)
    if not parsed:
        _check_values(value, (), 1)
    envelope, content = canonical_around(value, "proof")
    if parsed and not _is_plain(envelope):
        _check_values(value, (), 1)
    if len(envelope) > MAX_RECORD_BYTES:
        raise MalformedError(
            "record.too_large",
            expected=f"<= {MAX_RECORD_BYTES} bytes",
            found=f"{len(envelope)} bytes",
        )
    _check_members(value)
    _check_identity(value)
    links = _check_links(value)
    _check_proof(value)
    kind: str = value["type"][1]
    check_kind(kind, value["credentialSubject"], value.get("links", []))
    return Record(
        value=value,
        kind=kind,
        id=value["id"],
        issuer=value["issuer"]["id"],
        content_digest=sha256(content),
        envelope_digest=sha256(envelope),
        links=links,
    )


def _is_plain(envelope: bytes) -> bool:
    """Tell by its canonical bytes that every value of a record keeps the rules of values.

    A walk over the values costs more than all else about a record's profile, and one that breaks a
    rule always has one of these bytes somewhere; so have some that break none, and those are
    walked. Numbers and depth were seen to when the bytes were parsed.
    """
    if any(mark in envelope for mark in _SUSPECT):
        return False
    if envelope.isascii():
        return True
    if any(lead in envelope for lead in _CONTROL_LEADS) and _CONTROL.search(envelope):
        return False
    return _FOREIGN_NAME.search(envelope) is None


def _check_values(value: Any, path: tuple[Any, ...], depth: int) -> None:
    """Walk every value once: depth, nulls, numbers, keys, text.

    `path` is a chain of (parent's path, key or position): a pointer is written only for an error,
    since building one for each value would cost its length each time.
    """
    if isinstance(value, str):
        bad = _FORBIDDEN_TEXT.search(value)
        if bad:
            raise MalformedError(
                "record.text", pointer=_pointer(path), found=f"U+{ord(bad.group()):04X}"
            )
    elif isinstance(value, (dict, list)):
        if depth > MAX_RECORD_DEPTH:
            raise MalformedError("record.depth", pointer=_pointer(path), expected=MAX_RECORD_DEPTH)
        if isinstance(value, list):
            for position, item in enumerate(value):
                _check_values(item, (path, position), depth + 1)
            return
        for key, member in value.items():
            if not key.isascii() or not key.isprintable():
                shown = key.encode("unicode_escape").decode("ascii")
                raise MalformedError("record.key", pointer=_pointer(path), found=shown)
            _check_values(member, (path, key), depth + 1)
    elif value is None:
        raise MalformedError("record.null", pointer=_pointer(path))
    elif isinstance(value, float) or abs(value) > MAX_SAFE_INTEGER:
        raise MalformedError("record.number", pointer=_pointer(path))


def _pointer(path: tuple[Any, ...]) -> str:
    parts = []
    while path:
        path, part = path
        parts.append("/" + shape.escape(str(part)))
    return "".join(reversed(parts))


def _check_members(value: dict[str, Any]) -> None:
    for name in sorted(_REQUIRED - value.keys()):
        raise MalformedError("record.members", pointer=f"/{name}", expected="present")
    for name in sorted(value.keys() - _REQUIRED - _OPTIONAL):
        raise MalformedError(
            "record.members",
            pointer=f"/{shape.escape(name)}",
            expected="no such member",
            found=name,
        )


def _check_identity(value: dict[str, Any]) -> None:
    if value["@context"] != CONTEXT:
        raise MalformedError("record.context", pointer="/@context", expected=CONTEXT)
    if not isinstance(value["id"], str) or not _ID.fullmatch(value["id"]):
        raise MalformedError(
            "record.id", pointer="/id", expected="urn:uuid: version 7", found=value["id"]
        )
    kind = value["type"]
    if (
        not isinstance(kind, list)
        or len(kind) != 2
        or kind[0] != "VerifiableCredential"
        or not isinstance(kind[1], str)
    ):
        raise MalformedError(
            "record.type", pointer="/type", expected='["VerifiableCredential", kind]', found=kind
        )
    _check_issuer(value["issuer"])
    for name in ("validFrom", "validUntil"):
        if name in value:
            shape.time(value[name], f"/{name}")
    if "validUntil" in value and value["validUntil"] < value["validFrom"]:
        raise MalformedError("record.time", pointer="/validUntil", expected="not before validFrom")
    nonce = value["nonce"]
    if not isinstance(nonce, str) or not _is_nonce(nonce):
        raise MalformedError(
            "record.nonce", pointer="/nonce", expected="16 bytes base64url", found=nonce
        )
    if not isinstance(value["credentialSubject"], dict):
        raise MalformedError("record.shape", pointer="/credentialSubject", expected="an object")
    if "relatedResource" in value:
        shape.array(_RESOURCE, 1, 64)(value["relatedResource"], "/relatedResource")


def _is_nonce(text: str) -> bool:
    """16 bytes, and the only spelling of them: unused bits of the last symbol are zero."""
    if not _NONCE.fullmatch(text):
        return False
    raw = base64.urlsafe_b64decode(text + "==")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii") == text


def _check_issuer(issuer: Any) -> None:
    pointer = "/issuer"
    if not isinstance(issuer, dict) or issuer.keys() != {"id", "name", "nameZh"}:
        raise MalformedError("record.issuer", pointer=pointer, expected="{id, name, nameZh}")
    for name in ("id", "name", "nameZh"):
        if not isinstance(issuer[name], str) or not 1 <= len(issuer[name]) <= 200:
            raise MalformedError(
                "record.issuer", pointer=f"{pointer}/{name}", expected="1 to 200 characters"
            )
    if not issuer["id"].startswith("did:key:"):
        raise MalformedError(
            "record.issuer", pointer=f"{pointer}/id", expected="did:key:", found=issuer["id"]
        )


def _check_links(value: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    if "links" not in value:
        return ()
    links = value["links"]
    if not isinstance(links, list) or not 1 <= len(links) <= MAX_LINKS:
        raise MalformedError(
            "record.links", pointer="/links", expected=f"1 to {MAX_LINKS} links, else absent"
        )
    pairs = []
    for position, link in enumerate(links):
        if (
            not isinstance(link, dict)
            or link.keys() != {"rel", "contentDigest"}
            or link["rel"] not in RELS
            or not is_digest(link["contentDigest"])
        ):
            raise MalformedError(
                "record.links",
                pointer=f"/links/{position}",
                expected="{rel, contentDigest}",
                found=link,
            )
        pairs.append((link["rel"], link["contentDigest"]))
    if any(first >= second for first, second in pairwise(pairs)):
        raise MalformedError(
            "record.links", pointer="/links", expected="sorted by (rel, contentDigest), each once"
        )
    return tuple(pairs)


def _check_proof(value: dict[str, Any]) -> None:
    """Shape of the proof; that it verifies is step 3."""
    proof = value["proof"]
    if not isinstance(proof, dict) or proof.keys() != _PROOF:
        raise MalformedError(
            "record.proof", pointer="/proof", expected=f"one proof with {sorted(_PROOF)}"
        )
    fixed = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "proofPurpose": "assertionMethod",
        "@context": value["@context"],
    }
    for name, expected in fixed.items():
        if proof[name] != expected:
            raise MalformedError(
                "record.proof", pointer=f"/proof/{name}", expected=expected, found=proof[name]
            )
    for name in ("verificationMethod", "proofValue"):
        if not isinstance(proof[name], str):
            raise MalformedError("record.proof", pointer=f"/proof/{name}", expected="a string")
    shape.time(proof["created"], "/proof/created")
