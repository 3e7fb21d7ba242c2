"""A statement from a table: what is calculated, and each bad cell by its place."""

from __future__ import annotations

import json

import pytest
from footprint_tables import (
    ANODE,
    AVERAGE,
    CARBON,
    GAS,
    GOOD,
    HEADER,
    HYDRO,
    LOSSES,
    OUTSIDE,
    TOTAL,
    csv_table,
    line,
    workbook,
)
from suyuan_ledger.errors import RefusedError, ledger_codes
from suyuan_ledger.footprint_desk.header import read_header
from suyuan_ledger.footprint_desk.item_table import read_items
from suyuan_ledger.footprint_desk.statement import draft_statement

CONVERTED = {
    "conversionFactor": "3",
    "conversionTo": "KGM",
    "conversionBasisZh": "示例",
    "conversionBasisEn": "Example",
}
ALLOCATED = {
    "allocationMethod": "mass",
    "allocationShare": "0.5",
    "allocationBasisZh": "示例",
    "allocationBasisEn": "Example",
}


def drafted(desk, rows, header=HEADER, form=csv_table):
    """Draft a statement of rows."""
    return draft_statement(desk, read_items(form(rows)), read_header(header.encode()))


def problems(desk, rows, **options):
    """Return (row, column, code) of everything wrong in a table that has no other fault."""
    found = drafted(desk, rows, **options)
    assert not found.subject
    assert [error.text() for error in found.errors] == []
    assert all(problem.code in ledger_codes() for problem in found.problems)
    return [(problem.row, problem.column, problem.code) for problem in found.problems]


def test_one_line_of_every_type(desk):
    """Emissions, links and status follow; lines stand by id whatever the table's order is."""
    found = drafted(desk, list(reversed(GOOD)))

    assert (found.problems, found.errors) == ((), ())
    emissions = {item["id"]: item["emission"] for item in found.subject["lineItems"]}
    assert emissions == {
        "A-CARBON": "750",
        "B-GRID": "577.7",
        "C-HYDRO": "28.2",
        "D-LOSSES": "65.4",
        "E-ANODE": "357.866667",
        "F-GAS": "10",
        "G-OUTSIDE": "3.75",
    }
    assert list(emissions) == sorted(emissions)
    assert found.subject["total"] == TOTAL
    assert found.subject["dataStatus"] == "illustrative"
    assert len(found.uses) == 4
    assert list(found.uses) == sorted(found.uses)


def test_a_factor_is_named_by_number_or_by_code_and_version(desk):
    """Both ways give the same line."""
    by_code = {**CARBON, "registryNumber": "", "factorCode": "EXAMPLE-1", "factorVersion": "1"}
    one, other = drafted(desk, [CARBON]), drafted(desk, [by_code])

    assert one.subject == other.subject
    assert one.subject["lineItems"][0]["factor"] == {
        "admission": one.uses[0],
        "factorCode": "EXAMPLE-1",
        "factorVersion": "1",
        "value": "1.5",
        "valueUnit": "tCO2e/TNE",
    }


