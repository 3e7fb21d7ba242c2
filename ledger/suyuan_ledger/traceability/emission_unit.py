"""Units of a factor (`kgCO2e/KWH`), brought to kilograms per base unit so that they compare."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

ENERGY_UNITS = ("KWH", "MWH")
KILOGRAMS = {"g": Decimal("0.001"), "kg": Decimal(1), "t": Decimal(1000)}
MASS_NAMES = {"g": "g", "GRM": "g", "kg": "kg", "KGM": "kg", "t": "t", "TNE": "t"}
"""Masses as people write them: SI symbols and UN/ECE Recommendation 20 codes."""

_FORM = re.compile(r"(g|kg|t)(CO2e?)/(.+)")
_MASSES = ("g", "kg", "t")
# Declared units that are a thousand of another one.
_BASE = {"TNE": ("KGM", Decimal(1000)), "MWH": ("KWH", Decimal(1000))}
_THOUSANDFOLD = {"KGM": "TNE", "TNE": "KGM", "KWH": "MWH", "MWH": "KWH"}


@dataclass(frozen=True, slots=True)
class EmissionUnit:
    """A parsed `valueUnit`.

    Attributes:
        mass: g, kg or t.
        gas: CO2 or CO2e.
        declared: the declared unit in the denominator.
    """

    mass: str
    gas: str
    declared: str

    @property
    def text(self) -> str:
        """The unit as records write it."""
        return f"{self.mass}{self.gas}/{self.declared}"

    @property
    def kilograms(self) -> Decimal:
        """Kilograms in one unit of the mass."""
        return KILOGRAMS[self.mass]

    @property
    def base(self) -> str:
        """The denominator's base unit: KGM for KGM and TNE, KWH for KWH and MWH, else itself."""
        return _BASE.get(self.declared, (self.declared, Decimal(1)))[0]

    @property
    def to_base(self) -> Decimal:
        """What a value in this unit is multiplied with to be in kilograms per base unit."""
        # Exact: a thousandth is written with its exponent, not divided.
        thousand = self.declared in _BASE
        return self.kilograms.scaleb(-3) if thousand else self.kilograms

    def thousandfold(self) -> tuple[EmissionUnit, ...]:
        """Return the units a factor of a thousand away, with which this one may be confused."""
        place = _MASSES.index(self.mass)
        masses = [m for at, m in enumerate(_MASSES) if abs(at - place) == 1]
        found = [EmissionUnit(mass, self.gas, self.declared) for mass in masses]
        if self.declared in _THOUSANDFOLD:
            found.append(EmissionUnit(self.mass, self.gas, _THOUSANDFOLD[self.declared]))
        return tuple(found)


@lru_cache(maxsize=256)
def read_unit(text: str) -> EmissionUnit:
    """Read a `valueUnit` or `factorUnit` whose shape holds."""
    match = _FORM.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return EmissionUnit(*match.groups())
