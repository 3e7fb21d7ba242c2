"""The mirror holds exactly the public log, verifiable from its files alone, and is never undone."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing

import pytest
from ledger_world import ORIGIN, Party, World
from suyuan_ledger.errors import StorageError
from suyuan_ledger.keys.signer import MemorySigner
from suyuan_ledger.log.bundles import parse_entry_bundle
from suyuan_ledger.log.checkpoint import sign_checkpoint
from suyuan_ledger.log.hashing import leaf_hashes
from suyuan_ledger.log.tiles import parse_tile_path, tile_path
from suyuan_ledger.log.tree import Edge, tree_root
from suyuan_verifier.checkpoint import verify_checkpoint
from suyuan_verifier.note import parse_vkey


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "mirror"


def grow(world, start, count):
    list(world.ledger.submit_many([world.works.factor(i) for i in range(start, start + count)]))


def files(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


class FolderTiles:
    """Reads tiles from a mirror, as a client does: the full tile, else the partial one."""

    def __init__(self, folder):
        self.folder = folder

    def tile(self, level, index, width):
        """Return a tile's bytes."""
        full = self.folder / tile_path(level, index)
        return (
            full if full.exists() else self.folder / tile_path(level, index, width)
        ).read_bytes()


def audit(folder, vkey):
    """Recompute the tree from the entries in the mirror and compare it with the checkpoint."""
    checkpoint = verify_checkpoint((folder / "checkpoint").read_bytes(), ORIGIN, [parse_vkey(vkey)])
    entries = {}
    for name, data in files(folder).items():
        if name.startswith("tile/"):
            path = parse_tile_path(name)
            if path.level is None:
                for at, entry in enumerate(parse_entry_bundle(data, path.width)):
                    assert entries.setdefault(path.index * 256 + at, entry) == entry
    ordered = [entries[index] for index in range(checkpoint.size)]
    edge = Edge.empty().append(leaf_hashes(ordered)).edge
    assert edge.root() == checkpoint.root
    assert tree_root(checkpoint.size, FolderTiles(folder)) == checkpoint.root
    return ordered


@pytest.mark.parametrize("count", [0, 1, 253, 254, 255, 510, 600])
def test_the_files_alone_lead_to_the_signed_root(world, folder, count):
    grow(world, 0, count)
    report = world.ledger.mirror(folder)
    assert report.size == count + 2
    entries = audit(folder, world.ledger.vkey)
    assert entries == world.ledger.entries(0, count + 2)


def test_it_grows_with_the_log_and_drops_partial_tiles_that_are_full_now(world, folder):
    grow(world, 0, 100)
    world.ledger.mirror(folder)
    assert "tile/0/000.p/102" in files(folder)
    grow(world, 100, 300)
    report = world.ledger.mirror(folder)
    names = files(folder)
    assert report.removed == 2
    assert "tile/0/000" in names
    assert not [name for name in names if name.startswith("tile/0/000.p")]
    assert not (folder / "tile/entries/000.p").exists()
    audit(folder, world.ledger.vkey)


def test_an_older_partial_tile_stays_until_its_tile_is_full(world, folder):
    """A client that holds the checkpoint before the newest one must still find its tiles."""
    grow(world, 0, 10)
    world.ledger.mirror(folder)
    grow(world, 10, 10)
    world.ledger.mirror(folder)
    assert {"tile/0/000.p/12", "tile/0/000.p/22"} <= set(files(folder))


def test_nothing_new_nothing_written(world, folder):
    grow(world, 0, 300)
    assert world.ledger.mirror(folder).written > 0
    before = files(folder)
    report = world.ledger.mirror(folder)
    assert (report.written, report.removed) == (0, 0)
    assert files(folder) == before


def test_a_body_is_published_only_if_its_kind_is_public(world, folder):
    grow(world, 0, 5)
    world.ledger.mirror(folder)
    published = files(folder)
    bodies = [data for name, data in published.items() if name.startswith("record/")]
    kinds = sorted(json.loads(body)["type"][1] for body in bodies)
    assert kinds == ["Enrolment", "EnrolmentRequest"]
    for stored in world.ledger.records():
        name = f"record/{stored.envelope.hex()}.json"
        assert (name in published) == (stored.kind != "FactorSubmission")
    nonces = [json.loads(stored.body)["nonce"] for stored in world.ledger.records(2)]
    everything = b"".join(published.values())
    assert not [nonce for nonce in nonces if nonce.encode() in everything]
    assert b"tCO2e" not in everything


