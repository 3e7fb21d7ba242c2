"""The `Signer` interface and the registry of places where a key may live.

A key is named by a URI: `file:PATH` (encrypted PKCS#8 PEM), `env:NAME` (an environment variable).
Another place, for example an HSM, joins by `register_scheme`; nothing else has to change, because
callers only ever see `Signer`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from suyuan_ledger.errors import KeyAccessError
from suyuan_ledger.records.did import format_did_key

PassphraseProvider = Callable[[], str]


class Signer(Protocol):
    """Holder of one Ed25519 private key."""

    @property
    def did(self) -> str:
        """The key's did:key."""

    @property
    def public_key(self) -> bytes:
        """32 raw bytes."""

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of `message` (pure Ed25519, RFC 8032)."""


class MemorySigner:
    """A signer whose private key is in this process's memory."""

    __slots__ = ("_key", "did", "public_key")

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public_key = key.public_key().public_bytes_raw()
        self.did = format_did_key(self.public_key)

    @classmethod
    def from_seed(cls, seed: bytes) -> MemorySigner:
        """Make a signer from the 32-byte seed of RFC 8032 section 5.1.5."""
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of `message`."""
        return self._key.sign(message)

    def __repr__(self) -> str:
        return f"MemorySigner({self.did})"


Opener = Callable[[str, PassphraseProvider], Signer]
_OPENERS: dict[str, Opener] = {}


def register_scheme(scheme: str, opener: Opener) -> None:
    """Make `scheme:REST` a key URI that `opener(REST, passphrase)` opens."""
    _OPENERS[scheme] = opener


def open_signer(uri: str, passphrase: PassphraseProvider) -> Signer:
    """Open the key that a URI names.

    Args:
        uri: `scheme:REST`, for example `file:keys/registrar.pem` or `env:SUYUAN_LOG_KEY`.
        passphrase: asked only when the place needs one.

    Raises:
        KeyAccessError: `key.uri` for an unknown scheme, else the opener's own code.
    """
    scheme, separator, rest = uri.partition(":")
    opener = _OPENERS.get(scheme)
    if not separator or not rest or opener is None:
        # The URI may be a secret pasted by mistake: it is not repeated.
        raise KeyAccessError(
            "key.uri", expected=" | ".join(f"{name}:..." for name in sorted(_OPENERS))
        )
    return opener(rest, passphrase)
