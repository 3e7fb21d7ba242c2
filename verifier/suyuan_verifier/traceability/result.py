"""What a rule finds, and what a check reports of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Finding(NamedTuple):
    """What one rule finds in one submission.

    Attributes:
        outcome: pass, fail, notApplicable or notEvaluated.
        observed: what was there; with fail and notEvaluated.
        expected: what the rule asks for; with fail.
    """

    outcome: str
    observed: str | None = None
    expected: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A finding under the severity that the rule set gives its rule.

    Attributes:
        rule_id: stable id, for example `gases.sum`.
        severity: error, warning or info.
        outcome: pass, fail, notApplicable or notEvaluated.
        observed: up to 500 characters, or None.
        expected: up to 500 characters, or None.
    """

    rule_id: str
    severity: str
    outcome: str
    observed: str | None
    expected: str | None


PASSED = Finding("pass")
NOT_APPLICABLE = Finding("notApplicable")


def failed(observed: str, expected: str) -> Finding:
    """The submission breaks the rule."""
    return Finding("fail", observed, expected)


def not_evaluated(observed: str) -> Finding:
    """The rule applies, and what it needs to know is not there."""
    return Finding("notEvaluated", observed)


def passed_if(*, holds: bool, observed: str, expected: str) -> Finding:
    """Pass, or fail with what was there and what should be."""
    return PASSED if holds else failed(observed, expected)
