"""The one writer of a log: gives records their places and makes them durable, batch by batch.

A batch is one transaction: records, links, grants, tiles, the signed checkpoint, its place in the
anchor outbox, and the head's compare-and-swap. Either all of it is on the disk when `append`
returns, or none of it is (docs/spec/ledger.md#group-commit).

What holds after every batch, whatever came before it (a property test says so):

- indexes run from 0 without a gap, and an acknowledged index never changes;
- no two entries have one content, no two records of one issuer have one `id`;
- entry times do not fall;
- the root is the tree's over exactly these entries, and the old tree is a prefix of the new.

The common case, a batch of records that are all new, costs no look-ups: the database's unique
indexes refuse a repetition, and only then is the batch taken back and planned again with what is
logged already. (A savepoint would spare the restart, but SQLite then keeps a copy of every page
that the batch touches, which all batches would pay for.)
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError
from suyuan_verifier.errors import VerifierError
from suyuan_verifier.merkle import check_consistency, check_inclusion

from suyuan_ledger.errors import LedgerError, RefusedError, StorageError
from suyuan_ledger.log.checkpoint import sign_checkpoint
from suyuan_ledger.log.clock import CLOCK_TOLERANCE, Clock, format_seconds, system_clock
from suyuan_ledger.log.hashing import leaf_hashes
from suyuan_ledger.log.plan import Plan, Repetitions, look_up, plan_batch, split_runs
from suyuan_ledger.log.receipt import Receipt
from suyuan_ledger.log.tree import Edge, prove_consistency, prove_inclusion
from suyuan_ledger.status.derive import derive
from suyuan_ledger.store import governance, repository
from suyuan_ledger.store.register import StoredRegister
from suyuan_ledger.store.repository import Head, StoredRecord, StoredTiles
from suyuan_ledger.workflow.door import Door

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.engine import Connection

    from suyuan_ledger.log.note import NoteSigner
    from suyuan_ledger.log.receipt import Prover
    from suyuan_ledger.log.submission import Submission
    from suyuan_ledger.log.tree import Growth
    from suyuan_ledger.store.engine import Store


@dataclass(frozen=True, slots=True)
class _State:
    """What the writer remembers between batches; worthless once the head is another one."""

    head: Head
    edge: Edge
    register: StoredRegister


class _RepetitionError(Exception):
    """The database refused a record that is logged already; the transaction is taken back."""


class Sequencer:
    """Appends batches to one log.

    Several sequencers may share a database: each holds the write lock for its whole batch and
    reads the head under it, so they take turns. If the lock ever failed, the compare-and-swap on
    the head's size would stop the second one (`log.writer`) before it forks the log.

    Args:
        store: the database.
        origin: the log's name.
        signer: the log's key.
        roots: did:keys of the root authorities.
        clock: the current time in Unix seconds.
        prove: makes the inclusion proofs of receipts.
    """

    def __init__(
        self,
        store: Store,
        *,
        origin: str,
        signer: NoteSigner,
        roots: Collection[str],
        prove: Prover,
        clock: Clock = system_clock,
    ) -> None:
        self._store = store
        self._origin = origin
        self._signer = signer
        self._roots = frozenset(roots)
        self._prove = prove
        self._clock = clock
        self._lock = Lock()
        self._state: _State | None = None

    def append(self, records: Sequence[Submission]) -> list[Receipt | LedgerError]:
        """Log a batch in one transaction.

        Args:
            records: profile and signature of each hold.

        Returns:
            For each record its receipt, or why it alone was not taken: `RefusedError` of the
            door or `submit.link`, `ConflictError` `submit.conflict`.

        Raises:
            StorageError: nothing of the batch was stored; the sequencer can be used again.
            ConflictError: `log.writer`, likewise.
            KeyAccessError: the log's key could not sign, likewise.
        """
        with self._lock:
            state, self._state = self._state, None
            # On any error the memory stays dropped, and the next batch reads the head anew.
            try:
                runs, state = self._transaction(records, state, repetitions=False)
            except _RepetitionError:
                # What was remembered may come from the transaction that was taken back.
                runs, state = self._transaction(records, None, repetitions=True)
            self._state = state
        return [answer for plan, head in runs for answer in self._answers(plan, head)]

    def _transaction(
        self, records: Sequence[Submission], state: _State | None, *, repetitions: bool
    ) -> tuple[list[tuple[Plan, Head]], _State]:
        """Log a batch, run by run; each run has its checkpoint, all are durable together."""
        runs: list[tuple[Plan, Head]] = []
        with self._store.write() as connection:
            state = _resume(connection, state)
            for run in split_runs(records):
                plan, state = self._append(connection, run, state, repetitions=repetitions)
                runs.append((plan, state.head))
        return runs, state

    def _append(
        self,
        connection: Connection,
        records: Sequence[Submission],
        state: _State,
        *,
        repetitions: bool,
    ) -> tuple[Plan, _State]:
        seconds = self._now(state.head)
        plan = self._plan(connection, records, state, seconds, Repetitions())
        # A record that the door refuses may be a duplicate of one that it let in earlier.
        if repetitions or plan.refused:
            logged = look_up(connection, records)
            plan = self._plan(connection, records, state, seconds, logged)
        if not plan.records:
            return plan, state
        _insert_records(connection, plan, repetitions=repetitions)
        repository.insert_links(connection, plan.links)
        governance.insert_governance(connection, plan.derived)
        state.register.forget(plan.derived)

        leaves = leaf_hashes([row[7] for row in plan.records])
        growth = state.edge.append(leaves)
        size, root = growth.edge.size, growth.edge.root()
        repository.write_tiles(connection, growth.tiles)
        _check_growth(connection, state.head, growth, root, leaves)
        note = sign_checkpoint(self._origin, size, root, self._signer)
        head = Head(size, root, note, seconds)
        repository.advance_head(connection, state.head.size, head)
        return plan, _State(head, growth.edge, state.register)

    def _now(self, head: Head) -> int:
        now = self._clock()
        if now < head.time - CLOCK_TOLERANCE:
            raise StorageError(
                "log.clock",
                expected=f"no earlier than {format_seconds(head.time)}",
                found=format_seconds(now),
            )
        return max(now, head.time)

    def _plan(
        self,
        connection: Connection,
        records: Sequence[Submission],
        state: _State,
        seconds: int,
        logged: Repetitions,
    ) -> Plan:
        state.register.connection = connection
        door = Door(self._roots, state.register, partial(derive, connection))
        return plan_batch(
            connection, door, records, start=state.head.size, seconds=seconds, logged=logged
        )

    def _answers(self, plan: Plan, head: Head) -> list[Receipt | LedgerError]:
        """Write the receipts of a batch that is durable."""
        time, size, note, prove = format_seconds(head.time), head.size, head.note, self._prove
        answers: list[Receipt | LedgerError] = []
        for outcome in plan.outcomes:
            if isinstance(outcome, tuple):
                place, duplicate = outcome
                index, content, envelope, _, _, _, body, *_ = plan.records[place]
                answers.append(
                    Receipt(index, content, envelope, time, body, size, note, duplicate, prove)
                )
            elif isinstance(outcome, StoredRecord):
                answers.append(
                    Receipt(
                        outcome.index,
                        outcome.content,
                        outcome.envelope,
                        format_seconds(outcome.time),
                        outcome.body,
                        size,
                        note,
                        duplicate=True,
                        _prove=prove,
                    )
                )
            else:
                answers.append(outcome)
        return answers


def _resume(connection: Connection, state: _State | None) -> _State:
    """Return what the writer knows, read anew if the log moved without it.

    Raises:
        StorageError: `log.root`, the stored tiles do not lead to the head's root.
    """
    head = repository.read_head(connection)
    if state is not None and state.head == head:
        return state
    edge = Edge.load(head.size, StoredTiles(connection))
    if edge.root() != head.root:
        raise StorageError("log.root", expected=head.root.hex(), found=edge.root().hex())
    return _State(head, edge, StoredRegister())


def _insert_records(connection: Connection, plan: Plan, *, repetitions: bool) -> None:
    """Insert the records of a batch.

    Raises:
        _RepetitionError: one of them is logged already, in a batch that was not looked up.
    """
    try:
        repository.insert_records(connection, plan.records)
    except IntegrityError as error:
        if repetitions:
            raise
        raise _RepetitionError from error


def _check_growth(
    connection: Connection, old: Head, growth: Growth, root: bytes, leaves: list[bytes]
) -> None:
    """Let the verifier's code judge the new tree before the log's key signs it.

    One new leaf, another one each time, is proven to be in it, and the old tree to be its prefix.

    Raises:
        StorageError: `log.self_check`, nothing is signed.
    """
    size = growth.edge.size
    tiles = StoredTiles(connection, growth.tiles)
    place = secrets.randbelow(len(leaves))
    index = old.size + place
    try:
        check_inclusion(leaves[place], index, size, prove_inclusion(index, size, tiles), root)
        if old.size:
            proof = prove_consistency(old.size, size, tiles)
            check_consistency(old.size, size, old.root, root, proof)
    except (VerifierError, RefusedError) as error:
        raise StorageError("log.self_check", found=error) from error
