"""A sound subject of each kind of governance, with the required members only and with all.

Fictional throughout: no office, standard or document of these names exists.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from corpus_base import TIME, Value, did_of, product_factor, text
from gzip_members import bitstring, gzip_member, multibase

SRI = product_factor()["evidence"][0]["digestSRI"]
DIGEST = "sha256:" + sha256(b"review").hexdigest()


def gate(kind: str, rel: str, quorum: int = 1, **outcomes: Any) -> Value:
    """One thing that has to be there before."""
    return {"kind": kind, "rel": rel, "quorum": quorum, **outcomes}


def entry(kind: str, *after: Value, roles: str = "admitter", who: str = "none") -> Value:
    """What a rule set says about one kind."""
    return {
        "kind": kind,
        "roles": roles.split(),
        "independence": who,
        "order": "any",
        "after": list(after),
    }


def workflow() -> list[Value]:
    """An entry of each governed kind that a factor meets."""
    submitted = gate("FactorSubmission", "about")
    return [
        entry("Assignment", submitted),
        entry("AuthorityVerification", submitted, roles="authority", who="organisation"),
        entry("ExpertReview", submitted, roles="expert", who="group"),
        {
            **entry(
                "FactorAdmission",
                submitted,
                gate(
                    "TraceabilityCheck",
                    "basedOn",
                    accept=["pass"],
                    conditional=["conditional"],
                    reject=["fail"],
                    tolerate=0,
                ),
                gate(
                    "ExpertReview",
                    "basedOn",
                    64,
                    accept=["abstain", "accept"],
                    conditional=["acceptWithChanges"],
                    reject=["reject"],
                    tolerate=64,
                ),
                gate("AuthorityVerification", "basedOn", accept=["verified"]),
            ),
            "order": "listed",
        },
        entry("FactorErratum", gate("FactorAdmission", "corrects")),
        entry(
            "FactorSupersession",
            gate("FactorAdmission", "supersedes"),
            gate("FactorAdmission", "basedOn"),
        ),
        entry("FactorWithdrawal", gate("FactorAdmission", "withdraws")),
        entry("Objection", roles="expert submitter"),
        entry("Return", submitted, roles="admitter authority checker"),
        entry("TraceabilityCheck", submitted, roles="checker", who="organisation"),
    ]


def certification() -> list[Value]:
    """An entry of each governed kind from footprint to label, and of data for CBAM."""
    stated, certified = gate("FootprintStatement", "about"), gate("Certificate", "about")
    opinions = {"accept": ["verified"], "reject": ["refused"], "tolerate": 0}
    filings = {"accept": ["filed"], "reject": ["refused"], "tolerate": 0}
    watched = gate("Surveillance", "basedOn", accept=["conforming"], conditional=["nonconforming"])
    return [
        entry("CbamInstallationData", roles="producer"),
        entry(
            "Certificate",
            stated,
            gate("FootprintVerification", "basedOn", **opinions),
            roles="certifier",
            who="group",
        ),
        entry("Filing", certified, roles="filingOffice", who="organisation"),
        entry("FootprintStatement", gate("FactorAdmission", "uses"), roles="producer"),
        entry("FootprintVerification", stated, roles="certifier verificationBody", who="group"),
        entry("LabelIssuance", certified, gate("Filing", "basedOn", **filings), watched),
        entry("Surveillance", roles="certifier supervisor"),
    ]


def footprint_rules() -> Value:
    """By which figures a footprint is judged, with every list filled."""
    return {
        "boundaries": [
            {"statement": "cradleToGate", "factors": ["cradleToGate", "gateToGate", "notStated"]},
            {"statement": "gateToGrave", "factors": ["gateToGrave"]},
        ],
        "factorAgeYears": 5,
        "electricity": [
            {"factorCode": "EXAMPLE-HYDRO", "type": "generation"},
            {"factorCode": "EXAMPLE-TD", "type": "transmission"},
        ],
        "formulas": [{"id": "anodeOxidation", "scale": 6}, {"id": "pfcSlope", "scale": 18}],
        "shareScale": 4,
    }


def rule_set() -> Value:
    """A fictional rule set with every list filled."""
    return {
        "ruleSetId": "EXAMPLE-RULES",
        "version": "1.0",
        "title": text("示例规则集", "Example rules"),
        "workflow": workflow(),
        "traceability": {
            "rules": [
                {"ruleId": "range.set", "severity": "warning"},
                {"ruleId": "sources.stated", "severity": "error"},
                {"ruleId": "unit-fit", "severity": "info"},
            ],
            "plausible": [
                {"unit": "KGM", "low": "-1", "high": "100"},
                {"unit": "KWH", "low": "0", "high": "0.000000000000000001"},
            ],
            "range": {"minimumSample": 3, "spread": "3.5"},
            "tolerances": [
                {"system": "emissionMonitoring", "relative": "0"},
                {"system": "energyMonitoring", "relative": "0.05"},
                {"system": "environmentalStatistics", "relative": "0.1"},
                {"system": "ghgReport", "relative": "0.02"},
            ],
        },
        "status": {"interval": 86400},
        "caps": {
            "certificateMonths": 24,
            "cutOffSingle": "0.01",
            "cutOffTotal": "0.05",
            "externalShare": "1.00",
        },
        "conversions": [
            {"from": "KWH", "to": "MWH", "factor": "0.001"},
            {"from": "MWH", "to": "3B", "factor": "3600"},
            {"from": "MWH", "to": "KWH", "factor": "1000"},
        ],
        "schemas": [
            {"kind": "ExpertReview", "digestSRI": SRI},
            {"kind": "FactorSubmission", "digestSRI": SRI},
        ],
        "footprint": footprint_rules(),
    }


def small_rule_set() -> Value:
    """The least that a rule set can say."""
    subject = rule_set()
    subject["workflow"] = [entry("Objection", roles="submitter")]
    subject["traceability"] |= {
        "rules": [{"ruleId": "a", "severity": "info"}],
        "plausible": [],
        "tolerances": [],
    }
    return {**without(subject, "footprint"), "conversions": [], "schemas": []}


def check() -> Value:
    """A fictional traceability check."""
    return {
        "asOfTreeSize": 4711,
        "results": [
            {"ruleId": "range.set", "scope": "set", "severity": "warning", "outcome": "pass"},
            {
                "ruleId": "systems.cross-check",
                "scope": "systems",
                "severity": "error",
                "outcome": "pass",
                "observed": "0.0074",
                "expected": "<= 0.05",
            },
        ],
        "engine": {"name": "example engine", "version": "1"},
        "verdict": "pass",
        "crossChecks": [
            {
                "system": "energyMonitoring",
                "item": "electricity use",
                "unit": "KWH",
                "period": {"start": "2024-01-01", "end": "2024-12-31"},
                "submitted": "13500",
                "reported": "13400",
                "relativeDifference": "0.007462686567164179",
                "tolerance": "0.05",
                "outcome": "pass",
            }
        ],
        "statistics": {
            "sample": 12,
            "median": "3.4",
            "deviation": "0.2",
            "low": "2.8",
            "high": "4.0",
        },
        "inputs": [{"name": "export.csv", "digestSRI": SRI}],
    }


def review() -> Value:
    """A fictional expert's review."""
    return {
        "recommendation": "acceptWithChanges",
        "reviewType": "Independent external review",
        "scopes": [
            {"name": "Raw data", "methods": ["Validation of data sources", "Energy balance"]},
            {"name": "Unit process(es), single operation", "methods": ["Expert judgement"]},
        ],
        "conflictOfInterest": {
            "declaration": "exists",
            "statement": text("曾任职于示例单位", "worked for the example publisher"),
        },
        "dqi": [
            {"indicator": "Precision", "value": "Not evaluated / unknown"},
            {"indicator": "Completeness", "value": "Very good"},
        ],
        "findings": [
            {
                "pointer": "/credentialSubject/value",
                "severity": "minor",
                "text": text("请注明不确定度", "state the uncertainty"),
            },
            {"pointer": "", "severity": "critical", "text": text("全文", "the whole")},
        ],
    }


