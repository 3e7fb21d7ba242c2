"""Figures of other systems, as a table exported from them (CSV).

One row compares one figure of one period: what was submitted, and what the other system reports.
UTF-8 (with or without byte-order mark) or GB18030; the header names the columns in English or
Chinese. Every problem of every row is reported with its row and column; a table with a problem is
not used at all, because a check must not pass over the row that would have failed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.canonical import check_values
from suyuan_ledger.records.csv_table import decode_table, table_rows
from suyuan_ledger.records.factor_columns import Column
from suyuan_ledger.records.factor_rows import RowProblem, ascii_safe, header_columns, trimmed
from suyuan_ledger.records.rules import is_date
from suyuan_ledger.traceability.evidence import InputFile, digest_bytes
from suyuan_ledger.traceability.exact import MAX_DIGITS, MAX_PLACES

SYSTEMS = {
    "energyMonitoring": "能耗在线监测",
    "ghgReport": "温室气体排放报告",
    "environmentalStatistics": "环境统计",
    "emissionMonitoring": "污染源自动监控",
}
"""The other systems, and their Chinese names, which a cell may hold as well."""

COLUMNS = (
    Column("system", "系统", ("system",)),
    Column("item", "项目", ("item",), text=True),
    Column("unit", "单位", ("unit",), text=True),
    Column("periodStart", "期间起", ("period", "start")),
    Column("periodEnd", "期间止", ("period", "end")),
    Column("submitted", "报送值", ("submitted",), required=False),
    Column("reported", "系统值", ("reported",)),
    Column("factorCode", "因子编码", ("factorCode",), required=False),
)
_SYSTEM_NAMES = {name: system for system, zh in SYSTEMS.items() for name in (system, zh)}


@dataclass(frozen=True, slots=True)
class SystemRow:
    """One figure of another system.

    Attributes:
        row: as a spreadsheet counts: the header is row 1.
        system: a key of `SYSTEMS`.
        item: what is measured, for example an activity of the inventory.
        unit: of both figures.
        start: first day of the period.
        end: last day of the period.
        submitted: what was submitted, None to take it from the inventory.
        reported: what the other system says.
        factor_code: the factor that the row is about, empty for all.
    """

    row: int
    system: str
    item: str
    unit: str
    start: str
    end: str
    submitted: str | None
    reported: str
    factor_code: str


@dataclass(frozen=True, slots=True)
class SystemsTable:
    """An export of other systems.

    Attributes:
        file: the bytes' digest, for the check's `inputs`.
        rows: in the table's order.
    """

    file: InputFile
    rows: tuple[SystemRow, ...]


def read_systems(name: str, data: bytes) -> tuple[SystemsTable, list[RowProblem]]:
    """Read an export.

    Args:
        name: of the file, to be stated among the inputs.
        data: its bytes.

    Returns:
        The table with its good rows, and everything that is wrong with the others.

    Raises:
        RefusedError: when the file as a whole cannot be read: a `csv.*` code.
    """
    text, _ = decode_table(data)
    lines = table_rows(text)
    _, header = next(lines, (0, None))
    if header is None:
        raise RefusedError("csv.empty")
    if isinstance(header, RowProblem):
        raise header.as_error()
    columns = header_columns(header, COLUMNS, "row 1")
    rows: list[SystemRow] = []
    problems: list[RowProblem] = []
    for number, cells in lines:
        if isinstance(cells, RowProblem):
            problems.append(cells)
        elif len(cells) != len(columns):
            expected, found = f"{len(columns)} cells", f"{len(cells)} cells"
            problems.append(RowProblem(number, "", "csv.ragged", expected, found))
        else:
            named = dict(zip((column.name for column in columns), map(trimmed, cells), strict=True))
            wrong = _row_problems(number, named)
            problems += wrong
            if not wrong:
                rows.append(_row(number, named))
    return SystemsTable(digest_bytes(name, data), tuple(rows)), problems


def _row(number: int, cells: dict[str, str]) -> SystemRow:
    return SystemRow(
        row=number,
        system=_SYSTEM_NAMES[cells["system"]],
        item=cells["item"],
        unit=cells["unit"],
        start=cells["periodStart"],
        end=cells["periodEnd"],
        submitted=cells.get("submitted") or None,
        reported=cells["reported"],
        factor_code=cells.get("factorCode", ""),
    )


def _row_problems(number: int, cells: dict[str, str]) -> list[RowProblem]:
    problems: list[RowProblem] = []
    for column in COLUMNS:
        cell = cells.get(column.name, "")
        broken = _cell_problem(column, cell)
        if broken is not None:
            code, expected = broken
            found = ascii_safe(cell) if cell else None
            problems.append(RowProblem(number, column.name, code, expected, found, column.zh))
    if not problems and cells["periodStart"] > cells["periodEnd"]:
        found = f"{cells['periodStart']} > {cells['periodEnd']}"
        problems.append(
            RowProblem(number, "periodStart", "record.period", "start <= end", found, "期间起")
        )
    return problems


def _cell_problem(column: Column, cell: str) -> tuple[str, str | None] | None:
    """Return code and expectation of what is wrong with a cell, None if nothing is."""
    if not cell:
        return ("csv.empty_cell", None) if column.required else None
    if cell.startswith(("=", "@")):
        return "csv.formula", None
    if not column.text and any("\uff01" <= char <= "\uff5e" for char in cell):
        return "csv.full_width", unicodedata.normalize("NFKC", cell)
    try:
        check_values(cell)
    except RefusedError as error:
        return error.code, error.expected
    form = _FORMS.get(column.name)
    return None if form is None or form.holds(cell) else (form.code, form.expected)


def _is_day(text: str) -> bool:
    # `date.fromisoformat` also reads 20241231 and weeks.
    return len(text) == 10 and text[4] == text[7] == "-" and is_date(text)


def _is_quantity(text: str) -> bool:
    digits = text.removeprefix("-")
    whole, point, fraction = digits.partition(".")
    if not (whole.isascii() and whole.isdecimal()) or (len(whole) > 1 and whole[0] == "0"):
        return False
    if point and not (fraction.isascii() and fraction.isdecimal()):
        return False
    if text.startswith("-") and not digits.strip("0."):
        return False
    return len(fraction) <= MAX_PLACES and len(whole) + len(fraction) <= MAX_DIGITS


class _Form(NamedTuple):
    """What a cell has to look like.

    Attributes:
        code: reported if it does not.
        expected: in words.
        holds: tells whether it does.
    """

    code: str
    expected: str
    holds: Callable[[str], bool]


_QUANTITY = _Form("record.decimal", "a decimal number such as 2.105", _is_quantity)
_DATE = _Form("record.time", "a date such as 2024-12-31", _is_day)
_FORMS = {
    "system": _Form("csv.system", "one of " + ", ".join(SYSTEMS), _SYSTEM_NAMES.__contains__),
    "item": _Form("csv.cell_length", "<= 200", lambda cell: len(cell) <= 200),
    "unit": _Form("csv.cell_length", "<= 32", lambda cell: len(cell) <= 32),
    "periodStart": _DATE,
    "periodEnd": _DATE,
    "submitted": _QUANTITY,
    "reported": _QUANTITY,
}
