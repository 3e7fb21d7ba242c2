"""Factor submissions as a table: columns, encodings, and rows turned into `credentialSubject`s.

One row is one factor with one source; what needs more (line items, evidence, several sources) is
written as JSON. The file is RFC 4180 CSV with a header, in UTF-8 (with or without byte-order mark)
or GB18030, which Chinese Excel writes. Nothing is converted: a cell's text becomes the member's
text, so that "0.9240" stays "0.9240"; only blanks around a cell are cut off.

Every problem of every row is reported; a good row is good whatever its neighbours are.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.canonical import check_values
from suyuan_ledger.records.rules import check_kind
from suyuan_ledger.records.shape import subject_errors

KIND = "FactorSubmission"
MAX_TABLE_BYTES = 16 * 1024 * 1024
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table.

    Attributes:
        name: header in English, the member's own name where there is one.
        zh: header in Chinese; either is accepted.
        path: where the cell goes in `credentialSubject`.
        required: an empty cell is a problem.
        text: free text for people; every other column is a code, a number or a date.
    """

    name: str
    zh: str
    path: Path
    required: bool = True
    text: bool = False


def _bilingual(name: str, zh: str, path: Path, *, required: bool = True) -> tuple[Column, Column]:
    return (
        Column(f"{name}Zh", f"{zh}（中文）", (*path, "zh"), required, text=True),
        Column(f"{name}En", f"{zh}（英文）", (*path, "en"), required, text=True),
    )


_SOURCE: Path = ("sources", 0)
_CLASS: Path = ("classification", 0)

COLUMNS: tuple[Column, ...] = (
    Column("factorCode", "因子编码", ("factorCode",)),
    Column("factorVersion", "因子版本", ("factorVersion",)),
    Column("seriesType", "因子类型", ("seriesType",)),
    *_bilingual("productName", "产品名称", ("productName",)),
    Column("declaredUnit", "声明单位", ("declaredUnit",)),
    Column("value", "因子值", ("value",)),
    Column("valueUnit", "因子单位", ("valueUnit",)),
    Column("systemBoundary", "系统边界", ("systemBoundary",)),
    Column("gwpSet", "GWP版本", ("gwpSet",)),
    Column("periodStart", "数据期起", ("referencePeriod", "start")),
    Column("periodEnd", "数据期止", ("referencePeriod", "end")),
    Column("geographyScheme", "地域代码体系", ("geography", "scheme")),
    Column("geographyCode", "地域代码", ("geography", "code"), text=True),
    Column("dataStatus", "数据状态", ("dataStatus",)),
    *_bilingual("sourceTitle", "来源标题", (*_SOURCE, "title")),
    *_bilingual("sourcePublisher", "来源发布单位", (*_SOURCE, "publisher")),
    Column("sourceDocumentNumber", "来源文号", (*_SOURCE, "documentNumber"), text=True),
    Column("sourceDate", "来源日期", (*_SOURCE, "date")),
    Column("sourceLocator", "来源位置", (*_SOURCE, "locator"), text=True),
    *_bilingual("variant", "规格型号", ("variant",), required=False),
    *_bilingual("technologyRoute", "技术路线", ("technologyRoute",), required=False),
    Column("classificationScheme", "分类体系", (*_CLASS, "scheme"), required=False, text=True),
    Column("classificationCode", "分类代码", (*_CLASS, "code"), required=False),
    *_bilingual("classificationName", "分类名称", (*_CLASS, "name"), required=False),
    Column("primaryDataShare", "初级数据占比", ("primaryDataShare",), required=False),
    Column("pedigree", "数据质量谱系", ("pedigree",), required=False),
    *_bilingual("dataSetOwner", "数据所有者", ("dataSetOwner",), required=False),
    Column("licence", "许可", ("licence",), required=False, text=True),
)
_BY_HEADER = {name: column for column in COLUMNS for name in (column.name, column.zh)}
_BY_PATH = {column.path: column for column in COLUMNS}
# `=` and `@` start a formula in every spreadsheet program, `+` and `-` one unless a number follows.
_FORMULA = re.compile(r"[=@]|[+-](?![0-9.])")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing wrong with one row.

    Attributes:
        row: as a spreadsheet counts: the header is row 1.
        column: the column's English name, empty when the whole row is meant.
        code: stable code, `csv.*` or the `record.*` rule that the cell breaks.
        expected: what the rule asks for, or None.
        found: the cell, or None.
    """

    row: int
    column: str
    code: str
    expected: str | None = None
    found: str | None = None

    def as_error(self, lang: str = "en") -> RefusedError:
        """Return the problem as an error, for its text and hint; the column named in `lang`."""
        name = self.column
        if name and lang == "zh":
            name = _BY_HEADER[name].zh
        place = f"row {self.row}" + (f", column {name}" if name else "")
        return RefusedError(self.code, pointer=place, expected=self.expected, found=self.found)


@dataclass(frozen=True, slots=True)
class FactorRow:
    """One good row."""

    row: int
    subject: dict[str, Any]


@dataclass(frozen=True, slots=True)
class FactorTable:
    """What a table holds.

    Attributes:
        rows: the good rows, in order.
        problems: everything wrong with the others, in order.
        encoding: `utf-8` or `gb18030`, as found.
    """

    rows: tuple[FactorRow, ...]
    problems: tuple[RowProblem, ...]
    encoding: str


def read_factor_table(data: bytes) -> FactorTable:
    """Read a table of factor submissions.

    Raises:
        RefusedError: when the file as a whole cannot be read: `csv.too_large`,
            `csv.spreadsheet`, `csv.encoding`, `csv.empty`, `csv.header_unknown`,
            `csv.header_twice`, `csv.header_missing`, `csv.syntax` in the header.
    """
    text, encoding = _decode(data)
    lines = _records(text)
    columns = _header(lines)
    rows: list[FactorRow] = []
    problems: list[RowProblem] = []
    for row, cells in lines:
        found = [cells] if isinstance(cells, RowProblem) else _row_problems(row, columns, cells)
        if found is None:
            continue
        if isinstance(found, dict):
            rows.append(FactorRow(row, found))
        else:
            problems.extend(found)
    return FactorTable(tuple(rows), tuple(problems), encoding)


def write_factor_table(
    subjects: Iterable[dict[str, Any]], *, lang: str = "en", columns: Iterable[Column] = COLUMNS
) -> str:
    """Write subjects as rows, the inverse of `read_factor_table`; absent members stay empty."""
    columns = tuple(columns)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([column.zh if lang == "zh" else column.name for column in columns])
    for subject in subjects:
        writer.writerow([_get(subject, column.path) for column in columns])
    return stream.getvalue()


def _decode(data: bytes) -> tuple[str, str]:
    if len(data) > MAX_TABLE_BYTES:
        raise RefusedError("csv.too_large", expected=f"<= {MAX_TABLE_BYTES}", found=len(data))
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise RefusedError("csv.spreadsheet")
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
        except UnicodeDecodeError:
            continue
        return text, encoding
    raise RefusedError("csv.encoding", expected="UTF-8 or GB18030")


def _records(text: str) -> Iterator[tuple[int, list[str] | RowProblem]]:
    """Yield rows with their number; a row that is not CSV is a problem, and reading goes on."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    row = 0
    while True:
        row += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield row, RowProblem(row, "", "csv.syntax", found=str(error))
            continue
        if any(cell.strip() for cell in cells):
            yield row, cells


