"""One signed attempt to anchor: a journal row made from a job, a nonce and an offer."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

from suyuan_ledger.anchor.contract import encode_anchor
from suyuan_ledger.anchor.fees import Fees
from suyuan_ledger.store.tables import AnchorTx

if TYPE_CHECKING:
    from suyuan_ledger.anchor.keystore import ChainKey


@dataclass(frozen=True, slots=True)
class Job:
    """What to anchor, and where.

    Attributes:
        chain_id: EIP-155 chain id.
        contract: the contract's address.
        old_size: head size that the contract compares with.
        size: the checkpoint's size.
        root: the checkpoint's root.
        proof: consistency proof from `old_size` to `size`.
    """

    chain_id: int
    contract: str
    old_size: int
    size: int
    root: bytes
    proof: tuple[bytes, ...]

    @classmethod
    def of(cls, row: AnchorTx) -> Job:
        """Return the job of a journalled transaction."""
        proof = tuple(base64.b64decode(node) for node in row.proof)
        return cls(row.chain_id, row.contract, row.old_size, row.size, row.root, proof)

    def call(self) -> bytes:
        """Return the contract call."""
        return encode_anchor(self.old_size, self.size, self.root, self.proof)


def sign_attempt(
    key: ChainKey, job: Job, *, nonce: int, gas: int, fees: Fees, now: int
) -> AnchorTx:
    """Sign a job under a nonce and return the row, not yet stored."""
    signed = key.sign(
        {
            "chainId": job.chain_id,
            "nonce": nonce,
            "to": job.contract,
            "value": 0,
            "gas": gas,
            "data": job.call(),
            **fees.members(),
        }
    )
    return AnchorTx(
        contract=job.contract,
        chain_id=job.chain_id,
        old_size=job.old_size,
        size=job.size,
        root=job.root,
        proof=[base64.b64encode(node).decode("ascii") for node in job.proof],
        sender=key.address,
        nonce=nonce,
        raw=signed.raw,
        tx_hash=signed.hash,
        gas_limit=str(gas),
        gas_price=_text(fees.gas_price),
        max_fee_per_gas=_text(fees.max_fee),
        max_priority_fee_per_gas=_text(fees.tip),
        created_time=now,
        state="signed",
    )


def offer_of(row: AnchorTx) -> Fees:
    """Return what a journalled transaction offers."""
    if row.gas_price is not None:
        return Fees(gas_price=int(row.gas_price))
    return Fees(max_fee=int(row.max_fee_per_gas or 0), tip=int(row.max_priority_fee_per_gas or 0))


def _text(amount: int | None) -> str | None:
    return None if amount is None else str(amount)
