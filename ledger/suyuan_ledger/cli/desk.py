"""`suyuan inbox` and `suyuan show`: what waits for a key, and a record with what it rests on."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import orjson
import typer

from suyuan_ledger.cli.context import (
    HomeOption,
    JsonOption,
    PassphraseOption,
    language,
    note,
    opened,
    signer_of,
)
from suyuan_ledger.cli.signing import KeyOption, desk_of
from suyuan_ledger.records.profile import format_digest

if TYPE_CHECKING:
    from suyuan_ledger.desk.provenance import Node, Provenance
    from suyuan_ledger.desk.standing import Desk
    from suyuan_ledger.footprint_desk.inbox import Both, Entry

LangOption = Annotated[
    Literal["en", "zh"] | None,
    typer.Option("--lang", help="Language (else SUYUAN_LANG, else en)."),
]
# What a person types next.
_COMMANDS = {
    "check": "suyuan check {index} --key {key} --submit",
    "review": "suyuan review {index} --key {key} --recommend ... --scope ...",
    "verify": "suyuan verify-authority {index} --key {key} --result ... --zh ... --en ...",
    "admit": "suyuan admit {index} --key {key} --number ...",
    "return": "suyuan return {index} --key {key} --zh ... --en ...",
    "answer": "suyuan show {index}",
    "withdraw": "suyuan show {index}",
    "opinion": "suyuan footprint verify {index} --key {key} --result ... --level ...",
    "certify": "suyuan certify {index} --key {key} --number ...",
    "file": "suyuan file {index} --key {key} --number ... --decision ...",
    "label": "suyuan label issue {index} --key {key} --number ... --resolver ...",
    "surveil": "suyuan surveil {index} --key {key} --result ... --method ...",
}


def inbox(
    key: KeyOption,
    after: Annotated[
        int | None,
        typer.Option("--after", min=0, help="Go on behind this index.", show_default=False),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="Most items.")] = 50,
    lang: LangOption = None,
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what waits for a key, the oldest first.

    By the roles and the scope of its enrolments, as the rule set in force asks.
    """
    from suyuan_ledger.footprint_desk.inbox import entry_json, read_both  # noqa: PLC0415 - slow

    signer = signer_of(key, passphrase_file)
    with opened(home) as ledger, desk_of(ledger) as desk:
        page = read_both(desk, signer.did, after=after, limit=limit)
        now = desk.moment.time
    if as_json:
        found = {"items": [entry_json(item) for item in page.items], "next": page.next}
        typer.echo(json.dumps(found, ensure_ascii=False, sort_keys=True))
        return
    chosen = lang or language()
    for item in page.items:
        for line in _item_lines(item, key, now, chosen):
            typer.echo(line)
    _note_end(page, key)