def _header(lines: Iterator[tuple[int, list[str] | RowProblem]]) -> list[Column]:
    _, cells = next(lines, (0, None))
    if cells is None:
        raise RefusedError("csv.empty")
    if isinstance(cells, RowProblem):
        raise cells.as_error()
    columns: list[Column] = []
    for name in (cell.strip() for cell in cells):
        column = _BY_HEADER.get(name)
        if column is None:
            raise RefusedError("csv.header_unknown", pointer="row 1", found=ascii_safe(name))
        if column in columns:
            raise RefusedError("csv.header_twice", pointer="row 1", found=name)
        columns.append(column)
    missing = [column.name for column in COLUMNS if column.required and column not in columns]
    if missing:
        raise RefusedError("csv.header_missing", pointer="row 1", expected=", ".join(missing))
    return columns


def ascii_safe(text: str) -> str:
    """Keep printable text, escape what a terminal or a log must not be given."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _row_problems(
    row: int, columns: list[Column], cells: list[str]
) -> dict[str, Any] | list[RowProblem] | None:
    if len(cells) != len(columns):
        return [RowProblem(row, "", "csv.ragged", f"{len(columns)} cells", f"{len(cells)} cells")]
    problems: list[RowProblem] = []
    subject: dict[str, Any] = {}
    for column, cell in zip(columns, (cell.strip(" \t\r\n") for cell in cells), strict=True):
        if cell:
            _put(subject, column.path, cell)
        problem = _cell_problem(row, column, cell)
        if problem is not None:
            problems.append(problem)
    return problems or _subject_problems(row, subject) or subject


def _cell_problem(row: int, column: Column, cell: str) -> RowProblem | None:
    if not cell:
        return RowProblem(row, column.name, "csv.empty_cell") if column.required else None
    if _FORMULA.match(cell):
        return RowProblem(row, column.name, "csv.formula", found=ascii_safe(cell))
    if not column.text:
        narrow = unicodedata.normalize("NFKC", cell)
        # Full-width forms (U+FF01 to U+FF5E) look like the digits and letters meant.
        if any("\uff01" <= char <= "\uff5e" for char in cell):
            return RowProblem(row, column.name, "csv.full_width", narrow, cell)
    try:
        check_values(cell)
    except RefusedError as error:
        return RowProblem(row, column.name, error.code, error.expected, error.found)
    return None


def _subject_problems(row: int, subject: dict[str, Any]) -> list[RowProblem]:
    errors = subject_errors(KIND, subject)
    if not errors:
        try:
            check_kind(KIND, subject)
        except RefusedError as error:
            errors = [error]
    return [
        RowProblem(row, _column_at(broken), broken.code, broken.expected, broken.found)
        for broken in errors
    ]


def _column_at(error: RefusedError) -> str:
    parts = error.pointer.split("/")[2:]
    if error.found == "absent" and error.expected is not None:
        parts.append(error.expected)
    path = tuple(int(part) if part.isdecimal() else part for part in parts)
    column = _BY_PATH.get(path)
    if column is not None:
        return column.name
    # A rule about an object as a whole (a period, say) is shown at its first column.
    inside = [column.name for column in COLUMNS if column.path[: len(path)] == path]
    return inside[0] if path and inside else ""


def _put(subject: dict[str, Any], path: Path, cell: str) -> None:
    """Set one member, making the objects on the way; index 0 is the only array position used."""
    place: Any = subject
    for step, following in pairwise(path):
        if following == 0:
            place = place.setdefault(step, [{}])
        elif step == 0:
            place = place[0]
        else:
            place = place.setdefault(step, {})
    place[path[-1]] = cell


def _get(subject: dict[str, Any], path: Path) -> str:
    place: Any = subject
    for step in path:
        try:
            place = place[step]
        except (KeyError, IndexError):
            return ""
    return str(place)
