"""Admissions, certificates and labels that rest on void records, and that nobody has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from suyuan_ledger.recall.void import list_void
from suyuan_ledger.status.events import events_of
from suyuan_ledger.workflow.authority import Authority
from suyuan_ledger.workflow.statements import ENDING
from suyuan_ledger.workflow.void import Reach

if TYPE_CHECKING:
    from collections.abc import Collection

    from suyuan_ledger.audit.findings import AuditReport
    from suyuan_ledger.audit.history import History
    from suyuan_ledger.log.checkpoint import Checkpoint
    from suyuan_ledger.log.entry import Entry
    from suyuan_ledger.log.public_log import PublicLog
    from suyuan_ledger.recall.graph import Reached, Recall
    from suyuan_ledger.recall.void import Factor
    from suyuan_ledger.workflow.register import MemoryRegister


_WAITING = frozenset({"FactorAdmission", "Certificate", "LabelIssuance"})
"""Kinds on which others rely, so that somebody has to end them when they fall."""


class VoidAudit:
    """Looks, after the whole log was read, for what its revocations made void.

    Args:
        history: the entries that were passed.
        report: takes `audit.void` and `audit.void_unknown`.
    """

    def __init__(self, history: History, report: AuditReport) -> None:
        self._history = history
        self._report = report
        # The highest log index of each key's records; the events that end a record.
        self._last: dict[str, int] = {}
        self._ends: dict[int, list[int]] = {}

    def entry(self, entry: Entry) -> None:
        """Remember what the question will need of the next entry."""
        self._last[entry.issuer] = entry.index
        for event in events_of(entry, self._history.places):
            if event.action in ENDING:
                self._ends.setdefault(event.target_index, []).append(event.index)

    def finish(
        self,
        log: PublicLog,
        checkpoint: Checkpoint,
        roots: Collection[str],
        register: MemoryRegister,
        factor: Factor,
    ) -> None:
        """Note the decisions that wait; the log is read again only where there may be some.

        Args:
            log: entries and bodies.
            checkpoint: of this log, its signature verified.
            roots: did:keys of root authorities.
            register: the enrolments and revocations that count.
            factor: where factors are, for scopes.
        """
        history, report = self._history, self._report
        reach = Reach(register.rows.revocations, register.rows.grants)
        if not any(reach.touches(did, last) for did, last in self._last.items()):
            return
        found = list_void(log, checkpoint, Authority(roots, register), reach, factor)
        if found.undecided:
            report.doubt("audit.void_unknown", None, found=f"{len(found.undecided)} records")
        everything = sorted((*found.void, *found.reached), key=lambda record: record.index)
        fallen = [record for record in everything if record.kind in _WAITING]
        void = {record.index for record in everything}
        # A change of status is about what fell and stands all the same, unless a thief signed it.
        sound = {record.index for record in found.reached if record.kind == "StatusChange"}
        newest = {
            submission: index
            for index, submission in sorted(history.admitted.items())
            if index not in void
        }
        causes = _causes(found)
        for decision in fallen:
            # A certificate or a label is ended itself; an admission by way of its submission too.
            submission = history.admitted.get(decision.index, decision.index)
            ends = (*self._ends.get(decision.index, ()), *self._ends.get(submission, ()))
            if any(event in sound or event not in void for event in ends):
                continue
            if newest.get(submission, -1) > decision.index:
                continue
            cause = causes[decision.index]
            report.note(
                "audit.void",
                decision.index,
                found=f"{cause.kind} {cause.index}, EnrolmentRevocation "
                f"{reach.revocation(cause.issuer, cause.index)}",
            )


def _causes(found: Recall) -> dict[int, Reached]:
    """Return the void record that each record rests on, by log index."""
    causes = {record.index: record for record in found.void}
    places = {record.index: record for record in found.reached}
    for record in found.reached:
        at = record
        while at.index not in causes:
            following = places.get(at.through)
            if following is None:
                causes[record.index] = causes[at.through]
                break
            at = following
        else:
            causes[record.index] = causes[at.index]
    return causes
