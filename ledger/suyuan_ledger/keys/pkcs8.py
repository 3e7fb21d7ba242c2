"""Encrypted PKCS#8 with a passphrase that is stretched.

The library's own writer stretches with 2,048 rounds of PBKDF2, which a single graphics card tries
by the million per second. The container is a fixed dozen of DER values (RFC 5958 section 3 with
PBES2 of RFC 8018 section 6.2), so it is written here with 600,000 rounds of HMAC-SHA-256, the
number OWASP's password storage guidance asks for; every reader of PKCS#8 opens it, ours is the
library's.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import textwrap

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

ROUNDS = 600_000
_SALT_SIZE = 16
_KEY_SIZE = 32
_BLOCK_SIZE = 16

_SEQUENCE = 0x30
_INTEGER = 0x02
_OCTET_STRING = 0x04
_OID = 0x06
_NULL = bytes.fromhex("0500")
_PBES2 = bytes.fromhex("2a864886f70d01050d")  # 1.2.840.113549.1.5.13
_PBKDF2 = bytes.fromhex("2a864886f70d01050c")  # 1.2.840.113549.1.5.12
_HMAC_SHA256 = bytes.fromhex("2a864886f70d0209")  # 1.2.840.113549.2.9
_AES256_CBC = bytes.fromhex("60864801650304012a")  # 2.16.840.1.101.3.4.1.42


def encrypt_key(key: Ed25519PrivateKey, passphrase: str) -> bytes:
    """Write a private key as `ENCRYPTED PRIVATE KEY` in PEM (RFC 7468 section 11)."""
    salt = secrets.token_bytes(_SALT_SIZE)
    initial = secrets.token_bytes(_BLOCK_SIZE)
    derived = hashlib.pbkdf2_hmac("sha256", passphrase.encode(), salt, ROUNDS, _KEY_SIZE)
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    padder = PKCS7(_BLOCK_SIZE * 8).padder()
    encryptor = Cipher(algorithms.AES256(derived), modes.CBC(initial)).encryptor()
    sealed = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()

    stretching = _sequence(
        _value(_OID, _PBKDF2),
        _sequence(
            _value(_OCTET_STRING, salt),
            _value(_INTEGER, ROUNDS.to_bytes(3, "big")),
            _sequence(_value(_OID, _HMAC_SHA256), _NULL),
        ),
    )
    cipher = _sequence(_value(_OID, _AES256_CBC), _value(_OCTET_STRING, initial))
    scheme = _sequence(_value(_OID, _PBES2), _sequence(stretching, cipher))
    container = _sequence(scheme, _value(_OCTET_STRING, sealed))
    body = "\n".join(textwrap.wrap(base64.b64encode(container).decode(), 64))
    return (
        f"-----BEGIN ENCRYPTED PRIVATE KEY-----\n{body}\n-----END ENCRYPTED PRIVATE KEY-----\n"
    ).encode()


def _value(tag: int, content: bytes) -> bytes:
    """Write one DER value; nothing here reaches 256 bytes."""
    size = len(content)
    length = bytes([size]) if size < 0x80 else bytes([0x81, size])
    return bytes([tag]) + length + content


def _sequence(*members: bytes) -> bytes:
    return _value(_SEQUENCE, b"".join(members))
