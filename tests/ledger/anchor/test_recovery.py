"""A stolen or lost hot key stops neither the log nor its history."""

from __future__ import annotations

import pytest
from anchor_setting import AT_ONCE, dev_key, refused
from growing_log import leaf
from suyuan_ledger.anchor.contract import ZERO_ADDRESS, AnchorContract, encode_anchor
from suyuan_ledger.anchor.deploy import deploy
from suyuan_ledger.anchor.evidence import collect_evidence
from suyuan_ledger.anchor.log_view import StoredLog
from suyuan_ledger.anchor.recovery import last_good_entry, recover, retire, rotate_hot_key
from suyuan_ledger.anchor.register import active_contract, contracts
from suyuan_ledger.anchor.transactions import AdminOptions, send_and_wait
from suyuan_ledger.log.tree import Edge, prove_consistency
from suyuan_verifier.evm.anchor import check_anchor, parse_anchor

pytestmark = pytest.mark.anvil
QUICK = AdminOptions(finality=AT_ONCE, timeout=20)


class Tiles:
    """The tiles of a tree in memory."""

    def __init__(self, leaves):
        growth = Edge.empty().append(leaves)
        self.edge = growth.edge
        self.tiles = growth.tiles

    def tile(self, level, index, _width):
        """Return one tile."""
        return self.tiles[level, index]


def steal(setting):
    """The thief appends leaves of his own to the anchored tree: the contract cannot tell."""
    size = setting.log.size()
    forged = Tiles([leaf(n) for n in range(size)] + [leaf(n, "forged ") for n in range(2)])
    proof = prove_consistency(size, size + 2, forged)
    call = encode_anchor(size, size + 2, forged.edge.root(), proof)
    send_and_wait(setting.client, setting.hot, setting.contract.address, call, QUICK)


@pytest.fixture
def robbed(setting):
    setting.log.grow(3)
    setting.anchorer().run_until_final(timeout=10, poll=0.01)
    setting.log.grow(4)
    setting.anchorer().run_until_final(timeout=10, poll=0.01)
    steal(setting)
    return setting


def test_a_forged_anchor_is_noticed_and_nothing_more_is_sent(robbed):
    robbed.log.grow(6)
    nonce = robbed.nonce()
    with refused("chain.foreign") as caught:
        robbed.anchorer().run_once()
    assert caught.value.pointer == "anchor 2"
    assert robbed.nonce() == nonce
    assert [row.size for row in robbed.anchors()] == [3, 7]


def test_the_last_good_entry_is_found(robbed):
    assert last_good_entry(robbed.contract, StoredLog(robbed.log.store)).index == 1


def test_recovery_goes_on_from_the_last_good_anchor(robbed):
    robbed.log.grow(6)
    new_hot = dev_key(robbed.anvil, 3)
    row = recover(
        robbed.log.store,
        robbed.contract,
        robbed.owner,
        StoredLog(robbed.log.store),
        anchorer=new_hot.address,
        options=QUICK,
    )
    assert (row.predecessor, row.last_index) == (robbed.contract.address, 1)
    assert active_contract(robbed.log.store).address == row.address
    assert [(c.address, c.active) for c in contracts(robbed.log.store)] == [
        (robbed.contract.address, False),
        (row.address, True),
    ]

    # The thief is out, for ever.
    call = encode_anchor(9, 10, b"\x01" * 32, [])
    with refused("chain.not_anchorer"):
        send_and_wait(robbed.client, robbed.hot, robbed.contract.address, call, QUICK)

    done = robbed.anchorer(address=row.address, key=new_hot).run_until_final(timeout=10, poll=0.01)
    assert done.settled
    successor = AnchorContract(robbed.client, row.address)
    found = [(entry.size, entry.root) for entry in map(successor.entry, (0, 1))]
    assert found == robbed.roots(7, 13)
    assert set(robbed.outbox().values()) == {"covered"}

    # Good anchors of both contracts are provable; history is not lost.
    for contract, index in ((robbed.contract, 1), (successor, 1)):
        evidence = collect_evidence(contract, index, finality=AT_ONCE)
        check_anchor(parse_anchor(evidence.to_json([])))


def test_recovery_made_again_after_a_crash_goes_on(robbed):
    new_hot = dev_key(robbed.anvil, 3)
    # The crash came after retirement and before the successor was registered.
    made = deploy(
        robbed.client,
        robbed.owner,
        owner=robbed.owner.address,
        anchorer=new_hot.address,
        predecessor=robbed.contract.address,
        last_index=1,
        options=QUICK,
    )
    retire(robbed.contract, robbed.owner, made.address, 1, QUICK)
    assert active_contract(robbed.log.store).address == robbed.contract.address

    log = StoredLog(robbed.log.store)
    for _ in range(2):
        row = recover(
            robbed.log.store,
            robbed.contract,
            robbed.owner,
            log,
            anchorer=new_hot.address,
            options=QUICK,
        )
        assert (row.address, row.last_index) == (made.address, 1)
        assert active_contract(robbed.log.store).address == made.address


