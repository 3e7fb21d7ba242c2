"""Global warming potentials over 100 years, of the gases that factors name most.

Sources. AR4: IPCC 2007, WG I, Table 2.14. AR5: IPCC 2013, WG I, Table 8.A.1 (without climate-carbon
feedbacks; methane of fossil origin 30). AR6: IPCC 2021, WG I, Table 7.SM.7, and for methane by
origin Table 7.15 (fossil 29.8, other 27.0). Where a name does not tell the origin, each is right.
"""

from __future__ import annotations

from suyuan_verifier.traceability.fixed import parse_fixed

SETS = ("AR4", "AR5", "AR6")

_TABLE = """
CO2          | 1     | 1     | 1
CH4          | 25    | 28 30 | 27.9 27 29.8
CH4fossil    | 25    | 30    | 29.8
CH4nonfossil | 25    | 28    | 27
N2O          | 298   | 265   | 273
SF6          | 22800 | 23500 | 25200
NF3          | 17200 | 16100 | 17400
CF4          | 7390  | 6630  | 7380
C2F6         | 12200 | 11100 | 12400
C3F8         | 8830  | 8900  | 9290
C4F10        | 8860  | 9200  | 10000
cC4F8        | 10300 | 9540  | 10200
CFC11        | 4750  | 4660  | 6230
CFC12        | 10900 | 10200 | 12500
HCFC22       | 1810  | 1760  | 1960
HFC23        | 14800 | 12400 | 14600
HFC32        | 675   | 677   | 771
HFC125       | 3500  | 3170  | 3740
HFC134a      | 1430  | 1300  | 1530
HFC143a      | 4470  | 4800  | 5810
HFC152a      | 124   | 138   | 164
HFC227ea     | 3220  | 3350  | 3600
HFC236fa     | 9810  | 8060  | 8690
HFC245fa     | 1030  | 858   | 962
HFC365mfc    | 794   | 804   | 914
HFC4310mee   | 1640  | 1650  | 1600
"""
_GWP = {
    (name.strip().lower(), gwp_set): tuple(values.split())
    for name, *columns in (line.split("|") for line in _TABLE.strip().splitlines())
    for gwp_set, values in zip(SETS, columns, strict=True)
}


def accepted(gas: str, gwp_set: str) -> tuple[str, ...]:
    """Return the values that a set gives a gas, none for a gas that is not listed.

    Case and hyphens of the name do not count: `HFC-134a` is `hfc134a`.
    """
    return _GWP.get((_key(gas), gwp_set), ())


def is_co2(gas: str) -> bool:
    """Tell whether a name is that of carbon dioxide."""
    return _key(gas) == "co2"


def is_accepted(value: str, values: tuple[str, ...]) -> bool:
    """Tell whether a quantity is one of them, as a number."""
    return parse_fixed(value) in map(parse_fixed, values)


def _key(gas: str) -> str:
    return gas.replace("-", "").lower()
