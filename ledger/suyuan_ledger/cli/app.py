"""The `suyuan` command: one file of commands per subject, all put together here."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from suyuan_ledger import __version__
from suyuan_ledger.cli import (
    admissions,
    audit,
    certification,
    chain,
    check,
    desk,
    enrolment,
    exchange,
    export,
    footprint,
    keys,
    label,
    log,
    opinions,
    recall,
    records,
    rules,
    status,
    tables,
)
from suyuan_ledger.cli.context import complain, language
from suyuan_ledger.errors import LedgerError, RefusedError

app = typer.Typer(
    name="suyuan",
    help="The blockchain-anchored traceability ledger for carbon-footprint factors (溯源).",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(keys.app, name="key")
app.add_typer(enrolment.app, name="enrol")
app.add_typer(rules.app, name="rules")
app.add_typer(chain.app, name="anchor")
app.add_typer(export.trust_app, name="trust")
app.add_typer(exchange.app, name="export")
app.add_typer(status.app, name="status")
app.add_typer(audit.app, name="audit")
app.add_typer(footprint.app, name="footprint")
app.add_typer(label.app, name="label")
app.add_typer(certification.cbam_app, name="cbam")
for command, function in (
    ("init", log.init),
    ("draft", records.draft),
    ("sign", records.sign),
    ("submit", records.submit),
    ("import", tables.import_table),
    ("template", tables.template),
    ("official", tables.official),
    ("inbox", desk.inbox),
    ("show", desk.show_record),
    ("check", check.check),
    ("review", opinions.review),
    ("verify-authority", opinions.verify_authority),
    ("assign", opinions.assign),
    ("return", opinions.return_),
    ("object", opinions.object_),
    ("admit", admissions.admit),
    ("supersede", admissions.supersede),
    ("withdraw", admissions.withdraw),
    ("correct", admissions.correct),
    ("status-change", admissions.status_change),
    ("certify", certification.certify),
    ("file", certification.file),
    ("surveil", certification.surveil),
    ("method", rules.method),
    ("head", log.head),
    ("proof", log.proof),
    ("mirror", log.mirror),
    ("fsck", log.fsck),
    ("upgrade", log.upgrade),
    ("recall", recall.recall),
    ("admitted", status.admitted),
    ("bundle", export.bundle),
    ("devchain", chain.devchain),
):
    app.command(command)(function)


@app.command()
def demo(
    folder: Annotated[
        Path | None,
        typer.Option("--dir", help="Where to keep the demo's files.", show_default=False),
    ] = None,
    lang: Annotated[
        Literal["en", "zh"] | None,
        typer.Option("--lang", help="Language of the story (else SUYUAN_LANG, else en)."),
    ] = None,
) -> None:
    """Run the whole story on the official figures, attacks included."""
    from suyuan_ledger.demo import run_demo  # noqa: PLC0415 - loads the chain's client

    raise typer.Exit(run_demo(folder, lang or language()))


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(f"suyuan {__version__}")


def main() -> None:
    """Run the command line; an error of ours is shown in two lines, never as a traceback."""
    try:
        app()
    except LedgerError as error:
        complain(error)
        sys.exit(1)
    except OSError as error:
        # A folder that is a file, a disk that is full: the machine's, not a bug of ours.
        place = "" if error.filename is None else str(error.filename)
        complain(RefusedError("file.access", pointer=place, found=error.strerror or error))
        sys.exit(1)


if __name__ == "__main__":
    main()
