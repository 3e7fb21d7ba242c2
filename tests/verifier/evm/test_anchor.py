"""Anchor evidence: from real chains, from made-up states, and every way to bend it."""

from __future__ import annotations

import base64
import copy
import json
from pathlib import Path

import pytest
import reference_tree as reference
from eth_abi import encode as abi_encode
from eth_utils import keccak
from hypothesis import given, settings
from hypothesis import strategies as st
from local_chain import ROOT as PROJECT
from local_chain import local_chain
from suyuan_verifier.errors import ProofError, VerifierError
from suyuan_verifier.evm import keccak as keccak_module
from suyuan_verifier.evm.anchor import anchor_slot, check_anchor, parse_anchor
from synthetic_evidence import (
    CODE_HASH,
    FIRST,
    NUMBER,
    OTHER,
    ROOT,
    TIME,
    changed,
    evidence,
    meta,
    word,
)

ARTIFACT = PROJECT / "ledger/suyuan_ledger/anchor/artifact.json"
ENTRIES = [f"entry {number}".encode() for number in range(12)]
GOOD = evidence()


def check(anchor: dict):
    return check_anchor(parse_anchor(anchor))


def code_of(anchor: object) -> str:
    with pytest.raises(VerifierError) as caught:
        check(anchor)
    return caught.value.code


# --- real chains ----------------------------------------------------------------------------------


@pytest.mark.anvil
@pytest.mark.parametrize("fork", ["berlin", "london", "shanghai", "cancun", "prague", "osaka"])
def test_evidence_of_every_fork(tmp_path, fork):
    contract, index = "0x" + "5e" * 20, 7
    slot = anchor_slot(index)
    with local_chain(tmp_path, "--hardfork", fork) as chain:
        chain.mine(4)
        chain.call("anvil_setCode", contract, "0x6001")
        values = {2: index + 1, slot: int.from_bytes(ROOT, "big"), slot + 1: meta(51, 9, 3, index)}
        for place, value in values.items():
            chain.call("anvil_setStorageAt", contract, f"0x{place:064x}", f"0x{value:064x}")
        chain.mine(2)
        claim = {
            "index": index,
            "size": 51,
            "root": base64.b64encode(ROOT).decode(),
            "consistency": [],
        }
        anchor = chain.anchor(contract, slot, claim)
        anchored = check(anchor)
        _, named, number = chain.header()
        assert ("0x" + anchored.header.hash.hex(), anchored.header.number) == (named, number)
        assert (anchored.size, anchored.root, anchored.index) == (51, ROOT, index)
        assert (anchored.time, anchored.block_number) == (9, 3)
        assert anchored.code_hash == keccak(b"\x60\x01")
        absent = chain.anchor(contract, slot + 2, claim | {"index": index + 1})
        assert code_of(absent) == "anchor.no_entry"
        nobody = chain.anchor("0x" + "77" * 20, slot, claim)
        assert code_of(nobody) == "anchor.no_account"
        early = chain.anchor(contract, slot, claim, block="0x1")
        assert code_of(early) == "anchor.no_account"


@pytest.mark.anvil
def test_evidence_of_the_contract_that_is_shipped(tmp_path):
    artifact = json.loads(ARTIFACT.read_text(encoding="utf-8"))
    sizes = [1, 5, 12]
    with local_chain(tmp_path, "--hardfork", "london") as chain:
        sender = chain.call("eth_accounts")[0]
        arguments = abi_encode(
            ["address", "address", "address", "uint64"], [sender, sender, "0x" + "00" * 20, 0]
        )
        created = chain.send(data=artifact["bytecode"] + arguments.hex())
        contract = created["contractAddress"].lower()
        receipts, old = [], 0
        for size in sizes:
            proof = reference.proof(old, ENTRIES[:size]) if old else []
            call = keccak(b"anchor(uint64,uint64,bytes32,bytes32[])")[:4] + abi_encode(
                ["uint64", "uint64", "bytes32", "bytes32[]"],
                [old, size, reference.mth(ENTRIES[:size]), proof],
            )
            receipts.append(chain.send(to=contract, data="0x" + call.hex()))
            old = size
        chain.mine(3)
        for index, (size, receipt) in enumerate(zip(sizes, receipts, strict=True)):
            root = reference.mth(ENTRIES[:size])
            claim = {
                "index": index,
                "size": size,
                "root": base64.b64encode(root).decode(),
                "consistency": [],
            }
            anchored = check(chain.anchor(contract, anchor_slot(index), claim))
            assert (anchored.size, anchored.root, anchored.index) == (size, root, index)
            assert "0x" + anchored.code_hash.hex() == artifact["codeHash"]
            block = chain.call("eth_getBlockByNumber", receipt["blockNumber"], False)  # noqa: FBT003 - JSON-RPC
            assert anchored.block_number == int(block["number"], 16)
            assert anchored.time == int(block["timestamp"], 16)
            assert anchored.header.number > anchored.block_number
        anchor = chain.anchor(contract, anchor_slot(1), claim | {"index": 1})
        assert code_of(anchor) == "anchor.claim"


