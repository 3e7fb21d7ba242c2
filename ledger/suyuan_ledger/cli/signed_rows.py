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
from suyuan_ledger.records.signing import sign_record

if TYPE_CHECKING:
    from suyuan_ledger.keys.signer import Signer


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
