"""What the log's status events say about every record, at a tree size and a time.

An event counts in a list of size N and time T if its index is below N and its `effectiveFrom` is
not after T. Events that count act in the order of the log (docs/spec/status.md#derivation):

- `revocation`: FactorWithdrawal; StatusChange to revoked or cancelled; EnrolmentRevocation, on
  every Enrolment that it ends;
- `suspension`: StatusChange to suspended, until one to another state;
- `refresh`: FactorSupersession, FactorErratum.

A StatusChange to revoked or cancelled is final: later changes of the same record do nothing. The
list is a function of the log, and whoever signed an event is not asked here: events of those who
may not are refused at the door, and found by `suyuan audit`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from suyuan_ledger.status.encode import SEGMENT_BITS, pack_bits

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from suyuan_ledger.workflow.statements import StatusEvent

Segments = dict[tuple[str, int], bytes]
"""Segments that have a bit set, 16,384 bytes each, by (purpose, number), ascending."""

REFRESH, REVOCATION, SUSPENSION = "refresh", "revocation", "suspension"

_PURPOSES = {
    "supersede": REFRESH,
    "correct": REFRESH,
    "withdraw": REVOCATION,
    "revoke": REVOCATION,
    "cancel": REVOCATION,
    "suspend": SUSPENSION,
}
_FINAL = frozenset({"revoke", "cancel"})
_CHANGES = frozenset({"activate", "suspend", "revoke", "cancel"})


def derive(connection: Connection, as_of: int, time: str) -> Segments:
    """Derive the status list of a log from its database.

    Args:
        connection: an open transaction.
        as_of: tree size N; records and events with a smaller index count.
        time: T, `YYYY-MM-DDThh:mm:ssZ`.
    """
    # The database layer takes a second to import, and the pure half is used without it.
    from suyuan_ledger.store.governance import read_status_events  # noqa: PLC0415

    return derive_segments(read_status_events(connection, as_of), as_of, time)


def derive_segments(events: Iterable[StatusEvent], as_of: int, time: str) -> Segments:
    """Derive the status list of a history of events.

    Args:
        events: in any order.
        as_of: tree size N.
        time: T.
    """
    places: dict[tuple[str, int], list[int]] = {}
    for purpose, index in derive_marks(events, as_of, time):
        places.setdefault((purpose, index // SEGMENT_BITS), []).append(index % SEGMENT_BITS)
    return {key: pack_bits(bits) for key, bits in sorted(places.items())}


def derive_marks(events: Iterable[StatusEvent], as_of: int, time: str) -> set[tuple[str, int]]:
    """Return the (purpose, log index) pairs whose bit is set; arguments as `derive_segments`."""
    marks: set[tuple[str, int]] = set()
    final: set[int] = set()
    for event in sorted(acting(events, as_of, time), key=lambda event: event.index):
        target = event.target_index
        if event.action in _CHANGES:
            if target in final:
                continue
            marks.discard((SUSPENSION, target))
            if event.action in _FINAL:
                final.add(target)
        purpose = _PURPOSES.get(event.action)
        if purpose:
            marks.add((purpose, target))
    return marks


def acting(events: Iterable[StatusEvent], as_of: int, time: str) -> list[StatusEvent]:
    """Return the events that count at a tree size and a time, in the order given."""
    return [
        event
        for event in events
        # Times of one fixed form sort as text.
        if event.index < as_of and (event.effective_from is None or event.effective_from <= time)
    ]
