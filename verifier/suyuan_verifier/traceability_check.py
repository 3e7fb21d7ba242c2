"""Step 8, for a TraceabilityCheck: the rules that need only the submission are executed again.

The same bytes must give the same outcome, or the report names the rule that differs. What needs
more than the submission (other factors, files, other systems' figures) is the checker's word here;
the ledger's audit executes it again (docs/spec/traceability.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from suyuan_verifier.canonical import format_digest
from suyuan_verifier.errors import ProofError
from suyuan_verifier.record import Record
from suyuan_verifier.report import Check, Outcome
from suyuan_verifier.traceability import execute
from suyuan_verifier.traceability.fixed import ONE, format_fixed, parse_fixed

_RESULTS = "/credentialSubject/results"
_COMPARISONS = "/credentialSubject/crossChecks"
_MILLION = 1_000_000
_MICRO: int = ONE // _MILLION
# A million, in the places that are stated.
_MOST: int = _MILLION * _MILLION


def re_execute(check: Record, submission: Record, rule_set: dict[str, Any]) -> Iterator[Check]:
    """Execute the record-scope rules of a check again; yield what rests on the checker's word.

    Args:
        check: a TraceabilityCheck.
        submission: the FactorSubmission that it is about.
        rule_set: `credentialSubject` of the rule set in force at the check's index.

    Raises:
        ProofError: `check.incomplete`, `check.differs`, `check.comparison` or `check.verdict`.
    """
    stated = check.subject["results"]
    own = {row["ruleId"]: row for row in stated if row["scope"] == "record"}
    asked = {rule["ruleId"]: rule["severity"] for rule in rule_set["traceability"]["rules"]}
    again = {result.rule_id: result for result in execute(submission.value, rule_set)}
    if own.keys() != again.keys():
        raise ProofError(
            "check.incomplete",
            pointer=_RESULTS,
            expected=", ".join(sorted(again)),
            found=", ".join(sorted(own)),
        )
    for position, row in enumerate(stated):
        severity = asked.get(row["ruleId"])
        if severity is None:
            raise ProofError(
                "check.incomplete",
                pointer=f"{_RESULTS}/{position}/ruleId",
                expected="a rule of the rule set",
                found=row["ruleId"],
            )
        expected, found = severity, row["severity"]
        if row["scope"] == "record":
            expected += f" {again[row['ruleId']].outcome}"
            found += f" {row['outcome']}"
        if expected != found:
            raise ProofError(
                "check.differs",
                pointer=f"{_RESULTS}/{position}",
                expected=f"{row['ruleId']}: {expected}",
                found=found,
            )
    missing = sorted(asked.keys() - {row["ruleId"] for row in stated})
    if missing:
        raise ProofError("check.incomplete", pointer=_RESULTS, expected=", ".join(missing))
    _check_verdict(check)
    _check_comparisons(check, rule_set)
    if len(own) < len(stated):
        others = ", ".join(row["ruleId"] for row in stated if row["scope"] != "record")
        yield Check(
            8,
            "check.word",
            Outcome.UNKNOWN,
            format_digest(check.content_digest),
            _RESULTS,
            found=f"{check.value['issuer']['name']}: {others}",
        )


def _check_comparisons(check: Record, rule_set: dict[str, Any]) -> None:
    """What a system reported is the checker's word; what follows from both figures is not."""
    tolerances = {row["system"]: row["relative"] for row in rule_set["traceability"]["tolerances"]}
    for position, row in enumerate(check.subject.get("crossChecks", ())):
        tolerance = tolerances.get(row["system"])
        if tolerance is None or parse_fixed(row["tolerance"]) != parse_fixed(tolerance):
            expected = tolerance or f"a tolerance of the rule set for {row['system']}"
            raise _differs(position, "tolerance", expected, row["tolerance"])
        submitted, reported = parse_fixed(row["submitted"]), parse_fixed(row["reported"])
        apart = abs(submitted - reported) * ONE > parse_fixed(tolerance) * abs(reported)
        outcome, difference = "fail" if apart else "pass", _relative_difference(submitted, reported)
        if row["outcome"] != outcome:
            raise _differs(position, "outcome", outcome, row["outcome"])
        if parse_fixed(row["relativeDifference"]) != difference:
            expected = format_fixed(difference)
            raise _differs(position, "relativeDifference", expected, row["relativeDifference"])


def _differs(position: int, member: str, expected: str, found: str) -> ProofError:
    pointer = f"{_COMPARISONS}/{position}/{member}"
    return ProofError("check.comparison", pointer=pointer, expected=expected, found=found)


def _relative_difference(submitted: int, reported: int) -> int:
    """Return |submitted - reported| / |reported|, half to even at 6 places, in units of 10^-18.

    Where the system reports 0 it is divided by |submitted|; beyond a million it says no more.
    """
    distance = abs(submitted - reported)
    if not distance:
        return 0
    divisor = abs(reported) or abs(submitted)
    quotient, rest = divmod(distance * _MILLION, divisor)
    if (2 * rest, quotient & 1) > (divisor, 0):
        quotient += 1
    return min(quotient, _MOST) * _MICRO


def _check_verdict(check: Record) -> None:
    """The verdict follows from the results, and a comparison that failed is a result too."""
    subject = check.subject
    failed = {row["severity"] for row in subject["results"] if row["outcome"] == "fail"}
    compared = any(row["outcome"] == "fail" for row in subject.get("crossChecks", ()))
    stated_so = any(
        row["scope"] == "systems" and row["outcome"] == "fail" for row in subject["results"]
    )
    if compared != stated_so:
        raise ProofError(
            "check.verdict",
            pointer="/credentialSubject/crossChecks",
            expected="a result of scope systems that fails exactly if a comparison does",
        )
    verdict = "fail" if "error" in failed else "conditional" if "warning" in failed else "pass"
    if subject["verdict"] != verdict:
        raise ProofError(
            "check.verdict",
            pointer="/credentialSubject/verdict",
            expected=verdict,
            found=subject["verdict"],
        )
