"""What each kind of governance record says, in the simplest form that is allowed.

Every function returns a `credentialSubject`; `changes` replace its members. Nothing here is real:
the organisations are fictional, documents are `notStated`.
"""

from __future__ import annotations

from simulator import START, stamp

AT_ONCE = stamp(START)
"""Effective since before the first record was logged."""

EVERY_ROLE = (
    "admitter",
    "authority",
    "certifier",
    "checker",
    "expert",
    "filingOffice",
    "producer",
    "registrar",
    "statusPublisher",
    "submitter",
    "supervisor",
    "transcriber",
    "verificationBody",
)


def words(en: str, zh: str = "示例（虚构）") -> dict[str, str]:
    """Text for people in both languages."""
    return {"zh": zh, "en": en}


def gate(kind: str, rel: str = "about", quorum: int = 1, **outcomes) -> dict:
    """One predecessor that a record of the workflow needs."""
    return {"kind": kind, "rel": rel, "quorum": quorum, **outcomes}


def governed(kind: str, roles: str, after: list[dict], **switches) -> dict:
    """One kind of record that the rule set governs."""
    return {
        "kind": kind,
        "roles": sorted(roles.split()),
        "independence": "none",
        "order": "any",
        "after": after,
        **switches,
    }


def workflow(**changes: dict) -> list[dict]:
    """The workflow of the simulator's rule set; `changes` replace members of one kind's entry."""
    submitted = [gate("FactorSubmission")]
    gates = [
        gate("FactorSubmission"),
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
            3,
            accept=["accept"],
            conditional=["acceptWithChanges"],
            reject=["reject"],
            tolerate=1,
        ),
        gate(
            "AuthorityVerification", "basedOn", accept=["verified"], reject=["refused"], tolerate=0
        ),
    ]
    entries = [
        governed("Assignment", "admitter", submitted),
        governed("AuthorityVerification", "authority", submitted, independence="organisation"),
        governed("ExpertReview", "expert", submitted, independence="group"),
        governed("FactorAdmission", "admitter", gates),
        governed("FactorErratum", "admitter", [gate("FactorAdmission", "corrects")]),
        governed(
            "FactorSupersession",
            "admitter",
            [gate("FactorAdmission", "supersedes"), gate("FactorAdmission", "basedOn")],
        ),
        governed("FactorWithdrawal", "admitter", [gate("FactorAdmission", "withdraws")]),
        governed("Objection", " ".join(EVERY_ROLE), []),
        governed("Return", "admitter authority checker", submitted),
        governed("TraceabilityCheck", "checker", submitted, independence="organisation"),
    ]
    return [{**entry, **changes.get(entry["kind"], {})} for entry in entries]


def rule_set(**changes) -> dict:
    """RuleSet: three experts of whom at most one objects, one check, one authority."""
    return {
        "ruleSetId": "EXAMPLE-RULES",
        "version": "1",
        "title": words("Example rules (fictional)"),
        "workflow": workflow(),
        "traceability": {
            "rules": [{"ruleId": "value.sign", "severity": "error"}],
            "plausible": [],
            "range": {"minimumSample": 5, "spread": "5"},
            "tolerances": [],
        },
        "status": {"interval": 86_400},
        "caps": {
            "certificateMonths": 24,
            "cutOffSingle": "0.01",
            "cutOffTotal": "0.05",
            "externalShare": "1",
        },
        "conversions": [{"from": "MWH", "to": "KWH", "factor": "1000"}],
        "schemas": [],
        **changes,
    }


def method_reference(**changes) -> dict:
    """MethodReference."""
    return {
        "standardNumber": "EXAMPLE 0000-0000",
        "title": words("Example standard (fictional)"),
        "issueDate": "notStated",
        "effectiveDate": "notStated",
        "declaredUnit": "notStated",
        "allocationDefault": "notStated",
        "sources": [
            {
                "title": words("Example source (fictional)"),
                "publisher": words("Example publisher (fictional)"),
                "documentNumber": "notStated",
                "date": "notStated",
                "locator": "notStated",
            }
        ],
        **changes,
    }


