"""Records that take another one's place or end it, as entries say (docs/spec/recall.md#figures)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ACTS_BY = {
    "FactorSupersession": "supersedes",
    "FactorErratum": "corrects",
    "FactorWithdrawal": "withdraws",
    "StatusChange": "about",
    "FootprintStatement": "supersedes",
}
"""Kinds that act on an admission or a statement, and the link to what they act on."""

EVENT_KINDS = ACTS_BY.keys() - {"FootprintStatement"}
"""Those that say nothing but what they do to another record."""

_REPLACING = frozenset({"FactorSupersession", "FactorErratum"})


@dataclass(frozen=True, slots=True)
class Event:
    """What one record does to others.

    Attributes:
        index: its log index.
        kind: its kind.
        targets: content digests, `sha256:...`, of the records that it acts on.
        replacement: content digest of the record that takes their place, if it names one.
        action: for a StatusChange, what it does.
    """

    index: int
    kind: str
    targets: tuple[str, ...]
    replacement: str | None = None
    action: str = ""


def event_of(value: dict[str, Any]) -> Event | None:
    """Read what an entry's record does to others; None if it does nothing of the kind.

    Args:
        value: the entry, as parsed, of a kind in `ACTS_BY`, its links looked at before.
    """
    kind, links = value["kind"], value.get("links", ())
    targets = tuple(link["contentDigest"] for link in links if link["rel"] == ACTS_BY[kind])
    if not targets:
        return None
    replacement = None
    if kind in _REPLACING:
        based_on = [link["contentDigest"] for link in links if link["rel"] == "basedOn"]
        replacement = based_on[0] if len(based_on) == 1 else None
    elif kind == "FootprintStatement":
        replacement = value["content"]
    effect = value.get("effect")
    action = effect.get("action", "") if isinstance(effect, dict) else ""
    return Event(value["index"], kind, targets, replacement, action)
