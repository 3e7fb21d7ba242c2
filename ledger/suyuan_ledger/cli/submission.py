"""Submitting signed records and saying what became of each; shared by the commands that do."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import typer

from suyuan_ledger.cli.context import give_hint, language, note, progress, read_file
from suyuan_ledger.errors import LedgerError
from suyuan_ledger.records.profile import format_digest

if TYPE_CHECKING:
    from suyuan_ledger.log.receipt import Receipt
    from suyuan_ledger.service import Ledger


def submit_all(
    ledger: Ledger, places: Sequence[str], raws: Sequence[bytes], *, as_json: bool
) -> int:
    """Submit records in batches, say where a refused one came from; return how many were."""
    failed = added = 0
    results = ledger.submit_many(raws)
    for place, result in zip(places, progress(results, len(raws), "submitting"), strict=True):
        if isinstance(result, LedgerError):
            failed += 1
            note(f"{place}: {result.text(language())}")
            give_hint(result, "  ")
        else:
            added += not result.duplicate
        if as_json:
            typer.echo(json.dumps(result_json(result), sort_keys=True))
    before = len(raws) - failed - added
    note(
        f"{added} logged, {before} were logged before, {failed} refused",
        f"{added} 条写入日志，{before} 条此前已在日志中，{failed} 条被拒绝",
    )
    return failed


def result_json(result: Receipt | LedgerError) -> dict[str, Any]:
    """Describe a receipt, or the error that kept a record out, for scripts."""
    if isinstance(result, LedgerError):
        return {"ok": False, "code": result.code, "pointer": result.pointer}
    return {
        "ok": True,
        "index": result.index,
        "content": format_digest(result.content),
        "time": result.time,
        "size": result.size,
        "duplicate": result.duplicate,
    }


def records_of(path: Path) -> Iterator[bytes]:
    """Yield the records of a file: the whole of it, or its lines if each is an object."""
    data = read_file(path)
    lines = [line for line in data.splitlines() if line.strip()]
    if all(line.startswith(b"{") and line.rstrip().endswith(b"}") for line in lines):
        yield from lines
    else:
        yield data


def place_of(path: Path, what: Literal["record", "row"], number: int) -> str:
    """Say where in a file a record came from."""
    if language() == "zh":
        return f"{path} 第 {number} {'条' if what == 'record' else '行'}"
    return f"{path}, {what} {number}"
