"""The public log, read back by whoever does not take its operator's word.

    log = MirrorLog(folder)                        # or DatabaseLog(connection)
    checkpoint = open_checkpoint(log.note(), key)  # the only thing that is believed
    for start, entries in read_entries(log, checkpoint):
        ...                                        # nothing is proven before the last one came

The tree's root is recomputed while the entries go by and compared with the signed one after the
last: then, and only then, is it shown that these were all entries of the log, in this order, and
that none was changed or left out. Whoever reads holds results back until the iterator is exhausted.

A mirror is input from a stranger: every file is bounded before it is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Protocol

from suyuan_ledger.errors import StorageError
from suyuan_ledger.log.bundles import MAX_ENTRY_BYTES, parse_entry_bundle
from suyuan_ledger.log.hashing import leaf_hashes
from suyuan_ledger.log.note import MAX_NOTE_BYTES
from suyuan_ledger.log.tiles import TILE_WIDTH, entries_path, entry_bundle_paths
from suyuan_ledger.log.tree import Edge

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy.engine import Connection

    from suyuan_ledger.log.checkpoint import Checkpoint

PUBLIC_KINDS = (
    "RuleSet",
    "MethodReference",
    "EnrolmentRequest",
    "Enrolment",
    "EnrolmentRevocation",
    "FactorAdmission",
    "StatusChange",
    "FactorSupersession",
    "FactorWithdrawal",
    "FactorErratum",
    "StatusList",
)
"""Kinds whose bodies are public; why FactorAdmission is one: docs/adr/0010."""

# A record is at most 256 KiB of canonical JSON (docs/spec/record.md#lexical).
_MAX_BODY_BYTES = 256 * 1024
_MAX_BUNDLE_BYTES = TILE_WIDTH * (2 + MAX_ENTRY_BYTES)
_ROWS = 4096


class PublicLog(Protocol):
    """Where entries and public bodies come from."""

    def note(self) -> bytes:
        """Return the newest signed checkpoint, not verified yet."""
        ...

    def bundles(self, size: int) -> Iterator[list[bytes]]:
        """Yield the first `size` entries in order, some at a time."""
        ...

    def body(self, index: int, envelope: bytes) -> bytes | None:
        """Return the record of an entry as logged, or None if this source does not hold it.

        Args:
            index: the entry's index.
            envelope: its envelope digest, which the caller compares.
        """
        ...


class MirrorLog:
    """The log as `suyuan mirror` writes it: a folder of static files.

    Args:
        folder: holds `checkpoint`, `tile/entries` and `record`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def note(self) -> bytes:
        """Return the checkpoint file.

        Raises:
            StorageError: `public.absent`, `public.too_large`.
        """
        return self._read("checkpoint", MAX_NOTE_BYTES)

    def bundles(self, size: int) -> Iterator[list[bytes]]:
        """Yield the entries of one bundle after the other.

        Raises:
            StorageError: `public.absent`, `public.too_large`.
            RefusedError: `log.entry_bundle`.
        """
        for path in entry_bundle_paths(size):
            name = entries_path(path.index, path.width)
            width = path.width
            if width < TILE_WIDTH and not self._has(name):
                # The mirror has gone on: its full bundle begins with the same entries.
                full = entries_path(path.index)
                if self._has(full):
                    name, width = full, TILE_WIDTH
            data = self._read(name, _MAX_BUNDLE_BYTES)
            yield parse_entry_bundle(data, width)[: path.width]

    def body(self, index: int, envelope: bytes) -> bytes | None:  # noqa: ARG002 - the database's
        """Return a body that the mirror serves by its envelope digest.

        Raises:
            StorageError: `public.too_large`.
        """
        name = f"record/{envelope.hex()}.json"
        return self._read(name, _MAX_BODY_BYTES) if self._has(name) else None

    def _has(self, name: str) -> bool:
        """Tell whether there is something by a name; what cannot be looked at is."""
        try:
            return (self._folder / name).exists()
        except OSError:
            return True

    def _read(self, name: str, limit: int) -> bytes:
        path = self._folder / name
        try:
            # Opening a pipe would wait for somebody to write into it.
            if path.exists() and not path.is_file():
                raise StorageError("public.absent", pointer=name, found="not a file")
            with path.open("rb") as file:
                data = file.read(limit + 1)
        except OSError as error:
            raise StorageError("public.absent", pointer=name, found=error.strerror) from None
        if len(data) > limit:
            raise StorageError("public.too_large", pointer=name, expected=f"<= {limit} bytes")
        return data


