"""Rules that compare a submission with what was admitted before it was checked."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from suyuan_ledger.traceability.admitted import AdmittedFactors, Statistics, Traits, traits_of
from suyuan_ledger.traceability.emission_unit import EmissionUnit, read_unit
from suyuan_ledger.traceability.exact import as_quantity, exactly, plain
from suyuan_ledger.traceability.outcome import PASS, Finding, Result, fail, unknown

_TEN = Decimal(10)


@dataclass(frozen=True, slots=True)
class SetFindings:
    """What the set rules found.

    Attributes:
        results: of the set rules that the rule set names, in the order of their ids.
        statistics: the member `statistics` of the check, None if there is no sample large enough.
    """

    results: tuple[Result, ...]
    statistics: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class _Interval:
    """What the admitted factors of one product make plausible, in kilograms per base unit."""

    statistics: Statistics
    low: Decimal
    high: Decimal


def execute_set_rules(
    record: dict[str, Any], content: str, rules: dict[str, Any], admitted: AdmittedFactors
) -> SetFindings:
    """Execute the set rules that a rule set names.

    Deterministic in its arguments: `suyuan audit` calls it again with what was admitted at the
    check's `asOfTreeSize`.

    Args:
        record: a FactorSubmission whose shape holds.
        content: its content digest, `sha256:...`.
        rules: the `credentialSubject` of a RuleSet whose shape holds.
        admitted: the factors admitted at the moment of the check.
    """
    named = {rule["ruleId"]: rule["severity"] for rule in rules["traceability"]["rules"]}
    traits = traits_of(record)
    results: list[Result] = []
    statistics: dict[str, Any] | None = None
    if "duplicate.admitted" in named:
        finding = _check_duplicate(record, content, traits, admitted)
        results.append(Result("duplicate.admitted", "set", named["duplicate.admitted"], *finding))
    if "range.robust" in named:
        with exactly():
            finding, statistics = _check_range(record, content, traits, rules, admitted)
        results.append(Result("range.robust", "set", named["range.robust"], *finding))
    return SetFindings(tuple(results), statistics)


def _check_duplicate(
    record: dict[str, Any], content: str, traits: Traits, admitted: AdmittedFactors
) -> Finding:
    """duplicate.admitted: the same factor is not in the registry, or this one replaces it."""
    replaced = {
        link["contentDigest"] for link in record.get("links", ()) if link["rel"] == "supersedes"
    }
    for factor in admitted.same_factor(traits):
        if factor.content != content and not replaced & {factor.content, factor.admission}:
            return fail(f"{factor.registry_number} {factor.content}", "no admitted duplicate")
    return PASS


def _check_range(
    record: dict[str, Any],
    content: str,
    traits: Traits,
    rules: dict[str, Any],
    admitted: AdmittedFactors,
) -> tuple[Finding, dict[str, Any] | None]:
    """range.robust: within `spread` deviations of the median of the product's admitted factors."""
    limits = rules["traceability"]["range"]
    statistics = admitted.statistics(traits.products, without=content)
    sample = 0 if statistics is None else statistics.sample
    if statistics is None or sample < limits["minimumSample"]:
        return unknown(f"{sample} of {limits['minimumSample']} admitted factors"), None
    reach = Decimal(limits["spread"]) * statistics.deviation
    interval = _Interval(statistics, statistics.median - reach, statistics.median + reach)
    stated = _state(interval)
    if stated is None:
        return unknown("statistics of more than 34 digits"), None
    if statistics.deviation == 0:
        return unknown(f"no spread among {sample} admitted factors"), stated
    if interval.low <= traits.amount <= interval.high:
        return PASS, stated
    unit = read_unit(record["credentialSubject"]["valueUnit"])
    shown = f"kg{unit.gas}/{unit.base}"
    expected = f"{stated['low']} to {stated['high']} {shown}, median {stated['median']} of {sample}"
    likely = _likely_units(Decimal(record["credentialSubject"]["value"]), unit, statistics.median)
    if likely:
        expected += "; likely " + " or ".join(likely)
    return fail(f"{plain(traits.amount)} {shown}", expected), stated


def _likely_units(value: Decimal, unit: EmissionUnit, median: Decimal) -> list[str]:
    """Return the units a thousandfold away that bring a value within ten times the median."""
    return [
        other.text
        for other in unit.thousandfold()
        if median < value * other.to_base * _TEN and value * other.to_base < median * _TEN
    ]


def _state(interval: _Interval) -> dict[str, Any] | None:
    numbers = {
        "median": interval.statistics.median,
        "deviation": interval.statistics.deviation,
        "low": interval.low,
        "high": interval.high,
    }
    stated: dict[str, Any] = {"sample": interval.statistics.sample}
    for name, number in numbers.items():
        text = as_quantity(number)
        if text is None:
            return None
        stated[name] = text
    return stated
