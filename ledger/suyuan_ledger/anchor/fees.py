"""What a transaction pays: EIP-1559, legacy, or nothing at all.

web3's own fee filling fails on chains without EIP-1559 and on chains whose base fee is zero, so
fees are always set here. Amounts are wei.

    the policy names a gas price          legacy, that price (0 on a consortium chain)
    the newest block has no base fee      legacy, the node's price
    the node's price is 0                 legacy, 0: understood by every chain that charges nothing
    else                                  EIP-1559: 2 x base fee + tip, so that five full blocks
                                          cannot price it out (each adds at most 1/8)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from suyuan_ledger.anchor.client import RpcError, from_quantity
from suyuan_ledger.errors import ChainError

if TYPE_CHECKING:
    from suyuan_ledger.anchor.client import ChainClient

FALLBACK_TIP = 1_000_000_000
# Nodes ask for at least 10 % more (go-ethereum's pool default); 12.5 % leaves room for rounding.
BUMP_NUMERATOR, BUMP_DENOMINATOR = 9, 8


@dataclass(frozen=True, slots=True)
class Fees:
    """What one transaction offers; either `gas_price`, or both EIP-1559 members.

    Attributes:
        gas_price: price per gas of a legacy transaction.
        max_fee: `maxFeePerGas`.
        tip: `maxPriorityFeePerGas`.
    """

    gas_price: int | None = None
    max_fee: int | None = None
    tip: int | None = None

    @property
    def ceiling(self) -> int:
        """The most that one unit of gas can cost."""
        return self.gas_price if self.gas_price is not None else self.max_fee or 0

    def members(self) -> dict[str, int]:
        """Return the transaction's fee members, by their JSON-RPC names."""
        if self.gas_price is not None:
            return {"gasPrice": self.gas_price}
        return {
            "type": 2,
            "maxFeePerGas": self.max_fee or 0,
            "maxPriorityFeePerGas": self.tip or 0,
        }

    def raised(self) -> Fees | None:
        """Return the least offer that replaces this one, None where nothing is paid."""
        if self.ceiling == 0:
            return None
        if self.gas_price is not None:
            return Fees(gas_price=_bump(self.gas_price))
        return Fees(max_fee=_bump(self.max_fee or 0), tip=_bump(self.tip or 0))


@dataclass(frozen=True, slots=True)
class FeePolicy:
    """The operator's wishes.

    Attributes:
        gas_price: always send legacy transactions at this price; 0 for a zero-fee chain.
        cap: refuse to offer more per gas than this.
    """

    gas_price: int | None = None
    cap: int | None = None

    def quote(self, client: ChainClient) -> Fees:
        """Choose the fees for a new transaction.

        Raises:
            ChainError: `chain.fee_cap`, the chain asks for more than the cap now.
        """
        if self.gas_price is not None:
            fees = Fees(gas_price=self.gas_price)
            return self._capped(fees, self.gas_price)
        price = client.quantity("eth_gasPrice")
        newest = client.block("latest")
        base = newest.get("baseFeePerGas") if newest else None
        if base is None or price == 0:
            return self._capped(Fees(gas_price=price), price)
        base_fee = from_quantity(base, "baseFeePerGas")
        tip = self._tip(client)
        return self._capped(Fees(max_fee=2 * base_fee + tip, tip=tip), base_fee + tip)

    def replacement(self, client: ChainClient, previous: Fees) -> Fees | None:
        """Choose the fees that replace a transaction: the market's now, and at least one step up.

        Returns:
            None where nothing is paid: then a second transaction of one nonce is never accepted.

        Raises:
            ChainError: `chain.fee_cap`.
        """
        least = previous.raised()
        if least is None:
            return None
        # The kind stays what it was: a pool compares like with like.
        if previous.gas_price is not None:
            price = client.quantity("eth_gasPrice") if self.gas_price is None else 0
            needed = max(least.gas_price or 0, price)
            return self._capped(Fees(gas_price=needed), least.ceiling)
        market = self.quote(client)
        raised = Fees(
            max_fee=max(least.max_fee or 0, market.max_fee or 0),
            tip=max(least.tip or 0, market.tip or 0),
        )
        return self._capped(raised, least.ceiling)

    def _tip(self, client: ChainClient) -> int:
        try:
            return client.quantity("eth_maxPriorityFeePerGas")
        except RpcError:
            return FALLBACK_TIP

    def _capped(self, fees: Fees, needed: int) -> Fees:
        """Hold an offer to the cap, as long as what is `needed` at once stays below it."""
        if self.cap is None or fees.ceiling <= self.cap:
            return fees
        if needed > self.cap:
            raise ChainError("chain.fee_cap", expected=f"at most {self.cap} wei", found=needed)
        if fees.gas_price is not None:
            return Fees(gas_price=self.cap)
        return Fees(max_fee=self.cap, tip=min(fees.tip or 0, self.cap))


def _bump(amount: int) -> int:
    return -(-amount * BUMP_NUMERATOR // BUMP_DENOMINATOR)
