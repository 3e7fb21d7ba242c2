"""What a report says about its subject, once steps 1 to 3 passed."""

from __future__ import annotations

from typing import Any

from suyuan_verifier.canonical import format_digest
from suyuan_verifier.enrolments import Logged

_FACTOR_CLAIM = (
    "factorCode",
    "factorVersion",
    "seriesType",
    "productName",
    "variant",
    "declaredUnit",
    "value",
    "valueUnit",
    "systemBoundary",
    "referencePeriod",
    "geography",
    "dataStatus",
    "sources",
)


def summarise(item: Logged) -> dict[str, Any]:
    """Return the members of a record that a person asks for first.

    `dataStatus` is always among them, so that an illustrative figure never looks measured.
    """
    record = item.record
    claim = record.subject
    if record.kind == "FactorSubmission":
        claim = {name: claim[name] for name in _FACTOR_CLAIM if name in claim}
    return {
        "kind": record.kind,
        "id": record.id,
        "contentDigest": format_digest(record.content_digest),
        "index": item.position.index,
        "time": item.position.time,
        "issuer": record.value["issuer"],
        "claim": claim,
    }
