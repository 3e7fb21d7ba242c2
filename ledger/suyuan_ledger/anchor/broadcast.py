"""Handing a transaction to a node, and understanding what the node says about it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from suyuan_ledger.anchor.client import RpcError
from suyuan_ledger.anchor.reverts import (
    KNOWN,
    SPENT,
    UNDERPRICED,
    UNFUNDED,
    carried_hash,
    explain_revert,
    mentions,
    revert_data,
)
from suyuan_ledger.errors import ChainError

if TYPE_CHECKING:
    from suyuan_ledger.anchor.client import ChainClient

# Gas depends on the head's size at the moment of execution only through the proof's length, which
# is part of the call; a quarter on top covers cold storage and a chain's own surcharges.
GAS_MARGIN = 4
INVALID_PARAMS = -32602  # JSON-RPC 2.0: a node that takes no block here


class Outcome(Enum):
    """What a node said about a broadcast; none of it says that the transaction will be mined.

    `ACCEPTED`: it was new to the node. `KNOWN`: the node, or the chain, has it already.
    `SPENT`: its nonce is used; by itself or by another, only the chain can tell.
    `UNDERPRICED`: the pool wants more, or holds another transaction of this nonce.
    """

    ACCEPTED = "accepted"
    KNOWN = "known"
    SPENT = "spent"
    UNDERPRICED = "underpriced"


def broadcast(client: ChainClient, raw: bytes, tx_hash: str) -> Outcome:
    """Send the bytes of a signed transaction.

    Raises:
        ChainError: `chain.funds`, `chain.rejected`, or the contract's refusal where the node
            executes before it accepts; `chain.unreachable` means that nobody knows.
    """
    try:
        answer = client.request("eth_sendRawTransaction", "0x" + raw.hex())
    except RpcError as error:
        return _refused(error, tx_hash)
    if str(answer).lower() != tx_hash:
        raise ChainError(
            "chain.answer", pointer="eth_sendRawTransaction", expected=tx_hash, found=answer
        )
    return Outcome.ACCEPTED


def _refused(error: RpcError, tx_hash: str) -> Outcome:
    # Some chains answer with the revert of a transaction that is in the chain: its receipt tells.
    if carried_hash(error.data) == tx_hash or mentions(error.message, KNOWN):
        return Outcome.KNOWN
    if mentions(error.message, SPENT):
        return Outcome.SPENT
    if mentions(error.message, UNDERPRICED):
        return Outcome.UNDERPRICED
    if mentions(error.message, UNFUNDED):
        raise ChainError("chain.funds", found=error.message) from error
    data = revert_data(error.message, error.data)
    if data is not None:
        raise explain_revert(data) from error
    raise ChainError("chain.rejected", found=error.message) from error


def estimate_gas(client: ChainClient, sender: str, to: str | None, data: bytes) -> int:
    """Ask the node what a call needs; this is also where a call that reverts is found out.

    The newest block is named, because some nodes estimate on top of what waits in the pool by
    default: beside a waiting transaction for the same checkpoint the call would look like a no-op,
    and run out of gas if it came first.

    Raises:
        ChainError: the contract's refusal; `chain.funds`.
    """
    call = {"from": sender, "data": "0x" + data.hex()}
    if to is not None:
        call["to"] = to
    try:
        try:
            needed = client.quantity("eth_estimateGas", call, "latest")
        except RpcError as error:
            if error.rpc_code != INVALID_PARAMS:
                raise
            needed = client.quantity("eth_estimateGas", call)
    except RpcError as error:
        if mentions(error.message, UNFUNDED):
            raise ChainError("chain.funds", found=error.message) from error
        reverted = revert_data(error.message, error.data)
        if reverted is None:
            raise
        raise explain_revert(reverted) from error
    return needed + needed // GAS_MARGIN


def explain_receipt(
    client: ChainClient, sender: str, to: str | None, data: bytes, number: int
) -> str:
    """Say why a mined transaction reverted, by replaying its call on the block before its own.

    A receipt does not carry the reason. Nodes without old states give none: then the text is empty.
    """
    call = {"from": sender, "data": "0x" + data.hex()}
    if to is not None:
        call["to"] = to
    try:
        client.request("eth_call", call, hex(max(0, number - 1)))
    except RpcError as error:
        reverted = revert_data(error.message, error.data)
        return "" if reverted is None else explain_revert(reverted).code
    return ""
