"""The Merkle tree over stored tiles: growing it, its root, and every proof about it.

Nothing here keeps a tree in memory. A proof reads the few tiles on its path. Growth carries an
`Edge`, the right edge of the tree: one unfinished tile per level (at most 8 KiB each) and the
peaks, the roots of the complete subtrees that the size's binary digits spell. Appending k leaves
to s costs exactly k + popcount(s) - 1 node hashes, the new root included; the leaves that are
there already are never hashed again.

Proofs are RFC 9162's: inclusion (section 2.1.3), consistency (section 2.1.4). The batch form, one
proof for many leaves, is the bundle's: recurse over the splits of [0, n), left before right; a
range that holds no listed leaf gives one hash, a single listed leaf gives none
(docs/spec/bundle.md).

    growth = Edge.empty().append(leaf_hashes)
    store(growth.tiles)                          # only tiles that are new or have grown
    growth.edge.root()
    prove_inclusion(index, growth.edge.size, reader)
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from suyuan_ledger.errors import RefusedError, StorageError
from suyuan_ledger.log.hashing import (
    EMPTY_ROOT,
    HASH_SIZE,
    check_hashes,
    node_hash,
    parents,
)
from suyuan_ledger.log.tiles import (
    MAX_SIZE,
    TILE_HEIGHT,
    TILE_WIDTH,
    split_tile,
    tile_path,
    tile_span,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_TILE_BYTES = TILE_WIDTH * HASH_SIZE

# A large append goes chunk by chunk so that each level is hashed while the one below it is still in
# the processor's cache: a fifth faster at a million leaves, and the memory stays flat.
_CHUNK = 1 << 13


class TileReader(Protocol):
    """Where tiles come from: the store, a folder, a mirror."""

    def tile(self, level: int, index: int, width: int) -> bytes:
        """Return at least the first `width` hashes of a tile; the full tile will do."""
        ...


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
        _check_size(size)
        tiles: list[bytes] = []
        peaks: list[bytes] = []
        level = 0
        while size >> (TILE_HEIGHT * level):
            full, width = tile_span(size, level)
            tile = _read(reader, level, full, width) if width else b""
            tiles.append(tile)
            nodes = split_tile(tile)
            for _ in range(TILE_HEIGHT):
                peaks.append(nodes[-1] if len(nodes) % 2 else b"")
                nodes = parents(nodes)
            level += 1
        return cls(size, tuple(tiles), tuple(peaks[: size.bit_length()]))

    def root(self) -> bytes:
        """Return the tree's root, the empty root for no leaves."""
        return _fold([peak for peak in reversed(self.peaks) if peak])

    def append(self, leaf_hashes: Sequence[bytes]) -> Growth:
        """Grow the tree.

        Args:
            leaf_hashes: `hashing.leaf_hash` of each new entry, in order.

        Raises:
            RefusedError: `merkle.hash_size`, `merkle.size`.
        """
        check_hashes(leaf_hashes)
        size = self.size
        _check_size(size + len(leaf_hashes))
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
    _check_size(size)
    return _Nodes(size, reader).range(0, size)


def prove_inclusion(index: int, size: int, reader: TileReader) -> list[bytes]:
    """Prove that a leaf is in the tree of `size` leaves, its sibling first.

    Raises:
        RefusedError: `merkle.size`, `merkle.index`.
        StorageError: `log.tile`.
    """
    _check_size(size)
    _check_index(index, size)
    nodes = _Nodes(size, reader)
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(nodes.range(middle, end))
            end = middle
        else:
            proof.append(nodes.range(start, middle))
            start = middle
    proof.reverse()
    return proof


def prove_consistency(old_size: int, new_size: int, reader: TileReader) -> list[bytes]:
    """Prove that the tree of `old_size` leaves is a prefix of the tree of `new_size`.

    Equal sizes need no proof and give an empty one. The empty tree is a prefix of every tree, so
    there is nothing to prove about it and an old size of 0 is refused.

    Raises:
        RefusedError: `merkle.size`, `merkle.from_empty`.
        StorageError: `log.tile`.
    """
    _check_size(new_size)
    if old_size == 0:
        raise RefusedError("merkle.from_empty", expected="an old size above 0", found=0)
    if not 1 <= old_size <= new_size:
        raise RefusedError(
            "merkle.size", expected=f"an old size of 1 to {new_size}", found=old_size
        )
    nodes = _Nodes(new_size, reader)
    proof: list[bytes] = []
    start, end = 0, new_size
    known = True  # RFC 9162 section 2.1.4.1, `b`: the verifier holds this subtree's hash already
    while old_size != end:
        middle = start + _split(end - start)
        if old_size <= middle:
            proof.append(nodes.range(middle, end))
            end = middle
        else:
            proof.append(nodes.range(start, middle))
            start = middle
            known = False
    if not known:
        proof.append(nodes.range(start, end))
    proof.reverse()
    return proof


