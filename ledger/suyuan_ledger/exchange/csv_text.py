"""CSV that a spreadsheet reads as it is meant (RFC 4180, docs/spec/views.md#csv)."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Sequence

# Full-width signs too: spreadsheets of Chinese, Japanese and Korean settings take them alike.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "'")


def harmless(text: str) -> str:
    """Keep a spreadsheet from taking free text for a formula; a reader takes one `'` away again."""
    return "'" + text if text.startswith(_FORMULA) else text


def write_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Write a table: UTF-8 with byte-order mark, every field in quotation marks, CR LF.

    Args:
        header: names of the columns.
        rows: as many fields each; free text went through `harmless`.

    Raises:
        ValueError: a row of another length.
    """
    lines = [_line(header)]
    for row in rows:
        if len(row) != len(header):
            raise ValueError("a row has as many fields as there are columns")
        lines.append(_line(row))
    return codecs.BOM_UTF8 + "".join(lines).encode("utf-8")


def _line(fields: Sequence[str]) -> str:
    return ",".join('"' + field.replace('"', '""') + '"' for field in fields) + "\r\n"
