"""Status events: what a log entry says about the standing of another record.

Everything that the status of a record depends on is public: the kind, the links and the `effect`
of entries, and their order. So the events read here from an entry are the same that the ledger
keeps in its table, and that anybody reads from a mirror.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from suyuan_ledger.workflow.statements import StatusEvent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from suyuan_ledger.log.entry import Entry

EVENT_RELS = {
    "FactorSupersession": "supersedes",
    "FactorWithdrawal": "withdraws",
    "FactorErratum": "corrects",
    "StatusChange": "about",
    "EnrolmentRevocation": "about",
}
"""Kinds that are status events, and the link to what they act on."""


def events_of(entry: Entry, places: Mapping[bytes, int]) -> list[StatusEvent]:
    """Read the status events of one entry.

    Args:
        entry: an entry of the log.
        places: log index of every record that was logged before it, by content digest.

    Returns:
        One event for each target that is logged; none for an entry of another kind.
    """
    rel = EVENT_RELS.get(entry.kind)
    if rel is None:
        return []
    effect = entry.effect
    return [
        StatusEvent(
            entry.index,
            places[target],
            effect.get("action", ""),
            effect.get("impact"),
            effect.get("effectiveFrom"),
            effect.get("fromIndex"),
        )
        for name, target in entry.links
        if name == rel and target in places
    ]
