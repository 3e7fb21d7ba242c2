"""Anchor evidence over a state that a test makes up, down to single fields and slots."""

from __future__ import annotations

import base64
import copy

import rlp
from eth_utils import keccak
from reference_trie import Trie

CONTRACT = bytes(range(20))
OTHER = bytes(20)
CODE_HASH = keccak(b"runtime code")
ROOT = keccak(b"a log's root; any 32 bytes")
FIRST = int.from_bytes(keccak((2).to_bytes(32, "big")), "big")
NUMBER, TIME = 1_000, 1_790_000_000


def meta(size: int, time: int, block: int, index: int) -> int:
    return size | time << 64 | block << 128 | index << 192


def word(value: int) -> bytes:
    return rlp.encode(value)


def header(state_root: bytes, **changes: object) -> list:
    fields = [
        bytes(32),
        keccak(b"\xc0"),
        bytes(20),
        state_root,
        bytes(32),
        bytes(32),
        bytes(256),
        0,
        NUMBER,
        30_000_000,
        21_000,
        TIME + 60,
        b"extra",
        bytes(32),
        bytes(8),
        7,
    ]
    for place, value in changes.items():
        fields[int(place.removeprefix("field"))] = value
    return fields


def evidence(
    *,
    index: int = 3,
    slots: dict[int, bytes] | None = None,
    account: list | None = None,
    accounts: dict[bytes, bytes] | None = None,
    fields: dict[str, object] | None = None,
) -> dict:
    """A well-formed `anchor` member; each argument replaces one layer of it."""
    first = FIRST + 2 * index
    if slots is None:
        slots = {
            first: word(int.from_bytes(ROOT, "big")),
            first + 1: word(meta(51, TIME, NUMBER - 10, index)),
            2: word(index + 1),
        }
    storage = Trie({keccak(slot.to_bytes(32, "big")): value for slot, value in slots.items()})
    account = [1, 0, storage.root, CODE_HASH] if account is None else account
    if accounts is None:
        accounts = {CONTRACT: rlp.encode(account), OTHER: rlp.encode([0, 5, bytes(32), bytes(32)])}
    state = Trie({keccak(address): value for address, value in accounts.items()})

    def nodes(trie: Trie, key: bytes) -> list[str]:
        return ["0x" + node.hex() for node in trie.prove(keccak(key))]

    return {
        "chainId": 31337,
        "contract": "0x" + CONTRACT.hex(),
        "index": index,
        "size": 51,
        "root": base64.b64encode(ROOT).decode(),
        "header": "0x" + rlp.encode(header(state.root, **(fields or {}))).hex(),
        "accountProof": nodes(state, CONTRACT),
        "storageProof": {
            "root": nodes(storage, first.to_bytes(32, "big")),
            "meta": nodes(storage, (first + 1).to_bytes(32, "big")),
        },
        "consistency": [],
    }


def changed(anchor: dict, **members: object) -> dict:
    """A deep copy with members replaced; a member named None is left out."""
    result = copy.deepcopy(anchor) | members
    return {name: value for name, value in result.items() if value is not None}
