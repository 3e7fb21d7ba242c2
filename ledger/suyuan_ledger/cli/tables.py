"""Commands of data providers who fill in tables: template, import, official."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from suyuan_ledger.cli.context import (
    HomeOption,
    JsonOption,
    PassphraseOption,
    give_hint,
    issuer_of,
    language,
    note,
    opened,
    read_file,
    settings_of,
    signer_of,
    write_file,
)
from suyuan_ledger.cli.signed_rows import signed_once
from suyuan_ledger.cli.submission import place_of, submit_all
from suyuan_ledger.records.signing import sign_for_door

if TYPE_CHECKING:
    from suyuan_ledger.keys.signer import Signer
    from suyuan_ledger.records.factor_rows import FactorTable, RowProblem


def import_table(
    table_file: Annotated[
        Path, typer.Argument(metavar="TABLE", help="CSV or XLSX of factor submissions.")
    ],
    key: Annotated[str, typer.Option("--key", help="Key URI of the submitter or transcriber.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only report what is wrong.")] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="Import the good rows although others are wrong.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="Write the signed records here (NDJSON) instead of submitting them.",
            show_default=False,
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="With --out: the issuer's name as enrolled.")
    ] = None,
    name_zh: Annotated[
        str | None, typer.Option("--name-zh", help="With --out: the issuer's Chinese name.")
    ] = None,
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import factor submissions; every bad cell is named.

    Each good row is signed; what is signed is kept in the home before the first is submitted.
    Import again after a crash, or after mending the bad rows: a row that this key has signed before
    is submitted as it was, and what was logged already is not logged twice.

    The log's key is opened as well: where the two passphrases differ, both are asked for. With
    --out it is not needed: the operator submits the file. --name and --name-zh state the issuer
    where there is no ledger at hand.

    With --json, --dry-run and a refused table print one report, an import a receipt for each row.
    """
    # Here, so that `suyuan key` does not wait for the schema compiler.
    from suyuan_ledger.records.table_import import import_factors  # noqa: PLC0415

    table = import_factors(read_file(table_file))
    bad = len({(problem.sheet, problem.row) for problem in table.problems})
    stops = dry_run or (bad > 0 and not partial)
    _report(table_file, table, bad, as_json=as_json and stops)
    if stops:
        if bad and not dry_run:
            note(
                "nothing was imported; mend the rows, or import the good ones with --partial",
                "未导入任何行；请改正有误的行，或用 --partial 只导入正确的行",
            )
        raise typer.Exit(1 if bad else 0)
    signer = signer_of(key, passphrase_file)
    subjects = [row.subject for row in table.rows]
    folder = settings_of(home).home / "imports"
    if out is not None:
        issuer = _issuer(signer, name, name_zh, home)
        signed = signed_once(folder, subjects, issuer, signer)
        write_file(out, b"".join(line + b"\n" for line in signed))
        note(
            f"{len(signed)} records signed: {out}; the log's operator runs: suyuan submit {out}",
            f"已签名 {len(signed)} 条：{out}；由日志运行方执行：suyuan submit {out}",
        )
        raise typer.Exit(1 if bad else 0)
    with opened(home, write=True, passphrase_file=passphrase_file) as ledger:
        signed = signed_once(folder, subjects, issuer_of(ledger, signer), signer, sign_for_door)
        places = [place_of(table_file, "row", row.row) for row in table.rows]
        failed = submit_all(ledger, places, signed, as_json=as_json)
    if failed or bad:
        raise typer.Exit(1)


def template(
    out: Annotated[Path, typer.Argument(help="File to write; .xlsx makes it a workbook.")],
    xlsx: Annotated[
        bool, typer.Option("--xlsx", help="Write a workbook, whatever the file's name.")
    ] = False,
    lang: Annotated[
        Literal["en", "zh"], typer.Option("--lang", help="Language of the headers.")
    ] = "en",
) -> None:
    """Write a table to fill in.

    CSV, or with .xlsx a workbook that offers codes and explains every column.
    """
    from suyuan_ledger.records import table_import  # noqa: PLC0415 - see above

    as_workbook = xlsx or out.suffix.lower() == ".xlsx"
    make = table_import.workbook_template if as_workbook else table_import.template
    write_file(out, make(lang))
    note(f"template written to {out}", f"模板已写入 {out}")


def official(
    out: Annotated[Path, typer.Argument(help="CSV file to write.")],
) -> None:
    """Write the 51 official electricity figures as CSV."""
    from suyuan_ledger.official import official_table  # noqa: PLC0415

    write_file(out, official_table())
    note(f"51 figures written to {out}", f"51 个官方数值已写入 {out}")


def _issuer(
    signer: Signer, name: str | None, name_zh: str | None, home: Path | None
) -> dict[str, str]:
    """Return the `issuer` member: as stated, or as enrolled in the ledger at hand."""
    if name and name_zh:
        return {"id": signer.did, "name": name, "nameZh": name_zh}
    with opened(home) as ledger:
        return issuer_of(ledger, signer)


def _report(table_file: Path, table: FactorTable, bad: int, *, as_json: bool) -> None:
    """Say what is wrong with a table: one line a problem, or one JSON object."""
    good = len(table.rows)
    if as_json:
        report = {
            "good": good,
            "bad": bad,
            "encoding": table.encoding,
            "problems": [problem_json(problem) for problem in table.problems],
        }
        typer.echo(json.dumps(report, ensure_ascii=False, sort_keys=True))
        return
    for problem in table.problems:
        error = problem.as_error(language())
        note(f"{table_file}: {error.text(language())}")
        give_hint(error, "  ")
    note(
        f"good rows: {good}, rows with problems: {bad} ({table.encoding})",
        f"正确 {good} 行，有误 {bad} 行（{table.encoding}）",
    )


def problem_json(problem: RowProblem) -> dict[str, Any]:
    """Describe a problem of a table for scripts; what does not apply is left out."""
    error = problem.as_error(language())
    shown: dict[str, Any] = {
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
        "cell": problem.cell,
        "code": problem.code,
        "message": error.text(language()),
        "hint": error.hint(language()),
        "expected": error.expected,
        "found": error.found,
    }
    return {name: member for name, member in shown.items() if member not in ("", None)}
