"""Submissions that somebody has to act on, with the records about them, a chunk at a time.

Read from the tables of cases and links, never by going through the log.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select

from suyuan_ledger.log.clock import format_seconds
from suyuan_ledger.status.void import read_pending, read_void
from suyuan_ledger.store import governance_tables, tables
from suyuan_ledger.workflow.statements import Logged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Table

    from suyuan_ledger.desk.standing import Desk

_RECORD = cast("Table", tables.Record.__table__)  # type: ignore[attr-defined]
_LINK = cast("Table", tables.Link.__table__)  # type: ignore[attr-defined]
_CASE = cast("Table", governance_tables.FactorCase.__table__)  # type: ignore[attr-defined]

CHUNK = 200


_LOGGED = (
    _RECORD.c.index,
    _RECORD.c.kind,
    _RECORD.c.issuer,
    _RECORD.c.content,
    _RECORD.c.time,
    _RECORD.c.body,
)


def _logged(row: Sequence[Any]) -> Logged:
    index, kind, issuer, content, time, body = row
    return Logged(index, kind, issuer, content, format_seconds(time), body)


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A submission with the records about it, in log order.

    Attributes:
        replaced: a newer version, which says so, is logged.
    """

    submission: Logged
    registered_id: str
    state: str
    about: tuple[Logged, ...]
    replaced: bool = False

    def of(self, kind: str) -> list[Logged]:
        """Return the records about it that are of one kind."""
        return [record for record in self.about if record.kind == kind]


def read_fallen(desk: Desk) -> set[int]:
    """Return the submissions whose admission a revocation made void, and nobody has ended yet."""
    size = desk.moment.index
    void = read_void(desk.connection, desk.authority.roots, size)
    return {one.submission_index for one, _ in read_pending(desk.connection, void, size)}


def read_cases(desk: Desk, after: int | None, fallen: Sequence[int] = ()) -> Iterator[OpenCase]:
    """Yield the open and returned cases behind an index, in log order, a chunk at a time.

    Args:
        desk: one reading of the log.
        after: the index.
        fallen: admitted cases that are to be yielded, too, ascending.
    """
    while chunk := _chunk(desk, after, fallen):
        yield from chunk
        after = chunk[-1].submission.index


def _chunk(desk: Desk, after: int | None, fallen: Sequence[int]) -> list[OpenCase]:
    columns = (_CASE.c.registered_id, _CASE.c.state, *_LOGGED)
    found: list[tuple[str, str, Logged]] = []
    # One state at a time: only then the index gives them in order.
    behind = -1 if after is None else after
    chosen = [
        (_CASE.c.state == "open", _CASE.c.index > behind),
        (_CASE.c.state == "returned", _CASE.c.index > behind),
    ]
    if fallen:
        at = bisect_right(fallen, behind)
        chosen.append((_CASE.c.state == "admitted", _CASE.c.index.in_(fallen[at : at + CHUNK])))
    for conditions in chosen:
        query = (
            select(*columns)
            .join(_RECORD, _RECORD.c.index == _CASE.c.index)
            .where(*conditions)
            .order_by(_CASE.c.index)
            .limit(CHUNK)
        )
        found += [(row[0], row[1], _logged(row[2:])) for row in desk.connection.execute(query)]
    found = sorted(found, key=lambda item: item[2].index)[:CHUNK]
    contents = [submission.content for _, _, submission in found]
    about = _linking(desk, contents, "about")
    newer = _linking(desk, contents, "supersedes")
    return [
        OpenCase(
            submission,
            registered_id,
            state,
            tuple(about[submission.content]),
            _is_replaced(desk, submission, registered_id, newer.get(submission.content, ())),
        )
        for registered_id, state, submission in found
    ]


def _is_replaced(
    desk: Desk, submission: Logged, registered_id: str, newer: Iterable[Logged]
) -> bool:
    """Tell whether the same organisation has logged a version of the factor that supersedes it.

    One in the hands of a key of another organisation replaces nothing.
    """
    return any(
        record.kind == "FactorSubmission"
        and record.subject["factorCode"] == submission.subject["factorCode"]
        and any(
            grant.registered_id == registered_id for grant in desk.register.grants(record.issuer)
        )
        and not desk.void(record.issuer, record.index)
        for record in newer
    )


def _linking(desk: Desk, contents: Sequence[bytes], rel: str) -> dict[bytes, list[Logged]]:
    """Return the records that link to some submissions by one relation, in log order."""
    query = (
        select(_LINK.c.target, *_LOGGED)
        .join(_RECORD, _RECORD.c.index == _LINK.c.source_index)
        .where(_LINK.c.target.in_(contents), _LINK.c.rel == rel)
        .order_by(_LINK.c.source_index)
    )
    found: dict[bytes, list[Logged]] = defaultdict(list)
    for row in desk.connection.execute(query):
        found[row[0]].append(_logged(row[1:]))
    return found
