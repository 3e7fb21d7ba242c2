"""What the sender needs to know of the log, checked before anything is sent.

A root reaches the chain only if the log's own signed checkpoint says it, the stored tiles hash to
it, and the proof from the present head holds. The signature and the proof are checked with the
verifier's code, which shares none with the code that made them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sqlmodel import Session, select
from suyuan_verifier.checkpoint import verify_checkpoint
from suyuan_verifier.errors import VerifierError
from suyuan_verifier.merkle import check_consistency
from suyuan_verifier.note import parse_vkey

from suyuan_ledger.errors import ChainError, RefusedError, StorageError
from suyuan_ledger.log.tree import prove_consistency, tree_root
from suyuan_ledger.store.repository import StoredTiles
from suyuan_ledger.store.tables import Checkpoint, LogHead, Meta

if TYPE_CHECKING:
    from suyuan_ledger.store.engine import Store


class LogView(Protocol):
    """The log as the sender sees it."""

    def size(self) -> int:
        """Return the number of entries."""
        ...

    def root(self, size: int) -> bytes:
        """Return the root of the first `size` entries, from the stored tiles."""
        ...

    def signed(self, size: int) -> SignedCheckpoint | None:
        """Return the checkpoint that was signed at this size, None if there is none."""
        ...

    def prove(self, old_size: int, size: int) -> list[bytes]:
        """Return the consistency proof between two sizes."""
        ...


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A signed note and the key it has to verify under.

    Attributes:
        note: the note's bytes.
        origin: the log's name.
        vkey: the log's verification key.
    """

    note: bytes
    origin: str
    vkey: str


class StoredLog:
    """The log in the ledger's own database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def size(self) -> int:
        """Return the number of entries."""
        with self._store.read() as connection, Session(bind=connection) as session:
            head = session.get(LogHead, 1)
            return head.size if head else 0

    def root(self, size: int) -> bytes:
        """Return the root of the first `size` entries, from the stored tiles."""
        with self._store.read() as connection:
            return tree_root(size, StoredTiles(connection))

    def signed(self, size: int) -> SignedCheckpoint | None:
        """Return the checkpoint that was signed at this size, None if there is none."""
        with self._store.read() as connection, Session(bind=connection) as session:
            row = session.get(Checkpoint, size)
            meta = {entry.key: entry.value for entry in session.exec(select(Meta))}
        if row is None:
            return None
        return SignedCheckpoint(row.note, meta.get("origin", ""), meta.get("vkey", ""))

    def prove(self, old_size: int, size: int) -> list[bytes]:
        """Return the consistency proof between two sizes."""
        with self._store.read() as connection:
            return prove_consistency(old_size, size, StoredTiles(connection))


def check_signed(log: LogView, size: int, root: bytes) -> None:
    """Refuse a root that the log's own signed checkpoint does not say.

    Raises:
        ChainError: `chain.uncovered`.
    """
    signed = log.signed(size)
    if signed is None:
        raise ChainError("chain.uncovered", expected=f"a checkpoint of size {size}", found="none")
    try:
        keys = [parse_vkey(signed.vkey)]
        checkpoint = verify_checkpoint(signed.note, signed.origin, keys)
    except VerifierError as error:
        raise ChainError("chain.uncovered", found=error) from error
    if (checkpoint.size, checkpoint.root) != (size, root):
        raise ChainError(
            "chain.uncovered",
            expected=f"{checkpoint.size} {checkpoint.root.hex()}",
            found=f"{size} {root.hex()}",
        )
    stored = log.root(size)
    if stored != root:
        raise ChainError("chain.uncovered", expected=stored.hex(), found=root.hex())


def check_foreign(log: LogView, size: int, root: bytes, index: int) -> ChainError | None:
    """Say whether an entry of the contract is none of this log's, None if it is ours.

    Returns:
        `chain.ahead` for a tree that this log has not reached (a database restored from an old
        backup, or a stolen key); `chain.foreign` for another tree (a stolen key).
    """
    pointer = f"anchor {index}"
    known = log.size()
    if size > known:
        return ChainError("chain.ahead", pointer=pointer, expected=f"at most {known}", found=size)
    try:
        ours = log.root(size)
    except (RefusedError, StorageError) as error:
        return ChainError("chain.foreign", pointer=pointer, found=error)
    if ours != root:
        return ChainError("chain.foreign", pointer=pointer, expected=ours.hex(), found=root.hex())
    return None


def prove_growth(
    log: LogView, old_size: int, old_root: bytes, size: int, root: bytes
) -> list[bytes]:
    """Return the proof that the contract will check, after checking it here.

    Raises:
        ChainError: `chain.inconsistent`, the contract would refuse it too.
    """
    if old_size == 0:
        return []
    proof = log.prove(old_size, size)
    try:
        check_consistency(old_size, size, old_root, root, proof)
    except VerifierError as error:
        raise ChainError("chain.inconsistent", found=error) from error
    return proof
