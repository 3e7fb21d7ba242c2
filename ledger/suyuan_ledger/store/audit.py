"""Reads that only `fsck` makes: rows beyond what the log refers to, and the file itself."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple, cast

from sqlalchemy import func, or_, select

from suyuan_ledger.store import repository, tables
from suyuan_ledger.store.repository import Head, StoredRecord

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy import Table
    from sqlalchemy.engine import Connection

_RECORD = cast("Table", tables.Record.__table__)  # type: ignore[attr-defined]
_LINK = cast("Table", tables.Link.__table__)  # type: ignore[attr-defined]
_TILE = cast("Table", tables.Tile.__table__)  # type: ignore[attr-defined]
_CHECKPOINT = cast("Table", tables.Checkpoint.__table__)  # type: ignore[attr-defined]
_OUTBOX = cast("Table", tables.AnchorOutbox.__table__)  # type: ignore[attr-defined]
_ANCHOR = cast("Table", tables.Anchor.__table__)  # type: ignore[attr-defined]

_CHUNK = 256


class OutboxRow(NamedTuple):
    """One row of `anchor_outbox`."""

    root: bytes
    created_time: int
    state: str


def check_database(connection: Connection) -> str:
    """Let the database check its own file; `ok`, or the first thing that it finds."""
    if connection.dialect.name != "sqlite":
        return "ok"
    return str(connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one())


def iterate_checkpoints(connection: Connection) -> Iterator[Head]:
    """Yield every stored checkpoint, the smallest first."""
    query = select(
        _CHECKPOINT.c.size, _CHECKPOINT.c.root, _CHECKPOINT.c.note, _CHECKPOINT.c.time
    ).order_by(_CHECKPOINT.c.size)
    for row in connection.execute(query):
        yield Head(*row)


def largest_checkpoint(connection: Connection) -> int:
    """Return the size of the newest checkpoint, -1 if there is none."""
    found = connection.execute(select(func.max(_CHECKPOINT.c.size))).scalar()
    return -1 if found is None else int(found)


def iterate_linked_records(
    connection: Connection, end: int
) -> Iterator[tuple[StoredRecord, list[tuple[str, bytes]]]]:
    """Yield the records below an index with their link rows, in log order."""
    for start in range(0, end, _CHUNK):
        past = min(start + _CHUNK, end)
        query = (
            select(_LINK.c.source_index, _LINK.c.rel, _LINK.c.target)
            .where(_LINK.c.source_index >= start, _LINK.c.source_index < past)
            .order_by(_LINK.c.source_index, _LINK.c.rel, _LINK.c.target)
        )
        links = {
            index: [(rel, target) for _, rel, target in rows]
            for index, rows in groupby(connection.execute(query), key=lambda row: row[0])
        }
        for record in repository.iterate_records(connection, start, past):
            yield record, links.get(record.index, [])


def find_doubled(connection: Connection) -> tuple[int, str] | None:
    """Return (index, what) of the first record that repeats another, or None.

    Unique indexes forbid it, where the database still has them.
    """
    columns = _RECORD.c
    found = []
    for what, keys in (
        ("content", (columns.content,)),
        ("id of its issuer", (columns.issuer, columns.record_id)),
    ):
        repeated = (
            select(func.max(columns.index).label("last"))
            .group_by(*keys)
            .having(func.count() > 1)
            .subquery()
        )
        index = connection.execute(select(func.min(repeated.c.last))).scalar()
        if index is not None:
            found.append((int(index), what))
    return min(found, default=None)


def find_loose_link(connection: Connection, rels: Collection[str]) -> tuple[int, bytes] | None:
    """Return (source index, target) of the first link of these kinds to nothing logged before."""
    columns = _LINK.c
    query = (
        select(columns.source_index, columns.target)
        .join(_RECORD, _RECORD.c.content == columns.target, isouter=True)
        .where(
            columns.rel.in_(sorted(rels)),
            or_(_RECORD.c.index.is_(None), _RECORD.c.index >= columns.source_index),
        )
        .order_by(columns.source_index)
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else (row[0], row[1])


def read_outbox(connection: Connection) -> dict[int, OutboxRow]:
    """Return the whole outbox by size."""
    columns = _OUTBOX.c
    query = select(columns.size, columns.root, columns.created_time, columns.state)
    return {size: OutboxRow(*row) for size, *row in connection.execute(query)}


def largest_final_anchor(connection: Connection) -> int:
    """Return the largest size that a final anchor covers, -1 if there is none."""
    found = connection.execute(select(func.max(_ANCHOR.c.size)).where(_ANCHOR.c.final)).scalar()
    return -1 if found is None else int(found)


def tile_names(connection: Connection) -> Iterator[tuple[int, int]]:
    """Yield (level, index) of every stored tile."""
    query = select(_TILE.c.level, _TILE.c.index).order_by(_TILE.c.level, _TILE.c.index)
    for row in connection.execute(query):
        # A row is a tuple, so `row.index` would be its method.
        yield row[0], row[1]
