"""Which anchor proves a record, and its evidence from the chain, asked for once per anchor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from suyuan_ledger.anchor.contract import AnchorContract
from suyuan_ledger.anchor.evidence import Evidence, collect_evidence
from suyuan_ledger.anchor.finality import Finality, final_block
from suyuan_ledger.anchor.register import AnchorRegister, contracts
from suyuan_ledger.errors import ChainError, RefusedError

if TYPE_CHECKING:
    from suyuan_ledger.anchor.client import ChainClient
    from suyuan_ledger.store.engine import Store
    from suyuan_ledger.store.tables import Anchor


class EvidenceSource:
    """Evidence for the bundles of one export, all proven at the same block.

    Args:
        store: the ledger's database.
        client: a node of the chain.
        finality: which blocks are final.
        at_block: block to prove at, for an importer who pins it already; None for the newest final
            one at the time of this call.

    Attributes:
        block: number of that block.
    """

    def __init__(
        self, store: Store, client: ChainClient, finality: Finality, at_block: int | None = None
    ) -> None:
        client.check_chain()
        self._client = client
        self._finality = finality
        self.block = final_block(client, finality).number if at_block is None else at_block
        self._anchors = good_anchors(store)
        self._evidence: dict[tuple[str, int], Evidence] = {}

    def covering(self, index: int) -> Evidence:
        """Return the evidence of the first final anchor that covers a log index.

        Raises:
            RefusedError: `bundle.not_anchored`.
            ChainError: as `collect_evidence`.
        """
        for anchor in self._anchors:
            if anchor.size > index and anchor.block_number <= self.block:
                return self._collect(anchor)
        newest = self._anchors[-1].size if self._anchors else 0
        raise RefusedError("bundle.not_anchored", expected=f"> {index}", found=newest)

    def newest(self, index: int) -> Evidence:
        """Return the evidence of the newest final anchor, which has to cover a log index.

        For what changes: the newest status list and the newest events are under it.

        Raises:
            RefusedError: `bundle.not_anchored`.
            ChainError: as `collect_evidence`.
        """
        size = 0
        for anchor in reversed(self._anchors):
            size = max(size, anchor.size)
            if anchor.size > index and anchor.block_number <= self.block:
                return self._collect(anchor)
        raise RefusedError("bundle.not_anchored", expected=f"> {index}", found=size)

    def block_hash(self) -> str:
        """Return the hash of the block that the evidence is for.

        Raises:
            ChainError: `chain.not_final`, `chain.no_state`.
        """
        newest = final_block(self._client, self._finality).number
        if not 0 <= self.block <= newest:
            raise ChainError(
                "chain.not_final", pointer=f"block {self.block}", expected=f"<= {newest}"
            )
        block = self._client.block(self.block)
        if block is None:
            raise ChainError("chain.no_state", pointer=f"block {self.block}")
        return str(block["hash"]).lower()

    def _collect(self, anchor: Anchor) -> Evidence:
        key = (anchor.contract, anchor.anchor_index)
        if key not in self._evidence:
            self._evidence[key] = collect_evidence(
                AnchorContract(self._client, anchor.contract),
                anchor.anchor_index,
                finality=self._finality,
                at_block=self.block,
            )
        return self._evidence[key]


def good_anchors(store: Store) -> list[Anchor]:
    """Return the final anchors that count, by rising size.

    Of a retired contract those after the last good one are void, whatever they say.
    """
    rows = contracts(store)
    good = []
    for row in rows:
        limits = [other.last_index for other in rows if other.predecessor == row.address]
        last = limits[0] if limits and limits[0] is not None else None
        good += [
            anchor
            for anchor in AnchorRegister(store, row.chain_id, row.address).rows()
            if anchor.final and (last is None or anchor.anchor_index <= last)
        ]
    return sorted(good, key=lambda anchor: (anchor.size, anchor.block_number))
