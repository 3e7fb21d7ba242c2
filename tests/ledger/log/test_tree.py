"""Roots and proofs from stored tiles equal RFC 9162's definitions, at their stated cost."""

from __future__ import annotations

import random
from hashlib import sha256

import pytest
from suyuan_ledger.errors import RefusedError, StorageError
from suyuan_ledger.log import hashing
from suyuan_ledger.log.prover import TreeProver
from suyuan_ledger.log.tiles import MemoryTiles, tile_paths
from suyuan_ledger.log.tree import (
    Edge,
    prove_batch_inclusion,
    prove_consistency,
    prove_inclusion,
    tree_root,
)
from suyuan_verifier import merkle

SMALL = 130
# Around the borders of tiles at levels 0 and 1, and a tree that reaches level 2.
LARGE = [255, 256, 257, 511, 512, 513, 4095, 65535, 65536, 65537, 65791, 65792, 70000]


class CountedTiles:
    """A reader that counts, and refuses to be asked for what a tree of this size does not have."""

    def __init__(self, tiles, size):
        self.tiles, self.size, self.reads = tiles, size, 0

    def tile(self, level, index, width):
        """Answer only for tiles of the tree."""
        assert 1 <= width <= 256
        assert index * 256 + width <= self.size >> 8 * level
        self.reads += 1
        return self.tiles.tile(level, index, width)


class EqualLeaves:
    """The tiles of a log whose leaves are all the same: any size, nothing stored."""

    def __init__(self, size):
        self.size = size
        self.nodes = [sha256(b"\x00same").digest()]
        while len(self.nodes) < 64:
            self.nodes.append(sha256(b"\x01" + self.nodes[-1] * 2).digest())

    def tile(self, level, index, width):
        """Answer only for tiles of the tree."""
        assert 1 <= width <= 256
        assert index * 256 + width <= self.size >> 8 * level
        return self.nodes[8 * level] * width


@pytest.fixture
def hash_calls(monkeypatch):
    """Count every call of SHA-256 that the log makes."""
    calls = []

    def counted(data=b""):
        calls.append(len(data))
        return sha256(data)

    monkeypatch.setattr(hashing, "sha256", counted)
    return calls


def test_every_root_and_proof_up_to_130_equals_the_rfc(make_leaves, grow, rfc9162):
    leaves = make_leaves(SMALL)
    reference = rfc9162(leaves)
    # One stored tree serves every smaller size: its tiles are prefixes.
    _, reader = grow(leaves)
    for size in range(SMALL + 1):
        root = reference.mth(0, size)
        assert Edge.empty().append(leaves[:size]).edge.root() == root
        assert tree_root(size, reader) == root
        for index in range(size):
            assert prove_inclusion(index, size, reader) == reference.path(index, 0, size)
        for old in range(1, size + 1):
            assert prove_consistency(old, size, reader) == reference.proof(old, size)


@pytest.mark.parametrize("size", LARGE)
def test_larger_trees_equal_the_rfc(size, make_leaves, grow, rfc9162):
    leaves = make_leaves(size)
    reference = rfc9162(leaves)
    edge, reader = grow(leaves)
    assert edge.root() == tree_root(size, reader) == reference.mth(0, size)
    draw = random.Random(size)  # noqa: S311 repeatable cases, no secrets
    points = {0, 1, 127, 128, 254, 255, 256, size - 257, size - 256, size - 2, size - 1}
    points |= {draw.randrange(size) for _ in range(40)}
    for index in sorted(point for point in points if 0 <= point < size):
        assert prove_inclusion(index, size, reader) == reference.path(index, 0, size)
        assert prove_consistency(index + 1, size, reader) == reference.proof(index + 1, size)
        assert tree_root(index + 1, reader) == reference.mth(0, index + 1)


def test_however_a_log_grew_its_tiles_are_the_same(make_leaves, grow):
    leaves = make_leaves(2_000)
    _, once = grow(leaves)
    for seed in range(5):
        draw = random.Random(seed)  # noqa: S311 repeatable cases, no secrets
        edge, tiles, size = Edge.empty(), MemoryTiles(), 0
        while size < len(leaves):
            batch = leaves[size : size + draw.choice([1, 2, 3, 17, 255, 256, 257, 600])]
            growth = edge.append(batch)
            changed = {
                (path.level, path.index)
                for path in tile_paths(size + len(batch))
                if (path.level, path.index) not in tiles.tiles
                or len(tiles.tiles[path.level, path.index]) < path.width * 32
            }
            assert growth.tiles.keys() == changed
            edge, size = growth.edge, size + len(batch)
            tiles.tiles.update(growth.tiles)
            assert Edge.load(size, tiles) == edge
        assert tiles.tiles == once.tiles
        assert [len(tiles.tiles[p.level, p.index]) for p in tile_paths(size)] == [
            32 * path.width for path in tile_paths(size)
        ]