def test_the_storage_layout_is_the_shipped_contracts():
    layout = json.loads(ARTIFACT.read_text(encoding="utf-8"))["storageLayout"]
    (entries,) = [item for item in layout if item["type"].endswith("[]")]
    assert (entries["slot"], entries["offset"]) == (2, 0)
    members = [(item["label"], item["slot"], item["offset"]) for item in entries["members"]]
    assert members == [
        ("root", 0, 0),
        ("size", 1, 0),
        ("time", 1, 8),
        ("blockNumber", 1, 16),
        ("index", 1, 24),
    ]


# --- made-up states -------------------------------------------------------------------------------


def test_what_an_anchor_says():
    anchored = check(GOOD)
    assert (anchored.size, anchored.root, anchored.index) == (51, ROOT, 3)
    assert (anchored.time, anchored.block_number) == (TIME, NUMBER - 10)
    assert (anchored.header.number, anchored.header.timestamp) == (NUMBER, TIME + 60)
    assert anchored.code_hash == CODE_HASH


def test_the_same_with_the_pure_keccak(monkeypatch):
    before = check(GOOD)
    monkeypatch.setattr(keccak_module, "_backend", lambda: keccak_module.keccak256_pure)
    assert check(GOOD) == before


def test_slots_of_the_array():
    assert anchor_slot(0) == FIRST
    assert f"{FIRST:x}" == "405787fa12a823e0f2b7631cc41b3ba8828b3321ca811111fa75cd3aa3bb5ace"
    assert anchor_slot(5) == FIRST + 10
    assert anchor_slot(2**53 - 1) == (FIRST + 2**54 - 2) % 2**256


def test_no_changed_byte_goes_unnoticed():
    """Every byte of the proof: refused; of the header alone: another block hash, or refused."""
    honest = check(GOOD)
    for path in (
        ("header",),
        *(("accountProof", place) for place in range(len(GOOD["accountProof"]))),
        *(("storageProof", "root", place) for place in range(len(GOOD["storageProof"]["root"]))),
        *(("storageProof", "meta", place) for place in range(len(GOOD["storageProof"]["meta"]))),
    ):
        raw = bytes.fromhex(dig(GOOD, path)[2:])
        for byte in range(len(raw)):
            bent = raw[:byte] + bytes([raw[byte] ^ (1 + byte % 255)]) + raw[byte + 1 :]
            anchor = replace(GOOD, path, "0x" + bent.hex())
            if path == ("header",):
                try:
                    assert check(anchor).header.hash != honest.header.hash
                except VerifierError:
                    continue
            else:
                with pytest.raises(VerifierError):
                    check(anchor)


def dig(value, path):
    for step in path:
        value = value[step]
    return value


def replace(anchor, path, value):
    result = copy.deepcopy(anchor)
    dig(result, path[:-1])[path[-1]] = value
    return result


def test_proofs_do_not_change_places():
    storage = GOOD["storageProof"]
    swapped = {"root": storage["meta"], "meta": storage["root"]}
    assert code_of(changed(GOOD, storageProof=swapped)) == "evm.trie_hash"
    assert code_of(changed(GOOD, accountProof=storage["root"])) == "evm.trie_hash"
    other = evidence(index=4)
    assert code_of(changed(GOOD, storageProof=other["storageProof"])).startswith("evm.trie")
    assert code_of(changed(GOOD, header=other["header"])) == "evm.trie_hash"


# --- refusals, one for each code ------------------------------------------------------------------


def test_a_claim_must_be_what_the_storage_says():
    assert code_of(changed(GOOD, size=52)) == "anchor.claim"
    assert code_of(changed(GOOD, root=base64.b64encode(bytes(32)).decode())) == "anchor.claim"
    first = FIRST + 6
    misplaced = {first: word(int.from_bytes(ROOT, "big")), first + 1: word(meta(51, 1, 1, 2))}
    assert code_of(evidence(slots=misplaced)) == "anchor.claim"
    with pytest.raises(ProofError) as caught:
        check(changed(GOOD, size=52))
    assert (caught.value.pointer, caught.value.expected, caught.value.found) == (
        "/size",
        "51",
        "52",
    )


def test_an_entry_that_is_not_there_is_refused():
    assert code_of(evidence(slots={2: word(1)})) == "anchor.no_entry"
    # A root without its metadata is an entry of size 0: the array is shorter than claimed.
    assert code_of(evidence(slots={FIRST + 6: word(5)})) == "anchor.no_entry"


def test_a_contract_that_is_not_there_is_refused():
    assert code_of(evidence(accounts={OTHER: b"x" * 40})) == "anchor.no_account"
    moved = changed(GOOD, contract="0x" + "ff" * 20)
    assert code_of(moved).startswith(("anchor.no_account", "evm.trie"))


@pytest.mark.parametrize(
    ("time", "block"), [(TIME + 61, NUMBER), (TIME, NUMBER + 1), (2**64 - 1, 2**64 - 1)]
)
def test_an_entry_from_after_the_block_is_refused(time, block):
    first = FIRST + 6
    slots = {
        first: word(int.from_bytes(ROOT, "big")),
        first + 1: word(meta(51, time, block, 3)),
    }
    assert code_of(evidence(slots=slots)) == "anchor.later"


