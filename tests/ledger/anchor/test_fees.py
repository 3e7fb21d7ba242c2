"""Fees follow the chain they are paid on, and never exceed the cap."""

from __future__ import annotations

import pytest
from anchor_setting import refused
from chain_gateway import error
from suyuan_ledger.anchor.client import RpcError
from suyuan_ledger.anchor.fees import FALLBACK_TIP, FeePolicy, Fees

GWEI = 10**9


class Node:
    """A node's three answers about fees."""

    def __init__(self, *, price: int, base: int | None, tip: int | None = GWEI) -> None:
        self.price, self.base, self.tip = price, base, tip

    def quantity(self, method: str) -> int:
        """Answer a price."""
        if method == "eth_gasPrice":
            return self.price
        if self.tip is None:
            raise RpcError(method, error(-32601, "unknown method")["error"])
        return self.tip

    def block(self, _: str) -> dict[str, str]:
        """Answer the newest block."""
        return {} if self.base is None else {"baseFeePerGas": hex(self.base)}


LONDON = Node(price=3 * GWEI, base=2 * GWEI)
BERLIN = Node(price=3 * GWEI, base=None)
ZERO = Node(price=0, base=0)


def test_the_kind_of_fee_follows_the_chain():
    assert FeePolicy().quote(LONDON) == Fees(max_fee=5 * GWEI, tip=GWEI)
    assert FeePolicy().quote(BERLIN) == Fees(gas_price=3 * GWEI)
    assert FeePolicy().quote(ZERO) == Fees(gas_price=0)
    assert FeePolicy().quote(Node(price=0, base=None)) == Fees(gas_price=0)
    assert FeePolicy(gas_price=7).quote(LONDON) == Fees(gas_price=7)


def test_a_node_that_suggests_no_tip_gets_a_usual_one():
    quoted = FeePolicy().quote(Node(price=3 * GWEI, base=2 * GWEI, tip=None))
    assert quoted.tip == FALLBACK_TIP


def test_an_offer_outlasts_five_full_blocks():
    """EIP-1559: a full block raises the base fee by at most one eighth."""
    base = LONDON.base
    for _ in range(5):
        base += base // 8
    offer = FeePolicy().quote(LONDON)
    assert offer.max_fee >= base + offer.tip


def test_the_cap_shortens_the_margin_but_not_the_need():
    assert FeePolicy(cap=4 * GWEI).quote(LONDON) == Fees(max_fee=4 * GWEI, tip=GWEI)
    assert FeePolicy(cap=3 * GWEI).quote(LONDON) == Fees(max_fee=3 * GWEI, tip=GWEI)
    with refused("chain.fee_cap") as caught:
        FeePolicy(cap=3 * GWEI - 1).quote(LONDON)
    assert caught.value.found == str(3 * GWEI)
    with refused("chain.fee_cap"):
        FeePolicy(cap=GWEI).quote(BERLIN)
    with refused("chain.fee_cap"):
        FeePolicy(gas_price=7, cap=6).quote(BERLIN)


@pytest.mark.parametrize(
    ("previous", "expected"),
    [
        (Fees(gas_price=800), Fees(gas_price=3 * GWEI)),
        (Fees(gas_price=8 * GWEI), Fees(gas_price=9 * GWEI)),
        (Fees(gas_price=8 * GWEI + 1), Fees(gas_price=9 * GWEI + 2)),
        (Fees(max_fee=8 * GWEI, tip=8), Fees(max_fee=9 * GWEI, tip=GWEI)),
        (Fees(max_fee=1, tip=16 * GWEI), Fees(max_fee=5 * GWEI, tip=18 * GWEI)),
    ],
)
def test_a_replacement_offers_the_market_and_at_least_an_eighth_more(previous, expected):
    assert FeePolicy().replacement(LONDON, previous) == expected


def test_a_replacement_of_nothing_is_nothing():
    assert FeePolicy().replacement(ZERO, Fees(gas_price=0)) is None
    assert FeePolicy().replacement(ZERO, Fees(max_fee=0, tip=0)) is None


def test_a_replacement_above_the_cap_is_refused():
    with refused("chain.fee_cap"):
        FeePolicy(cap=8 * GWEI).replacement(LONDON, Fees(max_fee=8 * GWEI, tip=GWEI))
    capped = FeePolicy(cap=9 * GWEI).replacement(LONDON, Fees(max_fee=8 * GWEI, tip=GWEI))
    assert capped.max_fee == 9 * GWEI


def test_a_tip_never_exceeds_the_whole_offer():
    """Nodes refuse a type 2 transaction whose tip is above its maximum (EIP-1559)."""
    for policy in (FeePolicy(), FeePolicy(cap=20 * GWEI)):
        offer = policy.replacement(LONDON, Fees(max_fee=17 * GWEI, tip=17 * GWEI))
        assert offer.tip <= offer.max_fee
    spiked = Node(price=GWEI, base=1, tip=50 * GWEI)
    assert FeePolicy().quote(spiked).tip <= FeePolicy().quote(spiked).max_fee
