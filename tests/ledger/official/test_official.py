"""The official table: 51 figures, digit for digit those of the annexes."""

from __future__ import annotations

import csv
import re

import pytest
from suyuan_ledger.official import official_factors, official_problem, official_table
from suyuan_ledger.records.rules import check_kind
from suyuan_ledger.records.shape import subject_errors
from suyuan_ledger.records.table_import import import_factors

NATIONAL = ["0.5306", "0.6096", "0.8273"]


@pytest.fixture(scope="session")
def annexes(data_dir):
    """The annexes' text layer, where it lies beside the repository."""
    return data_dir / "mee_cn"


def test_51_factors_that_keep_every_rule():
    factors = official_factors()
    assert len(factors) == len({factor["factorCode"] for factor in factors}) == 51
    for factor in factors:
        assert subject_errors("FactorSubmission", factor) == []
        check_kind("FactorSubmission", factor)
        assert re.fullmatch(r"0\.[0-9]{4}", factor["value"])
        assert factor["dataStatus"] == "officialTranscribed"


def test_two_series_that_are_not_mixed():
    series = [factor["seriesType"] for factor in official_factors()]
    assert series.count("GRID_CO2_ORG") == 40
    assert series.count("ELEC_FOOTPRINT") == 11
    for factor in official_factors():
        grid = factor["seriesType"] == "GRID_CO2_ORG"
        (source,) = factor["sources"]
        assert factor["valueUnit"] == ("kgCO2/KWH" if grid else "kgCO2e/KWH")
        assert factor["systemBoundary"] == ("notApplicable" if grid else "notStated")
        assert factor["gwpSet"] == "notStated"
        assert source["documentNumber"] == ("公告2025年第47号" if grid else "notStated")
        assert source["date"] == ("2025-12-31" if grid else "2025-09-28")
        assert factor["referencePeriod"]["start"][:4] == ("2023" if grid else "2024")


def test_figures_named_in_the_design():
    values = {factor["factorCode"]: factor["value"] for factor in official_factors()}
    assert values["CN-GRID-CO2-2023-YN"] == "0.1333"
    assert values["CN-ELEC-CFP-2024-COAL"] == "0.9240"
    assert values["CN-ELEC-CFP-2024-HYDRO"] == "0.0141"
    assert values["CN-ELEC-CFP-2024-PV"] == "0.0520"
    assert values["CN-ELEC-CFP-2024-TD-NOLOSS"] == "0.0046"
    assert values["CN-ELEC-CFP-2024-TD-LOSS"] == "0.0327"


def figures(path):
    """Read (table, label, value) from an annex: a label, blanks, four decimals, nothing else."""
    table, found = 0, []
    for line in path.read_text("utf-8").splitlines():
        if heading := re.match(r"\s*表\s*(\d)", line):
            table = int(heading[1])
        elif row := re.fullmatch(r"\s*(\S+)\s+(\d\.\d{4})\s*", line):
            found.append((table, row[1], row[2]))
    return found


def label(factor):
    """The annex's own label for a factor."""
    if "technologyRoute" in factor:
        return factor["technologyRoute"]["zh"]
    if "variant" in factor and factor["productName"]["zh"] == "输配电":
        return f"输配电（{factor['variant']['zh']}）"
    if factor["geography"]["code"] == "CN":
        return "全国"
    return re.fullmatch(r"电力（(.+?)(，省级|区域)平均）", factor["productName"]["zh"])[1]


@pytest.mark.parametrize(
    ("name", "series"),
    [
        ("mee_2023_grid_co2_factors_annex_2025-47.txt", "GRID_CO2_ORG"),
        ("mee_2024_electricity_footprint_factors_annex_2025-10.txt", "ELEC_FOOTPRINT"),
    ],
)
def test_every_figure_equals_the_annex(annexes, name, series):
    ours = [
        (int(factor["sources"][0]["locator"][-1]), label(factor), factor["value"])
        for factor in official_factors()
        if factor["seriesType"] == series
    ]
    assert ours == figures(annexes / name)


def test_province_codes_equal_an_independent_table(annexes):
    with (annexes / "mee_electricity_factors.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["kind"] == "provincial_average"]
    theirs = {
        (row["geography"], row["name_zh"], row["value"])
        for row in rows
        if row["reference_year"] == "2023"
    }
    ours = {
        (factor["geography"]["code"], label(factor), factor["value"])
        for factor in official_factors()
        if factor["geography"]["code"].startswith("CN-") and factor["seriesType"] == "GRID_CO2_ORG"
    }
    assert len(theirs) == 30
    assert ours == theirs


def test_the_table_imports_like_any_other():
    table = import_factors(official_table())
    assert table.problems == ()
    assert [row.subject for row in table.rows] == official_factors()


def test_a_caller_cannot_spoil_the_table():
    official_factors()[0]["value"] = "9"
    assert official_factors()[0]["value"] == NATIONAL[0]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"value": "0.924"}, "csv.official_digits"),
        ({"value": "0.92400"}, "csv.official_digits"),
        ({"value": "0.9241"}, "csv.official_value"),
        ({"value": "0.924", "factorCode": "MY-OWN-CODE"}, "csv.official_digits"),
        ({"value": "0.9240"}, None),
        ({"value": "0.9240", "factorCode": "MY-OWN-CODE"}, None),
        ({"value": "0.924", "dataStatus": "illustrative"}, None),
        (
            {
                "value": "0.92",
                "factorCode": "X",
                "referencePeriod": {"start": "2020-01-01", "end": "2020-12-31"},
            },
            None,
        ),
    ],
)
def test_published_digits_are_kept(change, code):
    coal = next(f for f in official_factors() if f["factorCode"] == "CN-ELEC-CFP-2024-COAL")
    problem = official_problem({**coal, **change})
    assert (problem and problem.code) == code
