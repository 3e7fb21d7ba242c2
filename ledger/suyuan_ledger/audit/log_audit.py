"""The audit of a whole log, from the outside (docs/spec/audit.md).

One reading in log order. Of every entry: its form, index, time and links, whether its content is
there twice, and whether its signer held a role for it. Of the public kinds also the body, its
signature, and everything about who may enrol, revoke, publish and change. Of every admission,
certificate and label: whether it names every opinion that it had to. At the end: the root that all
entries lead to, against the one that the log signed, and those of anchors.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from suyuan_ledger.audit.bodies import read_body
from suyuan_ledger.audit.findings import AuditReport
from suyuan_ledger.audit.history import History
from suyuan_ledger.audit.powers import Powers
from suyuan_ledger.audit.void_audit import VoidAudit
from suyuan_ledger.errors import LedgerError
from suyuan_ledger.log.entry import parse_entry
from suyuan_ledger.log.public_log import PUBLIC_KINDS, read_entries
from suyuan_ledger.records.rules import CLOSED_RELS
from suyuan_ledger.records.shape import KINDS
from suyuan_ledger.status.events import EVENT_RELS
from suyuan_ledger.workflow.statements import DECISIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from suyuan_ledger.audit.powers import Roots
    from suyuan_ledger.log.checkpoint import Checkpoint
    from suyuan_ledger.log.entry import Entry
    from suyuan_ledger.log.public_log import PublicLog
    from suyuan_ledger.records.profile import ParsedRecord

# A log's clock may be ahead of the block that anchors it by this much, see docs/spec/log.md.
_CLOCK_TOLERANCE = 300
_CBAM = "CbamInstallationData"
_RESTING = frozenset({"uses", "basedOn", "supersedes"})
_COUNTED = {
    "FactorAdmission": "admissions",
    "Certificate": "certificates",
    "LabelIssuance": "labels",
}
"""Under which name decisions are counted, by kind."""


@dataclass(frozen=True, slots=True)
class KnownAnchor:
    """An anchor that somebody has seen on a chain: size, root, and its block's Unix time."""

    size: int
    root: bytes
    time: int


def audit_log(
    log: PublicLog,
    checkpoint: Checkpoint,
    roots: Roots | None,
    anchors: Sequence[KnownAnchor] = (),
) -> AuditReport:
    """Audit a log.

    Args:
        log: entries and public bodies.
        checkpoint: of this log, its signature verified.
        roots: the root authorities, None if they are not known.
        anchors: anchors to compare with.

    Returns:
        Every finding; nothing about a bad log is raised.
    """
    report = AuditReport("log", checkpoint.size, checkpoint.root)
    audit = _LogAudit(log, roots, report)
    roots_of = {anchor.size: anchor.root for anchor in anchors if anchor.size <= checkpoint.size}
    roots_of[checkpoint.size] = checkpoint.root

    def differs(size: int, expected: bytes, found: bytes) -> None:
        roots_of[size] = found
        if size == checkpoint.size:
            report.fail("audit.root", None, f"{size} {expected.hex()}", found.hex())

    try:
        for start, entries in read_entries(log, checkpoint, dict(roots_of), differs):
            for index, raw in enumerate(entries, start):
                audit.entry(index, raw)
        audit.find_void(checkpoint)
    except LedgerError as error:
        report.fail("audit.unreadable", None, found=error.text())
    audit.anchors(anchors, roots_of)
    for counted in _COUNTED.values():
        if count := report.counts.get(counted):
            # What a review recommends or a certificate declares is in its body: confidential.
            report.doubt("audit.workflow", None, found=f"{count} {counted}")
    return report


