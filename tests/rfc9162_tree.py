"""RFC 9162 section 2.1 written down: trees, batch proofs and consistency proofs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field


def sha256(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


@dataclass
class Tree:
    """RFC 9162 section 2.1 over leaf hashes."""

    leaves: list[bytes] = field(default_factory=list)

    def root(self, size: int | None = None) -> bytes:
        """MTH of the first `size` leaves."""
        return _mth(self.leaves[: len(self.leaves) if size is None else size])

    def batch(self, indexes: list[int], size: int) -> list[bytes]:
        """One proof for many leaves (docs/spec/log.md#batch-proof)."""
        return _batch(self.leaves[:size], indexes)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """PROOF(old, D[new])."""
        return _subproof(old, self.leaves[:new], whole=True) if old < new else []


def _split(n: int) -> int:
    return 1 << (n - 1).bit_length() - 1


def _mth(leaves: list[bytes]) -> bytes:
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"")
    k = _split(len(leaves))
    return sha256(b"\x01" + _mth(leaves[:k]) + _mth(leaves[k:]))


def _batch(leaves: list[bytes], indexes: list[int]) -> list[bytes]:
    if not indexes:
        return [_mth(leaves)]
    if len(leaves) == 1:
        return []
    k = _split(len(leaves))
    left = _batch(leaves[:k], [index for index in indexes if index < k])
    return left + _batch(leaves[k:], [index - k for index in indexes if index >= k])


def _subproof(m: int, leaves: list[bytes], *, whole: bool) -> list[bytes]:
    if m == len(leaves):
        return [] if whole else [_mth(leaves)]
    k = _split(len(leaves))
    if m <= k:
        return [*_subproof(m, leaves[:k], whole=whole), _mth(leaves[k:])]
    return [*_subproof(m - k, leaves[k:], whole=False), _mth(leaves[:k])]
