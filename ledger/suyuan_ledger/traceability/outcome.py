"""What rules find, what a check reports of it, and the verdict that follows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

Outcome = Literal["pass", "fail", "notApplicable", "notEvaluated"]
Verdict = Literal["pass", "conditional", "fail"]


class Finding(NamedTuple):
    """What one rule finds.

    Attributes:
        outcome: notApplicable if the rule asks nothing of such a submission, notEvaluated if what
            it needs to know is not there.
        observed: what was there; stated with fail and notEvaluated.
        expected: what the rule asks for; stated with fail.
    """

    outcome: Outcome
    observed: str | None = None
    expected: str | None = None


PASS = Finding("pass")
NOT_APPLICABLE = Finding("notApplicable")


def fail(observed: str, expected: str) -> Finding:
    """The rule is broken."""
    return Finding("fail", observed, expected)


def unknown(observed: str) -> Finding:
    """The rule applies and cannot be judged."""
    return Finding("notEvaluated", observed)


class Result(NamedTuple):
    """A finding with its rule, as a TraceabilityCheck carries it.

    Attributes:
        rule_id: stable id, for example `gases.sum`.
        scope: record, set, files or systems.
        severity: error, warning or info, as the rule set says.
        outcome: pass, fail, notApplicable or notEvaluated.
        observed: up to 500 characters, or None.
        expected: up to 500 characters, or None.
    """

    rule_id: str
    scope: str
    severity: str
    outcome: str
    observed: str | None = None
    expected: str | None = None

    def as_member(self) -> dict[str, str]:
        """Return the item of `results`."""
        member = {
            "ruleId": self.rule_id,
            "scope": self.scope,
            "severity": self.severity,
            "outcome": self.outcome,
        }
        if self.observed is not None:
            member["observed"] = self.observed
        if self.expected is not None:
            member["expected"] = self.expected
        return member


def result_of(member: dict[str, Any]) -> Result:
    """Read an item of `results`, the inverse of `as_member`."""
    return Result(
        member["ruleId"],
        member["scope"],
        member["severity"],
        member["outcome"],
        member.get("observed"),
        member.get("expected"),
    )


def verdict_of(results: Iterable[Result]) -> Verdict:
    """Say what failures amount to: of an error `fail`, of a warning `conditional`, else `pass`."""
    failures = {result.severity for result in results if result.outcome == "fail"}
    if "error" in failures:
        return "fail"
    return "conditional" if "warning" in failures else "pass"
