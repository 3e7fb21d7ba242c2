"""Unit algebra: quantities in the unit that a factor is per, by exact conversions alone.

A conversion is a rule set's (TNE to KGM), or one that the line item states with its reason (a net
calorific value, a density). They are never chained, inverted or guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

_EMISSION_UNIT = re.compile(r"(g|kg|t)CO2(e?)/([A-Z0-9]{2,3})", re.ASCII)
_KILOGRAMS = {"g": Fraction(1, 1000), "kg": Fraction(1), "t": Fraction(1000)}

Conversions = Mapping[tuple[str, str], Fraction]
"""By (from, to), what one unit of the first is in the second."""

MASSES: Conversions = {
    ("KGM", "TNE"): Fraction(1, 1000),
    ("TNE", "KGM"): Fraction(1000),
}
"""For formulas, which are written for a mass whatever a rule set converts."""

_KINDS = (
    frozenset({"KGM", "TNE"}),
    frozenset({"KWH", "MWH", "3B"}),
    frozenset({"LTR", "MTQ"}),
)


@dataclass(frozen=True, slots=True)
class EmissionUnit:
    """A unit such as `kgCO2e/KWH`.

    Attributes:
        kilograms: kilograms in one unit of its mass.
        equivalents: whether it counts all gases, as CO2e.
        per: the unit in its denominator.
    """

    kilograms: Fraction
    equivalents: bool
    per: str


def read_conversions(rule_set: Mapping[str, Any]) -> Conversions:
    """Take the conversions out of a RuleSet's `credentialSubject`."""
    return {
        (item["from"], item["to"]): Fraction(item["factor"]) for item in rule_set["conversions"]
    }


@lru_cache(maxsize=256)
def read_emission_unit(text: str) -> EmissionUnit:
    """Read the unit of an emission factor, whose form holds.

    Raises:
        ValueError: it is none.
    """
    match = _EMISSION_UNIT.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return EmissionUnit(_KILOGRAMS[match[1]], match[2] == "e", match[3])


def are_alike(unit: str, other: str, conversions: Conversions) -> bool:
    """Tell whether two units measure the same: only a rule set may say how they convert."""
    return (
        unit == other
        or not conversions.keys().isdisjoint({(unit, other), (other, unit)})
        or any(kind.issuperset((unit, other)) for kind in _KINDS)
    )


def bring(quantity: Fraction, unit: str, wanted: str, conversions: Conversions) -> Fraction | None:
    """Return a quantity in another unit, None if no conversion leads there in one step."""
    if unit == wanted:
        return quantity
    factor = conversions.get((unit, wanted))
    return None if factor is None else quantity * factor
