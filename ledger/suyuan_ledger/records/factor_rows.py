"""Rows of a table turned into `credentialSubject`s, whatever file they were read from.

Nothing is converted: a cell's text becomes the member's text, so that "0.9240" stays "0.9240".
Every problem of every row is reported at its cell; a good row is good whatever its neighbours are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.canonical import check_values
from suyuan_ledger.records.factor_columns import KIND, Column, Path
from suyuan_ledger.records.rules import check_kind
from suyuan_ledger.records.shape import subject_errors

# `=` and `@` start a formula in every spreadsheet program, `+` and `-` one unless a number follows.
_FORMULA = re.compile(r"[=@]|[+-](?![0-9.])")
_ANY_FORMULA = re.compile(f"^(?:{_FORMULA.pattern})", re.MULTILINE)
# Full-width forms look like the digits and letters meant.
_FULL_WIDTH = re.compile("[\uff01-\uff5e]")
_BLANKS = " \t\r\n"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing wrong with one row.

    Attributes:
        row: as a spreadsheet counts: the header is row 1.
        column: the column's English name, empty when the whole row is meant.
        code: stable code, `csv.*`, `xlsx.*` or the `record.*` rule that the cell breaks.
        expected: what the rule asks for, or None.
        found: the cell, or None.
        zh: the column's Chinese name, likewise empty.
        sheet: the sheet of a workbook, empty for CSV.
        letter: the column's letter in that sheet.
    """

    row: int
    column: str
    code: str
    expected: str | None = None
    found: str | None = None
    zh: str = ""
    sheet: str = ""
    letter: str = ""

    @property
    def cell(self) -> str:
        """The place as a spreadsheet writes it, such as `因子!F7`, or `因子!7:7` for a row."""
        if not self.sheet:
            return ""
        return f"{self.sheet}!" + (
            f"{self.letter}{self.row}" if self.letter else f"{self.row}:{self.row}"
        )

    def as_error(self, lang: str = "en") -> RefusedError:
        """Return the problem as an error, for its text and hint; the column named in `lang`."""
        name = self.zh if lang == "zh" else self.column
        if self.sheet:
            form = "{}（{}）" if lang == "zh" else "{} ({})"
            place = form.format(self.cell, name) if name else self.cell
        else:
            place = f"row {self.row}" + (f", column {name}" if name else "")
        return RefusedError(self.code, pointer=place, expected=self.expected, found=self.found)


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it was read: its cells, and where it stands.

    Attributes:
        row: as a spreadsheet counts.
        cells: text by column, blanks around it cut off; empty cells are left out.
        columns: the columns that the header names.
        prefix: what the row describes: nothing for a factor, `("gases", 2)` for an item of it.
        sheet: the sheet's name, empty for CSV.
        letters: the columns' letters by name, for a sheet.
        faults: what is wrong with cells before their text is read.
    """

    row: int
    cells: dict[Column, str]
    columns: Sequence[Column]
    prefix: Path = ()
    sheet: str = ""
    letters: dict[str, str] = field(default_factory=dict)
    faults: list[RowProblem] = field(default_factory=list)

    def problem(
        self,
        column: Column | None,
        code: str,
        expected: str | None = None,
        found: str | None = None,
    ) -> RowProblem:
        """Name something wrong in one cell of this row, or with the row if `column` is None."""
        name, zh = (column.name, column.zh) if column else ("", "")
        letter = self.letters.get(name, "")
        return RowProblem(self.row, name, code, expected, found, zh, self.sheet, letter)


@dataclass(frozen=True, slots=True)
class FactorRow:
    """One good row, with the rows of other sheets that belong to it.

    Attributes:
        line: the row of the factor itself.
        subject: the `credentialSubject` that it states.
    """

    line: Line
    subject: dict[str, Any]

    @property
    def row(self) -> int:
        """The row's number, as a spreadsheet counts."""
        return self.line.row


@dataclass(frozen=True, slots=True)
class FactorTable:
    """What a table holds.

    Attributes:
        rows: the good rows, in order.
        problems: everything wrong with the others, in order.
        encoding: `utf-8`, `gb18030` or `xlsx`, as found.
    """

    rows: tuple[FactorRow, ...]
    problems: tuple[RowProblem, ...]
    encoding: str


