"""Workbooks: every bad cell is named by sheet, row and column, and nothing hostile is unpacked."""

from __future__ import annotations

import datetime as dt
import io
import struct
import sys
import zipfile
from copy import deepcopy
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from suyuan_ledger.errors import RefusedError, ledger_codes
from suyuan_ledger.official import official_factors
from suyuan_ledger.records import xlsx_package, xlsx_reader
from suyuan_ledger.records.factor_columns import COLUMNS, FACTORS, LISTS, choices
from suyuan_ledger.records.table_import import EXAMPLE, import_factors, workbook_template
from suyuan_ledger.records.xlsx_reader import column_letter, parse_reference, read_sheets

sys.path.insert(0, str(Path(__file__).parent))
from workbooks import HEADER, LETTERS, by_hand, packed, parts, row_of, values, workbook

OFFICIAL = official_factors()
NOON = dt.datetime(2024, 2, 29, 12)  # noqa: DTZ001 - cells have no zone
OWN = {**EXAMPLE, "factorCode": "EXAMPLE-1", "value": "1.50"}
CELL = '<c r="A1" t="inlineStr"><is><t>x</t></is></c>'


def own(number=1, **members):
    """An illustrative factor."""
    return {**deepcopy(OWN), "factorCode": f"EXAMPLE-{number}", **members}


def only_problem(data):
    """Return the one problem of a workbook, which has words in both languages."""
    (problem,) = import_factors(data).problems
    assert problem.code in ledger_codes()
    for lang in ("en", "zh"):
        assert problem.cell in problem.as_error(lang).text(lang)
    return problem


def refused(data):
    """Return the error that a whole file is refused with."""
    with pytest.raises(RefusedError) as caught:
        import_factors(data)
    assert caught.value.code in ledger_codes()
    return caught.value


def test_the_official_figures_pass_through_a_workbook_digit_by_digit():
    """The same subjects come out as from the CSV table."""
    result = import_factors(workbook([row_of(subject) for subject in OFFICIAL]))
    assert result.problems == ()
    assert result.encoding == "xlsx"
    assert [row.subject for row in result.rows] == OFFICIAL


@pytest.mark.parametrize("name", ["factors", "因子", "Sheet1", "工作表1"])
def test_a_single_sheet_may_bear_any_name(name):
    """Nobody renames the sheet of a table of one sheet."""
    assert len(import_factors(workbook([row_of(own())], sheet=name)).rows) == 1


def test_chinese_headers():
    """Headers may be Chinese."""
    header = [column.zh for column in COLUMNS]
    assert len(import_factors(workbook([row_of(own())], header=header)).rows) == 1


@pytest.mark.parametrize(
    ("name", "cell", "code", "expected"),
    [
        ("value", 0.924, "xlsx.number", "text"),
        ("value", 1, "xlsx.number", "text"),
        ("factorVersion", 1, "xlsx.number", "text"),
        ("periodStart", dt.date(2024, 1, 1), "xlsx.date", "2024-01-01"),
        ("sourceDate", NOON, "xlsx.date", "2024-02-29"),
        ("value", "=1+1", "xlsx.formula", "text"),
        ("value", "#N/A", "xlsx.error", "text"),
        ("licence", True, "xlsx.boolean", "text"),
        ("value", "０.9240", "csv.full_width", "0.9240"),
        ("value", "abc", "record.decimal", "a decimal number such as 2.105"),
        ("periodStart", "2024/1/1", "record.time", "a date such as 2024-12-31"),
        ("variantZh", "只有中文", "record.shape", "en"),
        ("value", None, "csv.empty_cell", None),
    ],
)
def test_a_bad_cell_is_named_by_sheet_row_and_column(name, cell, code, expected):
    """And the good row beside it goes on."""
    bad = [
        cell if column == name else old for column, old in zip(HEADER, row_of(own()), strict=True)
    ]
    data = workbook([row_of(own(2)), bad])
    problem = only_problem(data)
    letter = LETTERS["variantEn" if name == "variantZh" else name]
    assert (problem.cell, problem.code) == (f"因子!{letter}3", code)
    assert problem.expected == expected
    assert [row.row for row in import_factors(data).rows] == [2]


