"""Proofs about one tree, from its stored tiles.

Inclusion is RFC 9162 section 2.1.3, consistency section 2.1.4. The batch form, one proof for many
leaves, is the bundle's: recurse over the splits of [0, n), left before right; a range that holds no
listed leaf gives one hash, a single listed leaf gives none (docs/spec/log.md#batch-proof).

A proof reads at most two tiles per level, 510 hashes each level, and no more: at a million leaves
five tiles. The prover keeps the tiles that it hashed last, so that further proofs about the same
checkpoint (the receipts of a batch) mostly look hashes up.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.log.hashing import EMPTY_ROOT, fold, parents
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

# A tile hashed up to its eight heights takes 33 kB; two per level serve every walk once.
_KEPT_TILES = 64


class TreeProver:
    """Proves things about the tree of one size.

    Tiles never change below a size, so what is kept never goes stale. Threads may share a prover if
    their reader allows it.

    Args:
        size: number of leaves of the tree.
        reader: where the tiles are.

    Raises:
        RefusedError: `merkle.size`.
    """

    def __init__(self, size: int, reader: TileReader) -> None:
        check_size(size)
        self.size = size
        self._reader = reader
        self._heights = lru_cache(maxsize=_KEPT_TILES)(self._load)
        self._edge_ranges: dict[int, bytes] = {}

    def root(self) -> bytes:
        """Return the tree's root.

        Raises:
            StorageError: `log.tile`.
        """
        return self._range(0, self.size) if self.size else EMPTY_ROOT

    def inclusion(self, index: int) -> list[bytes]:
        """Prove that a leaf is in the tree, its sibling first.

        Raises:
            RefusedError: `merkle.index`.
            StorageError: `log.tile`.
        """
        self._check_index(index)
        proof: list[bytes] = []
        start, end = 0, self.size
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                proof.append(self._range(middle, end))
                end = middle
            else:
                proof.append(self._range(start, middle))
                start = middle
        proof.reverse()
        return proof

    def consistency(self, old_size: int) -> list[bytes]:
        """Prove that the tree of `old_size` leaves is a prefix of this one.

        Equal sizes need no proof and give an empty one. The empty tree is a prefix of every tree,
        so there is nothing to prove about it and an old size of 0 is refused.

        Raises:
            RefusedError: `merkle.size`, `merkle.from_empty`.
            StorageError: `log.tile`.
        """
        if old_size == 0:
            raise RefusedError("merkle.from_empty", expected="an old size above 0", found=0)
        if not 1 <= old_size <= self.size:
            raise RefusedError("merkle.size", expected=f"1 to {self.size}", found=old_size)
        proof: list[bytes] = []
        start, end = 0, self.size
        known = True  # section 2.1.4.1, `b`: the verifier holds this subtree's hash already
        while old_size != end:
            middle = start + _split(end - start)
            if old_size <= middle:
                proof.append(self._range(middle, end))
                end = middle
            else:
                proof.append(self._range(start, middle))
                start = middle
                known = False
        if not known:
            proof.append(self._range(start, end))
        proof.reverse()
        return proof

    def batch_inclusion(self, indexes: Sequence[int]) -> list[bytes]:
        """Prove with one list of hashes that several leaves are in the tree.

        Args:
            indexes: positions, strictly ascending, at least one.

        Raises:
            RefusedError: `merkle.index`, `merkle.no_leaf`, `merkle.order`.
            StorageError: `log.tile`.
        """
        if not indexes:
            raise RefusedError("merkle.no_leaf", expected="at least one index", found="none")
        for place, index in enumerate(indexes):
            self._check_index(index)
            if place and indexes[place - 1] >= index:
                raise RefusedError(
                    "merkle.order",
                    pointer=f"/{place}",
                    expected=f"an index above {indexes[place - 1]}",
                    found=index,
                )
        proof: list[bytes] = []
        self._walk(indexes, (0, self.size), (0, len(indexes)), proof)
        return proof

    def _walk(
        self,
        indexes: Sequence[int],
        leaves: tuple[int, int],
        listed: tuple[int, int],
        proof: list[bytes],
    ) -> None:
        """Visit a range of leaves that holds the given part of the listed ones."""
        start, end = leaves
        first, past = listed
        if first == past:
            proof.append(self._range(start, end))
        elif end - start > 1:
            middle = start + _split(end - start)
            cut = bisect_left(indexes, middle, first, past)
            self._walk(indexes, (start, middle), (first, cut), proof)
            self._walk(indexes, (middle, end), (cut, past), proof)

    def _range(self, start: int, end: int) -> bytes:
        """Return the hash of the leaves [start, end), a range that the RFC's splits produce.

        Such a range is a complete subtree, or it ends at the tree's edge and is the fold of the
        complete subtrees that it consists of, the largest first.
        """
        height = (end - start).bit_length() - 1
        if end - start == 1 << height:
            return self._complete(height, start >> height)
        known = self._edge_ranges.get(start)
        if known is None:
            subtrees: list[bytes] = []
            at = start
            while at < end:
                height = (end - at).bit_length() - 1
                subtrees.append(self._complete(height, at >> height))
                at += 1 << height
            known = fold(subtrees)
            self._edge_ranges[start] = known
        return known

    def _complete(self, height: int, index: int) -> bytes:
        """Return the root of the complete subtree number `index` of a height."""
        level, inner = divmod(height, TILE_HEIGHT)
        tile, offset = divmod(index, TILE_WIDTH >> inner)
        return self._heights(level, tile)[inner][offset]

    def _load(self, level: int, index: int) -> list[list[bytes]]:
        """Read a tile and hash it up to its eight inner heights."""
        full, partial = tile_span(self.size, level)
        width = partial if index == full else TILE_WIDTH
        heights = [split_tile(read_tile(self._reader, level, index, width))]
        while len(heights) < TILE_HEIGHT:
            heights.append(parents(heights[-1]))
        return heights

    def _check_index(self, index: int) -> None:
        if not 0 <= index < self.size:
            raise RefusedError("merkle.index", expected=f"an index below {self.size}", found=index)


def _split(size: int) -> int:
    """Return the largest power of two below `size` (RFC 9162 section 2.1.1)."""
    return 1 << ((size - 1).bit_length() - 1)