def result(rule_id: str = "value.sign", outcome: str = "pass", **changes) -> dict:
    """One rule's result in a TraceabilityCheck."""
    return {
        "ruleId": rule_id,
        "scope": "record",
        "severity": "error",
        "outcome": outcome,
        **changes,
    }


def comparison(**changes) -> dict:
    """One row of a TraceabilityCheck's cross checks: 100 submitted, 102 reported, tolerated."""
    return {
        "system": "energyMonitoring",
        "item": "example energy",
        "unit": "KWH",
        "period": {"start": "2025-01-01", "end": "2025-12-31"},
        "submitted": "100",
        "reported": "102",
        "relativeDifference": "0.019608",
        "tolerance": "0.05",
        "outcome": "pass",
        **changes,
    }


def compared_rules() -> dict:
    """The member `traceability` of rules that ask for a comparison with another system, too."""
    return {
        **rule_set()["traceability"],
        "rules": [
            {"ruleId": name, "severity": "error"} for name in ("systems.cross-check", "value.sign")
        ],
        "tolerances": [{"system": "energyMonitoring", "relative": "0.05"}],
    }


def check(**changes) -> dict:
    """TraceabilityCheck."""
    return {
        "asOfTreeSize": 1,
        "results": [result()],
        "engine": {"name": "example-engine", "version": "1"},
        "verdict": "pass",
        **changes,
    }


def review(**changes) -> dict:
    """ExpertReview."""
    return {
        "recommendation": "accept",
        "reviewType": "Independent external review",
        "scopes": [{"name": "Raw data", "methods": ["Validation of data sources"]}],
        "conflictOfInterest": {"declaration": "none"},
        **changes,
    }


def conflicted() -> dict[str, dict]:
    """The member of a review whose expert declares a conflict of interest."""
    declaration = {"declaration": "exists", "statement": words("Worked for the provider (example)")}
    return {"conflictOfInterest": declaration}


def verification(**changes) -> dict:
    """AuthorityVerification."""
    return {
        "result": "verified",
        "documentNumber": "notStated",
        "basis": words("Compared with the example source"),
        **changes,
    }


def assignment(assignee: str, **changes) -> dict:
    """Assignment to the key `assignee`."""
    return {"assignee": assignee, "task": "ExpertReview", "dueDate": "2026-02-01", **changes}


def return_(**changes) -> dict:
    """Return."""
    return {"reason": words("The locator of the source is missing"), **changes}


def objection(**changes) -> dict:
    """Objection."""
    return {"grounds": words("The figure is disputed"), "request": "recheck", **changes}


def admission(**changes) -> dict:
    """FactorAdmission; `reviewedTreeSize` has to be told."""
    return {"registryNumber": "EXAMPLE-0001", "effectiveFrom": AT_ONCE, **changes}


def ending(**changes) -> dict:
    """FactorSupersession or FactorWithdrawal; a FactorErratum says its corrections, too."""
    return {
        "cause": words("An error was found"),
        "effectiveFrom": AT_ONCE,
        "impact": "recall",
        **changes,
    }


def erratum(**changes) -> dict:
    """FactorErratum."""
    corrections = [{"pointer": "/credentialSubject/value", "was": "1.250", "is": "1.520"}]
    return ending(corrections=corrections, **changes)


def revocation(did: str, from_index: int, **changes) -> dict:
    """EnrolmentRevocation of the key `did`."""
    return {"id": did, "reason": "ceased", "fromIndex": from_index, **changes}


def status_change(to: str = "suspended", **changes) -> dict:
    """StatusChange from active."""
    return {
        "from": "active",
        "to": to,
        "cause": words("An investigation began"),
        "effectiveFrom": AT_ONCE,
        **changes,
    }
