"""One inbox of what waits for a key: factors and footprints together, in log order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from suyuan_ledger.desk.inbox import Item, item_json, read_inbox
from suyuan_ledger.footprint_desk import worklist
from suyuan_ledger.footprint_desk.worklist import FootprintItem, read_worklist

if TYPE_CHECKING:
    from suyuan_ledger.desk.standing import Desk

Entry = Item | FootprintItem


@dataclass(frozen=True, slots=True)
class Both:
    """A page of both.

    Attributes:
        items: by the index of the record that they are about.
        next: give it as `after` for what follows; None at the end.
    """

    items: tuple[Entry, ...]
    next: int | None


def read_both(desk: Desk, did: str, *, after: int | None = None, limit: int = 50) -> Both:
    """Return what waits for a key.

    Args:
        desk: one reading of the log.
        did: the key.
        after: `next` of the page before.
        limit: most items of the page.
    """
    factors = read_inbox(desk, did, after=after, limit=limit)
    footprints = read_worklist(desk, did, after=after, limit=limit)
    items: list[Entry] = [*factors.items, *footprints.items]
    items.sort(key=lambda item: item.index)
    ends = [page.next for page in (factors, footprints) if page.next is not None]
    if len(items) > limit:
        # A record may wait for two things; both stand on one page.
        ends.append(items[limit - 1].index)
    end = min(ends, default=None)
    return Both(tuple(item for item in items if end is None or item.index <= end), end)


def entry_json(item: Entry) -> dict[str, Any]:
    """Describe an item for scripts."""
    return item_json(item) if isinstance(item, Item) else worklist.item_json(item)
