"""100-year global warming potentials by assessment report, for the gases that factors name.

The figures are those of the IPCC: AR4 (2007) WG I Table 2.14; AR5 (2013) WG I Table 8.A.1, without
climate-carbon feedbacks, fossil methane 30; AR6 (2021) WG I Table 7.SM.7, and Table 7.15 for
methane: fossil 29.8, other 27.0. "CH4" alone does not say its origin, so any of its values will do.
A test compares them with the table of the package globalwarmingpotentials (CC0).
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple


class _Potentials(NamedTuple):
    ar4: tuple[str, ...]
    ar5: tuple[str, ...]
    ar6: tuple[str, ...]


def _one(ar4: str, ar5: str, ar6: str) -> _Potentials:
    return _Potentials((ar4,), (ar5,), (ar6,))


_POTENTIALS: dict[str, _Potentials] = {
    "co2": _one("1", "1", "1"),
    "ch4": _Potentials(("25",), ("28", "30"), ("27.9", "27", "29.8")),
    "ch4fossil": _one("25", "30", "29.8"),
    "ch4nonfossil": _one("25", "28", "27"),
    "n2o": _one("298", "265", "273"),
    "sf6": _one("22800", "23500", "25200"),
    "nf3": _one("17200", "16100", "17400"),
    "cf4": _one("7390", "6630", "7380"),
    "c2f6": _one("12200", "11100", "12400"),
    "c3f8": _one("8830", "8900", "9290"),
    "c4f10": _one("8860", "9200", "10000"),
    "cc4f8": _one("10300", "9540", "10200"),
    "cfc11": _one("4750", "4660", "6230"),
    "cfc12": _one("10900", "10200", "12500"),
    "hcfc22": _one("1810", "1760", "1960"),
    "hfc23": _one("14800", "12400", "14600"),
    "hfc32": _one("675", "677", "771"),
    "hfc125": _one("3500", "3170", "3740"),
    "hfc134a": _one("1430", "1300", "1530"),
    "hfc143a": _one("4470", "4800", "5810"),
    "hfc152a": _one("124", "138", "164"),
    "hfc227ea": _one("3220", "3350", "3600"),
    "hfc236fa": _one("9810", "8060", "8690"),
    "hfc245fa": _one("1030", "858", "962"),
    "hfc365mfc": _one("794", "804", "914"),
    "hfc4310mee": _one("1640", "1650", "1600"),
}


def gas_key(name: str) -> str:
    """Return what identifies a gas: its name without hyphens, in lower case."""
    return name.replace("-", "").lower()


def potentials(gas: str, gwp_set: str) -> tuple[str, ...]:
    """Return the values that an assessment report gives a gas; none if it is not in the table.

    Args:
        gas: as a record names it, for example `HFC-134a`.
        gwp_set: AR4, AR5 or AR6.
    """
    row = _POTENTIALS.get(gas_key(gas))
    return () if row is None else row[("AR4", "AR5", "AR6").index(gwp_set)]


def equals_any(value: str, values: tuple[str, ...]) -> bool:
    """Tell whether a quantity is, as a number, one of some values."""
    number = Decimal(value)
    return any(number == Decimal(other) for other in values)