@pytest.mark.parametrize(
    ("bent", "column", "code"),
    [
        ({**GAS, "quantity": "1e3"}, "quantity", "record.decimal"),
        ({**GAS, "quantity": "-1"}, "quantity", "record.decimal"),
        ({**GAS, "quantity": "1" * 40}, "quantity", "record.decimal"),
        ({**GAS, "quantity": "１０"}, "quantity", "csv.full_width"),
        ({**GAS, "quantity": "@1"}, "quantity", "csv.formula"),
        ({**GAS, "quantity": ""}, "quantity", "csv.empty_cell"),
        ({**GAS, "stage": "use"}, "stage", "record.stage"),
        ({**GAS, "stage": "smelting"}, "stage", "record.shape"),
        ({**GAS, "type": "smoke"}, "type", "record.shape"),
        ({**GAS, "unit": "KWH"}, "unit", "record.shape"),
        ({**GAS, "gwp": "2"}, "gwp", "footprint.gwp"),
        ({**GAS, "gas": ""}, "gas", "record.shape"),
        ({**GAS, "activityZh": ""}, "activityZh", "csv.empty_cell"),
        ({**GAS, "registryNumber": "EX-0001"}, "registryNumber", "statement.named"),
        ({**GAS, "upstream": "12"}, "upstream", "statement.named"),
        ({**CARBON, "registryNumber": ""}, "registryNumber", "statement.named"),
        ({**CARBON, "registryNumber": "EX-9"}, "registryNumber", "record.unknown"),
        ({**CARBON, "factorCode": "EXAMPLE-2"}, "factorCode", "footprint.factor"),
        ({**CARBON, "unit": "KWH"}, "unit", "footprint.unit"),
        ({**CARBON, **CONVERTED, "conversionFactor": "0"}, "conversionFactor", "record.decimal"),
        ({**CARBON, **CONVERTED, "conversionTo": "KWH"}, "unit", "footprint.unit"),
        ({**CARBON, **ALLOCATED, "allocationShare": "1.1"}, "allocationShare", "record.decimal"),
        ({**CARBON, **ALLOCATED, "allocationBasisEn": ""}, "allocationBasisEn", "record.shape"),
        ({**AVERAGE, "factorVersion": "2"}, "factorCode", "statement.factor_unknown"),
        ({**AVERAGE, "factorVersion": ""}, "factorCode", "statement.factor_unknown"),
        ({**AVERAGE, "instrument": "own"}, "instrument", "footprint.electricity"),
        ({**AVERAGE, "electricityEnd": "2024-12-31"}, "electricityStart", "record.period"),
        ({**AVERAGE, "certificateIds": "GEC-1"}, "certificateIds", "record.electricity"),
        ({**HYDRO, "certificateIds": "A;A"}, "certificateIds", "record.order"),
        ({**ANODE, "ash": "1e-3"}, "ash", "record.decimal"),
        ({**ANODE, "formula": ""}, "formula", "record.shape"),
        ({**ANODE, "ash": ""}, "formula", "footprint.formula"),
        ({**ANODE, "slope": "0.1"}, "formula", "footprint.formula"),
        ({**OUTSIDE, "externalUnit": "kg/KGM"}, "externalUnit", "record.shape"),
        ({**OUTSIDE, "database": ""}, "database", "record.shape"),
        (
            line(id="U", type="upstreamStatement", quantity="1", unit="TNE", upstream="99"),
            "upstream",
            "record.unknown",
        ),
        (
            line(id="U", type="upstreamStatement", quantity="1", unit="TNE", upstream="EX-0001"),
            "upstream",
            "desk.kind",
        ),
    ],
)
@pytest.mark.parametrize("form", [csv_table, workbook])
def test_a_bad_cell_is_named(desk, bent, column, code, form):
    """By row and column, with a code; the sound line before it is not blamed."""
    sound = {**GAS, "id": "0-SOUND"}

    assert problems(desk, [sound, bent], form=form) == [(3, column, code)]


def test_every_bad_cell_is_named_in_one_run(desk):
    """What is wrong with one line does not hide what is wrong with another."""
    rows = [
        {**GAS, "quantity": "1e3"},
        {**CARBON, "registryNumber": "EX-9"},
        {**OUTSIDE, "quantity": ""},
        {**AVERAGE, "unit": "KGM"},
        {**ANODE, "stage": "smelting"},
    ]

    assert problems(desk, rows) == [
        (2, "quantity", "record.decimal"),
        (3, "registryNumber", "record.unknown"),
        (4, "quantity", "csv.empty_cell"),
        (5, "unit", "footprint.unit"),
        (6, "stage", "record.shape"),
    ]


def test_a_cell_of_a_workbook_is_named_as_the_program_shows_it(desk):
    """Sheet, letter and row, in both languages."""
    table = read_items(workbook([{**GAS, "quantity": "1e3"}], "zh"))
    (problem,) = draft_statement(desk, table, read_header(HEADER.encode())).problems

    assert problem.cell == "明细!G2"
    assert problem.as_error("zh").pointer == "明细!G2（活动数据）"
    assert problem.as_error("en").pointer == "明细!G2 (quantity)"


def test_an_id_that_stands_twice_names_the_first(desk):
    """Lines are told apart by their ids."""
    (problem,) = drafted(desk, [GAS, {**CARBON, "id": GAS["id"]}]).problems

    assert (problem.row, problem.column, problem.code) == (3, "id", "statement.item_twice")
    assert problem.expected == "once, in row 2"


