"""Reads a table of line items, CSV or a workbook: every good line, every bad cell by its place.

Nothing is converted: a cell's text becomes the member's text. Which factor a line uses is looked
up by the caller; here a line keeps the cells that name it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.footprint_desk.item_columns import (
    COLUMNS,
    FORM,
    LISTS,
    PARAMETER_SOURCE,
    PARAMETERS,
    PATHS,
    SEPARATOR,
)
from suyuan_ledger.records.csv_table import decode_table, table_rows
from suyuan_ledger.records.factor_columns import HELP_SHEETS
from suyuan_ledger.records.factor_rows import (
    Line,
    RowProblem,
    ascii_safe,
    header_columns,
    line_problems,
    put_member,
    trimmed,
)
from suyuan_ledger.records.xlsx_package import is_spreadsheet
from suyuan_ledger.records.xlsx_reader import read_sheets
from suyuan_ledger.records.xlsx_table import read_lines, shown_sheet

if TYPE_CHECKING:
    from suyuan_ledger.records.factor_columns import Column

_ID = PATHS["id",]


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One line of the table.

    Attributes:
        line: where it stands, with its cells.
        item: the members that its cells state.
    """

    line: Line
    item: dict[str, Any]

    @property
    def id(self) -> str:
        """The line's id."""
        return str(self.item["id"])

    def cell(self, column: Column) -> str:
        """Return the text of a cell, empty if there is none."""
        return self.line.cells.get(column, "")

    def placed(self, error: RefusedError, path: tuple[str, ...]) -> RowProblem:
        """Name the cell that an error about a member of the line is about.

        Args:
            error: what is wrong.
            path: the member, from the line on; a member that is absent included.
        """
        return self.line.problem(self._column(path), error.code, error.expected, error.found)

    def _column(self, path: tuple[str, ...]) -> Column | None:
        if path[:2] == ("formula", "parameters"):
            return self._parameter(path[2:])
        # A rule about an object as a whole (a period, say) is shown at its first column.
        for length in range(len(path), 0, -1):
            start = path[:length]
            inside = [column for way, column in PATHS.items() if way[:length] == start]
            if inside:
                filled = [column for column in inside if column in self.line.cells]
                return (filled or inside)[0]
        return None

    def _parameter(self, path: tuple[str, ...]) -> Column | None:
        parameters = self.item["formula"].get("parameters", [])
        if path and path[0].isdecimal() and int(path[0]) < len(parameters):
            stands_for: Column = PARAMETERS[parameters[int(path[0])]["name"]]
            return PARAMETER_SOURCE if path[1:] == ("source",) else stands_for
        return PATHS["formula", "id"]


@dataclass(frozen=True, slots=True)
class ItemTable:
    """What a table holds.

    Attributes:
        rows: the lines whose cells can be read, ascending by id as a statement lists them.
        problems: what is wrong with the others, as a person reads.
        encoding: `utf-8`, `gb18030` or `xlsx`, as found.
    """

    rows: tuple[ItemRow, ...]
    problems: tuple[RowProblem, ...]
    encoding: str


def read_items(data: bytes) -> ItemTable:
    """Read a table of line items.

    Raises:
        RefusedError: `csv.*` or `xlsx.*`, when the file as a whole cannot be read.
    """
    problems: list[RowProblem] = []
    if is_spreadsheet(data):
        lines, encoding = _workbook_lines(data, problems), "xlsx"
    else:
        lines, encoding = _csv_lines(data, problems)
    rows: dict[str, ItemRow] = {}
    for line in lines:
        found = line_problems(line)
        if found:
            problems.extend(found)
            continue
        row = ItemRow(line, _members(line))
        first = rows.setdefault(row.id, row)
        if first is not row:
            expected = f"once, in row {first.line.row}"
            problems.append(line.problem(_ID, "statement.item_twice", expected, row.id))
    if not rows and not problems:
        raise RefusedError("csv.empty")
    # By code point, as records order what has to ascend.
    ordered = tuple(rows[key] for key in sorted(rows))
    return ItemTable(ordered, tuple(sorted(problems, key=lambda one: one.row)), encoding)


def _csv_lines(data: bytes, problems: list[RowProblem]) -> tuple[list[Line], str]:
    text, encoding = decode_table(data)
    rows = table_rows(text)
    _, header = next(rows, (0, None))
    if header is None:
        raise RefusedError("csv.empty")
    if isinstance(header, RowProblem):
        raise header.as_error()
    columns = header_columns(header, COLUMNS, "row 1")
    lines = []
    for row, cells in rows:
        if isinstance(cells, RowProblem):
            problems.append(cells)
        elif len(cells) != len(columns):
            expected, found = f"{len(columns)} cells", f"{len(cells)} cells"
            problems.append(RowProblem(row, "", "csv.ragged", expected, found))
        else:
            pairs = zip(columns, map(trimmed, cells), strict=True)
            lines.append(Line(row, {column: cell for column, cell in pairs if cell}, columns))
    return lines, encoding


def _workbook_lines(data: bytes, problems: list[RowProblem]) -> list[Line]:
    filled = [sheet for sheet in read_sheets(data) if sheet.rows and sheet.name not in HELP_SHEETS]
    if not filled:
        raise RefusedError("xlsx.no_sheet", expected=" / ".join(FORM.names), found="none")
    for sheet in filled:
        # A table of one sheet may bear any name; a sheet that nobody would read is refused.
        if len(filled) > 1 and sheet.name not in FORM.names:
            raise RefusedError(
                "xlsx.sheet_unknown",
                expected=" / ".join(FORM.names),
                found=ascii_safe(sheet.name),
            )
    if len(filled) > 1:
        raise RefusedError("xlsx.sheet_twice", found=", ".join(sheet.name for sheet in filled))
    return read_lines(shown_sheet(filled[0]), FORM, problems)


def _members(line: Line) -> dict[str, Any]:
    """Make the members of a line; which factor it uses is not among them."""
    lists = {column: name for name, column in LISTS.items()}
    item: dict[str, Any] = {}
    for column, cell in line.cells.items():
        if column in lists:
            parts = [part.strip() for part in cell.split(SEPARATOR)]
            # A certificate that stands twice stays twice, for the rule against it to find.
            item.setdefault("electricity", {})[lists[column]] = sorted(parts)
        elif column.path:
            put_member(item, column.path, cell)
    stated = {
        name: line.cells[column] for name, column in PARAMETERS.items() if column in line.cells
    }
    if stated:
        source = line.cells.get(PARAMETER_SOURCE)
        item.setdefault("formula", {})["parameters"] = [
            {"name": name, "value": stated[name], **({"source": source} if source else {})}
            for name in sorted(stated)
        ]
    return item