class _LogAudit:
    """State of one audit."""

    def __init__(self, log: PublicLog, roots: Roots | None, report: AuditReport) -> None:
        self._log = log
        self._report = report
        self._history = History()
        self._powers = Powers(log, roots, self._history, report)
        self._roots = roots
        self._void = VoidAudit(self._history, report)
        self._time = ""

    def entry(self, index: int, raw: bytes) -> None:
        """Judge the next entry."""
        report, history = self._report, self._history
        report.count("entries")
        try:
            entry = parse_entry(raw)
        except LedgerError as error:
            report.fail("audit.entry", index, found=error.code)
            history.add(b"", "", "", self._time)
            return
        if entry.kind not in KINDS:
            report.fail("audit.kind", index, found=ascii(entry.kind))
        if entry.index != index:
            report.fail("audit.index", index, index, entry.index)
        if entry.time < self._time:
            report.fail("audit.time", index, f">= {self._time}", entry.time)
        self._time = max(self._time, entry.time)
        if entry.content in history.places:
            report.fail("audit.doubled", index, "each content once", history.places[entry.content])
        self._check_links(index, entry)
        record = None
        if entry.kind in PUBLIC_KINDS:
            record = read_body(self._log, entry, raw, report)
        self._powers.judge(entry, record)
        if entry.kind in DECISIONS:
            self._check_completeness(entry, record)
        self._void.entry(entry)
        history.add(entry.content, entry.kind, entry.issuer, entry.time)
        history.note_links(index, entry.kind, entry.links)

    def find_void(self, checkpoint: Checkpoint) -> None:
        """Note what revocations made void; without roots nobody's power to revoke is known."""
        if self._roots is None or not self._report.clean:
            # What a log that is wrong says of its revocations is no ground to act on.
            return
        self._void.finish(
            self._log,
            checkpoint,
            {did for did, _, _ in self._roots},
            self._powers.register,
            self._powers.factor_of,
        )

    def anchors(self, anchors: Sequence[KnownAnchor], roots: Mapping[int, bytes]) -> None:
        """Compare the log with anchors.

        Args:
            anchors: what somebody has seen on a chain.
            roots: those that the entries lead to, by size.
        """
        size = self._report.size
        if not anchors:
            self._report.doubt("audit.no_anchor")
        for anchor in anchors:
            self._report.count("anchors")
            if anchor.size > size:
                self._report.fail("audit.anchor", None, f"a log of {anchor.size}", size)
            elif anchor.root != roots[anchor.size]:
                self._report.fail(
                    "audit.anchor",
                    None,
                    f"{anchor.size} {anchor.root.hex()}",
                    roots[anchor.size].hex(),
                )
            elif 0 < anchor.size <= len(self._history):
                time = self._history.place(anchor.size - 1).time
                late = datetime.fromisoformat(time).timestamp() - anchor.time
                if late > _CLOCK_TOLERANCE:
                    self._report.fail(
                        "audit.anchor_time",
                        anchor.size - 1,
                        f"at most {_CLOCK_TOLERANCE} s after its anchor",
                        f"{int(late)} s",
                    )

    def _check_links(self, index: int, entry: Entry) -> None:
        for rel, content in entry.links:
            if rel in CLOSED_RELS and content not in self._history.places:
                self._report.fail("audit.link", index, f"{rel} of a record logged before it")
        self._check_customs(index, entry)
        if bool(entry.effect) != (entry.kind in EVENT_RELS):
            self._report.fail("audit.effect", index, found=entry.kind)

    def _check_customs(self, index: int, entry: Entry) -> None:
        """Find footprints that rest on CBAM data, and CBAM data that rest on footprints."""
        for rel, content in entry.links:
            target = self._history.find(content)
            if target is None or rel not in _RESTING or target.kind == entry.kind:
                continue
            if _CBAM in (entry.kind, target.kind):
                self._report.fail("audit.cbam", index, f"no {rel} of the other", target.kind)

    def _check_completeness(self, entry: Entry, decision: ParsedRecord | None) -> None:
        """Find opinions that an admission, a certificate or a label had to name and does not.

        Their links are public, and so are those of the opinions. Only what an admission calls
        reviewed stands in its body; the others have to name whatever was logged before them.
        """
        history, index = self._history, entry.index
        size = index
        if entry.kind == "FactorAdmission":
            if decision is None:
                return
            size = decision.value["credentialSubject"]["reviewedTreeSize"]
        if size > index:
            self._report.fail("audit.reviewed", index, f"<= {index}", size)
        named = {history.places.get(content) for rel, content in entry.links if rel == "basedOn"}
        for rel, content in entry.links:
            target = history.places.get(content)
            if rel != "about" or target is None:
                continue
            for opinion in history.opinions.get(target, ()):
                place = history.place(opinion)
                if opinion >= size or opinion in named or place.kind not in DECISIONS[entry.kind]:
                    continue
                if not self._powers.is_void(place, size):
                    self._report.fail(
                        "audit.omitted", index, f"{place.kind} at index {opinion}", "not named"
                    )
        self._report.count(_COUNTED[entry.kind])
