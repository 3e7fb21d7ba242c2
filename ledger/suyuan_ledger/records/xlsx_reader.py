"""The sheets of a workbook as cells that still say what they were (ECMA-376 part 1, chapter 18).

Libraries that read workbooks answer with values: a number as a float, a formula as its last
result, a merged range as one cell. Here it matters how a cell was written, because only text
keeps "0.9240"; so a cell comes with its kind, and a sheet with what it merges and hides. Cells of
text are returned as they are, all others for the caller to refuse by name.

Memory is bounded by the number of cells, which is counted while they are read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.xlsx_package import Attributes, Package

MAX_CELLS = 500_000
MAX_SHEETS = 64
MAX_STYLES = 65_536
MAX_COLUMNS = 16_384
MAX_CELL_CHARACTERS = 32_767
"""What a cell holds in Excel."""

Kind = Literal["text", "number", "date", "formula", "error", "boolean"]

_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_TRUE = ("1", "true")
# Number formats of ECMA-376 18.8.30 that show dates or times, those of East Asian locales included.
_DATE_FORMATS = frozenset(
    map(str, [*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
)
# What is never closed ends with the text: to look for its end again from each place takes long.
_LITERALS = re.compile(r'"[^"]*(?:"|$)|\\.|\[[^\]]*(?:\]|$)|_.|\*.')
_DATE_LETTERS = re.compile(r"[ymdhs]", re.IGNORECASE)
_SERIAL = re.compile(r"([0-9]{1,7})(?:\.[0-9]+)?")
# Types of cells (18.18.11) whose value stands in the cell itself; numbers are told by their style.
_KINDS: dict[str, Kind] = {"str": "text", "b": "boolean", "e": "error", "d": "date"}
_EPOCHS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that is not empty.

    Attributes:
        column: 1 for A.
        kind: how it was written.
        text: the text; of a formula the formula, of a number or error what the file says.
    """

    column: int
    kind: Kind
    text: str


@dataclass(slots=True)
class Sheet:
    """One sheet.

    Attributes:
        name: as its tab shows it.
        hidden: its tab is not shown.
        rows: cells by row number, ascending; only rows that hold any.
        merged: ranges such as `B2:C3`.
        hidden_rows: their numbers.
        hidden_columns: first and last column of each hidden range, 1 for A.
    """

    name: str
    hidden: bool
    rows: dict[int, list[Cell]] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)


def read_sheets(data: bytes) -> list[Sheet]:
    """Read every sheet of a workbook.

    Raises:
        RefusedError: `xlsx.old_format`, `xlsx.zip`, `xlsx.not_workbook`, `xlsx.xml`,
            `xlsx.too_large`.
    """
    package = Package(data)
    workbook = _Workbook()
    package.read("xl/workbook.xml", workbook)
    relationships = package.relationships()
    parts = dict(relationships.values())
    shared, styles = _SharedStrings(), _Styles()
    for kind, handler in (("sharedStrings", shared), ("styles", styles)):
        if kind in parts:
            package.read(parts[kind], handler)
    cells = _Cells(shared.texts, styles.dates(), workbook.from_1904)
    sheets = []
    for name, hidden, identifier in workbook.sheets:
        kind, part = relationships.get(identifier, ("", ""))
        # Sheets of charts and of macros of long ago hold no cells.
        if kind == "worksheet":
            cells.sheet = Sheet(name, hidden)
            package.read(part, cells)
            sheets.append(cells.sheet)
    return sheets


def column_letter(column: int) -> str:
    """Write a column's number as a spreadsheet does: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def parse_reference(reference: str) -> tuple[int, int]:
    """Read a reference such as `F7` as (row, column).

    Raises:
        RefusedError: `xlsx.xml`.
    """
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise RefusedError(
            "xlsx.xml", expected="a reference such as F7", found=ascii(reference[:40])
        )
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column


class _Workbook:
    """Handler of the workbook: names of sheets, in the order of their tabs."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, bool, str]] = []
        self.from_1904 = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "workbookPr":
            self.from_1904 = attributes.get("date1904") in _TRUE
        elif name == "sheet":
            hidden = attributes.get("state", "visible") != "visible"
            self.sheets.append((attributes.get("name", ""), hidden, attributes.get("id", "")))
            _bound("sheets", len(self.sheets), MAX_SHEETS)

    def end(self, name: str) -> None:
        """Nothing ends here."""

    def text(self, data: str) -> None:
        """There is no text."""


class _Styles:
    """Handler of the styles: which of them show a number as a date."""

    def __init__(self) -> None:
        self._codes: dict[str, str] = {}
        self._formats: list[str] = []
        self._in_cells = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "numFmt":
            self._codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._in_cells = True
        elif name == "xf" and self._in_cells:
            self._formats.append(attributes.get("numFmtId", "0"))
            _bound("styles", len(self._formats), MAX_STYLES)

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._in_cells = False

    def text(self, data: str) -> None:
        """There is no text."""

    def dates(self) -> frozenset[str]:
        """Return the indexes of the styles that show dates, as cells name them."""
        dates = {number for number in set(self._formats) if self._shows_date(number)}
        return frozenset(
            str(place) for place, number in enumerate(self._formats) if number in dates
        )

    def _shows_date(self, number: str) -> bool:
        code = self._codes.get(number)
        if code is None:
            return number in _DATE_FORMATS
        return _DATE_LETTERS.search(_LITERALS.sub("", code)) is not None


