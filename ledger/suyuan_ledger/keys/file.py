"""Keys in files: Ed25519 as encrypted PKCS#8 PEM (RFC 8410, RFC 5958), readable by its owner only.

An unencrypted key file is refused: whoever copies a backup would hold the key.

The line before the PEM block (explanatory text, RFC 7468 section 5.2) is the key's did:key. It
shows whose key this is without the passphrase; and because the encryption of PKCS#8 does not
detect changes, it is what tells a damaged file from another key.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from suyuan_ledger.errors import KeyAccessError
from suyuan_ledger.keys.pkcs8 import encrypt_key
from suyuan_ledger.keys.signer import MemorySigner, PassphraseProvider

_ENCRYPTED = b"-----BEGIN ENCRYPTED PRIVATE KEY-----"
_MODE = 0o600
# An encrypted Ed25519 key is about 400 bytes; more is some other file.
_MAX_BYTES = 16 * 1024


def create_key_file(path: Path, passphrase: str) -> MemorySigner:
    """Make a new key and write it, encrypted, to a file that must not exist yet.

    Raises:
        KeyAccessError: `key.passphrase_empty`, `key.exists`, `key.write`.
    """
    if not passphrase:
        raise KeyAccessError("key.passphrase_empty", pointer=str(path))
    key = Ed25519PrivateKey.generate()
    signer = MemorySigner(key)
    pem = encrypt_key(key, passphrase)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
    except FileExistsError:
        raise KeyAccessError("key.exists", pointer=str(path)) from None
    except OSError as error:
        raise KeyAccessError("key.write", pointer=str(path), found=error.strerror) from None
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(f"{signer.did}\n".encode("ascii") + pem)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        # Half a key is no key: the name is free again.
        path.unlink(missing_ok=True)
        raise KeyAccessError("key.write", pointer=str(path), found=error.strerror) from None
    return signer


def open_key_file(path: Path, passphrase: PassphraseProvider) -> MemorySigner:
    """Open an encrypted key file.

    Raises:
        KeyAccessError: `key.read`, `key.unencrypted`, `key.passphrase`, `key.format`, `key.type`,
            `key.damaged`.
    """
    try:
        with path.open("rb") as stream:
            pem = stream.read(_MAX_BYTES + 1)
    except OSError as error:
        raise KeyAccessError("key.read", pointer=str(path), found=error.strerror) from None
    if len(pem) > _MAX_BYTES or b"-----BEGIN " not in pem:
        raise KeyAccessError("key.format", pointer=str(path))
    if _ENCRYPTED not in pem:
        raise KeyAccessError("key.unencrypted", pointer=str(path))
    secret = passphrase()
    if not secret:
        raise KeyAccessError("key.passphrase", pointer=str(path))
    try:
        key = load_pem_private_key(pem, secret.encode())
    except ValueError as error:
        # OpenSSL tells a wrong passphrase from a broken file only by its words.
        wrong = "password" in str(error).lower() or "decrypt" in str(error).lower()
        code = "key.passphrase" if wrong else "key.format"
        raise KeyAccessError(code, pointer=str(path)) from None
    except (TypeError, UnsupportedAlgorithm):
        raise KeyAccessError("key.format", pointer=str(path)) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyAccessError("key.type", pointer=str(path), expected="Ed25519")
    signer = MemorySigner(key)
    label = pem.split(b"\n", 1)[0].strip()
    if label.startswith(b"did:key:") and label != signer.did.encode():
        raise KeyAccessError(
            "key.damaged",
            pointer=str(path),
            expected=label.decode("ascii", "replace"),
            found=signer.did,
        )
    return signer
