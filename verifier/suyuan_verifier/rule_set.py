"""Rule sets as the engine of step 8 reads them (docs/spec/workflow.md#rule-set).

A rule set is a signed record: which kinds may follow which, by whom, how many, in which order.
Its shape, and that its kinds form no cycle, was checked with the record (step 2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Gate:
    """Predecessors that a record must link to.

    Attributes:
        kind: kind of the predecessors.
        rel: how they are linked.
        quorum: how many must count.
        accept: outcomes that count; empty for kinds without an outcome.
        conditional: outcomes that count once the record says how the condition was met.
        reject: outcomes against.
        tolerate: how many persons may be against; their dissent stays visible.
    """

    kind: str
    rel: str
    quorum: int
    accept: frozenset[str]
    conditional: frozenset[str]
    reject: frozenset[str]
    tolerate: int


@dataclass(frozen=True, slots=True)
class KindRules:
    """What a rule set asks of one kind.

    Attributes:
        roles: the signer holds one of them.
        independence: `none`, `organisation` or `group`, of the issuer of what the record is about.
        in_order: whether the records of one gate all precede those of the next.
    """

    roles: frozenset[str]
    independence: str
    in_order: bool
    gates: tuple[Gate, ...]


def read_workflow(rule_set: dict[str, Any]) -> dict[str, KindRules]:
    """Read the workflow of a rule set.

    Args:
        rule_set: `credentialSubject` of a RuleSet whose shape holds.
    """
    return {
        entry["kind"]: KindRules(
            roles=frozenset(entry["roles"]),
            independence=entry["independence"],
            in_order=entry["order"] == "listed",
            gates=tuple(_read_gate(gate) for gate in entry["after"]),
        )
        for entry in rule_set["workflow"]
    }


def _read_gate(gate: dict[str, Any]) -> Gate:
    return Gate(
        kind=gate["kind"],
        rel=gate["rel"],
        quorum=gate["quorum"],
        accept=frozenset(gate.get("accept", ())),
        conditional=frozenset(gate.get("conditional", ())),
        reject=frozenset(gate.get("reject", ())),
        tolerate=gate.get("tolerate", 0),
    )
