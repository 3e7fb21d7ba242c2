"""Signed checkpoints, the outbox, and what the chain is said to hold, beside the recomputed log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from suyuan_verifier import checkpoint as verifier_checkpoint
from suyuan_verifier import note as verifier_note
from suyuan_verifier.errors import VerifierError

from suyuan_ledger.errors import LedgerError, StorageError
from suyuan_ledger.log.checkpoint import open_checkpoint
from suyuan_ledger.log.fsck.rows import reason
from suyuan_ledger.log.note import parse_vkey
from suyuan_ledger.store import audit, repository

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from suyuan_ledger.store.repository import Head


class CheckpointCheck:
    """Compares each stored checkpoint with the log when the log has reached its size.

    Args:
        connection: one snapshot of the database.
        origin: the log's name.
        vkey: its verification key.

    Attributes:
        count: checkpoints that hold.
    """

    def __init__(self, connection: Connection, origin: str, vkey: str) -> None:
        self.count = 0
        self._connection = connection
        self._origin = origin
        self._key = parse_vkey(vkey)
        self._theirs = verifier_note.parse_vkey(vkey)
        self._outbox = audit.read_outbox(connection)
        self._covered = audit.largest_final_anchor(connection)
        self._checkpoints = audit.iterate_checkpoints(connection)
        self._next = next(self._checkpoints, None)
        self._last: Head | None = None

    def due(self, size: int) -> bool:
        """Tell whether the next stored checkpoint is of this size."""
        return self._next is not None and self._next.size == size

    def check(self, size: int, root: bytes, time: int | None) -> Head:
        """Check the checkpoint of a size against the entries before it and its outbox row.

        Args:
            size: number of entries so far.
            root: what they lead to.
            time: the last entry's time, None for the empty log.

        Raises:
            StorageError: `fsck.checkpoint`, `fsck.root`, `fsck.time`, `fsck.outbox`.
        """
        stored, place = self._next, f"checkpoint {size}"
        if stored is None or stored.size != size:
            raise StorageError("fsck.checkpoint", pointer=place, found="no row")
        try:
            ours = open_checkpoint(stored.note, self._key)
            theirs = verifier_checkpoint.verify_checkpoint(
                stored.note, self._origin, [self._theirs]
            )
        except (LedgerError, VerifierError) as error:
            raise StorageError("fsck.checkpoint", pointer=place, found=reason(error)) from error
        signed = {(ours.size, ours.root), (theirs.size, theirs.root)}
        if signed != {(stored.size, stored.root)}:
            raise StorageError(
                "fsck.checkpoint",
                pointer=place,
                expected=f"{ours.size} {ours.root.hex()}, as signed",
                found=f"{stored.size} {stored.root.hex()}",
            )
        if stored.root != root:
            raise StorageError(
                "fsck.root", pointer=place, expected=root.hex(), found=stored.root.hex()
            )
        # A batch has one time; the empty log's checkpoint comes before any.
        if time is not None and stored.time != time:
            raise StorageError("fsck.time", pointer=place, expected=time, found=stored.time)
        self._check_outbox(stored)
        self.count += 1
        self._last, self._next = stored, next(self._checkpoints, None)
        return stored

    def end(self) -> None:
        """Compare the head, find outbox rows that are too many, and look at the chain's rows.

        Raises:
            StorageError: `fsck.head`, `fsck.extra`, `fsck.anchor`.
        """
        last = self._last
        head = repository.read_head(self._connection)
        if last is None or head != last:
            raise StorageError(
                "fsck.head",
                expected=f"checkpoint {last.size} {last.root.hex()}" if last else "a checkpoint",
                found=f"{head.size} {head.root.hex()}",
            )
        if self._outbox:
            raise StorageError("fsck.extra", pointer=f"outbox {min(self._outbox)}")
        self._check_chain()

    def _check_outbox(self, stored: Head) -> None:
        if stored.size == 0:
            return
        row = self._outbox.pop(stored.size, None)
        expected = (stored.root, stored.time)
        if row is None or (row.root, row.created_time) != expected:
            found = "no row" if row is None else f"{row.root.hex()} at {row.created_time}"
            raise StorageError(
                "fsck.outbox",
                pointer=f"outbox {stored.size}",
                expected=f"{stored.root.hex()} at {stored.time}",
                found=found,
            )
        if row.state == "covered" and stored.size > self._covered:
            raise StorageError(
                "fsck.outbox",
                pointer=f"outbox {stored.size}",
                expected="pending, because no final anchor reaches it",
                found="covered",
            )

    def _check_chain(self) -> None:
        """Refuse anchors, and transactions that make them, of what this log never signed."""
        for place, size, root in audit.chain_claims(self._connection):
            checkpoint = repository.read_checkpoint(self._connection, size)
            if checkpoint is None or checkpoint.root != root:
                raise StorageError(
                    "fsck.anchor",
                    pointer=place,
                    expected=f"{size} {checkpoint.root.hex()}"
                    if checkpoint
                    else "a size that the log signed a checkpoint of",
                    found=f"{size} {root.hex()}",
                )
        problem = audit.find_wrong_contract(self._connection)
        if problem is not None:
            place, expected, found = problem
            raise StorageError("fsck.anchor", pointer=place, expected=expected, found=found)
