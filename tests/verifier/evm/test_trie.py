"""State tries: every public trie, proven value by value, and what no proof may do."""

from __future__ import annotations

import json

import pytest
import rlp
from eth_utils import keccak
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_trie import Trie, hex_prefix
from suyuan_verifier.errors import ProofError, VerifierError
from suyuan_verifier.evm.trie import EMPTY_TRIE_ROOT, MAX_NODES, prove_value

# Vectors: file, number of cases, whether keys are hashed first.
FILES = (
    ("trietest", 5, False),
    ("trietest_secureTrie", 3, True),
    ("trieanyorder", 7, False),
    ("trieanyorder_secureTrie", 7, True),
    ("hex_encoded_securetrie_test", 3, True),
)
# Used below for absence only: its own subject, the next and previous key, is no proof of ours.
NEXT_PREVIOUS = "trietestnextprev"


def text(value: str | None) -> bytes:
    if value is None:
        return b""
    return bytes.fromhex(value[2:]) if value.startswith("0x") else value.encode()


def load(vectors_dir, name):
    return json.loads((vectors_dir / f"evm/TrieTests-{name}.json").read_text(encoding="utf-8"))


def code_of(root, key, nodes) -> str:
    with pytest.raises(VerifierError) as caught:
        prove_value(root, key, nodes)
    return caught.value.code


def test_no_trie_vector_is_overlooked(vectors_dir):
    names = {path.stem for path in (vectors_dir / "evm").glob("TrieTests-*.json")}
    assert names == {f"TrieTests-{name}" for name, _, _ in FILES} | {f"TrieTests-{NEXT_PREVIOUS}"}


@pytest.mark.parametrize(("name", "count", "secure"), FILES)
def test_every_public_trie(vectors_dir, name, count, secure):
    cases = load(vectors_dir, name)
    assert len(cases) == count
    for case in cases.values():
        pairs = case["in"].items() if isinstance(case["in"], dict) else case["in"]
        content, touched = {}, set()
        for key, value in pairs:
            place = keccak(text(key)) if secure else text(key)
            content[place] = text(value)
            touched.add(place)
        trie, root = Trie(content), text(case["root"])
        assert trie.root == root
        neighbours = {key[:-1] + bytes([key[-1] ^ 1]) for key in touched}
        if not secure:
            neighbours |= {key[:-1] for key in touched} | {key + b"x" for key in touched}
        for key in touched | neighbours:
            nodes = trie.prove(key)
            assert prove_value(root, key, nodes) == (content.get(key) or None)
            reject_every_change(root, key, nodes)


def reject_every_change(root, key, nodes):
    """A node less, more, twice, swapped, or with one bit changed: never another answer."""
    answer = prove_value(root, key, nodes)
    if not nodes:
        assert root == EMPTY_TRIE_ROOT
        nodes = [b"\x80"]
    changed = [[*nodes, nodes[-1]], [*nodes, b"\x80"]]
    changed += [nodes[:-1], nodes[1:]] if root != EMPTY_TRIE_ROOT else []
    changed += [nodes[::-1]] if len(nodes) > 1 else []
    for place, node in enumerate(nodes):
        for byte in range(0, len(node), 7):
            bent = node[:byte] + bytes([node[byte] ^ 1]) + node[byte + 1 :]
            changed.append([*nodes[:place], bent, *nodes[place + 1 :]])
    for candidate in changed:
        with pytest.raises(VerifierError):
            pytest.fail(f"{answer!r} became {prove_value(root, key, candidate)!r}")


def test_absence_between_the_keys_of_nextprev(vectors_dir):
    case = load(vectors_dir, NEXT_PREVIOUS)["basic"]
    content = {text(key): b"value of " + text(key) for key in case["in"]}
    trie = Trie(content)
    for key, _, _ in case["tests"]:
        answer = prove_value(trie.root, text(key), trie.prove(text(key)))
        assert answer == content.get(text(key))


def test_the_empty_trie_holds_nothing():
    assert keccak(b"\x80") == EMPTY_TRIE_ROOT == Trie({}).root
    assert prove_value(EMPTY_TRIE_ROOT, bytes(32), []) is None
    assert prove_value(EMPTY_TRIE_ROOT, bytes(32), [b"\x80"]) is None
    assert code_of(keccak(b"x"), bytes(32), []) == "evm.trie_length"


@given(
    st.dictionaries(st.binary(min_size=2, max_size=3), st.binary(min_size=1, max_size=40)),
    st.binary(min_size=2, max_size=3),
)
@settings(max_examples=200, deadline=None)
def test_random_tries(content, stranger):
    trie = Trie(content)
    for key in [*content, stranger]:
        assert prove_value(trie.root, key, trie.prove(key)) == content.get(key)


