"""Entry bundles: the entries under one tile of level 0, as the log serves them.

    bundle = (u16 length, big-endian || entry) * 1 to 256

Source: C2SP tlog-tiles v0.1.0, section "Log Entries". The length prefix is what bounds an entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.log.tiles import TILE_WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_ENTRY_BYTES = 65_535
_PREFIX = 2


def format_entry_bundle(entries: Sequence[bytes]) -> bytes:
    """Write the bundle of up to 256 consecutive entries.

    Raises:
        RefusedError: `log.entry_bundle` for their number, `log.entry_size` for one's length.
    """
    if not 1 <= len(entries) <= TILE_WIDTH:
        raise RefusedError("log.entry_bundle", expected="1 to 256 entries", found=len(entries))
    parts: list[bytes] = []
    for place, entry in enumerate(entries):
        if len(entry) > MAX_ENTRY_BYTES:
            raise RefusedError(
                "log.entry_size",
                pointer=f"/{place}",
                expected=f"<= {MAX_ENTRY_BYTES} bytes",
                found=len(entry),
            )
        parts += (len(entry).to_bytes(_PREFIX, "big"), entry)
    return b"".join(parts)


def parse_entry_bundle(raw: bytes, width: int) -> list[bytes]:
    """Read a bundle of exactly `width` entries.

    Raises:
        RefusedError: `log.entry_bundle`, cut short or followed by more.
    """
    if not 1 <= width <= TILE_WIDTH:
        raise RefusedError("log.entry_bundle", expected="1 to 256 entries", found=width)
    entries: list[bytes] = []
    at = 0
    for place in range(width):
        start = at + _PREFIX
        at = start + int.from_bytes(raw[at:start], "big")
        if at > len(raw):
            raise RefusedError(
                "log.entry_bundle", pointer=f"/{place}", expected=f"{at} bytes", found=len(raw)
            )
        entries.append(raw[start:at])
    if at != len(raw):
        raise RefusedError("log.entry_bundle", expected=f"{at} bytes", found=len(raw))
    return entries
