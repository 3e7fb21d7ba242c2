"""The emission of one line item, in kilograms of CO2e, exactly.

    q x value x kilograms per unit x share      activityFactor, upstreamStatement, external
    q in KGM x potential x share                directEmission of a gas
    formula(q, parameters) x share, rounded     directEmission by a formula

where q is the quantity, converted as the item or the rule set says. Source:
docs/spec/footprint.md#emission.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.footprint.figures import number, rounded
from suyuan_ledger.footprint.formulas import apply_formula, unit_of_formula
from suyuan_ledger.footprint.foundations import Rules
from suyuan_ledger.footprint.units import MASSES, are_alike, bring, read_emission_unit
from suyuan_ledger.traceability.gwp import equals_any, potentials

_VALUE_OF = {
    "activityFactor": "factor",
    "upstreamStatement": "statement",
    "external": "external",
}
"""The member that holds value and unit, by the type of the line item."""


def emission_of(
    item: Mapping[str, Any], statement: Mapping[str, Any], rules: Rules, pointer: str
) -> Fraction:
    """Calculate the emission of a line item whose quantity is there.

    Args:
        item: the line item.
        statement: the `credentialSubject` that it belongs to.
        rules: what the rule set in force says.
        pointer: where the item stands.

    Raises:
        RefusedError: `footprint.unit`, `footprint.gwp`, `footprint.formula`, `record.decimal`.
    """
    share = share_of(item, pointer)
    if item["type"] != "directEmission":
        name = _VALUE_OF[item["type"]]
        stated = item[name]
        unit = read_emission_unit(stated["valueUnit"])
        if not unit.equivalents:
            raise RefusedError(
                "footprint.unit",
                pointer=f"{pointer}/{name}/valueUnit",
                expected="CO2 equivalents, CO2e",
                found=stated["valueUnit"],
            )
        value = number(stated["value"], f"{pointer}/{name}/value")
        return quantity_in(item, unit.per, rules, pointer) * value * unit.kilograms * share
    if "formula" in item:
        return _by_formula(item, statement["gwpSet"], share, rules, pointer)
    potential = _potential(item["gas"], statement["gwpSet"], f"{pointer}/gas")
    return quantity_in(item, "KGM", rules, pointer) * potential * share


def _by_formula(
    item: Mapping[str, Any], gwp_set: str, share: Fraction, rules: Rules, pointer: str
) -> Fraction:
    at = f"{pointer}/formula"
    stated = item["formula"]
    wanted = unit_of_formula(stated, rules.scales, at)
    mass = bring(number(item["quantity"], f"{pointer}/quantity"), item["unit"], wanted, MASSES)
    if mass is None or "conversion" in item:
        raise RefusedError(
            "footprint.formula",
            pointer=at,
            expected="a quantity in KGM or TNE, without a conversion",
            found=item["unit"],
        )
    if "evidence" not in item and any("source" not in one for one in stated["parameters"]):
        raise RefusedError(
            "footprint.formula",
            pointer=f"{at}/parameters",
            expected="evidence, or a source of every parameter",
            found="neither",
        )
    return rounded(apply_formula(stated, mass, gwp_set, at) * share, rules.scales[stated["id"]])


def share_of(item: Mapping[str, Any], pointer: str) -> Fraction:
    """Return the share of a line item that is allocated to the product.

    Raises:
        RefusedError: `record.decimal`.
    """
    if "allocation" not in item:
        return Fraction(1)
    return number(item["allocation"]["share"], f"{pointer}/allocation/share")


def quantity_in(item: Mapping[str, Any], wanted: str, rules: Rules, pointer: str) -> Fraction:
    """Return the quantity of a line item in a unit.

    First the conversion that the item states, then one of the rule set's, each at most once.

    Raises:
        RefusedError: `footprint.unit`, `record.decimal`.
    """
    quantity = number(item["quantity"], f"{pointer}/quantity")
    unit = item["unit"]
    if "conversion" in item:
        to = item["conversion"]["to"]
        if are_alike(unit, to, rules.conversions):
            raise RefusedError(
                "footprint.unit",
                pointer=f"{pointer}/conversion/to",
                expected="a unit of another kind; like units convert as the rule set says",
                found=f"{unit} to {to}",
            )
        quantity *= number(item["conversion"]["factor"], f"{pointer}/conversion/factor")
        unit = to
    found = bring(quantity, unit, wanted, rules.conversions)
    if found is None:
        raise RefusedError(
            "footprint.unit",
            pointer=f"{pointer}/unit",
            expected=f"{wanted}, or a conversion of the rule set from {unit} to it",
            found=unit,
        )
    return found


def _potential(gas: Mapping[str, str], gwp_set: str, pointer: str) -> Fraction:
    allowed = potentials(gas["name"], gwp_set)
    value = number(gas["gwp"], f"{pointer}/gwp")
    if not equals_any(gas["gwp"], allowed):
        raise RefusedError(
            "footprint.gwp",
            pointer=f"{pointer}/gwp",
            expected=" | ".join(allowed) or f"a gas of the table of {gwp_set}",
            found=f"{gas['name']} {gas['gwp']}",
        )
    return value
