"""Steps 1 to 3 and 5 to 7: is this file what it claims, signed, logged and anchored?

They need nothing but the file and the trust policy. What the records say of each other (steps 4 and
8 to 10) is judged afterwards, in `verify`, because a fresher status file may add to it.

Step 6 runs before step 5: size and root come from a verified checkpoint and from nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from suyuan_verifier.anchoring import Anchoring, ChainView
from suyuan_verifier.bundle import Bundle, check_closed, parse_bundle
from suyuan_verifier.canonical import format_digest
from suyuan_verifier.checkpoint import (
    Checkpoint,
    count_witnesses,
    parse_checkpoint,
    verify_checkpoint,
)
from suyuan_verifier.enrolments import Logged
from suyuan_verifier.entry import entry_bytes
from suyuan_verifier.errors import MalformedError, VerifierError
from suyuan_verifier.merkle import check_batch_inclusion, leaf_hash
from suyuan_verifier.note import Note, parse_note
from suyuan_verifier.policy import TrustPolicy
from suyuan_verifier.record import Record, read_record
from suyuan_verifier.report import Check, Outcome
from suyuan_verifier.signature import verify_proof

UNREADABLE_CODES = frozenset(
    f"bundle.{name}"
    for name in [
        "too_large",
        "bom",
        "encoding",
        "syntax",
        "duplicate_key",
        "number",
        "depth",
        "too_many",
        "surrogate",
        "not_a_bundle",
        "version",
    ]
)
"""Codes that say "this is not a bundle of a version I know", exit code 3."""


@dataclass(frozen=True, slots=True)
class Foundations:
    """What steps 1 to 3 and 5 to 7 found in one file.

    Attributes:
        checks: their checks.
        logged: the records with their places; empty if one was refused.
        readable: whether the file is a bundle of this version at all.
        signed: whether every signature verifies and the bundle is closed.
        subject: content digest that the bundle is about, None if it was not read.
        status_lists: log indexes of its status lists.
        disclosures: what it discloses of sealed lines, as parsed JSON.
        trust_basis: why the block hash is believed, None if it is not.
        checkpoint: what the log signed, None if that was not verified.
    """

    checks: tuple[Check, ...]
    logged: tuple[Logged, ...] = ()
    readable: bool = True
    signed: bool = False
    subject: str | None = None
    status_lists: tuple[int, ...] = ()
    disclosures: tuple[Any, ...] = ()
    trust_basis: dict[str, Any] | None = None
    checkpoint: Checkpoint | None = None


def lay_foundations(
    data: bytes, policy: TrustPolicy, now: datetime, chain: ChainView | None
) -> Foundations:
    """Execute steps 1 to 3 and 5 to 7.

    Args:
        data: the bundle file as received.
        policy: what the verifying party relies on.
        now: time of the verification, in UTC.
        chain: the `online` trust basis, or None.
    """
    return _Reading(policy, now, chain).run(data)


class _Reading:
    """State of the reading of one file, filled step by step."""

    def __init__(self, policy: TrustPolicy, now: datetime, chain: ChainView | None) -> None:
        self._policy = policy
        self._now = now
        self._chain = chain
        self._checks: list[Check] = []

    def run(self, data: bytes) -> Foundations:
        # (1) format
        try:
            bundle = parse_bundle(data)
        except MalformedError as error:
            self._add_error(1, error)
            if error.code in UNREADABLE_CODES:
                return Foundations(tuple(self._checks), readable=False)
            self._skip(2, 3, 5, 6, 7)
            return Foundations(tuple(self._checks))
        records = self._read_records(bundle)
        complete = len(records) == len(bundle.records)
        logged = [Logged(r, p) for r, p in zip(records, bundle.positions, strict=False)]
        closed = signed = False
        if complete:
            closed = self._check_closed(bundle, records)
            signed = self._check_signatures(records)
        else:
            self._skip(1, 3)
        checkpoint = self._check_checkpoint(bundle)
        if checkpoint is None or not complete:
            self._skip(5)
        else:
            self._check_inclusion(bundle, logged, checkpoint)
        trust_basis = None
        if checkpoint is None:
            self._skip(7)
        else:
            anchoring = Anchoring(self._policy, self._now, self._chain)
            self._checks += anchoring.check(bundle, checkpoint)
            trust_basis = anchoring.trust_basis
        return Foundations(
            tuple(self._checks),
            logged=tuple(logged) if complete else (),
            signed=closed and signed,
            subject=bundle.subject,
            status_lists=bundle.status_lists,
            disclosures=bundle.disclosures,
            trust_basis=trust_basis,
            checkpoint=checkpoint,
        )

    # (2) records
    def _read_records(self, bundle: Bundle) -> list[Record]:
        """Read every record; a list shorter than the bundle's means that some were refused."""
        records = []
        for position, value in enumerate(bundle.records):
            try:
                record = read_record(value, parsed=True)
            except VerifierError as error:
                self._add_error(2, error, prefix=f"/records/{position}")
            else:
                records.append(record)
                self._add(2, "record.valid", Outcome.PASS, record=_digest(record))
        return records

    # (1) format, second half: needs the digests that step 2 computed
    def _check_closed(self, bundle: Bundle, records: list[Record]) -> bool:
        try:
            check_closed(bundle, records)
        except VerifierError as error:
            self._add_error(1, error)
            return False
        self._add(1, "bundle.closed", Outcome.PASS)
        return True

    # (3) signatures
    def _check_signatures(self, records: list[Record]) -> bool:
        good = True
        for record in records:
            try:
                verify_proof(record.value, record.content_digest)
            except VerifierError as error:
                good = False
                self._add_error(3, error, record=_digest(record))
            else:
                self._add(3, "sig.valid", Outcome.PASS, record=_digest(record))
        return good

    # (5) inclusion
    def _check_inclusion(
        self, bundle: Bundle, logged: list[Logged], checkpoint: Checkpoint
    ) -> None:
        try:
            leaves = [
                (
                    item.position.index,
                    leaf_hash(entry_bytes(item.record, item.position.index, item.position.time)),
                )
                for item in logged
            ]
            check_batch_inclusion(leaves, checkpoint.size, bundle.proof, checkpoint.root)
        except VerifierError as error:
            self._add_error(5, error, prefix="/log/proof")
        else:
            self._add(5, "inclusion.valid", Outcome.PASS)

    # (6) checkpoint
    def _check_checkpoint(self, bundle: Bundle) -> Checkpoint | None:
        """Return the checkpoint only if the log's signature on it verifies."""
        try:
            note = parse_note(bundle.checkpoint)
            claimed = parse_checkpoint(note.text)
            keys = self._policy.keys_for_size(claimed.size)
            if not keys:
                self._add(6, "policy.log_key", Outcome.UNKNOWN, found=str(claimed.size))
                return None
            checkpoint = verify_checkpoint(bundle.checkpoint, self._policy.origin, keys)
        except VerifierError as error:
            self._add_error(6, error, prefix="/log/checkpoint")
            return None
        if self._check_quorum(note):
            self._add(6, "checkpoint.valid", Outcome.PASS)
        return checkpoint

    def _check_quorum(self, note: Note) -> bool:
        """Count the policy's witnesses; a line that cannot be checked here is not a missing one.

        A witness is a name: one that changes keys, or has one of each type, still counts once.
        """
        quorum = self._policy.quorum
        if not quorum:
            return True
        try:
            count = count_witnesses(note, self._policy.witnesses)
        except VerifierError as error:
            self._add_error(6, error, prefix="/log/checkpoint")
            return False
        seen = {cosignature.key.name for cosignature in count.verified}
        verified = len(seen)
        if verified < quorum:
            possible = len(seen | {key.name for key in count.unchecked})
            self._add(
                6,
                "checkpoint.quorum",
                Outcome.UNKNOWN if possible >= quorum else Outcome.FAIL,
                expected=f"{quorum} witnesses",
                found=str(verified),
            )
        return verified >= quorum

    def _add(
        self,
        step: int,
        code: str,
        outcome: Outcome,
        *,
        record: str | None = None,
        expected: str | None = None,
        found: str | None = None,
    ) -> None:
        self._checks.append(Check(step, code, outcome, record, "", expected, found))

    def _add_error(
        self, step: int, error: VerifierError, *, record: str | None = None, prefix: str = ""
    ) -> None:
        self._checks.append(
            Check(
                step,
                error.code,
                Outcome.FAIL,
                record,
                prefix + error.pointer,
                error.expected,
                error.found,
            )
        )

    def _skip(self, *steps: int) -> None:
        for step in steps:
            self._add(step, "step.not_run", Outcome.NOT_RUN)


def _digest(record: Record) -> str:
    return format_digest(record.content_digest)
