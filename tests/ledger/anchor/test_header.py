"""A header is rebuilt exactly, or not at all."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from anchor_setting import refused
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st
from suyuan_ledger.anchor.header import decode_rlp, encode_rlp, header_rlp

EMPTY_TRIE = "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
NO_UNCLES = "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347"
# Ethereum mainnet, block 0: a public constant of every client.
MAINNET_GENESIS = {
    "parentHash": "0x" + "00" * 32,
    "sha3Uncles": NO_UNCLES,
    "miner": "0x" + "00" * 20,
    "stateRoot": "0xd7f8974fb5ac78d9ac099b9ad5018bedc2ce0a72dad1827a1709da30580f0544",
    "transactionsRoot": EMPTY_TRIE,
    "receiptsRoot": EMPTY_TRIE,
    "logsBloom": "0x" + "00" * 256,
    "difficulty": "0x400000000",
    "number": "0x0",
    "gasLimit": "0x1388",
    "gasUsed": "0x0",
    "timestamp": "0x0",
    "extraData": "0x11bbe8db4e347b4e8c937c1c8370e4b5ed33adb3db69cbdb7a38e1e50b1b82fa",
    "mixHash": "0x" + "00" * 32,
    "nonce": "0x0000000000000042",
    "hash": "0xd4e56740f876aef8c010b86a40d5f56745a118d0906a34e69aec8c0db1cb8fa3",
}
VANITY = bytes(32)
VALIDATORS = [bytes([n]) * 20 for n in range(1, 5)]
SEALS = [bytes([n]) * 65 for n in range(1, 4)]


def sealed(extra, hashed_extra):
    """A block whose hash leaves a part of its extra data out, as the protocol says."""
    block = {**MAINNET_GENESIS, "extraData": "0x" + hashed_extra.hex()}
    names = [name for name in block if name != "hash"]
    fields = []
    for name in names:
        text = block[name][2:]
        if name in {"difficulty", "number", "gasLimit", "gasUsed", "timestamp"}:
            number = int(text, 16)
            fields.append(number.to_bytes((number.bit_length() + 7) // 8, "big"))
        else:
            fields.append(bytes.fromhex(text))
    preimage = encode_rlp(fields)
    return {
        **block,
        "extraData": "0x" + extra.hex(),
        "hash": "0x" + keccak(preimage).hex(),
    }, preimage


def test_the_genesis_of_mainnet_hashes_to_its_published_hash():
    encoded = header_rlp(MAINNET_GENESIS)
    assert "0x" + keccak(encoded).hex() == MAINNET_GENESIS["hash"]


def test_qbft_hashes_without_round_and_seals():
    extra = encode_rlp([VANITY, VALIDATORS, [], b"\x02", SEALS])
    block, preimage = sealed(extra, encode_rlp([VANITY, VALIDATORS, [], b"", []]))
    assert header_rlp(block) == preimage


def test_ibft2_hashes_a_list_of_three():
    extra = encode_rlp([VANITY, VALIDATORS, b"", b"\x00\x00\x00\x02", SEALS])
    block, preimage = sealed(extra, encode_rlp([VANITY, VALIDATORS, b""]))
    assert header_rlp(block) == preimage


def test_ibft1_hashes_without_the_committed_seals():
    proposer = bytes([9]) * 65
    extra = VANITY + encode_rlp([VALIDATORS, proposer, SEALS])
    block, preimage = sealed(extra, VANITY + encode_rlp([VALIDATORS, proposer, []]))
    assert header_rlp(block) == preimage


@pytest.mark.parametrize("name", sorted(set(MAINNET_GENESIS) - {"hash"}))
def test_any_changed_field_is_noticed(name):
    text = MAINNET_GENESIS[name]
    changed = text[:-1] + ("0" if text[-1] != "0" else "1")
    with refused("chain.header"):
        header_rlp({**MAINNET_GENESIS, name: changed})


@pytest.mark.parametrize("name", sorted(MAINNET_GENESIS))
def test_a_missing_field_is_named(name):
    with refused("chain.answer"):
        header_rlp({key: value for key, value in MAINNET_GENESIS.items() if key != name})


def test_the_fields_of_later_forks_come_without_gaps():
    with refused("chain.answer") as caught:
        header_rlp({**MAINNET_GENESIS, "withdrawalsRoot": EMPTY_TRIE})
    assert caught.value.pointer == "withdrawalsRoot"


def test_public_rlp_vectors(vectors_dir):
    """ethereum/tests RLPTests/rlptest.json, every case; numbers are written as bytes first."""

    def item(value):
        if isinstance(value, list):
            return [item(member) for member in value]
        if isinstance(value, str) and not value.startswith("#"):
            return value.encode()
        number = int(value[1:]) if isinstance(value, str) else value
        return number.to_bytes((number.bit_length() + 7) // 8, "big")

    cases = json.loads((vectors_dir / "evm" / "RLPTests-rlptest.json").read_text())
    for name, case in cases.items():
        encoded = bytes.fromhex(case["out"].removeprefix("0x"))
        assert encode_rlp(item(case["in"])) == encoded, name
        assert encode_rlp(decode_rlp(encoded)) == encoded, name
    assert len(cases) >= 20


ITEMS = st.recursive(
    st.binary(max_size=70), lambda inner: st.lists(inner, max_size=4), max_leaves=12
)


@given(ITEMS)
def test_rlp_round_trips(item):
    try:
        decoded = decode_rlp(encode_rlp(item))
    except ValueError:
        # Deeper than any extra data.
        return
    assert decoded == item


@given(st.binary(max_size=120))
def test_only_value_error_leaves_the_rlp_of_extra_data(data):
    with suppress(ValueError):
        decode_rlp(data)


@given(extra=st.binary(max_size=200))
def test_any_extra_data_is_tried_and_refused_as_ours(extra):
    with refused("chain.header"):
        header_rlp({**MAINNET_GENESIS, "extraData": "0x" + extra.hex(), "hash": "0x" + "11" * 32})
