"""The single table of check ids and error codes.

Every text that a report prints comes from `codes.json`, in English and Chinese: the command line,
the JSON report, `docs/reference/errors.md` and the verifier page read the same rows. A code never
changes its meaning; a new meaning gets a new code.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Code:
    """One row of the table.

    Attributes:
        id: stable dotted name, for example `merkle.inclusion`.
        step: number of the verification step that reports it, 0 for none.
        message: what happened, by language.
        hint: what to do about it, by language; may be empty.
        spec: file and section under `docs/spec/`.
    """

    id: str
    step: int
    message: dict[str, str]
    hint: dict[str, str]
    spec: str


def load_codes(path: Path) -> dict[str, Code]:
    """Read a table of codes; the ledger reads its own rows with the same function."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    return {
        name: Code(
            id=name,
            step=row["step"],
            message={"en": row["en"], "zh": row["zh"]},
            hint={"en": row.get("hintEn", ""), "zh": row.get("hintZh", "")},
            spec=row["spec"],
        )
        for name, row in rows.items()
    }


@cache
def codes() -> dict[str, Code]:
    """Return the verifier's table, read once."""
    return load_codes(Path(__file__).with_name("codes.json"))
