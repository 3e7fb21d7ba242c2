"""`suyuan check`: execute the traceability rules over submissions, sign what came out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from suyuan_ledger.cli.context import HomeOption, JsonOption, PassphraseOption


def check(
    which: Annotated[
        str | None,
        typer.Argument(
            metavar="WHICH",
            help="Content digest or log index; or a draft, record or table to try out.",
            show_default=False,
        ),
    ] = None,
    key: Annotated[
        str | None, typer.Option("--key", help="Key URI of the checker.", show_default=False)
    ] = None,
    files: Annotated[
        Path | None,
        typer.Option("--files", help="Folder with the evidence files.", show_default=False),
    ] = None,
    systems: Annotated[
        Path | None,
        typer.Option("--systems", help="CSV export of other systems.", show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="Sign, and write the record here instead of submitting it.",
            show_default=False,
        ),
    ] = None,
    submit: Annotated[bool, typer.Option("--submit", help="Sign and submit.")] = False,
    all_open: Annotated[
        bool, typer.Option("--all-open", help="Check all open cases, sign and submit.")
    ] = False,
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check submissions for traceability, and sign the results.

    With a digest or an index it executes every rule of the rule set in force and shows the results;
    --submit signs and logs them, --out signs and writes them, for a checker who does not run the
    log. With --all-open it checks all open cases that this key has not checked. With a file it is
    a dry run: no key is needed, nothing is signed.

    Exit code 1 if a verdict is fail.
    """
    if all_open == (which is not None):
        raise typer.BadParameter("name one submission or file, or --all-open")
    if submit and out is not None:
        raise typer.BadParameter("either --out or --submit")
    if all_open and files is not None:
        raise typer.BadParameter("--files is for one submission")
    trial = which is not None and _is_file(which)
    if key is None and not trial:
        raise typer.BadParameter("a check is signed: --key says with what")
    # Here, so that `suyuan key` does not wait for the database layer and the schema compiler.
    from suyuan_ledger.cli import checking  # noqa: PLC0415

    inputs = checking.read_inputs(files, systems)
    if key is None or trial:
        good = checking.try_out(Path(str(which)), inputs, home, as_json=as_json)
    elif which is None:
        good = checking.check_open(key, inputs, home, passphrase_file, out=out, as_json=as_json)
    else:
        good = checking.check_one(
            which, key, inputs, home, passphrase_file, out=out, submit=submit, as_json=as_json
        )
    if not good:
        raise typer.Exit(1)


def _is_file(which: str) -> bool:
    """Tell whether a file is meant, and not a digest or an index."""
    path = Path(which)
    return path.is_file() or path.suffix.lower() in {".json", ".csv", ".xlsx", ".ndjson"}
