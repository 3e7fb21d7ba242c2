"""What is known of contracts and anchors, as rows of the store.

The `anchor` rows mirror the contract: they are read from it and never from the journal. A row is
`final` once its block is; the outbox rows it covers are then done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import Session, col, delete, select, update

from suyuan_ledger.errors import ChainError
from suyuan_ledger.store.tables import Anchor, AnchorOutbox, AnchorTx, Contract

if TYPE_CHECKING:
    from collections.abc import Sequence

    from suyuan_ledger.store.engine import Store


def register_contract(store: Store, contract: Contract) -> None:
    """Make an `active` contract the one that new anchors go to; doing it again changes nothing.

    What was under way to the contract before it is given up: it has been retired, or will be.
    """
    with store.session() as session:
        session.exec(update(Contract).values(active=False))
        session.merge(contract)
        session.exec(
            update(AnchorTx)
            .where(
                col(AnchorTx.contract) != contract.address,
                col(AnchorTx.state).in_(("signed", "sent")),
            )
            .values(state="dropped")
        )


def active_contract(store: Store) -> Contract:
    """Return the contract that new anchors go to.

    Raises:
        ChainError: `chain.no_contract`.
    """
    with store.read() as connection, Session(bind=connection) as session:
        found = session.exec(select(Contract).where(col(Contract.active).is_(True))).first()
    if found is None:
        raise ChainError("chain.no_contract")
    return found


def contracts(store: Store) -> list[Contract]:
    """Return every contract this log has anchored in, oldest first."""
    with store.read() as connection, Session(bind=connection) as session:
        return list(session.exec(select(Contract).order_by(col(Contract.deployed_block))).all())


def reopen_outbox(store: Store, above: int) -> None:
    """Let every checkpoint above a size wait for an anchor again."""
    with store.session() as session:
        session.exec(
            update(AnchorOutbox).where(col(AnchorOutbox.size) > above).values(state="pending")
        )


class AnchorRegister:
    """The `anchor` rows of one contract; every method is one transaction."""

    def __init__(self, store: Store, chain_id: int, contract: str) -> None:
        self._store = store
        self._chain_id = chain_id
        self._contract = contract

    def rows(self) -> list[Anchor]:
        """Return all rows by rising index."""
        with self._store.read() as connection, Session(bind=connection) as session:
            return list(
                session.exec(
                    select(Anchor)
                    .where(Anchor.chain_id == self._chain_id, Anchor.contract == self._contract)
                    .order_by(col(Anchor.anchor_index))
                ).all()
            )

    def replace_from(self, index: int, rows: Sequence[Anchor]) -> None:
        """Replace every row from `index` upwards by what the contract says now.

        A row that was final and goes is a broken promise of the chain: the checkpoints it covered
        wait again, and its transaction counts as merely mined again.
        """
        with self._store.session() as session:
            session.exec(
                delete(Anchor).where(
                    col(Anchor.chain_id) == self._chain_id,
                    col(Anchor.contract) == self._contract,
                    col(Anchor.anchor_index) >= index,
                )
            )
            session.add_all(rows)

    def reopen(self, above: int) -> None:
        """Let every checkpoint above a size wait again, and its transactions be looked for."""
        reopen_outbox(self._store, above)
        with self._store.session() as session:
            session.exec(
                update(AnchorTx)
                .where(
                    col(AnchorTx.chain_id) == self._chain_id,
                    col(AnchorTx.contract) == self._contract,
                    col(AnchorTx.size) > above,
                    col(AnchorTx.state) == "final",
                )
                .values(state="mined")
            )

    def finalise(self, anchor: Anchor) -> str:
        """Note that an anchor is final, with its transaction and all the checkpoints it covers.

        Returns:
            The transaction's hash, empty if it is none of this ledger's journal.
        """
        sent = (
            col(AnchorTx.chain_id) == self._chain_id,
            col(AnchorTx.contract) == self._contract,
            col(AnchorTx.size) == anchor.size,
            col(AnchorTx.root) == anchor.root,
            col(AnchorTx.state) == "mined",
        )
        with self._store.session() as session:
            tx_hash = session.exec(select(AnchorTx.tx_hash).where(*sent)).first()
            session.exec(
                update(Anchor)
                .where(
                    col(Anchor.chain_id) == self._chain_id,
                    col(Anchor.contract) == self._contract,
                    col(Anchor.anchor_index) == anchor.anchor_index,
                )
                .values(final=True, tx_hash=tx_hash)
            )
            session.exec(update(AnchorTx).where(*sent).values(state="final"))
            session.exec(
                update(AnchorOutbox)
                .where(col(AnchorOutbox.size) <= anchor.size)
                .values(state="covered")
            )
        return tx_hash or ""
