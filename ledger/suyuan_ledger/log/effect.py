"""What the log entry of a status record makes public: its effect, copied from the body.

    EnrolmentRevocation   {"action": "revoke", "fromIndex"}
    StatusChange          {"action": "activate" | "suspend" | "revoke" | "cancel", "effectiveFrom"}
    FactorSupersession    {"action": "supersede", "impact", "effectiveFrom"}
    FactorWithdrawal      {"action": "withdraw", "impact", "effectiveFrom"}
    FactorErratum         {"action": "correct", "impact", "effectiveFrom"}

Entries of every other kind have none (docs/spec/log.md#entry).
"""

from __future__ import annotations

from typing import Any

_CHANGES = {
    "active": "activate",
    "suspended": "suspend",
    "revoked": "revoke",
    "cancelled": "cancel",
}
_IMPACTS = {
    "FactorSupersession": "supersede",
    "FactorWithdrawal": "withdraw",
    "FactorErratum": "correct",
}


def effect_of(kind: str, subject: dict[str, Any]) -> dict[str, Any] | None:
    """Return the `effect` of a record's entry, None for kinds without one.

    Args:
        kind: the record's kind.
        subject: its `credentialSubject`, its shape checked.
    """
    if kind == "EnrolmentRevocation":
        return {"action": "revoke", "fromIndex": subject["fromIndex"]}
    if kind == "StatusChange":
        return {"action": _CHANGES[subject["to"]], "effectiveFrom": subject["effectiveFrom"]}
    if kind in _IMPACTS:
        return {
            "action": _IMPACTS[kind],
            "impact": subject["impact"],
            "effectiveFrom": subject["effectiveFrom"],
        }
    return None
