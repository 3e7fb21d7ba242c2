"""The gates of a rule set: which records must come before one, whose they are, and what they say.

A gate counts persons, not records and not keys: of the linked records of one person only the latest
counts, and a review whose author declares a conflict of interest counts for nothing. Source:
docs/spec/workflow.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from suyuan_ledger.workflow.register import Register
    from suyuan_ledger.workflow.statements import Logged

    PersonOf = Callable[[Logged], tuple[str, str]]

OUTCOMES = {
    "TraceabilityCheck": "verdict",
    "ExpertReview": "recommendation",
    "AuthorityVerification": "result",
    "FootprintVerification": "result",
    "Filing": "decision",
    "Surveillance": "result",
}
"""Kinds with an outcome, and the member of `credentialSubject` that says it."""


@dataclass(frozen=True, slots=True)
class Linked:
    """A link of the record that is judged, and where it leads."""

    place: int
    rel: str
    target: Logged


def linked_records(
    register: Register, record: dict[str, Any], gates: Sequence[dict[str, Any]]
) -> list[Linked]:
    """Return the links that some gates ask about.

    Raises:
        RefusedError: `workflow.absent` if one leads to nothing that is logged, `workflow.about` if
            it leads to a kind that no gate of its relation names.
    """
    kinds: dict[str, set[str]] = {}
    for gate in gates:
        kinds.setdefault(gate["rel"], set()).add(gate["kind"])
    found: list[Linked] = []
    for place, link in enumerate(record.get("links", ())):
        wanted = kinds.get(link["rel"])
        if wanted is None:
            continue
        target = register.find(bytes.fromhex(link["contentDigest"].removeprefix("sha256:")))
        pointer = f"/links/{place}"
        if target is None:
            raise RefusedError(
                "workflow.absent",
                pointer=pointer,
                expected="a record that is in the log",
                found=link["contentDigest"],
            )
        if target.kind not in wanted:
            raise RefusedError(
                "workflow.about",
                pointer=pointer,
                expected=" | ".join(sorted(wanted)),
                found=target.kind,
            )
        found.append(Linked(place, link["rel"], target))
    return found


def check_gates(
    entry: dict[str, Any],
    linked: Sequence[Linked],
    conditions: frozenset[bytes],
    person_of: PersonOf,
) -> None:
    """Refuse a record whose gates are not passed.

    Args:
        entry: what the rule set says about the record's kind.
        linked: the links that its gates ask about.
        conditions: content digests of the conditional opinions whose conditions the record calls
            met.
        person_of: whose a linked record is, as (organisation, person).

    Raises:
        RefusedError: `workflow.gate`, `workflow.rejected`, `workflow.condition`,
            `workflow.same_person`, `workflow.quorum`, `workflow.order`.
    """
    counted: list[tuple[dict[str, Any], list[Logged]]] = []
    for gate in entry["after"]:
        at_gate = sorted(
            (
                item.target
                for item in linked
                if (item.rel, item.target.kind) == (gate["rel"], gate["kind"])
            ),
            key=lambda target: target.index,
        )
        if not at_gate:
            raise _refusal("workflow.gate", gate, "none is linked")
        counted.append((gate, _count(gate, at_gate, conditions, person_of)))
    if entry["order"] == "listed":
        for (before, earlier), (after, later) in pairwise(counted):
            if earlier[-1].index >= later[0].index:
                raise RefusedError(
                    "workflow.order",
                    pointer="/links",
                    expected=f"each {before['kind']} before each {after['kind']}",
                    found=f"index {earlier[-1].index} before index {later[0].index}",
                )


def _count(
    gate: dict[str, Any],
    at_gate: list[Logged],
    conditions: frozenset[bytes],
    person_of: PersonOf,
) -> list[Logged]:
    """Return the records that fill a gate, in log order."""
    quorum = gate["quorum"]
    if "accept" not in gate:
        if len(at_gate) < quorum:
            raise _refusal("workflow.quorum", gate, f"{len(at_gate)} linked")
        return at_gate
    latest = {person_of(target): target for target in at_gate}
    voices = [target for target in latest.values() if _counts(target)]
    against = [target for target in voices if _outcome(target) in gate.get("reject", ())]
    if len(against) > gate.get("tolerate", len(against)):
        raise _refusal(
            "workflow.rejected", gate, f"{len(against)} against, {gate['tolerate']} tolerated"
        )
    filling = [target for target in voices if _favours(gate, target, conditions)]
    if len(filling) >= quorum:
        return sorted(filling, key=lambda target: target.index)
    conditional = [target for target in voices if _outcome(target) in gate.get("conditional", ())]
    waiting = [target for target in conditional if target.content not in conditions]
    shown = f"{len(filling)} in favour, {len(waiting)} under open conditions"
    if len(filling) + len(waiting) >= quorum:
        raise _refusal("workflow.condition", gate, shown)
    # Would the records do, were they not the same persons'? Those who changed their mind apart.
    persons = {person_of(target) for target in (*filling, *conditional)}
    words = {*gate["accept"], *gate.get("conditional", ())}
    favourable = [
        target
        for target in at_gate
        if _counts(target) and _outcome(target) in words and person_of(target) in persons
    ]
    if len(favourable) >= quorum:
        raise _refusal("workflow.same_person", gate, f"{len(persons)} persons")
    raise _refusal("workflow.quorum", gate, shown)


def _counts(opinion: Logged) -> bool:
    """A declared conflict of interest takes the voice, for and against."""
    conflict = opinion.subject.get("conflictOfInterest")
    return conflict is None or conflict["declaration"] == "none"


def _favours(gate: dict[str, Any], opinion: Logged, conditions: frozenset[bytes]) -> bool:
    """In favour, or under a condition that is met."""
    outcome = _outcome(opinion)
    return outcome in gate["accept"] or (
        outcome in gate.get("conditional", ()) and opinion.content in conditions
    )


def _outcome(opinion: Logged) -> str:
    outcome: str = opinion.subject[OUTCOMES[opinion.kind]]
    return outcome


def _refusal(code: str, gate: dict[str, Any], found: str) -> RefusedError:
    return RefusedError(
        code,
        pointer="/links",
        expected=f"{gate['quorum']} x {gate['kind']} by {gate['rel']}",
        found=found,
    )
