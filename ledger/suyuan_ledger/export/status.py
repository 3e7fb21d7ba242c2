"""A fresher status for a bundle that was archived (docs/spec/status.md#fresher-status).

A bundle whose subject is the newest StatusList, with every status event that acts on a record of
the archived one. The archived file stays as it is; `suyuan-verify FILE --status STATUS` takes both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from suyuan_ledger.errors import LedgerError, RefusedError
from suyuan_ledger.export.bundle import (
    FORMAT,
    MAX_BYTES,
    assemble,
    check,
    judge,
    signed_checkpoint,
)
from suyuan_ledger.export.closure import close, event_contents
from suyuan_ledger.records.profile import parse_record
from suyuan_ledger.store import repository
from suyuan_ledger.store.by_role import find_newest_list

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from suyuan_ledger.anchor.evidence import Evidence
    from suyuan_ledger.service import Ledger


def export_status(ledger: Ledger, archived: bytes, anchor: Evidence | None) -> bytes:
    """Put together the status of an archived bundle's records as it is now.

    Args:
        ledger: the log.
        archived: the bundle.
        anchor: evidence of an anchor that covers the newest list; None gives a file that waits.

    Returns:
        Canonical JSON and one line feed.

    Raises:
        RefusedError: `status.archive` if this is no bundle of this log, `status.no_list` if no
            list is covered, `bundle.*` as `export_bundle`.
        StorageError: as `export_bundle`.
    """
    with ledger.store.read() as connection:
        signed = signed_checkpoint(connection, anchor)
        newest = find_newest_list(connection, signed.size)
        if newest is None:
            raise RefusedError("status.no_list", expected=f"a list below index {signed.size}")
        places = _places(connection, archived)
        events = event_contents(connection, places, signed.size)
        records = close(connection, {newest.content, *events}, signed.size)
    data = assemble(ledger, newest.content, records, signed, newest=newest, anchor=anchor)
    check(judge(ledger, data, anchor))
    # What else is wrong with the archived file is not the status's fault.
    check(judge(ledger, archived, anchor, status=data), steps={10})
    return data


def _places(connection: Connection, archived: bytes) -> list[int]:
    """Return the log indexes of a bundle's records, all of which must be this log's."""
    contents = [_content(record) for record in _records(archived)]
    rows = repository.find_contents(connection, contents)
    if len(rows) != len(contents):
        missing = next(content for content in contents if content not in rows)
        raise RefusedError(
            "status.archive", expected="records of this log", found=f"sha256:{missing.hex()}"
        )
    return sorted(row.index for row in rows.values())


def _records(archived: bytes) -> list[Any]:
    if len(archived) > MAX_BYTES:
        raise RefusedError("status.archive", expected=f"<= {MAX_BYTES} bytes", found=len(archived))
    try:
        value = orjson.loads(archived)
    except orjson.JSONDecodeError:
        value = None
    records = value.get("records") if isinstance(value, dict) else None
    if not isinstance(records, list) or not records or value.get("format") != FORMAT:
        raise RefusedError("status.archive", expected=FORMAT, found="another file")
    return records


def _content(record: Any) -> bytes:
    try:
        return parse_record(orjson.dumps(record, option=orjson.OPT_SORT_KEYS)).content_digest
    except LedgerError as error:
        raise RefusedError("status.archive", expected="signed records", found=error.code) from error
