"""Tables: every bad row is named, and no good row is lost to its neighbour."""

from __future__ import annotations

import codecs
import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from suyuan_ledger.errors import RefusedError, ledger_codes
from suyuan_ledger.official import official_factors, official_table
from suyuan_ledger.records.csv_table import (
    MAX_TABLE_BYTES,
    read_factor_table,
    write_factor_table,
)
from suyuan_ledger.records.factor_columns import COLUMNS
from suyuan_ledger.records.signing import sign_record
from suyuan_ledger.records.table_import import (
    EXAMPLE_CODE,
    draft_submissions,
    import_factors,
    template,
)

HEADER, *ROWS = list(csv.reader(io.StringIO(official_table().decode())))
TIME = "2026-11-22T08:00:00Z"


def table(*rows, header=HEADER):
    stream = io.StringIO()
    csv.writer(stream).writerows([header, *rows])
    return stream.getvalue().encode()


def changed(row, **cells):
    return [cells.get(name, cell) for name, cell in zip(HEADER, ROWS[row], strict=True)]


def only_problem(data):
    """Return the one problem of a table whose other rows are good."""
    result = import_factors(data)
    (problem,) = result.problems
    assert problem.code in ledger_codes()
    assert problem.code in problem.as_error().text("zh")
    return problem


def test_a_broken_row_among_good_ones():
    result = import_factors(table(ROWS[0], changed(1, value="abc"), ROWS[2]))
    assert [row.row for row in result.rows] == [2, 4]
    (problem,) = result.problems
    assert (problem.row, problem.column, problem.code) == (3, "value", "record.decimal")
    assert problem.found == '"abc"'


def test_every_problem_of_every_row_is_listed():
    bad = changed(0, value="1e3", periodEnd="2023", declaredUnit="kWh")
    other = changed(1, seriesType="EEIO")
    result = import_factors(table(bad, ROWS[2], other))
    assert [row.row for row in result.rows] == [3]
    assert sorted((p.row, p.column, p.code) for p in result.problems) == [
        (2, "declaredUnit", "record.shape"),
        (2, "periodEnd", "record.time"),
        (2, "value", "record.decimal"),
        (4, "seriesType", "record.shape"),
    ]


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"value": ""}, "value", "csv.empty_cell"),
        ({"productNameEn": "  "}, "productNameEn", "csv.empty_cell"),
        ({"value": "=0.5306"}, "value", "csv.formula"),
        ({"sourceLocator": "@SUM(A1)"}, "sourceLocator", "csv.formula"),
        ({"productNameZh": "+cmd|' /C calc'!A0"}, "productNameZh", "csv.formula"),
        ({"value": "０.5306"}, "value", "csv.full_width"),
        ({"value": "0．5306"}, "value", "csv.full_width"),
        ({"factorCode": "ＣＮ-1"}, "factorCode", "csv.full_width"),
        ({"periodStart": "2023－01－01"}, "periodStart", "csv.full_width"),
        ({"value": "5.306E-01"}, "value", "record.decimal"),
        ({"value": "53.06%"}, "value", "record.decimal"),
        ({"value": "1,234.5"}, "value", "record.decimal"),
        ({"value": ".5306"}, "value", "record.decimal"),
        ({"value": "-0.0"}, "value", "record.decimal"),
        ({"value": "0.530600"}, "value", "csv.official_digits"),
        ({"value": "0.5307"}, "value", "csv.official_value"),
        ({"periodStart": "2023/1/1"}, "periodStart", "record.time"),
        ({"periodStart": "2023-02-29"}, "periodStart", "record.time"),
        ({"periodEnd": "2022-12-31"}, "periodStart", "record.period"),
        ({"sourceDate": "2025-13-01"}, "sourceDate", "record.time"),
        ({"geographyCode": "Yunnan"}, "geographyCode", "record.shape"),
        ({"valueUnit": "kgCO2/MWH"}, "valueUnit", "record.unit"),
        ({"valueUnit": "kgCO2e/KWH"}, "valueUnit", "record.series"),
        ({"systemBoundary": "cradleToGate"}, "systemBoundary", "record.series"),
        ({"dataStatus": "measured"}, "gwpSet", "record.not_stated"),
        ({"variantZh": "示例"}, "variantEn", "record.shape"),
        ({"productNameZh": "a\u202eb"}, "productNameZh", "record.text"),
        ({"productNameZh": "a\x00b"}, "productNameZh", "record.text"),
        ({"productNameEn": "Cafe\u0301"}, "productNameEn", "record.nfc"),
        ({"productNameZh": "云" * 2001}, "productNameZh", "record.shape"),
    ],
)
def test_a_bad_cell_is_named(cells, column, code):
    problem = only_problem(table(changed(0, **cells), ROWS[1]))
    assert (problem.row, problem.column, problem.code) == (2, column, code)


def test_a_lost_zero_is_named_with_the_published_digits():
    row = next(place for place, cells in enumerate(ROWS) if cells[0] == "CN-ELEC-CFP-2024-COAL")
    problem = only_problem(table(changed(row, value="0.924")))
    assert (problem.code, problem.expected, problem.found) == (
        "csv.official_digits",
        "0.9240",
        "0.924",
    )
    assert "0.9240" in problem.as_error().hint("en")


@pytest.mark.parametrize("cells", [ROWS[0][:-1], [*ROWS[0], "x"], ["x"]])
def test_ragged_rows(cells):
    problem = only_problem(table(cells, ROWS[1]))
    assert (problem.row, problem.code) == (2, "csv.ragged")


def test_the_same_factor_twice():
    problem = only_problem(table(ROWS[0], ROWS[1], ROWS[0]))
    assert (problem.row, problem.code, problem.expected) == (
        4,
        "csv.duplicate_row",
        "once, in row 2",
    )
    assert import_factors(table(ROWS[0], changed(0, factorVersion="2"))).problems == ()


