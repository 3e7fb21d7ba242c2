"""SIGKILL of the sender, at every point, neither loses nor doubles an anchor."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time

import pytest
from anchor_setting import AT_ONCE, kinds
from growing_log import GrowingLog
from suyuan_ledger.anchor.client import ChainClient
from suyuan_ledger.anchor.contract import AnchorContract
from suyuan_ledger.anchor.log_view import StoredLog
from suyuan_ledger.anchor.sender import Anchorer, SenderOptions

pytestmark = pytest.mark.anvil

# A forked process starts at once, with the chain libraries loaded; it opens its own database and
# its own connection, as a restarted sender does.
FORK = multiprocessing.get_context("fork")


def run_sender(path, config, address, key, kill_at):
    """Anchor until nothing is left; end by SIGKILL at the named point."""

    def observe(point):
        if point == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    log = GrowingLog(path)
    contract = AnchorContract(ChainClient(config), address)
    sender = Anchorer(
        log.store,
        contract,
        key,
        StoredLog(log.store),
        lambda: int(time.time()),
        options=SenderOptions(finality=AT_ONCE),
        observe=observe,
    )
    while True:
        sender.run_until_final(timeout=60, poll=0.005)
        if kill_at is not None:
            return
        time.sleep(0.005)


def start(setting, kill_at):
    setting.log.close()  # a connection must not cross a fork
    arguments = (
        setting.log.path,
        setting.client.config,
        setting.contract.address,
        setting.hot,
        kill_at,
    )
    process = FORK.Process(target=run_sender, args=arguments)
    process.start()
    return process


@pytest.mark.parametrize("point", ["signed", "journalled", "broadcast", "mined", "final"])
def test_killed_at(setting, point):
    setting.log.grow(3)
    setting.anchorer().run_until_final(timeout=10, poll=0.01)
    setting.log.grow(4)
    process = start(setting, point)
    process.join(30)
    assert process.exitcode == -signal.SIGKILL, "the point was never reached"

    left = {row.state for row in setting.journal() if row.size == 7}
    assert (
        left
        == {
            "signed": set(),
            "journalled": {"signed"},
            "broadcast": {"signed"},
            "mined": {"mined"},
            "final": {"final"},
        }[point]
    )

    done = setting.anchorer().run_until_final(timeout=10, poll=0.01)
    assert done.settled
    assert setting.entries() == setting.roots(3, 7)
    assert setting.nonce() == 2
    assert setting.outbox() == {3: "covered", 7: "covered"}
    assert kinds(setting.anchorer().run_once()) == []


def test_killed_after_signing_while_the_chain_is_stuck_and_then_again(setting):
    """Each restart signs nothing new for a transaction that is in the journal."""
    setting.anvil.rpc("evm_setAutomine", *[False])
    setting.log.grow(3)
    for point in ("journalled", "broadcast"):
        process = start(setting, point)
        process.join(2)
        process.kill()
        process.join()
    assert len(setting.journal()) == 1
    setting.anvil.mine()
    assert setting.anchorer().run_until_final(timeout=10, poll=0.01).settled
    assert (setting.nonce(), setting.entries()) == (1, setting.roots(3))


@pytest.mark.slow
def test_killed_at_random_moments_while_the_log_grows(setting):
    chance = random.Random(20261122)  # noqa: S311 (moments, not secrets)
    sizes = []
    for _ in range(15):
        sizes.append(setting.log.grow(chance.randint(1, 9)))
        process = start(setting, None)
        time.sleep(chance.uniform(0.0, 0.12))
        os.kill(process.pid, signal.SIGKILL)
        process.join()
    assert setting.anchorer().run_until_final(timeout=20, poll=0.01).settled
    entries = setting.entries()
    found = [size for size, _ in entries]
    assert found == sorted(set(found)), "an anchor was doubled"
    assert set(found) <= set(sizes)
    assert found[-1] == sizes[-1]
    assert entries == setting.roots(*found)
    assert setting.nonce() == len(entries), "a transaction was wasted"
    assert {row.state for row in setting.journal()} == {"final"}
