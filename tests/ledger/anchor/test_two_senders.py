"""Two senders with one key: the contract takes each checkpoint once, and both end in agreement."""

from __future__ import annotations

import multiprocessing
import shutil
import time

import pytest
from anchor_setting import AT_ONCE, kinds
from growing_log import GrowingLog
from suyuan_ledger.anchor.client import ChainClient
from suyuan_ledger.anchor.contract import AnchorContract
from suyuan_ledger.anchor.fees import FeePolicy
from suyuan_ledger.anchor.log_view import StoredLog
from suyuan_ledger.anchor.sender import Anchorer, SenderOptions
from suyuan_ledger.store.tables import AnchorTx

pytestmark = pytest.mark.anvil
FORK = multiprocessing.get_context("fork")


def copy_of(log, path):
    log.close()
    shutil.copy(log.path, path)
    return GrowingLog(path)


@pytest.mark.parametrize(("price", "said"), [(3, "sent"), (4, "replaced"), (2, "underpriced")])
def test_two_journals_sign_one_nonce_and_one_transaction_is_mined(setting, tmp_path, price, said):
    """At the same price both sign the same bytes; at another, the pool keeps one of the two."""
    setting.anvil.rpc("evm_setAutomine", *[False])
    setting.log.grow(3)
    twin = copy_of(setting.log, tmp_path / "twin.sqlite")
    assert kinds(setting.anchorer(fees=FeePolicy(gas_price=3 * 10**9)).run_once()) == ["sent"]
    other = setting.anchorer(log=twin, fees=FeePolicy(gas_price=price * 10**9))
    assert kinds(other.run_once()) == ["underpriced" if said == "underpriced" else "sent"]
    ours, theirs = setting.journal()[0], twin.rows(AnchorTx)[0]
    assert ours.nonce == theirs.nonce
    assert (ours.raw == theirs.raw) == (said == "sent")
    setting.anvil.mine()
    assert setting.anchorer().run_once().settled
    assert setting.anchorer(log=twin).run_once().settled
    assert (setting.nonce(), setting.entries()) == (1, setting.roots(3))
    twin.close()


def test_a_checkpoint_that_the_other_anchored_first_is_given_up(setting, tmp_path):
    setting.log.grow(3)
    twin = copy_of(setting.log, tmp_path / "twin.sqlite")
    setting.anvil.rpc("evm_setAutomine", *[False])
    first = setting.anchorer()
    first.run_once()
    (row,) = setting.journal()
    setting.anvil.rpc("anvil_dropTransaction", row.tx_hash)
    setting.now += 1000  # the twin's transaction differs: it is signed at another price
    setting.anvil.rpc("anvil_setNextBlockBaseFeePerGas", hex(3 * 10**9))
    setting.anvil.mine()
    setting.anchorer(log=twin).run_once()
    setting.anvil.mine()
    assert kinds(setting.anchorer().run_once())[0] == "covered_elsewhere"
    assert setting.anchorer().run_once().settled
    assert (setting.nonce(), setting.entries()) == (1, setting.roots(3))
    twin.close()


def test_a_transaction_made_for_an_older_head_is_superseded(setting, tmp_path):
    setting.log.grow(3)
    twin = copy_of(setting.log, tmp_path / "twin.sqlite")
    setting.anvil.rpc("evm_setAutomine", *[False])
    setting.anchorer().run_once()
    (row,) = setting.journal()
    setting.anvil.rpc("anvil_dropTransaction", row.tx_hash)
    # The twin knows a newer checkpoint and anchors that one first, from the same empty head.
    twin.grow(2)
    setting.log.grow(2)
    setting.anvil.rpc("evm_setAutomine", *[True])
    setting.anchorer(log=twin).run_until_final(timeout=10, poll=0.01)
    done = setting.anchorer().run_once()
    assert kinds(done)[0] in {"nonce_taken", "superseded"}
    assert setting.anchorer().run_until_final(timeout=10, poll=0.01).settled
    assert (setting.nonce(), setting.entries()) == (1, setting.roots(5))
    twin.close()


def test_on_one_database_the_second_sender_finds_the_first_ones_transaction(setting):
    setting.anvil.rpc("evm_setAutomine", *[False])
    setting.log.grow(3)
    assert kinds(setting.anchorer().run_once()) == ["sent"]
    assert kinds(setting.anchorer().run_once()) == []
    assert len(setting.journal()) == 1


def test_on_one_database_a_sender_that_comes_second_to_the_journal_sends_nothing(setting):
    """Both read the empty journal before either wrote to it."""
    setting.anvil.rpc("evm_setAutomine", *[False])
    setting.log.grow(3)
    other = setting.anchorer()
    events = []

    def meanwhile(point):
        if point == "signed" and not events:
            events.extend(other.run_once().events)

    done = setting.anchorer(observe=meanwhile).run_once()
    assert [event.kind for event in events] == ["sent"]
    assert kinds(done) == ["other_sender"]
    assert len(setting.journal()) == 1
    setting.anvil.mine()
    assert setting.anchorer().run_once().settled
    assert (setting.nonce(), setting.entries()) == (1, setting.roots(3))


def race(path, config, address, key, grown):
    log = GrowingLog(path)
    contract = AnchorContract(ChainClient(config), address)
    sender = Anchorer(
        log.store,
        contract,
        key,
        StoredLog(log.store),
        lambda: int(time.time()),
        options=SenderOptions(finality=AT_ONCE),
    )
    last = False
    while not last:
        last = grown.is_set()
        sender.run_until_final(timeout=20, poll=0.001)


@pytest.mark.slow
@pytest.mark.parametrize("journals", ["one database", "two databases"])
def test_two_processes_at_once_never_double_an_anchor(setting, tmp_path, journals):
    twin = GrowingLog(tmp_path / "twin.sqlite") if journals == "two databases" else None
    logs = [setting.log] if twin is None else [setting.log, twin]
    for log in logs:
        log.grow(1)
        log.close()
    paths = [setting.log.path, twin.path if twin else setting.log.path]
    grown = FORK.Event()
    arguments = (setting.client.config, setting.contract.address, setting.hot, grown)
    processes = [FORK.Process(target=race, args=(path, *arguments)) for path in paths]
    for process in processes:
        process.start()
    for _ in range(40):
        for log in logs:
            log.grow(2)
        time.sleep(0.05)
    grown.set()
    for process in processes:
        process.join(30)
    assert [process.exitcode for process in processes] == [0, 0]
    sizes = [size for size, _ in setting.entries()]
    assert sizes == sorted(set(sizes))
    assert sizes[-1] == setting.log.size()
    assert setting.entries() == setting.roots(*sizes)
    for log in logs:
        assert setting.anchorer(log=log).run_until_final(timeout=10, poll=0.01).settled
    if twin:
        twin.close()
