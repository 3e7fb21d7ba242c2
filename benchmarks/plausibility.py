"""What unit.magnitude and range.robust find in published product footprints, and what they miss.

The rows are real ones of a public table (CPCD), which is not part of this repository. A row is
called a slip if a crude rule of thumb calls it implausible (below 0.01 or above 1000 kgCO2e per kg,
above 2 kgCO2e per kWh of electricity) and it is no refrigerant; every other row is called good.
These labels are no truth: sand, water and waste water do lie at some kilograms per tonne, and a
slip inside the bounds is called good. The default rules are used as they are; nothing is tuned.

Three tables: unit.magnitude alone; range.robust with all other good rows admitted, products being
the same if the five digits of their CPC class are; and both over slips of a thousand that are made
on purpose from each good row.

    python benchmarks/plausibility.py [FOLDER]

FOLDER holds `cpcd_*.csv`; without it $SUYUAN_DATA/cpcd_sample. The sample is not shipped: without
any, nothing is measured.
"""

from __future__ import annotations

import csv
import os
import re
import sys
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from suyuan_ledger.traceability import AdmittedFactor, AdmittedFactors, execute, traits_of
from suyuan_ledger.traceability.defaults import default_conversions, default_traceability
from suyuan_ledger.traceability.set_rules import execute_set_rules

RULES = {"traceability": default_traceability(), "conversions": default_conversions()}
UNITS = {
    "千克": "KGM",
    "公吨": "TNE",
    "千瓦时": "KWH",
    "兆瓦时": "MWH",
    "立方米": "MTQ",
    "升": "LTR",
    "平方米": "MTK",
    "公吨·公里": "TKM",
    "兆焦": "3B",
}
PIECES = "个 台 块 支 杯 包 瓶 件 辆 套".split()  # noqa: SIM905 - reads better
ELECTRICITY = "17100"
"""CPC 2.1 class: electrical energy."""

_FIGURE = re.compile(r"([0-9.]+)(g|kg|t)CO2e / (.+)")


@dataclass(frozen=True)
class Row:
    """One row of the table."""

    product: str
    name: str
    value: str
    mass: str
    unit: str

    @property
    def subject(self) -> dict[str, Any]:
        """What the rules read of a submission."""
        return {
            "factorCode": self.product,
            "factorVersion": "1",
            "seriesType": "ELEC_FOOTPRINT" if self.electricity else "PRODUCT_FOOTPRINT",
            "productName": {"zh": self.name, "en": self.name},
            "classification": [{"scheme": "CPC", "code": self.product[:5]}],
            "declaredUnit": self.unit,
            "value": self.value,
            "valueUnit": f"{self.mass}CO2e/{self.unit}",
            "systemBoundary": "cradleToGate",
            "gwpSet": "AR6",
            "referencePeriod": {"start": "2020-01-01", "end": "2020-12-31"},
            "geography": {"scheme": "ISO3166", "code": "CN"},
            "dataStatus": "secondary",
            "sources": [{"date": "2020-12-31", "documentNumber": "1", "locator": "1"}],
        }

    @property
    def record(self) -> dict[str, Any]:
        """The same as a record."""
        issuer = {"nameZh": self.product}
        return {
            "validFrom": "2026-01-01T00:00:00Z",
            "issuer": issuer,
            "credentialSubject": self.subject,
        }

    @property
    def electricity(self) -> bool:
        """Whether it is electrical energy."""
        return self.product.startswith(ELECTRICITY)

    @property
    def label(self) -> str:
        """Slip, refrigerant or good, by the rule of thumb."""
        kilograms = Decimal(self.value) * {"g": 1, "kg": 1_000, "t": 1_000_000}[self.mass] / 1_000
        if self.unit == "TNE":
            kilograms /= 1_000
        if self.unit in {"KGM", "TNE"}:
            crude = not Decimal("0.01") <= kilograms <= 1_000
        else:
            crude = self.electricity and self.unit == "KWH" and kilograms > 2
        if crude:
            return "refrigerant" if "制冷剂" in self.name else "slip"
        return "good"

    def times_thousand(self, *, up: bool) -> Row | None:
        """The same figure in a unit of mass a thousand times larger or smaller."""
        masses = ("g", "kg", "t")
        place = masses.index(self.mass) + (1 if up else -1)
        if not 0 <= place < len(masses):
            return None
        return Row(self.product, self.name, self.value, masses[place], self.unit)


