"""A transaction that no block takes in is replaced under its own nonce, never doubled."""

from __future__ import annotations

import pytest
from anchor_setting import kinds
from suyuan_ledger.anchor.anvil import AnvilOptions
from suyuan_ledger.anchor.fees import FeePolicy
from suyuan_ledger.store.tables import AnchorTx

pytestmark = pytest.mark.anvil


@pytest.fixture
def stuck(setting):
    """A sent transaction on a chain that makes no blocks."""
    setting.anvil.rpc("evm_setAutomine", *[False])
    setting.log.grow(3)
    assert kinds(setting.anchorer().run_once()) == ["sent"]
    return setting


def test_patience_lasts_as_long_as_configured(stuck):
    stuck.now += 179
    assert kinds(stuck.anchorer().run_once()) == []
    assert len(stuck.journal()) == 1


def test_the_replacement_offers_an_eighth_more_under_the_same_nonce(stuck):
    stuck.now += 180
    assert kinds(stuck.anchorer().run_once()) == ["replaced"]
    old, new = stuck.journal()
    assert (old.state, new.state) == ("replaced", "sent")
    assert (old.nonce, old.size, old.root) == (new.nonce, new.size, new.root)
    for field in ("max_fee_per_gas", "max_priority_fee_per_gas"):
        assert int(getattr(new, field)) * 8 >= int(getattr(old, field)) * 9
    stuck.anvil.mine()
    assert stuck.anchorer().run_once().settled
    assert [row.state for row in stuck.journal()] == ["replaced", "final"]
    assert (stuck.nonce(), stuck.entries()) == (1, stuck.roots(3))


def test_a_fee_spike_is_followed_beyond_an_eighth(stuck):
    stuck.anvil.rpc("anvil_setNextBlockBaseFeePerGas", hex(50 * 10**9))
    stuck.anvil.mine()
    stuck.now += 180
    assert "replaced" in kinds(stuck.anchorer().run_once())
    base = int(stuck.client.block("latest")["baseFeePerGas"], 16)
    assert int(stuck.journal()[-1].max_fee_per_gas) > base
    stuck.anvil.mine()
    assert stuck.anchorer().run_once().settled


def test_replacements_follow_one_another_until_one_is_mined(stuck):
    for _ in range(4):
        stuck.now += 180
        assert kinds(stuck.anchorer().run_once()) == ["replaced"]
    offers = [int(row.max_fee_per_gas) for row in stuck.journal()]
    assert offers == sorted(set(offers))
    stuck.anvil.mine()
    assert stuck.anchorer().run_once().settled
    assert (stuck.nonce(), stuck.entries()) == (1, stuck.roots(3))


def test_the_replaced_transaction_may_be_the_one_that_is_mined(stuck):
    stuck.now += 180
    stuck.anchorer().run_once()
    old, new = stuck.journal()
    stuck.anvil.rpc("anvil_dropTransaction", new.tx_hash)
    stuck.anvil.rpc("eth_sendRawTransaction", "0x" + old.raw.hex())
    stuck.anvil.mine()
    assert stuck.anchorer().run_once().settled
    assert [row.state for row in stuck.journal()] == ["final", "replaced"]
    assert stuck.anchors()[0].tx_hash == old.tx_hash
    assert (stuck.nonce(), stuck.entries()) == (1, stuck.roots(3))


def test_at_the_fee_cap_only_patience_is_left(stuck):
    offered = int(stuck.journal()[0].max_fee_per_gas)
    stuck.now += 180
    capped = FeePolicy(cap=offered)
    assert kinds(stuck.anchorer(fees=capped).run_once()) == ["stuck"]
    assert len(stuck.journal()) == 1
    stuck.anvil.mine()
    assert stuck.anchorer(fees=capped).run_once().settled


def test_where_nothing_is_paid_nothing_is_replaced(own_chain):
    setting = own_chain(AnvilOptions(zero_fee=True, keep_state=False))
    setting.anvil.rpc("evm_setAutomine", *[False])
    setting.log.grow(3)
    setting.anchorer().run_once()
    setting.now += 180
    assert kinds(setting.anchorer().run_once()) == ["stuck"]
    assert len(setting.journal()) == 1
    setting.anvil.mine()
    assert setting.anchorer().run_once().settled


def test_a_node_that_forgot_the_transaction_is_given_it_again(stuck):
    (row,) = stuck.journal()
    stuck.anvil.rpc("anvil_dropTransaction", row.tx_hash)
    assert kinds(stuck.anchorer().run_once()) == ["resent"]
    stuck.anvil.mine()
    assert stuck.anchorer().run_once().settled
    assert [other.tx_hash for other in stuck.journal()] == [row.tx_hash]


def test_newer_checkpoints_wait_behind_a_stuck_one(stuck):
    stuck.log.grow(4)
    assert kinds(stuck.anchorer().run_once()) == []
    stuck.anvil.rpc("evm_setAutomine", *[True])
    stuck.anvil.mine()
    stuck.anchorer().run_until_final(timeout=10, poll=0.01)
    assert (stuck.nonce(), stuck.entries()) == (2, stuck.roots(3, 7))


def test_a_nonce_that_something_else_used_is_noticed_and_the_anchor_sent_again(stuck):
    (row,) = stuck.journal()
    stuck.anvil.rpc("anvil_dropTransaction", row.tx_hash)
    foreign = stuck.hot.sign(
        {
            "chainId": 31337,
            "nonce": row.nonce,
            "to": stuck.owner.address,
            "value": 1,
            "gas": 21000,
            "gasPrice": 10**11,
        }
    )
    stuck.anvil.rpc("eth_sendRawTransaction", "0x" + foreign.raw.hex())
    stuck.anvil.mine()
    assert kinds(stuck.anchorer().run_once()) == ["nonce_taken", "sent"]
    stuck.anvil.mine()
    assert stuck.anchorer().run_once().settled
    assert stuck.entries() == stuck.roots(3)
    assert [other.state for other in stuck.journal()] == ["dropped", "final"]


def test_a_transaction_that_was_given_up_is_outbid_under_its_nonce(setting):
    """A pool may still hold it, also one that was made for a contract since retired."""
    given_up = AnchorTx(
        contract="0x" + "11" * 20,
        chain_id=31337,
        old_size=0,
        size=2,
        root=bytes(32),
        proof=[],
        sender=setting.hot.address,
        nonce=0,
        raw=b"",
        tx_hash="0x" + "22" * 32,
        gas_limit="1",
        max_fee_per_gas=str(80 * 10**9),
        max_priority_fee_per_gas=str(8 * 10**9),
        created_time=0,
        state="dropped",
    )
    with setting.log.store.session() as session:
        session.add(given_up)
    setting.log.grow(3)
    setting.anchorer().run_once()
    sent = setting.journal()[-1]
    assert int(sent.max_fee_per_gas) >= 90 * 10**9
    assert int(sent.max_priority_fee_per_gas) >= 9 * 10**9
    assert setting.anchorer().run_once().settled
