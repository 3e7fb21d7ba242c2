"""Tiles: how a log's tree is cut into immutable pieces, and what the pieces are called.

A tile of level L and index N holds up to 256 consecutive hashes of tree height 8 L, beginning with
node 256 N of that height, 32 bytes each. Only hashes of complete subtrees are stored, so a full
tile (8,192 bytes) never changes and a partial one only grows at its end:

    size 70000:  273 full tiles and one of width 112 at level 0,
                 1 full tile and one of width 17 at level 1, one of width 1 at level 2

Paths follow the index in groups of three digits, all but the last marked with `x`:

    tile/0/x001/x234/067        full tile 1234067 of level 0
    tile/1/000.p/17             the first 17 hashes of tile 0 of level 1
    tile/entries/x001/x234/067  the 256 entries under the first one

Source: C2SP tlog-tiles v0.1.0, sections "Merkle Tree" and "Log Entries".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from struct import Struct
from typing import TYPE_CHECKING, Protocol

from suyuan_ledger.errors import RefusedError, StorageError
from suyuan_ledger.log.hashing import HASH_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterator

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
MAX_LEVEL = 63
MAX_SIZE = (1 << 63) - 1

# Six groups are the most that a 63-bit index can need; more cannot name an existing tile.
_MAX_INDEX = 10**18 - 1
_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)"
    r"/(?P<index>(?:x[0-9]{3}/){0,5}[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)


class TileReader(Protocol):
    """Where tiles come from: the store, a folder, a mirror."""

    def tile(self, level: int, index: int, width: int) -> bytes:
        """Return at least the first `width` hashes of a tile; the full tile will do."""
        ...


@dataclass(frozen=True, slots=True)
class TilePath:
    """What a path names.

    Attributes:
        level: 0 to 63, or None for a bundle of entries.
        index: position of the tile within its level.
        width: number of hashes or entries, 1 to 256; 256 is a full tile.
    """

    level: int | None
    index: int
    width: int = TILE_WIDTH


@dataclass(slots=True)
class MemoryTiles:
    """Tiles kept in a dictionary; what `fsck`, benchmarks and the tests read from.

    Attributes:
        tiles: content by (level, index), the longest version known of each.
    """

    tiles: dict[tuple[int, int], bytes] = field(default_factory=dict)

    def tile(self, level: int, index: int, width: int) -> bytes:
        """Return the stored tile, which may be wider than asked.

        Raises:
            StorageError: `log.tile`, the tile is absent.
        """
        try:
            return self.tiles[level, index]
        except KeyError:
            path = tile_path(level, index, width)
            raise StorageError("log.tile", pointer=path, expected="a tile", found="none") from None


def tile_path(level: int, index: int, width: int = TILE_WIDTH) -> str:
    """Name a tile of hashes.

    Raises:
        RefusedError: `log.tile_path`, a number is out of range.
    """
    if not 0 <= level <= MAX_LEVEL:
        raise RefusedError("log.tile_path", pointer="/level", expected="0 to 63", found=level)
    return f"tile/{level}/{index_path(index, width)}"


def entries_path(index: int, width: int = TILE_WIDTH) -> str:
    """Name a bundle of entries; bundle N holds the entries under tile N of level 0.

    Raises:
        RefusedError: `log.tile_path`, a number is out of range.
    """
    return f"tile/entries/{index_path(index, width)}"


def index_path(index: int, width: int = TILE_WIDTH) -> str:
    """Format the last part of a path: the index in groups, and the width of a partial tile.

    Raises:
        RefusedError: `log.tile_path`, a number is out of range.
    """
    if not 0 <= index <= _MAX_INDEX:
        raise RefusedError("log.tile_path", pointer="/index", expected="0 to 10^18-1", found=index)
    if not 1 <= width <= TILE_WIDTH:
        raise RefusedError("log.tile_path", pointer="/width", expected="1 to 256", found=width)
    index, last = divmod(index, 1000)
    text = f"{last:03d}"
    while index:
        index, group = divmod(index, 1000)
        text = f"x{group:03d}/{text}"
    return text if width == TILE_WIDTH else f"{text}.p/{width}"


def parse_tile_path(path: str) -> TilePath:
    """Read a path back; every other spelling of the same tile is refused.

    Raises:
        RefusedError: `log.tile_path`.
    """
    match = _PATH.fullmatch(path)
    if match:
        level = None if match["level"] == "entries" else int(match["level"])
        index = int(match["index"].replace("x", "").replace("/", ""))
        width = TILE_WIDTH if match["width"] is None else int(match["width"])
        if (level is None or level <= MAX_LEVEL) and width <= TILE_WIDTH:
            name = index_path(index, width)
            # Formatting again refuses leading groups of zeros and a full tile named as partial.
            if path == f"tile/{match['level']}/{name}":
                return TilePath(level, index, width)
    raise RefusedError("log.tile_path", expected="tile/<L>/<N>[.p/<W>]", found=ascii(path))


def tile_span(size: int, level: int) -> tuple[int, int]:
    """Say how a tree of `size` leaves is cut at one level.

    Returns:
        The number of full tiles, and the width of the partial tile after them (0 for none).
    """
    return divmod(size >> (TILE_HEIGHT * level), TILE_WIDTH)


def tile_paths(size: int) -> Iterator[TilePath]:
    """List every hash tile of a tree, level by level, each level ending in its partial tile."""
    level = 0
    while size >> (TILE_HEIGHT * level):
        full, partial = tile_span(size, level)
        for index in range(full):
            yield TilePath(level, index)
        if partial:
            yield TilePath(level, full, partial)
        level += 1


def entry_bundle_paths(size: int) -> Iterator[TilePath]:
    """List every entry bundle of a log of `size` entries, the partial one last."""
    full, partial = tile_span(size, 0)
    for index in range(full):
        yield TilePath(None, index)
    if partial:
        yield TilePath(None, full, partial)


def split_tile(tile: bytes) -> list[bytes]:
    """Cut a tile into its hashes.

    Raises:
        StorageError: `log.tile`, the last hash is incomplete.
    """
    count, rest = divmod(len(tile), HASH_SIZE)
    if rest:
        raise StorageError("log.tile", expected=f"hashes of {HASH_SIZE} bytes", found=len(tile))
    return list(_layout(count).unpack(tile))


@cache
def _layout(count: int) -> Struct:
    """Describe that many hashes; unpacking them at once is five times as fast as slicing."""
    return Struct(f"{HASH_SIZE}s" * count)


def read_tile(reader: TileReader, level: int, index: int, width: int) -> bytes:
    """Read a tile and hold it to the width that the tree's size asks for.

    Raises:
        StorageError: `log.tile`, the tile is absent or too short.
    """
    tile = reader.tile(level, index, width)
    if len(tile) < width * HASH_SIZE:
        raise StorageError(
            "log.tile",
            pointer=tile_path(level, index, width),
            expected=f"at least {width * HASH_SIZE} bytes",
            found=len(tile),
        )
    return tile[: width * HASH_SIZE]


def check_size(size: int) -> None:
    """Hold a tree's size to 63 bits.

    Raises:
        RefusedError: `merkle.size`.
    """
    if not 0 <= size <= MAX_SIZE:
        raise RefusedError("merkle.size", expected="0 to 2^63-1", found=size)
