"""Recompute the whole log from its stored bytes and name the first thing that is wrong.

Nothing that the database says is believed because it says so. From the bodies: digests, columns,
signatures, links, what Enrolments grant, and whether the door may have let the record in. From
the bodies and times: entries; from the entries: leaves, tiles, roots. Roots are compared with the
signed checkpoints, whose signatures are verified with the ledger's code and with the verifier's;
checkpoints with the outbox and the head. "First" is by log index, a checkpoint after the last
entry that it covers, and what belongs to no entry at the end.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from suyuan_verifier import checkpoint as verifier_checkpoint
from suyuan_verifier import note as verifier_note
from suyuan_verifier.errors import VerifierError

from suyuan_ledger.errors import LedgerError, StorageError
from suyuan_ledger.log.checkpoint import open_checkpoint
from suyuan_ledger.log.clock import format_seconds
from suyuan_ledger.log.effect import effect_of
from suyuan_ledger.log.entry import build_entry, parse_entry
from suyuan_ledger.log.hashing import HASH_SIZE, leaf_hash
from suyuan_ledger.log.note import parse_vkey
from suyuan_ledger.log.submission import to_submission
from suyuan_ledger.log.tiles import TILE_WIDTH, tile_path, tile_paths
from suyuan_ledger.log.tree import Edge
from suyuan_ledger.records.profile import format_digest, parse_record
from suyuan_ledger.records.rules import CLOSED_RELS
from suyuan_ledger.records.signing import check_proof
from suyuan_ledger.store import audit, repository, tables
from suyuan_ledger.store.repository import StoredTiles
from suyuan_ledger.workflow.door import Door
from suyuan_ledger.workflow.register import MemoryRegister

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import Connection

    from suyuan_ledger.log.note import LogKey
    from suyuan_ledger.records.profile import ParsedRecord
    from suyuan_ledger.store.engine import Store
    from suyuan_ledger.store.repository import Head, StoredRecord

_STEP = 256
_FULL = TILE_WIDTH * HASH_SIZE


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
    check: _Check | None = None
    try:
        with store.read() as connection:
            check = _Check(connection, progress or (lambda _done, _size: None))
            check.run()
    except StorageError as error:
        return Report(check.done if check else 0, check.checkpoints if check else 0, error)
    return Report(check.done, check.checkpoints, None)


class _Check:
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
        self._tiles = StoredTiles(connection)
        self._edge = Edge.empty()
        self._growing: dict[tuple[int, int], bytes] = {}
        self._leaves = b""
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
        self._key = vkey
        self._vkey = verifier_note.parse_vkey(repository.read_meta(connection)["vkey"])
        self._origin = origin
        self._door = Door(roots, MemoryRegister())
        try:
            self._grants = {grant.index: grant for grant in repository.read_grants(connection)}
        except ValueError as error:
            # The column type decodes JSON while the row is read.
            raise StorageError("fsck.enrolment", found=_reason(error)) from error
        self._outbox = audit.read_outbox(connection)
        self._covered = audit.largest_final_anchor(connection)

        size = audit.largest_checkpoint(connection)
        checkpoints = audit.iterate_checkpoints(connection)
        last = self._checkpoint(next(checkpoints, None))
        following = next(checkpoints, None)
        for stored, links in audit.iterate_linked_records(connection, size):
            self._record(stored, links)
            if following is not None and following.size == self.done:
                last = self._checkpoint(following)
                following = next(checkpoints, None)
            if self.done % _STEP == 0:
                self._progress(self.done, size)
        if self.done != size:
            raise StorageError("fsck.missing", pointer=f"record {self.done}", found="no row")
        self._end(last)
        self._progress(self.done, size)

    def _record(self, stored: StoredRecord, links: list[tuple[str, bytes]]) -> None:
        index, place = self.done, f"record {self.done}"
        if stored.index != index:
            raise StorageError("fsck.missing", pointer=place, found="no row")
        committed = self._committed_leaf(index)
        try:
            record = parse_record(stored.body)
        except LedgerError as error:
            raise StorageError("fsck.body", pointer=place, found=_reason(error)) from error
        if record.canonical != stored.body:
            raise StorageError("fsck.body", pointer=place, expected="canonical JSON")
        time = format_seconds(stored.time)
        effect = effect_of(record.kind, record.value["credentialSubject"])
        entry = build_entry(index, record, time, effect)
        if entry != stored.entry:
            raise _disagreement(
                place, stored, record, body_is_committed=leaf_hash(entry) == committed
            )
        if leaf_hash(entry) != committed:
            raise StorageError(
                "fsck.tile",
                pointer=f"{tile_path(0, index // TILE_WIDTH)}, record {index}",
                expected=leaf_hash(entry).hex(),
                found=committed.hex(),
            )
        self._check_columns(place, stored, record, links)
        self._check_rules(place, stored, record, time)
        self._grow(leaf_hash(entry))
        self.done += 1

    def _committed_leaf(self, index: int) -> bytes:
        """Return the leaf that the stored tile holds for an index."""
        offset = index % TILE_WIDTH
        if offset == 0:
            self._leaves = self._stored_tile(0, index // TILE_WIDTH)
        leaf = self._leaves[offset * HASH_SIZE : (offset + 1) * HASH_SIZE]
        if len(leaf) != HASH_SIZE:
            raise StorageError(
                "fsck.tile",
                pointer=tile_path(0, index // TILE_WIDTH),
                expected=f"at least {offset + 1} hashes",
                found=f"{len(self._leaves)} bytes",
            )
        return leaf

    def _check_columns(
        self, place: str, stored: StoredRecord, record: ParsedRecord, links: list[tuple[str, bytes]]
    ) -> None:
        for column, expected, found in (
            ("content", record.content_digest, stored.content),
            ("envelope", record.envelope_digest, stored.envelope),
            ("record_id", record.id, stored.record_id),
            ("issuer", record.issuer, stored.issuer),
            ("kind", record.kind, stored.kind),
        ):
            if expected != found:
                raise StorageError(
                    "fsck.column",
                    pointer=f"{place}, column {column}",
                    expected=expected.hex() if isinstance(expected, bytes) else expected,
                    found=found.hex() if isinstance(found, bytes) else found,
                )
        stated = [
            (link.rel, bytes.fromhex(link.content_digest.removeprefix("sha256:")))
            for link in record.links
        ]
        if sorted(stated) != links:
            raise StorageError(
                "fsck.link", pointer=place, expected=f"{len(stated)} links", found=len(links)
            )
        self._links += len(links)

    def _check_rules(
        self, place: str, stored: StoredRecord, record: ParsedRecord, time: str
    ) -> None:
        try:
            check_proof(record)
        except LedgerError as error:
            raise StorageError("fsck.signature", pointer=place, found=_reason(error)) from error
        if stored.time < self._time:
            raise StorageError(
                "fsck.time",
                pointer=place,
                expected=f"no earlier than {format_seconds(self._time)}",
                found=time,
            )
        self._time = stored.time
        try:
            grant = self._door.admit(to_submission(record), stored.index, time)
        except LedgerError as error:
            raise StorageError("fsck.authority", pointer=place, found=_reason(error)) from error
        if self._grants.pop(stored.index, None) != grant:
            raise StorageError("fsck.enrolment", pointer=place, expected=grant)

    def _grow(self, leaf: bytes) -> None:
        growth = self._edge.append([leaf])
        self._edge = growth.edge
        self._growing.update(growth.tiles)
        for (level, index), data in growth.tiles.items():
            if len(data) == _FULL:
                self._compare_tile(level, index, self._growing.pop((level, index)))

    def _compare_tile(self, level: int, index: int, data: bytes) -> None:
        if self._stored_tile(level, index) != data:
            raise StorageError(
                "fsck.tile",
                pointer=tile_path(level, index, len(data) // HASH_SIZE),
                expected="the hashes of the tiles below it" if level else "the entries' leaves",
            )

    def _stored_tile(self, level: int, index: int) -> bytes:
        try:
            return self._tiles.tile(level, index, TILE_WIDTH)
        except StorageError as error:
            raise StorageError(
                "fsck.tile", pointer=tile_path(level, index), expected="a tile", found="no row"
            ) from error

    def _checkpoint(self, stored: Head | None) -> Head:
        """Check one checkpoint against the entries before it and against its outbox row."""
        size = self.done
        place = f"checkpoint {size}"
        if stored is None or stored.size != size:
            raise StorageError("fsck.checkpoint", pointer=place, found="no row")
        try:
            ours = open_checkpoint(stored.note, self._key)
            theirs = verifier_checkpoint.verify_checkpoint(stored.note, self._origin, [self._vkey])
        except (LedgerError, VerifierError) as error:
            raise StorageError("fsck.checkpoint", pointer=place, found=_reason(error)) from error
        signed = {(ours.size, ours.root), (theirs.size, theirs.root)}
        if signed != {(stored.size, stored.root)}:
            raise StorageError(
                "fsck.checkpoint",
                pointer=place,
                expected=f"{ours.size} {ours.root.hex()}, as signed",
                found=f"{stored.size} {stored.root.hex()}",
            )
        if stored.root != self._edge.root():
            raise StorageError(
                "fsck.root",
                pointer=place,
                expected=self._edge.root().hex(),
                found=stored.root.hex(),
            )
        # A batch has one time; the empty log's checkpoint comes before any.
        if size == 0:
            self._time = stored.time
        elif stored.time != self._time:
            raise StorageError("fsck.time", pointer=place, expected=self._time, found=stored.time)
        self._check_outbox(stored)
        self.checkpoints += 1
        return stored

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

    def _end(self, last: Head) -> None:
        """Check what belongs to no single entry, and that nothing is left over."""
        connection, size = self._connection, self.done
        head = repository.read_head(connection)
        if head != last:
            raise StorageError(
                "fsck.head",
                expected=f"checkpoint {last.size} {last.root.hex()}",
                found=f"{head.size} {head.root.hex()}",
            )
        for (level, index), data in self._growing.items():
            self._compare_tile(level, index, data)
        expected = {(path.level, path.index) for path in tile_paths(size)}
        for level, index in audit.tile_names(connection):
            if (level, index) not in expected:
                raise StorageError("fsck.extra", pointer=f"tile {level}/{index}")
        for table, count in (
            (tables.Record, size),
            (tables.Link, self._links),
        ):
            found = repository.count_rows(connection, table)
            if found != count:
                raise StorageError(
                    "fsck.extra",
                    pointer=f"table {table.__tablename__}",
                    expected=f"{count} rows",
                    found=found,
                )
        for name, left in (("outbox", self._outbox), ("enrolment", self._grants)):
            if left:
                raise StorageError("fsck.extra", pointer=f"{name} {min(left)}")
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


def _read_meta(connection: Connection) -> tuple[str, LogKey, list[str]]:
    facts = repository.read_meta(connection)
    try:
        key = parse_vkey(facts["vkey"])
        roots = json.loads(facts["roots"])
        if key.name != facts["origin"]:
            raise StorageError("fsck.meta", expected=key.name, found=facts["origin"])
    except (KeyError, ValueError, LedgerError) as error:
        raise StorageError("fsck.meta", found=_reason(error)) from error
    return facts["origin"], key, roots


def _reason(error: Exception) -> str:
    """Name another error by its code and place; its full text is chained to the problem."""
    if isinstance(error, LedgerError | VerifierError):
        return f"{error.code} {error.pointer}".rstrip()
    return repr(error)


def _disagreement(
    place: str, stored: StoredRecord, record: ParsedRecord, *, body_is_committed: bool
) -> StorageError:
    """Name what is wrong when body, time and entry of one row do not belong together."""
    try:
        entry = parse_entry(stored.entry)
    except LedgerError as error:
        return StorageError("fsck.entry", pointer=place, found=_reason(error))
    if body_is_committed:
        # The tree commits to what body and time lead to, so it is the entry that changed.
        return StorageError("fsck.entry", pointer=place, expected="the entry of its record")
    if entry.index != stored.index:
        return StorageError(
            "fsck.order", pointer=place, expected=f"index {stored.index}", found=entry.index
        )
    if (entry.content, entry.envelope) != (record.content_digest, record.envelope_digest):
        return StorageError(
            "fsck.body",
            pointer=place,
            expected=f"envelope {entry.envelope.hex()}",
            found=record.envelope_digest.hex(),
        )
    if entry.time != format_seconds(stored.time):
        return StorageError(
            "fsck.time", pointer=place, expected=entry.time, found=format_seconds(stored.time)
        )
    return StorageError("fsck.entry", pointer=place, expected="the entry of its record")
