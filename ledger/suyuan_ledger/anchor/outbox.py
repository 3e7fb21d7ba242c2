"""The sender's journal and the outbox, as rows of the store.

The outbox row of a checkpoint is written by the sequencer in the checkpoint's own transaction. The
journal row of a transaction is written, and synced to disk, *before* the transaction is broadcast:
whatever was ever sent can be sent again after a crash, byte for byte.

States of a journal row:

    signed    in the journal; whether any node has it is unknown
    sent      a node took it
    mined     its receipt was seen, in the block that the row names
    final     that block is final
    replaced  another transaction of the same nonce took its place; it may still be the one mined
    dropped   it can no longer change anything: reverted, or its nonce was used otherwise
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import Session, col, select, update

from suyuan_ledger.anchor.attempt import offer_of
from suyuan_ledger.store.tables import AnchorOutbox, AnchorTx

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlmodel.sql.expression import SelectOfScalar

    from suyuan_ledger.anchor.fees import Fees
    from suyuan_ledger.store.engine import Store

OPEN = ("signed", "sent")
LIVE = (*OPEN, "mined")


class Journal:
    """The journal rows of one sender for one contract.

    Every method is one transaction. Rows are returned detached: they are values, and only the
    methods here change what is stored.
    """

    def __init__(self, store: Store, chain_id: int, contract: str, sender: str) -> None:
        self._store = store
        self._chain_id = chain_id
        self._contract = contract
        self._sender = sender

    def newest_pending(self, above: int) -> AnchorOutbox | None:
        """Return the newest checkpoint that waits and is larger than `above`.

        One anchor covers every smaller checkpoint, so only the newest is ever sent.
        """
        query = (
            select(AnchorOutbox)
            .where(AnchorOutbox.state == "pending", AnchorOutbox.size > above)
            .order_by(col(AnchorOutbox.size).desc())
            .limit(1)
        )
        with self._store.read() as connection, Session(bind=connection) as session:
            return session.exec(query).first()

    def live(self) -> list[list[AnchorTx]]:
        """Return what is under way, by rising nonce: every attempt of a nonce, oldest first."""
        with self._store.read() as connection, Session(bind=connection) as session:
            rows = session.exec(
                self._mine().where(col(AnchorTx.state).in_((*LIVE, "replaced")))
            ).all()
        groups: dict[int, list[AnchorTx]] = {}
        for row in sorted(rows, key=lambda row: (row.nonce, row.id or 0)):
            groups.setdefault(row.nonce, []).append(row)
        return [group for group in groups.values() if any(row.state in LIVE for row in group)]

    def in_flight(self) -> bool:
        """Whether a transaction is signed or sent and not yet in a block."""
        with self._store.read() as connection, Session(bind=connection) as session:
            found = session.exec(self._mine().where(col(AnchorTx.state).in_(OPEN))).first()
        return found is not None

    def newest_mined(self) -> int:
        """Return the largest size whose transaction was seen in a block, 0 for none."""
        with self._store.read() as connection, Session(bind=connection) as session:
            rows = session.exec(self._mine().where(AnchorTx.state == "mined")).all()
        return max((row.size for row in rows), default=0)

    def add(self, row: AnchorTx, *, replaces: int | None = None) -> AnchorTx | None:
        """Write a signed transaction, durably, before it is sent.

        Returns:
            The stored row; None, and nothing is written, if another sender on this database came
            first.
        """
        with self._store.session() as session:
            under_way = session.exec(self._mine().where(col(AnchorTx.state).in_(OPEN))).all()
            if [other.id for other in under_way] != ([] if replaces is None else [replaces]):
                return None
            for other in under_way:
                other.state = "replaced"
            # The very same bytes may have been given up earlier: then that row counts again.
            stored = session.exec(select(AnchorTx).where(AnchorTx.tx_hash == row.tx_hash)).first()
            if stored is None:
                session.add(row)
                stored = row
            stored.state = "signed"
            stored.created_time = row.created_time
            session.flush()
            session.expunge(stored)
        return stored

    def best_offer(self, nonce: int) -> Fees | None:
        """Return the highest offer ever signed for a nonce: a pool may still hold it.

        A nonce belongs to the account, whatever contract it was used for.
        """
        query = select(AnchorTx).where(
            AnchorTx.chain_id == self._chain_id,
            AnchorTx.sender == self._sender,
            AnchorTx.nonce == nonce,
        )
        with self._store.read() as connection, Session(bind=connection) as session:
            rows = session.exec(query).all()
        return max((offer_of(row) for row in rows), key=lambda offer: offer.ceiling, default=None)

    def set_state(self, rows: Sequence[AnchorTx], state: str) -> None:
        """Give rows a state; only a mined or final one has a block."""
        values: dict[str, object] = {"state": state}
        if state != "final":
            values |= {"block_number": None, "block_hash": None}
        with self._store.session() as session:
            session.exec(
                update(AnchorTx)
                .where(col(AnchorTx.id).in_([row.id for row in rows]))
                .values(**values)
            )

    def set_mined(self, row: AnchorTx, attempts: Sequence[AnchorTx], number: int, of: str) -> None:
        """Note the block that a transaction is in; the nonce's other attempts are replaced."""
        with self._store.session() as session:
            session.exec(
                update(AnchorTx)
                .where(col(AnchorTx.id).in_([other.id for other in attempts if other is not row]))
                .values(state="replaced", block_number=None, block_hash=None)
            )
            session.exec(
                update(AnchorTx)
                .where(col(AnchorTx.id) == row.id)
                .values(state="mined", block_number=number, block_hash=of)
            )

    def settled(self) -> bool:
        """Whether every checkpoint is covered by a final anchor and nothing is under way."""
        with self._store.read() as connection, Session(bind=connection) as session:
            waiting = session.exec(
                select(AnchorOutbox.size).where(AnchorOutbox.state == "pending").limit(1)
            ).first()
            under_way = session.exec(self._mine().where(col(AnchorTx.state).in_(LIVE))).first()
        return waiting is None and under_way is None

    def _mine(self) -> SelectOfScalar[AnchorTx]:
        return select(AnchorTx).where(
            AnchorTx.chain_id == self._chain_id,
            AnchorTx.contract == self._contract,
            AnchorTx.sender == self._sender,
        )