def test_only_the_cold_key_recovers_and_nothing_is_deployed_for_others(robbed):
    nonce = robbed.nonce()
    with refused("chain.not_owner"):
        recover(
            robbed.log.store,
            robbed.contract,
            robbed.hot,
            StoredLog(robbed.log.store),
            anchorer=robbed.hot.address,
            options=QUICK,
        )
    assert robbed.nonce() == nonce
    assert active_contract(robbed.log.store).address == robbed.contract.address


def test_without_a_good_anchor_recovery_says_so(setting):
    setting.log.grow(3)
    call = encode_anchor(0, 5, b"\x05" * 32, [])
    send_and_wait(setting.client, setting.hot, setting.contract.address, call, QUICK)
    with refused("chain.no_good_anchor"):
        recover(
            setting.log.store,
            setting.contract,
            setting.owner,
            StoredLog(setting.log.store),
            anchorer=setting.hot.address,
            options=QUICK,
        )


def test_a_lost_hot_key_is_replaced_on_the_same_contract(setting):
    setting.log.grow(3)
    setting.anchorer().run_until_final(timeout=10, poll=0.01)
    new_hot = dev_key(setting.anvil, 3)
    assert rotate_hot_key(setting.contract, setting.owner, new_hot.address, QUICK) is not None
    assert rotate_hot_key(setting.contract, setting.owner, new_hot.address, QUICK) is None
    setting.log.grow(4)
    with refused("chain.not_anchorer"):
        setting.anchorer().run_once()
    assert setting.anchorer(key=new_hot).run_until_final(timeout=10, poll=0.01).settled
    assert setting.entries() == setting.roots(3, 7)


def test_only_the_owner_rotates(setting):
    with refused("chain.not_owner") as caught:
        rotate_hot_key(setting.contract, setting.hot, setting.hot.address[:-1] + "0", QUICK)
    assert caught.value.found == setting.hot.address


def test_a_retired_contract_takes_no_new_hot_key(robbed):
    log = StoredLog(robbed.log.store)
    recover(
        robbed.log.store,
        robbed.contract,
        robbed.owner,
        log,
        anchorer=dev_key(robbed.anvil, 3).address,
        options=QUICK,
    )
    with refused("chain.retired"):
        rotate_hot_key(robbed.contract, robbed.owner, robbed.hot.address, QUICK)
    with refused("chain.not_anchorer"):
        robbed.log.grow(1)
        call = encode_anchor(9, 10, b"\x01" * 32, [])
        send_and_wait(robbed.client, robbed.hot, robbed.contract.address, call, QUICK)


def test_a_successor_made_from_another_anchor_is_refused(robbed):
    other = deploy(
        robbed.client,
        robbed.owner,
        owner=robbed.owner.address,
        anchorer=robbed.hot.address,
        predecessor=robbed.contract.address,
        last_index=0,
        options=QUICK,
    )
    with refused("chain.bad_successor"):
        retire(robbed.contract, robbed.owner, other.address, 1, QUICK)
    fresh = deploy(
        robbed.client,
        robbed.owner,
        owner=robbed.owner.address,
        anchorer=robbed.hot.address,
        options=QUICK,
    )
    with refused("chain.bad_successor"):
        retire(robbed.contract, robbed.owner, fresh.address, 1, QUICK)
    assert robbed.contract.address_of("successor") == ZERO_ADDRESS


def test_a_successor_that_is_no_anchor_contract_is_refused_before_retiring(robbed):
    with refused("chain.code"):
        retire(robbed.contract, robbed.owner, robbed.hot.address, 1, QUICK)


def test_a_predecessor_without_that_anchor_is_refused_at_deployment(setting):
    for predecessor in (setting.contract.address, setting.hot.address):
        with refused("chain.bad_predecessor"):
            deploy(
                setting.client,
                setting.owner,
                owner=setting.owner.address,
                anchorer=setting.hot.address,
                predecessor=predecessor,
                last_index=4,
                options=QUICK,
            )


def test_what_was_under_way_to_the_old_contract_is_given_up(setting):
    setting.log.grow(3)
    setting.anchorer().run_until_final(timeout=10, poll=0.01)
    setting.anvil.rpc("evm_setAutomine", *[False])
    setting.log.grow(4)
    setting.anchorer().run_once()
    (lost,) = [row for row in setting.journal() if row.size == 7]
    setting.anvil.rpc("anvil_dropTransaction", lost.tx_hash)
    setting.anvil.rpc("evm_setAutomine", *[True])
    row = recover(
        setting.log.store,
        setting.contract,
        setting.owner,
        StoredLog(setting.log.store),
        anchorer=setting.hot.address,
        options=QUICK,
    )
    assert {tx.size: tx.state for tx in setting.journal()} == {3: "final", 7: "dropped"}
    assert setting.anchorer(address=row.address).run_until_final(timeout=10, poll=0.01).settled
    successor = AnchorContract(setting.client, row.address)
    assert [successor.entry(n).size for n in (0, 1)] == [3, 7]