@pytest.mark.parametrize(
    "account",
    [
        [],
        [1, 0, bytes(32)],
        [1, 0, bytes(32), CODE_HASH, b""],
        [1, 0, bytes(31), CODE_HASH],
        [1, 0, bytes(32), CODE_HASH[:31]],
        b"an account is a list of four byte strings",
    ],
)
def test_a_malformed_account_is_refused(account):
    assert code_of(evidence(account=account)) == "evm.account"


@pytest.mark.parametrize(
    "account", [[b"\x00", 0, bytes(32), CODE_HASH], [1, 0, bytes(32), [b"x" * 40]]]
)
def test_an_account_that_is_not_canonical_is_refused(account):
    assert code_of(evidence(account=account)) == "evm.rlp"


def test_a_malformed_storage_value_is_refused():
    for value, code in (
        (b"\x80", "evm.storage"),
        (b"\xa1" + b"\x01" * 33, "evm.storage"),
        (b"\x82\x00\x01", "evm.rlp"),
        (b"\x81\x01", "evm.rlp"),
        (b"\xc1\x01", "evm.rlp"),
        (b"\x01\x01", "evm.rlp"),
    ):
        slots = {FIRST + 6: value, FIRST + 7: word(meta(51, 1, 1, 3))}
        assert code_of(evidence(slots=slots)) == code


def test_a_malformed_header_is_refused():
    assert code_of(evidence(fields={"field0": b""})) == "evm.header"


def test_without_a_state_proof_nothing_is_proven():
    bare = changed(GOOD, header=None, accountProof=None, storageProof=None)
    parsed = parse_anchor(bare)
    assert parsed.state is None
    assert not parsed.has_proof
    assert code_of(bare) == "anchor.no_proof"


@pytest.mark.parametrize("name", sorted(GOOD))
def test_every_member_is_required(name):
    assert code_of(changed(GOOD, **{name: None})) == "anchor.members"


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        "anchor",
        GOOD | {"extra": 1},
        GOOD | {"accountProof": {}},
        GOOD | {"storageProof": []},
        GOOD | {"storageProof": {"root": []}},
        GOOD | {"storageProof": GOOD["storageProof"] | {"more": []}},
        GOOD | {"consistency": "x"},
    ],
)
def test_another_shape_is_refused(value):
    assert code_of(value) == "anchor.members"


@pytest.mark.parametrize("name", ["chainId", "index", "size"])
@pytest.mark.parametrize("value", [-1, 2**53, True, 1.0, "3", None, []])
def test_a_number_out_of_range_is_refused(name, value):
    assert code_of(GOOD | {name: value}) == "anchor.number"


def test_nothing_is_anchored_at_size_0_or_on_chain_0():
    assert code_of(GOOD | {"size": 0}) == "anchor.number"
    assert code_of(GOOD | {"chainId": 0}) == "anchor.number"
    # Longer than Python is willing to print as a decimal.
    assert code_of(GOOD | {"size": 10**5_000}) == "anchor.number"


@pytest.mark.parametrize(
    "value", ["", "0x1", "0xAB", "0Xab", "ab", "0x" + "00" * 19, "0x" + "00" * 21, 7, "0xé0"]
)
def test_evm_bytes_have_one_spelling(value):
    assert code_of(GOOD | {"contract": value}) == "anchor.hex"


def test_evm_bytes_are_bounded():
    assert code_of(GOOD | {"header": "0x" + "00" * 70_000}) == "anchor.hex"
    assert code_of(GOOD | {"accountProof": ["0x" + "00" * 5_000]}) == "anchor.hex"
    assert code_of(GOOD | {"accountProof": ["0x"] * 66}) == "anchor.too_many"
    assert code_of(GOOD | {"consistency": [GOOD["root"]] * 65}) == "anchor.too_many"


@pytest.mark.parametrize("value", ["", "AAA", base64.b64encode(bytes(31)).decode(), 5])
def test_hashes_of_the_log_are_32_bytes_of_base64(value):
    assert code_of(GOOD | {"root": value}) == "anchor.hash"
    assert code_of(GOOD | {"consistency": [value]}) == "anchor.hash"


JSON = st.recursive(
    st.one_of(st.integers(), st.text(max_size=8), st.booleans(), st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
HEX = st.binary(max_size=600).map(lambda data: "0x" + data.hex())


@given(st.sampled_from(sorted(GOOD)), st.one_of(JSON, HEX, st.lists(HEX, max_size=3)))
@settings(max_examples=400, deadline=None)
def test_only_our_own_errors_leave(name, value):
    try:
        anchored = check(GOOD | {name: value})
    except VerifierError:
        return
    # Only members that the state does not bind may vary freely, and only in their own form.
    assert name in {"chainId", "consistency"} or anchored == check(GOOD)


def test_the_module_needs_no_evm_package():
    source = Path(keccak_module.__file__).parent
    for path in source.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not any(f"import {name}" in text for name in ("web3", "rlp\n", "eth_", "trie\n"))
