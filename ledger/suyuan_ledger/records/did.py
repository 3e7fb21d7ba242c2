"""did:key names of Ed25519 keys, multibase and base58btc.

A did:key is `did:key:z` + base58btc(0xed 0x01 || 32 bytes of public key) (W3C CCG did:key v0.9,
section 2; multicodec table: ed25519-pub = 0xed, ed25519-priv = 0x1300). Only Ed25519 is read here:
code and length are both checked, so that one key has exactly one name.

`check_public_key` refuses what the library that verifies signatures lets pass: under the
small-order key `01 00..00` one fixed "signature" fits every message, and a y coordinate of p or
more is a second spelling of another key (RFC 8032 section 5.1.3).
"""

from __future__ import annotations

from functools import lru_cache

from suyuan_ledger.errors import RefusedError

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
DID_KEY_PREFIX = "did:key:"
ED25519_PUBLIC = b"\xed\x01"
ED25519_SECRET = b"\x80\x26"
KEY_SIZE = 32

MAX_BASE58_CHARS = 128
_FOREIGN = 0xFF
_DIGITS = bytes(
    ALPHABET.index(chr(code)) if chr(code) in ALPHABET else _FOREIGN for code in range(256)
)
# 128 digits in 8-bit lanes are folded pairwise: 64 lanes of 16 bits, then 32 of 32 bits, and so
# on. A lane never overflows, because 58^n < 256^n. Seven steps instead of 128 (each signature of
# a record passes here).
_FOLDS = tuple(
    (
        width,
        sum(((1 << width) - 1) << shift for shift in range(0, 8 * MAX_BASE58_CHARS, 2 * width)),
        58 ** (width // 8),
    )
    for width in (8, 16, 32, 64, 128, 256, 512)
)
_P = 2**255 - 19
_PAIRS = tuple(high + low for high in ALPHABET for low in ALPHABET)
_TEN_DIGITS = 58**10
# y coordinates of the eight points whose order divides the cofactor 8. The last two are the roots
# of d*y^4 + 2*y^2 - 1 that lie on the curve: the points of order 8.
SMALL_ORDER_Y = frozenset(
    {
        0,
        1,
        _P - 1,
        0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
        0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
    }
)


def encode_base58(data: bytes) -> str:
    """Write bytes in base58btc: a leading zero byte is a leading `1`."""
    zeros = len(data) - len(data.lstrip(b"\0"))
    number = int.from_bytes(data, "big")
    pairs = []
    while number:
        # Ten digits at a time fit a machine word, whose divisions cost little.
        number, ten = divmod(number, _TEN_DIGITS)
        for _ in range(5):
            ten, pair = divmod(ten, len(_PAIRS))
            pairs.append(_PAIRS[pair])
    return "1" * zeros + "".join(reversed(pairs)).lstrip("1")


def decode_base58(text: str) -> bytes:
    """Read base58btc of at most 128 characters; every byte string has exactly one spelling.

    Raises:
        ValueError: too long, or a character outside the alphabet.
    """
    if len(text) > MAX_BASE58_CHARS or not text.isascii():
        raise ValueError("not base58btc")
    digits = text.encode().translate(_DIGITS)
    if _FOREIGN in digits:
        raise ValueError("not base58btc")
    number = int.from_bytes(digits, "big")
    for width, mask, factor in _FOLDS:
        number = (number & mask) + ((number >> width) & mask) * factor
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def encode_multibase(data: bytes) -> str:
    """Write bytes as multibase base58btc (prefix `z`)."""
    return "z" + encode_base58(data)


def decode_multibase(text: str) -> bytes:
    """Read multibase base58btc.

    Raises:
        ValueError: another base, too long, or a foreign character.
    """
    if not text.startswith("z"):
        raise ValueError("not multibase base58btc")
    return decode_base58(text[1:])


def format_did_key(public_key: bytes) -> str:
    """Name an Ed25519 public key (32 raw bytes) as a did:key."""
    if len(public_key) != KEY_SIZE:
        raise ValueError("an Ed25519 public key has 32 bytes")
    return DID_KEY_PREFIX + encode_multibase(ED25519_PUBLIC + public_key)


@lru_cache(maxsize=4096)
def parse_did_key(did: str) -> bytes:
    """Return the 32 raw bytes of an Ed25519 did:key; the point itself is not judged here.

    Raises:
        ValueError: not a did:key, another key type, or a wrong length.
    """
    if not did.startswith(DID_KEY_PREFIX):
        raise ValueError("not a did:key")
    data = decode_multibase(did[len(DID_KEY_PREFIX) :])
    if not data.startswith(ED25519_PUBLIC) or len(data) != len(ED25519_PUBLIC) + KEY_SIZE:
        raise ValueError("not an Ed25519 did:key")
    return data[len(ED25519_PUBLIC) :]


def verification_method(did: str) -> str:
    """Return `did:key:X#X`, the only verification method a did:key has."""
    return f"{did}#{did[len(DID_KEY_PREFIX) :]}"


def check_public_key(public_key: bytes) -> None:
    """Refuse a key of small order, or one that is not in its canonical encoding.

    A point off the curve needs no rule of its own: no signature verifies under it.

    Raises:
        RefusedError: `sig.key_encoding`, `sig.small_order`.
    """
    # The top bit is the sign of x (RFC 8032 section 5.1.2).
    y = int.from_bytes(public_key, "little") & (2**255 - 1)
    if y >= _P:
        raise RefusedError("sig.key_encoding", expected="y < 2^255 - 19", found=public_key.hex())
    if y in SMALL_ORDER_Y:
        raise RefusedError("sig.small_order", found=public_key.hex())
