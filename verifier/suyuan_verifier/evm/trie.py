"""Prove a value, or its absence, in a Merkle Patricia trie (yellow paper, appendix D).

A proof is the list of the nodes on the way from the root to the key, as `eth_getProof` (EIP-1186)
returns them: each node's RLP, the first one hashing to the root, each further one to the reference
in its parent. A node whose encoding is shorter than 32 bytes stands inside its parent instead.

Every node has to be used, in order: what is not needed could only mislead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from suyuan_verifier.errors import MalformedError, ProofError
from suyuan_verifier.evm.keccak import keccak256
from suyuan_verifier.evm.rlp import Item, decode_rlp, encode_rlp

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_NODE_BYTES = 4_096
MAX_NODES = 65
"""A 32-byte key has 64 nibbles, so a path meets at most 65 nodes."""

EMPTY_TRIE_ROOT = bytes.fromhex("56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421")
"""Keccak-256 of the RLP of the empty string, 80."""

_HASH = 32
_BRANCH = 17
_PAIR = 2


def prove_value(root: bytes, key: bytes, nodes: Sequence[bytes]) -> bytes | None:
    """Walk a proof and return the value that the trie holds at `key`, or None if it holds none.

    Args:
        root: root hash, 32 bytes, already trusted.
        key: the trie's key; in a secure trie the Keccak-256 of the account or slot.
        nodes: RLP of the nodes on the path, root first; may be empty for the empty trie.

    Raises:
        MalformedError: `evm.rlp`, `evm.trie_node` for a node that no trie has.
        ProofError: `evm.trie_hash` for a node that is not the one referred to, `evm.trie_length`
            for missing or unused nodes.
    """
    if len(nodes) > MAX_NODES:
        raise MalformedError("evm.trie_node", expected=f"<= {MAX_NODES} nodes", found=len(nodes))
    if not nodes and root == EMPTY_TRIE_ROOT:
        return None
    path = _nibbles(key)
    rest = iter(nodes)
    node = _follow(root, rest, is_root=True)
    while True:
        value, reference, taken = _step(node, path)
        path = path[taken:]
        if reference == b"":
            break
        node = _follow(reference, rest, is_root=False)
    unused = sum(1 for _ in rest)
    if unused:
        raise ProofError("evm.trie_length", expected=len(nodes) - unused, found=len(nodes))
    return value


def _follow(reference: Item, rest: Iterator[bytes], *, is_root: bool) -> Item:
    """Return the node that a reference stands for."""
    if isinstance(reference, tuple):
        if len(encode_rlp(reference)) >= _HASH:
            raise MalformedError("evm.trie_node", expected="a long node by its hash")
        return reference
    if len(reference) != _HASH:
        raise MalformedError("evm.trie_node", expected="a 32-byte hash", found=reference.hex())
    raw = next(rest, None)
    if raw is None:
        raise ProofError("evm.trie_length", expected="more nodes")
    if len(raw) > MAX_NODE_BYTES or (len(raw) < _HASH and not is_root):
        raise MalformedError(
            "evm.trie_node", expected=f"{_HASH} to {MAX_NODE_BYTES} bytes", found=len(raw)
        )
    digest = keccak256(raw)
    if digest != reference:
        raise ProofError("evm.trie_hash", expected=reference.hex(), found=digest.hex())
    return decode_rlp(raw, max_bytes=MAX_NODE_BYTES)


def _step(node: Item, path: tuple[int, ...]) -> tuple[bytes | None, Item, int]:
    """Take one node: the value found, the reference to go on with (b"" to stop), nibbles used."""
    if node == b"":
        return None, b"", 0
    if isinstance(node, tuple) and len(node) == _BRANCH:
        if path:
            return None, node[path[0]], 1
        return _value(node[16]), b"", 0
    if not isinstance(node, tuple) or len(node) != _PAIR:
        raise MalformedError("evm.trie_node", expected="a branch, an extension or a leaf")
    part, is_leaf = _hex_prefix(node[0])
    if is_leaf:
        value = _value(node[1])
        if value is None:
            raise MalformedError("evm.trie_node", expected="a leaf with a value")
        return (value if part == path else None), b"", len(path)
    if not part or node[1] == b"":
        raise MalformedError("evm.trie_node", expected="an extension with a path and a child")
    if path[: len(part)] != part:
        return None, b"", 0
    return None, node[1], len(part)


def _value(item: Item) -> bytes | None:
    """A value is a byte string; the empty one means that there is none."""
    if isinstance(item, tuple):
        raise MalformedError("evm.trie_node", expected="a byte string as value", found="a list")
    return item or None


def _hex_prefix(item: Item) -> tuple[tuple[int, ...], bool]:
    """Decode a compact path (yellow paper, appendix C): its nibbles, and whether it ends a leaf."""
    if isinstance(item, tuple) or not item:
        raise MalformedError("evm.trie_node", expected="a compact path")
    flag, *rest = _nibbles(item)
    # Two flag bits: 1 for an odd number of nibbles, 2 for a leaf.
    if flag > 3:
        raise MalformedError("evm.trie_node", expected="a flag from 0 to 3", found=flag)
    if not flag & 1 and rest.pop(0):
        raise MalformedError("evm.trie_node", expected="zero padding", found=item.hex())
    return tuple(rest), bool(flag & 2)


_VALUES = bytes(int(chr(code), 16) if chr(code) in "0123456789abcdef" else 0 for code in range(256))
"""The value of each hexadecimal digit, by its ASCII code."""


def _nibbles(data: bytes) -> tuple[int, ...]:
    return tuple(data.hex().encode().translate(_VALUES))
