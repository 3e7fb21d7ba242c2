"""What others say about a submission: check, review, verification, assignment, return, objection.

See docs/spec/kinds.md#traceabilitycheck and the sections after it.
"""

from __future__ import annotations

from suyuan_verifier import shape
from suyuan_verifier.kinds.outcomes import OUTCOMES
from suyuan_verifier.kinds.terms import (
    AT,
    CONFLICT,
    DIGEST_SRI,
    FINDINGS,
    NAME,
    PERIOD,
    POINTER,
    RULE_ID,
    SIZE,
    SYSTEMS,
    Subject,
    check_ascending,
    check_conflict,
    check_period,
    check_unique,
    did,
)
from suyuan_verifier.shape import array, bilingual, integer, obj, one_of, text

# ILCD (International Reference Life Cycle Data System) format 1.1, ILCD_Common_EnumerationValues:
# the words exactly as published there, blanks, commas and all.
REVIEW_TYPES = (
    "Dependent internal review",
    "Independent internal review",
    "Independent external review",
    "Accredited third party review",
    "Independent review panel",
    "Not reviewed",
)
REVIEW_SCOPES = (
    "Raw data",
    "Unit process(es), single operation",
    "Unit process(es), black box",
    "LCI results or Partly terminated system",
    "LCIA results",
    "Documentation",
    "Life cycle inventory methods",
    "LCIA results calculation",
    "Goal and scope definition",
)
REVIEW_METHODS = (
    "Validation of data sources",
    "Sample tests on calculations",
    "Energy balance",
    "Element balance",
    "Mass balance",
    "Cross-check with other source",
    "Cross-check with other data set",
    "Expert judgement",
    "Compliance with legal limits",
    "Compliance with ISO 14040 to 14044",
    "Documentation",
    "Evidence collection by means of plant visits and/or interviews",
)
QUALITY_INDICATORS = (
    "Technological representativeness",
    "Time representativeness",
    "Geographical representativeness",
    "Completeness",
    "Precision",
    "Methodological appropriateness and consistency",
    "Overall quality",
)
QUALITY_VALUES = (
    "Very good",
    "Good",
    "Fair",
    "Poor",
    "Very poor",
    "Not evaluated / unknown",
    "Not applicable",
)

_OBSERVATION = text(500)
_DECIMAL = shape.decimal
_CHECK = obj(
    {
        "asOfTreeSize": SIZE,
        "results": array(
            obj(
                {
                    "ruleId": RULE_ID,
                    "scope": one_of("record", "set", "files", "systems"),
                    "severity": one_of("error", "warning", "info"),
                    "outcome": one_of("pass", "fail", "notApplicable", "notEvaluated"),
                },
                {"observed": _OBSERVATION, "expected": _OBSERVATION},
            ),
            1,
            64,
        ),
        "engine": obj({"name": text(64), "version": text(32)}),
        "verdict": one_of(*OUTCOMES["TraceabilityCheck"][1]),
    },
    {
        "crossChecks": array(
            obj(
                {
                    "system": one_of(*SYSTEMS),
                    "item": NAME,
                    "unit": text(32),
                    "period": PERIOD,
                    "submitted": _DECIMAL,
                    "reported": _DECIMAL,
                    "relativeDifference": _DECIMAL,
                    "tolerance": _DECIMAL,
                    "outcome": one_of("pass", "fail"),
                }
            ),
            1,
            256,
        ),
        "statistics": obj(
            {
                "sample": integer(1, 2**53 - 1),
                "median": _DECIMAL,
                "deviation": _DECIMAL,
                "low": _DECIMAL,
                "high": _DECIMAL,
            }
        ),
        "inputs": array(obj({"name": NAME, "digestSRI": DIGEST_SRI}), 1, 64),
    },
)
_REVIEW = obj(
    {
        "recommendation": one_of(*OUTCOMES["ExpertReview"][1]),
        "reviewType": one_of(*REVIEW_TYPES),
        "scopes": array(
            obj(
                {
                    "name": one_of(*REVIEW_SCOPES),
                    "methods": array(one_of(*REVIEW_METHODS), 1, len(REVIEW_METHODS)),
                }
            ),
            1,
            len(REVIEW_SCOPES),
        ),
        "conflictOfInterest": CONFLICT,
    },
    {
        "dqi": array(
            obj({"indicator": one_of(*QUALITY_INDICATORS), "value": one_of(*QUALITY_VALUES)}),
            1,
            len(QUALITY_INDICATORS),
        ),
        "findings": FINDINGS,
    },
)
_VERIFICATION = obj(
    {
        "result": one_of(*OUTCOMES["AuthorityVerification"][1]),
        "documentNumber": NAME,
        "basis": bilingual(),
    }
)
_ASSIGNMENT = obj({"assignee": did, "task": one_of(*OUTCOMES), "dueDate": shape.day})
_RETURN = obj(
    {"reason": bilingual()},
    {
        "changes": array(obj({"pointer": POINTER, "text": bilingual()}), 1, 64),
        "dueDate": shape.day,
    },
)
_OBJECTION = obj(
    {"grounds": bilingual(), "request": one_of("withdraw", "correct", "recheck", "explain")}
)


def check_traceability_check(subject: Subject) -> None:
    """数据溯源性校验: what each rule of the rule set found."""
    _CHECK(subject, AT)
    check_ascending(subject["results"], lambda result: result["ruleId"], f"{AT}/results", "ruleId")
    for position, item in enumerate(subject.get("crossChecks", ())):
        check_period(item["period"], f"{AT}/crossChecks/{position}/period")


def check_review(subject: Subject) -> None:
    """专家评审意见: what one expert recommends, and what was looked at how."""
    _REVIEW(subject, AT)
    check_unique(subject["scopes"], lambda scope: str(scope["name"]), f"{AT}/scopes")
    for position, scope in enumerate(subject["scopes"]):
        check_unique(scope["methods"], str, f"{AT}/scopes/{position}/methods")
    check_unique(subject.get("dqi", []), lambda item: str(item["indicator"]), f"{AT}/dqi")
    check_conflict(subject["conflictOfInterest"], f"{AT}/conflictOfInterest")


def check_verification(subject: Subject) -> None:
    """行业主管部门验证: whether an authority confirms, by which document."""
    _VERIFICATION(subject, AT)


def check_assignment(subject: Subject) -> None:
    """评审分派: whose turn it is, until when."""
    _ASSIGNMENT(subject, AT)


def check_return(subject: Subject) -> None:
    """退回补正: what has to be changed before it goes on."""
    _RETURN(subject, AT)


def check_objection(subject: Subject) -> None:
    """异议: what somebody holds against a record."""
    _OBJECTION(subject, AT)
