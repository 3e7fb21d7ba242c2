"""The secp256k1 keys that sign transactions: Web3 Secret Storage (V3) files, or the environment.

Two keys are in use: the *hot* key that only appends anchors, and the *cold* key that owns the
contract. Neither signs records or checkpoints. A stolen hot key can anchor what the log never
signed, which no verifier accepts; `recovery` replaces it.

A key is named by where it lies: `file:PATH` for a V3 keystore, `env:NAME` for 32 bytes of hex in an
environment variable.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import KeyAccessError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from eth_account.signers.local import LocalAccount

SECRET = re.compile(r"(0x)?[0-9a-fA-F]{64}")
# The order of secp256k1's base point (SEC 2, version 2.0, section 2.4.1).
GROUP_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
KEYSTORE_VERSION = 3
MAX_KEYSTORE = 64 * 1024


@dataclass(frozen=True, slots=True)
class SignedTransaction:
    """A transaction ready to be sent.

    Attributes:
        raw: the bytes for `eth_sendRawTransaction`.
        hash: 0x and 64 lower-case hex digits.
    """

    raw: bytes
    hash: str


class ChainKey:
    """A key on the chain; its secret stays inside and is never printed.

    Attributes:
        address: 0x and 40 lower-case hex digits.
    """

    def __init__(self, account: LocalAccount) -> None:
        self._account = account
        self.address = str(account.address).lower()

    def __repr__(self) -> str:
        return f"ChainKey({self.address})"

    def sign(self, transaction: Mapping[str, Any]) -> SignedTransaction:
        """Sign a complete transaction: nonce, gas, fees and chain id are the caller's."""
        if not transaction.get("chainId"):
            # Without EIP-155 the same transaction would be valid on every other chain.
            raise KeyAccessError("chain_key.chain_id", expected="a chain id", found="none")
        from eth_utils.address import to_checksum_address  # noqa: PLC0415 (slow import)

        fields = dict(transaction)
        if fields.get("to"):
            fields["to"] = to_checksum_address(fields["to"])
        signed = self._account.sign_transaction(fields)
        return SignedTransaction(bytes(signed.raw_transaction), "0x" + bytes(signed.hash).hex())


def open_chain_key(
    uri: str,
    passphrase: Callable[[], str],
    environ: Mapping[str, str] = os.environ,
) -> ChainKey:
    """Open a key.

    Args:
        uri: `file:PATH` or `env:NAME`.
        passphrase: asked only for a keystore file.
        environ: where `env:` looks.

    Raises:
        KeyAccessError: `chain_key.uri`, `chain_key.file`, `chain_key.keystore`,
            `chain_key.passphrase`, `chain_key.secret`.
    """
    scheme, _, place = uri.partition(":")
    if scheme == "env" and place:
        return _from_secret(environ.get(place), place)
    if scheme == "file" and place:
        return _from_keystore(Path(place), passphrase)
    # The text itself is not shown: somebody may have put the secret there.
    raise KeyAccessError("chain_key.uri", expected="file:PATH or env:NAME", found=f"{scheme[:8]}:")


def create_keystore(path: Path, passphrase: str) -> ChainKey:
    """Make a new key and store it encrypted; an existing file is never overwritten.

    Raises:
        KeyAccessError: `chain_key.passphrase` for an empty passphrase, `chain_key.exists`,
            `chain_key.file`.
    """
    from eth_account import Account  # noqa: PLC0415 (costs 0.8 s, see the package docstring)

    if not passphrase:
        raise KeyAccessError("chain_key.passphrase", expected="a passphrase", found="none")
    account = Account.create()
    document = json.dumps(Account.encrypt(account.key, passphrase), indent=2) + "\n"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(document)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as error:
        raise KeyAccessError("chain_key.exists", pointer=path.name) from error
    except OSError as error:
        raise KeyAccessError("chain_key.file", pointer=path.name, found=error.strerror) from error
    return ChainKey(account)


def _from_secret(secret: str | None, name: str) -> ChainKey:
    from eth_account import Account  # noqa: PLC0415 (costs 0.8 s, see the package docstring)

    if secret is None:
        raise KeyAccessError("chain_key.secret", pointer=name, found="not set")
    if not SECRET.fullmatch(secret.strip()):
        raise KeyAccessError("chain_key.secret", pointer=name, expected="64 hex digits")
    digits = secret.strip().removeprefix("0x")
    if not 0 < int(digits, 16) < GROUP_ORDER:
        raise KeyAccessError("chain_key.secret", pointer=name, expected="a number below the order")
    return ChainKey(Account.from_key("0x" + digits))


def _from_keystore(path: Path, passphrase: Callable[[], str]) -> ChainKey:
    from eth_account import Account  # noqa: PLC0415 (costs 0.8 s, see the package docstring)

    try:
        with path.open("rb") as file:
            content = file.read(MAX_KEYSTORE + 1)
    except OSError as error:
        raise KeyAccessError("chain_key.file", pointer=path.name, found=error.strerror) from error
    document = _keystore_document(content, path.name)
    try:
        key = Account.decrypt(document, passphrase())
    except ValueError as error:
        if "MAC mismatch" in str(error):
            raise KeyAccessError("chain_key.passphrase", pointer=path.name) from None
        raise KeyAccessError("chain_key.keystore", pointer=path.name, found=error) from error
    except (KeyError, TypeError, AttributeError, NotImplementedError) as error:
        raise KeyAccessError("chain_key.keystore", pointer=path.name, found=error) from error
    account = Account.from_key(key)
    stated = str(document.get("address", account.address)).lower().removeprefix("0x")
    if stated != account.address.lower().removeprefix("0x"):
        raise KeyAccessError(
            "chain_key.keystore", pointer=path.name, expected=account.address, found=stated
        )
    return ChainKey(account)


def _keystore_document(content: bytes, name: str) -> dict[str, Any]:
    try:
        document = json.loads(content) if len(content) <= MAX_KEYSTORE else None
    except (ValueError, RecursionError) as error:
        raise KeyAccessError("chain_key.keystore", pointer=name, found="no JSON") from error
    if not isinstance(document, dict) or document.get("version") != KEYSTORE_VERSION:
        raise KeyAccessError("chain_key.keystore", pointer=name, expected="a keystore, version 3")
    return document
