"""Commands of data providers: draft, sign, submit, import, show."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from suyuan_ledger.cli.context import (
    HomeOption,
    JsonOption,
    PassphraseOption,
    issuer_of,
    note,
    now_text,
    opened,
    progress,
    read_file,
    read_json,
    settings_of,
    show,
    signer_of,
    write_file,
)
from suyuan_ledger.errors import LedgerError, RefusedError
from suyuan_ledger.records.digest import parse_digest
from suyuan_ledger.records.drafts import new_record
from suyuan_ledger.records.profile import Link, format_digest, parse_record
from suyuan_ledger.records.signing import sign_record

if TYPE_CHECKING:
    from suyuan_ledger.keys.signer import Signer
    from suyuan_ledger.log.receipt import Receipt
    from suyuan_ledger.service import Ledger


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
    """Write an unsigned record with a fresh id and nonce, to be read before it is signed."""
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
    note(f"draft written to {out}; read it, then: suyuan sign {out} --key {key}")


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
    """Log signed records; returns when they are durable, and prints a receipt for each."""
    raws = [raw for path in files for raw in _records_of(path)]
    with opened(home, write=True, passphrase_file=passphrase_file) as ledger:
        failed = _submit(ledger, raws, as_json=as_json)
    if failed:
        raise typer.Exit(1)


def import_csv(
    table_file: Annotated[Path, typer.Argument(metavar="CSV", help="Table of factor submissions.")],
    key: Annotated[str, typer.Option("--key", help="Key URI of the submitter or transcriber.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only report what is wrong.")] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="Import the good rows although others are wrong.")
    ] = False,
    home: HomeOption = None,
    passphrase_file: PassphraseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import factor submissions from CSV: every bad cell is named; each good row is signed.

    The signed rows are kept in the home before the first is submitted. Run the same import again
    after a crash: it submits the same bytes, and what was logged already is not logged twice.
    """
    # Here, so that `suyuan key` does not wait for the schema compiler.
    from suyuan_ledger.records.csv_import import import_factors  # noqa: PLC0415

    data = read_file(table_file)
    table = import_factors(data)
    for problem in table.problems:
        error = problem.as_error()
        note(f"{table_file}: {error.text()}")
        if error.hint():
            note(f"  hint: {error.hint()}")
    good, bad = len(table.rows), len({problem.row for problem in table.problems})
    note(f"{good} good rows, {bad} rows with problems ({table.encoding})")
    if dry_run or (bad and not partial):
        if bad and not dry_run:
            note("nothing was imported; mend the rows, or import the good ones with --partial")
        raise typer.Exit(1 if bad else 0)
    signer = signer_of(key, passphrase_file)
    with opened(home, write=True, passphrase_file=passphrase_file) as ledger:
        issuer = issuer_of(ledger, signer)
        folder = settings_of(home).home / "imports"
        subjects = [row.subject for row in table.rows]
        signed = signed_once(folder, data, subjects, issuer, signer)
        failed = _submit(ledger, signed, as_json=as_json)
    if failed or bad:
        raise typer.Exit(1)


def template(
    out: Annotated[Path, typer.Argument(help="CSV file to write.")],
    lang: Annotated[str, typer.Option("--lang", help="Language of the headers: en or zh.")] = "en",
) -> None:
    """Write the CSV template for factor submissions."""
    from suyuan_ledger.records.csv_import import template as table_template  # noqa: PLC0415

    write_file(out, table_template(lang))


def official(
    out: Annotated[Path, typer.Argument(help="CSV file to write.")],
) -> None:
    """Write the 51 official electricity figures in the import format, with their citations."""
    from suyuan_ledger.official import official_table  # noqa: PLC0415

    write_file(out, official_table())


def show_record(
    which: Annotated[str, typer.Argument(help="Content digest (sha256:...) or log index.")],
    home: HomeOption = None,
) -> None:
    """Print one logged record exactly as it is stored."""
    with opened(home) as ledger:
        if which.isascii() and which.isdecimal():
            found = ledger.record_at(int(which))
        else:
            found = ledger.record(parse_digest(which))
    if found is None:
        raise RefusedError("record.unknown", found=which)
    typer.echo(json.dumps(orjson.loads(found.body), ensure_ascii=False, indent=2))


def signed_once(
    folder: Path,
    data: bytes,
    subjects: list[dict[str, Any]],
    issuer: dict[str, str],
    signer: Signer,
) -> list[bytes]:
    """Sign the rows of one table once and for all.

    The signed records are durable in `folder` before the first is submitted, under a name that
    follows from the table and the key: the second run of an import finds them, and submits the
    same records instead of making new ones with new ids.
    """
    name = hashlib.sha256(data + signer.did.encode()).hexdigest()
    path = folder / f"{name}.ndjson"
    if path.exists():
        return path.read_bytes().splitlines()
    now = now_text()
    signed = [
        sign_record(new_record("FactorSubmission", issuer, subject, valid_from=now), signer, now)
        for subject in progress(subjects, len(subjects), "signing")
    ]
    folder.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as stream:
        stream.writelines(raw + b"\n" for raw in signed)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(path)
    return signed


def _submit(ledger: Ledger, raws: list[bytes], *, as_json: bool) -> int:
    """Submit records in batches and print a line for each; return how many were refused."""
    failed = added = 0
    results = ledger.submit_many(raws)
    for place, result in enumerate(progress(results, len(raws), "submitting")):
        if isinstance(result, LedgerError):
            failed += 1
            note(f"record {place + 1}: {result.text()}")
            if result.hint():
                note(f"  hint: {result.hint()}")
        else:
            added += not result.duplicate
        if as_json:
            typer.echo(json.dumps(_result_json(result), sort_keys=True))
    note(f"{added} logged, {len(raws) - failed - added} were logged before, {failed} refused")
    return failed


def _result_json(result: Receipt | LedgerError) -> dict[str, Any]:
    if isinstance(result, LedgerError):
        return {"ok": False, "code": result.code, "pointer": result.pointer}
    return {
        "ok": True,
        "index": result.index,
        "content": format_digest(result.content),
        "time": result.time,
        "size": result.size,
        "duplicate": result.duplicate,
    }


def _records_of(path: Path) -> Iterator[bytes]:
    """Yield the records of a file: the whole of it, or its lines if each is an object."""
    data = read_file(path)
    lines = [line for line in data.splitlines() if line.strip()]
    if all(line.startswith(b"{") and line.rstrip().endswith(b"}") for line in lines):
        yield from lines
    else:
        yield data


def _link(text: str) -> Link:
    rel, _, digest = text.partition("=")
    parse_digest(digest)
    return Link(rel, digest)
