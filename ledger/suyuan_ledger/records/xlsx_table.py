"""Factor submissions as a workbook: the sheet of the factors, and sheets that extend their rows.

Every cell has to be text. What a spreadsheet program makes of anything else cannot be undone: a
number has lost its last zero, a date is a count of days, a formula shows a value that nobody
wrote. Such cells are named one by one, like those whose text breaks a rule. What a reader of the
sheet does not see (a hidden row, column or sheet) is refused when it holds something: it would be
signed unseen.
"""

from __future__ import annotations

from collections import defaultdict

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.factor_columns import FACTORS, HELP_SHEETS, LISTS, Column, SheetForm
from suyuan_ledger.records.factor_rows import (
    FactorRow,
    FactorTable,
    Line,
    RowProblem,
    ascii_safe,
    header_columns,
    read_factor,
    trimmed,
)
from suyuan_ledger.records.xlsx_reader import (
    Cell,
    Sheet,
    column_letter,
    parse_reference,
    read_sheets,
)

MAX_MERGED = 1_000

# What a cell that is not text breaks.
_CODES = {
    "number": "xlsx.number",
    "date": "xlsx.date",
    "formula": "xlsx.formula",
    "error": "xlsx.error",
    "boolean": "xlsx.boolean",
}
_FORMS = {name: form for form in (FACTORS, *LISTS) for name in form.names}
_Key = tuple[str, str]


def read_workbook(data: bytes) -> FactorTable:
    """Read a workbook of factor submissions.

    Raises:
        RefusedError: when the file as a whole cannot be read: an `xlsx.*` code, or `csv.empty` or
            `csv.header_*` at a sheet's first row.
    """
    sheets = _sort(read_sheets(data))
    if FACTORS not in sheets:
        raise RefusedError("xlsx.no_sheet", expected=" / ".join(FACTORS.names), found="none")
    problems: list[RowProblem] = []
    factors = read_lines(sheets[FACTORS], FACTORS, problems)
    if not factors and not problems:
        raise RefusedError("csv.empty", pointer=sheets[FACTORS].name)
    extensions = _read_extensions(sheets, factors, problems)
    rows: list[FactorRow] = []
    for line in factors:
        # A factor that stands twice is refused later; the first takes what extends it.
        result = read_factor([line, *extensions.pop(_key(line), [])])
        if isinstance(result, dict):
            rows.append(FactorRow(line, result))
        else:
            problems.extend(result)
    return FactorTable(tuple(rows), tuple(problems), "xlsx")


def _sort(sheets: list[Sheet]) -> dict[SheetForm, Sheet]:
    """Find what each sheet is for; a sheet that nobody would read must not hold anything."""
    filled = [sheet for sheet in sheets if sheet.rows and sheet.name not in HELP_SHEETS]
    if len(filled) == 1 and filled[0].name not in _FORMS:
        # A table of one sheet may bear any name.
        return {FACTORS: shown_sheet(filled[0])}
    found: dict[SheetForm, Sheet] = {}
    for sheet in filled:
        form = _FORMS.get(sheet.name)
        if form is None:
            known = ", ".join(name for form in (FACTORS, *LISTS) for name in form.names)
            raise RefusedError(
                "xlsx.sheet_unknown", expected=f"one of {known}", found=ascii_safe(sheet.name)
            )
        if form in found:
            raise RefusedError("xlsx.sheet_twice", found=f"{found[form].name}, {sheet.name}")
        found[form] = shown_sheet(sheet)
    return found


def shown_sheet(sheet: Sheet) -> Sheet:
    """Return a sheet that a reader of the workbook sees.

    Raises:
        RefusedError: `xlsx.hidden`.
    """
    if sheet.hidden:
        raise RefusedError("xlsx.hidden", pointer=ascii_safe(sheet.name))
    return sheet


