"""What figures are recalled for: the admissions and statements in question, and what replaces them.

A base is an admission or a statement that was asked for, or an admission `about` or `basedOn` what
was asked for. Of what rests on it no figure can stay as it is if it is replaced or ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from suyuan_ledger.recall.report import admissions_of
from suyuan_ledger.recall.void import names_revocations
from suyuan_ledger.records.profile import format_digest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from suyuan_ledger.recall.events import Event
    from suyuan_ledger.recall.graph import Reached, Recall

REPLACED, ENDED, STANDS = "replaced", "ended", "stands"

ADMISSION, STATEMENT = "FactorAdmission", "FootprintStatement"
_DIRECT = frozenset({"about", "basedOn"})
_ACTIVATE, _SUSPEND = "activate", "suspend"


@dataclass(frozen=True, slots=True)
class Base:
    """An admission or a statement on which figures rest.

    Attributes:
        record: the record.
        state: `replaced`, `ended`, or `stands` if nothing that the log holds ends it.
        event: log index of what replaced or ended it, if that is a record.
        replacement: content digest of what takes its place, `sha256:...`.
    """

    record: Reached
    state: str
    event: int | None = None
    replacement: str | None = None


def bases_of(result: Recall, replacement: str | None = None) -> list[Base]:
    """Say what is recalled, by log index.

    Args:
        result: the recall; for revocations with what they make void.
        replacement: content digest of the admission that takes the place of all of them, whatever
            the log says.
    """
    void = names_revocations(result)
    records = admissions_of(result) if void else _asked(result)
    asked = {record.index for record in result.starts}
    return [
        Base(record, REPLACED, None, replacement)
        if replacement is not None
        else Base(record, ENDED, result.starts[0].index)
        if void
        else _base(record, result.events, asked)
        for record in records
    ]


def _asked(result: Recall) -> list[Reached]:
    """Return what was asked for and can be a base, and the admissions directly on it."""
    asked = {record.index for record in result.starts}
    direct = [
        record
        for record in result.reached
        if record.kind == ADMISSION and record.rel in _DIRECT and record.through in asked
    ]
    starts = [record for record in result.starts if record.kind in (ADMISSION, STATEMENT)]
    return sorted([*starts, *direct], key=lambda record: record.index)


def _base(record: Reached, events: Iterable[Event], asked: set[int]) -> Base:
    """Judge one record: by the event that was asked for, by what replaces it last, by its end."""
    content = format_digest(record.content)
    acting = [event for event in events if content in event.targets]
    chosen = next((event for event in acting if event.index in asked), None)
    if chosen is None:
        replacing = [event for event in acting if event.replacement is not None]
        chosen = replacing[-1] if replacing else _end(acting)
    if chosen is None or chosen.action == _ACTIVATE:
        return Base(record, STANDS)
    state = ENDED if chosen.replacement is None else REPLACED
    return Base(record, state, chosen.index, chosen.replacement)


def _end(events: Iterable[Event]) -> Event | None:
    """Return the event that ended a record: only a suspension can be lifted."""
    ended: Event | None = None
    for event in events:
        if ended is None or ended.action == _SUSPEND:
            ended = None if event.action == _ACTIVATE else event
    return ended
