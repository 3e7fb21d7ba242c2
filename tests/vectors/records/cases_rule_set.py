"""Rule sets that have their shape and say what cannot be."""

from __future__ import annotations

from functools import partial
from typing import Any

from cases_changed import Change, cases_of
from cases_sound import accept
from corpus_base import Case, Value, sign
from corpus_governance import certification, entry, gate, rule_set, without, workflow
from corpus_links import SIGNER, signed_text, unsigned

_MAKE = partial(signed_text, "RuleSet")
_ACCEPT = {
    "TraceabilityCheck": ["pass"],
    "ExpertReview": ["accept"],
    "AuthorityVerification": ["verified"],
    "FootprintVerification": ["verified"],
    "Filing": ["filed"],
    "Surveillance": ["conforming"],
}
ADMISSION = "workflow.3.after"
"""Gates of the admission in the example: submission, check, review, verification."""


def _backwards(path: str) -> Change:
    place: Any = rule_set()
    for step in path.split("."):
        place = place[int(step) if step.isdecimal() else step]
    return (path, place[::-1])


def _twice(path: str) -> Change:
    place: Any = rule_set()
    for step in path.split("."):
        place = place[int(step) if step.isdecimal() else step]
    return (path, [place[0], place[0]])


def _after(first: str, *kinds: str) -> list[Value]:
    """Entries of which each waits for the next, and the last for the first."""
    ring = [first, *kinds]
    entries = []
    for kind, before in zip(ring, [*ring[1:], first], strict=True):
        outcomes = {"accept": _ACCEPT[before]} if before in _ACCEPT else {}
        who = "group" if kind == "ExpertReview" else "none"
        entries.append(entry(kind, gate(before, "basedOn", **outcomes), who=who))
    return entries


def _in_order(entries: list[Value]) -> list[Value]:
    return sorted(entries, key=lambda item: str(item["kind"]))


def _with(*entries: Value) -> list[Value]:
    """The example's workflow with some entries replaced."""
    changed = {item["kind"]: item for item in (*workflow(), *entries)}
    return _in_order(list(changed.values()))


