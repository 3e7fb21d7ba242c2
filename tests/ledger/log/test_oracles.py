"""Two published libraries, written by others, agree with our trees (docs/adr/0004).

merkletools builds RFC 9162's tree when its hash function is given the node prefix; as shipped it
has no prefix, and a test shows what that costs. pymerkle has the prefixes.
"""

from __future__ import annotations

import random
import warnings
from hashlib import sha256

import pytest
from pymerkle import InmemoryTree, verify_inclusion
from suyuan_ledger.log.hashing import leaf_hash, node_hash
from suyuan_ledger.log.tree import Edge, prove_inclusion, tree_root
from suyuan_verifier import merkle
from suyuan_verifier.errors import ProofError

with warnings.catch_warnings():
    # It warns that pysha3 is absent, which we do not use.
    warnings.simplefilter("ignore")
    from merkletools import MerkleTools

SIZES = [*range(1, 131), 255, 256, 257, 1_000, 4_097]


def merkletools_tree(leaves):
    tree = MerkleTools()
    tree.hash_function = lambda data: sha256(b"\x01" + data)
    tree.add_leaf([leaf.hex() for leaf in leaves])
    tree.make_tree()
    return tree


@pytest.mark.parametrize("size", SIZES)
def test_merkletools_with_the_node_prefix_gives_our_roots_and_paths(size, make_leaves, grow):
    leaves = make_leaves(size)
    edge, reader = grow(leaves)
    oracle = merkletools_tree(leaves)
    assert oracle.get_merkle_root() == edge.root().hex() == tree_root(size, reader).hex()
    draw = random.Random(size)  # noqa: S311 repeatable cases, no secrets
    for index in range(size) if size <= 130 else draw.sample(range(size), 60):
        theirs = [bytes.fromhex(next(iter(step.values()))) for step in oracle.get_proof(index)]
        assert prove_inclusion(index, size, reader) == theirs


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 33, 64, 130, 257, 1_000])
def test_pymerkle_gives_our_roots_and_accepts_its_proofs_under_them(size, grow):
    entries = [b"entry %d" % number for number in range(size)]
    leaves = [leaf_hash(entry) for entry in entries]
    edge, reader = grow(leaves)
    oracle = InmemoryTree(algorithm="sha256")
    for entry in entries:
        oracle.append_entry(entry)
    assert oracle.get_root() == edge.root()
    for prefix in {1, size // 2 or 1, size}:
        assert oracle.get_root(prefix) == tree_root(prefix, reader)
    for index in sorted({0, size // 2, size - 1}):
        assert oracle.get_leaf(index + 1) == leaves[index]
        proof = oracle.prove_inclusion(index + 1)
        verify_inclusion(leaves[index], edge.root(), proof, index=index + 1, size=size)
        # Its path begins with the leaf itself, ours with the leaf's sibling.
        assert proof.path == [leaves[index], *prove_inclusion(index, size, reader)]


def test_merkletools_as_shipped_takes_an_inner_node_for_a_leaf():
    """Why it is not a dependency: a hash that nobody ever submitted is proven a member."""
    leaves = [sha256(b"record %d" % number).digest() for number in range(4)]
    shipped = MerkleTools()
    shipped.add_leaf([leaf.hex() for leaf in leaves])
    shipped.make_tree()
    inner = sha256(leaves[0] + leaves[1]).digest()
    sibling = sha256(leaves[2] + leaves[3]).digest()
    assert inner not in leaves
    assert shipped.validate_proof(
        [{"right": sibling.hex()}], inner.hex(), shipped.get_merkle_root()
    )


def test_our_tree_does_not_take_an_inner_node_for_a_leaf(make_leaves, grow):
    leaves = make_leaves(4)
    edge, _ = grow(leaves)
    inner, sibling = node_hash(leaves[0], leaves[1]), node_hash(leaves[2], leaves[3])
    # The prefix: the two children, offered as an entry, hash to another value than their parent.
    assert leaf_hash(leaves[0] + leaves[1]) != inner
    # The size: a path to a leaf of a tree of four has two hashes, not one.
    with pytest.raises(ProofError) as caught:
        merkle.check_inclusion(inner, 0, 4, [sibling], edge.root())
    assert caught.value.code == "merkle.proof_length"


def test_merkletools_as_shipped_never_gives_our_root(make_leaves):
    for size in range(2, 40):
        leaves = make_leaves(size)
        shipped = MerkleTools()
        shipped.add_leaf([leaf.hex() for leaf in leaves])
        shipped.make_tree()
        assert shipped.get_merkle_root() != Edge.empty().append(leaves).edge.root().hex()
