"""The rules of a traceability check that need nothing but the submission (数据溯源性校验).

Each rule is a function of the submission and of the figures in the rule set, in exact integer
arithmetic: whoever has the bytes gets the same findings. What each asks for, when it does not
apply and what it says is written in docs/spec/traceability.md. Rules over other records, over files
and over other systems' figures are the checker's word here, and `suyuan audit` executes them again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from suyuan_verifier.traceability import figures, statements, sums
from suyuan_verifier.traceability.case import Case
from suyuan_verifier.traceability.result import Finding, Result

__all__ = ["RECORD_RULES", "Result", "execute"]

_RULES: dict[str, Callable[[Case], Finding]] = {
    "allocation.share": figures.allocation_share,
    "boundary.stated": statements.boundary_stated,
    "data.illustrative": statements.data_illustrative,
    "evidence.present": statements.evidence_present,
    "gases.gwp": sums.gases_gwp,
    "gases.sum": sums.gases_sum,
    "inventory.emission": sums.inventory_emission,
    "inventory.series": sums.inventory_series,
    "inventory.sum": sums.inventory_sum,
    "period.past": statements.period_past,
    "period.year": statements.period_year,
    "series.geography": statements.series_geography,
    "sources.stated": statements.sources_stated,
    "stages.sum": sums.stages_sum,
    "uncertainty.range": figures.uncertainty_range,
    "unit.dimension": figures.unit_dimension,
    "unit.magnitude": figures.unit_magnitude,
    "value.sign": figures.value_sign,
}
RECORD_RULES = frozenset(_RULES)
"""Ids of the rules that this package executes."""


def execute(submission: Mapping[str, Any], rules: Mapping[str, Any]) -> tuple[Result, ...]:
    """Execute the record-scope rules that a rule set names.

    Args:
        submission: a FactorSubmission whose shape holds, the whole record.
        rules: the `credentialSubject` of a RuleSet whose shape holds.

    Returns:
        One result for each rule that is named and known here, sorted by its id.
    """
    section = rules["traceability"]
    case = Case(
        subject=submission["credentialSubject"],
        day=submission["validFrom"][:10],
        plausible={band["unit"]: (band["low"], band["high"]) for band in section["plausible"]},
        conversions={(item["from"], item["to"]): item["factor"] for item in rules["conversions"]},
    )
    named = sorted((rule["ruleId"], rule["severity"]) for rule in section["rules"])
    return tuple(
        Result(rule_id, severity, *_RULES[rule_id](case))
        for rule_id, severity in named
        if rule_id in _RULES
    )
