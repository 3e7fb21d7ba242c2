"""A single administrative transaction: deploying a contract, rotating a key, retiring.

These are made by a person with a cold key, one at a time, and can be looked at on the chain and
made again; they need no journal. The journalled sender of anchors is `sender`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from suyuan_ledger.anchor.broadcast import Outcome, broadcast, estimate_gas, explain_receipt
from suyuan_ledger.anchor.client import from_quantity
from suyuan_ledger.anchor.fees import FeePolicy
from suyuan_ledger.anchor.finality import Finality, final_block
from suyuan_ledger.errors import ChainError

if TYPE_CHECKING:
    from suyuan_ledger.anchor.client import ChainClient
    from suyuan_ledger.anchor.keystore import ChainKey

FIRST_WAIT, LONGEST_WAIT = 0.05, 2.0


@dataclass(frozen=True, slots=True)
class AdminOptions:
    """How an administrative transaction is sent.

    Attributes:
        fees: what it pays.
        finality: when it counts as done.
        timeout: seconds to wait for that.
    """

    fees: FeePolicy = field(default_factory=FeePolicy)
    finality: Finality = field(default_factory=Finality)
    timeout: float = 1200.0


@dataclass(frozen=True, slots=True)
class Mined:
    """A transaction in a final block.

    Attributes:
        tx_hash: 0x and 64 lower-case hex digits.
        block_number: its block.
        created: address of the contract it made, None for a call.
    """

    tx_hash: str
    block_number: int
    created: str | None


def send_and_wait(
    client: ChainClient, key: ChainKey, to: str | None, data: bytes, options: AdminOptions
) -> Mined:
    """Send one transaction and wait until its block is final.

    Args:
        client: the node.
        key: who signs and pays.
        to: the contract; None to create one.
        data: the call, or the creation code with its arguments.
        options: fees, finality and patience.

    Raises:
        ChainError: the contract's refusal, before anything is sent; `chain.reverted` if it was
            mined and failed; `chain.timeout` with the transaction's hash to look for.
    """
    client.check_chain()
    gas = estimate_gas(client, key.address, to, data)
    transaction: dict[str, Any] = {
        "chainId": client.config.chain_id,
        "nonce": client.nonce(key.address),
        "value": 0,
        "gas": gas,
        "data": data,
        **options.fees.quote(client).members(),
    }
    if to is not None:
        transaction["to"] = to
    signed = key.sign(transaction)
    outcome = broadcast(client, signed.raw, signed.hash)
    if outcome in {Outcome.SPENT, Outcome.UNDERPRICED}:
        raise ChainError("chain.rejected", found=outcome.value)
    return _wait(client, key, to, data, signed.hash, options)


def _wait(  # noqa: PLR0917 (one caller, everything it needs)
    client: ChainClient,
    key: ChainKey,
    to: str | None,
    data: bytes,
    tx_hash: str,
    options: AdminOptions,
) -> Mined:
    deadline = time.monotonic() + options.timeout
    wait = FIRST_WAIT
    while True:
        # The final block first: a receipt read after it cannot be older than what it judges.
        newest = final_block(client, options.finality).number
        receipt = client.receipt(tx_hash)
        if receipt is not None:
            number = from_quantity(receipt["blockNumber"], "blockNumber")
            if receipt.get("status") == "0x0":
                reason = explain_receipt(client, key.address, to, data, number)
                raise ChainError("chain.reverted", pointer=tx_hash, found=reason or "no reason")
            if number <= newest:
                created = receipt.get("contractAddress")
                return Mined(tx_hash, number, str(created).lower() if created else None)
        if time.monotonic() + wait > deadline:
            raise ChainError(
                "chain.timeout", pointer=tx_hash, expected=f"within {options.timeout:g} s"
            )
        time.sleep(wait)
        wait = min(wait * 2, LONGEST_WAIT)
