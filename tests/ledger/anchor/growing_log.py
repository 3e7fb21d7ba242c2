"""A log that grows by leaf hashes, stored as the sequencer stores one.

Tiles, head, checkpoint and outbox row are written in one transaction. The anchor tests need trees
of a chosen shape and a log that can be made to lie, not records.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlmodel import Session, select
from suyuan_ledger.keys.signer import MemorySigner
from suyuan_ledger.log.checkpoint import sign_checkpoint
from suyuan_ledger.log.hashing import leaf_hash
from suyuan_ledger.log.note import format_vkey
from suyuan_ledger.log.tree import Edge
from suyuan_ledger.store.engine import Store
from suyuan_ledger.store.repository import StoredTiles
from suyuan_ledger.store.schema import upgrade
from suyuan_ledger.store.tables import AnchorOutbox, Checkpoint, LogHead, Meta, Tile

if TYPE_CHECKING:
    from pathlib import Path

ORIGIN = "log.suyuan.example/test"


def leaf(index: int, salt: str = "") -> bytes:
    return leaf_hash(f"{salt}{index}".encode())


class GrowingLog:
    """One log in one database; `salt` makes another log of the same shape."""

    def __init__(self, path: Path, *, salt: str = "") -> None:
        self.path = path
        self.salt = salt
        fresh = not path.exists()
        if fresh:
            upgrade(path)
        self.store = Store(path)
        seed = hashlib.sha256(b"a throw-away log key").digest()
        self.signer = MemorySigner(Ed25519PrivateKey.from_private_bytes(seed))
        if fresh:
            with self.store.session() as session:
                session.add(Meta(key="origin", value=ORIGIN))
                session.add(Meta(key="vkey", value=format_vkey(ORIGIN, self.signer.public_key)))

    def size(self) -> int:
        """The number of leaves."""
        with self.store.read() as connection, Session(bind=connection) as session:
            head = session.get(LogHead, 1)
            return head.size if head else 0

    def grow(self, leaves: int, time: int = 1_800_000_000) -> int:
        """Append leaves, sign the checkpoint, put it into the outbox; all or nothing."""
        with self.store.session() as session:
            head = session.get(LogHead, 1)
            size = head.size if head else 0
            edge = Edge.load(size, StoredTiles(session.connection()))
            growth = edge.append([leaf(size + n, self.salt) for n in range(leaves)])
            for (level, index), data in growth.tiles.items():
                session.merge(Tile(level=level, index=index, data=data))
            new_size, root = growth.edge.size, growth.edge.root()
            note = sign_checkpoint(ORIGIN, new_size, root, self.signer)
            session.merge(LogHead(id=1, size=new_size, root=root, note=note, time=time))
            session.add(Checkpoint(size=new_size, root=root, note=note, time=time))
            session.flush()
            session.add(AnchorOutbox(size=new_size, root=root, created_time=time))
            return new_size

    def rows(self, table, *order):
        """All rows of a table."""
        with self.store.read() as connection, Session(bind=connection) as session:
            return list(session.exec(select(table).order_by(*order)).all())

    def close(self) -> None:
        """Close the database."""
        self.store.close()