def read_lines(sheet: Sheet, form: SheetForm, problems: list[RowProblem]) -> list[Line]:
    """Read the rows of one sheet, each with the faults of its cells.

    Args:
        sheet: not empty.
        form: its columns.
        problems: receives what no row can carry.
    """
    rows = iter(sheet.rows.items())
    first, header = next(rows)
    place = f"{sheet.name}!{first}:{first}"
    columns = header_columns((cell.text for cell in header), form.columns, place)
    by_number = {cell.column: column for cell, column in zip(header, columns, strict=True)}
    for number in by_number:
        if any(low <= number <= high for low, high in sheet.hidden_columns):
            letter = column_letter(number)
            raise RefusedError("xlsx.hidden", pointer=f"{sheet.name}!{letter}:{letter}")
    letters = {column.name: column_letter(number) for number, column in by_number.items()}
    lines = []
    for row, cells in rows:
        line = Line(row, {}, columns, sheet=sheet.name, letters=letters)
        if row in sheet.hidden_rows:
            line.faults.append(line.problem(None, "xlsx.hidden"))
        for cell in cells:
            _take(line, cell, by_number.get(cell.column))
        lines.append(line)
    _mark_merged(sheet, lines, by_number, problems)
    return lines


def _take(line: Line, cell: Cell, column: Column | None) -> None:
    """Put a cell into its row: its text, or why it cannot be taken."""
    text = trimmed(cell.text)
    if column is None:
        found = ascii_safe(text)
        letter = column_letter(cell.column)
        line.faults.append(
            RowProblem(line.row, "", "xlsx.no_header", found=found, sheet=line.sheet, letter=letter)
        )
    elif cell.kind == "text":
        line.cells[column] = text
    else:
        # The day that a date shows is what was meant; what a number showed is not in the file.
        expected = text[:10] if cell.kind == "date" else "text"
        code = _CODES[cell.kind]
        line.faults.append(line.problem(column, code, expected, ascii_safe(text)))


def _mark_merged(
    sheet: Sheet,
    lines: list[Line],
    by_number: dict[int, Column],
    problems: list[RowProblem],
) -> None:
    """Give every row that a merged range touches a fault: its cells are another row's."""
    if len(sheet.merged) > MAX_MERGED:
        raise RefusedError(
            "xlsx.too_large",
            pointer=f"{sheet.name}, merged cells",
            expected=f"<= {MAX_MERGED}",
            found=len(sheet.merged),
        )
    for merged in sheet.merged:
        start, _, end = merged.partition(":")
        (top, left), (bottom, _) = parse_reference(start), parse_reference(end or start)
        column = by_number.get(left)
        touched = [line for line in lines if top <= line.row <= bottom]
        for line in touched:
            line.faults.append(line.problem(column, "xlsx.merged", found=merged))
        if not touched:
            letter = column_letter(left)
            problems.append(
                RowProblem(top, "", "xlsx.merged", None, merged, "", sheet.name, letter)
            )


def _read_extensions(
    sheets: dict[SheetForm, Sheet], factors: list[Line], problems: list[RowProblem]
) -> dict[_Key, list[Line]]:
    """Read the rows of the further sheets, by the factor that they belong to."""
    by_key: dict[_Key, Line] = {}
    for line in factors:
        by_key.setdefault(_key(line), line)
    # Where a factor's own code cannot be read, its rows elsewhere are not to blame.
    complete = all("" not in key for key in by_key)
    found: dict[_Key, list[Line]] = defaultdict(list)
    for form in LISTS:
        if form not in sheets:
            continue
        counts: dict[_Key, int] = {}
        for line in read_lines(sheets[form], form, problems):
            key = _key(line)
            factor = by_key.get(key)
            if factor is None:
                problems.extend(line.faults)
                if complete and not line.faults:
                    code = line.columns[0]
                    problems.append(
                        line.problem(code, "xlsx.orphan", found=ascii_safe(" ".join(key)))
                    )
                continue
            place = counts.setdefault(key, _stated(factor, form.member))
            counts[key] += 1
            found[key].append(
                Line(
                    line.row,
                    line.cells,
                    line.columns,
                    (form.member, place),
                    line.sheet,
                    line.letters,
                    line.faults,
                )
            )
    return found


def _stated(factor: Line, member: str) -> int:
    """Count the items of a list that the factor's own row states: one or none."""
    return int(any(column.path[0] == member for column in factor.cells))


def _key(line: Line) -> _Key:
    named = {column.name: cell for column, cell in line.cells.items()}
    return named.get("factorCode", ""), named.get("factorVersion", "")
