"""What revocations make void, and everything that rests on it, from public data alone.

A revocation for `compromised` may reach back, and nothing in the log points from it to the records
that it makes void. So the log is read once more: each record of a key that a revocation reaches is
judged as the door would judge it today (workflow/void.py), and what rests on the void ones is
found as in every recall (docs/spec/recall.md#revocations).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import StorageError
from suyuan_ledger.log.submission import to_submission
from suyuan_ledger.recall.graph import read_record, read_resting, to_reached
from suyuan_ledger.workflow.authority import Authority
from suyuan_ledger.workflow.consequences import rows_of
from suyuan_ledger.workflow.register import MemoryRegister
from suyuan_ledger.workflow.void import UNKNOWN, VOID, Reach, Signed, judge

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from suyuan_ledger.log.checkpoint import Checkpoint
    from suyuan_ledger.log.public_log import PublicLog
    from suyuan_ledger.recall.graph import Reached, Recall

Factor = Callable[[dict[str, Any]], dict[str, Any] | None]
"""Returns `credentialSubject` of the submission that a record concerns in the end, if at hand."""

_REVOCATION = "EnrolmentRevocation"


def no_factor(_: dict[str, Any]) -> None:
    """Say that factors are confidential, as a mirror does."""


def names_revocations(found: Recall) -> bool:
    """Tell whether a recall asked for revocations and for nothing else."""
    return all(record.kind == _REVOCATION for record in found.starts)


def recall_void(
    log: PublicLog,
    checkpoint: Checkpoint,
    found: Recall,
    roots: Collection[str] = (),
    factor: Factor = no_factor,
) -> Recall:
    """Add to the recall of a revocation what it makes void, and what rests on that.

    Args:
        log: the entries.
        checkpoint: of this log, its signature verified.
        found: the recall of the revocation itself.
        roots: did:keys of root authorities, as far as they are known.
        factor: where factors are, for scopes.

    Raises:
        RefusedError: `log.entry`.
        StorageError: a `public.*` code.
    """
    register = read_register(log, found.keys)
    wanted = {record.index for record in found.starts}
    revocations = [item for item in register.rows.revocations if item.index in wanted]
    result = list_void(
        log,
        checkpoint,
        Authority(roots, register),
        Reach(revocations, register.rows.grants),
        factor,
    )
    result.starts = found.starts
    # What names the revocation itself rests on it as on any other record.
    known = {record.index for record in (*result.void, *result.reached)}
    more = [record for record in found.reached if record.index not in known]
    result.reached = sorted([*result.reached, *more], key=lambda record: record.index)
    return result


def read_register(log: PublicLog, keys: Iterable[dict[str, Any]]) -> MemoryRegister:
    """Read which key is enrolled and revoked, from public bodies.

    Args:
        log: where the bodies are.
        keys: the entries of Enrolments and EnrolmentRevocations, as parsed, in log order.

    Raises:
        StorageError: `public.body`, one is missing or another.
    """
    register = MemoryRegister()
    for value in keys:
        index = value["index"]
        record = read_record(log, value)
        if record is None:
            raise StorageError(
                "public.body", pointer=f"entry {index}", expected=value["kind"], found="none"
            )
        submission = to_submission(record)
        register.log(submission, index, value["time"], rows_of(submission, index, register))
    return register


def list_void(
    log: PublicLog,
    checkpoint: Checkpoint,
    authority: Authority,
    reach: Reach,
    factor: Factor = no_factor,
) -> Recall:
    """List the records that revocations make void, and everything that rests on them.

    Args:
        log: the entries.
        checkpoint: of this log, its signature verified.
        authority: answers with every revocation that counts.
        reach: of the revocations that are asked about.
        factor: where factors are, for scopes.

    Returns:
        `void` and `undecided`, and in `reached` what rests on `void`.
    """
    undecided: list[Reached] = []

    def is_void(value: dict[str, Any]) -> bool:
        index = value["index"]
        if not reach.touches(value["issuer"], index):
            return False
        signed = Signed(
            index, value["kind"], value["issuer"], value["time"], partial(_body, log, value), factor
        )
        verdict = judge(authority, signed)
        if verdict == UNKNOWN:
            undecided.append(to_reached(value, "", index))
        return verdict == VOID

    result = read_resting(log, checkpoint, is_void)
    result.void, result.starts, result.undecided = result.starts, [], undecided
    return result


def _body(log: PublicLog, value: dict[str, Any]) -> dict[str, Any] | None:
    record = read_record(log, value)
    return None if record is None else record.value