@pytest.mark.parametrize(
    ("rows", "column", "code"),
    [
        ([HYDRO], "certificateIds", "footprint.td_missing"),
        ([HYDRO, LOSSES, {**LOSSES, "id": "D-TWICE"}], "transmissionOf", "footprint.td_twice"),
        ([HYDRO, {**LOSSES, "quantity": "1999"}], "quantity", "footprint.td_quantity"),
        ([GAS, LOSSES], "transmissionOf", "footprint.td"),
    ],
)
def test_rules_between_lines_are_told_at_a_line(desk, rows, column, code):
    """Whatever its place, the code is the one that the door would give."""
    found = drafted(desk, [CARBON, *rows])
    told = [*found.problems, *found.errors]

    assert [one.code for one in told] == [code]
    assert not found.subject
    assert column in {name for row in rows for name in row}


@pytest.mark.parametrize(
    ("bend", "code", "pointer"),
    [
        (lambda text: text + 'surprise = "1"\n', "statement.header", ""),
        (lambda text: text.replace("geography = {", "geo = {"), "statement.header", ""),
        (lambda text: text.replace('"2"', "2.5"), "statement.number", "declaredAmount"),
        (lambda text: text.replace("scale = 3", "value = 3"), "statement.header", "result"),
        (lambda text: text.replace('"TNE"', '"TNE'), "statement.header", ""),
        (lambda text: text + "method = 1\n", "statement.header", "method, supersedes"),
        (lambda text: text + "items = 1\n", "statement.header", "items"),
    ],
)
def test_a_header_that_is_no_header_is_refused(bend, code, pointer):
    """With the member at which it is wrong."""
    with pytest.raises(RefusedError) as caught:
        read_header(bend(HEADER).encode())

    assert (caught.value.code, caught.value.pointer) == (code, pointer)


@pytest.mark.parametrize(
    ("bend", "code"),
    [
        (lambda text: text.replace('"2"', '"0"'), "record.decimal"),
        (lambda text: text.replace("9521101530001", "9521101530002"), "record.product_id"),
        (lambda text: text.replace("tCO2e/TNE", "tCO2e/KGM"), "record.unit"),
        (lambda text: text.replace("cradleToGate", "cradle"), "record.shape"),
        (lambda text: text + 'method = "GB/T 0"\n', "record.unknown"),
        (lambda text: text + "[items.NOT-THERE]\nunit = 'KGM'\n", "statement.header"),
        (lambda text: text + "[items.F-GAS]\nunit = 'TNE'\n", "statement.header"),
        (lambda text: text + "[items.F-GAS]\nsurprise = 'TNE'\n", "record.shape"),
    ],
)
def test_what_is_wrong_beside_the_table_is_told_beside_it(desk, bend, code):
    """A wrong member of the header, or of what it adds to a line."""
    found = drafted(desk, [GAS], header=bend(HEADER))

    assert code in [one.code for one in (*found.errors, *found.problems)]
    assert not found.subject


def test_the_header_adds_to_a_line_what_has_no_column(desk):
    """Evidence, and the source of a conversion whose figures stand in cells."""
    source = (
        'title = { zh = "示例", en = "Example" }, publisher = { zh = "示例", en = "Example" }, '
        'documentNumber = "notStated", date = "notStated", locator = "notStated"'
    )
    header = (
        HEADER
        + f"[items.A-CARBON]\nconversion.source = {{ {source} }}\n"
        + '[[items.A-CARBON.evidence]]\nrole = "meter"\nmediaType = "application/pdf"\nsize = 1\n'
        + f'disclosure = "sealed"\ndigestSRI = "sha256-{"A" * 43}="\n'
    )
    converted = {**CARBON, "unit": "MTQ", "quantity": "2", **CONVERTED, "conversionTo": "TNE"}
    (item,) = drafted(desk, [converted], header=header).subject["lineItems"]

    assert item["conversion"]["source"]["locator"] == "notStated"
    assert item["evidence"][0]["size"] == 1
    assert item["emission"] == "9000"


def test_json_headers_say_the_same_as_toml():
    """A program writes one, a person the other."""
    header = read_header(HEADER.encode())
    again = read_header(json.dumps(header.members).encode())

    assert again.members == header.members


def test_a_table_without_lines_is_refused():
    """A header row alone states nothing."""
    with pytest.raises(RefusedError) as caught:
        read_items(csv_table([]))
    assert caught.value.code == "csv.empty"
