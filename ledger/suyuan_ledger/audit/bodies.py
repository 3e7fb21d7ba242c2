"""Public bodies, held against the entries that commit to them."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from suyuan_ledger.errors import LedgerError, RefusedError
from suyuan_ledger.log.effect import effect_of
from suyuan_ledger.log.entry import build_entry
from suyuan_ledger.records.profile import parse_record
from suyuan_ledger.records.signing import check_proof

if TYPE_CHECKING:
    from suyuan_ledger.audit.findings import AuditReport
    from suyuan_ledger.log.entry import Entry
    from suyuan_ledger.log.public_log import PublicLog
    from suyuan_ledger.records.profile import ParsedRecord


def read_body(log: PublicLog, entry: Entry, raw: bytes, report: AuditReport) -> ParsedRecord | None:
    """Read the body of an entry of a public kind and check everything that ties the two together.

    Digest, profile, shape and signature of the record are checked, and the entry is built again
    from it: it can say nothing that the record does not say.

    Args:
        log: where bodies come from.
        entry: the entry.
        raw: its bytes.
        report: takes `audit.body_missing`, `audit.body`, `audit.signature`.

    Returns:
        The record, or None if there is none to rely on.
    """
    try:
        record = _open(log, entry, raw)
        check_proof(record)
    except LedgerError as error:
        code = error.code if error.code.startswith("audit.") else "audit.signature"
        found = error.found or "" if code == error.code else error.code
        report.fail(code, entry.index, error.expected or "", found)
        return None
    report.count("bodies")
    return record


def _open(log: PublicLog, entry: Entry, raw: bytes) -> ParsedRecord:
    """Read a body and build its entry again.

    Raises:
        RefusedError: `audit.body_missing`, `audit.body`.
    """
    try:
        body = log.body(entry.index, entry.envelope)
    except LedgerError as error:
        raise RefusedError("audit.body", found=error.code) from error
    if body is None:
        raise RefusedError("audit.body_missing", expected=f"record/{entry.envelope.hex()}.json")
    if sha256(body).digest() != entry.envelope:
        raise RefusedError(
            "audit.body", expected=entry.envelope.hex(), found=sha256(body).hexdigest()
        )
    try:
        record = parse_record(body)
        effect = effect_of(record.kind, record.value["credentialSubject"])
        built = build_entry(entry.index, record, entry.time, effect)
    except LedgerError as error:
        raise RefusedError("audit.body", expected="a sound record", found=error.code) from error
    if built != raw:
        raise RefusedError("audit.body", expected="the record that the entry describes")
    return record
