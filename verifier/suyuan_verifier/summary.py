"""What a report says about its subject, once steps 1 to 3 passed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from suyuan_verifier.canonical import format_digest
from suyuan_verifier.enrolments import Logged
from suyuan_verifier.kinds import OUTCOME_MEMBER

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


def summarise(item: Logged, logged: Iterable[Logged]) -> dict[str, Any]:
    """Return the members of a record that a person asks for first.

    For what speaks about a factor, the factor and the opinions that it rests on come with it.
    `dataStatus` is always among them, so that an illustrative figure never looks measured.

    Args:
        item: the subject.
        logged: the records of the bundle.
    """
    record = item.record
    summary = {
        "kind": record.kind,
        "id": record.id,
        "contentDigest": format_digest(record.content_digest),
        "index": item.position.index,
        "time": item.position.time,
        "issuer": record.value["issuer"],
        "claim": _claim(item),
    }
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
    if trail:
        summary["basedOn"] = [
            _opinion(each) for each in sorted(trail, key=lambda each: each.position.index)
        ]
    return summary


def _claim(item: Logged) -> dict[str, Any]:
    claim = item.record.subject
    if item.record.kind == "FactorSubmission":
        return {name: claim[name] for name in _FACTOR_CLAIM if name in claim}
    return claim


def _opinion(item: Logged) -> dict[str, Any]:
    record = item.record
    member = OUTCOME_MEMBER.get(record.kind)
    return {
        "kind": record.kind,
        "contentDigest": format_digest(record.content_digest),
        "index": item.position.index,
        "time": item.position.time,
        "issuer": record.value["issuer"],
        "outcome": None if member is None else record.subject[member],
    }
