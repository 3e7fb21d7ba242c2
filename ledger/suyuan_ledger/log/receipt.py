"""Receipts: what the ledger answers once a record is durable and integrated."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


class Prover(Protocol):
    """Proves inclusion from the stored tiles."""

    def __call__(self, index: int, size: int) -> list[bytes]:
        """Return the inclusion proof of an index in the tree of a size."""
        ...


# Not frozen: a frozen one takes three times as long to make, once for every record of an import.
@dataclass(slots=True)
class Receipt:
    """The answer to a submission: the record is durable, integrated and acknowledged.

    Attributes:
        index: position in the log, for ever.
        content: content digest, 32 bytes.
        envelope: envelope digest of the stored bytes, 32 bytes.
        time: the entry's time, `YYYY-MM-DDThh:mm:ssZ`.
        body: the stored bytes; of a duplicate the first ones, under their first proof.
        size: size of the tree that the checkpoint signs.
        checkpoint: signed note of a tree that holds the entry.
        duplicate: the content was in the log already.
    """

    index: int
    content: bytes
    envelope: bytes
    time: str
    body: bytes
    size: int
    checkpoint: bytes
    duplicate: bool
    _prove: Prover = field(repr=False, compare=False)

    @property
    def inclusion_proof(self) -> list[bytes]:
        """The proof that the entry is in the checkpoint's tree, read from the stored tiles.

        Tiles never change below a size, so the proof is the same whenever it is asked for.
        """
        return self._prove(self.index, self.size)
