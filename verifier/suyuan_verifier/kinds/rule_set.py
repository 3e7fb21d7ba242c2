"""RuleSet and MethodReference (docs/spec/kinds.md#ruleset)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from suyuan_verifier import shape
from suyuan_verifier.kinds.line_item import FORMULAS
from suyuan_verifier.kinds.outcomes import GATE_KINDS, GOVERNED_KINDS, OUTCOMES
from suyuan_verifier.kinds.terms import (
    AT,
    BOUNDARIES,
    CODE,
    DIGEST_SRI,
    NAME,
    NOT_STATED,
    ROLE_LIST,
    RULE_ID,
    SHARE,
    SOURCE,
    SYSTEMS,
    UNITS,
    VERSION,
    Subject,
    check_ascending,
    check_roles,
    check_sources,
    day_or_not_stated,
    not_negative,
    positive,
)
from suyuan_verifier.shape import array, bilingual, fail, integer, obj, one_of, text

_WORDS = array(text(64), 1, 8)
_GATE = obj(
    {
        "kind": one_of(*GATE_KINDS),
        "rel": one_of("about", "basedOn", "uses", "supersedes", "corrects", "withdraws"),
        "quorum": integer(1, 64),
    },
    {"accept": _WORDS, "conditional": _WORDS, "reject": _WORDS, "tolerate": integer(0, 64)},
)
_WORD_LISTS = ("accept", "conditional", "reject")
_ENTRY = obj(
    {
        "kind": one_of(*GOVERNED_KINDS),
        "roles": ROLE_LIST,
        "independence": one_of("none", "organisation", "group"),
        "order": one_of("any", "listed"),
        "after": array(_GATE, 0, 16),
    }
)
_TRACEABILITY = obj(
    {
        "rules": array(
            obj({"ruleId": RULE_ID, "severity": one_of("error", "warning", "info")}), 1, 64
        ),
        "plausible": array(
            obj({"unit": one_of(*UNITS), "low": shape.decimal, "high": shape.decimal}), 0, 16
        ),
        "range": obj({"minimumSample": integer(3, 1000), "spread": positive}),
        "tolerances": array(
            obj({"system": one_of(*SYSTEMS), "relative": not_negative}), 0, len(SYSTEMS)
        ),
    }
)
_FOOTPRINT = obj(
    {
        "boundaries": array(
            obj(
                {
                    "statement": one_of(*BOUNDARIES),
                    "factors": array(one_of(*BOUNDARIES, NOT_STATED), 1, 6),
                }
            ),
            1,
            len(BOUNDARIES),
        ),
        "factorAgeYears": integer(0, 50),
        "electricity": array(
            obj({"factorCode": CODE, "type": one_of("average", "generation", "transmission")}),
            0,
            64,
        ),
        "formulas": array(
            obj({"id": one_of(*FORMULAS), "scale": integer(0, shape.MAX_FRACTION_DIGITS)}),
            0,
            len(FORMULAS),
        ),
        "shareScale": integer(0, shape.MAX_FRACTION_DIGITS),
    }
)
_RULE_SET = obj(
    {
        "ruleSetId": CODE,
        "version": VERSION,
        "title": bilingual(),
        "workflow": array(_ENTRY, 1, 32),
        "traceability": _TRACEABILITY,
        "status": obj({"interval": integer(60, 31_536_000)}),
        "caps": obj(
            {
                "certificateMonths": integer(1, 120),
                "cutOffSingle": SHARE,
                "cutOffTotal": SHARE,
                "externalShare": SHARE,
            }
        ),
        "conversions": array(
            obj({"from": one_of(*UNITS), "to": one_of(*UNITS), "factor": positive}), 0, 64
        ),
        "schemas": array(obj({"kind": text(64), "digestSRI": DIGEST_SRI}), 0, 64),
    },
    {"footprint": _FOOTPRINT},
)
_METHOD = obj(
    {
        "standardNumber": NAME,
        "title": bilingual(),
        "issueDate": day_or_not_stated,
        "effectiveDate": day_or_not_stated,
        "declaredUnit": one_of(*UNITS, "notStated"),
        "allocationDefault": text(64),
        "sources": array(SOURCE, 1, 8),
    },
    {"cutOff": obj({"single": SHARE, "total": SHARE})},
)


def check_rule_set(subject: Subject) -> None:
    """规则集: who may sign what after what, and by which figures it is judged."""
    _RULE_SET(subject, AT)
    _check_workflow(subject["workflow"], f"{AT}/workflow")
    rules = subject["traceability"]
    at = f"{AT}/traceability"
    check_ascending(rules["rules"], lambda rule: rule["ruleId"], f"{at}/rules", "ruleId")
    check_ascending(rules["plausible"], lambda band: band["unit"], f"{at}/plausible", "unit")
    check_ascending(rules["tolerances"], lambda item: item["system"], f"{at}/tolerances", "system")
    for position, band in enumerate(rules["plausible"]):
        if not Decimal(band["low"]) < Decimal(band["high"]):
            raise fail(
                f"{at}/plausible/{position}",
                "low < high",
                f"{band['low']} >= {band['high']}",
                "record.rules",
            )
    conversions = subject["conversions"]
    check_ascending(
        conversions, lambda item: (item["from"], item["to"]), f"{AT}/conversions", "from, to"
    )
    for position, item in enumerate(conversions):
        if item["from"] == item["to"]:
            raise fail(
                f"{AT}/conversions/{position}", "two different units", item["to"], "record.rules"
            )
    check_ascending(subject["schemas"], lambda item: item["kind"], f"{AT}/schemas", "kind")
    if "footprint" in subject:
        _check_footprint(subject["footprint"], f"{AT}/footprint")


def check_method(subject: Subject) -> None:
    """方法登记: a standard by which factors are calculated."""
    _METHOD(subject, AT)
    check_sources(subject["sources"], f"{AT}/sources")


def _check_footprint(rules: Subject, at: str) -> None:
    check_ascending(
        rules["boundaries"], lambda row: row["statement"], f"{at}/boundaries", "statement"
    )
    for position, row in enumerate(rules["boundaries"]):
        check_ascending(row["factors"], lambda word: word, f"{at}/boundaries/{position}/factors")
    check_ascending(
        rules["electricity"], lambda row: row["factorCode"], f"{at}/electricity", "factorCode"
    )
    check_ascending(rules["formulas"], lambda row: row["id"], f"{at}/formulas", "id")


def _check_workflow(entries: list[dict[str, Any]], at: str) -> None:
    check_ascending(entries, lambda entry: entry["kind"], at, "kind")
    for position, entry in enumerate(entries):
        check_roles(entry["roles"], f"{at}/{position}/roles")
        if entry["kind"] == "ExpertReview" and entry["independence"] != "group":
            raise fail(
                f"{at}/{position}/independence",
                "group: an expert is never of the submitter's group",
                entry["independence"],
                "record.rules",
            )
        for place, gate in enumerate(entry["after"]):
            _check_gate(gate, f"{at}/{position}/after/{place}")
    cycle = _find_cycle({entry["kind"]: _kinds_before(entry) for entry in entries})
    if cycle:
        raise fail(at, "no kind that has to come before itself", cycle, "record.rule_cycle")


def _check_gate(gate: dict[str, Any], at: str) -> None:
    """Check the outcome words of one gate: of its kind, sorted, none counted twice."""
    _, words = OUTCOMES.get(gate["kind"], ("", ()))
    if bool(words) != ("accept" in gate):
        raise fail(
            f"{at}/accept",
            "present exactly for a kind with an outcome",
            gate["kind"],
            "record.rules",
        )
    if ("tolerate" in gate) != ("reject" in gate):
        raise fail(f"{at}/tolerate", "present exactly when reject is", None, "record.rules")
    taken: set[str] = set()
    for name in _WORD_LISTS:
        listed = gate.get(name, [])
        check_ascending(listed, lambda word: word, f"{at}/{name}")
        for word in listed:
            if word not in words or word in taken:
                raise fail(
                    f"{at}/{name}", f"outcomes of {gate['kind']}, each once", word, "record.rules"
                )
        taken.update(listed)


def _kinds_before(entry: dict[str, Any]) -> set[str]:
    return {gate["kind"] for gate in entry["after"]}


def _find_cycle(before: dict[str, set[str]]) -> list[str]:
    """Return the kinds that lie on a cycle or wait for one, sorted; none if there is no cycle.

    Kinds that wait for nothing are taken away until no such kind is left (Kahn's algorithm).
    """
    waiting = dict(before)
    while free := [kind for kind, others in waiting.items() if not others & waiting.keys()]:
        for kind in free:
            del waiting[kind]
    return sorted(waiting)