class DatabaseLog:
    """The log in the ledger's own database, believed no more than a mirror.

    Args:
        connection: an open transaction, so that everything is one snapshot.
    """

    def __init__(self, connection: Connection) -> None:
        # The database layer takes a second to import, and a mirror is read without it.
        from suyuan_ledger.store import repository  # noqa: PLC0415

        self._connection = connection
        self._store = repository

    def note(self) -> bytes:
        """Return the head's checkpoint."""
        return self._store.read_head(self._connection).note

    def bundles(self, size: int) -> Iterator[list[bytes]]:
        """Yield the stored entries."""
        for start in range(0, size, _ROWS):
            yield self._store.read_entries(self._connection, start, min(start + _ROWS, size))

    def body(self, index: int, envelope: bytes) -> bytes | None:  # noqa: ARG002 - the mirror's
        """Return the body of a record of any kind."""
        stored = self._store.find_record(self._connection, index)
        return None if stored is None else stored.body


def read_entries(
    log: PublicLog,
    checkpoint: Checkpoint,
    roots: Mapping[int, bytes] | None = None,
    differs: Callable[[int, bytes, bytes], None] | None = None,
) -> Iterator[tuple[int, list[bytes]]]:
    """Yield all entries, and compare the tree with what was signed.

    Args:
        log: the source.
        checkpoint: of this log, its signature verified.
        roots: further roots to compare with, by size up to the checkpoint's: those of anchors.
        differs: called with (size, expected root, found root) where they differ; without it the
            first difference is raised.

    Yields:
        (index of the first entry, entries), in order, without a gap.

    Raises:
        StorageError: `public.root`, after the last entry; `public.absent` if there are fewer
            entries than the checkpoint says.
        RefusedError: `log.entry_bundle`.
    """
    tree = _Tree({**(roots or {}), checkpoint.size: checkpoint.root}, differs or _refuse)
    for entries in log.bundles(checkpoint.size):
        start = tree.size
        yield start, entries
        tree.add(entries)
    if tree.size != checkpoint.size:
        raise StorageError(
            "public.absent",
            pointer=f"entry {tree.size}",
            expected=f"{checkpoint.size} entries",
            found=tree.size,
        )


def _refuse(size: int, expected: bytes, found: bytes) -> None:
    raise StorageError(
        "public.root", pointer=f"size {size}", expected=expected.hex(), found=found.hex()
    )


class _Tree:
    """Grows the tree from entries and looks at its root at the sizes that somebody vouched for."""

    def __init__(
        self, roots: Mapping[int, bytes], differs: Callable[[int, bytes, bytes], None]
    ) -> None:
        self._edge = Edge.empty()
        self._roots = roots
        self._waiting = sorted((size for size in roots if size > 0), reverse=True)
        self._differs = differs

    @property
    def size(self) -> int:
        """Entries so far."""
        return self._edge.size

    def add(self, entries: list[bytes]) -> None:
        leaves = leaf_hashes(entries)
        end = self.size + len(leaves)
        while self._waiting and self._waiting[-1] <= end:
            size = self._waiting.pop()
            self._grow(leaves[: size - self.size])
            leaves = leaves[len(leaves) - (end - size) :]
            found = self._edge.root()
            if found != self._roots[size]:
                self._differs(size, self._roots[size], found)
        self._grow(leaves)

    def _grow(self, leaves: list[bytes]) -> None:
        self._edge = self._edge.append(leaves).edge
