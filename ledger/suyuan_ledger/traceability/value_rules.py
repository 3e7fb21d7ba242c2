"""Record rules on the value: dimension, magnitude, sign, uncertainty, allocation."""

from __future__ import annotations

from decimal import Decimal

from suyuan_ledger.traceability.context import Submission
from suyuan_ledger.traceability.emission_unit import ENERGY_UNITS, EmissionUnit
from suyuan_ledger.traceability.exact import plain
from suyuan_ledger.traceability.outcome import NOT_APPLICABLE, PASS, Finding, fail, unknown

ELECTRICITY = frozenset({"GRID_CO2_ORG", "ELEC_FOOTPRINT"})


def check_dimension(given: Submission) -> Finding:
    """unit.dimension: electricity factors are per kWh or MWh."""
    if given.subject["seriesType"] not in ELECTRICITY:
        return NOT_APPLICABLE
    declared = given.subject["declaredUnit"]
    return PASS if declared in ENERGY_UNITS else fail(declared, "KWH or MWH")


def check_magnitude(given: Submission) -> Finding:
    """unit.magnitude: the value lies in the physically plausible interval of its unit."""
    unit, size = given.unit, abs(given.value)
    if not size:
        return NOT_APPLICABLE
    if unit.declared in ENERGY_UNITS and given.subject["seriesType"] not in ELECTRICITY:
        # Per kWh of what? Batteries are declared per kWh of capacity.
        return NOT_APPLICABLE
    band = given.figures.plausible.get(unit.declared)
    if band is None:
        return unknown(f"no interval for {unit.declared}")
    if _inside(given, size, unit):
        return PASS
    shown = f"kg{unit.gas}/{unit.declared}"
    expected = f"{band[0]} to {band[1]} {shown}"
    likely = [other.text for other in unit.thousandfold() if _inside(given, size, other)]
    if likely:
        expected += "; likely " + " or ".join(likely)
    return fail(f"{plain(size * unit.kilograms)} {shown}", expected)


def check_sign(given: Submission) -> Finding:
    """value.sign: an emission factor is positive."""
    return PASS if given.value > 0 else fail(given.subject["value"], "> 0")


def check_uncertainty(given: Submission) -> Finding:
    """uncertainty.range: lower <= value <= upper, and confidence is a share."""
    stated = given.subject.get("uncertainty", {})
    lower, upper, confidence = (stated.get(name) for name in ("lower", "upper", "confidence"))
    if lower is None and upper is None and confidence is None:
        return NOT_APPLICABLE
    if (
        (lower is None or Decimal(lower) <= given.value)
        and (upper is None or given.value <= Decimal(upper))
        and (confidence is None or 0 < Decimal(confidence) < 1)
    ):
        return PASS
    parts = [("lower", lower), ("value", given.subject["value"]), ("upper", upper)]
    parts.append(("confidence", confidence))
    return fail(
        ", ".join(f"{name} {text}" for name, text in parts if text is not None),
        "lower <= value <= upper, 0 < confidence < 1",
    )


def check_allocation(given: Submission) -> Finding:
    """allocation.share: more than nothing, at most everything."""
    allocation = given.subject.get("allocation")
    if allocation is None:
        return NOT_APPLICABLE
    share = allocation["share"]
    return PASS if 0 < Decimal(share) <= 1 else fail(share, "> 0, <= 1")


def _inside(given: Submission, size: Decimal, unit: EmissionUnit) -> bool:
    band = given.figures.plausible.get(unit.declared)
    return band is not None and Decimal(band[0]) <= size * unit.kilograms <= Decimal(band[1])
