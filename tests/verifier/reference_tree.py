"""RFC 6962 sections 2.1 to 2.1.2 written down literally: a prover to hold the verifier against.

Slow on purpose: MTH, PATH and PROOF recurse as the RFC does, and nothing is shared with the
verifier, which follows the loops of RFC 9162.
"""

from __future__ import annotations

import hashlib


def mth(entries: list[bytes]) -> bytes:
    """MTH(D[n]), section 2.1."""
    n = len(entries)
    if n == 0:
        return hashlib.sha256(b"").digest()
    if n == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = split(n)
    return hashlib.sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


def path(m: int, entries: list[bytes]) -> list[bytes]:
    """PATH(m, D[n]), section 2.1.1."""
    n = len(entries)
    if n == 1:
        return []
    k = split(n)
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def proof(m: int, entries: list[bytes]) -> list[bytes]:
    """PROOF(m, D[n]), section 2.1.2, for 0 < m < n."""
    return subproof(m, entries, whole=True)


def subproof(m: int, entries: list[bytes], *, whole: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b), section 2.1.2."""
    n = len(entries)
    if m == n:
        return [] if whole else [mth(entries)]
    k = split(n)
    if m <= k:
        return [*subproof(m, entries[:k], whole=whole), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], whole=False), mth(entries[:k])]


def batch(indexes: list[int], entries: list[bytes]) -> list[bytes]:
    """The batch proof of docs/spec/log.md: what a range without a listed leaf contributes."""
    if not indexes:
        return [mth(entries)]
    if len(entries) == 1:
        return []
    k = split(len(entries))
    left = batch([index for index in indexes if index < k], entries[:k])
    right = batch([index - k for index in indexes if index >= k], entries[k:])
    return left + right


def split(n: int) -> int:
    """The largest power of two smaller than n."""
    k = 1
    while 2 * k < n:
        k *= 2
    return k
