"""Emissions of aluminium smelting that follow from process parameters, not from a factor.

Source: 2006 IPCC Guidelines for National Greenhouse Gas Inventories, Volume 3, Chapter 4, section
4.4: carbon of the anode that oxidises to CO2, and CF4 and C2F6 of anode effects by the slope
method. Both are rounded half to even at the scale that the rule set gives the formula: twelve in
the denominator of 44/12 does not end in decimals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.footprint.figures import number
from suyuan_ledger.traceability.gwp import potentials

CARBON_TO_DIOXIDE = Fraction(44, 12)
"""Molar masses of CO2 and C, as the guidelines round them."""


class Formula(NamedTuple):
    """A formula that a rule set may allow.

    Attributes:
        unit: what its quantity is in.
        parameters: their names, ascending.
        apply: (quantity, parameters, gwpSet) to kilograms of CO2e, None if they contradict.
    """

    unit: str
    parameters: tuple[str, ...]
    apply: Callable[[Fraction, Mapping[str, Fraction], str], Fraction | None]


def _oxidise(kilograms: Fraction, given: Mapping[str, Fraction], _gwp_set: str) -> Fraction | None:
    """Carbon that is consumed, without its ash and sulphur, all of it to CO2."""
    carbon = 1 - given["ash"] - given["sulphur"]
    return None if carbon < 0 else kilograms * carbon * CARBON_TO_DIOXIDE


def _slope(tonnes: Fraction, given: Mapping[str, Fraction], gwp_set: str) -> Fraction:
    """Kilograms of CF4 per tonne of metal by minutes of anode effect, and C2F6 by its ratio."""
    cf4, c2f6 = (Fraction(potentials(gas, gwp_set)[0]) for gas in ("CF4", "C2F6"))
    mass = tonnes * given["anodeEffectMinutes"] * given["slope"]
    return mass * (cf4 + given["weightRatio"] * c2f6)


FORMULAS = {
    "anodeOxidation": Formula("KGM", ("ash", "sulphur"), _oxidise),
    "pfcSlope": Formula("TNE", ("anodeEffectMinutes", "slope", "weightRatio"), _slope),
}


def apply_formula(
    stated: Mapping[str, Any], quantity: Fraction, gwp_set: str, pointer: str
) -> Fraction:
    """Return the kilograms of CO2e that a formula gives, not rounded yet.

    Args:
        stated: the `formula` of a line item; its id is one of `FORMULAS`.
        quantity: in the formula's unit.
        gwp_set: the statement's.
        pointer: where the formula stands.

    Raises:
        RefusedError: `footprint.formula`.
    """
    formula = FORMULAS[stated["id"]]
    names = tuple(item["name"] for item in stated["parameters"])
    if names != formula.parameters:
        raise RefusedError(
            "footprint.formula",
            pointer=f"{pointer}/parameters",
            expected=", ".join(formula.parameters),
            found=", ".join(names),
        )
    given = {
        item["name"]: number(item["value"], f"{pointer}/parameters/{place}/value")
        for place, item in enumerate(stated["parameters"])
    }
    emission = formula.apply(quantity, given, gwp_set)
    if emission is None:
        raise RefusedError(
            "footprint.formula",
            pointer=f"{pointer}/parameters",
            expected="ash and sulphur of at most 1 together",
            found=" + ".join(item["value"] for item in stated["parameters"]),
        )
    return emission


def unit_of_formula(stated: Mapping[str, Any], scales: Mapping[str, int], pointer: str) -> str:
    """Return the unit that a formula's quantity is in.

    Raises:
        RefusedError: `footprint.formula`, the rule set does not allow it.
    """
    if stated["id"] not in scales or stated["id"] not in FORMULAS:
        raise RefusedError(
            "footprint.formula",
            pointer=f"{pointer}/id",
            expected=", ".join(sorted(scales)) or "no formula",
            found=stated["id"],
        )
    return FORMULAS[stated["id"]].unit
