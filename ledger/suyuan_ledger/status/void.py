"""What revocations have made void, read from the ledger's own tables.

The same question as `recall/void.py`, for those who are to act on it: the list of what was
admitted, and the desk. Only keys that a revocation reaches are looked at, so that a log without
such a revocation pays nothing (docs/spec/status.md#void).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import orjson
from sqlalchemy import select

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.log.clock import format_seconds
from suyuan_ledger.records.rules import CLOSED_RELS
from suyuan_ledger.store import governance, repository, tables
from suyuan_ledger.store.register import StoredRegister
from suyuan_ledger.workflow.authority import Authority
from suyuan_ledger.workflow.entitlement import find_matter, find_target
from suyuan_ledger.workflow.statements import ENDING
from suyuan_ledger.workflow.void import VOID, Reach, Signed, judge

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from sqlalchemy import Table
    from sqlalchemy.engine import Connection

    from suyuan_ledger.workflow.statements import Admission, StatusEvent

_RECORD = cast("Table", tables.Record.__table__)  # type: ignore[attr-defined]
_LINK = cast("Table", tables.Link.__table__)  # type: ignore[attr-defined]
# As in `repository`: SQLite before 3.32 takes 999 parameters in one statement.
_CHUNK = 400
_CHANGES = frozenset({"revoke", "cancel"})
"""Actions of a StatusChange that end a record."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a record is void or rests on a void one.

    Attributes:
        record: log index of the void record, the record itself if it is one.
        kind: the void record's kind.
        revocation: log index of the EnrolmentRevocation.
    """

    record: int
    kind: str
    revocation: int


def read_void(connection: Connection, roots: Collection[str], size: int) -> dict[int, Cause]:
    """Return every record that is void or rests on a void one, with one reason each.

    Args:
        connection: an open transaction.
        roots: did:keys of the root authorities.
        size: tree size; what was logged at it or later does not count, revocations included.

    Returns:
        By log index.
    """
    revocations = [one for one in governance.read_revocations(connection) if one.index < size]
    if not revocations:
        return {}
    grants = [one for one in repository.read_grants(connection) if one.index < size]
    reach = Reach(revocations, grants)
    authority = Authority(roots, StoredRegister(connection)).known_before(size)
    found: dict[int, Cause] = {}
    contents: dict[bytes, Cause] = {}
    for did, start in reach.starts.items():
        for signed, content in _signed(connection, did, start, size):
            if judge(authority, signed) == VOID:
                revocation = reach.revocation(did, signed.index)
                cause = Cause(signed.index, signed.kind, revocation)
                found[signed.index] = contents[content] = cause
    while contents:
        contents = _resting(connection, contents, found, size)
    return found


def read_pending(
    connection: Connection, void: Mapping[int, Cause], size: int
) -> list[tuple[Admission, Cause]]:
    """Return the void admissions that nobody has ended or replaced.

    One is ended by a withdrawal, a supersession, or a change of state to revoked or cancelled; and
    replaced by a later admission of the same submission. What is void itself does neither.

    Args:
        connection: an open transaction.
        void: of `read_void`.
        size: tree size.

    Returns:
        In log order.
    """
    if not void:
        return []
    admissions = governance.read_admissions(connection, before=size)
    fallen = [one for one in admissions if one.index in void]
    targets = {one.index for one in fallen} | {one.submission_index for one in fallen}
    ended = {
        event.target_index
        for event in governance.read_status_events(connection, size, targets)
        if event.action in ENDING and not _is_powerless(event, void)
    }
    replaced = {one.submission_index: one.index for one in admissions if one.index not in void}
    return [
        (one, void[one.index])
        for one in fallen
        if ended.isdisjoint((one.index, one.submission_index))
        and replaced.get(one.submission_index, -1) < one.index
    ]


def _is_powerless(event: StatusEvent, void: Mapping[int, Cause]) -> bool:
    """Tell whether an event ends nothing because it is void, or rests on what is.

    A change of status is about what fell and stands all the same, unless a thief signed it.
    """
    cause = void.get(event.index)
    return cause is not None and (cause.record == event.index or event.action not in _CHANGES)


def factor_of(connection: Connection, record: dict[str, Any]) -> dict[str, Any] | None:
    """Return what scopes ask of the factor or footprint that a record concerns in the end.

    Args:
        connection: an open transaction.
        record: the record; None is returned if it concerns neither.
    """
    register = StoredRegister(connection)
    try:
        return find_matter(register, find_target(register, record["type"][1], record))
    except (RefusedError, IndexError):
        return None


def _signed(
    connection: Connection, did: str, start: int, size: int
) -> Iterator[tuple[Signed, bytes]]:
    """Yield what a key signed at indexes from `start` to below `size`, with content digests."""
    columns = _RECORD.c
    query = select(columns.index, columns.kind, columns.time, columns.content).where(
        columns.issuer == did, columns.index >= start, columns.index < size
    )
    for index, kind, time, content in connection.execute(query.order_by(columns.index)):
        body = partial(_body, connection, index)
        factor = partial(factor_of, connection)
        yield Signed(index, kind, did, format_seconds(time), body, factor), content


def _body(connection: Connection, index: int) -> dict[str, Any] | None:
    stored = repository.find_record(connection, index)
    if stored is None:
        return None
    value: dict[str, Any] = orjson.loads(stored.body)
    return value


def _resting(
    connection: Connection, bases: dict[bytes, Cause], found: dict[int, Cause], size: int
) -> dict[bytes, Cause]:
    """Add what rests directly on some records to `found`, and return what was not there yet."""
    added: dict[bytes, Cause] = {}
    waiting = sorted(bases)
    for at in range(0, len(waiting), _CHUNK):
        query = (
            select(_LINK.c.target, _RECORD.c.index, _RECORD.c.content)
            .join(_RECORD, _RECORD.c.index == _LINK.c.source_index)
            .where(
                _LINK.c.target.in_(waiting[at : at + _CHUNK]),
                _LINK.c.rel.in_(sorted(CLOSED_RELS)),
                _LINK.c.source_index < size,
            )
            .order_by(_LINK.c.source_index)
        )
        for target, index, content in connection.execute(query):
            if index not in found:
                found[index] = added[content] = bases[target]
    return added
