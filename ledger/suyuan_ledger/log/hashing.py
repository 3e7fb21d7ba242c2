"""The hashes of the log: SHA-256 with a prefix that keeps leaves and nodes apart.

    leaf  = SHA-256(0x00 || entry)
    node  = SHA-256(0x01 || left || right)
    empty = SHA-256("")

Source: RFC 9162 section 2.1.1 (the same construction as RFC 6962 section 2.1). Without the prefix
an inner node could be shown as a leaf (docs/adr/0004).

Everything that hashes inside the log goes through this module.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from suyuan_ledger.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Hash one log entry into its leaf."""
    return sha256(b"\x00" + entry).digest()


def leaf_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """Hash many entries, in order."""
    digest = sha256
    return [digest(b"\x00" + entry).digest() for entry in entries]


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two sibling nodes into their parent."""
    return sha256(b"\x01" + left + right).digest()


def parents(nodes: Sequence[bytes]) -> list[bytes]:
    """Hash adjacent pairs of one tree level; an odd last node is left for its later sibling.

    This is the inner loop of every build, append and proof. One iterator taken twice pairs the
    nodes without slicing, and the concatenation is the only copy per hash.
    """
    digest = sha256
    pairs = iter(nodes)
    return [
        digest(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)
    ]


def fold(subtrees: Sequence[bytes]) -> bytes:
    """Hash complete subtrees of falling height into the root over them all."""
    if not subtrees:
        return EMPTY_ROOT
    root = subtrees[-1]
    for subtree in reversed(subtrees[:-1]):
        root = node_hash(subtree, root)
    return root


def check_hashes(hashes: Collection[bytes]) -> None:
    """Refuse a list that holds anything but 32-byte hashes.

    Raises:
        RefusedError: `merkle.hash_size`, naming the first wrong position.
    """
    # The set of lengths is built without a Python-level loop: a batch is checked in a twentieth
    # of the time that it takes to hash it.
    if set(map(len, hashes)) <= {HASH_SIZE}:
        return
    position, length = next((i, len(h)) for i, h in enumerate(hashes) if len(h) != HASH_SIZE)
    raise RefusedError(
        "merkle.hash_size", pointer=f"/{position}", expected=f"{HASH_SIZE} bytes", found=length
    )