def test_a_custom_date_format_is_known_as_a_date():
    """`yyyy"年"m"月"` is a date although its number is none of the built-in ones."""

    def change(book):
        cell = book["因子"][f"{LETTERS['periodEnd']}2"]
        cell.value, cell.number_format = 45657, 'yyyy"年"m"月"d"日"'

    problem = only_problem(workbook([row_of(own())], change=change))
    assert (problem.code, problem.expected) == ("xlsx.date", "2024-12-31")


def test_a_number_format_with_quoted_letters_is_no_date():
    """`0.00"days"` shows a number."""

    def change(book):
        cell = book["因子"][f"{LETTERS['value']}2"]
        cell.value, cell.number_format = 3, '0.00"days"'

    assert only_problem(workbook([row_of(own())], change=change)).code == "xlsx.number"


def test_the_other_epoch_of_dates_is_respected():
    """Workbooks of old Macintosh programs count from 1904."""
    sheet = f'<sheetData><row r="1">{CELL}<c r="B1" s="1"><v>1</v></c></row></sheetData>'
    styles = '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    for given_by, day in (("", "1899-12-31"), ('<workbookPr date1904="1"/>', "1904-01-02")):
        contents = parts(by_hand(sheet, styles=styles))
        contents["xl/workbook.xml"] = contents["xl/workbook.xml"].replace(
            b"<sheets>", given_by.encode() + b"<sheets>"
        )
        (read,) = read_sheets(packed(contents))
        assert (read.rows[1][1].kind, read.rows[1][1].text) == ("date", day)


def merge(area):
    """Merge cells of the factors' sheet."""
    return lambda book: book["因子"].merge_cells(area)


def test_merged_cells_spoil_every_row_they_touch():
    """The second row's cell is empty only because it was merged away."""
    letter = LETTERS["licence"]
    area = f"{letter}3:{letter}4"
    data = workbook([row_of(own(n)) for n in range(3)], change=merge(area))
    result = import_factors(data)
    assert [(p.cell, p.code, p.found) for p in result.problems] == [
        (f"因子!{letter}3", "xlsx.merged", area),
        (f"因子!{letter}4", "xlsx.merged", area),
    ]
    assert [row.row for row in result.rows] == [2]


def test_merged_cells_below_the_table_are_named_too():
    """They hold no row, and may hide one."""
    problem = only_problem(workbook([row_of(own())], change=merge("A9:C9")))
    assert (problem.cell, problem.code) == ("因子!A9", "xlsx.merged")


def test_a_merged_range_as_large_as_the_sheet_costs_nothing():
    """A library that fills merged ranges would make 17 billion cells."""
    contents = parts(workbook([row_of(own())], change=merge("B9:C9")))
    name = "xl/worksheets/sheet1.xml"
    contents[name] = contents[name].replace(b'ref="B9:C9"', b'ref="A1:XFD1048576"')
    assert only_problem(packed(contents)).found == "A1:XFD1048576"


def test_a_hidden_row_is_refused_and_a_hidden_empty_one_is_not():
    """A filter hides rows, and nobody signs what he does not see."""

    def hide(book):
        for row in (3, 9):
            book["因子"].row_dimensions[row].hidden = True

    problem = only_problem(workbook([row_of(own(1)), row_of(own(2))], change=hide))
    assert (problem.cell, problem.code) == ("因子!3:3", "xlsx.hidden")


def test_a_hidden_column_is_refused_when_it_has_a_header():
    """Every row would be signed with a cell that is not shown."""

    def hide(letter):
        def change(book):
            book["因子"].column_dimensions[letter].hidden = True

        return change

    error = refused(workbook([row_of(own())], change=hide("G")))
    assert (error.code, error.pointer) == ("xlsx.hidden", "因子!G:G")
    assert import_factors(workbook([row_of(own())], change=hide("ZZ"))).problems == ()


def test_a_row_without_height_and_a_column_without_width_are_hidden():
    """Dragged shut with the mouse, they do not say that they are hidden."""
    contents = parts(workbook([row_of(own())]))
    name = "xl/worksheets/sheet1.xml"
    shut_row = contents[name].replace(b'<row r="2"', b'<row r="2" ht="0" customHeight="1"')
    cols = b'<cols><col min="7" max="7" width="0" customWidth="1"/></cols><sheetData>'
    shut_column = contents[name].replace(b"<sheetData>", cols)

    assert only_problem(packed(contents | {name: shut_row})).code == "xlsx.hidden"
    assert refused(packed(contents | {name: shut_column})).pointer == "因子!G:G"


