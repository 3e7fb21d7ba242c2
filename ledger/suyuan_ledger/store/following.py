"""Records that something is still to follow: of a kind, by holders of a role, not yet answered.

Records are indexed by issuer and not by kind; those who hold a role are few.
"""

from __future__ import annotations

import typing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import String, and_, exists, not_, select
from sqlalchemy import cast as sql_cast

from suyuan_ledger.store import repository, tables
from suyuan_ledger.store.repository import StoredRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Table
    from sqlalchemy.engine import Connection
    from sqlalchemy.sql.elements import ColumnElement

_RECORD = typing.cast("Table", tables.Record.__table__)  # type: ignore[attr-defined]
_LINK = typing.cast("Table", tables.Link.__table__)  # type: ignore[attr-defined]
_ENROLMENT = typing.cast("Table", tables.Enrolment.__table__)  # type: ignore[attr-defined]

_CHUNK = 200


@dataclass(frozen=True, slots=True)
class Query:
    """Which records are looked for.

    Attributes:
        kind: theirs.
        role: one that their signers hold or held.
        present: a kind of records about them that there must be, or None.
        absent: a kind of records about them that there must not be.
    """

    kind: str
    role: str
    present: str | None
    absent: str


def iterate(connection: Connection, query: Query, after: int) -> Iterator[StoredRecord]:
    """Yield the records behind an index, in log order, read a chunk at a time.

    Args:
        connection: an open transaction.
        query: which.
        after: the index.
    """
    # Roles are a JSON array of words; quoted, none of them is part of another.
    holders = select(_ENROLMENT.c.subject_did).where(
        sql_cast(_ENROLMENT.c.roles, String).like(f'%"{query.role}"%')
    )
    conditions = [
        _RECORD.c.issuer.in_(holders),
        _RECORD.c.kind == query.kind,
        not_(_said(query.absent)),
    ]
    if query.present is not None:
        conditions.append(_said(query.present))
    while True:
        # Positions first: sorting takes every record that fits, and bodies are long. By an
        # expression, so that no plan walks the whole log in its order instead.
        found = connection.execute(
            select(_RECORD.c.index)
            .where(and_(*conditions), _RECORD.c.index > after)
            .order_by(_RECORD.c.index + 0)
            .limit(_CHUNK)
        )
        indexes = [index for (index,) in found]
        chunk = select(_RECORD).where(_RECORD.c.index.in_(indexes)).order_by(_RECORD.c.index)
        for row in connection.execute(chunk):
            yield StoredRecord(*row)
        if len(indexes) < _CHUNK:
            return
        after = indexes[-1]


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
