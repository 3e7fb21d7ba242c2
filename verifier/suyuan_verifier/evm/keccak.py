"""Keccak-256 as Ethereum uses it: the original padding 0x01, not SHA-3's 0x06.

FIPS 202 describes the permutation; the padding is that of the Keccak submission (version 3).
Neither `hashlib` nor `cryptography` offers it. The pure code needs about 0.2 ms per 136 bytes;
pycryptodome is used where it happens to be installed, and a test holds both to each other.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_RATE = 136
_LANES = 25
_MASK = 2**64 - 1


def keccak256(data: bytes) -> bytes:
    """Hash with pycryptodome if it is importable, with the pure code otherwise; 32 bytes."""
    return _backend()(data)


def keccak256_pure(data: bytes) -> bytes:
    """Hash with Python alone; 32 bytes."""
    # Multi-rate padding: a one bit, zeros, a one bit; both fall into one byte if one is free.
    padded = bytearray(data + b"\x01" + bytes(-(len(data) + 1) % _RATE))
    padded[-1] |= 0x80
    state = [0] * _LANES
    for start in range(0, len(padded), _RATE):
        for lane in range(_RATE // 8):
            place = start + 8 * lane
            state[lane] ^= int.from_bytes(padded[place : place + 8], "little")
        state = _permute(state)
    return b"".join(lane.to_bytes(8, "little") for lane in state[:4])


@cache
def _backend() -> Callable[[bytes], bytes]:
    try:
        from Crypto.Hash import keccak  # noqa: PLC0415 - optional, and slow to import
    except ImportError:
        return keccak256_pure

    def fast(data: bytes) -> bytes:
        return keccak.new(data=data, digest_bits=256).digest()

    return fast


def _round_constants() -> tuple[int, ...]:
    """The 24 constants of step iota, from the LFSR of FIPS 202 section 3.2.5 (algorithm 5)."""
    constants, register = [], 1
    for _ in range(24):
        constant = 0
        for power in range(7):
            if register & 1:
                constant |= 1 << (2**power - 1)
            register <<= 1
            if register & 0x100:
                register ^= 0x171
        constants.append(constant)
    return tuple(constants)


def _moves() -> tuple[tuple[int, int], ...]:
    """For each lane of pi(rho(A)): the lane it comes from, and its rotation (algorithms 2, 3)."""
    offsets = [0] * _LANES
    x, y = 1, 0
    for step in range(24):
        offsets[x + 5 * y] = (step + 1) * (step + 2) // 2 % 64
        x, y = y, (2 * x + 3 * y) % 5
    moves = []
    for lane in range(_LANES):
        x, y = lane % 5, lane // 5
        source = (x + 3 * y) % 5 + 5 * x
        moves.append((source, offsets[source]))
    return tuple(moves)


_ROUND_CONSTANTS = _round_constants()
_MOVES = _moves()
_ROWS = tuple((row, row + 1, row + 2, row + 3, row + 4) for row in range(0, _LANES, 5))


def _permute(a: list[int]) -> list[int]:
    """Keccak-f[1600]: 24 rounds of theta, rho, pi, chi, iota (FIPS 202 section 3.3)."""
    for constant in _ROUND_CONSTANTS:
        c = [a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20] for x in range(5)]
        d = [c[x - 1] ^ ((c[(x + 1) % 5] << 1 | c[(x + 1) % 5] >> 63) & _MASK) for x in range(5)]
        t = [lane ^ d[number % 5] for number, lane in enumerate(a)]
        b = [(t[source] << turn | t[source] >> (64 - turn)) & _MASK for source, turn in _MOVES]
        a = []
        for i, j, k, m, n in _ROWS:
            b0, b1, b2, b3, b4 = b[i], b[j], b[k], b[m], b[n]
            a += (
                b0 ^ (~b1 & b2),
                b1 ^ (~b2 & b3),
                b2 ^ (~b3 & b4),
                b3 ^ (~b4 & b0),
                b4 ^ (~b0 & b1),
            )
        a[0] ^= constant
    return a
