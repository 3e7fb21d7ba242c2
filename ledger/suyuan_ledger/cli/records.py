"""Commands for one record at a time: draft, sign, submit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from suyuan_ledger.cli.context import (
    HomeOption,
    JsonOption,
    PassphraseOption,
    issuer_of,
    note,
    now_text,
    opened,
    read_json,
    show,
    signer_of,
    write_file,
)
from suyuan_ledger.cli.submission import place_of, records_of, submit_all
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.digest import parse_digest
from suyuan_ledger.records.drafts import new_record
from suyuan_ledger.records.profile import Link, format_digest, parse_record
from suyuan_ledger.records.signing import sign_record


def draft(
    kind: Annotated[str, typer.Argument(help="Record kind, for example FactorSubmission.")],
    subject: Annotated[Path, typer.Argument(help="JSON file of the credentialSubject.")],
    key: Annotated[
        str, typer.Option("--key", help="Key URI of the issuer, who has to be enrolled.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="Unsigned record to write.")],
    link: Annotated[
        list[str] | None, typer.Option("--link", help="REL=sha256:..., may be repeated.")
    ] = None,
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
) -> None:
    """Write an unsigned record, to be read before it is signed."""
    signer = signer_of(key, passphrase_file)
    with opened(home) as ledger:
        issuer = issuer_of(ledger, signer)
    record = new_record(
        kind,
        issuer,
        read_json(subject),
        valid_from=now_text(),
        links=[_link(text) for text in link or []],
    )
    write_file(out, (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode())
    command = f"suyuan sign {out} --key {key} --out SIGNED.json"
    note(
        f"draft written to {out}; read it, then: {command}",
        f"草稿已写入 {out}；请阅读后执行：{command}",
    )


def sign(
    draft_file: Annotated[Path, typer.Argument(metavar="DRAFT", help="Unsigned record.")],
    key: Annotated[str, typer.Option("--key", help="Key URI of the issuer.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Signed record to write.")],
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sign a draft; prints the digest of exactly what was signed."""
    unsigned = read_json(draft_file)
    if not isinstance(unsigned, dict):
        raise RefusedError("file.json", pointer=str(draft_file), expected="an object")
    signed = sign_record(unsigned, signer_of(key, passphrase_file), now_text())
    write_file(out, signed + b"\n")
    parsed = parse_record(signed)
    show(
        {"record": str(out), "kind": parsed.kind, "content": format_digest(parsed.content_digest)},
        as_json=as_json,
    )


def submit(
    files: Annotated[
        list[Path], typer.Argument(help="Signed records: one JSON object, or one a line (NDJSON).")
    ],
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Log signed records; returns when they are durable.

    With --json it prints a receipt for each.
    """
    places: list[str] = []
    raws: list[bytes] = []
    for path in files:
        for number, raw in enumerate(records_of(path), 1):
            places.append(place_of(path, "record", number))
            raws.append(raw)
    with opened(home, write=True, passphrase_file=passphrase_file) as ledger:
        failed = submit_all(ledger, places, raws, as_json=as_json)
    if failed:
        raise typer.Exit(1)


def _link(text: str) -> Link:
    rel, separator, digest = text.partition("=")
    if not separator:
        raise RefusedError("record.links", pointer="--link", expected="REL=sha256:...", found=text)
    parse_digest(digest)
    return Link(rel, digest)
