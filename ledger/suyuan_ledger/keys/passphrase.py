"""Where a passphrase comes from: a file, the environment, or the person at the terminal."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

from suyuan_ledger.errors import KeyAccessError
from suyuan_ledger.keys.signer import PassphraseProvider

VARIABLE = "SUYUAN_PASSPHRASE"


def passphrase_source(
    file: Path | None, *, confirm: bool = False, key: object = ""
) -> PassphraseProvider:
    """Return a provider that looks in `file`, else in SUYUAN_PASSPHRASE, else asks.

    Args:
        file: its first line is the passphrase; None to look further.
        confirm: ask twice at the terminal, for a new key.
        key: the key it opens, named when asking: a command may need two.

    The provider raises KeyAccessError: `key.passphrase_file`, `key.passphrase_absent`,
    `key.passphrase_mismatch`, `key.passphrase_empty`.
    """

    def provide() -> str:
        if file is not None:
            return _not_empty(_from_file(file))
        if VARIABLE in os.environ:
            return _not_empty(os.environ[VARIABLE])
        return _not_empty(_from_terminal(str(key), confirm=confirm))

    return provide


def _from_file(path: Path) -> str:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise KeyAccessError("key.passphrase_file", pointer=str(path)) from None
    return lines[0] if lines else ""


def _from_terminal(key: str, *, confirm: bool) -> str:
    if not sys.stdin.isatty():
        raise KeyAccessError("key.passphrase_absent", expected=f"--passphrase-file or {VARIABLE}")
    first = getpass.getpass(f"Passphrase of {key}: " if key else "Passphrase: ")
    if confirm and getpass.getpass("Again: ") != first:
        raise KeyAccessError("key.passphrase_mismatch")
    return first


def _not_empty(text: str) -> str:
    if not text:
        raise KeyAccessError("key.passphrase_empty")
    return text
