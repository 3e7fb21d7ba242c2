"""Factor submissions as CSV: encodings, quoting, and rows given to `factor_rows`.

The file is RFC 4180 CSV with a header, in UTF-8 (with or without byte-order mark) or GB18030,
which Chinese Excel writes. One row is one factor with one source.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.factor_columns import COLUMNS, Column
from suyuan_ledger.records.factor_rows import (
    FactorRow,
    FactorTable,
    Line,
    RowProblem,
    header_columns,
    member_text,
    read_factor,
    trimmed,
)

MAX_TABLE_BYTES = 16 * 1024 * 1024


def read_factor_table(data: bytes) -> FactorTable:
    """Read a table of factor submissions.

    Raises:
        RefusedError: when the file as a whole cannot be read: `csv.too_large`, `csv.encoding`,
            `csv.empty`, `csv.header_unknown`, `csv.header_twice`, `csv.header_missing`,
            `csv.syntax` in the header.
    """
    text, encoding = decode_table(data)
    lines = table_rows(text)
    columns = _header(lines)
    rows: list[FactorRow] = []
    problems: list[RowProblem] = []
    for row, cells in lines:
        if isinstance(cells, RowProblem):
            problems.append(cells)
        elif len(cells) != len(columns):
            expected, found = f"{len(columns)} cells", f"{len(cells)} cells"
            problems.append(RowProblem(row, "", "csv.ragged", expected, found))
        else:
            pairs = zip(columns, map(trimmed, cells), strict=True)
            line = Line(row, {column: cell for column, cell in pairs if cell}, columns)
            result = read_factor([line])
            if isinstance(result, dict):
                rows.append(FactorRow(line, result))
            else:
                problems.extend(result)
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
        writer.writerow([member_text(subject, column.path) for column in columns])
    return stream.getvalue()


def decode_table(data: bytes) -> tuple[str, str]:
    """Return the text of a CSV file and the encoding it was found in.

    Raises:
        RefusedError: `csv.too_large`, `csv.encoding`.
    """
    if len(data) > MAX_TABLE_BYTES:
        raise RefusedError("csv.too_large", expected=f"<= {MAX_TABLE_BYTES}", found=len(data))
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
        except UnicodeDecodeError:
            continue
        return text, encoding
    raise RefusedError("csv.encoding", expected="UTF-8 or GB18030")


def table_rows(text: str) -> Iterator[tuple[int, list[str] | RowProblem]]:
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
    return header_columns(cells, COLUMNS, "row 1")
