"""Where a submission stands in the gates of the rule set: what was said, and what is missing.

A reading for people: the door judges an admission again, by the records that it links
(docs/spec/verification.md, step 8). Per gate and person the latest opinion counts; an expert with
a declared conflict of interest counts neither for nor against, and neither does what is void.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from suyuan_ledger.workflow.gates import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from suyuan_ledger.workflow.statements import Logged

    Person = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Opinion:
    """One check, review or verification about a submission.

    Attributes:
        record: the logged record.
        person: (organisation, person) behind its key.
        void: its key was revoked from an index at or before its own.
    """

    record: Logged
    person: Person
    void: bool = False

    @property
    def outcome(self) -> str:
        """The outcome word, such as `acceptWithChanges`."""
        word: str = self.record.subject[OUTCOMES[self.record.kind]]
        return word

    @property
    def counts(self) -> bool:
        """Whether it may count at all."""
        conflict = self.record.subject.get("conflictOfInterest", {})
        return not self.void and conflict.get("declaration") != "exists"


@dataclass(frozen=True, slots=True)
class GateState:
    """One gate of the admission, for one submission.

    Attributes:
        kind: the kind of opinion that it asks for.
        quorum: how many persons have to accept.
        accepted: opinions that accept, one per person.
        conditional: opinions that accept under a condition.
        rejected: opinions that reject.
        tolerate: how many may reject.
    """

    kind: str
    quorum: int
    accepted: tuple[Opinion, ...]
    conditional: tuple[Opinion, ...]
    rejected: tuple[Opinion, ...]
    tolerate: int

    @property
    def blocked(self) -> bool:
        """More persons reject than the rule set tolerates."""
        return len(self.rejected) > self.tolerate

    @property
    def filled(self) -> bool:
        """Enough persons accept, conditions counted in, and not too many reject."""
        return not self.blocked and len(self.accepted) + len(self.conditional) >= self.quorum

    @property
    def needs_conditions(self) -> bool:
        """The gate is filled only if the admission resolves conditions."""
        return self.filled and len(self.accepted) < self.quorum


@dataclass(frozen=True, slots=True)
class Progress:
    """All gates of what decides on one record, in the rule set's order."""

    gates: tuple[GateState, ...]
    listed: bool

    @property
    def ready(self) -> bool:
        """Every gate is filled: the admitter's turn."""
        return all(gate.filled for gate in self.gates)

    @property
    def blocked(self) -> bool:
        """Some gate is blocked: only a return or a withdrawal helps."""
        return any(gate.blocked for gate in self.gates)

    def waits_for(self, kind: str) -> bool:
        """Tell whether an opinion of one kind is missing, and the order lets it come now."""
        for gate in self.gates:
            if gate.kind == kind:
                return not gate.filled and not self.blocked
            if self.listed and not gate.filled:
                return False
        return False


def entry_for(rules: dict[str, Any], kind: str) -> dict[str, Any] | None:
    """Return a rule set's entry for records of one kind.

    Args:
        rules: `credentialSubject` of the RuleSet.
        kind: the governed kind.
    """
    return next((entry for entry in rules["workflow"] if entry["kind"] == kind), None)


def progress_of(
    rules: dict[str, Any], opinions: Sequence[Opinion], kind: str = "FactorAdmission"
) -> Progress:
    """Put the opinions about one record into the gates of what decides on it.

    Args:
        rules: `credentialSubject` of the RuleSet in force.
        opinions: in log order.
        kind: what decides: the admission of a submission, the certificate of a statement.
    """
    entry = entry_for(rules, kind)
    if entry is None:
        return Progress((), listed=False)
    gates = [gate for gate in entry["after"] if gate["kind"] in OUTCOMES]
    return Progress(tuple(_state(gate, opinions) for gate in gates), entry["order"] == "listed")


def read_opinions(
    records: Iterable[Logged],
    person_of: Callable[[str], Person],
    is_void: Callable[[str, int], bool],
) -> list[Opinion]:
    """Give records their persons, and mark what is void.

    Args:
        records: checks, reviews and verifications, in log order.
        person_of: the person behind a key.
        is_void: whether what a key signed at an index is void.
    """
    return [
        Opinion(record, person_of(record.issuer), is_void(record.issuer, record.index))
        for record in records
    ]


def _state(gate: dict[str, Any], opinions: Sequence[Opinion]) -> GateState:
    latest: dict[Person, Opinion] = {}
    for opinion in opinions:
        if opinion.record.kind == gate["kind"] and opinion.counts:
            latest[opinion.person] = opinion

    def having(words: str) -> tuple[Opinion, ...]:
        return tuple(item for item in latest.values() if item.outcome in gate.get(words, ()))

    return GateState(
        gate["kind"],
        gate["quorum"],
        having("accept"),
        having("conditional"),
        having("reject"),
        gate.get("tolerate", 0),
    )
