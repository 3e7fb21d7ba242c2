"""Commands of data providers: draft, sign, submit, import, show."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import orjson
import typer

from suyuan_ledger.cli.context import (
    HomeOption,
    JsonOption,
    PassphraseOption,
    give_hint,
    index_of,
    issuer_of,
    language,
    make_folder,
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
        for number, raw in enumerate(_records_of(path), 1):
            places.append(_place(path, "record", number))
            raws.append(raw)
    with opened(home, write=True, passphrase_file=passphrase_file) as ledger:
        failed = _submit(ledger, places, raws, as_json=as_json)
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
    """Import factor submissions from CSV; every bad cell is named.

    Each good row is signed; what is signed is kept in the home before the first is submitted.
    Import again after a crash, or after mending the bad rows: a row that this key has signed before
    is submitted as it was, and what was logged already is not logged twice.

    The log's key is opened as well: where the two passphrases differ, both are asked for.
    """
    # Here, so that `suyuan key` does not wait for the schema compiler.
    from suyuan_ledger.records.table_import import import_factors  # noqa: PLC0415

    data = read_file(table_file)
    table = import_factors(data)
    for problem in table.problems:
        error = problem.as_error(language())
        note(f"{table_file}: {error.text(language())}")
        give_hint(error, "  ")
    good, bad = len(table.rows), len({problem.row for problem in table.problems})
    note(
        f"good rows: {good}, rows with problems: {bad} ({table.encoding})",
        f"正确 {good} 行，有误 {bad} 行（{table.encoding}）",
    )
    if dry_run or (bad and not partial):
        if bad and not dry_run:
            note(
                "nothing was imported; mend the rows, or import the good ones with --partial",
                "未导入任何行；请改正有误的行，或用 --partial 只导入正确的行",
            )
        raise typer.Exit(1 if bad else 0)
    signer = signer_of(key, passphrase_file)
    with opened(home, write=True, passphrase_file=passphrase_file) as ledger:
        issuer = issuer_of(ledger, signer)
        folder = settings_of(home).home / "imports"
        subjects = [row.subject for row in table.rows]
        signed = signed_once(folder, subjects, issuer, signer)
        places = [_place(table_file, "row", row.row) for row in table.rows]
        failed = _submit(ledger, places, signed, as_json=as_json)
    if failed or bad:
        raise typer.Exit(1)


def template(
    out: Annotated[Path, typer.Argument(help="CSV file to write.")],
    lang: Annotated[
        Literal["en", "zh"], typer.Option("--lang", help="Language of the headers.")
    ] = "en",
) -> None:
    """Write the CSV template for factor submissions."""
    from suyuan_ledger.records.table_import import template as table_template  # noqa: PLC0415

    write_file(out, table_template(lang))
    note(f"template written to {out}", f"模板已写入 {out}")


def official(
    out: Annotated[Path, typer.Argument(help="CSV file to write.")],
) -> None:
    """Write the 51 official electricity figures as CSV to import."""
    from suyuan_ledger.official import official_table  # noqa: PLC0415

    write_file(out, official_table())
    note(f"51 figures written to {out}", f"51 个官方数值已写入 {out}")


def show_record(
    which: Annotated[str, typer.Argument(help="Content digest (sha256:...) or log index.")],
    home: HomeOption = None,
) -> None:
    """Print one logged record exactly as it is stored."""
    with opened(home) as ledger:
        index = index_of(which)
        found = ledger.record(parse_digest(which)) if index is None else ledger.record_at(index)
    if found is None:
        raise RefusedError("record.unknown", found=which)
    typer.echo(json.dumps(orjson.loads(found.body), ensure_ascii=False, indent=2))


def signed_once(
    folder: Path,
    subjects: list[dict[str, Any]],
    issuer: dict[str, str],
    signer: Signer,
) -> list[bytes]:
    """Sign rows once and for all.

    What is signed is durable in `folder` before the first record is submitted. A row that this
    issuer has signed in an earlier run, of this table or of another one, is found there and
    submitted as it is, instead of being made into a new record with a new id.
    """
    known = _signed_before(folder, issuer)
    fresh = [subject for subject in subjects if _row_key(subject) not in known]
    if fresh:
        now = now_text()
        signed = [
            sign_record(
                new_record("FactorSubmission", issuer, subject, valid_from=now), signer, now
            )
            for subject in progress(fresh, len(fresh), "signing")
        ]
        known.update(zip(map(_row_key, fresh), signed, strict=True))
        name = hashlib.sha256(b"".join(signed)).hexdigest()
        _write_durably(folder / f"{name}.ndjson", signed)
    return [known[_row_key(subject)] for subject in subjects]


def _signed_before(folder: Path, issuer: dict[str, str]) -> dict[bytes, bytes]:
    """Find the records that earlier imports signed for an issuer, by the row they were made of."""
    found: dict[bytes, bytes] = {}
    for path in sorted(folder.glob("*.ndjson")):
        for line in read_file(path).splitlines():
            try:
                record = orjson.loads(line)
                if record["issuer"] == issuer:
                    found.setdefault(_row_key(record["credentialSubject"]), line)
            except (ValueError, KeyError, TypeError):
                continue  # not of our making
    return found


def _row_key(subject: dict[str, Any]) -> bytes:
    return orjson.dumps(subject, option=orjson.OPT_SORT_KEYS)


def _write_durably(path: Path, lines: list[bytes]) -> None:
    """Write lines to a file that appears whole or not at all.

    Raises:
        RefusedError: `file.write`.
    """
    make_folder(path.parent)
    fresh = path.with_suffix(".new")
    try:
        with fresh.open("wb") as stream:
            stream.writelines(line + b"\n" for line in lines)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise RefusedError("file.write", pointer=str(path), found=error.strerror) from None


def _place(path: Path, what: Literal["record", "row"], number: int) -> str:
    if language() == "zh":
        return f"{path} 第 {number} {'条' if what == 'record' else '行'}"
    return f"{path}, {what} {number}"


def _submit(ledger: Ledger, places: list[str], raws: list[bytes], *, as_json: bool) -> int:
    """Submit records in batches, say where a refused one came from; return how many were."""
    failed = added = 0
    results = ledger.submit_many(raws)
    for place, result in zip(places, progress(results, len(raws), "submitting"), strict=True):
        if isinstance(result, LedgerError):
            failed += 1
            note(f"{place}: {result.text(language())}")
            give_hint(result, "  ")
        else:
            added += not result.duplicate
        if as_json:
            typer.echo(json.dumps(_result_json(result), sort_keys=True))
    before = len(raws) - failed - added
    note(
        f"{added} logged, {before} were logged before, {failed} refused",
        f"{added} 条写入日志，{before} 条此前已在日志中，{failed} 条被拒绝",
    )
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
    rel, separator, digest = text.partition("=")
    if not separator:
        raise RefusedError("record.links", pointer="--link", expected="REL=sha256:...", found=text)
    parse_digest(digest)
    return Link(rel, digest)
