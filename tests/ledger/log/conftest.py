"""What the tests of the log share: a literal reading of RFC 9162, a signer, and expectations."""

from __future__ import annotations

from contextlib import contextmanager
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from suyuan_ledger.errors import LedgerError, ledger_codes
from suyuan_ledger.log.tiles import MemoryTiles
from suyuan_ledger.log.tree import Edge


class Rfc9162:
    """The definitions of RFC 9162 section 2.1, written as the RFC writes them, over leaf hashes.

    The only liberty is a memory of ranges already hashed: the same range has the same hash.
    """

    def __init__(self, leaves):
        self.leaves = leaves
        self._known = {}

    def mth(self, start, end):
        """MTH(D[start:end]), section 2.1.1."""
        if start == end:
            return sha256(b"").digest()
        if end - start == 1:
            return self.leaves[start]
        if (start, end) not in self._known:
            k = self.split(end - start)
            left, right = self.mth(start, start + k), self.mth(start + k, end)
            self._known[start, end] = sha256(b"\x01" + left + right).digest()
        return self._known[start, end]

    @staticmethod
    def split(n):
        """The largest power of two smaller than n: k < n <= 2k."""
        k = 1
        while 2 * k < n:
            k *= 2
        return k

    def path(self, m, start, end):
        """PATH(m, D[start:end]), section 2.1.3.1."""
        n = end - start
        if n == 1:
            return []
        k = self.split(n)
        if m < k:
            return [*self.path(m, start, start + k), self.mth(start + k, end)]
        return [*self.path(m - k, start + k, end), self.mth(start, start + k)]

    def proof(self, m, n):
        """PROOF(m, D[0:n]), section 2.1.4.1."""
        return self._subproof(m, 0, n, b=True)

    def _subproof(self, m, start, end, *, b):
        n = end - start
        if m == n:
            return [] if b else [self.mth(start, end)]
        k = self.split(n)
        if m <= k:
            return [*self._subproof(m, start, start + k, b=b), self.mth(start + k, end)]
        return [*self._subproof(m - k, start + k, end, b=False), self.mth(start, start + k)]


class Signer:
    """An Ed25519 key made from a number, so that notes repeat."""

    def __init__(self, seed):
        self._key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self.public_key = self._key.public_key().public_bytes_raw()

    def sign(self, message):
        """Sign as RFC 8032 says."""
        return self._key.sign(message)


@pytest.fixture(scope="session")
def make_leaves():
    return lambda count: [sha256(b"\x00%d" % number).digest() for number in range(count)]


@pytest.fixture(scope="session")
def grow():
    """Store the tree of some leaves; return its edge and its tiles."""

    def build(leaves):
        growth = Edge.empty().append(leaves)
        return growth.edge, MemoryTiles(dict(growth.tiles))

    return build


@pytest.fixture(scope="session")
def rfc9162():
    return Rfc9162


@pytest.fixture(scope="session")
def log_signer():
    return Signer(1)


@pytest.fixture(scope="session")
def other_signer():
    return Signer(2)


@pytest.fixture(scope="session")
def refused():
    """Expect one of our own errors with exactly this code, which must have a row in the table."""

    @contextmanager
    def expect(code, kind=LedgerError):
        with pytest.raises(kind) as caught:
            yield caught
        assert caught.value.code == code
        assert code in ledger_codes()

    return expect
