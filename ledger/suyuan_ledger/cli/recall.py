"""`suyuan recall`: everything that rests on a record, with the proof that the list is complete."""

from __future__ import annotations

import json
from typing import Annotated, Literal

import typer

from suyuan_ledger.cli.context import HomeOption, JsonOption, language
from suyuan_ledger.cli.public_source import MirrorOption, TrustOption, VkeyOption, public_source
from suyuan_ledger.recall.graph import recall as list_resting
from suyuan_ledger.recall.report import to_json, to_text
from suyuan_ledger.recall.which import find_which, parse_which


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
    """
    with public_source(home, mirror, vkey, trust) as source:
        start = find_which(source.connection, which) if source.connection else parse_which(which)
        result = list_resting(source.log, source.checkpoint, start)
    if as_json:
        typer.echo(json.dumps(to_json(result, source.checkpoint.origin, which), sort_keys=True))
        return
    for line in to_text(result, lang or language()):
        typer.echo(line)
