"""FactorSubmission: units, series and what may be left unsaid (docs/spec/kinds.md)."""

from __future__ import annotations

from typing import Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.rules.values import NOT_STATED, check_period, check_sources

GRID = "GRID_CO2_ORG"


def check_factor(subject: dict[str, Any], at: str) -> None:
    """Check 因子报送; it is the kind of which the ledger takes thousands a second."""
    series = subject["seriesType"]
    boundary = subject["systemBoundary"]
    unit = subject["valueUnit"]
    emission, _, denominator = unit.partition("/")
    if denominator != subject["declaredUnit"]:
        raise RefusedError(
            "record.unit",
            pointer=f"{at}/valueUnit",
            expected=f"per {subject['declaredUnit']}",
            found=unit,
        )
    if (series == GRID) != (boundary == "notApplicable"):
        raise RefusedError(
            "record.series",
            pointer=f"{at}/systemBoundary",
            expected=f"notApplicable for {GRID}, and for it alone",
            found=f"{boundary} with {series}",
        )
    if (series == GRID) == emission.endswith("e"):
        raise RefusedError(
            "record.series",
            pointer=f"{at}/valueUnit",
            expected=f"CO2 for {GRID}, CO2e for every other series",
            found=f"{unit} with {series}",
        )
    if subject["dataStatus"] != "officialTranscribed":
        for name in ("systemBoundary", "gwpSet"):
            if subject[name] == NOT_STATED:
                raise RefusedError(
                    "record.not_stated",
                    pointer=f"{at}/{name}",
                    expected="a stated value, unless dataStatus is officialTranscribed",
                    found=NOT_STATED,
                )
    check_period(subject["referencePeriod"], f"{at}/referencePeriod")
    check_sources(subject["sources"], f"{at}/sources")
    for place, item in enumerate(subject.get("evidence", ())):
        # The only number of this kind; see `check_whole_numbers`, whose walk is spared here.
        if type(item["size"]) is not int:
            raise RefusedError(
                "record.number", pointer=f"{at}/evidence/{place}/size", found=item["size"]
            )
        if "period" in item:
            check_period(item["period"], f"{at}/evidence/{place}/period")
