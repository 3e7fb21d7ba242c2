"""The sender anchors every checkpoint once, on every kind of chain, and refuses what it must."""

from __future__ import annotations

import pytest
from anchor_setting import AT_ONCE, dev_key, kinds, refused
from growing_log import GrowingLog
from sqlmodel import col, update
from suyuan_ledger.anchor.anvil import AnvilOptions
from suyuan_ledger.anchor.client import ChainClient, ChainConfig
from suyuan_ledger.anchor.fees import FeePolicy
from suyuan_ledger.anchor.finality import Finality
from suyuan_ledger.store.tables import AnchorOutbox, Checkpoint, Tile

pytestmark = pytest.mark.anvil


def test_a_first_anchor_then_a_grown_one(setting):
    setting.log.grow(3)
    sender = setting.anchorer()
    assert kinds(sender.run_once()) == ["sent"]
    done = sender.run_once()
    assert kinds(done) == ["mined", "final"]
    assert done.settled
    setting.log.grow(5)
    assert sender.run_until_final(timeout=10, poll=0.01).settled
    assert setting.entries() == setting.roots(3, 8)
    assert [(row.size, row.final) for row in setting.anchors()] == [(3, True), (8, True)]
    assert setting.outbox() == {3: "covered", 8: "covered"}
    assert [row.state for row in setting.journal()] == ["final", "final"]
    assert kinds(sender.run_once()) == []
    assert setting.nonce() == 2


def test_an_anchor_row_names_block_and_transaction(setting):
    setting.log.grow(3)
    setting.anchorer().run_until_final(timeout=10, poll=0.01)
    (row,) = setting.anchors()
    (sent,) = setting.journal()
    receipt = setting.client.receipt(sent.tx_hash)
    block = setting.client.block(row.block_number)
    assert row.tx_hash == sent.tx_hash == receipt["transactionHash"]
    assert (row.block_hash, row.time) == (block["hash"], int(block["timestamp"], 16))
    assert (sent.block_hash, sent.block_number) == (row.block_hash, row.block_number)


def test_only_the_newest_checkpoint_is_sent_and_covers_the_rest(setting):
    for _ in range(4):
        setting.log.grow(2)
    setting.anchorer().run_until_final(timeout=10, poll=0.01)
    assert setting.entries() == setting.roots(8)
    assert set(setting.outbox().values()) == {"covered"}
    assert setting.nonce() == 1


def test_an_empty_outbox_sends_nothing(setting):
    done = setting.anchorer().run_once()
    assert (done.events, done.anchored, done.settled) == ((), 0, True)
    assert setting.nonce() == 0


def test_a_checkpoint_arriving_while_one_is_under_way_waits_for_the_next_pass(setting):
    setting.log.grow(1)
    sender = setting.anchorer(finality=Finality(tag=None, confirmations=3))
    assert kinds(sender.run_once()) == ["sent"]
    setting.log.grow(1)
    # The first is mined but not final yet; the next goes out all the same.
    assert kinds(sender.run_once()) == ["mined", "sent"]
    assert setting.outbox() == {1: "pending", 2: "pending"}
    setting.anvil.mine(3)
    assert kinds(sender.run_once()) == ["mined", "final", "final"]
    assert setting.entries() == setting.roots(1, 2)


def test_an_ethereum_chain_is_paid_by_eip_1559(setting):
    setting.log.grow(1)
    setting.anchorer().run_until_final(timeout=10, poll=0.01)
    (row,) = setting.journal()
    assert row.raw[0] == 2
    assert row.gas_price is None
    base = int(setting.client.block(row.block_number)["baseFeePerGas"], 16)
    assert int(row.max_fee_per_gas) >= base + int(row.max_priority_fee_per_gas)


@pytest.mark.parametrize("hardfork", ["berlin", "london", "shanghai"])
def test_older_rule_sets_are_served(own_chain, hardfork):
    setting = own_chain(AnvilOptions(hardfork=hardfork, keep_state=False))
    setting.log.grow(3)
    sender = setting.anchorer()
    sender.run_until_final(timeout=10, poll=0.01)
    setting.log.grow(4)
    sender.run_until_final(timeout=10, poll=0.01)
    assert setting.entries() == setting.roots(3, 7)
    legacy = setting.journal()[0].gas_price is not None
    assert legacy == (hardfork == "berlin")


def test_a_zero_fee_chain_is_served_by_an_account_without_a_balance(own_chain):
    setting = own_chain(AnvilOptions(zero_fee=True, keep_state=False))
    setting.anvil.rpc("anvil_setBalance", setting.hot.address, "0x0")
    setting.log.grow(3)
    sender = setting.anchorer()
    sender.run_until_final(timeout=10, poll=0.01)
    setting.log.grow(1)
    sender.run_until_final(timeout=10, poll=0.01)
    assert setting.entries() == setting.roots(3, 4)
    assert [row.gas_price for row in setting.journal()] == ["0", "0"]


def test_a_zero_gas_price_on_a_legacy_chain_can_be_configured(own_chain):
    options = AnvilOptions(hardfork="berlin", keep_state=False, extra=("--gas-price", "0"))
    setting = own_chain(options, FeePolicy(gas_price=0))
    setting.anvil.rpc("anvil_setBalance", setting.hot.address, "0x0")
    setting.log.grow(3)
    setting.anchorer(fees=FeePolicy(gas_price=0)).run_until_final(timeout=10, poll=0.01)
    assert setting.entries() == setting.roots(3)


