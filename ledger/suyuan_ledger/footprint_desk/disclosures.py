"""Sealing the figures of a drafted statement, and the private file of whoever holds them.

    {"format": "suyuan/disclosures@v1", "statement": "sha256:...",
     "disclosures": [{"item": "...", "disclosure": "..."}]}

The file is the only place where the figures are: nobody can find them again from the statement.
"""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.footprint.sealing import DISCLOSURES_FORMAT, seal, unseal
from suyuan_ledger.records.canonical import check_values
from suyuan_ledger.records.drafts import content_of
from suyuan_ledger.records.rules import check_kind
from suyuan_ledger.records.shape import subject_errors

if TYPE_CHECKING:
    from collections.abc import Collection

_KIND = "FootprintStatement"


def seal_draft(
    record: dict[str, Any], items: Collection[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Seal lines of an unsigned statement.

    Args:
        record: the unsigned record, calculated.
        items: ids of the lines.

    Returns:
        The record to be signed, and the content of the private file.

    Raises:
        RefusedError: `record.sealed`, `desk.kind`.
    """
    require_statement(record)
    subject, disclosures = seal(record["credentialSubject"], items, secrets.token_bytes)
    sealed = {**record, "credentialSubject": subject}
    private = {
        "format": DISCLOSURES_FORMAT,
        "statement": content_of(sealed),
        "disclosures": disclosures,
    }
    return sealed, private


def opened_subject(record: dict[str, Any], private: dict[str, Any]) -> dict[str, Any]:
    """Return a statement's subject with what is disclosed put back, for its signer to read.

    Raises:
        RefusedError: `disclosures.file`, `disclosures.other`, or what a disclosure breaks.
    """
    listed = read_disclosures(private)
    if private["statement"] != content_of(record):
        raise RefusedError(
            "disclosures.other", expected=content_of(record), found=private["statement"]
        )
    return unseal(record["credentialSubject"], listed.values())


def read_disclosures(private: Any) -> dict[str, str]:
    """Return the disclosures of a private file by line.

    Raises:
        RefusedError: `disclosures.file`.
    """
    try:
        form, _ = private["format"], str(private["statement"])
        listed = {str(one["item"]): str(one["disclosure"]) for one in private["disclosures"]}
    except (KeyError, TypeError):
        form, listed = "none", {}
    if form != DISCLOSURES_FORMAT:
        raise RefusedError("disclosures.file", expected=DISCLOSURES_FORMAT, found=form)
    return listed


def write_private(path: Path, private: dict[str, Any]) -> None:
    """Write the private file, readable for its owner alone, never over another.

    Raises:
        RefusedError: `file.exists`, `file.write`.
    """
    data = (json.dumps(private, ensure_ascii=False, indent=2) + "\n").encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except FileExistsError:
        raise RefusedError("file.exists", pointer=str(path)) from None
    except OSError as error:
        raise RefusedError("file.write", pointer=str(path), found=error.strerror) from None


def require_statement(record: Any) -> None:
    """Refuse what is no unsigned FootprintStatement that a person could be shown.

    Raises:
        RefusedError: `desk.kind`, or the first rule that the statement breaks.
    """
    try:
        kind = record["type"][1]
        shown = [record["issuer"][name] for name in ("id", "name", "nameZh")]
        shown += [link[name] for link in record["links"] for name in ("rel", "contentDigest")]
        sound = all(isinstance(one, str) for one in shown)
        subject = record["credentialSubject"]
    except (KeyError, TypeError, IndexError):
        kind, sound, subject = "none", False, {}
    if kind != _KIND or not sound or "proof" in record:
        found = f"{kind}, signed" if isinstance(record, dict) and "proof" in record else kind
        raise RefusedError("desk.kind", expected=f"unsigned {_KIND}", found=found)
    check_values(subject)
    for error in subject_errors(_KIND, subject):
        raise error
    check_kind(_KIND, subject)