def test_a_hidden_sheet_is_refused():
    """Further sheets are read, so they have to be seen."""

    def hide(book):
        book["温室气体"].sheet_state = "hidden"

    gas = ["EXAMPLE-1", "1", "CO2", "1.50", "kg", "1"]
    assert refused(workbook([row_of(own())], lists=[("gases", [gas])], change=hide)).code == (
        "xlsx.hidden"
    )


def test_a_cell_beside_the_table_is_named():
    """A remark in a column without a header would be lost in silence."""
    problem = only_problem(workbook([[*row_of(own()), "remark"]]))
    assert (problem.cell, problem.code, problem.found) == ("因子!AJ2", "xlsx.no_header", "remark")


def test_lists_extend_their_factors_in_the_order_of_the_sheets():
    """Keyed by code and version; the first source and classification stand in the factor's row."""
    classified = own(
        2, classification=[{"scheme": "HS", "code": "7601", "name": {"zh": "铝", "en": "Al"}}]
    )
    one, two = ("EXAMPLE-1", "1"), ("EXAMPLE-2", "1")
    source = ["二", "Two", "示例单位", "Example publisher", "notStated", "2024-05-06", "p. 2"]
    data = workbook(
        [row_of(own(1)), row_of(classified)],
        lists=[
            ("sources", [[*two, *source]]),
            ("classification", [[*one, "CN", "76", "铝", "Al"], [*two, "CN", "76", "铝", "Al"]]),
            ("gases", [[*one, "CO2", "1.20", "kg", "1"], [*one, "CH4", "0.01", "kg", "29.8"]]),
            ("byStage", [[*two, "A1-A3", "1.50"]]),
            ("dqi", [[*two, "Technology", "2.0"]]),
            ("inventory", [[*one, "用电", "Power", "2.0", "KWH"]]),
        ],
    )
    result = import_factors(data)
    assert result.problems == ()
    first, second = (row.subject for row in result.rows)
    assert [gas["gas"] for gas in first["gases"]] == ["CO2", "CH4"]
    assert first["inventory"] == [
        {"activity": {"zh": "用电", "en": "Power"}, "quantity": "2.0", "unit": "KWH"}
    ]
    assert [item["scheme"] for item in first["classification"]] == ["CN"]
    assert [item["scheme"] for item in second["classification"]] == ["HS", "CN"]
    assert [item["locator"] for item in second["sources"]] == ["notStated", "p. 2"]
    assert (second["byStage"], second["dqi"]) == (
        [{"stage": "A1-A3", "value": "1.50"}],
        [{"indicator": "Technology", "score": "2.0"}],
    )


@pytest.mark.parametrize(
    ("item", "place", "code"),
    [
        (["EXAMPLE-1", "1", "CO2", "1e3", "kg", "1"], "温室气体!D3", "record.decimal"),
        (["EXAMPLE-1", "1", "CO2", 1.2, "kg", "1"], "温室气体!D3", "xlsx.number"),
        (["EXAMPLE-1", "1", "CO2", "", "kg", "1"], "温室气体!D3", "csv.empty_cell"),
        (["EXAMPLE-9", "1", "CO2", "1", "kg", "1"], "温室气体!A3", "xlsx.orphan"),
        (["EXAMPLE-1", 1, "CO2", "1", "kg", "1"], "温室气体!B3", "xlsx.number"),
    ],
)
def test_a_bad_item_is_named_in_its_own_sheet(item, place, code):
    """And its factor does not go on without it, where it can be told whose it is."""
    gases = [["EXAMPLE-1", "1", "CH4", "0.01", "kg", "29.8"], item]
    data = workbook([row_of(own(1)), row_of(own(2))], lists=[("gases", gases)])
    problem = only_problem(data)
    assert (problem.cell, problem.code) == (place, code)
    spoilt = code != "xlsx.orphan" and item[1] == "1"
    assert [row.row for row in import_factors(data).rows] == ([3] if spoilt else [2, 3])


