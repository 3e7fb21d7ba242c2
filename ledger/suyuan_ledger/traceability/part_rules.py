"""Record rules that add parts up to the value: gases, stages, line items."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from suyuan_ledger.traceability.context import Submission
from suyuan_ledger.traceability.emission_unit import KILOGRAMS, MASS_NAMES, read_unit
from suyuan_ledger.traceability.exact import half_step, plain
from suyuan_ledger.traceability.gwp import equals_any, gas_key, potentials
from suyuan_ledger.traceability.outcome import NOT_APPLICABLE, PASS, Finding, fail, unknown

_STATED_SETS = ("AR4", "AR5", "AR6")


def check_gases(given: Submission) -> Finding:
    """gases.sum: sum of amount x gwp is the value, to half of the value's last place."""
    gases = given.subject.get("gases")
    if gases is None:
        return NOT_APPLICABLE
    total = Decimal(0)
    for place, gas in enumerate(gases):
        mass = MASS_NAMES.get(gas["unit"])
        if mass is None:
            return fail(f"/gases/{place}/unit {gas['unit']}", "g, kg or t")
        if given.unit.gas == "CO2" and gas_key(gas["gas"]) != "co2":
            return fail(f"/gases/{place}/gas {gas['gas']}", "CO2 alone")
        total += Decimal(gas["amount"]) * Decimal(gas["gwp"]) * KILOGRAMS[mass]
    return _compare(given, total, half_step(given.subject["value"]) * given.unit.kilograms)


def check_gwp(given: Submission) -> Finding:
    """gases.gwp: each potential is that of the stated set."""
    gases = given.subject.get("gases")
    if gases is None:
        return NOT_APPLICABLE
    gwp_set = given.subject["gwpSet"]
    if gwp_set not in _STATED_SETS:
        return unknown(f"gwpSet {gwp_set}")
    unlisted: Finding | None = None
    for place, gas in enumerate(gases):
        values = potentials(gas["gas"], gwp_set)
        if values and not equals_any(gas["gwp"], values):
            return fail(f"/gases/{place}/gwp {gas['gwp']}", f"{' or '.join(values)} ({gwp_set})")
        if not values and unlisted is None:
            unlisted = unknown(f"/gases/{place}/gas {gas['gas']}")
    return unlisted or PASS


def check_stages(given: Submission) -> Finding:
    """stages.sum: the stages add up to the value, each rounded at its own last place."""
    stages = given.subject.get("byStage")
    if stages is None:
        return NOT_APPLICABLE
    texts = [stage["value"] for stage in stages]
    total = sum(map(Decimal, texts), Decimal(0))
    slack = half_step(given.subject["value"]) + sum(map(half_step, texts), Decimal(0))
    return _compare(given, total * given.unit.kilograms, slack * given.unit.kilograms)


def check_inventory_series(given: Submission) -> Finding:
    """inventory.series: line items use factors of the same gases as the value."""
    items = _stated(given)
    for place, item in items:
        if read_unit(item["factorUnit"]).gas != given.unit.gas:
            return fail(f"/inventory/{place}/factorUnit {item['factorUnit']}", given.unit.gas)
    return PASS if items else NOT_APPLICABLE


def check_inventory_emission(given: Submission) -> Finding:
    """inventory.emission: quantity x factor is the emission, to half of its last place."""
    items = _stated(given)
    for place, item in items:
        wanted = read_unit(item["factorUnit"]).declared
        if item["unit"] == wanted:
            ratio = "1"
        elif (item["unit"], wanted) in given.figures.conversions:
            ratio = given.figures.conversions[item["unit"], wanted]
        else:
            return fail(
                f"/inventory/{place}/unit {item['unit']}", f"{wanted}, or a conversion to it"
            )
        emission = Decimal(item["quantity"]) * Decimal(ratio) * Decimal(item["factorValue"])
        slack = half_step(item["emission"])
        if abs(emission - Decimal(item["emission"])) > slack:
            return fail(
                f"/inventory/{place}/emission {item['emission']}",
                f"{plain(emission)}, within {plain(slack)}",
            )
    return PASS if items else NOT_APPLICABLE


def check_inventory_sum(given: Submission) -> Finding:
    """inventory.sum: if every line item states its emission, they add up to the value."""
    items = _stated(given)
    if not items:
        return NOT_APPLICABLE
    in_all = len(given.subject["inventory"])
    if len(items) != in_all:
        return unknown(f"{len(items)} of {in_all} items state an emission")
    total = Decimal(0)
    slack = half_step(given.subject["value"]) * given.unit.kilograms
    for _, item in items:
        kilograms = read_unit(item["factorUnit"]).kilograms
        total += Decimal(item["emission"]) * kilograms
        slack += half_step(item["emission"]) * kilograms
    return _compare(given, total, slack)


def _stated(given: Submission) -> list[tuple[int, dict[str, Any]]]:
    """Return line items that state factor and emission; the shape has all three or none."""
    items = given.subject.get("inventory", ())
    return [(place, item) for place, item in enumerate(items) if "factorValue" in item]


def _compare(given: Submission, total: Decimal, slack: Decimal) -> Finding:
    """Compare the value with a total, both and the slack in kilograms."""
    kilograms = given.unit.kilograms
    if abs(total - given.value * kilograms) <= slack:
        return PASS
    # Kilograms are a power of ten, so moving the point is exact.
    shift = -kilograms.adjusted()
    return fail(
        plain(total.scaleb(shift)),
        f"{given.subject['value']}, within {plain(slack.scaleb(shift))}",
    )
