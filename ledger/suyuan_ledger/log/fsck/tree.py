"""The tree that entries lead to, beside the tiles that are stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from suyuan_ledger.errors import StorageError
from suyuan_ledger.log.hashing import HASH_SIZE
from suyuan_ledger.log.tiles import TILE_WIDTH, tile_path, tile_paths
from suyuan_ledger.log.tree import Edge
from suyuan_ledger.store import audit
from suyuan_ledger.store.repository import StoredTiles

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

_FULL = TILE_WIDTH * HASH_SIZE


class TreeCheck:
    """Grows the tree again, leaf by leaf, and compares each tile as soon as it is full.

    Args:
        connection: one snapshot of the database.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tiles = StoredTiles(connection)
        self._edge = Edge.empty()
        self._growing: dict[tuple[int, int], bytes] = {}
        self._leaves = b""

    @property
    def root(self) -> bytes:
        """Root of the leaves so far."""
        return self._edge.root()

    def committed_leaf(self, index: int) -> bytes:
        """Return the leaf that the stored tile holds for an index; they are asked for in order.

        Raises:
            StorageError: `fsck.tile`.
        """
        offset = index % TILE_WIDTH
        if offset == 0:
            self._leaves = self._stored_tile(0, index // TILE_WIDTH)
        leaf = self._leaves[offset * HASH_SIZE : (offset + 1) * HASH_SIZE]
        if len(leaf) != HASH_SIZE:
            raise StorageError(
                "fsck.tile",
                pointer=tile_path(0, index // TILE_WIDTH),
                expected=f"at least {offset + 1} hashes",
                found=f"{len(self._leaves)} bytes",
            )
        return leaf

    def grow(self, leaf: bytes) -> None:
        """Add the next leaf.

        Raises:
            StorageError: `fsck.tile`, a tile that is full now is stored with other hashes.
        """
        growth = self._edge.append([leaf])
        self._edge = growth.edge
        self._growing.update(growth.tiles)
        for (level, index), data in growth.tiles.items():
            if len(data) == _FULL:
                self._compare(level, index, self._growing.pop((level, index)))

    def end(self, size: int) -> None:
        """Compare the partial tiles of a tree of `size`, and find tiles that are too many.

        Raises:
            StorageError: `fsck.tile`, `fsck.extra`.
        """
        for (level, index), data in self._growing.items():
            self._compare(level, index, data)
        expected = {(path.level, path.index) for path in tile_paths(size)}
        for level, index in audit.tile_names(self._connection):
            if (level, index) not in expected:
                raise StorageError("fsck.extra", pointer=f"tile {level}/{index}")

    def _compare(self, level: int, index: int, data: bytes) -> None:
        if self._stored_tile(level, index) != data:
            raise StorageError(
                "fsck.tile",
                pointer=tile_path(level, index, len(data) // HASH_SIZE),
                expected="the hashes of the tiles below it" if level else "the entries' leaves",
            )

    def _stored_tile(self, level: int, index: int) -> bytes:
        try:
            return self._tiles.tile(level, index, TILE_WIDTH)
        except StorageError as error:
            raise StorageError(
                "fsck.tile", pointer=tile_path(level, index), expected="a tile", found="no row"
            ) from error
