"""The only code that writes the log's rows, and the reads that belong to it.

Everything here works on a connection that the caller opened with `Store.write` or `Store.read`, so
that a batch is one transaction. Rows go in as tuples through one compiled statement per table: no
ORM object is built for a record.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import bindparam, func, insert, select, tuple_, update

from suyuan_ledger.errors import ConflictError, StorageError
from suyuan_ledger.log.tiles import tile_path
from suyuan_ledger.store import tables
from suyuan_ledger.workflow.statements import Grant

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from sqlalchemy import Table
    from sqlalchemy.engine import Connection, Dialect

_RECORD = cast("Table", tables.Record.__table__)  # type: ignore[attr-defined]
_LINK = cast("Table", tables.Link.__table__)  # type: ignore[attr-defined]
_TILE = cast("Table", tables.Tile.__table__)  # type: ignore[attr-defined]
_HEAD = cast("Table", tables.LogHead.__table__)  # type: ignore[attr-defined]
_CHECKPOINT = cast("Table", tables.Checkpoint.__table__)  # type: ignore[attr-defined]
_OUTBOX = cast("Table", tables.AnchorOutbox.__table__)  # type: ignore[attr-defined]
_ENROLMENT = cast("Table", tables.Enrolment.__table__)  # type: ignore[attr-defined]
_META = cast("Table", tables.Meta.__table__)  # type: ignore[attr-defined]

_BY_CONTENT = select(_RECORD).where(_RECORD.c.content == bindparam("wanted"))
# SQLite before 3.32 takes 999 parameters in one statement; two go into each pair of a lookup.
_CHUNK = 400


@dataclass(frozen=True, slots=True)
class Head:
    """The log's newest checkpoint.

    Attributes:
        size: number of entries.
        root: root of the tree of that size.
        note: the signed checkpoint.
        time: when it was signed, Unix seconds; no later entry is older.
    """

    size: int
    root: bytes
    note: bytes
    time: int


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """One logged record as the database holds it; see `tables.Record`."""

    index: int
    content: bytes
    envelope: bytes
    record_id: str
    issuer: str
    kind: str
    body: bytes
    entry: bytes
    time: int


class StoredTiles:
    """A `TileReader` on one connection, with newer tiles in front of the stored ones.

    Args:
        connection: an open transaction.
        newer: tiles of a batch that is not stored yet.
    """

    def __init__(
        self, connection: Connection, newer: dict[tuple[int, int], bytes] | None = None
    ) -> None:
        self._connection = connection
        self._newer = newer or {}

    def tile(self, level: int, index: int, width: int) -> bytes:
        """Return a stored tile, which may be wider than asked.

        Raises:
            StorageError: `log.tile`, the tile is absent.
        """
        newer = self._newer.get((level, index))
        if newer is not None:
            return newer
        data = self._connection.execute(
            select(_TILE.c.data).where(_TILE.c.level == level, _TILE.c.index == index)
        ).scalar()
        if data is None:
            path = tile_path(level, index, width)
            raise StorageError("log.tile", pointer=path, expected="a tile", found="none")
        return bytes(data)


def read_meta(connection: Connection) -> dict[str, str]:
    """Return the facts about the log: `origin`, `vkey`, `roots`."""
    return {row.key: row.value for row in connection.execute(select(_META))}


def write_meta(connection: Connection, facts: dict[str, str]) -> None:
    """Write the facts about a log; done once, when it is created."""
    rows = [{"key": key, "value": value} for key, value in facts.items()]
    connection.execute(insert(_META), rows)


def read_head(connection: Connection) -> Head:
    """Return the newest checkpoint.

    Raises:
        StorageError: `store.empty`, no log was created here.
    """
    row = connection.execute(
        select(_HEAD.c.size, _HEAD.c.root, _HEAD.c.note, _HEAD.c.time)
    ).one_or_none()
    if row is None:
        raise StorageError("store.empty", expected="a log", found="none")
    return Head(*row)


def create_head(connection: Connection, head: Head) -> None:
    """Write the checkpoint of the empty log; it waits for no anchor."""
    row = {"size": head.size, "root": head.root, "note": head.note, "time": head.time}
    connection.execute(insert(_HEAD).values(id=1, **row))
    connection.execute(insert(_CHECKPOINT).values(**row))


def advance_head(connection: Connection, old_size: int, head: Head) -> None:
    """Put a new checkpoint in the place of the one of `old_size`, with its place in the outbox.

    Raises:
        ConflictError: `log.writer`, the log is not of `old_size` any more: somebody else wrote.
    """
    row = {"size": head.size, "root": head.root, "note": head.note, "time": head.time}
    moved = connection.execute(
        update(_HEAD).where(_HEAD.c.id == 1, _HEAD.c.size == old_size).values(**row)
    )
    if moved.rowcount != 1:
        raise ConflictError("log.writer", expected=f"a log of size {old_size}", found="another")
    connection.execute(insert(_CHECKPOINT).values(**row))
    connection.execute(
        insert(_OUTBOX).values(
            size=head.size, root=head.root, created_time=head.time, state="pending"
        )
    )


def read_checkpoint(connection: Connection, size: int) -> Head | None:
    """Return the checkpoint of exactly this size, if the log signed one."""
    row = connection.execute(
        select(
            _CHECKPOINT.c.size, _CHECKPOINT.c.root, _CHECKPOINT.c.note, _CHECKPOINT.c.time
        ).where(_CHECKPOINT.c.size == size)
    ).one_or_none()
    return None if row is None else Head(*row)


def insert_records(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert records; each row has the columns of `tables.Record` in their order."""
    insert_rows(connection, _RECORD, rows)


