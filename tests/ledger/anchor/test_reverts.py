"""Every refusal of the contract arrives as one code, wherever the node hides it."""

from __future__ import annotations

import pytest
from anchor_setting import dev_key, refused
from suyuan_ledger.anchor.artifact import load_artifact
from suyuan_ledger.anchor.broadcast import estimate_gas
from suyuan_ledger.anchor.contract import encode_anchor, encode_call
from suyuan_ledger.anchor.reverts import CODES, carried_hash, explain_revert, revert_data
from suyuan_ledger.errors import ledger_codes

NOT_GROWING = encode_call("anchorAt", 7)  # any call's bytes will do as data


@pytest.fixture
def anchored(setting):
    setting.log.grow(3)
    setting.anchorer().run_until_final(timeout=10, poll=0.01)
    setting.log.grow(4)
    return setting


def estimate(setting, key, call):
    return estimate_gas(setting.client, key.address, setting.contract.address, call)


@pytest.mark.anvil
def test_each_refusal_of_an_anchor(anchored):
    hot, stranger = anchored.hot, dev_key(anchored.anvil, 2)
    root = anchored.roots(7)[0][1]
    with refused("chain.not_anchorer") as caught:
        estimate(anchored, stranger, encode_anchor(3, 7, root, []))
    assert caught.value.found == stranger.address
    with refused("chain.stale_head") as caught:
        estimate(anchored, hot, encode_anchor(2, 7, root, []))
    assert (caught.value.expected, caught.value.found) == ("3", "2")
    with refused("chain.not_growing") as caught:
        estimate(anchored, hot, encode_anchor(3, 3, root, []))
    assert (caught.value.expected, caught.value.found) == ("more than 3", "3")
    with refused("chain.inconsistent"):
        estimate(anchored, hot, encode_anchor(3, 7, b"\x01" * 32, [b"\x02" * 32] * 3))
    with refused("chain.not_owner"):
        estimate(anchored, hot, encode_call("setAnchorer", hot.address))
    with refused("chain.reverted") as caught:
        estimate(anchored, anchored.owner, encode_call("renounceOwnership"))
    assert caught.value.found == "RenounceDisabled"


def test_every_error_that_stops_an_anchor_or_a_recovery_has_a_code():
    """The rest of the ABI's errors are OpenZeppelin's and cannot be met through this package."""
    named = {entry["name"] for entry in load_artifact().abi if entry["type"] == "error"}
    assert set(CODES) <= named
    assert named - set(CODES) == {"OwnableInvalidOwner", "RenounceDisabled"}
    assert all(code in ledger_codes() for code, _, _ in CODES.values())


DATA = "0x2a0ecf5d" + "00" * 31 + "07"


@pytest.mark.parametrize(
    ("message", "data"),
    [
        ("execution reverted", DATA),
        ("Execution reverted", DATA),
        ("VM execution error.", f"Reverted {DATA}"),
        ("reverted", {"data": DATA, "txHash": "0x" + "ab" * 32}),
        ("revert", {"result": DATA}),
    ],
)
def test_revert_data_is_found_where_nodes_put_it(message, data):
    assert revert_data(message, data).hex() == DATA[2:]


@pytest.mark.parametrize("data", [None, "0x", "", {}, {"txHash": "0x" + "ab" * 32}, 7, ["0x11"]])
def test_a_revert_without_data_is_still_a_revert(data):
    assert revert_data("execution reverted", data) == b""
    assert revert_data("header not found", data) is None


@pytest.mark.parametrize("data", [b"", b"\x01", b"\x01\x02\x03\x04", b"\xff" * 40])
def test_unknown_revert_data_is_shown_as_it_is(data):
    found = explain_revert(data)
    assert (found.code, found.found) == ("chain.reverted", "0x" + data.hex())


def test_a_hash_inside_an_error_is_read_and_nothing_else_is():
    assert carried_hash({"txHash": "0x" + "AB" * 32}) == "0x" + "ab" * 32
    for data in (None, "0x" + "ab" * 32, {"txHash": "0xab"}, {"txHash": 5}, []):
        assert carried_hash(data) is None
