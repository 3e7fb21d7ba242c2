"""One gate of a rule set: do enough different persons stand behind a record?

Per person the last word counts, and two keys of one person are one person. Dissent that the rule
set tolerates is kept and told (docs/spec/workflow.md#quorum).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from suyuan_verifier.authority import Standing
from suyuan_verifier.canonical import format_digest
from suyuan_verifier.enrolments import Logged
from suyuan_verifier.errors import ProofError
from suyuan_verifier.kinds import OUTCOME_MEMBER
from suyuan_verifier.rule_set import Gate


@dataclass(frozen=True, slots=True)
class Count:
    """What came of one gate.

    Attributes:
        counted: the records that made the quorum.
        dissent: the last records of persons who were against, tolerated.
    """

    counted: list[Logged]
    dissent: list[Logged]


def count_gate(
    gate: Gate,
    linked: list[Logged],
    resolved: Collection[str],
    standing: Callable[[Logged], Standing | None],
) -> Count:
    """Count the records of one gate against its quorum.

    Args:
        gate: what the rule set asks for.
        linked: the records of its kind that are linked by its relation.
        resolved: content digests of conditional opinions whose condition is said to be met.
        standing: tells as whom a record was signed.

    Raises:
        ProofError: `workflow.gate`, `workflow.rejected`, `workflow.condition`,
            `workflow.same_person`, `workflow.quorum`; `workflow.absent` if it is not known who
            signed.
    """
    if not linked:
        raise ProofError("workflow.gate", pointer="/links", expected=f"{gate.kind} by {gate.rel}")
    if gate.kind not in OUTCOME_MEMBER:
        if len(linked) < gate.quorum:
            raise _short("workflow.quorum", gate, len(linked))
        return Count(linked, [])
    words = _words_by_person(linked, standing)
    last = [said[-1] for said in words if not in_conflict(said[-1])]
    dissent = [each for each in last if _outcome(each) in gate.reject]
    if len(dissent) > gate.tolerate:
        raise ProofError(
            "workflow.rejected",
            pointer="/links",
            expected=f"at most {gate.tolerate} of {gate.kind} against",
            found=str(len(dissent)),
        )
    counted: list[Logged] = []
    unmet = 0
    for each in last:
        outcome = _outcome(each)
        if outcome in gate.accept:
            counted.append(each)
        elif outcome in gate.conditional:
            if format_digest(each.record.content_digest) in resolved:
                counted.append(each)
            else:
                unmet += 1
    if len(counted) < gate.quorum:
        if len(counted) + unmet >= gate.quorum:
            raise _short("workflow.condition", gate, len(counted))
        # Would the records do, were they not the same persons'? Those who changed their mind apart.
        for_it = sum(
            _favours(gate, each) for said in words if _favours(gate, said[-1]) for each in said
        )
        code = "workflow.same_person" if for_it >= gate.quorum else "workflow.quorum"
        raise _short(code, gate, len(counted))
    return Count(counted, dissent)


def _words_by_person(
    linked: list[Logged], standing: Callable[[Logged], Standing | None]
) -> list[list[Logged]]:
    """Sort records by who signed them, each person's in log order."""
    words: dict[tuple[str, str], list[Logged]] = {}
    for each in sorted(linked, key=lambda one: one.position.index):
        signer = standing(each)
        if signer is None:
            raise ProofError("workflow.absent", found="the enrolment of a predecessor")
        words.setdefault((signer.organisation, signer.person), []).append(each)
    return list(words.values())


def _outcome(item: Logged) -> str:
    outcome: str = item.record.subject[OUTCOME_MEMBER[item.record.kind]]
    return outcome


def _favours(gate: Gate, item: Logged) -> bool:
    return _outcome(item) in gate.accept | gate.conditional and not in_conflict(item)


def in_conflict(item: Logged) -> bool:
    """A reviewer who declares a conflict of interest counts neither for nor against."""
    interest = item.record.subject.get("conflictOfInterest")
    return interest is not None and interest["declaration"] == "exists"


def _short(code: str, gate: Gate, found: int) -> ProofError:
    return ProofError(
        code,
        pointer="/links",
        expected=f"{gate.quorum} of {gate.kind}: {' | '.join(sorted(gate.accept)) or 'any'}",
        found=str(found),
    )
