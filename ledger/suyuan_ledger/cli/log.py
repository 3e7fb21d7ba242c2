"""Commands of the operator: the log itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from suyuan_ledger.cli.context import (
    HomeOption,
    JsonOption,
    PassphraseOption,
    give_hint,
    language,
    make_folder,
    note,
    opened,
    progress_callback,
    require_database,
    settings_of,
    show,
    write_file,
)
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.keys.file import create_key_file
from suyuan_ledger.keys.passphrase import passphrase_source
from suyuan_ledger.keys.signer import open_signer
from suyuan_ledger.settings import FILE_NAME


def init(
    origin: Annotated[
        str, typer.Option("--origin", help="The log's name, such as log.example/factors; for ever.")
    ],
    root: Annotated[list[str], typer.Option("--root", help="did:key of a root authority.")],
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Create an empty log with a new key, in an empty home."""
    from suyuan_ledger.service import Ledger  # noqa: PLC0415 - slow import, see context

    _check_origin(origin)
    settings = settings_of(home)
    make_folder(settings.home / "keys")
    passphrase = passphrase_source(passphrase_file, confirm=True, key=settings.log_key_uri)
    if settings.log_key or (settings.home / "keys" / "log.pem").exists():
        signer = open_signer(settings.log_key_uri, passphrase)
    else:
        signer = create_key_file(settings.home / "keys" / "log.pem", passphrase())
    with Ledger.create(settings.database_place, origin=origin, signer=signer, roots=root) as ledger:
        shown = {"home": str(settings.home), "origin": ledger.origin, "vkey": ledger.vkey}
    example = settings.home / FILE_NAME
    if not example.exists():
        write_file(example, _SETTINGS.encode())
        note(f"settings for a chain go into {example}", f"链的设置写入 {example}")
    show(shown, as_json=as_json)


def head(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Print the newest signed checkpoint."""
    with opened(home) as ledger:
        newest = ledger.checkpoint()
    if as_json:
        show(
            {"size": newest.size, "root": newest.root.hex(), "note": newest.note.decode()},
            as_json=True,
        )
    else:
        typer.echo(newest.note.decode(), nl=False)


def proof(
    index: Annotated[int, typer.Argument(help="Log index.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Proof file (*.tlog-proof) to write.")],
    home: HomeOption = None,
) -> None:
    """Write the inclusion proof of one entry (C2SP tlog-proof)."""
    from suyuan_ledger.log.proof_file import format_proof_file  # noqa: PLC0415

    with opened(home) as ledger:
        newest = ledger.checkpoint()
        hashes = ledger.inclusion_proof(index, newest.size)
    write_file(out, format_proof_file(index, hashes, newest.note))
    note(
        f"entry {index} of {newest.size}: {out}", f"第 {index} 条（日志共 {newest.size} 条）：{out}"
    )


def mirror(
    folder: Annotated[Path, typer.Argument(help="Folder to write; resumes where it stopped.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the public log (C2SP tlog-tiles) for any web server."""
    with opened(home) as ledger:
        report = ledger.mirror(folder)
    show(
        {"size": report.size, "written": report.written, "removed": report.removed}, as_json=as_json
    )


def fsck(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Recompute the log from its bytes; name what is wrong first."""
    with opened(home) as ledger, progress_callback("checking") as advance:
        report = ledger.fsck(advance)
    problem = report.problem
    show(
        {
            "clean": report.clean,
            "entries": report.size,
            "checkpoints": report.checkpoints,
            **({"code": problem.code, "problem": problem.text(language())} if problem else {}),
        },
        as_json=as_json,
    )
    if problem:
        give_hint(problem, "suyuan: ")
        raise typer.Exit(1)


def upgrade(home: HomeOption = None) -> None:
    """Bring the database to this version's schema. Make a copy of it first."""
    from suyuan_ledger.store import schema  # noqa: PLC0415 - slow import, see context

    settings = settings_of(home)
    require_database(settings)
    schema.upgrade(settings.database_place)
    note("the database has this version's schema", "数据库已是本版本的结构")


def _check_origin(origin: str) -> None:
    """Refuse a name that cannot be a key's, before a key is made for it.

    Raises:
        RefusedError: `ledger.origin`.
    """
    if not origin or "+" in origin or any(char.isspace() for char in origin):
        raise RefusedError(
            "ledger.origin", expected="a name without blanks and plus signs", found=ascii(origin)
        )


_SETTINGS = """\
# Settings of this ledger; the environment overrides them. Secrets do not belong here, only their
# places: file:KEYSTORE or env:NAME.
#SUYUAN_CHAIN_URL=http://127.0.0.1:8545
#SUYUAN_CHAIN_ID=31337
#SUYUAN_CHAIN_KEY=env:SUYUAN_HOT_KEY
#SUYUAN_FINALITY_TAG=finalized
#SUYUAN_CONFIRMATIONS=12
#SUYUAN_GAS_PRICE=0
"""
