"""`suyuan key`: make and show signing keys."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from suyuan_ledger.cli.context import JsonOption, PassphraseOption, show, signer_of
from suyuan_ledger.keys.file import create_key_file
from suyuan_ledger.keys.passphrase import passphrase_source

app = typer.Typer(help="Make and show signing keys.", no_args_is_help=True)


@app.command()
def new(
    path: Annotated[Path, typer.Argument(help="File to write; it must not exist.")],
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make an Ed25519 key in an encrypted PKCS#8 file."""
    signer = create_key_file(path, passphrase_source(passphrase_file, confirm=True, key=path)())
    show({"key": f"file:{path}", "did": signer.did}, as_json=as_json)


@app.command("show")
def show_key(
    uri: Annotated[str, typer.Argument(help="file:PATH or env:NAME.")],
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Open a key and print its did:key, never the key."""
    show({"key": uri, "did": signer_of(uri, passphrase_file).did}, as_json=as_json)


@app.command("new-chain-key")
def new_chain_key(
    path: Annotated[Path, typer.Argument(help="Keystore file to write; it must not exist.")],
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a secp256k1 key for the chain, in a V3 keystore."""
    from suyuan_ledger.anchor.keystore import create_keystore  # noqa: PLC0415 - slow import

    key = create_keystore(path, passphrase_source(passphrase_file, confirm=True, key=path)())
    show({"key": f"file:{path}", "address": key.address}, as_json=as_json)