class _Text:
    """Collects the text of one cell or shared string; readings for pronunciation are left out."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._open = self._phonetic = False

    def start(self, name: str) -> None:
        if name == "rPh":
            self._phonetic = True
        elif name == "t":
            self._open = not self._phonetic

    def end(self, name: str) -> None:
        if name == "rPh":
            self._phonetic = False
        elif name == "t":
            self._open = False

    def add(self, data: str, *, always: bool = False) -> None:
        if self._open or always:
            self._length += len(data)
            _bound("characters of a cell", self._length, MAX_CELL_CHARACTERS)
            self._pieces.append(data)

    def take(self) -> str:
        text = "".join(self._pieces)
        self._pieces, self._length = [], 0
        return text


class _SharedStrings:
    """Handler of the strings that cells refer to by number."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._text = _Text()

    def start(self, name: str, attributes: Attributes) -> None:  # noqa: ARG002 - Handler's form
        self._text.start(name)

    def end(self, name: str) -> None:
        self._text.end(name)
        if name == "si":
            self.texts.append(self._text.take())
            _bound("shared strings", len(self.texts), MAX_CELLS)

    def text(self, data: str) -> None:
        self._text.add(data)


class _Cells:
    """Handler of worksheets, one after the other; counts the cells of all of them."""

    def __init__(self, shared: list[str], dates: frozenset[str], from_1904: bool) -> None:  # noqa: FBT001
        self.sheet = Sheet("", hidden=False)
        self._shared, self._dates, self._epoch = shared, dates, _EPOCHS[from_1904]
        self._count = 0
        self._row = self._column = 0
        self._type = self._style = ""
        self._in_cell = self._has_formula = False
        self._inside = ""
        self._inline, self._value, self._formula = _Text(), _Text(), _Text()

    def start(self, name: str, attributes: Attributes) -> None:
        if self._in_cell:
            self._inline.start(name)
            self._inside = name
            self._has_formula |= name == "f"
        elif name == "c":
            self._start_cell(attributes)
        elif name == "row":
            self._start_row(attributes)
        elif name == "mergeCell":
            self.sheet.merged.append(attributes.get("ref", ""))
        elif name == "col" and _is_hidden(attributes, "width"):
            span = _number(attributes.get("min", "")), _number(attributes.get("max", ""))
            self.sheet.hidden_columns.append(span)
            _bound("hidden columns", len(self.sheet.hidden_columns), MAX_COLUMNS)
        elif name == "worksheet":
            self._row = self._column = 0

    def end(self, name: str) -> None:
        if not self._in_cell:
            return
        if name == "c":
            self._in_cell = False
            self._finish()
        else:
            self._inline.end(name)
            self._inside = ""

    def text(self, data: str) -> None:
        if self._inside == "v":
            self._value.add(data, always=True)
        elif self._inside == "f":
            self._formula.add(data, always=True)
        elif self._in_cell:
            self._inline.add(data)

    def _start_row(self, attributes: Attributes) -> None:
        row = _number(attributes.get("r", str(self._row + 1)))
        if row <= self._row:
            raise RefusedError("xlsx.xml", pointer=self.sheet.name, expected="ascending rows")
        self._row, self._column = row, 0
        if _is_hidden(attributes, "ht"):
            self.sheet.hidden_rows.add(row)

    def _start_cell(self, attributes: Attributes) -> None:
        self._count += 1
        _bound("cells", self._count, MAX_CELLS)
        row, column = self._row, self._column + 1
        if "r" in attributes:
            row, column = parse_reference(attributes["r"])
        # The same cell twice: two programs would show two values.
        if row != self._row or column <= self._column:
            raise RefusedError("xlsx.xml", pointer=self.sheet.name, expected="ascending cells")
        self._column = column
        self._type = attributes.get("t", "n")
        self._style = attributes.get("s", "0")
        self._in_cell, self._has_formula, self._inside = True, False, ""

    def _finish(self) -> None:
        value, formula, inline = self._value.take(), self._formula.take(), self._inline.take()
        kind, text = self._judge(value, inline)
        if self._has_formula:
            kind, text = "formula", f"={formula}"
        if text.strip():
            self.sheet.rows.setdefault(self._row, []).append(Cell(self._column, kind, text))

    def _judge(self, value: str, inline: str) -> tuple[Kind, str]:
        if self._type == "s":
            return "text", self._shared_text(value)
        if self._type == "inlineStr":
            return "text", inline
        if self._type in _KINDS:
            return _KINDS[self._type], value
        return ("date", self._date(value)) if self._style in self._dates else ("number", value)

    def _shared_text(self, value: str) -> str:
        place = _number(value) if value else -1
        if not 0 <= place < len(self._shared):
            raise RefusedError("xlsx.xml", pointer=self.sheet.name, found=f"shared string {value}")
        return self._shared[place]

    def _date(self, value: str) -> str:
        """Write the day that a serial number shows, or the number where it shows none."""
        match = _SERIAL.fullmatch(value)
        try:
            return str(self._epoch + timedelta(days=int(match[1]))) if match else value
        except OverflowError:
            return value


def _is_hidden(attributes: Attributes, size: str) -> bool:
    """Tell whether a row or column is hidden, or so thin that it is not there."""
    return attributes.get("hidden") in _TRUE or not attributes.get(size, "1").strip("0.")


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 7):
        raise RefusedError("xlsx.xml", expected="a number", found=ascii(text))
    return int(text)


def _bound(what: str, found: int, bound: int) -> None:
    if found > bound:
        raise RefusedError("xlsx.too_large", pointer=what, expected=f"<= {bound}", found=found)