def header_columns(names: Iterable[str], columns: Sequence[Column], place: str) -> list[Column]:
    """Find the columns that a header names.

    Args:
        names: the header's cells, in order.
        columns: the columns that the sheet may have.
        place: what errors call the header.

    Raises:
        RefusedError: `csv.header_unknown`, `csv.header_twice`, `csv.header_missing`.
    """
    by_header = {name: column for column in columns for name in (column.name, column.zh)}
    found: list[Column] = []
    for name in names:
        column = by_header.get(name.strip(_BLANKS))
        if column is None:
            raise RefusedError("csv.header_unknown", pointer=place, found=ascii_safe(name))
        if column in found:
            raise RefusedError("csv.header_twice", pointer=place, found=name)
        found.append(column)
    missing = [column.name for column in columns if column.required and column not in found]
    if missing:
        raise RefusedError("csv.header_missing", pointer=place, expected=", ".join(missing))
    return found


def read_factor(lines: Sequence[Line]) -> dict[str, Any] | list[RowProblem]:
    """Make one subject of a factor's row and the rows that extend it, or say what is wrong.

    Args:
        lines: the factor's own row first.
    """
    problems = [problem for line in lines for problem in line_problems(line)]
    if problems:
        return problems
    subject: dict[str, Any] = {}
    for line in lines:
        for column, cell in line.cells.items():
            if column.path:
                put_member(subject, (*line.prefix, *column.path), cell)
    return _subject_problems(subject, lines) or subject


def ascii_safe(text: str) -> str:
    """Keep printable text, escape what a terminal or a log must not be given."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def trimmed(text: str) -> str:
    """Cut off the blanks around a cell."""
    return text.strip(_BLANKS)


def member_text(subject: dict[str, Any], path: Path) -> str:
    """Return the text at a path of a subject, empty if there is none."""
    place: Any = subject
    for step in path:
        try:
            place = place[step]
        except (KeyError, IndexError):
            return ""
    return str(place)


def line_problems(line: Line) -> list[RowProblem]:
    """Say what is wrong with the cells of a row, before anything is made of them."""
    if not line.faults and _is_plain(line):
        return []
    problems = list(line.faults)
    faulty = {problem.column for problem in problems}
    for column in line.columns:
        problem = _cell_problem(line, column, line.cells.get(column, ""))
        if problem is not None and column.name not in faulty:
            problems.append(problem)
    return problems


def _is_plain(line: Line) -> bool:
    """Tell quickly that no cell of a row can be a problem by itself; when in doubt, say no.

    One look at all cells together costs a tenth of a look at each.
    """
    if any(column.required and column not in line.cells for column in line.columns):
        return False
    text = "\n".join(line.cells.values())
    codes = "\n".join([cell for column, cell in line.cells.items() if not column.text])
    if _ANY_FORMULA.search(text) or _FULL_WIDTH.search(codes):
        return False
    try:
        check_values(text)
    except RefusedError:
        return False
    return True


def _cell_problem(line: Line, column: Column, cell: str) -> RowProblem | None:
    if not cell:
        return line.problem(column, "csv.empty_cell") if column.required else None
    if _FORMULA.match(cell):
        return line.problem(column, "csv.formula", found=ascii_safe(cell))
    if not column.text and _FULL_WIDTH.search(cell):
        narrow = unicodedata.normalize("NFKC", cell)
        return line.problem(column, "csv.full_width", narrow, cell)
    try:
        check_values(cell)
    except RefusedError as error:
        return line.problem(column, error.code, error.expected, error.found)
    return None


def _subject_problems(subject: dict[str, Any], lines: Sequence[Line]) -> list[RowProblem]:
    errors = subject_errors(KIND, subject)
    if not errors:
        try:
            check_kind(KIND, subject)
        except RefusedError as error:
            errors = [error]
    return [_placed(broken, lines) for broken in errors]


def _placed(error: RefusedError, lines: Sequence[Line]) -> RowProblem:
    """Find the row and the column that wrote the member an error is about."""
    parts = error.pointer.split("/")[2:]
    if error.found == "absent" and error.expected is not None:
        parts.append(error.expected)
    path = tuple(int(part) if part.isdecimal() else part for part in parts)
    line = max(
        (line for line in lines if path[: len(line.prefix)] == line.prefix),
        key=lambda line: len(line.prefix),
    )
    rest = path[len(line.prefix) :]
    # A rule about an object as a whole (a period, say) is shown at its first column.
    inside = [column for column in line.columns if column.path and column.path[: len(rest)] == rest]
    column = inside[0] if rest and inside else None
    return line.problem(column, error.code, error.expected, error.found)


def put_member(subject: dict[str, Any], path: Path, cell: str) -> None:
    """Set one member, making the objects and lists on the way."""
    place: Any = subject
    for step, following in pairwise(path):
        fresh: Any = [] if isinstance(following, int) else {}
        if not isinstance(step, int):
            place = place.setdefault(step, fresh)
            continue
        if step == len(place):
            place.append(fresh)
        place = place[step]
    place[path[-1]] = cell
