"""`suyuan footprint`: a statement from a table of line items, sealed, shown, signed, verified."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from suyuan_ledger.cli import certification
from suyuan_ledger.cli.context import (
    HomeOption,
    JsonOption,
    PassphraseOption,
    give_hint,
    language,
    note,
    now_text,
    opened,
    read_file,
    read_json,
    show,
    signer_of,
    write_file,
)
from suyuan_ledger.cli.signing import (
    KeyOption,
    OutOption,
    Signing,
    YesOption,
    confirm,
    deliver,
    desk_of,
    present,
    stated_issuer,
)
from suyuan_ledger.cli.tables import problem_json
from suyuan_ledger.records.drafts import content_of, new_record
from suyuan_ledger.records.signing import sign_record

if TYPE_CHECKING:
    from suyuan_ledger.footprint_desk.statement import Drafted

app = typer.Typer(help="Statements: draft from a table, seal, verify.", no_args_is_help=True)
app.command("verify")(certification.verify)

DraftArgument = Annotated[Path, typer.Argument(metavar="DRAFT", help="Unsigned statement.")]


@app.command()
def template(
    table: Annotated[Path, typer.Argument(help="Table to write; .xlsx makes it a workbook.")],
    header: Annotated[
        Path | None, typer.Option("--header", help="Header to write too, TOML.")
    ] = None,
    lang: Annotated[
        Literal["en", "zh"], typer.Option("--lang", help="Language of headers and comments.")
    ] = "en",
) -> None:
    """Write a table of line items to fill in, and the header beside it."""
    from suyuan_ledger.footprint_desk import template as made  # noqa: PLC0415 - slow import

    as_workbook = table.suffix.lower() == ".xlsx"
    write_file(table, (made.workbook_template if as_workbook else made.table_template)(lang))
    note(f"template written to {table}", f"模板已写入 {table}")
    if header is not None:
        write_file(header, made.header_template(lang))
        note(f"header written to {header}", f"表头已写入 {header}")


@app.command()
def draft(
    table_file: Annotated[Path, typer.Argument(metavar="TABLE", help="CSV or XLSX of line items.")],
    header_file: Annotated[
        Path, typer.Option("--header", help="TOML or JSON of what the statement says beside.")
    ],
    key: KeyOption,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Unsigned statement to write; else only judge."),
    ] = None,
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Calculate a statement from its line items; every bad cell is named.

    Factors are looked up in the ledger by registry number, or by code and version. Nothing is
    signed: read the draft, seal what is secret, then submit it.
    """
    from suyuan_ledger.footprint_desk.drafts import FootprintDrafter  # noqa: PLC0415 - slow import
    from suyuan_ledger.footprint_desk.header import read_header  # noqa: PLC0415
    from suyuan_ledger.footprint_desk.item_table import read_items  # noqa: PLC0415
    from suyuan_ledger.footprint_desk.result_view import result_lines  # noqa: PLC0415
    from suyuan_ledger.footprint_desk.statement import draft_statement  # noqa: PLC0415

    header = read_header(read_file(header_file))
    table = read_items(read_file(table_file))
    signer = signer_of(key, passphrase_file)
    with opened(home) as ledger, desk_of(ledger) as desk:
        found = draft_statement(desk, table, header)
        _report(table_file, header_file, found, as_json=as_json)
        if not found.subject:
            raise typer.Exit(1)
        signing = Signing(key, home, passphrase_file, None, yes=False, as_json=as_json)
        issuer = stated_issuer(ledger, signer, signing)
        made = FootprintDrafter(desk, signer.did).statement(
            found.subject, found.uses, found.method, header.supersedes
        )
    record = new_record(made.kind, issuer, made.subject, valid_from=now_text(), links=made.links)
    if out is not None:
        write_file(out, _as_file(record))
    if as_json:
        typer.echo(json.dumps(_summary(record, out), ensure_ascii=False, sort_keys=True))
        return
    for line in result_lines(made.subject, language()):
        typer.echo(line)
    if out is not None:
        command = f"suyuan footprint submit {out} --key {key}"
        note(
            f"draft written to {out}; read it, seal what is secret, then: {command}",
            f"草稿已写入 {out}；请阅读，如有商业秘密先封存，然后执行：{command}",
        )


