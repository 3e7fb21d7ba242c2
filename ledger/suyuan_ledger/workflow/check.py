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
    named = {rule["ruleId"]: rule["severity"] for rule in rules["traceability"]["rules"]}
    strange = {result.rule_id for result in results} ^ named.keys()
    if strange:
        raise RefusedError(
            "check.incomplete",
            pointer=f"{_AT}/results",
            expected="a result for every rule of the rule set, and no other",
            found=f"not so for {', '.join(sorted(strange))}",
        )
    executed = {result.rule_id: result.outcome for result in execute(submission.value, rules)}
    for place, result in enumerate(results):
        local = result.rule_id in executed
        expected = (
            "record" if local else result.scope,
            named[result.rule_id],
            executed.get(result.rule_id, result.outcome),
        )
        found = (result.scope, result.severity, result.outcome)
        if found != expected or (result.scope == "record" and not local):
            raise RefusedError(
                "check.differs",
                pointer=f"{_AT}/results/{place}",
                expected=" ".join((result.rule_id, *expected)),
                found=" ".join(found),
            )
    compared = any(item["outcome"] == "fail" for item in subject.get("crossChecks", ()))
    counted = any((item.scope, item.outcome) == ("systems", "fail") for item in results)
    verdict = verdict_of(results)
    if compared != counted or subject["verdict"] != verdict:
        raise RefusedError(
            "check.verdict",
            pointer=f"{_AT}/verdict",
            expected=f"{verdict}, and scope systems failing exactly if a comparison does",
            found=subject["verdict"],
        )
