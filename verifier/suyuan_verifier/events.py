"""Status events: what a later record does to an earlier one (docs/spec/status.md#events).

An event acts at a place and a time: from its own log index on, and not before the time it names.
Its effect on a bit of a status list and its consequence for a verdict are two things: a withdrawn
factor has its bit set in any case, what follows for whoever used it says the event's impact.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from suyuan_verifier.enrolments import Logged

REVOCATION, SUSPENSION, REFRESH = "revocation", "suspension", "refresh"
PURPOSES = (REFRESH, REVOCATION, SUSPENSION)

_RELS = {
    "FactorSupersession": "supersedes",
    "FactorWithdrawal": "withdraws",
    "FactorErratum": "corrects",
    "StatusChange": "about",
    "EnrolmentRevocation": "about",
}
EVENT_KINDS = frozenset(_RELS)
_FINAL = frozenset({"revoked", "cancelled"})


@dataclass(frozen=True, slots=True)
class Event:
    """One effect of one record on one other.

    Attributes:
        item: the record that says so, entitled to it.
        target: content digest of the record it acts on.
        effective_from: time, or None where the log index alone decides.
        impact: `recall`, `noNewUse` or `informOnly`, None for kinds that have none.
    """

    item: Logged
    target: str
    effective_from: str | None
    impact: str | None

    def acts(self, index: float, time: str) -> bool:
        """Tell whether the event acts on what is at this log index, at this time."""
        return self.item.position.index < index and (
            self.effective_from is None or self.effective_from <= time
        )


def read_events(entitled: Iterable[Logged]) -> dict[str, list[Event]]:
    """Return the events among records, by the digest of what they act on, in log order.

    Args:
        entitled: records whose signer was entitled to sign them; nobody else's word has an effect.
    """
    events: dict[str, list[Event]] = {}
    for item in sorted(entitled, key=lambda each: each.position.index):
        rel = _RELS.get(item.record.kind)
        if rel is None:
            continue
        subject = item.record.subject
        for name, target in item.record.links:
            if name == rel:
                event = Event(item, target, subject.get("effectiveFrom"), subject.get("impact"))
                events.setdefault(target, []).append(event)
    return events


def bits_of(events: Iterable[Event], index: float, time: str) -> dict[str, Event]:
    """Say which bits of a record are set, and by which event.

    Args:
        events: those of the record, in log order.
        index: only events logged before this index count.
        time: only events in effect by this time count.
    """
    bits: dict[str, Event] = {}
    ended = False
    for event in events:
        if not event.acts(index, time):
            continue
        kind = event.item.record.kind
        if kind in {"FactorWithdrawal", "EnrolmentRevocation"}:
            bits[REVOCATION] = event
        elif kind in {"FactorSupersession", "FactorErratum"}:
            bits[REFRESH] = event
        elif not ended:
            state = event.item.record.subject["to"]
            ended = state in _FINAL
            bits.pop(SUSPENSION, None)
            if ended:
                bits[REVOCATION] = event
            elif state == "suspended":
                bits[SUSPENSION] = event
    return bits


def find_end(events: Iterable[Event], index: int, time: str) -> Event | None:
    """Return what had ended or suspended a record at a place and a time, None if nothing had."""
    bits = bits_of(events, index, time)
    return bits.get(REVOCATION) or bits.get(SUSPENSION)


def is_over(item: Logged, time: str) -> bool:
    """Tell whether a record's own validity had ended at a time.

    One that has not begun yet may be relied on: whoever prepares a label does so ahead.
    """
    until: str | None = item.record.value.get("validUntil")
    return until is not None and until < time
