"""Records on which something is still to follow: of a kind, about which nothing else says so yet.

Kinds on which something follows have an index of their own (`tables.WAITING`), so that they are
gone through a chunk at a time, wherever one begins.
"""

from __future__ import annotations

import typing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import exists, literal, not_, select

from suyuan_ledger.store import repository, tables
from suyuan_ledger.store.repository import StoredRecord

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlalchemy.engine import Connection
    from sqlalchemy.sql.elements import ColumnElement

_RECORD = typing.cast("Table", tables.Record.__table__)  # type: ignore[attr-defined]
_LINK = typing.cast("Table", tables.Link.__table__)  # type: ignore[attr-defined]

CHUNK = 400
"""As in `repository`: SQLite before 3.32 takes 999 parameters in one statement."""


@dataclass(frozen=True, slots=True)
class Query:
    """Which records are looked for.

    Attributes:
        kind: theirs, one of those in `tables.WAITING`.
        present: a kind of records about them that there must be, or None.
        absent: a kind of records about them that there must not be.
    """

    kind: str
    present: str | None
    absent: str


def read_chunk(
    connection: Connection, query: Query, after: int
) -> tuple[list[StoredRecord], int | None]:
    """Look at the next records of a kind, `CHUNK` of them.

    Args:
        connection: an open transaction.
        query: which are wanted.
        after: an index.

    Returns:
        Those that are wanted, in log order, and the index of the last one that was looked at; None
        at the end of the log.
    """
    # As a literal: no plan takes a partial index for a value that it does not see.
    kind = _RECORD.c.kind == literal(query.kind, literal_execute=True)
    positions = (
        select(_RECORD.c.index)
        .where(kind, _RECORD.c.index > after)
        .order_by(_RECORD.c.index)
        .limit(CHUNK)
    )
    indexes = [index for (index,) in connection.execute(positions)]
    if not indexes:
        return [], None
    conditions = [_RECORD.c.index.in_(indexes), not_(_said(query.absent))]
    if query.present is not None:
        conditions.append(_said(query.present))
    wanted = select(_RECORD).where(*conditions).order_by(_RECORD.c.index)
    found = [StoredRecord(*row) for row in connection.execute(wanted)]
    return found, indexes[-1] if len(indexes) == CHUNK else None


def read_about(connection: Connection, content: bytes, kind: str) -> list[StoredRecord]:
    """Return the records of a kind that are about another, in log order."""
    return repository.find_linking(connection, content, "about", (kind,))


def _said(kind: str) -> ColumnElement[bool]:
    """State that a record of a kind is about the one at hand."""
    answer = _RECORD.alias()
    return (
        exists()
        .where(
            _LINK.c.target == _RECORD.c.content,
            _LINK.c.rel == "about",
            answer.c.index == _LINK.c.source_index,
            answer.c.kind == kind,
        )
        .correlate(_RECORD)
    )
