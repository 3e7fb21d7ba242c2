"""Records found by those who hold a role.

Records are indexed by issuer and not by kind. Publishers and checkers are few and sign little else,
so their records of one kind are found without reading the whole log.
"""

from __future__ import annotations

import typing
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, cast, func, select

from suyuan_ledger.store import tables
from suyuan_ledger.store.repository import StoredRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Select, Table
    from sqlalchemy.engine import Connection

STATUS_LIST = "StatusList"
PUBLISHER = "statusPublisher"

_RECORD = typing.cast("Table", tables.Record.__table__)  # type: ignore[attr-defined]
_ENROLMENT = typing.cast("Table", tables.Enrolment.__table__)  # type: ignore[attr-defined]


def find_newest_list(connection: Connection, before: int) -> StoredRecord | None:
    """Return the newest StatusList below an index, None if there is none."""
    query = _signed(PUBLISHER, STATUS_LIST)
    row = connection.execute(
        query.where(_RECORD.c.index < before).order_by(_RECORD.c.index.desc()).limit(1)
    ).one_or_none()
    return None if row is None else StoredRecord(*row)


def iterate_by_role(connection: Connection, role: str, kind: str) -> Iterator[StoredRecord]:
    """Yield the records of a kind by everybody who ever held a role, in log order."""
    query = _signed(role, kind).order_by(_RECORD.c.index)
    for row in connection.execute(query):
        yield StoredRecord(*row)


def _signed(role: str, kind: str) -> Select[Any]:
    # Roles are a JSON array of words; quoted, none of them is part of another.
    holders = select(_ENROLMENT.c.subject_did).where(
        cast(_ENROLMENT.c.roles, String).like(f'%"{role}"%')
    )
    return select(_RECORD).where(_RECORD.c.issuer.in_(holders), _RECORD.c.kind == kind)


def count_uncovered(connection: Connection, as_of: int) -> int:
    """Count the records that a list of this size does not speak of, status lists left out."""
    return connection.execute(
        select(func.count())
        .select_from(_RECORD)
        .where(_RECORD.c.index >= as_of, _RECORD.c.kind != STATUS_LIST)
    ).scalar_one()
