"""RuleSet and MethodReference: lists in order, gates that can be passed, no kind before itself."""

from __future__ import annotations

from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from typing import Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.rules.values import (
    check_ascending,
    check_date_if_stated,
    check_roles,
    check_sorted,
    check_sources,
    check_whole_numbers,
)

OUTCOMES = {
    "TraceabilityCheck": frozenset({"pass", "conditional", "fail"}),
    "ExpertReview": frozenset({"accept", "acceptWithChanges", "reject", "abstain"}),
    "AuthorityVerification": frozenset({"verified", "refused"}),
    "FootprintVerification": frozenset({"verified", "refused"}),
    "Filing": frozenset({"filed", "refused"}),
    "Surveillance": frozenset({"conforming", "nonconforming"}),
}
"""Kinds that end in one word, and the words; a gate counts these and nothing else."""


def check_rule_set(subject: dict[str, Any], at: str) -> None:
    """Check 规则集."""
    check_whole_numbers(subject, at)
    _check_workflow(subject["workflow"], f"{at}/workflow")
    _check_traceability(subject["traceability"], f"{at}/traceability")
    conversions = subject["conversions"]
    check_ascending(conversions, ("from", "to"), f"{at}/conversions")
    for place, item in enumerate(conversions):
        if item["from"] == item["to"]:
            raise _contradiction(f"{at}/conversions/{place}", "two units that differ", item["from"])
    check_ascending(subject["schemas"], ("kind",), f"{at}/schemas")
    if "footprint" in subject:
        _check_footprint(subject["footprint"], f"{at}/footprint")


def check_method(subject: dict[str, Any], at: str) -> None:
    """Check 方法登记."""
    for name in ("issueDate", "effectiveDate"):
        check_date_if_stated(subject[name], f"{at}/{name}")
    check_sources(subject["sources"], f"{at}/sources")


def _contradiction(pointer: str, expected: str, found: object) -> RefusedError:
    return RefusedError("record.rules", pointer=pointer, expected=expected, found=found)


def _check_traceability(rules: dict[str, Any], at: str) -> None:
    for name, key in (("rules", "ruleId"), ("plausible", "unit"), ("tolerances", "system")):
        check_ascending(rules[name], (key,), f"{at}/{name}")
    for place, band in enumerate(rules["plausible"]):
        if Decimal(band["low"]) >= Decimal(band["high"]):
            raise _contradiction(
                f"{at}/plausible/{place}", "low < high", f"{band['low']} >= {band['high']}"
            )


def _check_footprint(rules: dict[str, Any], at: str) -> None:
    for name, key in (
        ("boundaries", "statement"),
        ("electricity", "factorCode"),
        ("formulas", "id"),
    ):
        check_ascending(rules[name], (key,), f"{at}/{name}")
    for place, item in enumerate(rules["boundaries"]):
        check_sorted(item["factors"], f"{at}/boundaries/{place}/factors")


def _check_workflow(entries: list[dict[str, Any]], at: str) -> None:
    check_ascending(entries, ("kind",), at)
    for place, entry in enumerate(entries):
        check_roles(entry["roles"], f"{at}/{place}/roles")
        if entry["kind"] == "ExpertReview" and entry["independence"] != "group":
            raise _contradiction(f"{at}/{place}/independence", "group", entry["independence"])
        for number, gate in enumerate(entry["after"]):
            _check_gate(gate, f"{at}/{place}/after/{number}")
    graph = {entry["kind"]: [gate["kind"] for gate in entry["after"]] for entry in entries}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise RefusedError(
            "record.rule_cycle",
            pointer=at,
            expected="no kind before itself",
            found=" after ".join(reversed(error.args[1])),
        ) from None


def _check_gate(gate: dict[str, Any], at: str) -> None:
    """Check one gate's lists of outcomes: words of its kind, each in one list at most."""
    words = OUTCOMES.get(gate["kind"])
    lists = [name for name in ("accept", "conditional", "reject") if name in gate]
    if words is None:
        if lists or "tolerate" in gate:
            raise _contradiction(at, f"no outcomes: {gate['kind']} has none", ", ".join(lists))
        return
    if "accept" not in gate:
        raise _contradiction(at, "accept", "absent")
    if ("reject" in gate) != ("tolerate" in gate):
        raise _contradiction(at, "reject and tolerate, or neither", "one of them")
    counted: set[str] = set()
    for name in lists:
        listed = gate[name]
        if listed != sorted(set(listed)):
            raise RefusedError(
                "record.order",
                pointer=f"{at}/{name}",
                expected="strictly ascending",
                found=", ".join(listed),
            )
        if not words.issuperset(listed) or not counted.isdisjoint(listed):
            raise _contradiction(
                f"{at}/{name}", f"outcomes of {gate['kind']}, each once", ", ".join(listed)
            )
        counted.update(listed)
