"""Figures of other systems: a strict table, and a comparison within tolerances."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.traceability.systems import cross_check
from suyuan_ledger.traceability.systems_table import COLUMNS, read_systems
from traceability_cases import RULE_SET, sound

HEAD = "system,item,unit,periodStart,periodEnd,submitted,reported\n"
ROW = "energyMonitoring,电力,MWH,2025-01-01,2025-12-31,100,102\n"


def rows(body, head=HEAD):
    """Read a table that has no problems."""
    table, problems = read_systems("export.csv", (head + body).encode())
    assert problems == []
    return table.rows


def compare(body, head=HEAD, subject=None):
    """Cross-check the example submission."""
    return cross_check(subject or sound(), RULE_SET, rows(body, head))


def test_a_figure_within_tolerance():
    checked = compare(ROW)

    assert checked.finding.outcome == "pass"
    assert checked.members == (
        {
            "system": "energyMonitoring",
            "item": "电力",
            "unit": "MWH",
            "period": {"start": "2025-01-01", "end": "2025-12-31"},
            "submitted": "100",
            "reported": "102",
            "relativeDifference": "0.019608",
            "tolerance": "0.05",
            "outcome": "pass",
        },
    )


@pytest.mark.parametrize(
    ("submitted", "reported", "outcome", "difference"),
    [
        ("105", "100", "pass", "0.05"),
        ("105.000000000000000001", "100", "fail", "0.05"),
        ("95", "100", "pass", "0.05"),
        ("-105", "-100", "pass", "0.05"),
        ("0", "0", "pass", "0"),
        ("3", "0", "fail", "1"),
        ("9" * 34, "0.000000000000000001", "fail", "1000000"),
    ],
)
def test_the_edge_of_the_tolerance(submitted, reported, outcome, difference):
    """Decided exactly; what is stated is rounded."""
    checked = compare(ROW.replace("100,102", f"{submitted},{reported}"))

    (member,) = checked.members
    assert (member["outcome"], member["relativeDifference"]) == (outcome, difference)
    assert checked.finding.outcome == outcome


def test_one_figure_of_many_that_differs_fails_the_rule():
    finding = compare(ROW + ROW.replace("102", "200")).finding

    assert finding == ("fail", "1 of 2 figures differ", "differences within tolerance")


def test_what_is_left_empty_comes_from_the_inventory():
    """By name in either language, and unit."""
    checked = compare(ROW.replace(",100,102", ",,13.4"))

    assert checked.members[0]["submitted"] == "13.5"


@pytest.mark.parametrize("row", ["蒸汽,MWH", "电力,KWH"])
def test_what_the_inventory_does_not_name_is_refused(row):
    body = ROW.replace("电力,MWH", row).replace(",100,", ",,")

    with pytest.raises(RefusedError) as caught:
        compare(body)

    assert (caught.value.code, caught.value.pointer) == ("csv.submitted", "row 2, column item")


def test_what_the_inventory_names_twice_is_refused():
    """Which of the two is meant is not for us to say."""
    subject = sound()
    subject["inventory"] *= 2

    with pytest.raises(RefusedError, match=r"csv\.submitted"):
        compare(ROW.replace(",100,", ",,"), subject=subject)


def test_a_system_without_tolerance_is_refused():
    with pytest.raises(RefusedError, match=r"row 2, column system.*csv\.system_tolerance"):
        compare(ROW.replace("energyMonitoring", "环境统计"))


def test_rows_of_other_factors_are_passed_over():
    head = HEAD.replace("reported", "reported,factorCode")
    body = ROW.replace("102", "200,OTHER")

    assert compare(body, head).finding == ("notEvaluated", "no figures for this factor", None)
    assert compare(body.replace("OTHER", ""), head).finding.outcome == "fail"
    assert compare(body.replace("OTHER", "EXAMPLE-INGOT"), head).finding.outcome == "fail"


def test_no_export_is_no_failure():
    finding = cross_check(sound(), RULE_SET, None).finding

    assert finding == ("notEvaluated", "no figures of other systems given", None)


def test_too_many_rows():
    with pytest.raises(RefusedError, match=r"csv\.too_many_rows"):
        compare(ROW * 257)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_and_chinese_names(encoding):
    """As Chinese spreadsheets write it: headers, systems, byte-order mark."""
    head = ",".join(column.zh for column in COLUMNS[:7]) + "\n"
    data = (head + ROW.replace("energyMonitoring", "能耗在线监测")).encode(encoding)

    table, problems = read_systems("export.csv", data)

    assert problems == []
    assert (table.rows[0].system, table.rows[0].item) == ("energyMonitoring", "电力")


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        (("energyMonitoring", "meter"), "system", "csv.system"),
        (("energyMonitoring", ""), "system", "csv.empty_cell"),
        (("电力", "=A1"), "item", "csv.formula"),
        (("电力", "x" * 201), "item", "csv.cell_length"),
        (("电力", "a\u202eb"), "item", "record.text"),
        (("MWH", "x" * 33), "unit", "csv.cell_length"),
        (("2025-12-31", "2025-02-29"), "periodEnd", "record.time"),
        (("2025-12-31", "20251231"), "periodEnd", "record.time"),
        (("2025-01-01", "2026-01-01"), "periodStart", "record.period"),
        ((",100,", ",１００,"), "submitted", "csv.full_width"),
        ((",100,", ",1e2,"), "submitted", "record.decimal"),
        ((",100,", ",0100,"), "submitted", "record.decimal"),
        ((",100,", ",-0.0,"), "submitted", "record.decimal"),
        ((",100,", ",1.,"), "submitted", "record.decimal"),
        (("102", "1" * 35), "reported", "record.decimal"),
        (("102", "0." + "1" * 19), "reported", "record.decimal"),
        (("102", "102,1"), "", "csv.ragged"),
        (("102", '"10"2'), "", "csv.syntax"),
    ],
)
def test_bad_cell_is_named_by_row_and_column(change, column, code):
    """The good row before it stays; whoever reads the table decides."""
    table, problems = read_systems("x.csv", (HEAD + ROW + ROW.replace(*change, 1)).encode())

    assert [(one.row, one.column, one.code) for one in problems] == [(3, column, code)]
    assert len(table.rows) == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "csv.empty"),
        (b"\xff\xfe\x00", "csv.encoding"),
        ((HEAD.replace("item", "what") + ROW).encode(), "csv.header_unknown"),
        ((HEAD.replace("item", "unit") + ROW).encode(), "csv.header_twice"),
        (b"system,item\n", "csv.header_missing"),
        (b'"system"x,item\n', "csv.syntax"),
    ],
)
def test_a_file_that_is_no_such_table(data, code):
    with pytest.raises(RefusedError) as caught:
        read_systems("x.csv", data)
    assert caught.value.code == code


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    """Only errors of our own leave the reader."""
    for content in (data, HEAD.encode() + data):
        try:
            read_systems("x.csv", content)
        except RefusedError:
            continue
