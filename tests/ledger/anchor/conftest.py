"""A chain, a deployed contract, a log and its sender."""

from __future__ import annotations

import pytest
from anchor_setting import set_up
from suyuan_ledger.anchor.anvil import Anvil, AnvilOptions


@pytest.fixture(scope="session")
def shared_anvil(tmp_path_factory):
    """One chain for everything that neither stops it nor changes its rules."""
    with Anvil(tmp_path_factory.mktemp("anvil"), AnvilOptions(keep_state=False)) as anvil:
        yield anvil


@pytest.fixture
def setting(shared_anvil, tmp_path):
    """A new contract on the shared chain and an empty log."""
    shared_anvil.rpc("anvil_reset")
    found = set_up(shared_anvil, tmp_path)
    yield found
    shared_anvil.rpc("evm_setAutomine", True)  # noqa: FBT003 (JSON-RPC parameters have no names)
    found.client.close()
    found.log.close()


@pytest.fixture
def own_chain(tmp_path):
    """Make settings on chains of their own, with other rules or to be stopped."""
    made = []

    def make(options=None, fees=None):
        anvil = Anvil(tmp_path / f"chain{len(made)}", options).start()
        folder = tmp_path / f"log{len(made)}"
        folder.mkdir()
        made.append((anvil, None))
        found = set_up(anvil, folder, fees)
        made[-1] = (anvil, found)
        return found

    yield make
    for anvil, found in made:
        anvil.stop()
        if found is not None:
            found.client.close()
            found.log.close()