def test_a_run_that_was_cut_short_is_finished_by_the_next(world, folder, monkeypatch):
    """The checkpoint comes last, so a half-written mirror still serves the old tree, whole."""
    grow(world, 0, 100)
    world.ledger.mirror(folder)
    old = (folder / "checkpoint").read_bytes()
    grow(world, 100, 500)
    written = []
    replace = os.replace

    def failing(source, target):
        if len(written) == 3:
            raise OSError(28, "No space left on device")
        written.append(target)
        replace(source, target)

    monkeypatch.setattr("pathlib.os.replace", failing)
    with pytest.raises(StorageError) as caught:
        world.ledger.mirror(folder)
    assert caught.value.code == "mirror.write"
    monkeypatch.undo()
    assert (folder / "checkpoint").read_bytes() == old
    assert world.ledger.mirror(folder).size == 602
    audit(folder, world.ledger.vkey)
    assert not [name for name in files(folder) if name.endswith(".new")]


def test_a_published_tile_that_disappeared_is_written_again(world, folder):
    grow(world, 0, 300)
    world.ledger.mirror(folder)
    (folder / "tile/0/000").unlink()
    assert world.ledger.mirror(folder).written == 1
    audit(folder, world.ledger.vkey)


def test_a_file_that_differs_is_reported_and_left_alone(world, folder, refuses):
    world.ledger.mirror(folder)
    grow(world, 0, 5)
    path = folder / "tile/0/000.p/7"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"something else")
    old = (folder / "checkpoint").read_bytes()
    with refuses("mirror.differs", StorageError) as caught:
        world.ledger.mirror(folder)
    assert caught.value.pointer == "tile/0/000.p/7"
    assert path.read_bytes() == b"something else"
    assert (folder / "checkpoint").read_bytes() == old


def test_a_folder_of_another_log_is_left_alone(world, folder, refuses, tmp_path):
    other = World(tmp_path / "other.sqlite")
    key = MemorySigner.from_seed(b"\x12" * 32)
    folder.mkdir()
    head = other.ledger.checkpoint()
    (folder / "checkpoint").write_bytes(sign_checkpoint(ORIGIN, head.size, head.root, key))
    with refuses("mirror.foreign", StorageError):
        world.ledger.mirror(folder)


def test_a_database_behind_its_mirror_publishes_nothing(world, folder, refuses):
    """An old backup was restored: signing on from it would fork the log."""
    grow(world, 0, 20)
    backup = world.path.with_name("backup.sqlite")
    with closing(sqlite3.connect(world.path)) as source, closing(sqlite3.connect(backup)) as copy:
        source.backup(copy)
    grow(world, 20, 20)
    world.ledger.mirror(folder)
    world.path = backup
    with world.open() as restored, refuses("mirror.ahead", StorageError):
        restored.mirror(folder)


def test_a_fork_is_not_published(world, folder, refuses, tmp_path):
    """The same key signed two logs; the one that was published first stays."""
    grow(world, 0, 20)
    world.ledger.mirror(folder)
    fork = World(tmp_path / "fork.sqlite")
    fork.enrol(Party(2))
    list(fork.ledger.submit_many([fork.works.factor(i) for i in range(100, 150)]))
    with refuses("mirror.fork", StorageError):
        fork.ledger.mirror(folder)


def test_entries_that_do_not_fit_their_tile_are_not_published(world, folder, refuses):
    grow(world, 0, 5)
    with world.ledger.store.write() as connection:
        connection.exec_driver_sql('UPDATE record SET entry = body WHERE "index" = 3')
    with refuses("mirror.entries", StorageError):
        world.ledger.mirror(folder)
    assert not (folder / "checkpoint").exists()


def test_tiles_that_do_not_fit_the_root_are_not_published(world, folder, refuses):
    grow(world, 0, 5)
    with world.ledger.store.write() as connection:
        connection.exec_driver_sql("UPDATE tile SET data = zeroblob(length(data))")
    with refuses("log.root", StorageError):
        world.ledger.mirror(folder)
    assert not folder.exists()
