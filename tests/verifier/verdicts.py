"""What the verifier says of a bundle, short enough to compare."""

from __future__ import annotations

from datetime import datetime

from simulator import Ledger, jcs
from suyuan_verifier import Outcome, Report, parse_policy, verify

Problem = tuple[int, str]
"""(step, code)."""


def report_on(
    ledger: Ledger, bundle: dict, policy: dict, *, now: str = "", status: dict | None = None
) -> Report:
    """Verify a bundle at the ledger's own now, unless told another."""
    return verify(
        jcs(bundle),
        parse_policy(jcs(policy)),
        now=datetime.fromisoformat(now or ledger.now),
        status=None if status is None else jcs(status),
    )


def found(report: Report, *outcomes: Outcome) -> set[Problem]:
    """The checks with one of these outcomes, by default `fail`."""
    wanted = outcomes or (Outcome.FAIL,)
    return {(check.step, check.code) for check in report.checks if check.outcome in wanted}
