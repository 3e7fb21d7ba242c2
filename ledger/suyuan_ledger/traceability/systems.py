"""Cross-check of submitted figures against other systems' figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.factor_rows import RowProblem
from suyuan_ledger.traceability.exact import divided, exactly, plain
from suyuan_ledger.traceability.outcome import PASS, Finding, fail, unknown
from suyuan_ledger.traceability.systems_table import SystemRow

MAX_CROSS_CHECKS = 256
MAX_DIFFERENCE = Decimal(1_000_000)
"""A larger relative difference is stated as this; what it amounts to is clear by then."""

_DIFFERENCE_PLACES = 6


@dataclass(frozen=True, slots=True)
class CrossChecks:
    """What the comparison found.

    Attributes:
        finding: of the rule systems.cross-check.
        members: the items of `crossChecks`, in the table's order.
    """

    finding: Finding
    members: tuple[dict[str, Any], ...]


def cross_check(
    subject: dict[str, Any], rules: dict[str, Any], rows: Sequence[SystemRow] | None
) -> CrossChecks:
    """systems.cross-check: |submitted - reported| <= tolerance x |reported|, for every row.

    Args:
        subject: of the submission.
        rules: the `credentialSubject` of the RuleSet, for its tolerances.
        rows: of an export; those for other factors are passed over. None if there is no export.

    Raises:
        RefusedError: `csv.system_tolerance`, the rule set gives the row's system no tolerance;
            `csv.submitted`, nothing is submitted under that name and unit; `csv.too_many_rows`.
    """
    if rows is None:
        return CrossChecks(unknown("no figures of other systems given"), ())
    mine = [row for row in rows if row.factor_code in {"", subject["factorCode"]}]
    if not mine:
        return CrossChecks(unknown("no figures for this factor"), ())
    if len(mine) > MAX_CROSS_CHECKS:
        raise RefusedError("csv.too_many_rows", expected=f"<= {MAX_CROSS_CHECKS}", found=len(mine))
    tolerances = {item["system"]: item["relative"] for item in rules["traceability"]["tolerances"]}
    with exactly():
        members = tuple(_compare(subject, tolerances, row) for row in mine)
    failed = sum(member["outcome"] == "fail" for member in members)
    if failed:
        found = fail(f"{failed} of {len(members)} figures differ", "differences within tolerance")
        return CrossChecks(found, members)
    return CrossChecks(PASS, members)


def compare_figures(submitted: str, reported: str, tolerance: str) -> tuple[Decimal, bool]:
    """Compare what was submitted with what a system reports.

    Returns:
        The relative difference, rounded half to even to 6 places and at most a million, and whether
        the exact one is within the tolerance.
    """
    stated, told = Decimal(submitted), Decimal(reported)
    distance = abs(stated - told)
    difference = Decimal(0)
    if distance:
        # A system that reports nothing is compared with what was submitted.
        difference = divided(distance, abs(told) or abs(stated), _DIFFERENCE_PLACES)
    return min(difference, MAX_DIFFERENCE), distance <= Decimal(tolerance) * abs(told)


def _compare(subject: dict[str, Any], tolerances: dict[str, str], row: SystemRow) -> dict[str, Any]:
    tolerance = tolerances.get(row.system)
    if tolerance is None:
        raise _refuse(row, "system", "系统", "csv.system_tolerance", row.system)
    submitted = row.submitted or _from_inventory(subject, row)
    if submitted is None:
        raise _refuse(row, "item", "项目", "csv.submitted", f"{row.item}, {row.unit}")
    difference, holds = compare_figures(submitted, row.reported, tolerance)
    return {
        "system": row.system,
        "item": row.item,
        "unit": row.unit,
        "period": {"start": row.start, "end": row.end},
        "submitted": submitted,
        "reported": row.reported,
        "relativeDifference": plain(difference),
        "tolerance": tolerance,
        "outcome": "pass" if holds else "fail",
    }


def _from_inventory(subject: dict[str, Any], row: SystemRow) -> str | None:
    """Return the quantity of the only line item of that name and unit."""
    found: list[str] = [
        item["quantity"]
        for item in subject.get("inventory", ())
        if row.unit == item["unit"] and row.item in item["activity"].values()
    ]
    return found[0] if len(found) == 1 else None


def _refuse(row: SystemRow, column: str, zh: str, code: str, found: str) -> RefusedError:
    problem = RowProblem(row.row, column, code, found=found, zh=zh)
    return problem.as_error()
