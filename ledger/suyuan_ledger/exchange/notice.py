"""The sentence that every view carries: what it was projected from, and what that is worth.

Source: docs/spec/views.md#terms (NOTICE).
"""

from __future__ import annotations

from suyuan_ledger.exchange.dossier import STATEMENT, Dossier, Held
from suyuan_ledger.exchange.line_items import SEALED, open_items

ILLUSTRATIVE = "illustrative"


def is_illustrative(record: Held) -> bool:
    """Say whether a record rests on illustrative data."""
    return bool(record.subject["dataStatus"] == ILLUSTRATIVE)


def notice(dossier: Dossier, record: Held) -> str:
    """Write the notice of a record with a data status."""
    parts = [
        f"Projected from {record.kind} {record.digest}.",
        f"Data status: {record.subject['dataStatus']}.",
    ]
    if is_illustrative(record):
        parts.append("Illustrative data, not data of a real product.")
    if record.kind == STATEMENT:
        items = open_items(dossier, record)
        sealed = sum(item.figures == SEALED for item in items)
        if sealed:
            parts.append(f"Figures of {sealed} of {len(items)} line items are not disclosed.")
    parts.append("The signed record governs.")
    return " ".join(parts)
