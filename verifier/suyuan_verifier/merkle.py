"""Check Merkle proofs of an append-only log: inclusion, consistency, and many leaves at once.

The tree is that of RFC 6962 section 2.1 (the same in RFC 9162) over SHA-256:

    leaf = SHA-256(0x00 || entry)
    node = SHA-256(0x01 || left || right)
    a tree of n > 1 leaves splits at the largest power of two below n
    the empty tree's root = SHA-256("")

Worked example, checked by a test: the entries "one" and "two" have the leaves
d0d7360a...8df9e9 and ab1ab7f0...5b7825; their tree of size 2 has the root
4f55f619...de722e (docs/spec/log.md, section "Tree").

Size and root must come from a verified checkpoint and never from whoever hands over the proof: a
root commits to no size, and with another size the same hashes can prove another position.
Therefore every function takes the size and the root that the caller already trusts, and every hash
of a proof has to be used.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from itertools import pairwise
from typing import TYPE_CHECKING

from suyuan_verifier.encodings import MAX_INT63
from suyuan_verifier.errors import MalformedError, ProofError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
MAX_SIZE = MAX_INT63
"""Largest tree size; a path then has at most 63 hashes, which bounds every loop and recursion."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash one log entry as a leaf (RFC 6962 section 2.1, prefix 0x00)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees as an inner node (RFC 6962 section 2.1, prefix 0x01)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def check_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that a leaf stands at `index` in the tree of `size` leaves (RFC 9162 section 2.1.3.2).

    Args:
        leaf: leaf hash, 32 bytes.
        index: position from 0.
        size: number of leaves, from a verified checkpoint.
        proof: sibling hashes from the leaf upwards.
        root: root of that size, from the same checkpoint.

    Raises:
        MalformedError: `merkle.size`, `merkle.index`, `merkle.hash_size`.
        ProofError: `merkle.proof_length` (too few or left-over hashes), `merkle.root`.
    """
    _check_size(size)
    _check_hashes(leaf, root, *proof)
    if not 0 <= index < size:
        raise MalformedError("merkle.index", expected=f"0 <= index < {size}", found=index)
    sides = list(_sides(index, size - 1))
    if len(proof) != len(sides):
        raise ProofError("merkle.proof_length", expected=len(sides), found=len(proof))
    computed = leaf
    for sibling, on_left in zip(proof, sides, strict=True):
        computed = node_hash(sibling, computed) if on_left else node_hash(computed, sibling)
    if computed != root:
        raise ProofError("merkle.root", expected=root.hex(), found=computed.hex())


def check_consistency(
    old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the old tree is a prefix of the new one (RFC 9162 section 2.1.4.2).

    Equal sizes need an empty proof and equal roots. Nothing is proven from an empty tree: a proof
    from size 0 to a larger one is refused, since every tree would pass.

    Raises:
        MalformedError: `merkle.size` (out of range or shrinking), `merkle.hash_size`.
        ProofError: `merkle.from_empty`, `merkle.proof_length`, `merkle.consistency`.
    """
    _check_size(old_size)
    _check_size(new_size)
    _check_hashes(old_root, new_root, *proof)
    if old_size > new_size:
        raise MalformedError("merkle.size", expected=f"<= {new_size}", found=old_size)
    if old_size == new_size:
        _check_same_tree(old_size, old_root, new_root, proof)
        return
    if old_size == 0:
        raise ProofError("merkle.from_empty", expected="an old size above 0", found=0)
    path = list(proof)
    if old_size & (old_size - 1) == 0:
        # A perfect old tree is itself the first node, and the proof leaves it out.
        path.insert(0, old_root)
    # Climb from the last node of the old tree that is a complete subtree of both trees.
    shift = (old_size & -old_size).bit_length() - 1
    sides = list(_sides((old_size - 1) >> shift, (new_size - 1) >> shift))
    if len(path) != len(sides) + 1:
        expected = len(sides) + len(proof) - len(path) + 1
        raise ProofError("merkle.proof_length", expected=expected, found=len(proof))
    old = new = path[0]
    for sibling, on_left in zip(path[1:], sides, strict=True):
        if on_left:
            old = node_hash(sibling, old)
            new = node_hash(sibling, new)
        else:
            new = node_hash(new, sibling)
    for claimed, computed in ((old_root, old), (new_root, new)):
        if claimed != computed:
            raise ProofError("merkle.consistency", expected=claimed.hex(), found=computed.hex())


