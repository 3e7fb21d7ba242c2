"""Log entries, rebuilt from records (docs/spec/log.md#entry).

The public log holds one entry per record and never the body. A bundle carries only the entry's
index and time; everything else is recomputed here, so an entry cannot say anything that its record
does not say.
"""

from __future__ import annotations

from typing import Any

from suyuan_verifier.canonical import canonical, format_digest
from suyuan_verifier.record import Record

ENTRY_TYPE = "suyuan/entry@v1"
MAX_ENTRY_BYTES = 65_535
"""C2SP tlog-tiles: an entry's length is a 16-bit prefix in its bundle."""

# Status kinds whose body names an impact, and what their entry says they do.
_IMPACT_ACTIONS = {
    "FactorSupersession": "supersede",
    "FactorWithdrawal": "withdraw",
    "FactorErratum": "correct",
}
_CHANGE_ACTIONS = {
    "active": "activate",
    "suspended": "suspend",
    "revoked": "revoke",
    "cancelled": "cancel",
}


def effect_of(record: Record) -> dict[str, Any] | None:
    """Return the public part of a status event, None for every other kind.

    The status of every record can so be derived from entries alone, while bodies stay with their
    owners (docs/spec/log.md#entry).
    """
    kind, subject = record.kind, record.subject
    if kind in _IMPACT_ACTIONS:
        return {
            "action": _IMPACT_ACTIONS[kind],
            "impact": subject["impact"],
            "effectiveFrom": subject["effectiveFrom"],
        }
    if kind == "StatusChange":
        return {
            "action": _CHANGE_ACTIONS[subject["to"]],
            "effectiveFrom": subject["effectiveFrom"],
        }
    if kind == "EnrolmentRevocation":
        return {"action": "revoke", "fromIndex": subject["fromIndex"]}
    return None


def entry_bytes(record: Record, index: int, time: str) -> bytes:
    """Return the canonical entry of `record` at `index`.

    Args:
        record: a record whose profile holds.
        index: its position in the log; binds the leaf to that position.
        time: the log's claim of when it integrated the record, `YYYY-MM-DDThh:mm:ssZ`.
    """
    entry: dict[str, object] = {
        "type": ENTRY_TYPE,
        "index": index,
        "kind": record.kind,
        "id": record.id,
        "content": format_digest(record.content_digest),
        "envelope": format_digest(record.envelope_digest),
        "issuer": record.issuer,
        "time": time,
    }
    if record.links:
        entry["links"] = record.value["links"]
    effect = effect_of(record)
    if effect is not None:
        entry["effect"] = effect
    return canonical(entry)