def prove_batch_inclusion(indexes: Sequence[int], size: int, reader: TileReader) -> list[bytes]:
    """Prove with one list of hashes that several leaves are in the tree of `size` leaves.

    Args:
        indexes: positions, strictly ascending, at least one.
        size: number of leaves of the tree.
        reader: where the tiles are.

    Raises:
        RefusedError: `merkle.size`, `merkle.index`, `merkle.no_leaf`, `merkle.order`.
        StorageError: `log.tile`.
    """
    _check_size(size)
    if not indexes:
        raise RefusedError("merkle.no_leaf", expected="at least one index", found="none")
    for place, index in enumerate(indexes):
        _check_index(index, size)
        if place and indexes[place - 1] >= index:
            raise RefusedError(
                "merkle.order",
                pointer=f"/{place}",
                expected=f"an index above {indexes[place - 1]}",
                found=index,
            )
    nodes = _Nodes(size, reader)
    proof: list[bytes] = []

    def walk(start: int, end: int, first: int, past: int) -> None:
        """Visit [start, end), which holds the listed leaves indexes[first:past]."""
        if first == past:
            proof.append(nodes.range(start, end))
        elif end - start > 1:
            middle = start + _split(end - start)
            cut = bisect_left(indexes, middle, first, past)
            walk(start, middle, first, cut)
            walk(middle, end, cut, past)

    walk(0, size, 0, len(indexes))
    return proof


class _Nodes:
    """The nodes of a stored tree, read tile by tile.

    Every walk above visits the tiles of one level in order, so that one tile per level is all
    that is worth keeping: memory stays flat however many leaves a batch proof lists.
    """

    def __init__(self, size: int, reader: TileReader) -> None:
        self._size = size
        self._reader = reader
        self._held: dict[int, tuple[int, list[list[bytes]]]] = {}

    def range(self, start: int, end: int) -> bytes:
        """Return the hash of the leaves [start, end), a range that the RFC's splits produce.

        Such a range is a complete subtree, or it ends at the tree's edge and is the fold of the
        complete subtrees that it consists of, the largest first.
        """
        subtrees: list[bytes] = []
        while start < end:
            height = (end - start).bit_length() - 1
            subtrees.append(self._complete(height, start >> height))
            start += 1 << height
        return _fold(subtrees)

    def _complete(self, height: int, index: int) -> bytes:
        """Return the root of the complete subtree number `index` of a height."""
        level, inner = divmod(height, TILE_HEIGHT)
        tile, offset = divmod(index, TILE_WIDTH >> inner)
        held = self._held.get(level)
        if held is None or held[0] != tile:
            held = (tile, self._load(level, tile))
            self._held[level] = held
        return held[1][inner][offset]

    def _load(self, level: int, index: int) -> list[list[bytes]]:
        """Read a tile and hash it up to its eight inner heights."""
        full, partial = tile_span(self._size, level)
        width = partial if index == full else TILE_WIDTH
        heights = [split_tile(_read(self._reader, level, index, width))]
        while len(heights) < TILE_HEIGHT:
            heights.append(parents(heights[-1]))
        return heights


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


def _fold(subtrees: list[bytes]) -> bytes:
    """Hash complete subtrees of falling height into the root over them all."""
    if not subtrees:
        return EMPTY_ROOT
    root = subtrees[-1]
    for subtree in reversed(subtrees[:-1]):
        root = node_hash(subtree, root)
    return root


def _split(size: int) -> int:
    """Return the largest power of two below `size` (RFC 9162 section 2.1.1)."""
    return 1 << ((size - 1).bit_length() - 1)


def _read(reader: TileReader, level: int, index: int, width: int) -> bytes:
    """Read a tile and hold it to the width that the tree's size asks for."""
    tile = reader.tile(level, index, width)
    if len(tile) < width * HASH_SIZE:
        raise StorageError(
            "log.tile",
            pointer=tile_path(level, index, width),
            expected=f"at least {width * HASH_SIZE} bytes",
            found=len(tile),
        )
    return tile[: width * HASH_SIZE]


def _check_size(size: int) -> None:
    if not 0 <= size <= MAX_SIZE:
        raise RefusedError("merkle.size", expected="0 to 2^63-1", found=size)


def _check_index(index: int, size: int) -> None:
    if not 0 <= index < size:
        raise RefusedError("merkle.index", expected=f"an index below {size}", found=index)
