"""The units of a value: mass of emission over declared unit, and their neighbours by a thousand."""

from __future__ import annotations

from typing import NamedTuple

GRAMS = {"g": 1, "kg": 1_000, "t": 1_000_000}
MASS_UNITS = {"g": "g", "GRM": "g", "kg": "kg", "KGM": "kg", "t": "t", "TNE": "t"}
"""Spellings of a mass: SI, and UN/ECE Recommendation 20."""
ELECTRICITY_UNITS = ("KWH", "MWH")

_NEIGHBOURS = {"g": ("kg",), "kg": ("g", "t"), "t": ("kg",)}
_PARTNERS = {"KGM": "TNE", "TNE": "KGM", "KWH": "MWH", "MWH": "KWH"}


class EmissionUnit(NamedTuple):
    """A unit such as `kgCO2e/KWH`.

    Attributes:
        mass: g, kg or t.
        gas: CO2 or CO2e.
        per: the declared unit.
    """

    mass: str
    gas: str
    per: str

    def __str__(self) -> str:
        return f"{self.mass}{self.gas}/{self.per}"

    @property
    def grams(self) -> int:
        """What one unit of the mass weighs."""
        return GRAMS[self.mass]

    def slips(self) -> list[EmissionUnit]:
        """Return the units that are taken for this one by mistake, each a thousand apart."""
        found = [self._replace(mass=mass) for mass in _NEIGHBOURS[self.mass]]
        if self.per in _PARTNERS:
            found.append(self._replace(per=_PARTNERS[self.per]))
        return found


def parse_emission_unit(text: str) -> EmissionUnit:
    """Read a `valueUnit` or `factorUnit` whose shape holds."""
    numerator, _, per = text.partition("/")
    mass, _, rest = numerator.partition("C")
    return EmissionUnit(mass, "C" + rest, per)
