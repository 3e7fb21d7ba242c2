"""Execution of a logged check's set rules again, for `suyuan audit`.

A verifier takes the results over other records as the checker's word. Whoever holds the ledger does
not have to: the same rules over what was admitted at the check's `asOfTreeSize` give the same
results, or the check is wrong.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from suyuan_ledger.traceability.admitted import AdmittedFactors
from suyuan_ledger.traceability.outcome import Result
from suyuan_ledger.traceability.set_rules import execute_set_rules


class Difference(NamedTuple):
    """Something that a check states and that does not come out again.

    Attributes:
        pointer: JSON Pointer into the check's `credentialSubject`.
        expected: what the rules give, None if nothing.
        found: what the check states, None if nothing.
    """

    pointer: str
    expected: str | None
    found: str | None


def replay_set_rules(
    check: dict[str, Any],
    record: dict[str, Any],
    content: str,
    rules: dict[str, Any],
    admitted: AdmittedFactors,
) -> list[Difference]:
    """Compare a check's set results with those that its own moment gives.

    Args:
        check: the `credentialSubject` of a TraceabilityCheck.
        record: the FactorSubmission that it is about.
        content: that submission's content digest, `sha256:...`.
        rules: the `credentialSubject` of the RuleSet that it links to.
        admitted: the factors admitted before its `asOfTreeSize` (`register.read_admitted`).

    Returns:
        What differs, empty if the check is right; severities, outcomes and statistics count.
    """
    again = execute_set_rules(record, content, rules, admitted)
    places = {member["ruleId"]: place for place, member in enumerate(check["results"])}
    differences: list[Difference] = []
    for result in again.results:
        place = places.get(result.rule_id)
        if place is None:
            differences.append(Difference("/results", f"{result.rule_id} {_word(result)}", None))
            continue
        member = check["results"][place]
        stated = f"{member['severity']} {member['outcome']}"
        if stated != _word(result):
            differences.append(Difference(f"/results/{place}", _word(result), stated))
    stated_statistics = check.get("statistics")
    if stated_statistics != again.statistics:
        differences.append(
            Difference("/statistics", _text(again.statistics), _text(stated_statistics))
        )
    return differences


def _word(result: Result) -> str:
    return f"{result.severity} {result.outcome}"


def _text(statistics: dict[str, Any] | None) -> str | None:
    if statistics is None:
        return None
    return ", ".join(f"{name} {statistics[name]}" for name in sorted(statistics))
