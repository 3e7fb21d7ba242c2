"""What a record rests on still stood, and what it takes the place of is its own. Part of step 8.

Whether something stands today is a question of status; here it is asked of the place in the log
where somebody relied on it (docs/spec/certification.md#in-force).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from suyuan_verifier.authority import Authority
from suyuan_verifier.canonical import format_digest
from suyuan_verifier.enrolments import Logged
from suyuan_verifier.errors import ProofError
from suyuan_verifier.events import Event, find_end, is_over
from suyuan_verifier.kinds import OUTCOME_MEMBER
from suyuan_verifier.report import Check, Outcome

_CBAM = "CbamInstallationData"
_AFFIRMING = frozenset({"Certificate", "Filing", "LabelIssuance"})
"""Kinds that tell others that a footprint stands."""
_ADVERSE = frozenset(
    {
        ("FootprintVerification", "refused"),
        ("Filing", "refused"),
        ("Surveillance", "nonconforming"),
    }
)
_REPLACING = frozenset({"FootprintStatement", "Certificate", _CBAM})


def find_adverse(known: Iterable[Logged]) -> Iterator[Check]:
    """Tell what was found against a footprint, its certificate or its goods.

    It ends nothing by itself, a change of status does; but nobody is to overlook it.

    Args:
        known: records that somebody entitled to signed, in log order.
    """
    for item in known:
        record = item.record
        if (record.kind, record.subject.get(OUTCOME_MEMBER.get(record.kind, ""))) in _ADVERSE:
            digest = format_digest(record.content_digest)
            name = record.value["issuer"]["name"]
            yield Check(8, "workflow.adverse", Outcome.PASS, digest, found=name)


def check_in_force(item: Logged, authority: Authority, events: Mapping[str, list[Event]]) -> None:
    """Check that what a certificate, filing or label rests on had not ended when it was logged.

    Args:
        item: a record of any kind; others rest on nothing here.
        authority: knows the records at hand.
        events: what is known to act on each of them, by its content digest.

    Raises:
        ProofError: `workflow.not_in_force`.
    """
    if item.record.kind not in _AFFIRMING:
        return
    index, time = item.position.index, item.position.time
    for number, (rel, digest) in enumerate(item.record.links):
        target = authority.by_digest.get(digest)
        if target is None or rel not in {"about", "basedOn"}:
            continue
        ended = find_end(events.get(digest, ()), index, time)
        if ended is not None or is_over(target, time):
            raise ProofError(
                "workflow.not_in_force",
                pointer=f"/links/{number}",
                expected=f"{target.record.kind} in force at index {index}, {time}",
                found=f"valid until {target.record.value['validUntil']}"
                if ended is None
                else f"{ended.item.record.kind} at index {ended.item.position.index}",
            )


def check_replaced(item: Logged, authority: Authority) -> None:
    """Check that what a record supersedes is of its own kind, organisation, product and time.

    Raises:
        ProofError: `workflow.about`.
    """
    record = item.record
    if record.kind not in _REPLACING:
        return
    for number, (rel, digest) in enumerate(record.links):
        target = authority.by_digest.get(digest) if rel == "supersedes" else None
        if target is None:
            continue
        if target.record.kind == record.kind:
            same = authority.organisation(item) == authority.organisation(target)
            if same and _replaces(record.subject, target.record.subject):
                continue
        elif _CBAM in {record.kind, target.record.kind}:
            continue  # step 9 says so
        raise ProofError(
            "workflow.about",
            pointer=f"/links/{number}",
            expected=f"{record.kind} of the same organisation, product and time",
            found=f"{target.record.kind} at index {target.position.index}",
        )


def _replaces(subject: dict[str, Any], older: dict[str, Any]) -> bool:
    """Tell whether one statement or certificate may take the place of another: same product, time.

    Else whoever stated one product could use its green certificates again for all others.
    """
    if "productIds" not in subject:
        return True  # data of an installation
    own, other = subject["referencePeriod"], older["referencePeriod"]
    return (
        not set(subject["productIds"]).isdisjoint(older["productIds"])
        and own["start"] <= other["end"]
        and other["start"] <= own["end"]
    )
