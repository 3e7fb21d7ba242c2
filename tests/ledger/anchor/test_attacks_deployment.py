"""What the code hash cannot say: what the deployment wrote into the contract's storage.

A constructor may be anything, and still leave the very code behind that verifiers pin. This is why
docs/spec/anchor.md sends whoever pins an address to its creation transaction.
"""

from __future__ import annotations

import json

import pytest
from anchor_setting import AT_ONCE
from suyuan_ledger.anchor.artifact import load_artifact
from suyuan_ledger.anchor.contract import AnchorContract
from suyuan_ledger.anchor.evidence import collect_evidence, entry_slot
from suyuan_ledger.anchor.transactions import AdminOptions, send_and_wait
from suyuan_verifier.evm.anchor import check_anchor, parse_anchor

pytestmark = pytest.mark.anvil

LONG_AGO, ROOT, SIZE = 1_500_000_000, 0xAB << 248, 7


def _push(value):
    return b"\x7f" + value.to_bytes(32, "big")


def forged_creation(runtime: bytes, slots: dict[int, int]) -> bytes:
    """Creation code that writes these slots, then leaves `runtime` behind."""
    stores = b"".join(_push(value) + _push(slot) + b"\x55" for slot, value in slots.items())
    start = len(stores) + 3 * 33 + 1 + 2 * 33 + 1
    copy = _push(len(runtime)) + _push(start) + _push(0) + b"\x39"  # CODECOPY
    leave = _push(len(runtime)) + _push(0) + b"\xf3"  # RETURN
    return stores + copy + leave + runtime


def test_a_deployment_can_write_anchors_that_never_happened(setting):
    """Same code, so the same code hash; the entry claims a block and a time long before."""
    client = setting.client
    runtime = bytes.fromhex(
        client.request("eth_getCode", setting.contract.address, "latest").removeprefix("0x")
    )
    slot = entry_slot(0)
    slots = {2: 1, slot: ROOT, slot + 1: SIZE | LONG_AGO << 64 | 1 << 128}
    code = forged_creation(runtime, slots)
    created = send_and_wait(client, setting.owner, None, code, AdminOptions(finality=AT_ONCE))
    contract = AnchorContract(client, created.created)
    contract.check()
    found = collect_evidence(contract, 0, finality=AT_ONCE)
    proven = check_anchor(parse_anchor(json.loads(json.dumps(found.to_json([])))))
    assert "0x" + proven.code_hash.hex() == load_artifact().code_hash
    assert (proven.size, proven.time, proven.block_number) == (SIZE, LONG_AGO, 1)


def test_the_creation_transaction_tells_the_two_apart(setting):
    """The way that docs/spec/anchor.md names: its input starts with the shipped creation code."""
    block = setting.client.request("eth_getBlockByNumber", "0x1", True)  # noqa: FBT003
    inputs = [bytes.fromhex(row["input"].removeprefix("0x")) for row in block["transactions"]]
    shipped = load_artifact().bytecode
    assert [data[: len(shipped)] == shipped for data in inputs] == [True]
    assert len(inputs[0]) == len(shipped) + 4 * 32
