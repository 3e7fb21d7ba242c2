"""`suyuan audit`: the whole log, its status lists, its checks; every finding listed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from suyuan_ledger.audit.log_audit import KnownAnchor, audit_log
from suyuan_ledger.audit.status_audit import audit_status
from suyuan_ledger.cli.context import HomeOption, JsonOption, language, opened
from suyuan_ledger.cli.public_source import (
    MirrorOption,
    Source,
    TrustOption,
    VkeyOption,
    public_source,
)
from suyuan_ledger.log.checkpoint import open_checkpoint
from suyuan_ledger.log.note import parse_vkey

if TYPE_CHECKING:
    from suyuan_ledger.audit.findings import AuditReport

app = typer.Typer(
    help="Judge the log from what is public; exit code 1 if anything is wrong.",
    invoke_without_command=True,
)


@app.callback()
def log(
    context: typer.Context,
    home: HomeOption = None,
    mirror: MirrorOption = None,
    vkey: VkeyOption = None,
    trust: TrustOption = None,
    root: Annotated[
        list[str] | None,
        typer.Option("--root", help="did:key of a root authority.", show_default=False),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Audit the whole log: entries, root, bodies, powers, omitted reviews."""
    if context.invoked_subcommand is not None:
        return
    with public_source(home, mirror, vkey, trust) as source:
        roots = [(did, 0, None) for did in root] if root else source.roots
        report = audit_log(source.log, source.checkpoint, roots, _anchors(source))
    _show(report, as_json=as_json)


@app.command("status")
def status(
    home: HomeOption = None,
    mirror: MirrorOption = None,
    vkey: VkeyOption = None,
    trust: TrustOption = None,
    as_json: JsonOption = False,
) -> None:
    """Derive every status list again from the entries and compare bit by bit."""
    with public_source(home, mirror, vkey, trust) as source:
        report = audit_status(source.log, source.checkpoint)
    _show(report, as_json=as_json)


@app.command("checks")
def checks(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Execute every traceability check again; needs the ledger's own bodies."""
    from suyuan_ledger.audit.checks_audit import audit_checks  # noqa: PLC0415 - slow imports
    from suyuan_ledger.store import repository  # noqa: PLC0415

    with opened(home) as ledger, ledger.store.read() as connection:
        note = repository.read_head(connection).note
        report = audit_checks(connection, open_checkpoint(note, parse_vkey(ledger.vkey)))
    _show(report, as_json=as_json)


def _anchors(source: Source) -> list[KnownAnchor]:
    """Return the final anchors that the ledger has seen; a mirror knows none."""
    if source.ledger is None:
        return []
    from suyuan_ledger.export.evidence import good_anchors  # noqa: PLC0415 - loads the chain client

    return [
        KnownAnchor(anchor.size, anchor.root, anchor.time)
        for anchor in good_anchors(source.ledger.store)
    ]


def _show(report: AuditReport, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(report.to_json(), ensure_ascii=False, sort_keys=True))
    else:
        for line in report.to_text(language()):
            typer.echo(line)
    if not report.clean:
        raise typer.Exit(1)
