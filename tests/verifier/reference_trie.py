"""A Merkle Patricia trie written down from the yellow paper (appendices C and D): builder, prover.

It uses the packages `rlp` and `eth_utils`, so that nothing is shared with the verifier under test.
"""

from __future__ import annotations

import rlp
from eth_utils import keccak

Nibbles = tuple[int, ...]


class Trie:
    """The trie of a mapping; empty values are absent, as in the public vectors."""

    def __init__(self, content: dict[bytes, bytes]) -> None:
        pairs = {nibbles(key): value for key, value in content.items() if value}
        self._top = build(pairs)

    @property
    def root(self) -> bytes:
        """TRIE(J): Keccak-256 of the root node, whatever its length."""
        return keccak(rlp.encode(collapse(self._top)))

    def prove(self, key: bytes) -> list[bytes]:
        """Nodes on the way to `key`, as eth_getProof lists them: embedded ones inside parents."""
        found, node, rest, is_root = [], self._top, nibbles(key), True
        while node is not None:
            encoded = rlp.encode(collapse(node))
            if is_root or len(encoded) >= 32:
                found.append(encoded)
            is_root = False
            kind, *parts = node
            if kind == "branch":
                node, rest = (parts[0][rest[0]], rest[1:]) if rest else (None, rest)
            elif kind == "extension" and rest[: len(parts[0])] == parts[0]:
                node, rest = parts[1], rest[len(parts[0]) :]
            else:
                node = None
        return found


def nibbles(data: bytes) -> Nibbles:
    return tuple(int(digit, 16) for digit in data.hex())


def build(pairs: dict[Nibbles, bytes]):
    """The structural composition c(J, i), with the nibbles before i already cut off."""
    if not pairs:
        return None
    if len(pairs) == 1:
        ((path, value),) = pairs.items()
        return ("leaf", path, value)
    first = min(pairs)
    last = max(pairs)
    shared = 0
    while shared < min(len(first), len(last)) and first[shared] == last[shared]:
        shared += 1
    if shared:
        return (
            "extension",
            first[:shared],
            build({path[shared:]: value for path, value in pairs.items()}),
        )
    children = [
        build({path[1:]: value for path, value in pairs.items() if path and path[0] == digit})
        for digit in range(16)
    ]
    return ("branch", children, pairs.get((), b""))


def collapse(node):
    """The node as RLP structure, children replaced by n(J, i)."""
    if node is None:
        return b""
    kind, *parts = node
    if kind == "leaf":
        return [hex_prefix(parts[0], leaf=True), parts[1]]
    if kind == "extension":
        return [hex_prefix(parts[0], leaf=False), reference(parts[1])]
    return [*(reference(child) for child in parts[0]), parts[1]]


def reference(node):
    """n(J, i): short nodes stand for themselves, long ones by their hash."""
    if node is None:
        return b""
    structure = collapse(node)
    encoded = rlp.encode(structure)
    return structure if len(encoded) < 32 else keccak(encoded)


def hex_prefix(path: Nibbles, *, leaf: bool) -> bytes:
    """HP(x, t), appendix C."""
    flag = 2 if leaf else 0
    full = (flag + 1, *path) if len(path) % 2 else (flag, 0, *path)
    return bytes.fromhex("".join(f"{digit:x}" for digit in full))
