"""`suyuan recall`: everything that rests on a record, with the proof that the list is complete."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from suyuan_ledger.cli.context import HomeOption, JsonOption, language
from suyuan_ledger.cli.public_source import MirrorOption, TrustOption, VkeyOption, public_source
from suyuan_ledger.recall.graph import recall as list_resting
from suyuan_ledger.recall.report import to_json, to_text
from suyuan_ledger.recall.void import names_revocations, no_factor, recall_void
from suyuan_ledger.recall.which import find_which, parse_which

if TYPE_CHECKING:
    from suyuan_ledger.cli.public_source import Source
    from suyuan_ledger.recall.void import Factor


def recall(
    which: Annotated[
        str, typer.Argument(help="Digest, log index, registry number, or with --home factor code.")
    ],
    home: HomeOption = None,
    mirror: MirrorOption = None,
    vkey: VkeyOption = None,
    trust: TrustOption = None,
    lang: Annotated[
        Literal["en", "zh"] | None, typer.Option("--lang", help="Language (else SUYUAN_LANG).")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List every record that rests on one, completely, from the public log.

    All entries are read and the root recomputed; a log that is not what was signed gives no list.
    Of a revocation: the records that it makes void, and all that rests on them.
    """
    with public_source(home, mirror, vkey, trust) as source:
        start = find_which(source.connection, which) if source.connection else parse_which(which)
        result = list_resting(source.log, source.checkpoint, start)
        if names_revocations(result):
            roots = [did for did, _, _ in source.roots or ()]
            result = recall_void(source.log, source.checkpoint, result, roots, _factors_of(source))
    if as_json:
        typer.echo(json.dumps(to_json(result, source.checkpoint.origin, which), sort_keys=True))
        return
    for line in to_text(result, lang or language()):
        typer.echo(line)


def _factors_of(source: Source) -> Factor:
    """Say where factors are: in the ledger's database, and in no mirror."""
    connection = source.connection
    if connection is None:
        return no_factor
    from suyuan_ledger.status.void import factor_of  # noqa: PLC0415 - loads the database layer

    def factor(record: dict[str, Any]) -> dict[str, Any] | None:
        return factor_of(connection, record)

    return factor
