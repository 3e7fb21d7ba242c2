"""Rows of a table are signed once and for all (docs/adr/0008-an-import-signs-once.md)."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from suyuan_ledger.cli.context import make_folder, now_text, progress, read_file
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.drafts import new_record
from suyuan_ledger.records.profile import parse_record
from suyuan_ledger.records.signing import check_proof, sign_record

if TYPE_CHECKING:
    from collections.abc import Callable

    from suyuan_ledger.keys.signer import Signer


def signed_once(
    folder: Path,
    subjects: list[dict[str, Any]],
    issuer: dict[str, str],
    signer: Signer,
    sign: Callable[[dict[str, Any], Signer, str], bytes] = sign_record,
) -> list[bytes]:
    """Sign rows once and for all.

    What is signed is durable in `folder` before the first record is submitted. A row that this
    issuer has signed in an earlier run, of this table or of another one, is found there and
    submitted as it is, instead of being made into a new record with a new id.

    Args:
        folder: where signed rows are kept.
        subjects: `credentialSubject` of each row.
        issuer: `{"id", "name", "nameZh"}`.
        signer: holder of the issuer's key.
        sign: `sign_for_door` if what is returned is submitted at once. What a later run finds in
            `folder` is checked there and then, and signed anew if it does not hold.
    """
    keys = [_row_key(subject) for subject in subjects]
    known = _signed_before(folder, issuer, set(keys))
    rows = zip(keys, subjects, strict=True)
    fresh = [(key, subject) for key, subject in rows if key not in known]
    if fresh:
        now = now_text()
        signed: list[bytes] = []
        for key, subject in progress(fresh, len(fresh), "signing"):
            draft = new_record("FactorSubmission", issuer, subject, valid_from=now)
            known[key] = sign(draft, signer, now)
            signed.append(known[key])
        name = hashlib.sha256(b"".join(signed)).hexdigest()
        _write_durably(folder / f"{name}.ndjson", signed)
    return [known[key] for key in keys]


def _signed_before(folder: Path, issuer: dict[str, str], wanted: set[bytes]) -> dict[bytes, bytes]:
    """Find the sound records that earlier imports signed for an issuer, by their rows."""
    found: dict[bytes, bytes] = {}
    for path in sorted(folder.glob("*.ndjson")):
        for line in read_file(path).splitlines():
            try:
                record = orjson.loads(line)
                if record["issuer"] != issuer:
                    continue
                key = _row_key(record["credentialSubject"])
                if key in wanted and key not in found:
                    check_proof(parse_record(line))
                    found[key] = line
            except (ValueError, KeyError, TypeError, RefusedError):
                continue  # not of our making, or never fit for the log
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
