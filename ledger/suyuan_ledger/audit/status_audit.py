"""Every status list derived again from the entries, and compared bit by bit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from suyuan_ledger.audit.bodies import read_body
from suyuan_ledger.audit.findings import AuditReport
from suyuan_ledger.errors import LedgerError
from suyuan_ledger.log.entry import parse_entry
from suyuan_ledger.log.public_log import read_entries
from suyuan_ledger.status.derive import derive_marks
from suyuan_ledger.status.encode import SEGMENT_BITS, decode_segment, unpack_bits
from suyuan_ledger.status.events import EVENT_RELS, events_of

if TYPE_CHECKING:
    from suyuan_ledger.log.checkpoint import Checkpoint
    from suyuan_ledger.log.entry import Entry
    from suyuan_ledger.log.public_log import PublicLog
    from suyuan_ledger.records.profile import ParsedRecord
    from suyuan_ledger.workflow.statements import StatusEvent

# Differences of one list that are named one by one.
_NAMED = 16


def audit_status(log: PublicLog, checkpoint: Checkpoint) -> AuditReport:
    """Recompute every StatusList of a log.

    Args:
        log: entries and the bodies of StatusLists.
        checkpoint: of this log, its signature verified.
    """
    report = AuditReport("status", checkpoint.size, checkpoint.root)
    places: dict[bytes, int] = {}
    events: list[StatusEvent] = []
    report.counts = {"lists": 0, "recomputed": 0}

    def differs(size: int, expected: bytes, found: bytes) -> None:
        report.fail("audit.root", None, f"{size} {expected.hex()}", found.hex())

    try:
        for start, entries in read_entries(log, checkpoint, None, differs):
            for index, raw in enumerate(entries, start):
                entry = _parse(index, raw, report)
                if entry is None:
                    continue
                if entry.kind in EVENT_RELS:
                    events += events_of(entry, places)
                elif entry.kind == "StatusList":
                    report.count("lists")
                    record = read_body(log, entry, raw, report)
                    if record is not None:
                        _compare(entry, record, events, report)
                places.setdefault(entry.content, index)
    except LedgerError as error:
        report.fail("audit.unreadable", None, found=error.text())
    if not report.counts["lists"]:
        report.doubt("audit.no_list")
    return report


def _parse(index: int, raw: bytes, report: AuditReport) -> Entry | None:
    try:
        entry = parse_entry(raw)
    except LedgerError as error:
        report.fail("audit.entry", index, found=error.code)
        return None
    if entry.index != index:
        report.fail("audit.index", index, index, entry.index)
    return entry


def _compare(
    entry: Entry, record: ParsedRecord, events: list[StatusEvent], report: AuditReport
) -> None:
    subject = record.value["credentialSubject"]
    size: int = subject["asOfTreeSize"]
    if size > entry.index:
        report.fail("audit.status_as_of", entry.index, f"<= {entry.index}", size)
        return
    stated = {
        (row["purpose"], row["segment"] * SEGMENT_BITS + bit)
        for row in subject["segments"]
        for bit in unpack_bits(decode_segment(row["encodedList"]))
    }
    derived = derive_marks(events, size, entry.time)
    wrong = sorted(stated ^ derived, key=lambda mark: (mark[1], mark[0]))
    for purpose, index in wrong[:_NAMED]:
        is_set = (purpose, index) in stated
        report.fail(
            "audit.status_bit",
            entry.index,
            f"{purpose} of {index} {'not set' if is_set else 'set'}",
            "set" if is_set else "not set",
        )
    if len(wrong) > _NAMED:
        report.fail("audit.status_bit", entry.index, found=f"{len(wrong) - _NAMED} bits more")
    if not wrong:
        report.count("recomputed")
