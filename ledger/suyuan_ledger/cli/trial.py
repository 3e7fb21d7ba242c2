"""Submissions in files, to be tried out before they are signed: drafts, records, tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from suyuan_ledger.cli.context import language, now_text, read_file, read_json
from suyuan_ledger.cli.submission import records_of
from suyuan_ledger.errors import LedgerError, RefusedError
from suyuan_ledger.records.profile import format_digest, parse_record
from suyuan_ledger.records.rules import check_kind, is_date
from suyuan_ledger.records.shape import subject_errors
from suyuan_ledger.records.table_import import import_factors

KIND = "FactorSubmission"
# The owner of a figure whose issuer is not known yet; equals nobody's name.
_NOBODY = "\x00"


@dataclass(frozen=True, slots=True)
class Trial:
    """A submission that need not be signed or logged.

    Attributes:
        row: of the table, or the place in the file, from 1.
        record: the members that rules read.
        content: its content digest if it is signed, else empty.
    """

    row: int
    record: dict[str, Any]
    content: str


def read_trials(path: Path) -> tuple[list[Trial], list[LedgerError]]:
    """Read a table, a draft, a `credentialSubject`, or signed records (one, or one a line).

    Returns:
        The submissions, and what is wrong with rows of a table.

    Raises:
        RefusedError: `file.read`, `file.json`, `trace.kind`, a `record.*` or `csv.*` code.
    """
    if path.suffix.lower() in {".csv", ".xlsx"}:
        table = import_factors(read_file(path))
        trials = [Trial(row.row, _unsigned(row.subject), "") for row in table.rows]
        return trials, [problem.as_error(language()) for problem in table.problems]
    if path.suffix.lower() == ".ndjson":
        raws = enumerate(records_of(path), 1)
        return [_signed(place, raw) for place, raw in raws], []
    value = read_json(path)
    if not isinstance(value, dict):
        raise RefusedError("file.json", pointer=str(path), expected="an object")
    if "proof" in value:
        return [_signed(1, read_file(path))], []
    return [_draft(value)], []


def _signed(place: int, raw: bytes) -> Trial:
    parsed = parse_record(raw)
    _require_submission(parsed.kind)
    return Trial(place, parsed.value, format_digest(parsed.content_digest))


def _draft(value: dict[str, Any]) -> Trial:
    """Take an unsigned record, or its subject alone."""
    subject = value.get("credentialSubject", value)
    record = _unsigned(subject)
    if subject is not value:
        names = value.get("type")
        _require_submission(names[-1] if isinstance(names, list) and names else names)
        # Of a draft's envelope the rules read these; the rest is judged when it is signed.
        if isinstance(value.get("issuer"), dict) and isinstance(value["issuer"].get("nameZh"), str):
            record["issuer"] = value["issuer"]
        if isinstance(value.get("validFrom"), str) and is_date(value["validFrom"][:10]):
            record["validFrom"] = value["validFrom"]
    errors = subject_errors(KIND, subject)
    if errors:
        raise errors[0]
    check_kind(KIND, subject)
    return Trial(1, record, "")


def _unsigned(subject: Any) -> dict[str, Any]:
    return {
        "validFrom": now_text(),
        "issuer": {"nameZh": _NOBODY},
        "credentialSubject": subject,
    }


def _require_submission(kind: object) -> None:
    if kind != KIND:
        raise RefusedError("trace.kind", expected=KIND, found=kind)
