"""Which block counts as final.

Where the node resolves the tag (`finalized` or `safe`), the chain itself says so. Where it does
not, depth does. An unresolvable tag is answered with an error by some nodes (go-ethereum -32000,
Besu -39001) and with null by others; all of it means "no finality here", never a failure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from suyuan_ledger.anchor.client import RpcError, from_quantity

if TYPE_CHECKING:
    from suyuan_ledger.anchor.client import ChainClient


@dataclass(frozen=True, slots=True)
class Finality:
    """When a block is taken as final.

    Attributes:
        tag: `finalized`, `safe`, or None to count confirmations only.
        confirmations: blocks from the anchor's own to the newest, both included, where there is no
            tag: 1 where blocks are final at once (QBFT, IBFT, Raft).
    """

    tag: str | None = "finalized"
    confirmations: int = 12


@dataclass(frozen=True, slots=True)
class FinalBlock:
    """The newest final block.

    Attributes:
        number: its height, -1 if there is none yet.
        basis: `finalized`, `safe` or `confirmations`.
    """

    number: int
    basis: str


def final_block(client: ChainClient, finality: Finality) -> FinalBlock:
    """Find the newest block that counts as final.

    Raises:
        ChainError: the node does not answer.
    """
    if finality.tag is not None:
        try:
            block = client.block(finality.tag)
        except RpcError:
            block = None
        if block is not None:
            return FinalBlock(from_quantity(block.get("number")), finality.tag)
    newest = client.block_number()
    return FinalBlock(max(-1, newest - (max(1, finality.confirmations) - 1)), "confirmations")
