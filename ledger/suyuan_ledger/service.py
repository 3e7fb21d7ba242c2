"""The use cases of a ledger; the command line and the API call nothing deeper.

    ledger = Ledger.create(path, origin="log.example/factors", signer=log_key, roots=[root_did])
    receipt = ledger.submit(signed_record_bytes)      # durable and integrated when it returns
    for result in ledger.submit_many(lines): ...      # a Receipt or a LedgerError each, in order
    ledger.mirror(folder)                             # the public log as static files
    ledger.fsck()                                     # recompute everything from stored bytes

A record's signature is its authentication: nobody logs in to submit. What durable, integrated and
acknowledged mean is written in docs/spec/ledger.md.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from suyuan_ledger.errors import KeyAccessError, LedgerError, RefusedError, StorageError
from suyuan_ledger.log import fsck as checker
from suyuan_ledger.log.checkpoint import sign_checkpoint
from suyuan_ledger.log.clock import Clock, system_clock
from suyuan_ledger.log.group_commit import MAX_BATCH, GroupCommit
from suyuan_ledger.log.hashing import EMPTY_ROOT
from suyuan_ledger.log.intake import log_in_batches, read_submission
from suyuan_ledger.log.mirror import write_mirror
from suyuan_ledger.log.note import format_vkey
from suyuan_ledger.log.sequencer import Sequencer
from suyuan_ledger.log.tree import (
    prove_batch_inclusion,
    prove_consistency,
    prove_inclusion,
    tree_root,
)
from suyuan_ledger.records.did import check_public_key, parse_did_key
from suyuan_ledger.status import publish as publisher
from suyuan_ledger.status.admitted import read_admitted
from suyuan_ledger.store import governance, repository, schema
from suyuan_ledger.store.engine import Store
from suyuan_ledger.store.repository import Head, StoredRecord, StoredTiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from suyuan_ledger.keys.signer import Signer
    from suyuan_ledger.log.mirror import MirrorReport
    from suyuan_ledger.log.note import NoteSigner
    from suyuan_ledger.log.receipt import Receipt
    from suyuan_ledger.status.admitted import Admitted
    from suyuan_ledger.status.publish import Publication
    from suyuan_ledger.workflow.statements import StoredRuleSet

BATCH_SIZE = 2_000


class Ledger:
    """One log and its database. Safe to share between threads.

    Attributes:
        store: the database, for the anchorer and for exports.
        origin: the log's name, and the name of its key.
        vkey: the log's verification key, as trust policies name it.
        roots: did:keys of the root authorities that the door accepts.
    """

    def __init__(self, store: Store, signer: NoteSigner | None, clock: Clock) -> None:
        schema.require_current(store)
        with store.read() as connection:
            facts = repository.read_meta(connection)
        self.store = store
        self._clock = clock
        try:
            self.origin, self.vkey = facts["origin"], facts["vkey"]
            self.roots: tuple[str, ...] = tuple(json.loads(facts["roots"]))
        except (KeyError, ValueError) as error:
            raise StorageError("fsck.meta", found=error) from error
        self._sequencer: Sequencer | None = None
        if signer is not None:
            _check_signer(self.origin, signer, self.vkey)
            self._sequencer = Sequencer(
                store,
                origin=self.origin,
                signer=signer,
                roots=self.roots,
                prove=self.inclusion_proof,
                clock=clock,
            )
            self._group = GroupCommit(self._sequencer)

    @classmethod
    def create(
        cls,
        place: str | Path,
        *,
        origin: str,
        signer: NoteSigner,
        roots: Sequence[str],
        clock: Clock = system_clock,
    ) -> Self:
        """Create an empty log in an empty database and open it.

        Args:
            place: path of the SQLite file, or a database URL.
            origin: the log's name, a schema-less URL such as `log.example/factors`; never changes.
            signer: the log's key.
            roots: did:keys of the root authorities, at least one.
            clock: the current time in Unix seconds.

        Raises:
            StorageError: `store.exists` if a log is there already, or a `store.*` code.
            RefusedError: `ledger.roots`, or a `note.*` or `checkpoint.*` code for the origin.
        """
        for did in roots:
            _check_root(did)
        if not roots:
            raise RefusedError("ledger.roots", expected="at least one did:key", found="none")
        note = sign_checkpoint(origin, 0, EMPTY_ROOT, signer)
        facts = {
            "origin": origin,
            "vkey": format_vkey(origin, signer.public_key),
            "roots": json.dumps(list(dict.fromkeys(roots))),
        }
        schema.upgrade(place)
        with Store(place) as store, store.write() as connection:
            if repository.read_meta(connection):
                raise StorageError("store.exists", found=store.url.database)
            repository.write_meta(connection, facts)
            repository.create_head(connection, Head(0, EMPTY_ROOT, note, clock()))
        return cls.open(place, signer=signer, clock=clock)

    @classmethod
    def open(
        cls,
        place: str | Path,
        *,
        signer: NoteSigner | None = None,
        clock: Clock = system_clock,
    ) -> Self:
        """Open a log.

        Args:
            place: path of the SQLite file, or a database URL.
            signer: the log's key; without it the log can be read and checked, not written.
            clock: the current time in Unix seconds.

        Raises:
            StorageError: a `store.*` code, for example `store.version` for a newer schema.
            KeyAccessError: `log.key`, the key is not this log's.
        """
        store = Store(place, create=False)
        try:
            return cls(store, signer, clock)
        except BaseException:
            store.close()
            raise

    def submit(self, raw: bytes) -> Receipt:
        """Check one signed record and log it; return when it is durable and integrated.

        Submissions of many threads share transactions.

        Raises:
            RefusedError: the record breaks a rule; nothing was stored.
            ConflictError: `submit.conflict`, the issuer used this id for other content before.
            StorageError: nothing was stored, or `log.interrupted`; submitting again is safe.
        """
        self._writer()
        return self._group.submit(read_submission(raw))

    def submit_many(
        self, raws: Iterable[bytes], *, batch_size: int = BATCH_SIZE
    ) -> Iterator[Receipt | LedgerError]:
        """Check and log many records, a batch per transaction.

        A refused record does not hold up its neighbours. Results come in the order of the input,
        those of a batch only after it is durable.

        Args:
            raws: signed records.
            batch_size: records per transaction, 1 to 2,000.

        Yields:
            The receipt of each record, or the error that kept it out.

        Raises:
            StorageError: the batch in hand and what follows were not stored; everything that was
                yielded is. Importing the same records again is safe.
        """
        sequencer = self._writer()
        if not 1 <= batch_size <= MAX_BATCH:
            raise RefusedError("ledger.batch", expected=f"1 to {MAX_BATCH}", found=batch_size)
        yield from log_in_batches(sequencer, raws, batch_size)

    def checkpoint(self) -> Head:
        """Return the newest checkpoint."""
        with self.store.read() as connection:
            return repository.read_head(connection)

    def record(self, content: bytes) -> StoredRecord | None:
        """Return a logged record by its content digest."""
        with self.store.read() as connection:
            return repository.find_contents(connection, [content]).get(content)

    def record_at(self, index: int) -> StoredRecord | None:
        """Return a logged record by its index."""
        with self.store.read() as connection:
            return repository.find_record(connection, index)

    def records(self, start: int = 0, end: int | None = None) -> Iterator[StoredRecord]:
        """Yield the records of [start, end) in log order, from one snapshot."""
        with self.store.read() as connection:
            size = repository.read_head(connection).size
            yield from repository.iterate_records(
                connection, start, size if end is None else min(end, size)
            )

    def rule_set(self) -> StoredRuleSet | None:
        """Return the rule set that the next record stands under, None before the first one."""
        with self.store.read() as connection:
            size = repository.read_head(connection).size
            return governance.rule_set_in_force(connection, size)

    def entries(self, start: int, end: int) -> list[bytes]:
        """Return the log entries of [start, end)."""
        with self.store.read() as connection:
            return repository.read_entries(connection, start, end)

    def inclusion_proof(self, index: int, size: int) -> list[bytes]:
        """Prove that an index is in the tree of a size, from the stored tiles.

        Raises:
            RefusedError: `merkle.index`, `merkle.size`.
        """
        with self._tiles(size) as tiles:
            return prove_inclusion(index, size, tiles)

    def batch_proof(self, indexes: Sequence[int], size: int) -> list[bytes]:
        """Prove several indexes at once, in the bundle's form.

        Raises:
            RefusedError: `merkle.index`, `merkle.size`, `merkle.order`.
        """
        with self._tiles(size) as tiles:
            return prove_batch_inclusion(indexes, size, tiles)

    def consistency_proof(self, old_size: int, size: int) -> list[bytes]:
        """Prove that the tree of one size is a prefix of the tree of another.

        Raises:
            RefusedError: `merkle.size`.
        """
        with self._tiles(size) as tiles:
            return prove_consistency(old_size, size, tiles)

    def root(self, size: int) -> bytes:
        """Return the root of the first `size` entries.

        Raises:
            RefusedError: `merkle.size`.
        """
        with self._tiles(size) as tiles:
            return tree_root(size, tiles)

    def mirror(self, folder: Path) -> MirrorReport:
        """Write the public log as static files (C2SP tlog-tiles), resuming where it stopped.

        Raises:
            StorageError: a `mirror.*` code; nothing that was published is ever overwritten.
        """
        with self.store.read() as connection:
            return write_mirror(connection, self.vkey, folder)

    def publish_status(self, signer: Signer, *, force: bool = False) -> Publication:
        """Publish a new StatusList if one is due (docs/spec/status.md#publishing).

        Args:
            signer: a key that is enrolled as statusPublisher.
            force: publish one in any case.

        Raises:
            KeyAccessError: `key.not_enrolled`, or `log.no_key`.
            RefusedError: what the door says of the list or of its signer.
        """
        self._writer()
        return publisher.publish_status(self, signer, self._clock(), force=force)

    def admitted(self, on: str, as_of: int) -> Iterator[Admitted]:
        """Yield what was admitted at a moment, as the ledger knew it at a tree size.

        Args:
            on: the moment, `YYYY-MM-DDThh:mm:ssZ`.
            as_of: only records with a smaller index count.

        Raises:
            RefusedError: `merkle.size`, the log is not of that size yet.
        """
        with self.store.read() as connection:
            head = repository.read_head(connection)
            if not 0 <= as_of <= head.size:
                raise RefusedError("merkle.size", expected=f"0 to {head.size}", found=as_of)
            yield from read_admitted(connection, on, as_of, self.roots)

    def fsck(self, progress: Callable[[int, int], None] | None = None) -> checker.Report:
        """Recompute everything from stored bytes and name the first thing that is wrong.

        Args:
            progress: called now and then with (entries checked, entries in all).
        """
        return checker.fsck(self.store, progress)

    def close(self) -> None:
        """Close the database."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _writer(self) -> Sequencer:
        if self._sequencer is None:
            raise KeyAccessError("log.no_key", expected="the log's key", found="none")
        return self._sequencer

    @contextmanager
    def _tiles(self, size: int) -> Iterator[StoredTiles]:
        """Open the stored tiles, after comparing a size with the log's own."""
        with self.store.read() as connection:
            head = repository.read_head(connection)
            if not 0 <= size <= head.size:
                raise RefusedError("merkle.size", expected=f"0 to {head.size}", found=size)
            yield StoredTiles(connection)


def _check_root(did: str) -> None:
    try:
        check_public_key(parse_did_key(did))
    except (ValueError, RefusedError):
        raise RefusedError(
            "ledger.roots", expected="did:key of a sound Ed25519 key", found=did
        ) from None


def _check_signer(origin: str, signer: NoteSigner, vkey: str) -> None:
    found = format_vkey(origin, signer.public_key)
    if found != vkey:
        raise KeyAccessError("log.key", expected=vkey, found=found)
