"""The log's status lists, found by those who may publish them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy import func, select

from suyuan_ledger.store import repository, tables
from suyuan_ledger.store.repository import StoredRecord

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlalchemy.engine import Connection

STATUS_LIST = "StatusList"
PUBLISHER = "statusPublisher"

_RECORD = cast("Table", tables.Record.__table__)  # type: ignore[attr-defined]


def find_newest_list(connection: Connection, before: int) -> StoredRecord | None:
    """Return the newest StatusList below an index, None if there is none.

    Publishers are few and sign little else, and records are indexed by issuer and not by kind.
    """
    issuers = {
        grant.subject_did
        for grant in repository.read_grants(connection)
        if PUBLISHER in grant.roles
    }
    if not issuers:
        return None
    row = connection.execute(
        select(_RECORD)
        .where(
            _RECORD.c.issuer.in_(sorted(issuers)),
            _RECORD.c.kind == STATUS_LIST,
            _RECORD.c.index < before,
        )
        .order_by(_RECORD.c.index.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else StoredRecord(*row)


def count_uncovered(connection: Connection, as_of: int) -> int:
    """Count the records that a list of this size does not speak of, status lists left out."""
    return connection.execute(
        select(func.count())
        .select_from(_RECORD)
        .where(_RECORD.c.index >= as_of, _RECORD.c.kind != STATUS_LIST)
    ).scalar_one()