def test_rows_are_held_to_what_a_row_alone_does_not_show():
    """Twice the same factor, the example row, and lost official digits are named by their cells."""
    coal = next(row for row in OFFICIAL if row["factorCode"].endswith("COAL"))
    rows = [row_of(own()), row_of(EXAMPLE), row_of(own()), row_of(coal, value="0.924")]
    result = import_factors(workbook(rows))
    assert [(p.cell, p.code, p.expected) for p in result.problems] == [
        ("因子!A3", "csv.example_row", None),
        ("因子!A4", "csv.duplicate_row", "once, in row 2"),
        (f"因子!{LETTERS['value']}5", "csv.official_digits", "0.9240"),
    ]


def empty_sheet(book):
    """Add what old Excel always added."""
    book.create_sheet("Sheet2")


def test_an_empty_sheet_is_nothing():
    """Empty sheets of any name are passed over."""
    assert len(import_factors(workbook([row_of(own())], change=empty_sheet)).rows) == 1


def sheet_named(name):
    """Add a filled sheet."""

    def change(book):
        book.create_sheet(name).append(["x"])

    return change


def old_version(data):
    """Say in the archive that each entry is encrypted."""
    return data.replace(b"PK\x03\x04\x14\x00\x00\x00", b"PK\x03\x04\x14\x00\x01\x00").replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00"
    )


