"""A TraceabilityCheck, judged by executing its rules again.

What needs nothing but the submission gives the same result whoever executes it, so the door does,
and refuses a check that says something else. Results over a set of factors, files or other systems
are the checker's word. Source: docs/spec/traceability.md.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.traceability import execute, result_of, verdict_of
from suyuan_ledger.traceability.systems import compare_figures

if TYPE_CHECKING:
    from suyuan_ledger.workflow.statements import Logged

_AT = "/credentialSubject"


def check_results(
    subject: dict[str, Any], submission: Logged, rules: dict[str, Any], index: int
) -> None:
    """Refuse a check whose results are not those of its rules.

    Args:
        subject: `credentialSubject` of the TraceabilityCheck.
        submission: what it is about.
        rules: `credentialSubject` of the rule set in force.
        index: the position that the check will have.

    Raises:
        RefusedError: `check.as_of`, `check.incomplete`, `check.differs`, `check.verdict`,
            `check.comparison`.
    """
    if not submission.index < subject["asOfTreeSize"] <= index:
        raise RefusedError(
            "check.as_of",
            pointer=f"{_AT}/asOfTreeSize",
            expected=f"{submission.index + 1} to {index}",
            found=subject["asOfTreeSize"],
        )
    results = [result_of(item) for item in subject["results"]]
    named = {rule["ruleId"]: rule["severity"] for rule in rules["traceability"]["rules"]}
    executed = {result.rule_id: result.outcome for result in execute(submission.value, rules)}
    local = {result.rule_id for result in results if result.scope == "record"}
    # Nor may a rule over the submission pass for one that nobody executes again.
    strange = ({result.rule_id for result in results} ^ named.keys()) | (local ^ executed.keys())
    if strange:
        raise RefusedError(
            "check.incomplete",
            pointer=f"{_AT}/results",
            expected="a result for every rule of the rule set, and no other",
            found=f"not so for {', '.join(sorted(strange))}",
        )
    for place, result in enumerate(results):
        expected = (named[result.rule_id], executed.get(result.rule_id, result.outcome))
        found = (result.severity, result.outcome)
        if found != expected:
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
    tolerances = {row["system"]: row["relative"] for row in rules["traceability"]["tolerances"]}
    for place, row in enumerate(subject.get("crossChecks", ())):
        _check_comparison(row, tolerances.get(row["system"]), f"{_AT}/crossChecks/{place}")


def _check_comparison(row: dict[str, Any], tolerance: str | None, pointer: str) -> None:
    """Refuse a comparison that does not follow from its own figures and the rule set's tolerance.

    What the system reported is the checker's word all the same.
    """
    if tolerance is None or Decimal(row["tolerance"]) != Decimal(tolerance):
        raise RefusedError(
            "check.comparison",
            pointer=f"{pointer}/tolerance",
            expected=tolerance or f"a tolerance of the rule set for {row['system']}",
            found=row["tolerance"],
        )
    difference, holds = compare_figures(row["submitted"], row["reported"], tolerance)
    outcome = "pass" if holds else "fail"
    if row["outcome"] != outcome or Decimal(row["relativeDifference"]) != difference:
        raise RefusedError(
            "check.comparison",
            pointer=pointer,
            expected=f"{outcome}, {difference}",
            found=f"{row['outcome']}, {row['relativeDifference']}",
        )
