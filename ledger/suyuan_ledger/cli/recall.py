"""`suyuan recall`: everything that rests on a record, with the proof that the list is complete."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from suyuan_ledger.cli.context import HomeOption, JsonOption, language, read_json
from suyuan_ledger.cli.public_source import MirrorOption, TrustOption, VkeyOption, public_source
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.recall.graph import recall as list_resting
from suyuan_ledger.recall.report import to_json, to_text
from suyuan_ledger.recall.void import names_revocations, no_factor, recall_void
from suyuan_ledger.recall.which import find_content, find_which, parse_which

if TYPE_CHECKING:
    from collections.abc import Iterable

    from suyuan_ledger.cli.public_source import Source
    from suyuan_ledger.recall.graph import Recall
    from suyuan_ledger.recall.labels import Figures
    from suyuan_ledger.recall.void import Factor


def recall(
    which: Annotated[
        str,
        typer.Argument(
            help="Digest, log index, registry number; with --home a factor code, or the number "
            "of a certificate, filing or label."
        ),
    ],
    replacement: Annotated[
        str | None,
        typer.Option(
            "--with",
            help="Admission that takes its place: digest, log index or registry number.",
            show_default=False,
        ),
    ] = None,
    disclosures: Annotated[
        list[Path] | None,
        typer.Option("--disclosures", help="A holder's file of sealed figures; may be repeated."),
    ] = None,
    home: HomeOption = None,
    mirror: MirrorOption = None,
    vkey: VkeyOption = None,
    trust: TrustOption = None,
    lang: Annotated[
        Literal["en", "zh"] | None, typer.Option("--lang", help="Language (else SUYUAN_LANG).")
    ] = None,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print the footprints, certificates and labels as CSV.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List every record that rests on one, completely, from the public log.

    All entries are read and the root recomputed; a log that is not what was signed gives no list.
    Of a revocation: the records that it makes void, and all that rests on them. With the ledger's
    own bodies (not from a mirror), every footprint, certificate and label is calculated again with
    the factor that takes the place of the one that is recalled.
    """
    with public_source(home, mirror, vkey, trust) as source:
        if source.connection is None and (replacement or disclosures or as_csv):
            raise RefusedError("recall.bodies", expected="--home", found="--mirror")
        start = find_which(source.connection, which) if source.connection else parse_which(which)
        result = list_resting(source.log, source.checkpoint, start)
        if names_revocations(result):
            roots = [did for did, _, _ in source.roots or ()]
            result = recall_void(source.log, source.checkpoint, result, roots, _factors_of(source))
        figures = _figures_of(source, result, replacement, disclosures or [])
    _show(result, figures, source.checkpoint.origin, which, lang or language(), as_csv, as_json)


def _show(
    result: Recall,
    figures: Figures | None,
    origin: str,
    which: str,
    lang: str,
    as_csv: bool,
    as_json: bool,
) -> None:
    report = to_json(result, origin, which) if as_json else {}
    lines = [] if as_csv or as_json else to_text(result, lang)
    if figures is None:
        _print(report, lines)
        return
    from suyuan_ledger.recall import figure_report  # noqa: PLC0415 - loads the database layer

    if as_csv:
        typer.echo(figure_report.figures_to_csv(figures), nl=False)
        return
    more: Iterable[str] = []
    if as_json:
        report |= figure_report.figures_to_json(figures)
    elif figures.bases or figures.rows:
        more = figure_report.figures_to_text(figures, lang)
    _print(report, chain(lines, more))


def _print(report: dict[str, Any], lines: Iterable[str]) -> None:
    if report:
        typer.echo(json.dumps(report, sort_keys=True))
    for line in lines:
        typer.echo(line)


def _figures_of(
    source: Source, result: Recall, replacement: str | None, files: list[Path]
) -> Figures | None:
    """Calculate the figures again, with the bodies of the ledger's database; a mirror has none."""
    connection = source.connection
    if connection is None:
        return None
    from suyuan_ledger.footprint_desk.disclosures import (  # noqa: PLC0415 - as in `_show`
        read_disclosures,
    )
    from suyuan_ledger.recall.archive import Archive  # noqa: PLC0415
    from suyuan_ledger.recall.labels import list_figures  # noqa: PLC0415

    disclosed: dict[str, list[str]] = {}
    for path in files:
        private = read_json(path)
        listed = read_disclosures(private)
        disclosed.setdefault(private["statement"], []).extend(listed.values())
    content = None if replacement is None else find_content(connection, replacement)
    return list_figures(Archive(connection), result, content, disclosed)


def _factors_of(source: Source) -> Factor:
    """Say where factors are: in the ledger's database, and in no mirror."""
    connection = source.connection
    if connection is None:
        return no_factor
    from suyuan_ledger.status.void import factor_of  # noqa: PLC0415 - loads the database layer

    def factor(record: dict[str, Any]) -> dict[str, Any] | None:
        return factor_of(connection, record)

    return factor
