"""Import of factor submissions from a CSV table or a workbook, and the templates to fill in.

Adds to the reading of a table what needs more than one row or more than the row itself:
a factor stated twice, the template's example left in, and published figures that lost a digit.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from typing import Any

from suyuan_ledger.official import official_problem
from suyuan_ledger.records.csv_table import read_factor_table, write_factor_table
from suyuan_ledger.records.drafts import new_record
from suyuan_ledger.records.factor_columns import COLUMNS, KIND, LISTS
from suyuan_ledger.records.factor_rows import FactorRow, FactorTable, RowProblem
from suyuan_ledger.records.xlsx_package import is_spreadsheet
from suyuan_ledger.records.xlsx_table import read_workbook
from suyuan_ledger.records.xlsx_template import write_template

_CODE = next(column for column in COLUMNS if column.name == "factorCode")
_VALUE = next(column for column in COLUMNS if column.name == "value")
_SHEETS = {name: place for place, form in enumerate(LISTS, 1) for name in form.names}
EXAMPLE_CODE = "EXAMPLE-DELETE-THIS-ROW"
# Illustrative through and through, so that it cannot be taken for a figure.
EXAMPLE: dict[str, Any] = {
    "factorCode": EXAMPLE_CODE,
    "factorVersion": "1",
    "seriesType": "PRODUCT_FOOTPRINT",
    "productName": {"zh": "示例产品（请删除本行）", "en": "Example product (delete this row)"},
    "declaredUnit": "KGM",
    "value": "1.00",
    "valueUnit": "kgCO2e/KGM",
    "systemBoundary": "cradleToGate",
    "gwpSet": "AR6",
    "referencePeriod": {"start": "2024-01-01", "end": "2024-12-31"},
    "geography": {"scheme": "ISO3166", "code": "CN-YN"},
    "dataStatus": "illustrative",
    "sources": [
        {
            "title": {"zh": "示例来源", "en": "Example source"},
            "publisher": {"zh": "示例单位", "en": "Example publisher"},
            "documentNumber": "notStated",
            "date": "notStated",
            "locator": "notStated",
        }
    ],
}


def import_factors(data: bytes) -> FactorTable:
    """Read a table of submissions, CSV or a workbook, and report every problem, row by row.

    Raises:
        RefusedError: `csv.*` or `xlsx.*`, when the file as a whole cannot be read.
    """
    table = read_workbook(data) if is_spreadsheet(data) else read_factor_table(data)
    first_rows: dict[tuple[str, str], int] = {}
    rows: list[FactorRow] = []
    problems = list(table.problems)
    for row in table.rows:
        problem = _row_problem(row, first_rows)
        if problem is None:
            rows.append(row)
        else:
            problems.append(problem)
    problems.sort(key=_reading_order)
    return FactorTable(tuple(rows), tuple(problems), table.encoding)


def draft_submissions(
    rows: Iterable[FactorRow], issuer: dict[str, str], *, valid_from: str
) -> list[dict[str, Any]]:
    """Make one unsigned record per good row."""
    return [new_record(KIND, issuer, row.subject, valid_from=valid_from) for row in rows]


def template(lang: str = "en") -> bytes:
    """Return a table with a header and one example row.

    It starts with a byte-order mark, without which Excel takes UTF-8 for the local code page.
    """
    return codecs.BOM_UTF8 + write_factor_table([EXAMPLE], lang=lang).encode("utf-8")


def workbook_template(lang: str = "en") -> bytes:
    """Return an XLSX workbook with the same row, and sheets for what a row cannot say."""
    return write_template(EXAMPLE, lang)


def _row_problem(row: FactorRow, first_rows: dict[tuple[str, str], int]) -> RowProblem | None:
    line, subject = row.line, row.subject
    code: str = subject["factorCode"]
    if code == EXAMPLE_CODE:
        return line.problem(_CODE, "csv.example_row", found=code)
    identity = (code, subject["factorVersion"])
    first = first_rows.setdefault(identity, row.row)
    if first != row.row:
        expected = f"once, in row {first}"
        return line.problem(_CODE, "csv.duplicate_row", expected, " ".join(identity))
    problem = official_problem(subject)
    if problem is not None:
        return line.problem(_VALUE, problem.code, problem.expected, subject["value"])
    return None


def _reading_order(problem: RowProblem) -> tuple[int, int]:
    """Sort as a person reads: the sheet of the factors first, whatever its name is."""
    return _SHEETS.get(problem.sheet, 0), problem.row
