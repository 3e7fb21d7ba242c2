"""What a reorganisation throws out is noticed and sent again; final means final, or says so."""

from __future__ import annotations

import pytest
from anchor_setting import kinds
from chain_gateway import Gateway, error, result
from suyuan_ledger.anchor.client import ChainClient, ChainConfig
from suyuan_ledger.anchor.finality import Finality, final_block

pytestmark = pytest.mark.anvil

THREE = Finality(tag=None, confirmations=3)


def test_an_anchor_waits_for_its_confirmations(setting):
    setting.log.grow(3)
    sender = setting.anchorer(finality=THREE)
    sender.run_once()
    assert kinds(sender.run_once()) == ["mined"]
    setting.anvil.mine(1)
    assert kinds(sender.run_once()) == []
    setting.anvil.mine(1)
    done = sender.run_once()
    assert [(event.kind, event.detail) for event in done.events] == [("final", "confirmations")]
    assert done.settled


def test_a_reorganised_anchor_is_sent_again_as_the_same_bytes(setting):
    setting.log.grow(3)
    sender = setting.anchorer(finality=THREE)
    sender.run_once()
    sender.run_once()
    setting.anvil.rpc("anvil_reorg", 1, [])
    assert setting.entries() == []
    assert kinds(sender.run_once()) == ["reorganised", "resent"]
    setting.anvil.mine(3)
    assert sender.run_once().settled
    assert len(setting.journal()) == 1
    assert (setting.nonce(), setting.entries()) == (1, setting.roots(3))


def test_two_reorganised_anchors_are_sent_again_in_their_order(setting):
    sender = setting.anchorer(finality=Finality(tag=None, confirmations=6))
    for leaves in (3, 4):
        setting.log.grow(leaves)
        sender.run_once()
        sender.run_once()
    setting.anvil.rpc("anvil_reorg", 2, [])
    assert setting.entries() == []
    assert kinds(sender.run_once()) == ["reorganised", "resent", "reorganised", "resent"]
    setting.anvil.mine(6)
    assert sender.run_once().settled
    assert len(setting.journal()) == 2
    assert (setting.nonce(), setting.entries()) == (2, setting.roots(3, 7))


def test_a_restarted_sender_notices_the_reorganisation_too(setting):
    setting.log.grow(3)
    setting.anchorer(finality=THREE).run_once()
    setting.anchorer(finality=THREE).run_once()
    setting.anvil.rpc("anvil_reorg", 1, [])
    assert kinds(setting.anchorer(finality=THREE).run_once()) == ["reorganised", "resent"]


def test_an_anchor_that_moved_to_another_block_is_followed(setting):
    setting.log.grow(3)
    sender = setting.anchorer(finality=THREE)
    sender.run_once()
    sender.run_once()
    before = setting.anchors()[0]
    (row,) = setting.journal()
    setting.anvil.mine(1)
    setting.anvil.rpc("anvil_reorg", 2, [["0x" + row.raw.hex(), 1]])
    assert kinds(sender.run_once()) == ["moved"]
    after = setting.anchors()[0]
    assert (after.size, after.root) == (before.size, before.root)
    assert after.block_hash != before.block_hash
    assert after.block_hash == setting.client.block(after.block_number)["hash"]
    assert setting.journal()[0].block_hash == after.block_hash
    setting.anvil.mine(3)
    assert sender.run_once().settled


def test_a_reorganisation_deeper_than_the_confirmations_is_reported_and_repaired(setting):
    setting.log.grow(3)
    sender = setting.anchorer()
    sender.run_until_final(timeout=10, poll=0.01)
    assert setting.outbox() == {3: "covered"}
    setting.anvil.rpc("anvil_reorg", 1, [])
    assert kinds(sender.run_once()) == ["final_undone", "reorganised", "resent"]
    assert setting.outbox() == {3: "pending"}
    assert sender.run_until_final(timeout=10, poll=0.01).settled
    assert (setting.nonce(), setting.entries()) == (1, setting.roots(3))
    assert setting.outbox() == {3: "covered"}


def test_final_anchors_before_the_undone_one_stay_final(setting):
    sender = setting.anchorer()
    for leaves in (3, 4):
        setting.log.grow(leaves)
        sender.run_until_final(timeout=10, poll=0.01)
    setting.anvil.rpc("anvil_reorg", 1, [])
    sender.run_once()
    assert setting.outbox() == {3: "covered", 7: "pending"}
    assert sender.run_until_final(timeout=10, poll=0.01).settled
    assert [row.final for row in setting.anchors()] == [True, True]
    assert setting.entries() == setting.roots(3, 7)


def test_a_reorganisation_in_the_middle_of_a_pass_makes_nothing_final(setting):
    """The anchor is read, then moves to another block, then the final block is asked for."""
    setting.log.grow(3)
    sender = setting.anchorer(finality=Finality(tag=None, confirmations=9))
    sender.run_once()
    sender.run_once()
    (row,) = setting.journal()
    setting.anvil.mine(1)
    moved = []

    def rule(method, _params, forward):
        if method == "eth_blockNumber" and not moved:
            moved.append(method)
            setting.anvil.rpc("anvil_reorg", 2, [["0x" + row.raw.hex(), 1]])
        return forward()

    with Gateway(setting.anvil.url, rule) as gateway:
        client = ChainClient(ChainConfig(gateway.url, 31337))
        sender = setting.anchorer(client=client, finality=Finality(tag=None, confirmations=1))
        assert kinds(sender.run_once()) == []
        assert moved
        assert kinds(sender.run_once()) == ["moved", "final"]
        client.close()
    assert setting.anchors()[0].block_hash == setting.journal()[0].block_hash


@pytest.mark.parametrize("tag", ["finalized", "safe"])
def test_a_finality_tag_decides_where_the_node_resolves_it(setting, tag):
    setting.log.grow(3)
    sender = setting.anchorer(finality=Finality(tag=tag, confirmations=1))
    sender.run_once()
    assert kinds(sender.run_once()) == ["mined"]
    setting.anvil.mine(2)
    assert [(event.kind, event.detail) for event in sender.run_once().events] == [("final", tag)]


def unresolvable(answer):
    def rule(method, params, forward):
        if method == "eth_getBlockByNumber" and params[0] in {"finalized", "safe"}:
            return answer
        return forward()

    return rule


@pytest.mark.parametrize(
    "answer",
    [
        error(-32000, "'finalized' tag not supported on pre-merge network"),
        error(-39001, "Unknown block"),
        result(None),
    ],
    ids=["geth", "besu", "nethermind"],
)
def test_an_unresolvable_tag_means_confirmations(setting, answer):
    with Gateway(setting.anvil.url, unresolvable(answer)) as gateway:
        client = ChainClient(ChainConfig(gateway.url, 31337))
        newest = client.block_number()
        found = final_block(client, Finality(tag="finalized", confirmations=1))
        assert (found.number, found.basis) == (newest, "confirmations")
        deep = final_block(client, Finality(tag="finalized", confirmations=newest + 5))
        assert deep.number == -1
        setting.log.grow(3)
        sender = setting.anchorer(client=client, finality=Finality(confirmations=2))
        sender.run_once()
        assert kinds(sender.run_once()) == ["mined"]
        setting.anvil.mine(1)
        assert sender.run_once().settled
        client.close()
