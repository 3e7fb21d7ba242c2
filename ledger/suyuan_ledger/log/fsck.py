"""Recompute the whole log from its stored bytes and name the first thing that is wrong.

Nothing that the database says is believed because it says so. From the bodies: digests, columns,
signatures, links, what Enrolments grant, and whether the door may have let the record in. From
the bodies and times: entries; from the entries: leaves, tiles, roots. Roots are compared with the
signed checkpoints, whose signatures are verified with the ledger's code and with the verifier's;
checkpoints with the head and the outbox. "First" is by log index, a checkpoint after the last
entry that it covers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from suyuan_ledger.errors import LedgerError, StorageError
from suyuan_ledger.log.checkpoint import open_checkpoint
from suyuan_ledger.log.entry import build_entry, parse_entry
from suyuan_ledger.log.hashing import EMPTY_ROOT, HASH_SIZE, leaf_hash
from suyuan_ledger.log.note import parse_vkey
from suyuan_ledger.log.sequencer import format_seconds
from suyuan_ledger.log.tiles import TILE_WIDTH, tile_path
from suyuan_ledger.log.tree import Edge
from suyuan_ledger.records.profile import parse_record
from suyuan_ledger.records.signing import check_proof
from suyuan_ledger.store import audit, repository
from suyuan_ledger.workflow.enrolment import Door, MemoryRegister
from suyuan_verifier import checkpoint as verifier_checkpoint
from suyuan_verifier import note as verifier_note
from suyuan_verifier.errors import VerifierError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.engine import Connection

    from suyuan_ledger.records.profile import ParsedRecord
    from suyuan_ledger.store.engine import Store
    from suyuan_ledger.store.repository import Head, StoredRecord

CHUNK = 256


@dataclass(frozen=True, slots=True)
class Report:
    """What `fsck` found.

    Attributes:
        size: entries that hold.
        checkpoints: signed checkpoints that hold.
        problem: the first thing that is wrong, or None; its `pointer` names the place.
    """

    size: int
    checkpoints: int
    problem: StorageError | None

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong."""
        return self.problem is None


def fsck(store: Store, progress: Callable[[int, int], None] | None = None) -> Report:
    """Check one log from one snapshot.

    Args:
        store: its database; only read.
        progress: called now and then with (entries checked, size).
    """
    check = _Check(progress or (lambda _done, _size: None))
    problem = None
    try:
        with store.read() as connection:
            check.run(connection)
    except StorageError as error:
        problem = error
    return Report(check.done, check.checkpoints, problem)


@dataclass(slots=True)
class _Check:
    progress: Callable[[int, int], None]
    done: int = 0
    checkpoints: int = 0
    edge: Edge = field(default_factory=Edge.empty)
    tiles: dict[tuple[int, int], bytes] = field(default_factory=dict)
    time: int = 0

    def run(self, connection: Connection) -> None:
        """Check everything, in the order of the log.

        Raises:
            StorageError: an `fsck.*` code, or a `store.*` code if the database cannot be read.
        """
        found = audit.check_database(connection)
        if found != "ok":
            raise StorageError("fsck.database", expected="ok", found=found)
        keys = _Keys.read(connection)
        head = repository.read_head(connection)
        door = Door(keys.roots, MemoryRegister())
        checkpoints = audit.iterate_checkpoints(connection)
        self._empty(next(checkpoints, None), keys)
        following = next(checkpoints, None)
        chunks = _rows(connection, head.size)
        for stored, links in chunks:
            self._record(connection, stored, links, door)
            if following is not None and following.size == self.done:
                self._checkpoint(connection, following, keys)
                following = next(checkpoints, None)
            if self.done % CHUNK == 0:
                self.progress(self.done, head.size)
        if following is not None:
            raise StorageError(
                "fsck.checkpoint",
                pointer=f"checkpoint {following.size}",
                expected=f"none beyond the log's {head.size} entries",
            )
        self._end(connection, head, door)
        self.progress(self.done, head.size)
