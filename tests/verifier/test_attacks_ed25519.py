"""Signatures that Ed25519 verifiers are known to disagree on: cofactor, order, spelling.

Points are computed here from RFC 8032 section 5.1, with no library in between. A signer who picks a
key of mixed order can make a signature that holds with the cofactor and not without: two programs
that differ in this would give one record two verdicts.
"""

from __future__ import annotations

import hashlib

import pytest
from suyuan_verifier.note import verify_ed25519
from suyuan_verifier.signature import check_public_key

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
IDENTITY = (0, 1)


def add(one, other):
    (x1, y1), (x2, y2) = one, other
    product = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + product, -1, P) % P
    return x, (y1 * y2 + x1 * x2) * pow(1 - product, -1, P) % P


def times(number, point):
    result = IDENTITY
    while number:
        if number & 1:
            result = add(result, point)
        point, number = add(point, point), number >> 1
    return result


def recover(y, sign):
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert x * x % P == square
    return (x if x & 1 == sign else P - x), y


def encode(point):
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = recover(4 * pow(5, -1, P) % P, 0)
EIGHTH = recover(0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826, 0)
SECRET, NONCE = 0x1234567 % L, 0x7654321 % L


def hashed(r, key, message):
    return int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L


def signed(message, key_torsion=IDENTITY, nonce_torsion=IDENTITY):
    """A signature whose key and R carry a component of small order."""
    key = encode(add(times(SECRET, BASE), key_torsion))
    r = encode(add(times(NONCE, BASE), nonce_torsion))
    challenge = hashed(r, key, message)
    return key, r, (NONCE + challenge * SECRET) % L, challenge


def scalar(value):
    return value.to_bytes(32, "little")


def test_the_points_are_the_curves():
    assert times(8, EIGHTH) == IDENTITY != times(4, EIGHTH)
    key, r, s, _ = signed(b"plain")
    assert verify_ed25519(key, b"plain", r + scalar(s))


@pytest.mark.parametrize("number", range(16))
def test_a_key_of_mixed_order_verifies_without_the_cofactor_or_not_at_all(number):
    message = b"message %d" % number
    key, r, s, challenge = signed(message, key_torsion=EIGHTH)
    check_public_key(key)  # it is no small-order key, and nothing tells it from an honest one
    holds_without_cofactor = challenge % 8 == 0
    assert verify_ed25519(key, message, r + scalar(s)) is holds_without_cofactor


@pytest.mark.parametrize("torsion", range(1, 8))
def test_an_r_of_mixed_order_is_refused(torsion):
    key, r, s, _ = signed(b"message", nonce_torsion=times(torsion, EIGHTH))
    assert not verify_ed25519(key, b"message", r + scalar(s))


def test_a_second_spelling_of_r_is_refused():
    """R is compared as bytes: y + p, and the identity with its sign set, are other bytes."""
    key = encode(times(SECRET, BASE))
    for r in ((1).to_bytes(32, "little"), (1 | 1 << 255).to_bytes(32, "little"), scalar(P + 1)):
        s = hashed(r, key, b"message") * SECRET % L
        assert verify_ed25519(key, b"message", r + scalar(s)) is (r[31] == 0)


def test_a_scalar_of_the_order_or_more_is_refused():
    key, r, s, _ = signed(b"message")
    for more in (L, 2 * L, 4 * L, 8 * L):
        assert not verify_ed25519(key, b"message", r + scalar(s + more))
