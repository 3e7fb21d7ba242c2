"""Rules that recompute a value from its parts: gases, stages, inventory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from suyuan_verifier.traceability import gwp
from suyuan_verifier.traceability.case import Case
from suyuan_verifier.traceability.fixed import (
    ONE,
    PLACES,
    format_fixed,
    format_half,
    last_place,
    parse_fixed,
)
from suyuan_verifier.traceability.result import (
    NOT_APPLICABLE,
    PASSED,
    Finding,
    failed,
    not_evaluated,
    passed_if,
)
from suyuan_verifier.traceability.units import GRAMS, MASS_UNITS, EmissionUnit, parse_emission_unit

# A gram has this many digits more after the point when it is written in another unit of mass.
_DIGITS = {"g": 0, "kg": 3, "t": 6}


def gases_sum(case: Case) -> Finding:
    """The gases, weighed by their GWP, make up the value."""
    gases = case.subject.get("gases")
    if gases is None:
        return NOT_APPLICABLE
    unit = parse_emission_unit(case.subject["valueUnit"])
    total = 0
    for place, item in enumerate(gases):
        mass = MASS_UNITS.get(item["unit"])
        if mass is None:
            return failed(f"/gases/{place}/unit {item['unit']}", "g, kg or t")
        if unit.gas == "CO2" and not gwp.is_co2(item["gas"]):
            return failed(f"/gases/{place}/gas {item['gas']}", "CO2 alone")
        total += parse_fixed(item["amount"]) * parse_fixed(item["gwp"]) * GRAMS[mass]
    value = case.subject["value"]
    return _close(value, total, 2 * PLACES, unit, last_place(value) * unit.grams)


def gases_gwp(case: Case) -> Finding:
    """Each GWP is the one of the stated set."""
    gases = case.subject.get("gases")
    if gases is None:
        return NOT_APPLICABLE
    stated = case.subject["gwpSet"]
    if stated not in gwp.SETS:
        return not_evaluated(f"gwpSet {stated}")
    unknown = None
    for place, item in enumerate(gases):
        values = gwp.accepted(item["gas"], stated)
        if not values:
            unknown = unknown or not_evaluated(f"/gases/{place}/gas {item['gas']}")
        elif not gwp.is_accepted(item["gwp"], values):
            return failed(f"/gases/{place}/gwp {item['gwp']}", f"{' or '.join(values)} ({stated})")
    return unknown or PASSED


def stages_sum(case: Case) -> Finding:
    """The stages make up the value, as far as their own rounding lets them."""
    stages = case.subject.get("byStage")
    if stages is None:
        return NOT_APPLICABLE
    value = case.subject["value"]
    unit = parse_emission_unit(case.subject["valueUnit"])
    parts = [item["value"] for item in stages]
    total = sum(map(parse_fixed, parts)) * unit.grams
    rounding = (last_place(value) + sum(map(last_place, parts))) * unit.grams
    return _close(value, total, PLACES, unit, rounding)


def inventory_series(case: Case) -> Finding:
    """A life-cycle value rests on life-cycle factors, and a CO2 value on CO2 factors."""
    items = _with_factor(case)
    gas = parse_emission_unit(case.subject["valueUnit"]).gas
    for place, item in items:
        if parse_emission_unit(item["factorUnit"]).gas != gas:
            return failed(f"/inventory/{place}/factorUnit {item['factorUnit']}", gas)
    return PASSED if items else NOT_APPLICABLE


def inventory_emission(case: Case) -> Finding:
    """Each emission is quantity times factor, rounded to its own last place at most."""
    items = _with_factor(case)
    for place, item in items:
        unit = parse_emission_unit(item["factorUnit"])
        conversion = (
            "1" if item["unit"] == unit.per else case.conversions.get((item["unit"], unit.per))
        )
        if conversion is None:
            return failed(
                f"/inventory/{place}/unit {item['unit']}", f"{unit.per}, or a conversion to it"
            )
        product = (
            parse_fixed(item["quantity"])
            * parse_fixed(conversion)
            * parse_fixed(item["factorValue"])
        )
        emission, step = parse_fixed(item["emission"]), last_place(item["emission"])
        if 2 * abs(product - emission * ONE * ONE) > step * ONE * ONE:
            return failed(
                f"/inventory/{place}/emission {item['emission']}",
                f"{format_fixed(product, 3 * PLACES)}, within {format_half(step)}",
            )
    return PASSED if items else NOT_APPLICABLE


def inventory_sum(case: Case) -> Finding:
    """The emissions of a complete inventory make up the value."""
    items = _with_factor(case)
    if not items:
        return NOT_APPLICABLE
    whole = len(case.subject["inventory"])
    if len(items) < whole:
        return not_evaluated(f"{len(items)} of {whole} items state an emission")
    value = case.subject["value"]
    unit = parse_emission_unit(case.subject["valueUnit"])
    total, rounding = 0, last_place(value) * unit.grams
    for _, item in items:
        grams = parse_emission_unit(item["factorUnit"]).grams
        total += parse_fixed(item["emission"]) * grams
        rounding += last_place(item["emission"]) * grams
    return _close(value, total, PLACES, unit, rounding)


def _with_factor(case: Case) -> list[tuple[int, Mapping[str, Any]]]:
    """Return the line items that state a factor and an emission, with their places."""
    items = enumerate(case.subject.get("inventory", ()))
    return [(place, item) for place, item in items if "emission" in item]


def _close(value: str, total: int, places: int, unit: EmissionUnit, rounding: int) -> Finding:
    """Compare a value with a total.

    Args:
        value: as stated.
        total: grams, in units of 10^-places.
        places: 18 for a sum, 36 for a sum of products.
        unit: of the value.
        rounding: grams in units of 10^-18; the two may differ by half of it.
    """
    finer = 10 ** (places - PLACES)
    holds = 2 * abs(total - parse_fixed(value) * unit.grams * finer) <= rounding * finer
    digits = _DIGITS[unit.mass]
    within = format_fixed(rounding * 5, PLACES + 1 + digits)
    return passed_if(
        holds=holds,
        observed=format_fixed(total, places + digits),
        expected=f"{value}, within {within}",
    )
