"""Every status list derived again from the entries, compared bit by bit; late ones are named.

A rule set says how much time may lie between two lists. The log's own times tell: those of the
lists, and of its newest entry, at which the next list may be overdue.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
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


@dataclass(slots=True)
class _Punctuality:
    """Whether lists came as often as the rule sets in force asked for.

    Attributes:
        report: takes `audit.status_late`.
        since: when the last list was logged, or the first rule set; Unix seconds, None before.
        interval: the longest time that a rule set in force since then allowed, in seconds.
        asked: what the newest rule set allows.
    """

    report: AuditReport
    since: int | None = None
    interval: int = 0
    asked: int = 0

    def follow(self, interval: int, time: str) -> None:
        """Take note of a rule set: nobody is late by a rule that came into force in between."""
        if self.since is None:
            self.since = _seconds(time)
        self.asked = interval
        self.interval = max(self.interval, interval)

    def listed(self, index: int | None, time: str) -> None:
        """Take note of a list; of the log's end without an index."""
        now = _seconds(time)
        if self.since is not None and now - self.since > self.interval:
            self.report.fail(
                "audit.status_late", index, f"<= {self.interval} s", f"{now - self.since} s"
            )
        if index is not None and self.since is not None:
            self.since, self.interval = now, self.asked


def audit_status(log: PublicLog, checkpoint: Checkpoint) -> AuditReport:
    """Recompute every StatusList of a log, and say which came late.

    Args:
        log: entries and the bodies of StatusLists and RuleSets.
        checkpoint: of this log, its signature verified.
    """
    report = AuditReport("status", checkpoint.size, checkpoint.root)
    report.counts = {"lists": 0, "recomputed": 0}
    reading = _Reading(log, report, _Punctuality(report))

    def differs(size: int, expected: bytes, found: bytes) -> None:
        report.fail("audit.root", None, f"{size} {expected.hex()}", found.hex())

    try:
        for start, entries in read_entries(log, checkpoint, None, differs):
            for index, raw in enumerate(entries, start):
                reading.take(index, raw)
        if reading.newest:
            reading.punctuality.listed(None, reading.newest)
    except LedgerError as error:
        report.fail("audit.unreadable", None, found=error.text())
    if not report.counts["lists"]:
        report.doubt("audit.no_list")
    return report


@dataclass(slots=True)
class _Reading:
    """What the entries said so far.

    Attributes:
        log: where bodies come from.
        report: takes what is wrong.
        punctuality: judges when lists came.
        newest: time of the newest entry, empty before the first.
        places: log index of every record, by content digest.
        events: the status events.
    """

    log: PublicLog
    report: AuditReport
    punctuality: _Punctuality
    newest: str = ""
    places: dict[bytes, int] = field(default_factory=dict)
    events: list[StatusEvent] = field(default_factory=list)

    def take(self, index: int, raw: bytes) -> None:
        """Read one entry, the next of the log."""
        entry = _parse(index, raw, self.report)
        if entry is None:
            return
        self.newest = entry.time
        if entry.kind in EVENT_RELS:
            self.events += events_of(entry, self.places)
        elif entry.kind == "RuleSet":
            rules = read_body(self.log, entry, raw, self.report)
            if rules is not None:
                interval = rules.value["credentialSubject"]["status"]["interval"]
                self.punctuality.follow(interval, entry.time)
        elif entry.kind == "StatusList":
            self.report.count("lists")
            self.punctuality.listed(index, entry.time)
            record = read_body(self.log, entry, raw, self.report)
            if record is not None:
                _compare(entry, record, self.events, self.report)
        self.places.setdefault(entry.content, index)


def _seconds(time: str) -> int:
    return int(datetime.fromisoformat(time).timestamp())


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
