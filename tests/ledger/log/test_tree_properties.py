"""Whatever a log's history, our proofs convince the verifier, and altered ones never do."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from suyuan_ledger.log.tiles import MemoryTiles
from suyuan_ledger.log.tree import (
    Edge,
    prove_batch_inclusion,
    prove_consistency,
    prove_inclusion,
    tree_root,
)
from suyuan_verifier import merkle
from suyuan_verifier.errors import VerifierError

LEAVES = [sha256(b"\x00%d" % number).digest() for number in range(1_200)]
READER = MemoryTiles(dict(Edge.empty().append(LEAVES).tiles))
SIZES = st.integers(1, len(LEAVES))


@pytest.mark.parametrize("size", [*range(1, 131), 255, 256, 257, 1_199, 1_200])
def test_the_verifier_accepts_every_proof(size):
    root = tree_root(size, READER)
    for index in range(0, size, 1 if size <= 130 else 13):
        proof = prove_inclusion(index, size, READER)
        merkle.check_inclusion(LEAVES[index], index, size, proof, root)
        old = index + 1
        proof = prove_consistency(old, size, READER)
        merkle.check_consistency(old, size, tree_root(old, READER), root, proof)


@given(st.lists(st.integers(0, 300), max_size=8))
def test_any_sequence_of_batches_gives_one_tree(batches):
    edge, size = Edge.empty(), 0
    tiles = MemoryTiles()
    for asked in batches:
        count = min(asked, len(LEAVES) - size)
        growth = edge.append(LEAVES[size : size + count])
        tiles.tiles.update(growth.tiles)
        edge, size = growth.edge, size + count
        assert edge.root() == tree_root(size, READER)
        assert Edge.load(size, tiles) == edge
    assert edge == Edge.empty().append(LEAVES[:size]).edge


@given(st.data())
def test_batch_proofs_convince_the_verifier(data):
    size = data.draw(SIZES)
    indexes = sorted(data.draw(st.sets(st.integers(0, size - 1), min_size=1, max_size=30)))
    proof = prove_batch_inclusion(indexes, size, READER)
    leaves = [(index, LEAVES[index]) for index in indexes]
    merkle.check_batch_inclusion(leaves, size, proof, tree_root(size, READER))


@given(st.data())
@settings(max_examples=300)
def test_an_altered_inclusion_proof_convinces_nobody(data):
    size = data.draw(st.integers(2, len(LEAVES)))
    index = data.draw(st.integers(0, size - 1))
    proof = prove_inclusion(index, size, READER)
    root = tree_root(size, READER)
    altered = list(proof)
    place = data.draw(st.integers(0, len(proof) - 1))
    kind = data.draw(st.sampled_from(["flip", "drop", "repeat", "index", "leaf", "swap"]))
    leaf, claimed = LEAVES[index], index
    if kind == "flip":
        bit = data.draw(st.integers(0, 255))
        changed = int.from_bytes(altered[place], "big") ^ (1 << bit)
        altered[place] = changed.to_bytes(32, "big")
    elif kind == "drop":
        del altered[place]
    elif kind == "repeat":
        altered.insert(place, altered[place])
    elif kind == "index":
        claimed = data.draw(st.integers(0, size - 1).filter(lambda other: other != index))
    elif kind == "leaf":
        leaf = LEAVES[(index + 1) % len(LEAVES)]
    else:
        altered.reverse()
        altered.append(LEAVES[0])
    with pytest.raises(VerifierError):
        merkle.check_inclusion(leaf, claimed, size, altered, root)


@given(st.data())
def test_a_rewritten_history_has_no_consistency_proof(data):
    size = data.draw(st.integers(2, len(LEAVES)))
    old = data.draw(st.integers(1, size - 1))
    changed = data.draw(st.integers(0, old - 1))
    forged = list(LEAVES[:size])
    forged[changed] = sha256(b"\x00forged").digest()
    growth = Edge.empty().append(forged)
    proof = prove_consistency(old, size, MemoryTiles(dict(growth.tiles)))
    with pytest.raises(VerifierError):
        merkle.check_consistency(old, size, tree_root(old, READER), growth.edge.root(), proof)
