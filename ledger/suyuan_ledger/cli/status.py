"""`suyuan status`: publish lists, show the newest, export a fresher one for an archived bundle."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from suyuan_ledger.cli.chain import client_of, finality_of
from suyuan_ledger.cli.context import (
    HomeOption,
    JsonOption,
    PassphraseOption,
    language,
    note,
    opened,
    read_file,
    settings_of,
    show,
    signer_of,
    write_file,
)
from suyuan_ledger.desk.words import KINDS
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.log.entry import check_time
from suyuan_ledger.records.profile import format_digest

app = typer.Typer(help="Status lists: what stands today.", no_args_is_help=True)

_DATE_LENGTH = 10
_STATES_ZH = {
    "valid": "有效",
    "suspended": "已中止",
    "corrected": "已勘误",
    "superseded": "已被取代",
    "withdrawn": "已撤回",
    "void": "失效",
}


@app.command()
def publish(
    key: Annotated[str, typer.Option("--key", help="Publisher's key: file:PATH or env:NAME.")],
    force: Annotated[bool, typer.Option("--force", help="Publish even if none is due.")] = False,
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Publish a new status list if one is due, and say why."""
    signer = signer_of(key, passphrase_file)
    with opened(home, write=True, passphrase_file=passphrase_file) as ledger:
        done = ledger.publish_status(signer, force=force)
    shown: dict[str, Any] = {"published": done.receipt is not None, "asOfTreeSize": done.size}
    if done.receipt is not None:
        shown |= {
            "reason": done.reason,
            "index": done.receipt.index,
            "content": format_digest(done.receipt.content),
        }
    show(shown, as_json=as_json)
    if done.receipt is None and not as_json:
        note("nothing changed since the newest list", "自最新状态列表以来没有变化")


@app.command("show")
def show_newest(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Show the newest status list: what it covers, which bits are set, whether a new one is due."""
    from suyuan_ledger.log.clock import system_clock  # noqa: PLC0415 - slow imports
    from suyuan_ledger.status.encode import SEGMENT_BITS, unpack_bits  # noqa: PLC0415
    from suyuan_ledger.status.publish import find_due, read_segments, subject_of  # noqa: PLC0415

    with opened(home) as ledger, ledger.store.read() as connection:
        now = system_clock()
        due = find_due(connection, now)
    if due.last is None:
        raise RefusedError("status.no_list", found="none")
    subject = subject_of(due.last)
    marks: dict[str, list[int]] = {"refresh": [], "revocation": [], "suspension": []}
    for (purpose, segment), data in read_segments(subject).items():
        marks[purpose] += [segment * SEGMENT_BITS + bit for bit in unpack_bits(data)]
    shown = {
        "index": due.last.index,
        "content": format_digest(due.last.content),
        "asOfTreeSize": subject["asOfTreeSize"],
        "ageSeconds": now - due.last.time,
        "due": due.reason,
        **marks,
    }
    if not as_json:
        shown |= {name: _indexes(indexes) for name, indexes in marks.items()}
    show(shown, as_json=as_json)


@app.command()
def export(
    bundle: Annotated[Path, typer.Argument(help="The archived bundle.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Status file to write.")],
    unanchored: Annotated[
        bool, typer.Option("--unanchored", help="Ask no chain: a status without an anchor.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing file.")] = False,
    home: HomeOption = None,
) -> None:
    """Write a fresher status for an archived bundle; verify both with `--status`."""
    from suyuan_ledger.export.evidence import EvidenceSource  # noqa: PLC0415 - slow imports
    from suyuan_ledger.export.status import export_status  # noqa: PLC0415

    settings = settings_of(home)
    archived = read_file(bundle)
    with opened(home) as ledger:
        anchor = (
            None
            if unanchored
            else EvidenceSource(ledger.store, client_of(settings), finality_of(settings)).newest(0)
        )
        write_file(out, export_status(ledger, archived, anchor), force=force)
    command = f"suyuan-verify {bundle} --status {out} --trust TRUST.json"
    note(f"verify: {command}", f"验证：{command}")


def admitted(
    on: Annotated[str, typer.Option("--on", help="Date, or time such as 2026-11-25T08:00:00Z.")],
    as_of: Annotated[
        int | None,
        typer.Option("--as-of", min=0, help="Tree size; the newest if left out."),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Withdrawn and superseded ones too.")
    ] = False,
    output: Annotated[
        Literal["text", "json", "csv"], typer.Option("--format", help="Form of the answer.")
    ] = "text",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what was admitted on a date, as the ledger knew it at a checkpoint.

    A date counts as its last second in UTC.
    """
    moment = _moment(on)
    with opened(home) as ledger:
        size = ledger.checkpoint().size if as_of is None else as_of
        # A void one is listed: nobody has taken it out of the registry yet.
        rows = [
            row.to_row()
            for row in ledger.admitted(moment, size)
            if every or row.in_force or row.state == "void"
        ]
        root = ledger.root(size).hex()
    if as_json or output == "json":
        head = {"on": moment, "asOf": {"size": size, "root": root}}
        typer.echo(json.dumps({**head, "admitted": rows}, ensure_ascii=False, sort_keys=True))
    elif output == "csv":
        _write_csv(rows)
    else:
        _write_text(rows, moment, size, root)


def _moment(text: str) -> str:
    moment = f"{text}T23:59:59Z" if len(text) == _DATE_LENGTH else text
    check_time(moment)
    return moment


def _write_csv(rows: list[dict[str, Any]]) -> None:
    if rows:
        writer = csv.DictWriter(sys.stdout, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _write_text(rows: list[dict[str, Any]], moment: str, size: int, root: str) -> None:
    zh = language() == "zh"
    for row in rows:
        name = row["productNameZh"] if zh else row["productName"]
        state = _STATES_ZH[row["state"]] if zh else row["state"]
        typer.echo(
            f"{row['registryNumber']}  {state}  {row['value']} {row['valueUnit']}  "
            f"{row['factorCode']} {name}  {row['effectiveFrom']}"
        )
        if row["revocation"] is not None:
            typer.echo("    " + _why_void(row, zh=zh))
    note(
        f"{len(rows)} on {moment}, as known at size {size}, root {root}",
        f"{moment} 时共 {len(rows)} 条，以规模 {size}、根哈希 {root} 的检查点为准",
    )


def _why_void(row: dict[str, Any], *, zh: bool) -> str:
    """Say what made an admission void."""
    at, kind, by = row["voidRecord"], row["voidRecordKind"], row["revocation"]
    if at == row["index"]:
        return f"入库本身因登记撤销 {by} 失效" if zh else f"void: itself, by the revocation at {by}"
    if zh:
        return f"依据的记录 {at}（{KINDS.get(kind, kind)}）因登记撤销 {by} 失效"
    return f"void: rests on the {kind} at index {at}, void by the revocation at {by}"


def _indexes(indexes: list[int]) -> str:
    """Write log indexes on one line, the first twenty of many."""
    shown = " ".join(str(index) for index in indexes[:20])
    return shown if len(indexes) <= 20 else f"{shown} ... ({len(indexes)})"
