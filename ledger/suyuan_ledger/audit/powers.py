"""Who may sign what, judged from entries and public bodies.

The judgement itself is the door's (`workflow/authority.py`), asked again by somebody who does not
believe that the door was asked. What needs a confidential body stays unknown, and is said: the
scope of a role, where the factor's body is not public, and the names that such a record states.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from suyuan_ledger.audit.history import Place
from suyuan_ledger.errors import LedgerError, RefusedError
from suyuan_ledger.log.submission import to_submission
from suyuan_ledger.records.profile import parse_record
from suyuan_ledger.workflow.authority import Authority, within_scope
from suyuan_ledger.workflow.consequences import rows_of
from suyuan_ledger.workflow.enrolment import check_enrolment, check_request
from suyuan_ledger.workflow.entitlement import (
    ACTS_BY,
    ROLES,
    STATUS_PUBLISHER,
    TARGET_KINDS,
    own_matter,
    submission_roles,
)
from suyuan_ledger.workflow.register import MemoryRegister
from suyuan_ledger.workflow.revocation import check_revocation
from suyuan_ledger.workflow.statements import link_targets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from suyuan_ledger.audit.findings import AuditReport
    from suyuan_ledger.audit.history import History
    from suyuan_ledger.log.entry import Entry
    from suyuan_ledger.log.public_log import PublicLog
    from suyuan_ledger.records.profile import ParsedRecord

    Roots = Sequence[tuple[str, int, int | None]]
    """did:keys of root authorities, each from an index on and until before another (None: ever)."""

_ROLES: dict[str, frozenset[str] | None] = {
    **ROLES,
    # Which of the two says the body.
    "FactorSubmission": frozenset({"submitter", "transcriber"}),
    "StatusList": STATUS_PUBLISHER,
}
"""Roles that a kind needs, any one of them; None for any role at all."""

_ROOT_KINDS = frozenset({"RuleSet", "MethodReference"})


class Powers:
    """Judges records in log order, each by what was logged before it.

    Args:
        log: where the bodies of factors are, if this source has them.
        roots: the root authorities; None leaves everything about authority unknown.
        history: the entries that were passed.
        report: takes `audit.authority`, `audit.roots`, `audit.scope`, `audit.target`.
    """

    def __init__(
        self, log: PublicLog, roots: Roots | None, history: History, report: AuditReport
    ) -> None:
        self._log = log
        self._roots = roots
        self._history = history
        self._report = report
        self._register = MemoryRegister()
        self._complete = True
        self._sound: set[tuple[str, str, str]] = set()
        if roots is None:
            report.doubt("audit.roots")

    def judge(self, entry: Entry, record: ParsedRecord | None) -> None:
        """Judge who signed one record.

        Args:
            entry: its entry.
            record: its body, where it is public and holds.
        """
        if self._roots is None:
            return
        try:
            if record is None:
                self._judge_entry(entry)
            else:
                self._judge_record(entry, record)
        except LedgerError as error:
            if self._complete or error.code == "authority.root_only":
                self._report.fail("audit.authority", entry.index, error.expected or "", error.code)
            else:
                self._report.doubt("audit.authority_unknown", entry.index, found=error.code)
        if record is None and entry.kind in ("Enrolment", "EnrolmentRevocation"):
            # Who holds what is not known from here on, and nothing is held against anybody.
            self._complete = False

    def is_void(self, opinion: Place, size: int) -> bool:
        """Tell whether an opinion was worth nothing, by what was logged before a size."""
        if self._roots is None:
            return False
        authority = self._authority(opinion.index).known_before(size)
        try:
            self._require(authority, opinion, _ROLES[opinion.kind])
        except RefusedError as error:
            if not self._complete:
                self._report.doubt("audit.authority_unknown", opinion.index, found=error.code)
            return True
        return False

    @property
    def register(self) -> MemoryRegister:
        """Who is enrolled and revoked, by those who may."""
        return self._register

    def _judge_entry(self, entry: Entry) -> None:
        """Judge a record whose body is not here: its target, key, role, dates and revocations."""
        if entry.kind in TARGET_KINDS:
            self._check_target(entry, self._target(entry))
        if entry.kind in _ROLES:
            place = Place(entry.index, entry.kind, entry.issuer, entry.time)
            key = (place.issuer, place.kind, place.time)
            if key not in self._sound:
                self._require(self._authority(entry.index), place, _ROLES[entry.kind])
                if not self._register.rows.revocations:
                    # Nothing ends at an index, so that the next such record is as sound.
                    self._sound.add(key)
            self._report.count("signers")

    def _judge_record(self, entry: Entry, record: ParsedRecord) -> None:
        index, time, kind = entry.index, entry.time, entry.kind
        authority = self._authority(index)
        submission = to_submission(record)
        if kind in _ROOT_KINDS:
            if record.issuer not in authority.roots:
                raise RefusedError("authority.root_only", expected="a root authority")
        elif kind == "EnrolmentRequest":
            check_request(submission)
        elif kind == "Enrolment":
            check_enrolment(authority, submission, index, time)
        elif kind == "EnrolmentRevocation":
            check_revocation(authority, submission, index, time)
        elif kind == "StatusList":
            authority.require(record.value, index, time, _ROLES[kind])
        else:
            self._judge_action(authority, entry, record)
        self._report.count("signers")
        self._sound.clear()
        self._register.log(submission, index, time, rows_of(submission, index, self._register))

    def _judge_action(self, authority: Authority, entry: Entry, record: ParsedRecord) -> None:
        """Judge an admission or a status event: role and scope over what it acts on."""
        target = self._target(entry)
        if target is None:
            self._report.fail("audit.target", entry.index, "a record logged before it", "none")
            return
        self._check_target(entry, target)
        first = self._history.first(target)
        factor = None if first is None else self._matter(first)
        roles = _ROLES.get(entry.kind)
        if entry.kind == "StatusChange":
            roles = self._status_roles(record.issuer, target, factor)
        try:
            grant = authority.require(
                record.value,
                entry.index,
                entry.time,
                roles,
                None if factor is None else within_scope(factor),
            )
        except RefusedError as error:
            if entry.kind == "StatusChange" and error.code == "authority.role":
                raise RefusedError("authority.no_power", expected=error.expected) from None
            raise
        if factor is None and grant.scope:
            self._report.doubt("audit.scope", entry.index)

    def _target(self, entry: Entry) -> Place | None:
        """Return what a record acts on, None if it is not logged before it."""
        rel = ACTS_BY.get(entry.kind, "about")
        found = (self._history.find(content) for name, content in entry.links if name == rel)
        return next(found, None)

    def _check_target(self, entry: Entry, target: Place | None) -> None:
        """Refuse to act on a record of a kind that cannot be meant; links and kinds are public."""
        allowed = TARGET_KINDS.get(entry.kind)
        if allowed is not None and target is not None and target.kind not in allowed:
            raise RefusedError(
                "authority.target_kind", expected=" | ".join(sorted(allowed)), found=target.kind
            )

    def _status_roles(
        self, issuer: str, target: Place, factor: dict[str, Any] | None
    ) -> frozenset[str]:
        """Whose word changes a status: a supervisor's, or that of the target's organisation."""
        roles = frozenset({"supervisor"})
        own = self._register.grants(issuer)
        theirs = self._register.grants(target.issuer)
        if not own or not theirs or own[0].registered_id != theirs[0].registered_id:
            return roles
        if target.kind == "FactorSubmission" and factor is not None:
            return roles | submission_roles(factor)
        return roles | (_ROLES.get(target.kind) or frozenset())

    def factor_of(self, record: dict[str, Any]) -> dict[str, Any] | None:
        """Return what scopes ask of what a record concerns, if this source has its body."""
        rel = ACTS_BY.get(record["type"][1], "about")
        for content in link_targets(record, rel):
            target = self._history.find(content)
            first = None if target is None else self._history.first(target)
            return None if first is None else self._matter(first)
        return None

    def _matter(self, first: Place) -> dict[str, Any] | None:
        """Return what scopes ask of a record that acts on nothing, if this source has its body."""
        body = self._log.body(first.index, b"")
        if body is None:
            return None
        try:
            record = parse_record(body)
        except LedgerError:
            return None
        # The entry that a link led to commits to this content digest.
        if self._history.places.get(record.content_digest) != first.index:
            return None
        if record.kind != first.kind:
            return None
        return own_matter(record.kind, record.value["credentialSubject"])

    def _require(self, authority: Authority, place: Place, roles: frozenset[str] | None) -> None:
        """Find an enrolment that fits, under whichever name the key was enrolled."""
        names = {(grant.name, grant.name_zh) for grant in self._register.grants(place.issuer)}
        problem = RefusedError("authority.not_enrolled", found=place.issuer)
        for name, name_zh in sorted(names):
            issuer = {"id": place.issuer, "name": name, "nameZh": name_zh}
            try:
                authority.require({"issuer": issuer}, place.index, place.time, roles)
            except RefusedError as error:
                problem = error
            else:
                return
        raise problem

    def _authority(self, index: int) -> Authority:
        return Authority(self._dids(index), self._register)

    def _dids(self, index: int) -> list[str]:
        return [
            did
            for did, start, until in self._roots or ()
            if start <= index and (until is None or index < until)
        ]
