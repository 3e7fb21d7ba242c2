"""Execution of the rules that need nothing but the submission."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from suyuan_ledger.traceability import part_rules, statement_rules, value_rules
from suyuan_ledger.traceability.context import Submission, figures_of, read_submission
from suyuan_ledger.traceability.exact import exactly
from suyuan_ledger.traceability.outcome import Finding, Result

_CHECKS: dict[str, Callable[[Submission], Finding]] = {
    "allocation.share": value_rules.check_allocation,
    "boundary.stated": statement_rules.check_boundary,
    "data.illustrative": statement_rules.check_illustrative,
    "evidence.present": statement_rules.check_evidence,
    "gases.gwp": part_rules.check_gwp,
    "gases.sum": part_rules.check_gases,
    "inventory.emission": part_rules.check_inventory_emission,
    "inventory.series": part_rules.check_inventory_series,
    "inventory.sum": part_rules.check_inventory_sum,
    "period.past": statement_rules.check_period_past,
    "period.year": statement_rules.check_period_year,
    "series.geography": statement_rules.check_geography,
    "sources.stated": statement_rules.check_sources,
    "stages.sum": part_rules.check_stages,
    "uncertainty.range": value_rules.check_uncertainty,
    "unit.dimension": value_rules.check_dimension,
    "unit.magnitude": value_rules.check_magnitude,
    "value.sign": value_rules.check_sign,
}


def execute(record: dict[str, Any], rules: dict[str, Any]) -> list[Result]:
    """Execute the record rules that a rule set names.

    Args:
        record: a FactorSubmission whose shape holds, signed or not.
        rules: the `credentialSubject` of a RuleSet whose shape holds.

    Returns:
        A result for each rule that is named and known, in the order of their ids. A rule that this
        version does not know is left out.
    """
    named = rules["traceability"]["rules"]
    with exactly():
        given = read_submission(record, figures_of(rules))
        return [
            Result(rule["ruleId"], "record", rule["severity"], *check(given))
            for rule in named
            if (check := _CHECKS.get(rule["ruleId"])) is not None
        ]