def insert_links(connection: Connection, rows: Sequence[tuple[int, str, bytes]]) -> None:
    """Insert links: (source index, rel, target content digest)."""
    insert_rows(connection, _LINK, rows)


def insert_grants(connection: Connection, grants: Iterable[Grant]) -> None:
    """Index what accepted Enrolments grant."""
    rows = [
        {
            "index": grant.index,
            "subject_did": grant.subject_did,
            "issuer_did": grant.issuer_did,
            "registered_id": grant.registered_id,
            "name": grant.name,
            "name_zh": grant.name_zh,
            "person_id": grant.person_id,
            "roles": sorted(grant.roles),
            "scope": grant.scope,
            "not_before": grant.not_before,
            "not_after": grant.not_after,
            "parent_group_id": grant.parent_group_id,
        }
        for grant in grants
    ]
    if rows:
        connection.execute(insert(_ENROLMENT), rows)


def read_grants(connection: Connection, did: str | None = None) -> list[Grant]:
    """Return the grants of one key, or of all keys, oldest first."""
    columns = _ENROLMENT.c
    query = select(_ENROLMENT).order_by(columns.index)
    if did is not None:
        query = query.where(columns.subject_did == did)
    return [
        Grant(**{**row, "roles": frozenset(row["roles"])})
        for row in connection.execute(query).mappings()
    ]


def write_tiles(connection: Connection, tiles: dict[tuple[int, int], bytes]) -> None:
    """Store tiles; a partial tile is replaced by its longer version."""
    statement = (
        "INSERT INTO tile (level, {index}, data) VALUES ({values}) "
        "ON CONFLICT (level, {index}) DO UPDATE SET data = excluded.data"
    )
    rows = [(level, index, data) for (level, index), data in tiles.items()]
    _execute_many(connection, statement, ("level", "index", "data"), rows)


def find_contents(connection: Connection, contents: Sequence[bytes]) -> dict[bytes, StoredRecord]:
    """Return the stored records among these content digests."""
    found: dict[bytes, StoredRecord] = {}
    for at in range(0, len(contents), _CHUNK):
        wanted = contents[at : at + _CHUNK]
        query = select(_RECORD).where(_RECORD.c.content.in_(wanted))
        for row in connection.execute(query):
            found[row.content] = StoredRecord(*row)
    return found


def find_content(connection: Connection, content: bytes) -> StoredRecord | None:
    """Return the stored record with this content digest.

    For questions one at a time: asking `find_contents` for a list of one costs five times as much.
    """
    row = connection.execute(_BY_CONTENT, {"wanted": content}).one_or_none()
    return None if row is None else StoredRecord(*row)


def known_contents(connection: Connection, contents: Sequence[bytes]) -> set[bytes]:
    """Return those of these content digests that are logged."""
    known: set[bytes] = set()
    for at in range(0, len(contents), _CHUNK):
        wanted = contents[at : at + _CHUNK]
        query = select(_RECORD.c.content).where(_RECORD.c.content.in_(wanted))
        known.update(connection.execute(query).scalars())
    return known


def find_ids(
    connection: Connection, ids: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], tuple[int, bytes]]:
    """Return (index, content digest) of the stored records among these (issuer, id) pairs."""
    found: dict[tuple[str, str], tuple[int, bytes]] = {}
    columns = _RECORD.c
    for at in range(0, len(ids), _CHUNK):
        query = select(columns.issuer, columns.record_id, columns.index, columns.content).where(
            tuple_(columns.issuer, columns.record_id).in_(ids[at : at + _CHUNK])
        )
        for issuer, record_id, index, content in connection.execute(query):
            found[issuer, record_id] = (index, content)
    return found