def main() -> None:
    """Print the three tables."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else _sample()
    rows, unread = read_rows(folder)
    if not rows:
        print(f"no rows to read in {folder}; name the folder of the samples")
        return
    labels = Counter(row.label for row in rows)
    print(f"{len(rows)} rows read, {unread} in units that factors do not have")
    print(", ".join(f"{name} {labels[name]}" for name in ("good", "slip", "refrigerant")))
    show_magnitude(rows)
    good = [row for row in rows if row.label == "good"]
    show_range(rows, good)
    show_made_slips(good)


def read_rows(folder: Path) -> tuple[list[Row], int]:
    """Read the rows of all tables, each product once; return those not read as a number."""
    found: dict[str, Row] = {}
    unread: set[str] = set()
    for path in sorted(folder.glob("cpcd_*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for line in csv.DictReader(stream):
                product = line["产品ID"]
                match = _FIGURE.fullmatch(line["碳足迹"])
                unit = match and (UNITS.get(match[3]) or ("H87" if match[3] in PIECES else None))
                if match is None or unit is None:
                    unread.add(product)
                else:
                    found[product] = Row(product, line["产品名称"], match[1], match[2], unit)
    return list(found.values()), len(unread)


def magnitude(row: Row) -> tuple[str, str]:
    """Return outcome of unit.magnitude and what it expects."""
    results = {result.rule_id: result for result in execute(row.record, RULES)}
    found = results["unit.magnitude"]
    return found.outcome, found.expected or ""


def robust(row: Row, admitted: AdmittedFactors) -> tuple[str, str]:
    """Return outcome of range.robust and what it expects."""
    done = execute_set_rules(row.record, row.product, RULES, admitted)
    found = next(result for result in done.results if result.rule_id == "range.robust")
    return found.outcome, found.expected or ""


def admit(rows: list[Row]) -> AdmittedFactors:
    """Admit rows; each is left out of the sample that it is compared with."""
    return AdmittedFactors(
        AdmittedFactor(place, row.product, row.product, "", traits_of(row.record))
        for place, row in enumerate(rows)
    )


def show_magnitude(rows: list[Row]) -> None:
    """Print what unit.magnitude says by label."""
    _head("unit.magnitude", "unit proposed")
    for label in ("slip", "good", "refrigerant"):
        judged = [magnitude(row) for row in rows if row.label == label]
        _line(label, judged)


def show_range(rows: list[Row], good: list[Row]) -> None:
    """Print what range.robust says by label, among the other good rows of the class."""
    _head("range.robust", "unit proposed")
    admitted = admit(good)
    for label in ("slip", "good", "refrigerant"):
        _line(label, [robust(row, admitted) for row in rows if row.label == label])


def show_made_slips(good: list[Row]) -> None:
    """Print what both find if the unit of a good row is a thousand times too large or small."""
    _head("made slips", "true unit proposed")
    admitted = admit(good)
    for title, up in (("1000 times too large", True), ("1000 times too small", False)):
        pairs = [(row, row.times_thousand(up=up)) for row in good]
        slipped = [(row, made) for row, made in pairs if made is not None]
        for rule in ("magnitude", "range"):
            found = []
            for row, made in slipped:
                outcome, said = magnitude(made) if rule == "magnitude" else robust(made, admitted)
                true = f"{row.mass}CO2e/{row.unit}"
                found.append((outcome, "likely" if true in said.partition("likely")[2] else ""))
            _line(f"{title}, {rule}", found)


def _head(title: str, proposed: str) -> None:
    print(f"\n{title:33}{'rows':>5}{'judged':>8}{'flagged':>9}{'rate':>8}  {proposed}")


def _line(title: str, found: list[tuple[str, str]]) -> None:
    judged = [(outcome, said) for outcome, said in found if outcome in {"pass", "fail"}]
    flagged = [said for outcome, said in judged if outcome == "fail"]
    proposed = sum("likely" in said for said in flagged)
    rate = f"{len(flagged) / len(judged):.1%}" if judged else "-"
    print(f"{title:33}{len(found):5}{len(judged):8}{len(flagged):9}{rate:>8}{proposed:6}")


def _sample() -> Path:
    """Where the tests look for public samples, too."""
    shared = Path(__file__).resolve().parents[2] / "shared"
    return Path(os.environ.get("SUYUAN_DATA", shared / "data")) / "cpcd_sample"


if __name__ == "__main__":
    main()
