"""The Merkle tree over stored tiles: growing it, its root, and every proof about it.

Nothing here keeps a tree in memory. A proof reads the few tiles on its path. Growth carries an
`Edge`, the right edge of the tree: one unfinished tile per level (at most 8 KiB each) and the
peaks, the roots of the complete subtrees that the size's binary digits spell. Appending k leaves
to s costs exactly k + popcount(s) - 1 node hashes, the new root included; the leaves that are
there already are never hashed again.

    growth = Edge.empty().append(leaf_hashes)
    store(growth.tiles)                          # only tiles that are new or have grown
    growth.edge.root()
    prove_inclusion(index, growth.edge.size, reader)

Many proofs about one size are cheaper from one `TreeProver`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from suyuan_ledger.log.hashing import HASH_SIZE, check_hashes, fold, parents
from suyuan_ledger.log.prover import TreeProver
from suyuan_ledger.log.tiles import (
    TILE_HEIGHT,
    TILE_WIDTH,
    check_size,
    read_tile,
    split_tile,
    tile_span,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from suyuan_ledger.log.tiles import TileReader

_TILE_BYTES = TILE_WIDTH * HASH_SIZE

# A large append goes chunk by chunk so that each level is hashed while the one below it is still in
# the processor's cache: a fifth faster at a million leaves, and the memory stays flat.
_CHUNK = 1 << 13


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a tree: all that growing it needs.

    An edge never changes, so a writer adopts `Growth.edge` only once the tiles are durable, and
    goes on from the old one if they are not.

    Attributes:
        size: number of leaves.
        tiles: by level, the unfinished tile; empty where the last tile is full.
        peaks: by height, the complete subtree that the size's binary digit stands for; empty
            where the digit is 0.
    """

    size: int
    tiles: tuple[bytes, ...]
    peaks: tuple[bytes, ...]

    @classmethod
    def empty(cls) -> Edge:
        """Return the edge of the tree without leaves."""
        return cls(0, (), ())

    @classmethod
    def load(cls, size: int, reader: TileReader) -> Edge:
        """Read the edge of a stored tree: one tile per level, at most 255 hashes each.

        Raises:
            RefusedError: `merkle.size`.
            StorageError: `log.tile`, a tile is absent or too short.
        """
        check_size(size)
        tiles: list[bytes] = []
        peaks: list[bytes] = []
        level = 0
        while size >> (TILE_HEIGHT * level):
            full, width = tile_span(size, level)
            tile = read_tile(reader, level, full, width) if width else b""
            tiles.append(tile)
            nodes = split_tile(tile)
            for _ in range(TILE_HEIGHT):
                peaks.append(nodes[-1] if len(nodes) % 2 else b"")
                nodes = parents(nodes)
            level += 1
        return cls(size, tuple(tiles), tuple(peaks[: size.bit_length()]))

    def root(self) -> bytes:
        """Return the tree's root, the empty root for no leaves."""
        return fold([peak for peak in reversed(self.peaks) if peak])

    def append(self, leaf_hashes: Sequence[bytes]) -> Growth:
        """Grow the tree.

        Args:
            leaf_hashes: `hashing.leaf_hash` of each new entry, in order.

        Raises:
            RefusedError: `merkle.hash_size`, `merkle.size`.
        """
        check_hashes(leaf_hashes)
        size = self.size
        check_size(size + len(leaf_hashes))
        tiles = list(self.tiles)
        peaks = list(self.peaks)
        grown: dict[tuple[int, int], bytes] = {}
        for at in range(0, len(leaf_hashes), _CHUNK):
            chunk = leaf_hashes[at : at + _CHUNK]
            _grow(size, tiles, peaks, chunk, grown)
            size += len(chunk)
        return Growth(Edge(size, tuple(tiles), tuple(peaks)), grown)


@dataclass(frozen=True, slots=True)
class Growth:
    """What an append leaves behind.

    Attributes:
        edge: the right edge of the grown tree.
        tiles: content by (level, index) of every tile that is new or longer than before.
    """

    edge: Edge
    tiles: dict[tuple[int, int], bytes]


def tree_root(size: int, reader: TileReader) -> bytes:
    """Return the root of the first `size` leaves.

    Raises:
        RefusedError: `merkle.size`.
        StorageError: `log.tile`.
    """
    return TreeProver(size, reader).root()


def prove_inclusion(index: int, size: int, reader: TileReader) -> list[bytes]:
    """Prove that a leaf is in the tree of `size` leaves; see `TreeProver.inclusion`."""
    return TreeProver(size, reader).inclusion(index)


def prove_consistency(old_size: int, new_size: int, reader: TileReader) -> list[bytes]:
    """Prove that one tree is a prefix of another; see `TreeProver.consistency`."""
    return TreeProver(new_size, reader).consistency(old_size)


def prove_batch_inclusion(indexes: Sequence[int], size: int, reader: TileReader) -> list[bytes]:
    """Prove several leaves with one list of hashes; see `TreeProver.batch_inclusion`."""
    return TreeProver(size, reader).batch_inclusion(indexes)


def _grow(
    size: int,
    tiles: list[bytes],
    peaks: list[bytes],
    leaf_hashes: Sequence[bytes],
    grown: dict[tuple[int, int], bytes],
) -> None:
    """Add leaves to an edge of `size` leaves, in place, height by height."""
    new = leaf_hashes  # the complete nodes of this height that are new
    height = 0
    while new:
        level, inner = divmod(height, TILE_HEIGHT)
        if inner == 0:
            old = tiles[level] if level < len(tiles) else b""
            tiles[level : level + 1] = [_cut(level, size, old + b"".join(new), grown)]
        pending = peaks[height] if height < len(peaks) else b""
        nodes = [pending, *new] if pending else new
        peaks[height : height + 1] = [nodes[-1] if len(nodes) % 2 else b""]
        new = parents(nodes)
        height += 1


def _cut(level: int, size: int, content: bytes, grown: dict[tuple[int, int], bytes]) -> bytes:
    """Cut a level's unfinished tile and what follows it into tiles; return the new last part."""
    index, _ = tile_span(size, level)
    for at in range(0, len(content), _TILE_BYTES):
        grown[level, index + at // _TILE_BYTES] = content[at : at + _TILE_BYTES]
    return content[len(content) - len(content) % _TILE_BYTES :]
