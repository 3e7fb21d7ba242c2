"""A TraceabilityCheck, judged by executing its rules again.

What needs nothing but the submission gives the same result whoever executes it, so the door does,
and refuses a check that says something else. Results over a set of factors, files or other systems
are the checker's word. Source: docs/spec/traceability.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.traceability import execute, result_of, verdict_of

if TYPE_CHECKING:
    from suyuan_ledger.workflow.statements import Logged

CROSS_CHECK = "systems.cross-check"
"""The rule that a failed comparison with another system counts for."""

_AT = "/credentialSubject"


def check_results(subject: dict[str, Any], submission: Logged, rules: dict[str, Any]) -> None:
    """Refuse a check whose results are not those of its rules.

    Args:
        subject: `credentialSubject` of the TraceabilityCheck.
        submission: what it is about.
        rules: `credentialSubject` of the rule set in force.

    Raises:
        RefusedError: `check.incomplete`, `check.differs`, `check.verdict`.
    """
    results = [result_of(item) for item in subject["results"]]
    stated = {result.rule_id: result for result in results}
    executed = {result.rule_id: result for result in execute(submission.value, rules)}
    local = {result.rule_id for result in results if result.scope == "record"}
    if local != executed.keys():
        raise RefusedError(
            "check.incomplete",
            pointer=f"{_AT}/results",
            expected=", ".join(sorted(executed.keys() - local)) or "only rules of the rule set",
            found=", ".join(sorted(local - executed.keys())) or "none",
        )
    severities = {rule["ruleId"]: rule["severity"] for rule in rules["traceability"]["rules"]}
    for place, result in enumerate(results):
        ours = executed.get(result.rule_id)
        outcome = ours.outcome if ours else result.outcome
        # A rule of any scope weighs what the rule set says, or the verdict would be anybody's.
        severity = severities.get(result.rule_id, result.severity)
        if (result.severity, result.outcome) != (severity, outcome):
            raise RefusedError(
                "check.differs",
                pointer=f"{_AT}/results/{place}",
                expected=f"{result.rule_id}: {severity} {outcome}",
                found=f"{result.severity} {result.outcome}",
            )
    if any(item["outcome"] == "fail" for item in subject.get("crossChecks", ())):
        counted = stated.get(CROSS_CHECK)
        if counted is None or counted.outcome != "fail":
            raise RefusedError(
                "check.incomplete",
                pointer=f"{_AT}/results",
                expected=f"{CROSS_CHECK} with outcome fail, because a comparison failed",
                found="absent" if counted is None else counted.outcome,
            )
    verdict = verdict_of(results)
    if subject["verdict"] != verdict:
        raise RefusedError(
            "check.verdict", pointer=f"{_AT}/verdict", expected=verdict, found=subject["verdict"]
        )
