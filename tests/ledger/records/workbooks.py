"""Workbooks for the tests: sound ones by openpyxl, hostile ones put together by hand."""

from __future__ import annotations

import io
import zipfile

from openpyxl import Workbook, load_workbook
from suyuan_ledger.records.factor_columns import COLUMNS, FACTORS, LISTS
from suyuan_ledger.records.factor_rows import member_text

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"

HEADER = [column.name for column in COLUMNS]
LETTERS = {
    column.name: (chr(64 + place) if place <= 26 else f"A{chr(38 + place)}")
    for place, column in enumerate(COLUMNS, 1)
}
FORMS = {form.name: form for form in LISTS}


def row_of(subject, **cells):
    """Write a subject as the cells of one row, some of them replaced."""
    return [cells.get(column.name, member_text(subject, column.path)) for column in COLUMNS]


def workbook(rows, *, lists=(), change=None, sheet="因子", header=HEADER):
    """Make a workbook.

    Args:
        rows: cells of the rows below the header; empty text is no cell.
        lists: (name of a list's sheet, rows below its header) pairs.
        change: gets the openpyxl workbook before it is saved.
        sheet: name of the factors' sheet.
        header: the first row.
    """
    book = Workbook()
    main = book.active
    main.title = sheet
    fill(main, header, rows)
    for name, items in lists:
        form = FORMS[name]
        fill(book.create_sheet(form.zh), [column.zh for column in form.columns], items)
    if change:
        change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def fill(sheet, header, rows):
    """Write a header and rows."""
    for row in [header, *rows]:
        sheet.append([None if cell == "" else cell for cell in row])
        # openpyxl takes a text that starts with "=" for a formula unless told otherwise.


def parts(data):
    """Return the parts of a workbook by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(contents, compression=zipfile.ZIP_DEFLATED):
    """Zip parts into a file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return stream.getvalue()


def by_hand(sheet_xml, *, shared=None, styles=None, name="factors", extra=None):
    """Make the smallest workbook around the XML inside `worksheet`."""
    relations = f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/s.xml"/>'
    contents = {}
    for kind, text in (("sharedStrings", shared), ("styles", styles)):
        if text is not None:
            relations += f'<Relationship Id="{kind}" Type="{OFFICE}/{kind}" Target="{kind}.xml"/>'
            contents[f"xl/{kind}.xml"] = text
    contents |= {
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        f'<sheet name="{name}" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{relations}'
        "</Relationships>",
        "xl/worksheets/s.xml": f'<worksheet xmlns="{MAIN}">{sheet_xml}</worksheet>',
    }
    return packed(contents | (extra or {}))


def values(data):
    """Read a workbook with openpyxl, the oracle: non-empty cells by sheet and place."""
    book = load_workbook(io.BytesIO(data))
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


__all__ = [
    "FACTORS",
    "HEADER",
    "LETTERS",
    "by_hand",
    "packed",
    "parts",
    "row_of",
    "values",
    "workbook",
]
