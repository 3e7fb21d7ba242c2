"""Keys and signers: where a private key lives is hidden behind the `Signer` interface."""

from __future__ import annotations

from pathlib import Path

from suyuan_ledger.keys.environment import open_environment_key
from suyuan_ledger.keys.file import create_key_file, open_key_file
from suyuan_ledger.keys.passphrase import passphrase_source
from suyuan_ledger.keys.signer import (
    MemorySigner,
    PassphraseProvider,
    Signer,
    open_signer,
    register_scheme,
)

__all__ = [
    "MemorySigner",
    "PassphraseProvider",
    "Signer",
    "create_key_file",
    "open_signer",
    "passphrase_source",
    "register_scheme",
]

register_scheme("file", lambda rest, passphrase: open_key_file(Path(rest), passphrase))
register_scheme("env", lambda rest, _passphrase: open_environment_key(rest))