CONTENT = {keccak(bytes([number])): bytes([number]) * 40 for number in range(1, 60)}
TRIE = Trie(CONTENT)


@given(st.data())
@settings(max_examples=120, deadline=None)
def test_only_our_own_errors_leave_and_no_lie_passes(data):
    key = data.draw(st.sampled_from(sorted(CONTENT)))
    nodes = list(TRIE.prove(key))
    place = data.draw(st.integers(0, len(nodes) - 1))
    hostile = st.one_of(
        st.binary(max_size=80),
        st.lists(st.binary(max_size=40), min_size=2, max_size=2).map(rlp.encode),
        st.lists(st.binary(max_size=33), min_size=17, max_size=17).map(rlp.encode),
    )
    nodes[place] = data.draw(hostile)
    with pytest.raises(VerifierError):
        prove_value(TRIE.root, key, nodes)
    # The same bytes as a root of their own: any answer is fine, another exception is not.
    try:
        prove_value(keccak(nodes[place]), key, [nodes[place]])
    except VerifierError:
        return


# --- refusals, one for each code and each rule of a node ------------------------------------------


def test_a_node_that_nobody_refers_to_is_refused():
    key = min(CONTENT)
    nodes = TRIE.prove(key)
    assert code_of(TRIE.root, key, [TRIE.prove(max(CONTENT))[-1], *nodes[1:]]) == "evm.trie_hash"
    assert code_of(keccak(b"another root"), key, nodes) == "evm.trie_hash"


def test_missing_and_unused_nodes_are_refused():
    key = min(CONTENT)
    nodes = TRIE.prove(key)
    assert code_of(TRIE.root, key, nodes[:-1]) == "evm.trie_length"
    assert code_of(TRIE.root, key, [*nodes, nodes[0]]) == "evm.trie_length"


def alone(structure, key=b"\x12") -> str:
    """Offer one node as a whole trie."""
    encoded = rlp.encode(structure)
    return code_of(keccak(encoded), key, [encoded])


LONG = b"v" * 40
BRANCH = [b""] * 17


@pytest.mark.parametrize(
    "structure",
    [
        b"a byte string is no node, however long it may be",
        [],
        [b"\x20"],
        [b"\x20", LONG, b""],
        [b"\x40", LONG],
        [b"\x21\x02", LONG, b"", b""],
        [b"", LONG],
        [b"\x2f\x12", LONG],
        [b"\x01", LONG],
        [b"\x00\x12", b""],
        [b"\x00", LONG],
        [b"\x11", [b"\x31", [b"a list as value"]]],
        [b"\x20\x12", b""],
        [b"\x20\x12", [LONG]],
        [[b"\x20\x12"], LONG],
        [b"", [b"\x40", b"short"], *BRANCH[2:]],
        [b"", b"31 bytes are not a hash at all.", *BRANCH[2:]],
        [b"", [b"\x32", b"a node of 32 bytes or more does not stand here"], *BRANCH[2:]],
    ],
)
def test_a_malformed_node_is_refused(structure):
    assert alone(structure) == "evm.trie_node"


def test_a_value_in_a_branch_is_a_byte_string():
    assert alone([*BRANCH[:16], [b"list"]], key=b"") == "evm.trie_node"


def test_a_node_that_is_not_canonical_rlp_is_refused():
    node = b"\xf8\x03\x82\x20\x12\x01"
    assert code_of(keccak(node), b"\x12", [node]) == "evm.rlp"


def test_short_nodes_are_embedded_and_long_ones_are_not():
    short = rlp.encode([hex_prefix((2,), leaf=True), b"x"])
    branch = rlp.encode([b"", keccak(short), *BRANCH[2:]])
    assert code_of(keccak(branch), b"\x12", [branch, short]) == "evm.trie_node"
    embedded = rlp.encode([b"", [hex_prefix((2,), leaf=True), b"x"], *BRANCH[2:]])
    assert prove_value(keccak(embedded), b"\x12", [embedded]) == b"x"
    assert prove_value(keccak(embedded), b"\x13", [embedded]) is None


def test_bounds_come_first():
    assert code_of(TRIE.root, bytes(32), [b""] * (MAX_NODES + 1)) == "evm.trie_node"
    huge = rlp.encode([b"\x20" + bytes(32), bytes(5_000)])
    assert code_of(keccak(huge), bytes(32), [huge]) == "evm.trie_node"


def test_a_failed_proof_is_not_absence():
    with pytest.raises(ProofError):
        prove_value(TRIE.root, bytes(32), [])
