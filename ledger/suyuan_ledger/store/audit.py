"""Reads that only `fsck` makes: rows beyond what the log refers to, and the file itself."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from sqlalchemy import and_, case, func, or_, select

from suyuan_ledger.store import governance_tables, repository, tables
from suyuan_ledger.store.repository import Head, StoredRecord
from suyuan_ledger.workflow.consequences import MOVES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from sqlalchemy import Table
    from sqlalchemy.engine import Connection

_RECORD = cast("Table", tables.Record.__table__)  # type: ignore[attr-defined]
_LINK = cast("Table", tables.Link.__table__)  # type: ignore[attr-defined]
_TILE = cast("Table", tables.Tile.__table__)  # type: ignore[attr-defined]
_CHECKPOINT = cast("Table", tables.Checkpoint.__table__)  # type: ignore[attr-defined]
_OUTBOX = cast("Table", tables.AnchorOutbox.__table__)  # type: ignore[attr-defined]
_ANCHOR = cast("Table", tables.Anchor.__table__)  # type: ignore[attr-defined]
_ANCHOR_TX = cast("Table", tables.AnchorTx.__table__)  # type: ignore[attr-defined]
_CONTRACT = cast("Table", tables.Contract.__table__)  # type: ignore[attr-defined]
_CASE = cast("Table", governance_tables.FactorCase.__table__)  # type: ignore[attr-defined]

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


def iterate_derived_records(
    connection: Connection, end: int, derived: Mapping[str, type[tables.Table]]
) -> Iterator[tuple[StoredRecord, list[tuple[str, bytes]], dict[str, list[dict[str, Any]]]]]:
    """Yield the records below an index with their link rows and their rows of derived tables.

    Args:
        connection: one snapshot.
        end: one past the last index.
        derived: the derived tables by name; each has the index of its record in `index`.
    """
    rows: dict[int, dict[str, list[dict[str, Any]]]] = {}
    for record, links in iterate_linked_records(connection, end):
        if record.index % _CHUNK == 0 or not rows:
            start = record.index - record.index % _CHUNK
            rows = _derived_rows(connection, start, min(start + _CHUNK, end), derived)
        yield record, links, rows.get(record.index, {})


def _derived_rows(
    connection: Connection, start: int, past: int, derived: Mapping[str, type[tables.Table]]
) -> dict[int, dict[str, list[dict[str, Any]]]]:
    found: dict[int, dict[str, list[dict[str, Any]]]] = {}
    for name, table in derived.items():
        source = cast("Table", table.__table__)  # type: ignore[attr-defined]
        query = (
            select(source)
            .where(source.c.index >= start, source.c.index < past)
            .order_by(*source.primary_key.columns)
        )
        for row in connection.execute(query).mappings():
            found.setdefault(row["index"], {}).setdefault(name, []).append(dict(row))
    # Not empty even where a chunk has no such rows, so that it is read once.
    return found or {-1: {}}


def find_wrong_case(
    connection: Connection,
) -> tuple[int, dict[str, Any], dict[str, Any]] | None:
    """Return (index, as it should be, as it is) of the first case that stands elsewhere.

    Where a case stands follows from the records about its submission; records and links are known
    to be right.
    """
    states = governance_tables.CASE_STATES
    source, target = _RECORD.alias("source"), _RECORD.alias("target")
    reached = case(
        {kind: states.index(state) for kind, state in MOVES.items()}, value=source.c.kind
    )
    moved = (
        select(
            target.c.index.label("case_index"),
            func.max(source.c.index).label("last"),
            func.max(reached).label("reached"),
        )
        .join(_LINK, _LINK.c.target == target.c.content)
        .join(source, source.c.index == _LINK.c.source_index)
        .where(
            _LINK.c.rel == "about",
            target.c.kind == "FactorSubmission",
            source.c.kind.in_(sorted(MOVES)),
        )
        .group_by(target.c.index)
        .subquery()
    )
    columns = _CASE.c
    last = func.coalesce(moved.c.last, columns.index)
    state = case(dict(enumerate(states)), value=func.coalesce(moved.c.reached, 0))
    row = connection.execute(
        select(columns.index, state, last, columns.state, columns.updated_index)
        .join(moved, and_(moved.c.case_index == columns.index), isouter=True)
        .where(or_(columns.state != state, columns.updated_index != last))
        .order_by(columns.index)
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    index, state_due, last_due, state_found, last_found = row
    return (
        index,
        {"state": state_due, "updated_index": last_due},
        {"state": state_found, "updated_index": last_found},
    )


def chain_claims(connection: Connection) -> Iterator[tuple[str, int, bytes]]:
    """Yield (place, size, root) of every anchor and every transaction that makes one.

    Anchors that a successor contract left behind are not among them: whoever stole the key of the
    old one may have put anything there, and it counts for nothing.
    """
    successor = _CONTRACT.alias("successor")
    anchors = (
        select(_ANCHOR.c.contract, _ANCHOR.c.anchor_index, _ANCHOR.c.size, _ANCHOR.c.root)
        .join(
            successor,
            and_(
                successor.c.chain_id == _ANCHOR.c.chain_id,
                successor.c.predecessor == _ANCHOR.c.contract,
            ),
            isouter=True,
        )
        .where(
            or_(successor.c.last_index.is_(None), _ANCHOR.c.anchor_index <= successor.c.last_index)
        )
        .order_by(_ANCHOR.c.contract, _ANCHOR.c.anchor_index)
    )
    for contract, index, size, root in connection.execute(anchors):
        yield f"anchor {index} of {contract}", size, root
    sent = select(_ANCHOR_TX.c.tx_hash, _ANCHOR_TX.c.size, _ANCHOR_TX.c.root).order_by(
        _ANCHOR_TX.c.id
    )
    for tx_hash, size, root in connection.execute(sent):
        yield f"transaction {tx_hash}", size, root


def find_wrong_contract(connection: Connection) -> tuple[str, str, str] | None:
    """Return (place, as it should be, as it is) of a contract row that cannot be, or None."""
    columns = _CONTRACT.c
    rows = connection.execute(
        select(columns.chain_id, columns.address, columns.predecessor, columns.last_index)
    ).all()
    known = {(chain_id, address) for chain_id, address, *_ in rows}
    for chain_id, address, predecessor, last_index in rows:
        if (predecessor is None) != (last_index is None):
            return f"contract {address}", "a predecessor with its last index", "one of the two"
        if predecessor is not None and (chain_id, predecessor) not in known:
            return f"contract {address}", "a predecessor of this log", predecessor
    active = connection.execute(
        select(func.count()).select_from(_CONTRACT).where(columns.active)
    ).scalar_one()
    if active > 1:
        return "table contract", "at most one active contract", str(active)
    return None


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
