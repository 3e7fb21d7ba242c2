"""Base58btc and did:key, as far as an Ed25519 record needs them.

Multibase prefix `z` is base58btc (the Bitcoin alphabet, no padding); `did:key:z6Mk...` is the
multicodec 0xed (bytes ED 01) followed by 32 bytes of Ed25519 public key (W3C Multikey, did:key).
"""

from __future__ import annotations

from functools import lru_cache

from suyuan_verifier.errors import MalformedError

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_NO_SYMBOL = 255
_VALUES = bytes(
    _ALPHABET.index(chr(code)) if chr(code) in _ALPHABET else _NO_SYMBOL for code in range(256)
)
_CHUNK = 10
"""Symbols that are put together before they meet the long number: they fit a machine word."""
_ED25519 = b"\xed\x01"
_DID_KEY = "did:key:"
_MAX_SYMBOLS = 120


def decode_base58btc(text: str, size: int, code: str) -> bytes:
    """Decode multibase base58btc to exactly `size` bytes.

    The spelling is unique: another number of leading `1` symbols gives another length.

    Raises:
        MalformedError: with `code`, for a wrong prefix, symbol or length.
    """
    if not text.startswith("z") or len(text) > _MAX_SYMBOLS:
        raise MalformedError(code, expected="multibase z (base58btc)", found=text)
    values = text[1:].encode("ascii", "replace").translate(_VALUES)
    if _NO_SYMBOL in values:
        raise MalformedError(code, expected="base58btc symbols", found=text)
    number = 0
    for start in range(0, len(values), _CHUNK):
        chunk = values[start : start + _CHUNK]
        part = 0
        for value in chunk:
            part = part * 58 + value
        number = number * 58 ** len(chunk) + part
    zeros = len(text) - 1 - len(text[1:].lstrip("1"))
    data = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    if len(data) != size:
        raise MalformedError(code, expected=f"{size} bytes", found=f"{len(data)} bytes")
    return data


def encode_base58btc(data: bytes) -> str:
    """Encode bytes as multibase base58btc."""
    number = int.from_bytes(data, "big")
    symbols = []
    while number:
        number, rest = divmod(number, 58)
        symbols.append(_ALPHABET[rest])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "z" + "1" * zeros + "".join(reversed(symbols))


@lru_cache(maxsize=1024)
def parse_did_key(did: str, code: str = "sig.key") -> bytes:
    """Return the 32 raw bytes of an Ed25519 did:key.

    Raises:
        MalformedError: with `code`, if `did` is not an Ed25519 did:key.
    """
    if len(did) > len(_DID_KEY) + _MAX_SYMBOLS or not did.startswith(_DID_KEY):
        raise MalformedError(code, expected="did:key:z6Mk...", found=did)
    data = decode_base58btc(did[len(_DID_KEY) :], 34, code)
    if data[:2] != _ED25519:
        raise MalformedError(code, expected="multicodec ed 01", found=data[:2].hex())
    return data[2:]


def format_did_key(public_key: bytes) -> str:
    """Write 32 raw bytes of Ed25519 public key as did:key."""
    return _DID_KEY + encode_base58btc(_ED25519 + public_key)
