"""What a verification found: checks by step, and the verdict that follows from them.

Five outcomes, never a boolean: what is wrong (`fail`) is kept apart from what could not be checked
(`unknown`). The JSON form is canonical, so that two implementations agree byte for byte
(docs/spec/verification.md#report).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from suyuan_verifier.canonical import canonical
from suyuan_verifier.codes import codes

SCHEMA = "suyuan/report@v1"


class Outcome(StrEnum):
    """Outcome of one check."""

    PASS = "pass"  # noqa: S105 - not a password
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    NOT_RUN = "not_run"


class Verdict(StrEnum):
    """Verdict on one file, and over several files."""

    VALID = "VALID"
    INVALID = "INVALID"
    UNREADABLE = "UNREADABLE"
    UNDECIDED = "UNDECIDED"


EXIT_CODES = {
    Verdict.VALID: 0,
    Verdict.INVALID: 1,
    Verdict.UNREADABLE: 3,
    Verdict.UNDECIDED: 4,
}
EXIT_USAGE = 2
EXIT_BUG = 70
# The worst decides over several files.
_SEVERITY = (Verdict.INVALID, Verdict.UNREADABLE, Verdict.UNDECIDED, Verdict.VALID)

ASSERTED = frozenset({"workflow.completeness", "check.word"})
"""Codes of what rests on somebody's word and is said to: `unknown`, but it blocks no verdict."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what was looked at, how it came out.

    Attributes:
        step: 1 to 10; 0 for what was asked besides the steps.
        code: row of `codes.json`.
        record: content digest of the record concerned, as `sha256:...`, or None.
        pointer: JSON Pointer, into that record where one is named, else into the bundle.
    """

    step: int
    code: str
    outcome: Outcome
    record: str | None = None
    pointer: str = ""
    expected: str | None = None
    found: str | None = None

    def order(self) -> tuple[int, str, str, str]:
        """Sort key of the report."""
        return (self.step, self.record or "", self.pointer, self.code)


@dataclass(frozen=True, slots=True)
class Report:
    """The result for one bundle.

    Attributes:
        record: what the bundle is about, None unless steps 1 to 3 passed.
        trust_basis: why the block hash is believed, None if it is not.
        required_steps: the steps that the policy asked for.
    """

    verdict: Verdict
    checks: tuple[Check, ...]
    record: dict[str, Any] | None = None
    trust_basis: dict[str, Any] | None = None
    required_steps: tuple[int, ...] = field(default=())

    @property
    def exit_code(self) -> int:
        """Process exit code of this verdict."""
        return EXIT_CODES[self.verdict]

    def outcome(self, step: int) -> Outcome:
        """Return the outcome of a whole step: its worst check."""
        outcomes = _outcomes(self.checks, step)
        for worst in (Outcome.FAIL, Outcome.UNKNOWN, Outcome.NOT_RUN, Outcome.PASS):
            if worst in outcomes:
                return worst
        return Outcome.NOT_APPLICABLE if outcomes else Outcome.NOT_RUN

    def with_check(self, check: Check) -> Report:
        """Return the report with one comparison more that was asked for.

        One that fails makes INVALID, one that could not be made leaves nothing VALID; a comparison
        that holds makes nothing better than it was.
        """
        verdict = self.verdict
        if verdict is not Verdict.UNREADABLE and check.outcome is Outcome.FAIL:
            verdict = Verdict.INVALID
        elif verdict is Verdict.VALID and check.outcome is not Outcome.PASS:
            verdict = Verdict.UNDECIDED
        checks = tuple(sorted([*self.checks, check], key=Check.order))
        return replace(self, verdict=verdict, checks=checks)


def decide(checks: list[Check], required_steps: tuple[int, ...]) -> Verdict:
    """Derive the verdict: any failure is INVALID, any required step without a pass UNDECIDED."""
    if any(check.outcome is Outcome.FAIL for check in checks):
        return Verdict.INVALID
    for step in required_steps:
        outcomes = _outcomes(checks, step)
        if not outcomes or not outcomes <= {Outcome.PASS, Outcome.NOT_APPLICABLE}:
            return Verdict.UNDECIDED
    return Verdict.VALID


def _outcomes(checks: Iterable[Check], step: int) -> set[Outcome]:
    return {check.outcome for check in checks if check.step == step and check.code not in ASSERTED}


def worst(verdicts: list[Verdict]) -> Verdict:
    """Combine the verdicts of several files: INVALID > UNREADABLE > UNDECIDED > VALID."""
    return next(verdict for verdict in _SEVERITY if verdict in verdicts)


def subject_json(report: Report, name: dict[str, str | None], lang: str) -> dict[str, Any]:
    """Return one member of `subjects` in the JSON report."""
    return {
        "input": name,
        "verdict": report.verdict.value,
        "record": report.record,
        "trustBasis": report.trust_basis,
        "checks": [_check_json(check, lang) for check in report.checks],
    }


def report_json(
    subjects: list[dict[str, Any]],
    *,
    now: str,
    verdict: Verdict,
    trust: dict[str, Any],
    version: str,
) -> bytes:
    """Return the JSON report: canonical bytes and one line feed."""
    return (
        canonical(
            {
                "schema": SCHEMA,
                "now": now,
                "verdict": verdict.value,
                "exitCode": EXIT_CODES[verdict],
                "trust": trust,
                "subjects": subjects,
                "implementation": {"name": "suyuan-verifier", "version": version},
            }
        )
        + b"\n"
    )


def _check_json(check: Check, lang: str) -> dict[str, Any]:
    row = codes()[check.code]
    return {
        "step": check.step,
        "code": check.code,
        "outcome": check.outcome.value,
        "record": check.record,
        "pointer": check.pointer,
        "message": row.message[lang],
        "expected": check.expected,
        "found": check.found,
        "hint": row.hint[lang] or None,
        "spec": row.spec,
    }
