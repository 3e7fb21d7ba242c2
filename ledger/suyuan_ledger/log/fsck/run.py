"""One walk over the log, entry by entry, with every check at its place."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from suyuan_ledger.errors import LedgerError, StorageError
from suyuan_ledger.log.clock import format_seconds
from suyuan_ledger.log.fsck.checkpoints import CheckpointCheck
from suyuan_ledger.log.fsck.derived import DERIVED_TABLES, DerivedCheck, DerivedRows
from suyuan_ledger.log.fsck.rows import check_row, reason
from suyuan_ledger.log.fsck.tree import TreeCheck
from suyuan_ledger.log.hashing import leaf_hash
from suyuan_ledger.log.note import parse_vkey
from suyuan_ledger.records.profile import format_digest
from suyuan_ledger.records.rules import CLOSED_RELS
from suyuan_ledger.store import audit, repository, tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import Connection

    from suyuan_ledger.store.engine import Store
    from suyuan_ledger.store.repository import StoredRecord

_STEP = 256


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
    """Check one log from one snapshot of its database, which is only read.

    Args:
        store: the database.
        progress: called now and then with (entries checked, entries in all).
    """
    walk: _Walk | None = None
    try:
        with store.read() as connection:
            walk = _Walk(connection, progress or (lambda _done, _size: None))
            walk.run()
    except StorageError as error:
        return Report(walk.done if walk else 0, walk.checkpoints if walk else 0, error)
    return Report(walk.done, walk.checkpoints, None)


class _Walk:
    """One run.

    Attributes:
        done: entries that were recomputed and hold.
        checkpoints: checkpoints that hold.
    """

    def __init__(self, connection: Connection, progress: Callable[[int, int], None]) -> None:
        self.done = 0
        self.checkpoints = 0
        self._connection = connection
        self._progress = progress
        self._links = 0
        self._time = 0

    def run(self) -> None:
        """Check everything.

        Raises:
            StorageError: an `fsck.*` code, or a `store.*` code if the database cannot be read.
        """
        connection = self._connection
        found = audit.check_database(connection)
        if found != "ok":
            raise StorageError("fsck.database", expected="ok", found=found)
        origin, vkey, roots = _read_meta(connection)
        self._tree = TreeCheck(connection)
        self._derived = DerivedCheck(connection, roots)
        signed = CheckpointCheck(connection, origin, vkey)
        size = audit.largest_checkpoint(connection)
        self._time = signed.check(0, self._tree.root, None).time
        self.checkpoints = signed.count
        try:
            for linked in audit.iterate_derived_records(connection, size, DERIVED_TABLES):
                self._record(*linked)
                if signed.due(self.done):
                    signed.check(self.done, self._tree.root, self._time)
                    self.checkpoints = signed.count
                if self.done % _STEP == 0:
                    self._progress(self.done, size)
        except ValueError as error:
            # The column type decodes the JSON of a grant while its row is read.
            raise StorageError("fsck.enrolment", found=reason(error)) from error
        if self.done != size:
            raise StorageError("fsck.missing", pointer=f"record {self.done}", found="no row")
        signed.end()
        self._end()
        self._progress(self.done, size)

    def _record(
        self, stored: StoredRecord, links: list[tuple[str, bytes]], derived: DerivedRows
    ) -> None:
        index, place = self.done, f"record {self.done}"
        if stored.index != index:
            raise StorageError("fsck.missing", pointer=place, found="no row")
        record = check_row(stored, links, self._tree.committed_leaf(index))
        time = format_seconds(stored.time)
        if stored.time < self._time:
            raise StorageError(
                "fsck.time",
                pointer=place,
                expected=f"no earlier than {format_seconds(self._time)}",
                found=time,
            )
        self._time = stored.time
        self._derived.check(record, index, time, derived)
        self._tree.grow(leaf_hash(stored.entry))
        self._links += len(links)
        self.done += 1

    def _end(self) -> None:
        """Check what belongs to no single entry, and that nothing is left over."""
        self._tree.end(self.done)
        for table, count in ((tables.Record, self.done), (tables.Link, self._links)):
            found = repository.count_rows(self._connection, table)
            if found != count:
                raise StorageError(
                    "fsck.extra",
                    pointer=f"table {table.__tablename__}",
                    expected=f"{count} rows",
                    found=found,
                )
        self._derived.end()
        self._check_relations()

    def _check_relations(self) -> None:
        """Check what records owe to each other; their columns and links are known to be theirs."""
        doubled = audit.find_doubled(self._connection)
        if doubled is not None:
            index, what = doubled
            raise StorageError("fsck.doubled", pointer=f"record {index}", found=f"the same {what}")
        loose = audit.find_loose_link(self._connection, CLOSED_RELS)
        if loose is not None:
            index, target = loose
            raise StorageError(
                "fsck.authority",
                pointer=f"record {index}",
                expected="links to records that were logged before",
                found=f"submit.link {format_digest(target)}",
            )


def _read_meta(connection: Connection) -> tuple[str, str, list[str]]:
    facts = repository.read_meta(connection)
    try:
        key = parse_vkey(facts["vkey"])
        roots = json.loads(facts["roots"])
        if key.name != facts["origin"]:
            raise StorageError("fsck.meta", expected=key.name, found=facts["origin"])
    except (KeyError, ValueError, LedgerError) as error:
        raise StorageError("fsck.meta", found=reason(error)) from error
    return facts["origin"], facts["vkey"], roots