def test_appending_changes_no_edge(make_leaves):
    leaves = make_leaves(300)
    before = Edge.empty().append(leaves[:77]).edge
    copy = Edge(before.size, before.tiles, before.peaks)
    assert before.append(leaves[77:]).edge == before.append(leaves[77:]).edge
    assert before == copy
    assert before.append([]).edge == before
    assert before.append([]).tiles == {}


def test_a_batch_costs_its_own_leaves_and_the_digits_of_the_size(make_leaves, hash_calls):
    """Exactly k + popcount(s) - 1 node hashes for k leaves on s, the new root included."""
    leaves = make_leaves(3_000)
    draw = random.Random(9)  # noqa: S311 repeatable cases, no secrets
    pairs = [(0, 1), (1, 1), (255, 1), (256, 1), (2_047, 1), (2_048, 900), (1_023, 257)]
    pairs += [(draw.randrange(2_900), draw.randrange(1, 100)) for _ in range(60)]
    for size, count in pairs:
        edge = Edge.empty().append(leaves[:size]).edge
        hash_calls.clear()
        edge.append(leaves[size : size + count]).edge.root()
        assert len(hash_calls) == count + size.bit_count() - 1
        assert set(hash_calls) <= {65}


@pytest.mark.parametrize("size", [2**20 - 1, 2**40 + 2**33 + 77, 2**62 - 2**9, 2**62 + 12_345])
def test_the_cost_of_an_append_does_not_grow_with_the_log(size, hash_calls, make_leaves):
    edge = Edge.load(size, EqualLeaves(size))
    # Opening a log hashes at most one partial tile per level.
    assert len(hash_calls) <= 255 * (size.bit_length() // 8 + 1)
    hash_calls.clear()
    edge.append(make_leaves(10)).edge.root()
    assert len(hash_calls) == 10 + size.bit_count() - 1


@pytest.mark.parametrize("size", [2**40, 2**40 + 2**33 + 77, 2**56 - 3, 2**62 + 12_345, 2**63 - 1])
def test_proofs_of_huge_logs_convince_the_verifier(size):
    reader = EqualLeaves(size)
    root = tree_root(size, reader)
    assert Edge.load(size, reader).root() == root
    leaf = reader.nodes[0]
    draw = random.Random(size)  # noqa: S311 repeatable cases, no secrets
    for index in [0, 1, size // 2, size - 1, *(draw.randrange(size) for _ in range(5))]:
        merkle.check_inclusion(leaf, index, size, prove_inclusion(index, size, reader), root)
        old = index + 1
        proof = prove_consistency(old, size, reader)
        merkle.check_consistency(old, size, tree_root(old, EqualLeaves(old)), root, proof)
    indexes = sorted({draw.randrange(size) for _ in range(20)} | {0, size - 1})
    proof = prove_batch_inclusion(indexes, size, reader)
    merkle.check_batch_inclusion([(index, leaf) for index in indexes], size, proof, root)


def test_a_proof_reads_two_tiles_per_level_and_rebuilds_nothing(make_leaves, grow, hash_calls):
    size = 70_000
    _, tiles = grow(make_leaves(size))
    for index in [0, 255, 256, 34_999, 65_535, 65_536, 69_887, 69_888, size - 1]:
        hash_calls.clear()
        reader = CountedTiles(tiles, size)
        prove_inclusion(index, size, reader)
        assert reader.reads <= 2 * 3
        assert len(hash_calls) <= 2 * 3 * 255
        prove_consistency(index + 1, size, reader)
        assert reader.reads <= 2 * 2 * 3


def test_the_receipts_of_a_batch_hash_their_tiles_once(make_leaves, grow, hash_calls):
    """One prover serves a checkpoint: its second receipt is looked up, not hashed."""
    size = 70_000
    _, tiles = grow(make_leaves(size))
    reader = CountedTiles(tiles, size)
    prover = TreeProver(size, reader)
    expected = [prove_inclusion(index, size, tiles) for index in range(size - 100, size)]
    assert prover.inclusion(size - 100) == expected[0]
    reads = reader.reads
    hash_calls.clear()
    assert [prover.inclusion(index) for index in range(size - 99, size)] == expected[1:]
    assert hash_calls == []
    assert reader.reads == reads


def test_a_prover_keeps_few_tiles(make_leaves, grow):
    size = 70_000
    _, tiles = grow(make_leaves(size))
    prover = TreeProver(size, tiles)
    for index in range(0, size, 256):
        assert prover.inclusion(index) == prove_inclusion(index, size, tiles)
    assert prover._heights.cache_info().currsize == 64


def test_a_batch_proof_reads_each_tile_once(make_leaves, grow):
    size = 70_000
    _, tiles = grow(make_leaves(size))
    reader = CountedTiles(tiles, size)
    prove_batch_inclusion(range(0, size, 17), size, reader)
    assert reader.reads <= len(list(tile_paths(size)))


def test_the_batch_proof_of_all_leaves_is_empty_and_of_one_is_its_path(make_leaves, grow, rfc9162):
    leaves = make_leaves(41)
    _, reader = grow(leaves)
    assert prove_batch_inclusion(range(41), 41, reader) == []
    reference = rfc9162(leaves)
    for index in range(41):
        # The same hashes; the batch lists them from left to right instead of upwards.
        batch = prove_batch_inclusion([index], 41, reader)
        assert sorted(batch) == sorted(reference.path(index, 0, 41))


def test_a_shorter_prefix_of_the_last_tile_will_do_but_not_less(make_leaves, grow, refused):
    leaves = make_leaves(300)
    edge, reader = grow(leaves)
    reader.tiles[0, 1] = reader.tiles[0, 1][: 32 * 20]
    assert tree_root(276, reader) == Edge.empty().append(leaves[:276]).edge.root()
    reader.tiles[0, 1] = reader.tiles[0, 1][:-1]
    for ask in (
        lambda: tree_root(276, reader),
        lambda: Edge.load(276, reader),
        lambda: prove_inclusion(0, 276, reader),
        lambda: prove_consistency(3, 276, reader),
        lambda: prove_batch_inclusion([0], 276, reader),
    ):
        with refused("log.tile", StorageError) as caught:
            ask()
        assert caught.value.pointer == "tile/0/001.p/20"
    assert edge.size == 300


@pytest.mark.parametrize("size", [-1, 2**63])
def test_a_size_is_0_to_2_63_less_1(size, refused):
    reader = MemoryTiles()
    for ask in (
        lambda: tree_root(size, reader),
        lambda: Edge.load(size, reader),
        lambda: prove_inclusion(0, size, reader),
        lambda: prove_consistency(1, size, reader),
        lambda: prove_batch_inclusion([0], size, reader),
    ):
        with refused("merkle.size", RefusedError):
            ask()


def test_a_log_does_not_grow_beyond_63_bits(make_leaves, refused):
    edge = Edge.load(2**63 - 1, EqualLeaves(2**63 - 1))
    with refused("merkle.size", RefusedError):
        edge.append(make_leaves(1))


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (6, 5), (-1, 5)])
def test_only_leaves_of_the_tree_are_proven(index, size, make_leaves, grow, refused):
    _, reader = grow(make_leaves(9))
    with refused("merkle.index", RefusedError):
        prove_inclusion(index, size, reader)
    with refused("merkle.index", RefusedError):
        prove_batch_inclusion([index], size, reader)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (0, 5, "merkle.from_empty"),
        (0, 0, "merkle.from_empty"),
        (6, 5, "merkle.size"),
        (-1, 5, "merkle.size"),
    ],
)
def test_consistency_runs_from_a_tree_with_leaves_forwards(old, new, code, grow, refused):
    _, reader = grow([bytes(32)] * 9)
    with refused(code, RefusedError):
        prove_consistency(old, new, reader)


@pytest.mark.parametrize(
    ("indexes", "code", "pointer"),
    [([], "merkle.no_leaf", ""), ([3, 3], "merkle.order", "/1"), ([1, 4, 2], "merkle.order", "/2")],
)
def test_a_batch_lists_each_leaf_once_in_order(indexes, code, pointer, grow, refused):
    _, reader = grow([bytes(32)] * 9)
    with refused(code, RefusedError) as caught:
        prove_batch_inclusion(indexes, 9, reader)
    assert caught.value.pointer == pointer


def test_a_leaf_that_is_no_hash_is_refused_before_anything_grows(make_leaves, refused):
    with refused("merkle.hash_size", RefusedError) as caught:
        Edge.empty().append([*make_leaves(3), b"short"])
    assert caught.value.pointer == "/3"
