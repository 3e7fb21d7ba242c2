"""The emission of one line (docs/spec/footprint.md#emission).

Quantity times factor, in units that fit by exact conversions only. Formulas: IPCC 2006 Guidelines
for National Greenhouse Gas Inventories, Volume 3, Chapter 4, section 4.4 (primary aluminium).
"""

from __future__ import annotations

from decimal import Decimal

from suyuan_verifier.footprint.exact import ONE, difference, product, quotient, rounded, total
from suyuan_verifier.footprint.rules import FootprintRules
from suyuan_verifier.footprint.statement import Line
from suyuan_verifier.traceability.gwp import accepted

KILOGRAMS = {"g": Decimal("0.001"), "kg": ONE, "t": Decimal(1000)}
"""Kilograms in one unit of the mass that a value is stated in."""

_FAMILIES = (
    frozenset({"KGM", "TNE"}),
    frozenset({"KWH", "MWH", "3B"}),
    frozenset({"LTR", "MTQ"}),
)
_TO_KILOGRAMS = {"KGM": ONE, "TNE": Decimal(1000)}
_TO_TONNES = {"KGM": Decimal("0.001"), "TNE": ONE}
_SOURCES = {
    "activityFactor": "factor",
    "upstreamStatement": "statement",
    "external": "external",
}
"""The member that has a line's value, by the line's type."""
_PARAMETERS = {
    "anodeOxidation": ("ash", "sulphur"),
    "pfcSlope": ("anodeEffectMinutes", "slope", "weightRatio"),
}


def compute_emission(line: Line, gwp_set: str, rules: FootprintRules) -> Decimal | None:
    """Return the emission of a line in kgCO2e for the declared amount.

    Args:
        line: the line; what it says of its factor was compared already.
        gwp_set: AR4, AR5 or AR6, of the statement.
        rules: conversions and formulas.

    Returns:
        The exact number, or None while the quantity is sealed.

    Raises:
        ProofError: `footprint.unit`, `footprint.gwp` or `footprint.formula`.
    """
    item = line.item
    share = allocated(line)
    if "formula" in item:
        return _by_formula(line, gwp_set, rules, share)
    if item["type"] == "directEmission":
        weight = _of_gas(line, gwp_set, rules)
    else:
        weight = _of_value(line, rules)
    return None if line.quantity is None else product(line.quantity, weight, share)


def _of_value(line: Line, rules: FootprintRules) -> Decimal:
    """Return kgCO2e per unit of the line's quantity, by the value of what it names."""
    source = line.item[_SOURCES[line.item["type"]]]
    gas, _, denominator = source["valueUnit"].partition("/")
    if not gas.endswith("CO2e"):
        raise line.problem("footprint.unit", expected="CO2 equivalents", found=source["valueUnit"])
    return product(
        converted(line, denominator, rules),
        Decimal(source["value"]),
        KILOGRAMS[gas.partition("C")[0]],
    )


def _of_gas(line: Line, gwp_set: str, rules: FootprintRules) -> Decimal:
    gas = line.item["gas"]
    known = accepted(gas["name"], gwp_set)
    if Decimal(gas["gwp"]) not in map(Decimal, known):
        raise line.problem(
            "footprint.gwp",
            "gas/gwp",
            expected=f"{' | '.join(known) or 'a listed gas'} ({gwp_set})",
            found=f"{gas['name']}: {gas['gwp']}",
        )
    return product(converted(line, "KGM", rules), Decimal(gas["gwp"]))


def allocated(line: Line) -> Decimal:
    """Return the share of a line that is the product's."""
    allocation = line.item.get("allocation")
    return ONE if allocation is None else Decimal(allocation["share"])


def converted(line: Line, denominator: str, rules: FootprintRules) -> Decimal:
    """Return how many of a denominator one unit of the line's quantity is, exactly.

    Raises:
        ProofError: `footprint.unit`.
    """
    item = line.item
    unit, factor = item["unit"], ONE
    if "conversion" in item:
        to = item["conversion"]["to"]
        if _alike(unit, to, rules):
            raise line.problem(
                "footprint.unit",
                "conversion/to",
                expected="a unit of another quantity: like ones convert by the rule set only",
                found=f"{unit} to {to}",
            )
        unit, factor = to, Decimal(item["conversion"]["factor"])
    exact = rules.conversion(unit, denominator)
    if exact is None:
        raise line.problem(
            "footprint.unit",
            "unit",
            expected=f"{denominator}, or a unit that the rule set converts to it",
            found=unit,
        )
    return product(factor, exact)


def _alike(unit: str, to: str, rules: FootprintRules) -> bool:
    """Tell whether two units measure the same quantity, so that nobody may convert them freely."""
    return (
        unit == to
        or (unit, to) in rules.conversions
        or (to, unit) in rules.conversions
        or any({unit, to} <= family for family in _FAMILIES)
    )


def _by_formula(line: Line, gwp_set: str, rules: FootprintRules, share: Decimal) -> Decimal:
    item = line.item
    formula = item["formula"]
    scale = rules.formulas.get(formula["id"])
    names = tuple(parameter["name"] for parameter in formula["parameters"])
    if scale is None or names != _PARAMETERS[formula["id"]] or "conversion" in item:
        raise line.problem(
            "footprint.formula",
            "formula",
            expected=f"{' | '.join(sorted(rules.formulas)) or 'none'}; "
            f"{', '.join(_PARAMETERS[formula['id']])}",
            found=f"{formula['id']}: {', '.join(names)}",
        )
    if "evidence" not in item and any(
        "source" not in parameter for parameter in formula["parameters"]
    ):
        raise line.problem(
            "footprint.formula",
            "formula/parameters",
            expected="evidence, or a source of each parameter",
            found="neither",
        )
    if line.quantity is None:  # its shape does not allow a sealed formula
        raise line.problem("footprint.formula", "formula")
    values = {each["name"]: Decimal(each["value"]) for each in formula["parameters"]}
    if formula["id"] == "anodeOxidation":
        carbon = difference(ONE, total([values["ash"], values["sulphur"]]))
        if carbon < 0:
            raise line.problem(
                "footprint.formula", "formula/parameters", expected="ash + sulphur <= 1"
            )
        mass = product(line.quantity, _TO_KILOGRAMS[item["unit"]], carbon, share)
        return quotient(product(mass, Decimal(44)), Decimal(12), scale)
    metal = product(line.quantity, _TO_TONNES[item["unit"]], share)
    slope = product(metal, values["anodeEffectMinutes"], values["slope"])
    gases = total([_gwp("CF4", gwp_set), product(values["weightRatio"], _gwp("C2F6", gwp_set))])
    return rounded(product(slope, gases), scale)


def _gwp(gas: str, gwp_set: str) -> Decimal:
    return Decimal(accepted(gas, gwp_set)[0])
