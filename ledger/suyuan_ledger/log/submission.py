"""What the sequencer takes: a checked record without the parts that only its checks needed.

A parsed record is a tree of some hundred objects. A batch of a thousand such trees does not fit the
processor's cache, and keeping them until the batch is written costs a tenth of the whole
ingestion (benchmarks/ingestion.py). So a factor's tree is dropped as soon as its profile and
signature hold; what remains are its bytes and the few members that the door and the entry read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from suyuan_ledger.records.profile import Link, ParsedRecord


@dataclass(slots=True)
class Submission:
    """A record whose profile and signature hold, ready to be logged.

    Attributes:
        value: the members that are read from here on: `issuer`, `links`, and of
            `credentialSubject` all, or for a factor only what its scope, role and case ask about.
        canonical: the bytes to store.
        content_digest: 32 bytes.
        envelope_digest: 32 bytes.
        kind: second member of `type`.
        id: the record's `urn:uuid:`.
        issuer: did:key of the signer.
        links: in the record's order.
    """

    value: dict[str, Any]
    canonical: bytes
    content_digest: bytes
    envelope_digest: bytes
    kind: str
    id: str
    issuer: str
    links: tuple[Link, ...]


def to_submission(record: ParsedRecord) -> Submission:
    """Keep of a checked record what logging it needs."""
    value = record.value
    if record.kind == "FactorSubmission":
        subject = value["credentialSubject"]
        # What a scope and a role can ask about a factor (workflow/scope.py), and its case.
        kept = {
            "factorCode": subject["factorCode"],
            "factorVersion": subject["factorVersion"],
            "dataStatus": subject["dataStatus"],
            "seriesType": subject["seriesType"],
            "geography": subject["geography"],
        }
        if "classification" in subject:
            kept["classification"] = subject["classification"]
        slim = {"issuer": value["issuer"], "credentialSubject": kept}
        if record.links:
            slim["links"] = value["links"]
        value = slim
    return Submission(
        value,
        record.canonical,
        record.content_digest,
        record.envelope_digest,
        record.kind,
        record.id,
        record.issuer,
        record.links,
    )