def check_batch_inclusion(
    leaves: Sequence[tuple[int, bytes]], size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Check many leaves against one root with one proof (docs/spec/log.md, section "Batch proof").

    Recurse over the splits of [0, size), left before right: a range without a listed leaf consumes
    the next hash of the proof, a listed leaf that stands alone is its own hash, anything else is
    the node of its two halves. All hashes must be consumed.

    Args:
        leaves: (index, leaf hash), indexes strictly ascending, at least one.
        size: number of leaves in the tree, from a verified checkpoint.
        proof: hashes in the order in which the recursion meets their ranges.
        root: root of that size, from the same checkpoint.

    Raises:
        MalformedError: `merkle.size`, `merkle.no_leaf`, `merkle.order`, `merkle.index`,
            `merkle.hash_size`.
        ProofError: `merkle.proof_length`, `merkle.root`.
    """
    _check_size(size)
    _check_hashes(root, *proof, *(leaf for _, leaf in leaves))
    indexes = _check_indexes(leaves, size)
    rest = iter(proof)

    def fold(start: int, end: int, low: int, high: int) -> bytes:
        """Hash the leaves [start, end), of which listed leaves low to high - 1 are inside."""
        if low == high:
            sibling = next(rest, None)
            if sibling is None:
                raise ProofError("merkle.proof_length", expected="more hashes", found=len(proof))
            return sibling
        if end - start == 1:
            return leaves[low][1]
        middle = start + _split(end - start)
        between = bisect_left(indexes, middle, low, high)
        left = fold(start, middle, low, between)
        return node_hash(left, fold(middle, end, between, high))

    computed = fold(0, size, 0, len(leaves))
    left_over = sum(1 for _ in rest)
    if left_over:
        raise ProofError("merkle.proof_length", expected=len(proof) - left_over, found=len(proof))
    if computed != root:
        raise ProofError("merkle.root", expected=root.hex(), found=computed.hex())


def _split(size: int) -> int:
    """Largest power of two below `size`, for size > 1 (RFC 6962 section 2.1)."""
    return 1 << (size - 1).bit_length() - 1


def _sides(node: int, last: int) -> Iterator[bool]:
    """Say for each sibling on the way from `node` to the root whether it stands on the left.

    `last` is the number of the level's last node. The walk is the loop of RFC 9162 sections
    2.1.3.2 and 2.1.4.2: a lone right edge is promoted unchanged until it is somebody's right child.
    """
    while last:
        if node & 1:
            yield True
        elif node == last:
            while not node & 1:
                node >>= 1
                last >>= 1
            yield True
        else:
            yield False
        node >>= 1
        last >>= 1


def _check_indexes(leaves: Sequence[tuple[int, bytes]], size: int) -> list[int]:
    """Check that at least one leaf is listed, and all inside the tree and strictly ascending."""
    if not leaves:
        raise MalformedError("merkle.no_leaf", expected="at least one leaf", found=0)
    indexes = [index for index, _ in leaves]
    for before, after in pairwise(indexes):
        if before >= after:
            raise MalformedError("merkle.order", expected=f"> {before}", found=after)
    for index in (indexes[0], indexes[-1]):
        if not 0 <= index < size:
            raise MalformedError("merkle.index", expected=f"0 <= index < {size}", found=index)
    return indexes


def _check_same_tree(size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    if proof:
        raise ProofError("merkle.proof_length", expected=0, found=len(proof))
    expected = EMPTY_ROOT if size == 0 else old_root
    for root in (old_root, new_root):
        if root != expected:
            raise ProofError("merkle.consistency", expected=expected.hex(), found=root.hex())


def _check_size(size: int) -> None:
    if not 0 <= size <= MAX_SIZE:
        raise MalformedError("merkle.size", expected="0 <= size < 2^63", found=size)


def _check_hashes(*hashes: bytes) -> None:
    for value in hashes:
        if len(value) != HASH_SIZE:
            raise MalformedError(
                "merkle.hash_size", expected=f"{HASH_SIZE} bytes", found=f"{len(value)} bytes"
            )
