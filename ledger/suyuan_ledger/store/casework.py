"""What a traceability check reads from the database: admitted factors, and work that waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import orjson
from sqlalchemy import exists, or_, select

from suyuan_ledger.records.profile import format_digest
from suyuan_ledger.store import governance_tables, tables
from suyuan_ledger.store.repository import StoredRecord
from suyuan_ledger.traceability.admitted import AdmittedFactor, AdmittedFactors, traits_of
from suyuan_ledger.workflow.statements import ENDING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Table
    from sqlalchemy.engine import Connection

_RECORD = cast("Table", tables.Record.__table__)  # type: ignore[attr-defined]
_LINK = cast("Table", tables.Link.__table__)  # type: ignore[attr-defined]
_CASE = cast("Table", governance_tables.FactorCase.__table__)  # type: ignore[attr-defined]
_ADMISSION = cast("Table", governance_tables.Admission.__table__)  # type: ignore[attr-defined]
_EVENT = cast("Table", governance_tables.StatusEvent.__table__)  # type: ignore[attr-defined]

# As in `repository`: SQLite before 3.32 takes 999 parameters in one statement.
_CHUNK = 400


def read_admitted(
    connection: Connection, before: int, *, series: str | None = None
) -> AdmittedFactors:
    """Return the factors that the first `before` records of the log leave admitted.

    Args:
        connection: an open transaction.
        before: a tree size, the check's `asOfTreeSize`.
        series: only this `seriesType`; set rules never compare across series.
    """
    admitting = _RECORD.alias("admitting")
    ended = exists().where(
        _EVENT.c.index < before,
        # What is not in force is no yardstick for others (docs/spec/traceability.md#set-rules).
        _EVENT.c.action.in_(ENDING),
        or_(
            _EVENT.c.target_index == _ADMISSION.c.index,
            _EVENT.c.target_index == _ADMISSION.c.submission_index,
        ),
    )
    query = (
        select(
            _ADMISSION.c.index,
            _ADMISSION.c.registry_number,
            _RECORD.c.content,
            admitting.c.content,
            _RECORD.c.body,
        )
        .join(_RECORD, _RECORD.c.index == _ADMISSION.c.submission_index)
        .join(admitting, admitting.c.index == _ADMISSION.c.index)
        .where(_ADMISSION.c.index < before, ~ended)
    )
    if series is not None:
        query = query.join(_CASE, _CASE.c.index == _ADMISSION.c.submission_index).where(
            _CASE.c.series == series
        )
    return AdmittedFactors(
        AdmittedFactor(
            index,
            registry_number,
            format_digest(content),
            format_digest(admission),
            traits_of(orjson.loads(body)),
        )
        for index, registry_number, content, admission, body in connection.execute(query)
    )


def read_unchecked(
    connection: Connection, checker: str, *, after: int = -1, before: int, limit: int
) -> list[StoredRecord]:
    """Return open submissions that a key has not checked, the oldest first, a page at a time.

    Args:
        connection: an open transaction.
        checker: did:key of the checker.
        after: index of the last submission of the page before.
        before: a tree size; what was submitted later waits for the next time.
        limit: most submissions of one page.
    """
    checking = _RECORD.alias("checking")
    done = exists().where(
        _LINK.c.target == _RECORD.c.content,
        _LINK.c.rel == "about",
        checking.c.index == _LINK.c.source_index,
        checking.c.kind == "TraceabilityCheck",
        checking.c.issuer == checker,
    )
    query = (
        select(_RECORD)
        .join(_CASE, _CASE.c.index == _RECORD.c.index)
        .where(_CASE.c.state == "open", _CASE.c.index > after, _CASE.c.index < before, ~done)
        .order_by(_CASE.c.index)
        .limit(limit)
    )
    return [StoredRecord(*row) for row in connection.execute(query)]


def read_assignments(
    connection: Connection, contents: Sequence[bytes], assignee: str
) -> dict[bytes, list[str]]:
    """Return the Assignments that ask a key to check some submissions.

    Args:
        connection: an open transaction.
        contents: content digests of the submissions.
        assignee: did:key.

    Returns:
        Content digests of the Assignments, `sha256:...`, in log order, by that of the submission.
    """
    found: dict[bytes, list[str]] = {}
    for start in range(0, len(contents), _CHUNK):
        query = (
            select(_LINK.c.target, _RECORD.c.content, _RECORD.c.body)
            .join(_RECORD, _RECORD.c.index == _LINK.c.source_index)
            .where(
                _LINK.c.target.in_(contents[start : start + _CHUNK]),
                _LINK.c.rel == "about",
                _RECORD.c.kind == "Assignment",
            )
            .order_by(_RECORD.c.index)
        )
        for target, content, body in connection.execute(query):
            subject = orjson.loads(body)["credentialSubject"]
            if (subject["assignee"], subject["task"]) == (assignee, "TraceabilityCheck"):
                found.setdefault(target, []).append(format_digest(content))
    return found
