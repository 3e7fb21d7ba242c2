"""The ledger's own check at the door: may this record enter the log at this place?

The verifier judges the same question later and without us (docs/spec/verification.md, steps 4 and
8); the door must refuse whatever those steps would fail, so its codes are the verifier's. A record
is judged at its future index and at the time its entry will carry, never by `created` or by
today's date, and against what lies before it: the stored log and the earlier records of its batch.

Where the verifier can only say "unknown", because a bundle does not hold the log, the door looks:
nothing about a submission is left out of its admission, status changes start from the status that
there is, a status list is the one that the log leads to (docs/spec/ledger.md#the-door).

Because what breaks these rules never enters the log, a stored record needs no second look, except
for what a later revocation made void.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.status.encode import decode_segment
from suyuan_ledger.workflow.authority import Authority
from suyuan_ledger.workflow.consequences import case_of, rows_of
from suyuan_ledger.workflow.enrolment import check_enrolment, check_request
from suyuan_ledger.workflow.entitlement import ROLES, entitle, entitle_submission
from suyuan_ledger.workflow.governed import check_governed
from suyuan_ledger.workflow.register import LayeredRegister, MemoryRegister
from suyuan_ledger.workflow.revocation import check_revocation
from suyuan_ledger.workflow.status_change import check_status_change

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from suyuan_ledger.log.submission import Submission
    from suyuan_ledger.status.derive import Segments
    from suyuan_ledger.workflow.register import Register
    from suyuan_ledger.workflow.statements import Grant

    DeriveStatus = Callable[[int, str], Segments]
    """Says what a status list as of a tree size, at a time, has to hold."""

_ROOT_KINDS = frozenset({"RuleSet", "MethodReference"})


class Door:
    """Judges the records of one batch in order, each after the ones before it.

    Args:
        roots: did:keys of the root authorities.
        logged: what the log holds before the batch.
        derive_status: what status lists are compared with; without it they are refused.

    Attributes:
        new: what the batch has added so far; stored only together with the batch.
    """

    def __init__(
        self,
        roots: Collection[str],
        logged: Register,
        derive_status: DeriveStatus | None = None,
    ) -> None:
        self.new = MemoryRegister()
        self._authority = Authority(roots, LayeredRegister(logged, self.new))
        self._derive_status = derive_status

    def read_ahead(self, records: Sequence[Submission]) -> None:
        """Read what the next records of the workflow act on, with one question for all of them."""
        targets = {
            bytes.fromhex(link.content_digest.removeprefix("sha256:"))
            for record in records
            if record.kind in ROLES
            for link in record.links
            if link.rel != "underRule"
        }
        if targets:
            self._authority.register.read_ahead(list(targets))

    def admit(self, record: Submission, index: int, time: str) -> Grant | None:
        """Let a record in or refuse it; later records of the batch see it as logged.

        Args:
            record: profile and signature hold.
            index: the position that it will have.
            time: the time that its entry will carry.

        Returns:
            What the record grants, if it is an Enrolment.

        Raises:
            RefusedError: an `authority.*`, `workflow.*`, `check.*`, `enrol.*`, `admission.*` or
                `status.*` code.
        """
        if record.kind == "FactorSubmission":
            used = entitle_submission(self._authority, record.value, index, time)
            self.new.log_factor(record, index, time, case_of(record, index, used.registered_id))
            return None
        self._judge(record, index, time)
        rows = rows_of(record, index, self._authority.register)
        self.new.log(record, index, time, rows)
        return rows.grants[0] if rows.grants else None

    def _judge(self, record: Submission, index: int, time: str) -> None:
        kind, authority = record.kind, self._authority
        if kind == "EnrolmentRequest":
            check_request(record)
        elif kind == "Enrolment":
            check_enrolment(authority, record, index, time)
        elif kind == "EnrolmentRevocation":
            check_revocation(authority, record, index, time)
        elif kind in _ROOT_KINDS:
            self._check_root(record)
        elif kind == "StatusChange":
            check_status_change(authority, record, index, time)
        elif kind == "StatusList":
            entitle(authority, kind, record.value, index, time)
            self._check_status_list(record.value["credentialSubject"], index, time)
        elif kind in ROLES:
            check_governed(authority, record, index, time)
        else:
            raise RefusedError("record.kind", pointer="/type/1", found=kind)

    def _check_root(self, record: Submission) -> None:
        if record.issuer not in self._authority.roots:
            raise RefusedError(
                "authority.root_only",
                pointer="/issuer/id",
                expected="a root authority of this log",
                found=record.issuer,
            )

    def _check_status_list(self, subject: dict[str, Any], index: int, time: str) -> None:
        """Hold a status list against what the log leads to."""
        as_of = subject["asOfTreeSize"]
        if as_of > index:
            raise RefusedError(
                "status.as_of",
                pointer="/credentialSubject/asOfTreeSize",
                expected=f"at most {index}, the list's own index",
                found=as_of,
            )
        if self._derive_status is None:
            raise RefusedError("status.differs", expected="a log to derive it from", found="none")
        derived = self._derive_status(as_of, time)
        stated = {
            (item["purpose"], item["segment"]): decode_segment(item["encodedList"])
            for item in subject["segments"]
        }
        if stated != derived:
            wrong = sorted(
                key for key in stated.keys() | derived.keys() if stated.get(key) != derived.get(key)
            )
            raise RefusedError(
                "status.differs",
                pointer="/credentialSubject/segments",
                expected=f"what the first {as_of} records of the log lead to at {time}",
                found=", ".join(f"{purpose} {segment}" for purpose, segment in wrong),
            )
