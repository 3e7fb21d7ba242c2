"""The numbered verification steps: bytes and a policy in, a report out.

No network, no file and no clock in here. The steps carry the same numbers in
docs/spec/verification.md, in the report and on the command line:

    1 format      the bundle parses, bounds hold, it is closed
    2 records     profile and the kind's shape; digests recomputed
    3 signatures  each proof verifies under its issuer's key
    4 authority   each issuer's key was enrolled for what it signed, at that place in the log
    5 inclusion   each entry is in the checkpoint's tree
    6 checkpoint  the log signed (size, root); witness quorum if the policy asks for one
    7 anchor      (size, root) is in the contract's storage at a trusted block

Step 6 runs before step 5: size and root come from a verified checkpoint and from nowhere else.
Steps 8 to 10 (workflow, arithmetic, status) are not executed by this version; a policy that
requires them gets `unknown` for each.
"""

from __future__ import annotations

from datetime import UTC, datetime

from suyuan_verifier.anchoring import Anchoring, ChainView
from suyuan_verifier.authority import UNDECIDED, Authority
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
from suyuan_verifier.policy import BUILT_STEPS, TrustPolicy
from suyuan_verifier.record import Record, read_record
from suyuan_verifier.report import Check, Outcome, Report, Verdict, decide
from suyuan_verifier.signature import verify_proof
from suyuan_verifier.summary import summarise

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


def verify(
    data: bytes, policy: TrustPolicy, *, now: datetime, chain: ChainView | None = None
) -> Report:
    """Verify one bundle.

    Args:
        data: the bundle file as received.
        policy: what the verifying party relies on.
        now: time of the verification, with a time zone.
        chain: the `online` trust basis, asked only if the policy accepts it; None stays offline.

    Returns:
        A report; nothing about a bad bundle is raised.
    """
    return _Verification(policy, now.astimezone(UTC), chain).run(data)


class _Verification:
    """State of one verification, filled step by step."""

    def __init__(self, policy: TrustPolicy, now: datetime, chain: ChainView | None) -> None:
        self._policy = policy
        self._now = now
        self._chain = chain
        self._checks: list[Check] = []

    def run(self, data: bytes) -> Report:
        # (1) format
        try:
            bundle = parse_bundle(data)
        except MalformedError as error:
            self._add_error(1, error)
            if error.code in UNREADABLE_CODES:
                return self._report(verdict=Verdict.UNREADABLE)
            self._skip(2, 3, 4, 5, 6, 7)
            return self._report()
        records = self._read_records(bundle)
        logged = [Logged(r, p) for r, p in zip(records, bundle.positions, strict=False)]
        closed = signed = False
        if len(records) == len(bundle.records):
            closed = self._check_closed(bundle, records)
            signed = self._check_signatures(records)
        else:
            self._skip(1, 3)
        if signed:
            self._check_authority(logged)
        else:
            self._skip(4)
        checkpoint = self._check_checkpoint(bundle)
        if checkpoint is None or len(records) != len(bundle.records):
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
        subject = next((item for item in logged if _digest(item.record) == bundle.subject), None)
        return self._report(
            record=summarise(subject) if closed and signed and subject else None,
            trust_basis=trust_basis,
        )

    # (2) records
    def _read_records(self, bundle: Bundle) -> list[Record]:
        """Read every record; a list shorter than the bundle's means that some were refused."""
        records = []
        for position, value in enumerate(bundle.records):
            try:
                record = read_record(value)
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
                verify_proof(record.value)
            except VerifierError as error:
                good = False
                self._add_error(3, error, record=_digest(record))
            else:
                self._add(3, "sig.valid", Outcome.PASS, record=_digest(record))
        return good

    # (4) authority
    def _check_authority(self, logged: list[Logged]) -> None:
        authority = Authority(logged, self._policy)
        for item in logged:
            digest = _digest(item.record)
            try:
                authority.check(item)
            except VerifierError as error:
                if error.code in UNDECIDED:
                    self._add(4, error.code, Outcome.UNKNOWN, record=digest, found=error.found)
                else:
                    self._add_error(4, error, record=digest)
            else:
                self._add(4, "authority.valid", Outcome.PASS, record=digest)

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

    def _report(
        self,
        *,
        verdict: Verdict | None = None,
        record: dict[str, object] | None = None,
        trust_basis: dict[str, object] | None = None,
    ) -> Report:
        required = self._policy.required_steps
        if verdict is None:
            for step in required:
                if step not in BUILT_STEPS:
                    self._add(step, "step.not_built", Outcome.UNKNOWN)
            verdict = decide(self._checks, required)
        return Report(
            verdict=verdict,
            checks=tuple(sorted(self._checks, key=Check.order)),
            record=record,
            trust_basis=trust_basis,
            required_steps=required,
        )


def _digest(record: Record) -> str:
    return format_digest(record.content_digest)