def find_record(connection: Connection, index: int) -> StoredRecord | None:
    """Return the record at an index, or None beyond the log's end."""
    row = connection.execute(select(_RECORD).where(_RECORD.c.index == index)).one_or_none()
    return None if row is None else StoredRecord(*row)


def find_sources(connection: Connection, content: bytes) -> list[tuple[int, str]]:
    """Return (index, rel) of every record that links to a content digest, in log order."""
    query = (
        select(_LINK.c.source_index, _LINK.c.rel)
        .where(_LINK.c.target == content)
        .order_by(_LINK.c.source_index, _LINK.c.rel)
    )
    return [(index, rel) for index, rel in connection.execute(query)]


def find_linking(
    connection: Connection, content: bytes, rel: str, kinds: Collection[str]
) -> list[StoredRecord]:
    """Return the records of some kinds that link to a content digest by `rel`, in log order."""
    query = (
        select(_RECORD)
        .join(_LINK, _LINK.c.source_index == _RECORD.c.index)
        .where(_LINK.c.target == content, _LINK.c.rel == rel, _RECORD.c.kind.in_(sorted(kinds)))
        .order_by(_RECORD.c.index)
    )
    return [StoredRecord(*row) for row in connection.execute(query)]


def iterate_records(
    connection: Connection, start: int, end: int, *, chunk: int = 256
) -> Iterator[StoredRecord]:
    """Yield the stored records of [start, end) in order, a chunk in memory at a time."""
    for at in range(start, end, chunk):
        query = (
            select(_RECORD)
            .where(_RECORD.c.index >= at, _RECORD.c.index < min(at + chunk, end))
            .order_by(_RECORD.c.index)
        )
        for row in connection.execute(query):
            yield StoredRecord(*row)


def read_entries(connection: Connection, start: int, end: int) -> list[bytes]:
    """Return the log entries of [start, end), in order."""
    index = _quote(connection.dialect, "index")
    statement = (
        f"SELECT entry FROM record WHERE {index} >= {start:d} AND {index} < {end:d} "  # noqa: S608
        f"ORDER BY {index}"
    )
    # From the driver's own cursor: a recall reads a million entries (benchmarks/recall.py), and
    # SQLAlchemy's row costs more than the row.
    cursor = connection.exec_driver_sql(statement).cursor
    return [] if cursor is None else [bytes(row[0]) for row in cursor.fetchall()]


def public_bodies(connection: Connection, kinds: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield (envelope digest in hex, body) of every record of some kinds, in log order."""
    query = (
        select(_RECORD.c.envelope, _RECORD.c.body)
        .where(_RECORD.c.kind.in_(kinds))
        .order_by(_RECORD.c.index)
    )
    for envelope, body in connection.execute(query):
        yield envelope.hex(), bytes(body)


def count_rows(connection: Connection, table: type[tables.Table]) -> int:
    """Count the rows of a table."""
    source = cast("Table", table.__table__)  # type: ignore[attr-defined]
    return connection.execute(select(func.count()).select_from(source)).scalar_one()


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows that have the columns of a table in their order."""
    if not rows:
        return
    names = tuple(column.name for column in table.columns)
    quoted = ", ".join(_quote(connection.dialect, name) for name in names)
    statement = f"INSERT INTO {table.name} ({quoted}) VALUES ({{values}})"  # noqa: S608 - our names
    _execute_many(connection, statement, names, rows)


def _execute_many(
    connection: Connection, template: str, names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Run one statement for many rows through the driver itself.

    SQLAlchemy would otherwise convert every value of every row in Python, which costs as much as
    the insertion.
    """
    statement, positional = _statement(connection.dialect, template, names)
    if positional:
        connection.exec_driver_sql(statement, list(rows))
    else:
        connection.exec_driver_sql(statement, [dict(zip(names, row, strict=True)) for row in rows])


@cache
def _statement(dialect: Dialect, template: str, names: tuple[str, ...]) -> tuple[str, bool]:
    """Fill a template with the placeholders of the driver."""
    marks = {"qmark": "?", "pyformat": "%({0})s", "format": "%s", "named": ":{0}"}
    mark = marks[dialect.paramstyle]
    values = ", ".join(mark.format(name) for name in names)
    filled = template.format(values=values, index=_quote(dialect, "index"))
    return filled, dialect.positional


def _quote(dialect: Dialect, name: str) -> str:
    return dialect.identifier_preparer.quote(name)
