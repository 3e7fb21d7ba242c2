"""The log hashes as RFC 9162 section 2.1.1 says, and refuses what is not a hash."""

from __future__ import annotations

import json
from hashlib import sha256

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.log import hashing
from suyuan_ledger.log.tree import Edge


def test_every_published_node_and_root_is_reproduced(vectors_dir):
    vectors = json.loads((vectors_dir / "rfc6962-roots.json").read_text())
    entries = [bytes.fromhex(text) for text in vectors["leaf_inputs_hex"]]
    level = hashing.leaf_hashes(entries)
    assert [hashing.leaf_hash(entry) for entry in entries] == level
    levels = []
    while level:
        levels.append([node.hex() for node in level])
        level = hashing.parents(level)
    assert levels == vectors["node_hashes_hex_by_level"]
    assert len(vectors["root_hex_by_size"]) == len(entries) + 1
    for size, root in enumerate(vectors["root_hex_by_size"]):
        edge = Edge.empty().append(hashing.leaf_hashes(entries[:size])).edge
        assert edge.root().hex() == root


def test_leaf_and_node_of_the_same_bytes_differ():
    left, right = bytes(32), bytes([1]) * 32
    assert hashing.leaf_hash(left + right) == sha256(b"\x00" + left + right).digest()
    assert hashing.node_hash(left, right) == sha256(b"\x01" + left + right).digest()
    assert hashing.leaf_hash(left + right) != hashing.node_hash(left, right)
    assert sha256(b"").digest() == hashing.EMPTY_ROOT


def test_an_odd_last_node_waits_for_its_sibling():
    nodes = [bytes([number]) * 32 for number in range(5)]
    assert hashing.parents(nodes) == [
        hashing.node_hash(nodes[0], nodes[1]),
        hashing.node_hash(nodes[2], nodes[3]),
    ]
    assert hashing.parents(nodes[:1]) == []


def test_the_first_value_that_is_no_hash_is_named(refused):
    hashing.check_hashes([])
    hashing.check_hashes([bytes(32)] * 3)
    # 31 and 33 bytes add up to two hashes, and still neither is one.
    with refused("merkle.hash_size", RefusedError) as caught:
        hashing.check_hashes([bytes(32), bytes(31), bytes(33)])
    assert (caught.value.pointer, caught.value.found) == ("/1", "31")