def rule_set_refused() -> list[Case]:
    """Return the rule sets that must be refused."""
    subject = rule_set()
    ordered = (
        "workflow", "traceability.rules", "traceability.plausible", "traceability.tolerances",
        "conversions", "schemas", f"{ADMISSION}.2.accept", "footprint.boundaries",
        "footprint.boundaries.0.factors", "footprint.electricity", "footprint.formulas",
    )  # fmt: skip
    order = {f"order-{path}": _backwards(path) for path in ordered}
    order |= {f"twice-{path}": _twice(path) for path in ordered}
    # By code point, not by letter: "FactorErratum" < "Factor_" would be another order.
    order["order-case"] = (
        "schemas",
        [{**subject["schemas"][0], "kind": kind} for kind in ("a", "B")],
    )
    cases = cases_of("RuleSet", "record.order", _MAKE, subject, order)
    cases += cases_of("RuleSet", "record.roles", _MAKE, subject, {
        "roles-unsorted": ("workflow.7.roles", ["submitter", "expert"]),
        "roles-twice": ("workflow.7.roles", ["expert", "expert"]),
    })  # fmt: skip
    check, review = subject["workflow"][3]["after"][1:3]
    plain = subject["workflow"][3]["after"][0]
    contradictions: dict[str, Change] = {
        "no-accept": (f"{ADMISSION}.3", gate("AuthorityVerification", "basedOn")),
        "word-of-another-kind": (f"{ADMISSION}.1.accept", ["verified"]),
        "word-unknown": (f"{ADMISSION}.1.reject", ["failed"]),
        "word-accepted-and-rejected": (f"{ADMISSION}.1.reject", ["pass"]),
        "word-accepted-and-conditional": (f"{ADMISSION}.1.conditional", ["pass"]),
        "word-conditional-and-rejected": (f"{ADMISSION}.2.reject", ["acceptWithChanges"]),
        "reject-without-tolerate": (
            f"{ADMISSION}.1", {name: check[name] for name in check if name != "tolerate"},
        ),
        "tolerate-without-reject": (
            f"{ADMISSION}.2", {name: review[name] for name in review if name != "reject"},
        ),
        "accept-without-outcome": (f"{ADMISSION}.0", {**plain, "accept": ["pass"]}),
        "conditional-without-outcome": (f"{ADMISSION}.0", {**plain, "conditional": ["pass"]}),
        "reject-without-outcome": (
            f"{ADMISSION}.0", {**plain, "reject": ["fail"], "tolerate": 0},
        ),
        "tolerate-without-outcome": (f"{ADMISSION}.0", {**plain, "tolerate": 0}),
        "expert-of-no-independence": ("workflow.2.independence", "none"),
        "expert-of-the-same-group": ("workflow.2.independence", "organisation"),
        "opinion-of-a-filing": (
            "workflow", _with(entry("Return", gate("Filing", "basedOn", accept=["verified"]))),
        ),
        "filing-of-an-opinion": (
            "workflow",
            _with(entry("Return", gate("FootprintVerification", "basedOn", accept=["filed"]))),
        ),
        "surveillance-without-accept": (
            "workflow", _with(entry("Return", gate("Surveillance", "about"))),
        ),
        "certificate-with-outcome": (
            "workflow", _with(entry("Return", gate("Certificate", "about", accept=["verified"]))),
        ),
        "band-empty": ("traceability.plausible.0.low", "100.0"),
        "band-backwards": ("traceability.plausible.0.low", "101"),
        "conversion-to-itself": ("conversions.0.to", "KWH"),
    }  # fmt: skip
    cases += cases_of("RuleSet", "record.rules", _MAKE, subject, contradictions)
    every = [item["kind"] for item in workflow()]
    cycles: dict[str, Change] = {
        "cycle-self": ("workflow", _with(*_after("Return"))),
        "cycle-self-with-outcome": ("workflow", _with(*_after("ExpertReview"))),
        "cycle-two": ("workflow", _with(*_after("Assignment", "Return"))),
        "cycle-two-alone": ("workflow", _in_order(_after("Assignment", "Return"))),
        "cycle-three": ("workflow", _with(*_after("Return", "TraceabilityCheck", "Objection"))),
        "cycle-of-all": ("workflow", _in_order(_after(*every))),
        "cycle-of-certification": (
            "workflow",
            _with(*_after("Certificate", "Filing", "LabelIssuance", "Surveillance")),
        ),
        # The admission waits for the check already.
        "cycle-through-another": (
            "workflow", _with(entry("TraceabilityCheck", gate("FactorAdmission", "basedOn"))),
        ),
    }  # fmt: skip
    return cases + cases_of("RuleSet", "record.rule_cycle", _MAKE, subject, cycles)


def rule_set_accepted() -> list[Case]:
    """Return rule sets at the edge of a rule."""
    ring = _after(*[item["kind"] for item in workflow()])
    ring[-1]["after"] = []
    # One kind that two others wait for, on two ways to the same end: no cycle.
    diamond = _with(
        entry("Assignment", gate("Return", "basedOn"), gate("Objection", "basedOn")),
        entry("Return", gate("Objection", "basedOn")),
        entry("Objection"),
    )
    edges: dict[str, Value] = {
        "long-way": {"workflow": _in_order(ring)},
        "diamond": {"workflow": diamond},
        "every-kind": {"workflow": _with(*certification())},
        "no-footprint": {},
        "footprint-of-one-boundary": {
            "footprint": {
                **rule_set()["footprint"],
                "boundaries": rule_set()["footprint"]["boundaries"][:1],
                "electricity": [],
                "formulas": [],
                "factorAgeYears": 0,
                "shareScale": 0,
            },
        },
        "kind-without-entry": {
            "workflow": [entry("Assignment", gate("Return", "basedOn"))],
        },
        "order-by-code-point": {
            "schemas": [
                {"kind": kind, "digestSRI": rule_set()["schemas"][0]["digestSRI"]}
                for kind in ("B", "a", "\uff21", "\U00010000")
            ]
        },
    }
    cases = []
    for name, members in edges.items():
        base = without(rule_set(), "footprint") if name == "no-footprint" else rule_set()
        record = unsigned("RuleSet", f"rules-{name}", {**base, **members})
        cases.append(accept(f"RuleSet-{name}", f"a rule set: {name}", sign(record, SIGNER)))
    return cases
