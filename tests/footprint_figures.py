"""The arithmetic of a footprint in exact fractions, written from the rules and from nothing else.

`complete` fills in what a producer has to calculate; `footprint_oracle` judges with the same
functions. Nothing is shared with the verifier or the ledger: `fractions.Fraction` alone, and
Python's own rounding half to even.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from fractions import Fraction
from typing import Any

Subject = dict[str, Any]

KILOGRAMS = {"g": Fraction(1, 1000), "kg": Fraction(1), "t": Fraction(1000)}
UPTAKE = "biogenicUptake"

GWP = {
    "CO2": {"AR4": ("1",), "AR5": ("1",), "AR6": ("1",)},
    "CH4": {"AR4": ("25",), "AR5": ("28", "30"), "AR6": ("27.9", "27", "29.8")},
    "N2O": {"AR4": ("298",), "AR5": ("265",), "AR6": ("273",)},
    "CF4": {"AR4": ("7390",), "AR5": ("6630",), "AR6": ("7380",)},
    "C2F6": {"AR4": ("12200",), "AR5": ("11100",), "AR6": ("12400",)},
}
"""Gases told of here: IPCC 2007 Table 2.14, 2013 Table 8.A.1, 2021 Tables 7.SM.7 and 7.15."""

_SAME_QUANTITY = ({"KGM", "TNE"}, {"KWH", "MWH", "3B"}, {"LTR", "MTQ"})
_PARAMETERS = {
    "anodeOxidation": {"ash", "sulphur"},
    "pfcSlope": {"anodeEffectMinutes", "slope", "weightRatio"},
}


class Unjudged(Exception):  # noqa: N818 - no error of the program: the name of the rule broken
    """A line item whose emission cannot be calculated; its text is the code."""


def rounded(value: Fraction, scale: int) -> str:
    """Write a number with exactly `scale` places, half to even."""
    return _written(round(value * 10**scale), scale)


def plain(value: Fraction) -> str:
    """Write a number exactly, without zeros that say nothing.

    Raises:
        ValueError: if that takes more than 18 places.
    """
    for scale in range(19):
        if (value * 10**scale).denominator == 1:
            return _written(int(value * 10**scale), scale)
    raise ValueError(value)


def _written(number: int, scale: int) -> str:
    digits = str(abs(number)).rjust(scale + 1, "0")
    whole, places = digits[: len(digits) - scale], digits[len(digits) - scale :]
    sign = "-" if number < 0 else ""
    return f"{sign}{whole}.{places}" if places else sign + whole


def share_of(line: Subject) -> Fraction:
    """The part of an activity that belongs to the product."""
    return Fraction(line.get("allocation", {}).get("share", "1"))


def quantity_in(line: Subject, unit: str, rules: Subject) -> Fraction:
    """The quantity of a line item in another unit: by its own conversion, then by the rules'.

    Raises:
        Unjudged: `footprint.unit`.
    """
    quantity, own = Fraction(line["quantity"]), line["unit"]
    if "conversion" in line:
        if _is_alike(own, line["conversion"]["to"], rules):
            raise Unjudged("footprint.unit")
        quantity *= Fraction(line["conversion"]["factor"])
        own = line["conversion"]["to"]
    if own == unit:
        return quantity
    for row in rules["conversions"]:
        if (row["from"], row["to"]) == (own, unit):
            return quantity * Fraction(row["factor"])
    raise Unjudged("footprint.unit")


def _is_alike(one: str, other: str, rules: Subject) -> bool:
    """Whether two units measure the same: there is nothing that a line item may convert."""
    known = [{row["from"], row["to"]} for row in rules["conversions"]]
    return any({one, other} <= units for units in (*known, *_SAME_QUANTITY)) or one == other


def emission_of(line: Subject, rules: Subject, gwp_set: str) -> Fraction:
    """What a line item emits, in kgCO2e.

    Raises:
        Unjudged: `footprint.unit`, `footprint.gwp` or `footprint.formula`.
    """
    if "gas" in line:
        gas = line["gas"]
        if Fraction(gas["gwp"]) not in map(Fraction, GWP.get(gas["name"], {}).get(gwp_set, ())):
            raise Unjudged("footprint.gwp")
        return quantity_in(line, "KGM", rules) * Fraction(gas["gwp"]) * share_of(line)
    if "formula" in line:
        return _by_formula(line, rules, gwp_set)
    value, value_unit = value_of(line)
    mass, _, per = value_unit.partition("/")
    if not mass.endswith("CO2e"):
        raise Unjudged("footprint.unit")
    kilograms = KILOGRAMS[mass.removesuffix("CO2e")]
    return quantity_in(line, per, rules) * Fraction(value) * kilograms * share_of(line)


def value_of(line: Subject) -> tuple[str, str]:
    """The value that a line item multiplies with, and its unit."""
    used = line.get("factor") or line.get("statement") or line["external"]
    return used["value"], used["valueUnit"]


def _kilograms(line: Subject) -> Fraction:
    return Fraction(line["quantity"]) * (1000 if line["unit"] == "TNE" else 1)


def _by_formula(line: Subject, rules: Subject, gwp_set: str) -> Fraction:
    name = line["formula"]["id"]
    scales = {row["id"]: row["scale"] for row in rules["footprint"]["formulas"]}
    given = {row["name"]: Fraction(row["value"]) for row in line["formula"]["parameters"]}
    shown = "evidence" in line or all("source" in row for row in line["formula"]["parameters"])
    whole = given.keys() == _PARAMETERS[name] and shown and "conversion" not in line
    if name not in scales or not whole:
        raise Unjudged("footprint.formula")
    if name == "anodeOxidation":
        carbon = 1 - given["ash"] - given["sulphur"]
        if carbon < 0:
            raise Unjudged("footprint.formula")
        emission = _kilograms(line) * carbon * Fraction(44, 12)
    else:
        cf4, c2f6 = (Fraction(GWP[gas][gwp_set][0]) for gas in ("CF4", "C2F6"))
        per_tonne = given["anodeEffectMinutes"] * given["slope"]
        emission = _kilograms(line) / 1000 * per_tonne * (cf4 + given["weightRatio"] * c2f6)
    return Fraction(rounded(emission * share_of(line), scales[name]))


# What follows from the line items


def counted(lines: list[Subject]) -> list[Subject]:
    """The line items that make up the total: what grew is kept apart."""
    return [line for line in lines if line["category"] != UPTAKE]


def total_of(lines: list[Subject]) -> Fraction:
    """The sum of all emissions, without what grew."""
    return sum((Fraction(line["emission"]) for line in counted(lines)), Fraction(0))


def by_stage(lines: list[Subject]) -> dict[str, Fraction]:
    """The total by stage, of the stages that have a line item."""
    return _summed(counted(lines), "stage")


def by_category(lines: list[Subject]) -> dict[str, Fraction]:
    """All emissions by category."""
    return _summed(lines, "category")


def primary_shares(
    lines: list[Subject], scale: int, is_primary: Callable[[Subject], bool]
) -> dict[str, str]:
    """How much of the total rests on primary data: on activities, on factors, on both.

    Args:
        lines: with their emissions.
        scale: places of a share.
        is_primary: whether the factor of a line item is primary data.
    """
    bounds = share_bounds(lines, weight(counted(lines)), scale, is_primary)
    return {name: low for name, (low, _) in bounds.items()}


def share_bounds(
    lines: list[Subject], whole: Fraction, scale: int, is_primary: Callable[[Subject], bool]
) -> dict[str, tuple[str, str]]:
    """The least and the most that each share may be, as far as the emissions are known.

    Args:
        lines: some of them perhaps without an emission.
        whole: what the lines make together.
        scale: places of a share.
        is_primary: whether the factor of a line item is primary data.
    """
    lines = counted(lines)
    rest = whole - weight(lines)
    activity = [line for line in lines if line["activityDataSource"] == "primary"]
    factor = [line for line in lines if is_primary(line)]
    both = [line for line in activity if line in factor]
    bounds = {}
    for name, part in (("activity", activity), ("factor", factor), ("both", both)):
        least = weight(part)
        most = least if all("emission" in line for line in part) else least + rest
        low, high = (
            rounded(each / whole if whole > 0 else Fraction(0), scale) for each in (least, most)
        )
        bounds[name] = low, high
    return bounds


def weight(lines: list[Subject]) -> Fraction:
    """The sum of the emissions that are known, whatever their sign."""
    known = (line["emission"] for line in lines if "emission" in line)
    return sum((abs(Fraction(emission)) for emission in known), Fraction(0))


def result_of(total: str, amount: str, unit: str, scale: int) -> str:
    """A total per declared unit, in the mass of `unit`, rounded once."""
    kilograms = KILOGRAMS[unit.partition("CO2")[0]]
    return rounded(Fraction(total) / Fraction(amount) / kilograms, scale)


def is_fine(value: str, scale: int, digits: int, *, exactly: bool) -> bool:
    """Whether rounding left so many significant digits, or took nothing away."""
    return exactly or abs(Fraction(value)) >= Fraction(10) ** (digits - 1 - scale)


def is_exact(value: str, unit: str, statement: Subject) -> bool:
    """Whether a figure in some unit is the total of a statement per declared unit, unrounded."""
    kilograms = KILOGRAMS[unit.partition("CO2")[0]]
    per_unit = Fraction(statement["total"]) / Fraction(statement["declaredAmount"])
    return Fraction(value) * kilograms == per_unit


def complete(
    subject: Subject,
    rules: Subject,
    is_primary: Callable[[Subject], bool],
    *,
    scale: int,
    mass: str,
) -> Subject:
    """Fill in what a statement does not say yet: emissions, sums, shares and the result.

    Args:
        subject: the statement with its line items, in any order.
        rules: subject of a rule set.
        is_primary: whether the factor of a line item is primary data.
        scale: places of the result.
        mass: what the result is written in.
    """
    subject = copy.deepcopy(subject)
    lines = sorted(subject["lineItems"], key=lambda line: line["id"])
    for line in lines:
        if "emission" not in line:
            line["emission"] = plain(emission_of(line, rules, subject["gwpSet"]))
    total = plain(total_of(lines))
    unit = f"{mass}CO2e/{subject['declaredUnit']}"
    value = result_of(total, subject["declaredAmount"], unit, scale)
    return {
        **subject,
        "lineItems": lines,
        "total": total,
        "byStage": _rows(by_stage(lines), "stage"),
        "byCategory": _rows(by_category(lines), "category"),
        "primaryDataShare": primary_shares(lines, rules["footprint"]["shareScale"], is_primary),
        "result": {"value": value, "unit": unit, "scale": scale},
    }


def _summed(lines: list[Subject], name: str) -> dict[str, Fraction]:
    sums: dict[str, Fraction] = {}
    for line in lines:
        sums[line[name]] = sums.get(line[name], Fraction(0)) + Fraction(line["emission"])
    return sums


def _rows(sums: dict[str, Fraction], name: str) -> list[Subject]:
    return [{name: key, "emission": plain(sums[key])} for key in sorted(sums)]
