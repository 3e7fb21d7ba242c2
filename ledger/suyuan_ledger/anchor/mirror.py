"""The contract's entries, compared with the log and copied into the `anchor` rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from suyuan_ledger.anchor.events import Event
from suyuan_ledger.anchor.finality import Finality, final_block
from suyuan_ledger.anchor.log_view import LogView, check_foreign
from suyuan_ledger.anchor.register import AnchorRegister
from suyuan_ledger.errors import ChainError
from suyuan_ledger.store.tables import Anchor

if TYPE_CHECKING:
    from suyuan_ledger.anchor.contract import AnchorContract, Head
    from suyuan_ledger.store.engine import Store


class AnchorMirror:
    """The copy of one contract's entries.

    Args:
        store: the ledger's database.
        contract: the contract, on the node that is asked.
        log: the log that every entry has to be a tree of.
        finality: when a block is final.
    """

    def __init__(
        self, store: Store, contract: AnchorContract, log: LogView, finality: Finality
    ) -> None:
        self._contract = contract
        self._client = contract.client
        self._log = log
        self._finality = finality
        self._register = AnchorRegister(store, contract.client.config.chain_id, contract.address)

    def read(self, head: Head, events: list[Event]) -> ChainError | None:
        """Copy the entries; return what is wrong with the first one that is not the log's.

        Final entries are not read again, except the last: it has to be there still.
        """
        known = self._register.rows()
        final = [row for row in known if row.final]
        if final and not self._still_there(final[-1], head):
            # Deeper than the finality that was configured, or another history of the same chain.
            events.append(Event("final_undone", final[-1].size, final[-1].tx_hash or ""))
            final = [row for row in final if self._still_there(row, head)]
            self._register.reopen(final[-1].size if final else 0)
        present: list[Anchor] = []
        foreign = None
        for index in range(len(final), head.count):
            entry = self._contract.entry(index)
            foreign = check_foreign(self._log, entry.size, entry.root, index)
            if foreign is not None:
                break
            present.append(
                Anchor(
                    chain_id=self._client.config.chain_id,
                    contract=self._contract.address,
                    anchor_index=index,
                    size=entry.size,
                    root=entry.root,
                    block_number=entry.block_number,
                    block_hash=self._block_hash(entry.block_number),
                    time=entry.time,
                    final=False,
                )
            )
        stored = [_facts(row) for row in known if row.anchor_index >= len(final)]
        if stored != [_facts(row) for row in present]:
            self._register.replace_from(len(final), present)
        return foreign

    def finalise(self, events: list[Event]) -> None:
        """Mark what lies in final blocks, in the order of the entries."""
        waiting = [row for row in self._register.rows() if not row.final]
        if not waiting:
            return
        newest = final_block(self._client, self._finality)
        for row in waiting:
            # The block is compared once more: the rows were copied before the tag was read.
            if row.block_number > newest.number or (
                self._block_hash(row.block_number) != row.block_hash
            ):
                break
            tx_hash = self._register.finalise(row)
            events.append(Event("final", row.size, tx_hash, newest.basis))

    def entries(self) -> dict[tuple[int, bytes], bool]:
        """Return what the contract held when it was last read: (size, root) and whether final."""
        return {(row.size, row.root): row.final for row in self._register.rows()}

    def _still_there(self, row: Anchor, head: Head) -> bool:
        if row.anchor_index >= head.count:
            return False
        entry = self._contract.entry(row.anchor_index)
        found = (entry.size, entry.root, entry.block_number)
        return found == (row.size, row.root, row.block_number)

    def _block_hash(self, number: int) -> str:
        block = self._client.block(number)
        if block is None or not isinstance(block.get("hash"), str):
            raise ChainError("chain.answer", pointer=f"block {number}", expected="its hash")
        return str(block["hash"]).lower()


def _facts(row: Anchor) -> tuple[object, ...]:
    return (row.anchor_index, row.size, row.root, row.block_number, row.block_hash, row.final)