def without(subject: Value, *names: str) -> Value:
    """Return a copy that lacks these members."""
    return {name: value for name, value in subject.items() if name not in names}


def status_list(*bits: int, size: int = 131_073) -> Value:
    """A list whose first segment has these bits set, in a log of `size` records."""
    encoded = multibase(gzip_member(bitstring(*bits)))
    segment = {"purpose": "revocation", "segment": 0, "encodedList": encoded}
    return {"asOfTreeSize": size, "segments": [segment]}


_EVENT = {
    "cause": text("示例原因", "an example cause"),
    "effectiveFrom": TIME,
    "impact": "noNewUse",
}
_SOURCES = product_factor()["sources"]

FULL: dict[str, Value] = {
    "RuleSet": rule_set(),
    "MethodReference": {
        "standardNumber": "EXAMPLE 1-2026",
        "title": text("示例标准", "Example standard"),
        "issueDate": "2024-02-29",
        "effectiveDate": "notStated",
        "declaredUnit": "notStated",
        "cutOff": {"single": "0.01", "total": "0.05"},
        "allocationDefault": "mass",
        "sources": _SOURCES,
    },
    "EnrolmentRevocation": {
        "id": did_of("transcriber"),
        "reason": "compromised",
        "fromIndex": 4711,
        "statement": text("密钥遗失", "the key was lost"),
    },
    "TraceabilityCheck": check(),
    "ExpertReview": review(),
    "AuthorityVerification": {
        "result": "verified",
        "documentNumber": "notStated",
        "basis": text("示例依据", "example basis"),
    },
    "Assignment": {
        "assignee": did_of("expert"),
        "task": "ExpertReview",
        "dueDate": "2026-12-31",
    },
    "Return": {
        "reason": text("请补充来源", "state the source"),
        "changes": [
            {"pointer": "/credentialSubject/sources/0", "text": text("补充", "complete it")}
        ],
        "dueDate": "2026-12-31",
    },
    "Objection": {"grounds": text("数值有误", "the value is wrong"), "request": "recheck"},
    "FactorAdmission": {
        "registryNumber": "EX/2026-0001",
        "effectiveFrom": TIME,
        "reviewedTreeSize": 4711,
        "conditions": [{"record": DIGEST, "resolution": text("已补充", "it was added")}],
    },
    "FactorSupersession": _EVENT,
    "FactorWithdrawal": {**_EVENT, "impact": "recall"},
    "FactorErratum": {
        **_EVENT,
        "impact": "informOnly",
        "corrections": [{"pointer": "/credentialSubject/licence", "was": "", "is": "CC0-1.0"}],
    },
    "StatusChange": {
        "from": "suspended",
        "to": "active",
        "cause": text("示例原因", "an example cause"),
        "effectiveFrom": TIME,
    },
    "StatusList": status_list(0, 7, 131_071),
}
"""Every member of each kind."""

SMALL: dict[str, Value] = {
    "RuleSet": small_rule_set(),
    "MethodReference": without(FULL["MethodReference"], "cutOff"),
    "EnrolmentRevocation": without(FULL["EnrolmentRevocation"], "statement"),
    "TraceabilityCheck": {
        **without(check(), "crossChecks", "statistics", "inputs"),
        "results": check()["results"][:1],
    },
    "ExpertReview": {
        **without(review(), "dqi", "findings"),
        "conflictOfInterest": {"declaration": "none"},
    },
    "Return": without(FULL["Return"], "changes", "dueDate"),
    "FactorAdmission": without(FULL["FactorAdmission"], "conditions"),
    "StatusList": {"asOfTreeSize": 1, "segments": []},
}
"""Required members only, of the kinds that have others."""
