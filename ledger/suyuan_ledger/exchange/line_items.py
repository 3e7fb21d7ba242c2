"""Line items as a view shows them: sealed figures stay sealed unless the bundle discloses them.

Source: docs/spec/views.md#terms (FIGURES).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from suyuan_ledger.exchange.dossier import Dossier, Held
from suyuan_ledger.footprint.sealing import disclosure_digest, read_disclosure

STATED, DISCLOSED, SEALED = "stated", "disclosed", "sealed"


@dataclass(frozen=True, slots=True)
class Item:
    """A line item and how its figures are known.

    Attributes:
        value: the item without `_sd`, with quantity and emission where they are known.
        figures: `stated`, `disclosed` or `sealed`.
    """

    value: dict[str, Any]
    figures: str


def open_items(dossier: Dossier, statement: Held) -> list[Item]:
    """Return the line items of a statement, in its order.

    Raises:
        RefusedError: `disclosure.shape`.
    """
    known = {disclosure_digest(text): text for text in dossier.disclosures}
    items = []
    for item in statement.subject["lineItems"]:
        value = {name: member for name, member in item.items() if name != "_sd"}
        if "_sd" not in item:
            items.append(Item(value, STATED))
        elif item["_sd"][0] in known:
            items.append(Item(value | read_disclosure(known[item["_sd"][0]]), DISCLOSED))
        else:
            items.append(Item(value, SEALED))
    return items