GOOD = workbook([row_of(OWN)])
TWICE = f'<sheetData><row r="1">{CELL}{CELL}</row></sheetData>'
BACK = f'<sheetData><row r="2"/><row r="1">{CELL}</row></sheetData>'
DTD = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest of an xls", "xlsx.old_format"),
        (b"PK\x03\x04rest of an xlsx", "xlsx.zip"),
        (GOOD[: len(GOOD) // 2], "xlsx.zip"),
        (old_version(GOOD), "xlsx.zip"),
        (packed(parts(GOOD), zipfile.ZIP_BZIP2), "xlsx.zip"),
        (packed(parts(GOOD) | {"xl/Workbook.xml": "<workbook/>"}), "xlsx.zip"),
        (packed({"mimetype": "application/vnd.oasis.opendocument"}), "xlsx.not_workbook"),
        (packed({"word/document.xml": "<x/>"}), "xlsx.not_workbook"),
        (b"PK\x03\x04" + b" " * xlsx_package.MAX_FILE_BYTES, "xlsx.too_large"),
        (packed({f"{n}": "" for n in range(xlsx_package.MAX_ENTRIES + 1)}), "xlsx.too_large"),
        (by_hand("<sheetData>"), "xlsx.xml"),
        (by_hand(TWICE), "xlsx.xml"),
        (by_hand(BACK), "xlsx.xml"),
        (by_hand('<sheetData><row r="1"><c r="B7"><v>1</v></c></row></sheetData>'), "xlsx.xml"),
        (by_hand('<sheetData><row r="1"><c t="s"><v>0</v></c></row></sheetData>'), "xlsx.xml"),
        (by_hand('<sheetData><row r="x"/></sheetData>'), "xlsx.xml"),
        (by_hand('<cols><col hidden="1" min="-1" max="1"/></cols>'), "xlsx.xml"),
        (by_hand("", shared=DTD + "<sst><si><t>&b;</t></si></sst>"), "xlsx.xml"),
        (by_hand("", shared="<sst><si><t>" + "a" * 32_768 + "</t></si></sst>"), "xlsx.too_large"),
        (by_hand("<sheetData/>"), "xlsx.no_sheet"),
        (by_hand(f'<sheetData><row r="1">{CELL}</row></sheetData>'), "csv.header_unknown"),
        (workbook([]), "csv.empty"),
        (workbook([row_of(OWN)], header=[*HEADER[:-1], "value"]), "csv.header_twice"),
        (workbook([row_of(OWN)[1:]], header=HEADER[1:]), "csv.header_missing"),
        (workbook([row_of(OWN)], change=sheet_named("备注")), "xlsx.sheet_unknown"),
        (workbook([row_of(OWN)], change=sheet_named("factors")), "xlsx.sheet_twice"),
        (workbook([row_of(OWN)], sheet="来源", change=sheet_named("help")), "xlsx.no_sheet"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_cannot_be_read_at_all(data, code):
    """Each has its own error, and a hint that says what to do."""
    error = refused(data)
    assert error.code == code
    assert error.hint("en") or code == "csv.header_twice"


def test_a_bomb_that_states_its_size_is_refused_before_it_is_inflated():
    """200 MB of zeros in 200 KB."""
    bomb = packed({**parts(GOOD), "xl/media/bomb": b"\0" * (200 * 1024 * 1024)})
    assert len(bomb) < 300_000
    error = refused(bomb)
    assert (error.code, error.pointer) == ("xlsx.too_large", "inflated bytes")


def test_a_bomb_that_lies_about_its_size_is_stopped():
    """The archive says that a part has ten bytes; what comes out is counted, not believed."""
    name = b"xl/worksheets/sheet1.xml"
    data = bytearray(GOOD)
    for signature, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = 0
        while (place := data.find(signature, place)) >= 0:
            length = 46 if signature == b"PK\x01\x02" else 30
            if data[place + length : place + length + len(name)] == name:
                data[place + at : place + at + 4] = struct.pack("<I", 10)
            place += 4
    assert refused(bytes(data)).code in ("xlsx.zip", "xlsx.xml")


@pytest.mark.parametrize("encoding", ["gb2312", "idna", "punycode", "no-such", "utf-7"])
def test_a_part_in_an_encoding_that_a_workbook_cannot_have_is_refused(encoding):
    """Expat asks Python for it, whose errors are of many kinds."""
    declared = f'<?xml version="1.0" encoding="{encoding}"?><sst/>'
    assert refused(by_hand("", shared=declared)).code == "xlsx.xml"


@pytest.mark.parametrize("piece", ["<!--{}-->", "<{}/>", '<a b="{}"/>'])
def test_one_huge_tag_is_refused_before_it_costs_minutes(piece):
    """It would be read again from its start with every chunk that is inflated."""
    error = refused(by_hand(piece.format("x" * 20_000_000)))
    assert (error.code, error.pointer) == ("xlsx.too_large", "bytes of a tag")


def test_a_number_format_that_closes_nothing_is_read_once():
    """Half a million open brackets: looking for each one's end would take minutes."""
    code = "[" * 500_000 + "y"
    styles = f'<styleSheet><numFmts><numFmt numFmtId="200" formatCode="{code}"/></numFmts>'
    styles += '<cellXfs><xf numFmtId="200"/></cellXfs></styleSheet>'
    assert refused(by_hand("<sheetData/>", styles=styles)).code == "xlsx.no_sheet"


def test_more_styles_and_hidden_columns_than_a_workbook_can_have_are_refused():
    styles = "<styleSheet><cellXfs>" + "<xf/>" * 65_537 + "</cellXfs></styleSheet>"
    assert refused(by_hand("<sheetData/>", styles=styles)).pointer == "styles"
    columns = '<col min="1" max="1" hidden="1"/>' * 16_385
    assert refused(by_hand(f"<cols>{columns}</cols>")).pointer == "hidden columns"


def test_more_cells_than_the_bound_are_not_kept(monkeypatch):
    """Counted while they are read, over all sheets, empty ones too."""
    monkeypatch.setattr(xlsx_reader, "MAX_CELLS", 100)
    cells = "".join(f'<row r="{row}"><c r="A{row}"/></row>' for row in range(1, 102))
    error = refused(by_hand(f"<sheetData>{cells}</sheetData>"))
    assert (error.code, error.pointer, error.found) == ("xlsx.too_large", "cells", "101")


def test_more_merged_ranges_than_the_bound_are_refused():
    """Each is compared with each row."""
    merged = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 1_002))
    contents = parts(workbook([row_of(OWN)]))
    name = "xl/worksheets/sheet1.xml"
    contents[name] = contents[name].replace(
        b"</sheetData>", f"</sheetData><mergeCells>{merged}</mergeCells>".encode()
    )
    assert refused(packed(contents)).code == "xlsx.too_large"


def test_rich_text_is_joined_and_pronunciation_left_out():
    """Shared strings of several runs, as Excel writes them for Chinese and Japanese."""
    shared = (
        '<sst><si><r><t>云</t></r><r><t xml:space="preserve"> 南</t></r>'
        '<rPh sb="0" eb="1"><t>yun</t></rPh></si></sst>'
    )
    sheet = '<sheetData><row r="1"><c t="s"><v>0</v></c><c t="str"><v>二</v></c></row></sheetData>'
    (read,) = read_sheets(by_hand(sheet, shared=shared))
    assert [(cell.column, cell.kind, cell.text) for cell in read.rows[1]] == [
        (1, "text", "云 南"),
        (2, "text", "二"),
    ]


TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"], exclude_characters="\ufffe\uffff_"),
    min_size=1,
    max_size=20,
).filter(lambda text: text.strip() and not text.startswith(("=", "#")))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.none() | TEXTS | st.integers(0, 99), max_size=8), max_size=8))
def test_the_reader_sees_the_cells_that_openpyxl_wrote(rows):
    """Same places, same texts; a number stays marked as one."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    data = stream.getvalue()
    (sheet,) = read_sheets(data)
    found = {
        (sheet.name, f"{column_letter(cell.column)}{row}"): (cell.kind, cell.text)
        for row, cells in sheet.rows.items()
        for cell in cells
    }
    assert found == {
        place: ("text", value) if isinstance(value, str) else ("number", str(value))
        for place, value in values(data).items()
    }


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_only_our_own_error_leaves_a_damaged_workbook(data):
    """Bytes of the file, or of one part before it is packed, are changed at random."""
    contents = parts(GOOD)
    name = data.draw(st.sampled_from([None, *sorted(contents)]))
    broken = bytearray(GOOD if name is None else contents[name])
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    whole = bytes(broken) if name is None else packed({**contents, name: bytes(broken)})
    try:
        result = import_factors(whole)
    except RefusedError as error:
        assert error.code.startswith(("xlsx.", "csv."))  # noqa: PT017 - either way is right
    else:
        assert all(problem.code in ledger_codes() for problem in result.problems)


@given(st.integers(1, 16_384), st.integers(1, 1_048_576))
def test_references_are_read_back(column, row):
    """Letters of columns count without a zero."""
    assert parse_reference(f"{column_letter(column)}{row}") == (row, column)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_template_is_text_with_code_lists_and_help(lang):
    """What a person types into it stays what was typed."""
    data = workbook_template(lang)
    assert only_problem(data).code == "csv.example_row"
    book = openpyxl.load_workbook(io.BytesIO(data))
    forms = [FACTORS, *LISTS]
    zh = lang == "zh"
    assert book.sheetnames == [
        *(form.zh if zh else form.name for form in forms),
        "说明" if zh else "help",
    ]
    for form, sheet in zip(forms, book.worksheets, strict=False):
        header = [cell.value for cell in sheet[1]]
        assert header == [column.zh if zh else column.name for column in form.columns]
        for place in range(1, len(header) + 1):
            assert sheet.column_dimensions[column_letter(place)].number_format == "@"
    offered = book.worksheets[0].data_validations.dataValidation
    assert {offer.formula1 for offer in offered} == {
        '"{}"'.format(",".join(codes)) for column in COLUMNS if (codes := choices(column.path))
    }
    explained = {(row[0], row[2]) for row in book.worksheets[-1].iter_rows(values_only=True)}
    for form, sheet in zip(forms, book.worksheets, strict=False):
        for column in form.columns:
            assert (sheet.title, column.zh if zh else column.name) in explained


def test_the_filled_template_is_imported():
    """Filled with openpyxl in place of a person."""
    book = openpyxl.load_workbook(io.BytesIO(workbook_template("zh")))
    for place, cell in enumerate(row_of(own()), 1):
        book["因子"].cell(2, place).value = cell or None
    book["温室气体"].append(["EXAMPLE-1", "1", "CO2", "1.50", "kg", "1"])
    stream = io.BytesIO()
    book.save(stream)
    (row,) = import_factors(stream.getvalue()).rows
    assert row.subject["gases"] == [{"gas": "CO2", "amount": "1.50", "unit": "kg", "gwp": "1"}]
