"""The errors that may leave the ledger.

    LedgerError
    ├── RefusedError     the input breaks a rule; nothing was stored
    ├── ConflictError    the same id with other content, or a second writer
    ├── StorageError     the store cannot take or give the bytes; nothing acknowledged is lost
    ├── KeyAccessError   a key cannot be opened or used
    └── ChainError       the chain cannot be used as asked

Every error carries a stable code (a row of `codes.json`, or of the verifier's table where the
rule is the verifier's), what was expected, what was found, and a hint.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from suyuan_verifier.codes import Code, codes, load_codes
from suyuan_verifier.errors import shorten

from suyuan_ledger.words import in_chinese

_TABLE_PLACE = re.compile(r"row (\d+)(?:, column (.+))?")


@cache
def ledger_codes() -> dict[str, Code]:
    """Return the ledger's own rows together with the verifier's."""
    return {**codes(), **load_codes(Path(__file__).with_name("codes.json"))}


class LedgerError(Exception):
    """Base of everything the ledger raises on purpose.

    Attributes:
        code: stable id.
        pointer: JSON Pointer into the input, or a place such as `row 7, column value`.
        expected: what the rule asks for, or None.
        found: what was there, shortened, or None.
    """

    def __init__(
        self,
        code: str,
        *,
        pointer: str = "",
        expected: object = None,
        found: object = None,
    ) -> None:
        self.code = code
        self.pointer = pointer
        self.expected = None if expected is None else str(expected)
        self.found = None if found is None else shorten(str(found))
        super().__init__(code)

    def text(self, lang: str = "en") -> str:
        """Say what happened in one line, without the hint."""
        row = ledger_codes().get(self.code)
        parts = [row.message[lang] if row else self.code]
        if lang == "zh":
            if self.pointer:
                parts.append(f"位置：{_place(self.pointer)}")
            if self.expected is not None:
                parts.append(f"应为 {in_chinese(self.expected)}")
            if self.found is not None:
                parts.append(f"实为 {in_chinese(self.found)}")
            return "，".join(parts) + f" [{self.code}]"
        if self.pointer:
            parts.append(f"at {self.pointer}")
        if self.expected is not None:
            parts.append(f"expected {self.expected}")
        if self.found is not None:
            parts.append(f"found {self.found}")
        return ", ".join(parts) + f" [{self.code}]"

    def hint(self, lang: str = "en") -> str:
        """Say what to do about it, empty where nothing helps."""
        row = ledger_codes().get(self.code)
        return row.hint[lang] if row else ""

    def __str__(self) -> str:
        return self.text()


def _place(pointer: str) -> str:
    """Say in Chinese where in a table something is; every other place is shown as it is."""
    row = _TABLE_PLACE.fullmatch(pointer)
    if row is None:
        return pointer
    return f"第 {row[1]} 行" + (f" {row[2]} 列" if row[2] else "")


class RefusedError(LedgerError):
    """The input breaks a rule; nothing was stored."""


class ConflictError(LedgerError):
    """The same id with other content, or a second writer on the same log."""


class StorageError(LedgerError):
    """The store cannot take or give the bytes."""


class KeyAccessError(LedgerError):
    """A key cannot be opened, or does not fit its use."""


class ChainError(LedgerError):
    """The chain cannot be used as asked."""
