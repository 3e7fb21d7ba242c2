"""The development chain starts on a free port, keeps its state, and never outlives its owner."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from suyuan_ledger.anchor.anvil import Anvil, AnvilOptions, find_anvil
from suyuan_ledger.errors import ChainError

pytestmark = pytest.mark.anvil
NO_BODIES = False


def alive(pid: int) -> bool:
    """A zombie that nobody has reaped yet is not alive."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rsplit(")", 1)[1].split()[0] != "Z"


def wait_for_end(pid: int, seconds: float = 15.0) -> bool:
    deadline = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not alive(pid)


def test_two_chains_listen_on_two_free_ports_at_once(tmp_path):
    with Anvil(tmp_path / "a") as a, Anvil(tmp_path / "b", AnvilOptions(chain_id=7)) as b:
        assert a.port != b.port
        assert (int(a.rpc("eth_chainId"), 16), int(b.rpc("eth_chainId"), 16)) == (31337, 7)
        assert len(a.accounts) == 10


def test_state_blocks_and_hashes_survive_a_clean_end(tmp_path):
    with Anvil(tmp_path) as chain:
        chain.rpc("anvil_setBalance", "0x" + "11" * 20, "0x2a")
        chain.mine(3)
        block = chain.rpc("eth_getBlockByNumber", "0x2", NO_BODIES)
        head = chain.rpc("eth_blockNumber")
    with Anvil(tmp_path) as chain:
        assert chain.rpc("eth_getBalance", "0x" + "11" * 20, "latest") == "0x2a"
        assert chain.rpc("eth_getBlockByNumber", "0x2", NO_BODIES)["hash"] == block["hash"]
        assert chain.rpc("eth_blockNumber") == head
        # An account proof at an older block needs its historical state.
        assert chain.rpc("eth_getProof", "0x" + "11" * 20, [], "0x2")["balance"] == "0x2a"


def test_stopping_leaves_no_process_and_stopping_twice_is_harmless(tmp_path):
    chain = Anvil(tmp_path).start()
    pid = chain.pid
    chain.stop()
    chain.stop()
    assert not alive(pid)
    assert (chain.pid, chain.port) == (0, 0)


def test_sigkill_of_the_owner_ends_the_chain_and_its_state_is_written(tmp_path):
    script = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from suyuan_ledger.anchor.anvil import Anvil\n"
        "chain = Anvil(Path(sys.argv[1])).start()\n"
        "chain.mine(5)\n"
        "print(chain.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    pid = int(owner.stdout.readline())
    assert alive(pid)
    os.kill(owner.pid, signal.SIGKILL)
    owner.wait()
    owner.stdout.close()
    ended = wait_for_end(pid)
    if not ended:
        os.kill(pid, signal.SIGKILL)  # the test itself leaves no orphan either
    assert ended, "anvil outlived its killed owner"
    with Anvil(tmp_path) as chain:
        assert chain.rpc("eth_blockNumber") == "0x5"


def test_an_exception_in_the_owner_ends_the_chain(tmp_path):
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from suyuan_ledger.anchor.anvil import Anvil\n"
        "chain = Anvil(Path(sys.argv[1])).start()\n"
        "print(chain.pid, flush=True)\n"
        "raise SystemExit(3)\n"
    )
    owner = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert owner.returncode == 3
    assert wait_for_end(int(owner.stdout))


def test_a_second_chain_in_the_same_folder_is_refused_until_the_first_ends(tmp_path):
    with Anvil(tmp_path) as first:
        with pytest.raises(ChainError) as caught:
            Anvil(tmp_path).start()
        assert caught.value.code == "anvil.busy"
        assert first.rpc("eth_chainId") == "0x7a69"
        assert (tmp_path / "anvil.log").stat().st_size > 0, "the refused one emptied the log"
    Anvil(tmp_path).start().stop()


def test_four_hundred_transactions_do_not_block_on_output(tmp_path):
    """With an undrained pipe anvil stops answering after 64 KiB of log."""
    with Anvil(tmp_path, AnvilOptions(keep_state=False)) as chain:
        sender = chain.accounts[0].address
        for _ in range(400):
            chain.rpc("eth_sendTransaction", {"from": sender, "to": sender, "value": "0x1"})
        assert int(chain.rpc("eth_getTransactionCount", sender, "pending"), 16) == 400
        assert (tmp_path / "anvil.log").stat().st_size > 64 * 1024


def test_old_states_are_kept_below_its_own_folder(tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    with Anvil(tmp_path / "chain", AnvilOptions(keep_state=False)) as chain:
        chain.mine(700)  # fewer fit into memory
        assert list((tmp_path / "chain" / "cache").rglob("*.json"))
    assert not list(home.rglob("anvil-state-*"))


def test_a_binary_that_ends_at_once_is_reported_with_its_output(tmp_path):
    binary = tmp_path / "anvil"
    binary.write_text("#!/bin/sh\necho the disk is on fire\nexit 1\n", encoding="ascii")
    binary.chmod(0o755)
    with pytest.raises(ChainError) as caught:
        Anvil(tmp_path / "chain", binary=binary).start()
    assert caught.value.code == "anvil.start"
    assert "the disk is on fire" in caught.value.found


def test_a_silent_binary_is_given_up_and_ended(tmp_path, monkeypatch):
    monkeypatch.setattr("suyuan_ledger.anchor.anvil.START_TIMEOUT", 0.3)
    binary = tmp_path / "anvil"
    binary.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\nexec sleep 60\n", encoding="ascii")
    binary.chmod(0o755)
    with pytest.raises(ChainError) as caught:
        Anvil(tmp_path / "chain", binary=binary).start()
    assert (caught.value.code, caught.value.found) == ("anvil.start", "no output")
    assert wait_for_end(int((tmp_path / "pid").read_text(encoding="ascii")))


def test_a_state_file_cut_off_by_a_crash_is_an_error_not_an_empty_chain(tmp_path):
    with Anvil(tmp_path) as chain:
        chain.mine(3)
    state = tmp_path / "state.json"
    state.write_bytes(state.read_bytes()[:200])
    with pytest.raises(ChainError) as caught:
        Anvil(tmp_path).start()
    assert caught.value.code == "anvil.start"


def test_a_missing_binary_is_named(tmp_path):
    with pytest.raises(ChainError) as caught:
        find_anvil(tmp_path, {"SUYUAN_ANVIL": str(tmp_path / "nothing")})
    assert (caught.value.code, caught.value.pointer) == ("anvil.missing", "SUYUAN_ANVIL")


def test_an_interpreter_script_on_path_is_passed_over_for_the_native_binary(tmp_path):
    """Killing npm's shim would orphan the chain behind it."""
    shim = tmp_path / "anvil"
    shim.write_text("#!/usr/bin/env node\n", encoding="ascii")
    shim.chmod(0o755)
    assert find_anvil(environ={"PATH": str(tmp_path)}) != shim


def test_an_unknown_method_is_an_error_of_the_chain(tmp_path):
    with Anvil(tmp_path) as chain, pytest.raises(ChainError) as caught:
        chain.rpc("suyuan_nothing")
    assert (caught.value.code, caught.value.pointer) == ("anvil.rpc", "suyuan_nothing")