def test_bad_quotes_cost_one_row():
    first, second = (table(row).splitlines()[1] for row in ROWS[:2])
    broken = first.replace(b"KWH", b'"KW"H', 1)
    data = b"\n".join([",".join(HEADER).encode(), broken, second])
    problem = only_problem(data)
    assert (problem.row, problem.code) == (2, "csv.syntax")
    assert [row.row for row in import_factors(data).rows] == [3]


def test_a_quote_without_end_is_named_at_its_row():
    first, second = (table(row).splitlines()[1] for row in ROWS[:2])
    data = b"\n".join([",".join(HEADER).encode(), first, b'"' + second])
    problem = only_problem(data)
    assert (problem.row, problem.code) == (3, "csv.syntax")
    assert len(import_factors(data).rows) == 1


@pytest.mark.parametrize(
    ("encode", "encoding"),
    [
        (lambda text: text.encode("utf-8"), "utf-8"),
        (lambda text: text.encode("utf-8-sig"), "utf-8"),
        (lambda text: text.encode("gb18030"), "gb18030"),
        (lambda text: text.replace("\n", "\r\n").encode("gb18030"), "gb18030"),
        (lambda text: text.replace("\n", "\r\n").encode("utf-8-sig"), "utf-8"),
        (lambda text: text + "\n,,\n" * 3, "utf-8"),
    ],
)
def test_encodings_and_line_ends(encode, encoding):
    data = encode(official_table().decode())
    data = data.encode() if isinstance(data, str) else data
    result = import_factors(data)
    assert result.problems == ()
    assert result.encoding == encoding
    assert [row.subject for row in result.rows] == official_factors()


def test_chinese_headers():
    zh = {column.name: column.zh for column in COLUMNS}
    result = import_factors(table(*ROWS, header=[zh[name] for name in HEADER]))
    assert result.problems == ()
    assert len(result.rows) == 51


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "csv.empty"),
        (b"\n\n", "csv.empty"),
        (codecs.BOM_UTF8, "csv.empty"),
        (codecs.BOM_UTF16_LE + "a,b".encode("utf-16-le"), "csv.encoding"),
        (b"\xff" * 9, "csv.encoding"),
        (table(header=[*HEADER, "price"]), "csv.header_unknown"),
        (
            table(header=["Value" if name == "value" else name for name in HEADER]),
            "csv.header_unknown",
        ),
        (";".join(HEADER).encode(), "csv.header_unknown"),
        (table(header=[*HEADER, "value"]), "csv.header_twice"),
        (table(header=[*HEADER, "因子值"]), "csv.header_twice"),
        (table(header=[name for name in HEADER if name != "value"]), "csv.header_missing"),
        (b'"factor"Code,value', "csv.syntax"),
        (b" " * (MAX_TABLE_BYTES + 1), "csv.too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_table_that_cannot_be_read_at_all(data, code):
    with pytest.raises(RefusedError) as caught:
        import_factors(data)
    assert caught.value.code == code
    assert code in ledger_codes()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_template_has_every_column_and_an_example_to_delete(lang):
    data = template(lang)
    assert data.startswith(codecs.BOM_UTF8)
    problem = only_problem(data)
    assert (problem.code, problem.found) == ("csv.example_row", EXAMPLE_CODE)
    (row,) = read_factor_table(data).rows
    assert row.subject["dataStatus"] == "illustrative"


def test_every_column_is_written_and_read_back():
    subject = official_factors()[0] | {
        "variant": {"zh": "一", "en": "one, two\nthree"},
        "technologyRoute": {"zh": "路线", "en": 'the "route"'},
        "classification": [
            {"scheme": "UN-CPC 2.1", "code": "17100", "name": {"zh": "电", "en": "E"}}
        ],
        "primaryDataShare": "0.50",
        "pedigree": "(1;3;2;5;1)",
        "dataSetOwner": {"zh": "示例", "en": "owner"},
        "licence": "CC0-1.0",
    }
    result = read_factor_table(write_factor_table([subject]).encode())
    assert result.problems == ()
    assert [row.subject for row in result.rows] == [subject]


def test_good_rows_can_be_signed(signer):
    issuer = {"id": signer.did, "name": "Demo", "nameZh": "示例"}
    drafts = draft_submissions(import_factors(official_table()).rows, issuer, valid_from=TIME)
    assert len({sign_record(draft, signer, TIME) for draft in drafts}) == 51


CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(CELLS, min_size=1, max_size=30), max_size=4), st.booleans())
def test_any_rows_are_answered(rows, quoted):
    stream = io.StringIO()
    csv.writer(stream, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL).writerows(rows)
    data = ",".join(HEADER) + "\n" + stream.getvalue()
    result = import_factors(data.encode())
    assert all(problem.code in ledger_codes() for problem in result.problems)


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_only_our_own_error_leaves_the_import(data):
    for prefix in (b"", ",".join(HEADER).encode() + b"\n"):
        try:
            import_factors(prefix + data)
        except RefusedError as error:
            if not error.code.startswith(("csv.", "xlsx.")):
                raise AssertionError(error.code) from error


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(HEADER) - 1), CELLS)
def test_one_changed_cell_never_becomes_another_value(column, cell):
    """What is accepted is exactly the text of the cell, blanks around it cut off."""
    row = list(ROWS[0])
    row[column] = cell
    result = import_factors(table(row))
    for good in result.rows:
        written = next(
            csv.reader(io.StringIO(write_factor_table([good.subject]).split("\n", 1)[1]))
        )
        by_name = dict(zip([column.name for column in COLUMNS], written, strict=True))
        assert by_name[HEADER[column]] == cell.strip(" \t\r\n")