def test_block_times_in_milliseconds_become_seconds(setting):
    now_ms = int(setting.client.block("latest")["timestamp"], 16) * 1000
    setting.anvil.rpc("evm_setNextBlockTimestamp", now_ms)
    setting.log.grow(3)
    setting.anchorer().run_until_final(timeout=10, poll=0.01)
    (row,) = setting.anchors()
    assert row.time == now_ms // 1000


def test_another_chain_behind_the_address_is_refused(setting):
    setting.log.grow(3)
    client = ChainClient(ChainConfig(setting.anvil.url, chain_id=1))
    with refused("chain.chain_id") as caught:
        setting.anchorer(client=client).run_once()
    assert (caught.value.expected, caught.value.found) == ("1", "31337")
    assert (setting.nonce(), setting.journal()) == (0, [])


@pytest.mark.parametrize("code", ["0x", "0x6001"])
def test_other_code_at_the_address_is_refused(setting, code):
    setting.log.grow(3)
    setting.anvil.rpc("anvil_setCode", setting.contract.address, code)
    with refused("chain.code"):
        setting.anchorer().run_once()
    assert (setting.nonce(), setting.journal()) == (0, [])


def test_one_changed_byte_of_the_code_is_refused(setting):
    setting.log.grow(3)
    code = setting.client.request("eth_getCode", setting.contract.address, "latest")
    flipped = code[:-2] + format(int(code[-2:], 16) ^ 1, "02x")
    setting.anvil.rpc("anvil_setCode", setting.contract.address, flipped)
    with refused("chain.code"):
        setting.anchorer().run_once()


def change(setting, table, where, **values):
    with setting.log.store.session() as session:
        session.exec(update(table).where(where).values(**values))


def test_an_outbox_root_that_no_checkpoint_says_is_refused_before_sending(setting):
    setting.log.grow(3)
    change(setting, AnchorOutbox, col(AnchorOutbox.size) == 3, root=b"\x11" * 32)
    with refused("chain.uncovered"):
        setting.anchorer().run_once()
    assert (setting.nonce(), setting.journal()) == (0, [])


def test_a_checkpoint_signed_by_another_key_is_refused_before_sending(setting):
    setting.log.grow(3)
    row = setting.log.rows(Checkpoint)[0]
    forged = row.note.replace(b"\n3\n", b"\n4\n")
    change(setting, Checkpoint, col(Checkpoint.size) == 3, note=forged)
    with refused("chain.uncovered"):
        setting.anchorer().run_once()
    assert (setting.nonce(), setting.journal()) == (0, [])


def test_a_signed_root_that_the_stored_tiles_do_not_give_is_refused_before_sending(setting):
    setting.log.grow(3)
    change(setting, Tile, col(Tile.level) == 0, data=b"\x22" * 96)
    with refused("chain.uncovered"):
        setting.anchorer().run_once()
    assert (setting.nonce(), setting.journal()) == (0, [])


def test_a_rewritten_log_is_refused_before_sending(setting, tmp_path):
    setting.log.grow(3)
    setting.anchorer().run_until_final(timeout=10, poll=0.01)
    other = GrowingLog(tmp_path / "other.sqlite", salt="rewritten ")
    other.grow(8)
    with refused("chain.foreign") as caught:
        setting.anchorer(log=other).run_once()
    assert caught.value.pointer == "anchor 0"
    assert setting.entries() == setting.roots(3)
    other.close()


def test_a_database_restored_from_an_old_backup_is_refused(setting, tmp_path):
    setting.log.grow(3)
    setting.log.grow(3)
    setting.anchorer().run_until_final(timeout=10, poll=0.01)
    older = GrowingLog(tmp_path / "older.sqlite")
    older.grow(3)
    with refused("chain.ahead") as caught:
        setting.anchorer(log=older).run_once()
    assert (caught.value.expected, caught.value.found) == ("at most 3", "6")
    older.close()


def test_a_key_without_the_right_is_refused_before_sending(setting):
    setting.log.grow(3)
    stranger = dev_key(setting.anvil, 2)
    with refused("chain.not_anchorer") as caught:
        setting.anchorer(key=stranger).run_once()
    assert caught.value.found == stranger.address
    assert (setting.client.nonce(stranger.address), setting.journal()) == (0, [])


def test_an_account_that_cannot_pay_is_named_and_pays_later(setting):
    setting.log.grow(3)
    setting.anvil.rpc("anvil_setBalance", setting.hot.address, "0x0")
    sender = setting.anchorer()
    with refused("chain.funds"):
        sender.run_once()
    setting.anvil.rpc("anvil_setBalance", setting.hot.address, hex(10**18))
    assert sender.run_until_final(timeout=10, poll=0.01).settled
    assert setting.entries() == setting.roots(3)


def test_a_fee_cap_below_the_market_sends_nothing(setting):
    setting.log.grow(3)
    sender = setting.anchorer(fees=FeePolicy(cap=1000))
    with refused("chain.fee_cap"):
        sender.run_once()
    assert (setting.nonce(), setting.journal()) == (0, [])


def test_giving_up_names_the_time_and_loses_nothing(setting):
    setting.anvil.rpc("evm_setAutomine", *[False])
    setting.log.grow(3)
    with refused("chain.timeout"):
        setting.anchorer().run_until_final(timeout=0.3, poll=0.05)
    setting.anvil.mine()
    assert setting.anchorer(finality=AT_ONCE).run_until_final(timeout=10, poll=0.01).settled
    assert (setting.nonce(), setting.entries()) == (1, setting.roots(3))
