"""Reads and writes of the tables that follow from governance records.

Like `repository`, everything here works on a connection that the caller opened, so that what
follows from a batch is written in its transaction. Reads come in log order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import orjson
from sqlalchemy import String, bindparam, case, select, update

from suyuan_ledger.store import footprints, governance_tables, repository, tables
from suyuan_ledger.workflow.statements import (
    Admission,
    Case,
    Revocation,
    StatusEvent,
    StoredRuleSet,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy import Select, Table
    from sqlalchemy.engine import Connection

    from suyuan_ledger.workflow.statements import Move, Rows

_RECORD = cast("Table", tables.Record.__table__)  # type: ignore[attr-defined]
_REVOCATION = cast("Table", governance_tables.Revocation.__table__)  # type: ignore[attr-defined]
_RULE_SET = cast("Table", governance_tables.RuleSet.__table__)  # type: ignore[attr-defined]
_CASE = cast("Table", governance_tables.FactorCase.__table__)  # type: ignore[attr-defined]
_ADMISSION = cast("Table", governance_tables.Admission.__table__)  # type: ignore[attr-defined]
_EVENT = cast("Table", governance_tables.StatusEvent.__table__)  # type: ignore[attr-defined]

# As in `repository`: SQLite before 3.32 takes 999 parameters in one statement.
_CHUNK = 400


def insert_governance(connection: Connection, rows: Rows) -> None:
    """Write what follows from the records of a batch; the records are there already."""
    repository.insert_rows(connection, _CASE, rows.cases)
    if rows.grants:
        repository.insert_grants(connection, rows.grants)
    repository.insert_rows(
        connection,
        _REVOCATION,
        [
            (
                item.index,
                item.enrolment_index,
                item.subject_did,
                item.issuer_did,
                item.reason,
                item.from_index,
            )
            for item in rows.revocations
        ],
    )
    repository.insert_rows(
        connection,
        _RULE_SET,
        [
            (item.index, item.content, item.subject["ruleSetId"], item.subject["version"])
            for item in rows.rule_sets
        ],
    )
    repository.insert_rows(
        connection,
        _ADMISSION,
        [
            (item.index, item.submission_index, item.registry_number, item.effective_from)
            for item in rows.admissions
        ],
    )
    repository.insert_rows(
        connection,
        _EVENT,
        [
            (
                item.index,
                item.target_index,
                item.action,
                item.impact,
                item.effective_from,
                item.from_index,
            )
            for item in rows.events
        ],
    )
    _move_cases(connection, rows.moves)
    footprints.insert_footprints(connection, rows)


def _move_cases(connection: Connection, moves: Sequence[Move]) -> None:
    """Bring cases to at least the states of some moves, in whatever order these come."""
    if not moves:
        return
    rank = {state: place for place, state in enumerate(governance_tables.CASE_STATES)}
    reached = bindparam("reached", type_=String())
    columns = _CASE.c
    connection.execute(
        update(_CASE)
        .where(columns.index == bindparam("case_index"))
        .values(
            state=case(
                (case(rank, value=columns.state) < case(rank, value=reached), reached),
                else_=columns.state,
            ),
            updated_index=bindparam("moved"),
        ),
        [
            {"case_index": move.case_index, "reached": move.state, "moved": move.index}
            for move in moves
        ],
    )


def read_rule_sets(connection: Connection) -> list[StoredRuleSet]:
    """Return every RuleSet of the log."""
    return [_rule_set(*row) for row in connection.execute(_rule_sets().order_by(_RULE_SET.c.index))]


def rule_set_in_force(connection: Connection, index: int) -> StoredRuleSet | None:
    """Return the rule set that a record at `index` stands under: the newest one before it."""
    row = connection.execute(
        _rule_sets().where(_RULE_SET.c.index < index).order_by(_RULE_SET.c.index.desc()).limit(1)
    ).one_or_none()
    return None if row is None else _rule_set(*row)


def read_revocations(
    connection: Connection, dids: Collection[str] | None = None
) -> list[Revocation]:
    """Return what was revoked of some keys, or of all."""
    query = select(_REVOCATION).order_by(_REVOCATION.c.index, _REVOCATION.c.enrolment_index)
    if dids is None:
        return [Revocation(*row) for row in connection.execute(query)]
    found: list[Revocation] = []
    for wanted in _chunks(sorted(dids)):
        rows = connection.execute(query.where(_REVOCATION.c.subject_did.in_(wanted)))
        found += [Revocation(*row) for row in rows]
    return sorted(found, key=lambda item: (item.index, item.enrolment_index))


def read_cases(
    connection: Connection,
    state: str,
    after: int | None = None,
    *,
    limit: int = 100,
    series: str | None = None,
    geography: str | None = None,
) -> list[Case]:
    """Return submissions in one state of the workflow, the oldest first, a page at a time.

    Args:
        connection: an open transaction.
        state: `open`, `returned` or `admitted`.
        after: index of the last case of the page before.
        limit: most cases of one page.
        series: only this `seriesType`.
        geography: only this geography code.
    """
    columns = _CASE.c
    query = select(_CASE).where(columns.state == state).order_by(columns.index).limit(limit)
    if after is not None:
        query = query.where(columns.index > after)
    if series is not None:
        query = query.where(columns.series == series)
    if geography is not None:
        query = query.where(columns.geography_code == geography)
    return [Case(*row) for row in connection.execute(query)]


def read_case(connection: Connection, index: int) -> Case | None:
    """Return the case of the submission at an index."""
    row = connection.execute(select(_CASE).where(_CASE.c.index == index)).one_or_none()
    return None if row is None else Case(*row)


def read_admissions(
    connection: Connection,
    submissions: Collection[int] | None = None,
    *,
    before: int | None = None,
) -> list[Admission]:
    """Return the admissions of some submissions (by index), or all, logged before an index."""
    query = select(_ADMISSION).order_by(_ADMISSION.c.index)
    if before is not None:
        query = query.where(_ADMISSION.c.index < before)
    if submissions is None:
        return [Admission(*row) for row in connection.execute(query)]
    found: list[Admission] = []
    for wanted in _chunks(sorted(submissions)):
        rows = connection.execute(query.where(_ADMISSION.c.submission_index.in_(wanted)))
        found += [Admission(*row) for row in rows]
    return sorted(found, key=lambda item: item.index)


def find_registry_number(connection: Connection, registry_number: str) -> Admission | None:
    """Return the admission that has this registry number."""
    row = connection.execute(
        select(_ADMISSION).where(_ADMISSION.c.registry_number == registry_number)
    ).one_or_none()
    return None if row is None else Admission(*row)


def read_status_events(
    connection: Connection, before: int, targets: Collection[int] | None = None
) -> list[StatusEvent]:
    """Return the status events logged before an index, of some targets (by index) or of all."""
    columns = _EVENT.c
    query = (
        select(_EVENT).where(columns.index < before).order_by(columns.index, columns.target_index)
    )
    if targets is None:
        return [StatusEvent(*row) for row in connection.execute(query)]
    found: list[StatusEvent] = []
    for wanted in _chunks(sorted(targets)):
        rows = connection.execute(query.where(columns.target_index.in_(wanted)))
        found += [StatusEvent(*row) for row in rows]
    return sorted(found, key=lambda item: (item.index, item.target_index))


def _rule_sets() -> Select[Any]:
    return select(_RULE_SET.c.index, _RULE_SET.c.content, _RECORD.c.body).join(
        _RECORD, _RECORD.c.index == _RULE_SET.c.index
    )


def _rule_set(index: int, content: bytes, body: bytes) -> StoredRuleSet:
    return StoredRuleSet(index, content, orjson.loads(body)["credentialSubject"])


def _chunks(items: Sequence[int] | Sequence[str]) -> Iterable[Sequence[int] | Sequence[str]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
