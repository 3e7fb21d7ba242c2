"""The public log as static files: tiles, entries, checkpoint, and the bodies that are public.

    checkpoint                       the newest signed checkpoint, written last
    tile/<L>/<N>[.p/<W>]             hashes (C2SP tlog-tiles)
    tile/entries/<N>[.p/<W>]         entries, never bodies
    record/<envelope digest>.json    bodies of governance kinds, which an auditor needs

The mirror is derived from the database and never read back as truth. What is published does not
change: a file that differs from what the log says is reported and left alone, and a checkpoint is
only replaced by one that the old one is a prefix of. A run that was cut short is finished by the
next one. Once a full tile is there, its partial versions are removed, as tlog-tiles allows.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from suyuan_ledger.errors import RefusedError, StorageError
from suyuan_ledger.log.bundles import format_entry_bundle
from suyuan_ledger.log.checkpoint import Checkpoint, open_checkpoint
from suyuan_ledger.log.hashing import HASH_SIZE, leaf_hashes
from suyuan_ledger.log.note import parse_vkey
from suyuan_ledger.log.public_log import PUBLIC_KINDS
from suyuan_ledger.log.tiles import (
    TILE_HEIGHT,
    TILE_WIDTH,
    TilePath,
    entries_path,
    entry_bundle_paths,
    tile_path,
    tile_paths,
)
from suyuan_ledger.log.tree import tree_root
from suyuan_ledger.store import repository
from suyuan_ledger.store.repository import StoredTiles

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.engine import Connection

    from suyuan_ledger.log.note import LogKey


@dataclass(slots=True)
class MirrorReport:
    """What one run did.

    Attributes:
        size: size of the published checkpoint.
        written: files that are new.
        removed: partial tiles that a full one replaced.
    """

    size: int = 0
    written: int = 0
    removed: int = 0


def write_mirror(connection: Connection, vkey: str, folder: Path) -> MirrorReport:
    """Bring a folder up to the log's newest checkpoint.

    Args:
        connection: one snapshot of the database.
        vkey: the log's verification key; nothing is published that it did not sign.
        folder: created if absent.

    Raises:
        StorageError: `mirror.foreign`, `mirror.ahead`, `mirror.fork`, `mirror.differs`,
            `mirror.entries`, `mirror.write`.
    """
    key = parse_vkey(vkey)
    head = repository.read_head(connection)
    new = open_checkpoint(head.note, key)
    tiles = StoredTiles(connection)
    if tree_root(new.size, tiles) != new.root:
        raise StorageError("log.root", expected=new.root.hex(), found="another root of the tiles")
    try:
        old = _published(folder, key)
        if old is not None:
            _check_prefix(old, new, tiles)
        writer = _Writer(folder, MirrorReport(size=new.size))
        _write_tiles(connection, writer, old.size if old else 0, new.size)
        for name, body in repository.public_bodies(connection, PUBLIC_KINDS):
            writer.write(f"record/{name}.json", body)
        writer.publish(head.note)
        writer.remove_partials()
    except OSError as error:
        raise StorageError("mirror.write", found=error) from error
    return writer.report


def _published(folder: Path, key: LogKey) -> Checkpoint | None:
    """Read the checkpoint that the mirror serves now, if any."""
    path = folder / "checkpoint"
    if not path.exists():
        return None
    try:
        return open_checkpoint(path.read_bytes(), key)
    except RefusedError as error:
        raise StorageError(
            "mirror.foreign", pointer=str(path), expected=f"a checkpoint of {key.name}", found=error
        ) from error


def _check_prefix(old: Checkpoint, new: Checkpoint, tiles: StoredTiles) -> None:
    if old.size > new.size:
        raise StorageError(
            "mirror.ahead", expected=f"a log of at least {old.size} entries", found=new.size
        )
    root = tree_root(old.size, tiles)
    if root != old.root:
        raise StorageError("mirror.fork", expected=old.root.hex(), found=root.hex())


def _write_tiles(connection: Connection, writer: _Writer, old_size: int, size: int) -> None:
    tiles = StoredTiles(connection)
    for path in tile_paths(size):
        level = path.level or 0
        name = tile_path(level, path.index, path.width)
        if not (_was_complete(path, old_size) and writer.has(name)):
            data = tiles.tile(level, path.index, path.width)
            writer.write(name, data[: path.width * HASH_SIZE])
    for path in entry_bundle_paths(size):
        name = entries_path(path.index, path.width)
        if _was_complete(path, old_size) and writer.has(name):
            continue
        start = path.index * TILE_WIDTH
        entries = repository.read_entries(connection, start, start + path.width)
        leaves = tiles.tile(0, path.index, path.width)[: path.width * HASH_SIZE]
        if b"".join(leaf_hashes(entries)) != leaves:
            raise StorageError("mirror.entries", pointer=name, expected="the entries of the tile")
        writer.write(name, format_entry_bundle(entries))


def _was_complete(path: TilePath, old_size: int) -> bool:
    """Tell whether a tile was full, and so was published, when the mirror had `old_size`."""
    return (path.index + 1) * TILE_WIDTH << (TILE_HEIGHT * (path.level or 0)) <= old_size


class _Writer:
    """Writes files that appear whole or not at all, and are on the disk before they are named."""

    def __init__(self, folder: Path, report: MirrorReport) -> None:
        self._folder = folder
        self._touched: set[Path] = set()
        self.report = report

    def has(self, name: str) -> bool:
        return (self._folder / name).exists()

    def write(self, name: str, data: bytes) -> None:
        """Write a file that never changes; the same content again is no work.

        Raises:
            StorageError: `mirror.differs`.
        """
        path = self._folder / name
        if path.exists():
            if path.read_bytes() != data:
                raise StorageError("mirror.differs", pointer=name)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        self._replace(path, data)
        self.report.written += 1

    def publish(self, note: bytes) -> None:
        """Put the new checkpoint in place, after everything that it commits to is durable."""
        for folder in sorted(self._touched):
            _sync_folder(folder)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._replace(self._folder / "checkpoint", note)
        _sync_folder(self._folder)

    def remove_partials(self) -> None:
        """Remove partial tiles whose full tile is published."""
        for path in self._folder.glob("tile/**/*.p/*"):
            if path.name.isdigit() and path.parent.with_suffix("").exists():
                path.unlink()
                self.report.removed += 1
                if not any(path.parent.iterdir()):
                    path.parent.rmdir()

    def _replace(self, path: Path, data: bytes) -> None:
        temporary = path.with_name(f".{path.name}.new")
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        self._touched.add(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder durable (POSIX: a rename is not, until its folder is synced)."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
