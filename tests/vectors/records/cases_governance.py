"""The shape of the governance kinds: every member missing, unknown, of another form, out of bounds.

Each table below has a dotted path into the full example and a value that may not stand there.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from cases_bytes import refuse
from cases_changed import Change, cases_of
from cases_sound import accept
from cases_tables import Tables, numbers, shape_cases
from corpus_base import Case, did_key, sign
from corpus_governance import FULL, SMALL, status_list, without
from corpus_links import SIGNER, signed_text, unsigned

OPTIONAL = {
    "accept", "reject", "tolerate", "conditional", "cutOff", "statement", "crossChecks",
    "statistics", "inputs", "observed", "expected", "dqi", "findings", "changes", "conditions",
}  # fmt: skip
"""Members that may be absent, or whose absence breaks a rule with a code of its own."""
ALSO_OPTIONAL = {"Return": {"dueDate"}, "RuleSet": {"footprint"}}

OBJECTS: dict[str, list[str]] = {
    "RuleSet": [
        "workflow.0", "workflow.0.after.0", "traceability", "traceability.rules.0",
        "traceability.plausible.0", "traceability.range", "traceability.tolerances.0", "status",
        "caps", "conversions.0", "schemas.0", "footprint", "footprint.boundaries.0",
        "footprint.electricity.0", "footprint.formulas.0",
    ],
    "MethodReference": ["title", "cutOff", "sources.0"],
    "TraceabilityCheck": [
        "results.0", "crossChecks.0", "crossChecks.0.period", "statistics", "inputs.0", "engine",
    ],
    "ExpertReview": ["scopes.0", "dqi.0", "findings.0", "conflictOfInterest"],
    "Return": ["changes.0"],
    "FactorAdmission": ["conditions.0"],
    "FactorErratum": ["corrections.0"],
    "StatusList": ["segments.0"],
}  # fmt: skip
"""Objects inside each subject, the subject itself left out."""

# Path: fewest items, most, and the member by which they have to differ. A list of words that each
# stand once has no case for its most: there are no more words than that.
LISTS: dict[str, dict[str, tuple[int, int, str]]] = {
    "RuleSet": {
        "workflow": (1, 0, ""), "workflow.0.roles": (1, 0, ""), "workflow.0.after": (0, 16, ""),
        "workflow.3.after.1.accept": (1, 0, ""), "traceability.rules": (1, 64, "ruleId"),
        "traceability.plausible": (0, 0, ""), "traceability.tolerances": (0, 0, ""),
        "conversions": (0, 0, ""), "schemas": (0, 64, "kind"),
        "footprint.boundaries": (1, 4, ""), "footprint.boundaries.0.factors": (1, 6, ""),
        "footprint.electricity": (0, 64, ""), "footprint.formulas": (0, 2, ""),
    },
    "MethodReference": {"sources": (1, 8, "")},
    "TraceabilityCheck": {
        "results": (1, 64, "ruleId"), "crossChecks": (1, 256, ""), "inputs": (1, 64, ""),
    },
    "ExpertReview": {
        "scopes": (1, 0, ""), "scopes.0.methods": (1, 0, ""), "dqi": (1, 0, ""),
        "findings": (1, 64, ""),
    },
    "Return": {"changes": (1, 64, "")},
    "FactorAdmission": {"conditions": (1, 64, "record")},
    "FactorErratum": {"corrections": (1, 64, "")},
    "StatusList": {"segments": (0, 0, "")},
}  # fmt: skip

INTEGERS: dict[str, dict[str, tuple[int, int]]] = {
    "RuleSet": {
        "workflow.0.after.0.quorum": (1, 64), "workflow.3.after.1.tolerate": (0, 64),
        "traceability.range.minimumSample": (3, 1000), "status.interval": (60, 31_536_000),
        "caps.certificateMonths": (1, 120), "footprint.factorAgeYears": (0, 50),
        "footprint.shareScale": (0, 18), "footprint.formulas.0.scale": (0, 18),
    },
    "EnrolmentRevocation": {"fromIndex": (0, 2**53 - 1)},
    "TraceabilityCheck": {"asOfTreeSize": (0, 2**53 - 1), "statistics.sample": (1, 2**53 - 1)},
    "FactorAdmission": {"reviewedTreeSize": (1, 2**53 - 1)},
    "StatusList": {"segments.0.segment": (0, 2**53 - 1)},
}  # fmt: skip

# Path: longest, in characters; none of these may be empty.
TEXTS: dict[str, dict[str, int]] = {
    "RuleSet": {"ruleSetId": 64, "schemas.0.kind": 64, "traceability.rules.0.ruleId": 64,
                "footprint.electricity.0.factorCode": 64},
    "MethodReference": {"standardNumber": 200, "allocationDefault": 64, "title.zh": 2000},
    "EnrolmentRevocation": {"statement.zh": 2000},
    "TraceabilityCheck": {
        "results.1.observed": 500, "results.1.expected": 500, "crossChecks.0.item": 200,
        "crossChecks.0.unit": 32, "inputs.0.name": 200, "engine.name": 64, "engine.version": 32,
        "results.0.ruleId": 64,
    },
    "ExpertReview": {"findings.0.text.en": 2000},
    "AuthorityVerification": {"documentNumber": 200, "basis.zh": 2000},
    "FactorAdmission": {"registryNumber": 64},
}  # fmt: skip

WORDS: dict[str, list[str]] = {
    "RuleSet": [
        "workflow.0.kind", "workflow.0.roles.0", "workflow.0.independence", "workflow.0.order",
        "workflow.0.after.0.kind", "workflow.0.after.0.rel", "traceability.rules.0.severity",
        "traceability.plausible.0.unit", "traceability.tolerances.0.system", "conversions.0.from",
        "conversions.0.to", "footprint.boundaries.0.statement",
        "footprint.boundaries.0.factors.0", "footprint.electricity.0.type",
        "footprint.formulas.0.id",
    ],
    "MethodReference": ["declaredUnit"],
    "EnrolmentRevocation": ["reason"],
    "TraceabilityCheck": [
        "results.0.scope", "results.0.severity", "results.0.outcome", "verdict",
        "crossChecks.0.system", "crossChecks.0.outcome",
    ],
    "ExpertReview": [
        "recommendation", "reviewType", "scopes.0.name", "scopes.0.methods.0", "dqi.0.indicator",
        "dqi.0.value", "findings.0.severity", "conflictOfInterest.declaration",
    ],
    "AuthorityVerification": ["result"],
    "Assignment": ["task"],
    "Objection": ["request"],
    "FactorSupersession": ["impact"],
    "FactorWithdrawal": ["impact"],
    "FactorErratum": ["impact"],
    "StatusChange": ["from", "to"],
    "StatusList": ["segments.0.purpose"],
}  # fmt: skip

DECIMALS: dict[str, dict[str, str]] = {
    "RuleSet": {
        "traceability.plausible.0.low": "1e0", "traceability.range.spread": "0.00",
        "traceability.tolerances.1.relative": "-0.05", "caps.cutOffSingle": "1.01",
        "caps.cutOffTotal": "-0.1", "caps.externalShare": "2", "conversions.0.factor": "-1",
    },
    "MethodReference": {"cutOff.single": "1.5", "cutOff.total": "5%"},
    "TraceabilityCheck": {
        "crossChecks.0.submitted": "1e3", "crossChecks.0.reported": "1,000",
        "crossChecks.0.relativeDifference": ".5", "crossChecks.0.tolerance": "5%",
        "statistics.median": "NaN", "statistics.deviation": "-0", "statistics.low": "01",
        "statistics.high": "1.",
    },
}  # fmt: skip

TIMES: dict[str, dict[str, str]] = {
    "MethodReference": {
        "issueDate": "2023-02-29", "effectiveDate": "2026", "sources.0.date": "2025-02-30",
    },
    "TraceabilityCheck": {"crossChecks.0.period.end": "2024-11-31"},
    "Assignment": {"dueDate": "2026-02-29"},
    "Return": {"dueDate": "2026-12-31T00:00:00Z"},
    "FactorAdmission": {"effectiveFrom": "2026-02-30T00:00:00Z"},
    "FactorSupersession": {"effectiveFrom": "2026-11-22"},
    "FactorWithdrawal": {"effectiveFrom": "2026-11-31T00:00:00Z"},
    "FactorErratum": {"effectiveFrom": "notStated"},
    "StatusChange": {"effectiveFrom": "2026-11-22T08:00:00+08:00"},
}  # fmt: skip

UNITS = ("KGM", "TNE", "KWH", "MWH", "MTQ", "LTR", "MTK", "TKM", "3B", "H87")
ONE_BIT = status_list(0)["segments"][0]["encodedList"]
ALMOST = did_key(b"\xff" * 32, b"\xed\x00")
"""Reads like a did:key of Ed25519 to its fifth letter; it is the last name before the first one."""
FORMS: dict[str, dict[str, tuple[str, Any]]] = {
    "RuleSet": {
        "id-blank": ("ruleSetId", "EXAMPLE RULES"),
        "version-letter": ("version", "v1"),
        "rule-upper-case": ("traceability.rules.0.ruleId", "Range.set"),
        "rule-dot-last": ("traceability.rules.0.ruleId", "range."),
        "rule-digit-first": ("traceability.rules.0.ruleId", "1.range"),
        "rule-line-feed": ("traceability.rules.0.ruleId", "range\n"),
        "digest-hex": ("schemas.0.digestSRI", "sha256-" + "ab" * 32),
        "word-number": ("workflow.3.after.1.accept.0", 1),
        "ungoverned": ("workflow.5.kind", "FactorSubmission"),
        "after-rule-set": ("workflow.0.after.0.kind", "RuleSet"),
        "after-status": ("workflow.0.after.0.kind", "StatusChange"),
        "factor-of-no-boundary": ("footprint.boundaries.0.factors.0", "notApplicable"),
        "statement-not-stated": ("footprint.boundaries.1.statement", "notStated"),
        "after-responds": ("workflow.0.after.0.rel", "responds"),
    },
    "EnrolmentRevocation": {
        "id-web": ("id", "did:web:applicant.example"),
        "id-code": ("id", ALMOST),
    },
    "TraceabilityCheck": {"digest-hex": ("inputs.0.digestSRI", "sha256-" + "ab" * 32)},
    "ExpertReview": {
        "method-of-another-case": ("scopes.0.methods.0", "expert judgement"),
        "pointer-relative": ("findings.0.pointer", "value"),
        "pointer-escape": ("findings.0.pointer", "/a~2"),
        "pointer-long": ("findings.0.pointer", "/" * 501),
        "method-twice": ("scopes.0.methods", ["Energy balance", "Energy balance"]),
        "scope-twice": ("scopes.1.name", "Raw data"),
        "indicator-twice": ("dqi.1.indicator", "Precision"),
        "conflict-untold": ("conflictOfInterest", {"declaration": "exists"}),
        "no-conflict-told": ("conflictOfInterest.declaration", "none"),
    },
    "Assignment": {
        "assignee-web": ("assignee", "did:web:expert.example"),
        "assignee-code": ("assignee", ALMOST),
        "task-admission": ("task", "FactorAdmission"),
    },
    "Return": {"pointer-relative": ("changes.0.pointer", "value")},
    "FactorAdmission": {
        "number-blank": ("registryNumber", "EX 1"),
        "number-slash-first": ("registryNumber", "/1"),
        "record-hex": ("conditions.0.record", "ab" * 32),
    },
    "FactorErratum": {
        "pointer-long": ("corrections.0.pointer", "/" + "x" * 500),
        "was-long": ("corrections.0.was", "x" * 501),
        "is-long": ("corrections.0.is", "x" * 501),
        "was-number": ("corrections.0.was", 1),
    },
    "StatusChange": {
        "same": ("to", "suspended"),
        "from-revoked": ("from", "revoked"),
        "from-cancelled": ("from", "cancelled"),
    },
    "StatusList": {
        "list-number": ("segments.0.encodedList", 1),
    },
}


def _shapes(kind: str) -> list[Case]:
    tables = Tables(
        objects=OBJECTS.get(kind, []),
        optional=OPTIONAL | ALSO_OPTIONAL.get(kind, set()),
        lists=LISTS.get(kind, {}),
        integers=INTEGERS.get(kind, {}),
        texts=TEXTS.get(kind, {}),
        words=WORDS.get(kind, []),
        decimals=DECIMALS.get(kind, {}),
        times=TIMES.get(kind, {}),
        forms=FORMS.get(kind, {}),
    )
    return shape_cases(kind, partial(signed_text, kind), FULL[kind], tables)


def _whole_numbers() -> list[Case]:
    """1.0 is an integer to JSON Schema; here it is no number at all."""
    places = ("EnrolmentRevocation", "TraceabilityCheck", "FactorAdmission")
    cases = []
    for kind in places:
        text = signed_text(kind, f"point-{kind}", FULL[kind]).replace(":4711", ":4711.0")
        cases.append(refuse(f"{kind}-point", "record.number", "4711.0 is no integer", text))
    for name, old, new in (
        ("RuleSet", '"interval":86400', '"interval":86400.0'),
        ("RuleSet-footprint", '"factorAgeYears":5', '"factorAgeYears":5.0'),
        ("StatusList", '"segment":0', '"segment":0.0'),
    ):
        kind = name.partition("-")[0]
        text = signed_text(kind, f"point-{name}", FULL[kind])
        cases.append(
            refuse(f"{name}-point", "record.number", "a point in a number", text.replace(old, new))
        )
    return cases


def governance_refused() -> list[Case]:
    """Return the cases about the shape of each kind."""
    cases = [case for kind in FULL for case in _shapes(kind)] + _whole_numbers()
    # With a segment, a smaller tree would leave bits beyond it.
    make, size = partial(signed_text, "StatusList"), numbers({"asOfTreeSize": (1, 2**53 - 1)})
    cases += cases_of("StatusList", "record.shape", make, SMALL["StatusList"], size)
    make, subject = partial(signed_text, "RuleSet"), FULL["RuleSet"]
    pairs = [(one, other) for one in sorted(UNITS) for other in sorted(UNITS) if one != other]
    many = [{"from": one, "to": other, "factor": "1"} for one, other in pairs[:65]]
    wrong: dict[str, Change] = {"conversions-65": ("conversions", many)}
    cases += cases_of("RuleSet", "record.shape", make, subject, wrong)
    make, segment = partial(signed_text, "StatusList"), FULL["StatusList"]["segments"][0]
    long = {
        "asOfTreeSize": 2**40,
        "segments": [{**segment, "segment": place, "encodedList": ONE_BIT} for place in range(257)],
    }
    text = make("StatusList-segments-257", long)
    cases.append(refuse("StatusList-segments-257", "record.shape", "257 segments", text))
    return cases


def governance_accepted() -> list[Case]:
    """Return each kind with every member, and with the required ones."""
    cases = []
    for label, table in (("full", FULL), ("small", SMALL)):
        for kind, subject in table.items():
            record = unsigned(kind, f"{kind}-{label}", subject)
            cases.append(accept(f"{kind}-{label}", f"{kind}, {label}", sign(record, SIGNER)))
    edges = {
        "FactorErratum": {"pointer": "/" + "x" * 499, "was": "x" * 500, "is": ""},
        "ExpertReview": {"pointer": "/a~0b~1c//\n", "severity": "major",
                         "text": FULL["Objection"]["grounds"]},
    }  # fmt: skip
    for kind, member in (("FactorErratum", "corrections"), ("ExpertReview", "findings")):
        subject = {**without(FULL[kind], member), member: [edges[kind]]}
        record = unsigned(kind, f"{kind}-edge", subject)
        cases.append(
            accept(f"{kind}-edge", "JSON Pointers as RFC 6901 has them", sign(record, SIGNER))
        )
    return cases
