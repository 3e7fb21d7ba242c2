"""The Solidity tests, the format and the gas snapshot, run by forge."""

from __future__ import annotations

import json
import re

import pytest
from gas import ANCHOR, Chain
from suyuan_ledger.anchor.anvil import Anvil, AnvilOptions

COLD, HOT = "0x" + "c0" * 20, "0x" + "40" * 20

pytestmark = [pytest.mark.forge, pytest.mark.node]


def storage(anvil, address, slot):
    return int(anvil.rpc("eth_getStorageAt", address, hex(slot), "latest"), 16)


def test_sources_are_formatted(forge):
    done = forge("fmt", "--check")
    assert done.returncode == 0, done.stdout


def test_solidity_tests_pass_without_warnings(forge):
    done = forge("test", "--json")
    suites = json.loads(done.stdout)
    failed = {
        f"{suite}:{name}": result["reason"]
        for suite, report in suites.items()
        for name, result in report["test_results"].items()
        if result["status"] != "Success"
    }
    assert not failed
    assert done.returncode == 0
    assert "warning" not in done.stderr.lower()
    assert {suite.split(":")[1] for suite in suites} == {
        "CheckpointAnchorInvariants",
        "CheckpointAnchorTest",
        "GasTest",
        "RFC9162Test",
        "SuccessionTest",
    }


def test_gas_is_what_the_snapshot_says(forge):
    done = forge("snapshot", "--check", "--match-contract", "GasTest")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def deploy(forge, anvil):
    """Run the deploy script as an operator would, with a key that anvil publishes."""

    def run(**environment):
        key = anvil.accounts[1].private_key
        done = forge(
            *("script", "contracts/Deploy.s.sol", "--broadcast"),
            *("--rpc-url", anvil.url, "--private-key", key),
            **environment,
        )
        address = re.search(r"contract CheckpointAnchor (0x[0-9a-fA-F]{40})", done.stdout)
        return done, address and address.group(1)

    return run


@pytest.mark.anvil
def test_deploy_script_deploys_a_log_and_its_successor(deploy, anvil, root):
    artifact = root / "ledger" / "suyuan_ledger" / "anchor" / "artifact.json"
    code = json.loads(artifact.read_text(encoding="utf-8"))["deployedBytecode"]
    keys = {"ANCHOR_OWNER": COLD, "ANCHOR_ANCHORER": HOT}
    done, first = deploy(**keys)
    assert done.returncode == 0, done.stdout + done.stderr
    assert anvil.rpc("eth_getCode", first, "latest") == code
    assert storage(anvil, first, 0) == int(COLD, 16)
    assert storage(anvil, first, 3) == int(HOT, 16)

    anvil.rpc("anvil_setBalance", HOT, hex(10**18))
    anvil.rpc("anvil_impersonateAccount", HOT)
    chain = Chain(anvil, HOT)
    chain.invoke(first, ANCHOR, 0, 7, b"\x07" * 32, [])
    done, second = deploy(**keys, ANCHOR_PREDECESSOR=first, ANCHOR_LAST_GOOD_INDEX="0")
    assert done.returncode == 0, done.stdout + done.stderr
    assert anvil.rpc("eth_getCode", second, "latest") == code
    assert storage(anvil, second, 2) == 1
    assert storage(anvil, second, 5) == int(first, 16)


@pytest.mark.anvil
def test_deploy_script_on_an_old_chain_without_fees(forge, tmp_path):
    """A consortium chain: london rules, legacy transactions, no gas price, a penniless sender."""
    options = AnvilOptions(keep_state=False, hardfork="london", zero_fee=True)
    with Anvil(tmp_path / "old", options) as anvil:
        done = forge(
            *("script", "contracts/Deploy.s.sol", "--broadcast", "--legacy"),
            *("--with-gas-price", "0", "--rpc-url", anvil.url, "--private-key", "0x" + "11" * 32),
            ANCHOR_OWNER=COLD,
            ANCHOR_ANCHORER=HOT,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        block = anvil.rpc("eth_getBlockByNumber", "latest", True)  # noqa: FBT003 (with its bodies)
        assert [tx["type"] for tx in block["transactions"]] == ["0x0"]
        assert block["transactions"][0]["gasPrice"] == "0x0"


@pytest.mark.anvil
@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"ANCHOR_OWNER": COLD, "ANCHOR_ANCHORER": COLD}, "SameKey"),
        ({"ANCHOR_OWNER": COLD}, "ANCHOR_ANCHORER"),
        (
            {
                "ANCHOR_OWNER": COLD,
                "ANCHOR_ANCHORER": HOT,
                "ANCHOR_LAST_GOOD_INDEX": str(1 << 64),
            },
            "IndexTooLarge",
        ),
        (
            {"ANCHOR_OWNER": COLD, "ANCHOR_ANCHORER": HOT, "ANCHOR_PREDECESSOR": HOT},
            "BadPredecessor",
        ),
    ],
)
def test_deploy_script_refuses(deploy, anvil, environment, message):
    done, _ = deploy(**environment)
    assert done.returncode != 0
    assert message in done.stdout + done.stderr
    assert int(anvil.rpc("eth_blockNumber"), 16) == 0