def show_record(
    which: Annotated[str, typer.Argument(help="Content digest (sha256:...), log index or number.")],
    lang: LangOption = None,
    raw: Annotated[
        bool, typer.Option("--raw", help="Print the record exactly as it is stored.")
    ] = False,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a record, what it rests on, what rests on it.

    With what stands today: status, revoked keys, dissent.
    """
    from suyuan_ledger.desk.drafts import find_record  # noqa: PLC0415 - slow import
    from suyuan_ledger.desk.provenance import describe_digest, read_provenance  # noqa: PLC0415
    from suyuan_ledger.desk.view import record_lines  # noqa: PLC0415
    from suyuan_ledger.footprint_desk.chain_view import chain_lines  # noqa: PLC0415

    with opened(home) as ledger, desk_of(ledger) as desk:
        record = find_record(desk, which)
        if raw:
            typer.echo(json.dumps(orjson.loads(record.body), ensure_ascii=False, indent=2))
            return
        found = read_provenance(desk, record)
        if as_json:
            typer.echo(json.dumps(_provenance_json(found), ensure_ascii=False, sort_keys=True))
            return
        chosen = lang or language()
        _print_heading(desk, found, chosen)
        for line in record_lines(
            record.value, chosen, lambda content: describe_digest(desk, content, chosen)
        ):
            typer.echo(f"  {line}")
        _print_chain(chain_lines(desk, record, chosen), chosen)
        _print_trees(found, chosen)


def _item_lines(item: Entry, key: str, now: str, lang: str) -> list[str]:
    from suyuan_ledger.desk.inbox import Item  # noqa: PLC0415 - slow import
    from suyuan_ledger.desk.words import kind_name, task_name  # noqa: PLC0415

    days = (datetime.fromisoformat(now) - datetime.fromisoformat(item.since)).days
    zh = lang == "zh"
    waited = f"已等 {days} 天" if zh else f"{days} day{'' if days == 1 else 's'}"
    head = f"#{item.index}  {task_name(item.task, lang)}  {waited}"
    product = item.product["zh" if zh else "en"]
    command = _COMMANDS[item.task].format(index=item.index, key=key)
    name = "nameZh" if zh else "name"
    if not isinstance(item, Item):
        title = f"{kind_name(item.kind, lang)} {item.number}".rstrip()
        return [head, f"    {title}  {product}  ({item.issuer[name]})", f"    {command}"]
    if item.due:
        head += f"  期限 {item.due}" if zh else f"  due {item.due}"
    if item.assigned:
        head += "  已分派给你" if zh else "  assigned to you"
    gates = ", ".join(
        f"{kind_name(gate.kind, lang)} {len(gate.accepted) + len(gate.conditional)}/{gate.quorum}"
        + ("!" * len(gate.rejected))
        for gate in item.progress.gates
    )
    return [
        head,
        f"    {item.factor_code} {item.factor_version}  {product}  ({item.submitter[name]})",
        *([f"    {gates}"] if gates else []),
        f"    {command}",
    ]


def _note_end(page: Both, key: str) -> None:
    count = len(page.items)
    note(f"{count} waiting", f"待办 {count} 项")
    if page.next is not None:
        command = f"suyuan inbox --key {key} --after {page.next}"
        note(f"more: {command}", f"更多：{command}")


def _print_heading(desk: Desk, found: Provenance, lang: str) -> None:
    from suyuan_ledger.desk.words import state_name  # noqa: PLC0415 - slow import

    root = found.rests_on
    digest = format_digest(root.record.content)
    state = state_name(root.state, lang)
    time, size = desk.moment.time, desk.moment.index
    if lang == "zh":
        typer.echo(f"第 {root.record.index} 条  {digest}")
        typer.echo(f"状态：{state}（截至 {time}，日志共 {size} 条）")
    else:
        typer.echo(f"#{root.record.index}  {digest}")
        typer.echo(f"status: {state} (as of {time}, {size} records)")


def _print_chain(lines: list[str], lang: str) -> None:
    if lines:
        typer.echo("到因子的路径：" if lang == "zh" else "the way to the factors:")
    for line in lines:
        typer.echo(f"  {line}")


def _print_trees(found: Provenance, lang: str) -> None:
    from suyuan_ledger.desk.provenance import tree_lines  # noqa: PLC0415 - slow import

    for root, en, zh in (
        (found.rests_on, "rests on", "所依据的记录"),
        (found.rested_on_by, "what rests on it", "以其为依据的记录"),
    ):
        typer.echo(f"{zh}：" if lang == "zh" else f"{en}:")
        lines = tree_lines(root, lang)
        for line in lines or ["（无）" if lang == "zh" else "(none)"]:
            typer.echo(f"  {line}")


def _provenance_json(found: Provenance) -> dict[str, Any]:
    return {
        "record": found.rests_on.record.value,
        "index": found.rests_on.record.index,
        "content": format_digest(found.rests_on.record.content),
        "time": found.rests_on.record.time,
        "state": found.rests_on.state,
        "restsOn": [_node_json(node) for node in found.rests_on.children],
        "restedOnBy": [_node_json(node) for node in found.rested_on_by.children],
        "more": found.rested_on_by.more,
    }


def _node_json(node: Node) -> dict[str, Any]:
    record = node.record
    shown: dict[str, Any] = {
        "rel": node.rel,
        "index": record.index,
        "kind": record.kind,
        "content": format_digest(record.content),
        "issuer": record.value["issuer"],
        "time": record.time,
        "state": node.state,
        "dissent": node.dissent,
        "repeated": node.repeated,
        "more": node.more,
        "children": [_node_json(child) for child in node.children],
    }
    return shown