@app.command()
def seal(
    draft_file: DraftArgument,
    item: Annotated[
        list[str], typer.Option("--item", help="Id of a line whose figures are secret; repeat it.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Sealed draft to write.")],
    disclosures: Annotated[
        Path,
        typer.Option("--disclosures", help="Private file to write: the only copy of the figures."),
    ],
    as_json: JsonOption = False,
) -> None:
    """Take the figures of some lines out of a draft, under a salted digest.

    The statement keeps its total. At least two lines of a stage are sealed together, else the
    stage's subtotal would give one away. Keep the private file: nobody can find the figures again.
    """
    from suyuan_ledger.footprint_desk.disclosures import (  # noqa: PLC0415 - slow import
        seal_draft,
        write_private,
    )

    sealed, private = seal_draft(read_json(draft_file), item)
    # First what cannot be made again.
    write_private(disclosures, private)
    write_file(out, _as_file(sealed))
    show(
        {
            "record": str(out),
            "content": private["statement"],
            "sealed": len(private["disclosures"]),
            "disclosures": str(disclosures),
        },
        as_json=as_json,
    )


@app.command()
def submit(
    draft_file: DraftArgument,
    key: KeyOption,
    disclosures: Annotated[
        Path | None,
        typer.Option("--disclosures", help="Private file: show the sealed figures, too."),
    ] = None,
    out: OutOption = None,
    yes: YesOption = False,
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a drafted statement as it will be signed, ask, sign and log it."""
    from suyuan_ledger.footprint_desk.disclosures import (  # noqa: PLC0415 - slow import
        opened_subject,
        require_statement,
    )
    from suyuan_ledger.footprint_desk.result_view import result_lines  # noqa: PLC0415

    record = read_json(draft_file)
    require_statement(record)
    signer = signer_of(key, passphrase_file)
    subject = record["credentialSubject"]
    if disclosures is not None:
        subject = opened_subject(record, read_json(disclosures))
    with opened(home) as ledger, desk_of(ledger) as desk:
        present(desk, record)
    for line in result_lines(subject, language()):
        note(f"  {line}")
    confirm(yes=yes)
    signing = Signing(key, home, passphrase_file, out, yes, as_json)
    deliver([sign_record(record, signer, now_text())], signing)


def _as_file(record: dict[str, Any]) -> bytes:
    return (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode()


def _summary(record: dict[str, Any], out: Path | None) -> dict[str, Any]:
    subject = record["credentialSubject"]
    names = ("total", "result", "byStage", "byCategory", "primaryDataShare", "dataStatus")
    told = {name: subject[name] for name in names}
    return {"content": content_of(record), **told, **({"record": str(out)} if out else {})}


def _report(table_file: Path, header_file: Path, found: Drafted, *, as_json: bool) -> None:
    """Say what is wrong: one line a problem, or one JSON object if there is no draft."""
    lang = language()
    if as_json:
        if not found.subject:
            problems = [problem_json(problem) for problem in found.problems]
            errors = [
                {"code": error.code, "pointer": error.pointer, "message": error.text(lang)}
                for error in found.errors
            ]
            told = {"problems": problems, "errors": errors}
            typer.echo(json.dumps(told, ensure_ascii=False, sort_keys=True))
        return
    for problem in found.problems:
        error = problem.as_error(lang)
        note(f"{table_file}: {error.text(lang)}")
        give_hint(error, "  ")
    for error in found.errors:
        note(f"{header_file}: {error.text(lang)}")
        give_hint(error, "  ")
    if not found.subject:
        count = len(found.problems) + len(found.errors)
        note(
            f"{count} problem{'' if count == 1 else 's'}; no draft was written",
            f"共 {count} 个问题，未生成草稿",
        )
