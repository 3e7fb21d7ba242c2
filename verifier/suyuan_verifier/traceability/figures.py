"""Rules on the value itself: its unit, size, sign, uncertainty and allocation."""

from __future__ import annotations

from suyuan_verifier.traceability.case import Case
from suyuan_verifier.traceability.fixed import ONE, format_fixed, parse_fixed
from suyuan_verifier.traceability.result import (
    NOT_APPLICABLE,
    PASSED,
    Finding,
    failed,
    not_evaluated,
    passed_if,
)
from suyuan_verifier.traceability.units import (
    ELECTRICITY_UNITS,
    EmissionUnit,
    parse_emission_unit,
)

ELECTRICITY_SERIES = ("GRID_CO2_ORG", "ELEC_FOOTPRINT")


def unit_dimension(case: Case) -> Finding:
    """Electricity is counted per kWh or MWh."""
    if case.subject["seriesType"] not in ELECTRICITY_SERIES:
        return NOT_APPLICABLE
    unit = case.subject["declaredUnit"]
    return passed_if(
        holds=unit in ELECTRICITY_UNITS, observed=unit, expected=" or ".join(ELECTRICITY_UNITS)
    )


def unit_magnitude(case: Case) -> Finding:
    """The value is of a physically possible size; if not, say which unit would make it so."""
    subject = case.subject
    unit = parse_emission_unit(subject["valueUnit"])
    value = abs(parse_fixed(subject["value"]))
    electricity = subject["seriesType"] in ELECTRICITY_SERIES
    # Outside the electricity series a kWh is as often a battery's capacity as energy.
    if value == 0 or (unit.per in ELECTRICITY_UNITS and not electricity):
        return NOT_APPLICABLE
    if unit.per not in case.plausible:
        return not_evaluated(f"no interval for {unit.per}")
    if _is_plausible(case, value, unit):
        return PASSED
    low, high = case.plausible[unit.per]
    expected = f"{low} to {high} kg{unit.gas}/{unit.per}"
    likely = [str(slip) for slip in unit.slips() if _is_plausible(case, value, slip)]
    if likely:
        expected += f"; likely {' or '.join(likely)}"
    # 21 places: grams of 10^-18, written in kilograms.
    return failed(f"{format_fixed(value * unit.grams, 21)} kg{unit.gas}/{unit.per}", expected)


def value_sign(case: Case) -> Finding:
    """Emissions are more than nothing; what is removed from the air is not an emission factor."""
    value = case.subject["value"]
    return passed_if(holds=parse_fixed(value) > 0, observed=value, expected="> 0")


def uncertainty_range(case: Case) -> Finding:
    """The value lies within its own bounds, and the confidence is a share."""
    stated = case.subject.get("uncertainty", {})
    if not stated.keys() & {"lower", "upper", "confidence"}:
        return NOT_APPLICABLE
    value = case.subject["value"]
    number = parse_fixed(value)
    holds = (
        ("lower" not in stated or parse_fixed(stated["lower"]) <= number)
        and ("upper" not in stated or number <= parse_fixed(stated["upper"]))
        and ("confidence" not in stated or 0 < parse_fixed(stated["confidence"]) < ONE)
    )
    shown = {"lower": None, "value": value, "upper": None, "confidence": None, **stated}
    names = ("lower", "value", "upper", "confidence")
    return passed_if(
        holds=holds,
        observed=", ".join(f"{name} {shown[name]}" for name in names if shown[name] is not None),
        expected="lower <= value <= upper, 0 < confidence < 1",
    )


def allocation_share(case: Case) -> Finding:
    """An allocated share is a part of the whole, and not nothing."""
    if "allocation" not in case.subject:
        return NOT_APPLICABLE
    share = case.subject["allocation"]["share"]
    return passed_if(holds=0 < parse_fixed(share) <= ONE, observed=share, expected="> 0, <= 1")


def _is_plausible(case: Case, value: int, unit: EmissionUnit) -> bool:
    """Tell whether a value in a unit lies in the interval of that unit's denominator."""
    interval = case.plausible.get(unit.per)
    if interval is None:
        return False
    low, high = (parse_fixed(bound) * 1_000 for bound in interval)
    return low <= value * unit.grams <= high
