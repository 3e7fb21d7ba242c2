"""A log written by Tessera is rebuilt from its entries, byte for byte, at each of its sizes."""

from __future__ import annotations

import json

import pytest
from suyuan_ledger.log.bundles import format_entry_bundle, parse_entry_bundle
from suyuan_ledger.log.checkpoint import format_checkpoint, open_checkpoint
from suyuan_ledger.log.hashing import leaf_hashes
from suyuan_ledger.log.note import format_vkey, open_note, parse_vkey
from suyuan_ledger.log.tiles import (
    TILE_WIDTH,
    MemoryTiles,
    TilePath,
    entry_bundle_paths,
    parse_tile_path,
    tile_paths,
)
from suyuan_ledger.log.tree import Edge, prove_consistency, prove_inclusion
from suyuan_verifier import merkle

SIZES = range(16)


@pytest.fixture(scope="module")
def tessera(vectors_dir):
    return vectors_dir / "tessera-log"


@pytest.fixture(scope="module")
def keys(tessera):
    return json.loads((tessera / "KEYS.json").read_text())


@pytest.fixture(scope="module")
def log_key(keys):
    return parse_vkey(keys["vkey"])


def test_the_published_key_round_trips(keys, log_key):
    assert format_vkey(log_key.name, log_key.public_key) == keys["vkey"]


@pytest.mark.parametrize("size", SIZES)
def test_tiles_bundles_and_checkpoint_of_each_size_are_reproduced(size, tessera, keys, log_key):
    entries = [text.encode() for text in keys["entries"][:size]]
    growth = Edge.empty().append(leaf_hashes(entries))
    for path in tile_paths(size):
        name = f"tile/{path.level}/000.p/{path.width}"
        assert growth.tiles[path.level, path.index] == (tessera / name).read_bytes()
    for path in entry_bundle_paths(size):
        stored = (tessera / f"tile/entries/000.p/{path.width}").read_bytes()
        assert format_entry_bundle(entries) == stored
        assert parse_entry_bundle(stored, size) == entries
    raw = (tessera / f"checkpoint.{size}").read_bytes()
    checkpoint = open_checkpoint(raw, log_key)
    assert (checkpoint.size, checkpoint.root) == (size, growth.edge.root())
    assert open_note(raw, log_key) == format_checkpoint(log_key.name, size, growth.edge.root())


def test_no_file_of_the_log_is_left_unused(tessera):
    """Each stored tile and bundle is one that a size from 1 to 15 asks for, and none is missing."""
    stored = {
        parse_tile_path(path.relative_to(tessera).as_posix())
        for path in (tessera / "tile").rglob("*")
        if path.is_file()
    }
    asked = {path for size in SIZES for path in (*tile_paths(size), *entry_bundle_paths(size))}
    assert stored == asked
    assert all(path.width < TILE_WIDTH and path.index == 0 for path in stored)
    assert {path.level for path in stored} == {0, None}
    assert TilePath(0, 0, 15) in stored
    assert (tessera / "checkpoint").read_bytes() == (tessera / "checkpoint.15").read_bytes()


def test_proofs_from_its_tiles_hold_under_its_checkpoints(tessera, log_key, keys):
    reader = MemoryTiles({(0, 0): (tessera / "tile/0/000.p/15").read_bytes()})
    leaves = leaf_hashes(text.encode() for text in keys["entries"])
    roots = [
        open_checkpoint((tessera / f"checkpoint.{size}").read_bytes(), log_key).root
        for size in SIZES
    ]
    for size in SIZES[1:]:
        for index in range(size):
            proof = prove_inclusion(index, size, reader)
            merkle.check_inclusion(leaves[index], index, size, proof, roots[size])
            old = index + 1
            proof = prove_consistency(old, size, reader)
            merkle.check_consistency(old, size, roots[old], roots[size], proof)
