"""What a report says about its subject, once steps 1 to 3 passed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from suyuan_verifier.canonical import format_digest
from suyuan_verifier.enrolments import Logged
from suyuan_verifier.footprint.summary import identify, opinion, summarise_footprint

_FOOTPRINT_KINDS = frozenset({"FootprintStatement", "Certificate", "LabelIssuance"})
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


def summarise(item: Logged, logged: Sequence[Logged], disclosures: Sequence[Any]) -> dict[str, Any]:
    """Return the members of a record that a person asks for first.

    For what speaks about a factor, the factor and the opinions that it rests on come with it; for
    a footprint, a certificate or a label, everything below it. `dataStatus` is always among them,
    so that an illustrative figure never looks measured.

    Args:
        item: the subject.
        logged: the records of the bundle.
        disclosures: what the bundle discloses of sealed lines.
    """
    record = item.record
    summary = {
        "kind": record.kind,
        "id": record.id,
        **identify(item),
        "claim": _claim(item),
    }
    for name in ("validFrom", "validUntil"):
        if "validUntil" in record.value:
            summary[name] = record.value[name]
    by_digest = {format_digest(each.record.content_digest): each for each in logged}
    about = [by_digest[target] for rel, target in record.links if rel == "about"]
    factor = next((each for each in about if each.record.kind == "FactorSubmission"), None)
    if factor is not None:
        summary["factor"] = {
            "contentDigest": format_digest(factor.record.content_digest),
            "index": factor.position.index,
            "issuer": factor.record.value["issuer"],
            "claim": _claim(factor),
        }
    trail = [by_digest[target] for rel, target in record.links if rel == "basedOn"]
    if record.kind in _FOOTPRINT_KINDS:
        summary |= summarise_footprint(item, logged, disclosures)
    elif trail:
        summary["basedOn"] = [
            opinion(each) for each in sorted(trail, key=lambda each: each.position.index)
        ]
    return summary


def _claim(item: Logged) -> dict[str, Any]:
    claim = item.record.subject
    if item.record.kind == "FactorSubmission":
        return {name: claim[name] for name in _FACTOR_CLAIM if name in claim}
    if item.record.kind == "FootprintStatement":
        return {name: claim[name] for name in claim if name != "lineItems"}
    return claim
