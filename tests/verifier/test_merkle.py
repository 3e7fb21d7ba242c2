"""Merkle proofs: public vectors, the literal RFC prover, and what must be refused."""

from __future__ import annotations

import base64
import json
from itertools import pairwise
from pathlib import Path

import pytest
import reference_tree as reference
from hypothesis import given, settings
from hypothesis import strategies as st
from suyuan_verifier.encodings import parse_base64
from suyuan_verifier.errors import MalformedError, ProofError, VerifierError
from suyuan_verifier.merkle import (
    EMPTY_ROOT,
    MAX_SIZE,
    check_batch_inclusion,
    check_consistency,
    check_inclusion,
    leaf_hash,
    node_hash,
)

ENTRIES = [f"entry {number}".encode() for number in range(70)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
ROOTS = [reference.mth(ENTRIES[:size]) for size in range(len(ENTRIES) + 1)]

# Positive upstream, refused here: the "roots" of this case are 12 bytes of ASCII ("don't care 2").
# A hash is 32 bytes; the rule is not weakened for it.
NOT_32_BYTES = {"consistency/additional/sizes-are-equal-one-and-proof-is-empty.json"}

# Not built: subtree proofs (draft-ietf-plants-merkle-tree-certs). Nothing in this project uses one.
NOT_BUILT = ("subtreeinclusion", "subtreeconsistency")


def load(folder: Path) -> dict[str, dict]:
    return {
        path.relative_to(folder.parent).as_posix(): json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*.json"))
    }


def decode(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def code_of(function, *arguments) -> str:
    with pytest.raises(VerifierError) as caught:
        function(*arguments)
    return caught.value.code


# --- public vectors -------------------------------------------------------------------------------


def test_every_inclusion_vector(vectors_dir):
    cases = load(vectors_dir / "rfc6962-merkle" / "inclusion")
    assert len(cases) == 98
    refused = 0
    for name, case in cases.items():
        arguments = (
            decode(case["leafHash"]),
            case["leafIdx"],
            case["treeSize"],
            [decode(item) for item in case["proof"] or []],
            decode(case["root"]),
        )
        if case["wantErr"]:
            with pytest.raises(VerifierError):
                pytest.fail(f"{name} accepted: {check_inclusion(*arguments)}")
            refused += 1
        else:
            check_inclusion(*arguments)
    assert refused == 92


def test_every_consistency_vector(vectors_dir):
    cases = load(vectors_dir / "rfc6962-merkle" / "consistency")
    assert len(cases) == 98
    refused = 0
    for name, case in cases.items():
        arguments = (
            case["size1"],
            case["size2"],
            decode(case["root1"]),
            decode(case["root2"]),
            [decode(item) for item in case["proof"] or []],
        )
        if name in NOT_32_BYTES:
            assert not case["wantErr"]
            assert code_of(check_consistency, *arguments) == "merkle.hash_size"
        elif case["wantErr"]:
            with pytest.raises(VerifierError):
                pytest.fail(f"{name} accepted: {check_consistency(*arguments)}")
            refused += 1
        else:
            check_consistency(*arguments)
    assert refused == 92
    assert set(cases) >= NOT_32_BYTES


def test_no_vector_folder_is_overlooked(vectors_dir):
    folders = {path.name for path in (vectors_dir / "rfc6962-merkle").iterdir()}
    assert folders == {"inclusion", "consistency", *NOT_BUILT}


def test_reference_roots_and_nodes(vectors_dir):
    known = json.loads((vectors_dir / "rfc6962-roots.json").read_text(encoding="utf-8"))
    entries = [bytes.fromhex(text) for text in known["leaf_inputs_hex"]]
    roots = [bytes.fromhex(text) for text in known["root_hex_by_size"]]
    levels = [
        [bytes.fromhex(text) for text in level] for level in known["node_hashes_hex_by_level"]
    ]
    assert [len(level) for level in levels] == [8, 4, 2, 1]
    assert levels[0] == [leaf_hash(entry) for entry in entries]
    for below, above in pairwise(levels):
        pairs = zip(below[::2], below[1::2], strict=True)
        assert above == [node_hash(left, right) for left, right in pairs]
    assert roots == [reference.mth(entries[:size]) for size in range(9)]
    assert roots[0] == EMPTY_ROOT
    for size, root in enumerate(roots):
        for index in range(size):
            path = reference.path(index, entries[:size])
            check_inclusion(levels[0][index], index, size, path, root)


# --- against the literal prover -------------------------------------------------------------------


def test_every_inclusion_proof_up_to_70():
    for size in range(1, 71):
        for index in range(size):
            path = reference.path(index, ENTRIES[:size])
            check_inclusion(LEAVES[index], index, size, path, ROOTS[size])
            check_batch_inclusion(
                [(index, LEAVES[index])],
                size,
                reference.batch([index], ENTRIES[:size]),
                ROOTS[size],
            )


def test_every_consistency_proof_up_to_70():
    for new in range(1, 71):
        for old in range(1, new):
            proof = reference.proof(old, ENTRIES[:new])
            check_consistency(old, new, ROOTS[old], ROOTS[new], proof)
        check_consistency(new, new, ROOTS[new], ROOTS[new], [])
    check_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])


@given(st.sets(st.integers(0, 69), min_size=1), st.integers(1, 70), st.data())
@settings(max_examples=150, deadline=None)
def test_a_batch_proof_says_what_single_proofs_say(chosen, size, data):
    indexes = sorted(index for index in chosen if index < size) or [size - 1]
    proof = reference.batch(indexes, ENTRIES[:size])
    leaves = [(index, LEAVES[index]) for index in indexes]
    check_batch_inclusion(leaves, size, proof, ROOTS[size])
    for index in indexes:
        check_inclusion(
            LEAVES[index], index, size, reference.path(index, ENTRIES[:size]), ROOTS[size]
        )
    # One wrong leaf, or one wrong hash, spoils the whole batch.
    place = data.draw(st.integers(0, len(leaves) - 1))
    wrong = list(leaves)
    wrong[place] = (indexes[place], leaf_hash(b"another"))
    assert code_of(check_batch_inclusion, wrong, size, proof, ROOTS[size]) == "merkle.root"
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        bent = [*proof[:place], leaf_hash(b"another"), *proof[place + 1 :]]
        assert code_of(check_batch_inclusion, leaves, size, bent, ROOTS[size]) == "merkle.root"
    assert (
        code_of(check_batch_inclusion, leaves, size, [*proof, LEAVES[0]], ROOTS[size])
        == "merkle.proof_length"
    )


def test_a_proof_for_all_leaves_is_empty():
    leaves = list(enumerate(LEAVES[:13]))
    check_batch_inclusion(leaves, 13, [], ROOTS[13])


def test_the_size_bound_also_bounds_the_recursion():
    path = [leaf_hash(bytes([level])) for level in range(63)]
    assert code_of(check_inclusion, LEAVES[0], 0, MAX_SIZE, path, ROOTS[1]) == "merkle.root"
    batch = [leaf_hash(bytes([level])) for level in range(63)]
    leaf = [(0, LEAVES[0])]
    assert code_of(check_batch_inclusion, leaf, MAX_SIZE, batch, ROOTS[1]) == "merkle.root"
    assert (
        code_of(check_consistency, 3, MAX_SIZE, ROOTS[3], ROOTS[1], [ROOTS[2], *path])
        == "merkle.consistency"
    )


# --- malleability of (index, size) ----------------------------------------------------------------


def test_in_a_tree_of_known_size_a_proof_holds_for_one_index_only():
    for size in range(1, 40):
        for index in range(size):
            path = reference.path(index, ENTRIES[:size])
            for other in range(size):
                if other != index:
                    with pytest.raises(ProofError):
                        check_inclusion(LEAVES[index], other, size, path, ROOTS[size])


def test_with_an_unverified_size_the_same_proof_holds_elsewhere():
    """Why size and root come from a checkpoint only: nothing else binds them."""
    path = reference.path(2, ENTRIES[:3])
    check_inclusion(LEAVES[2], 2, 3, path, ROOTS[3])
    check_inclusion(LEAVES[2], 1, 2, path, ROOTS[3])


def test_a_consistency_proof_does_not_bind_the_new_size():
    """The count is the log's signed claim; docs/spec/anchor.md says so."""
    proof = reference.proof(4, ENTRIES[:8])
    check_consistency(4, 8, ROOTS[4], ROOTS[8], proof)
    check_consistency(4, 5, ROOTS[4], ROOTS[8], proof)


# --- refusals, one for each code ------------------------------------------------------------------


@pytest.mark.parametrize("size", [-1, MAX_SIZE + 1])
def test_a_size_out_of_range_is_refused(size):
    root = ROOTS[1]
    assert code_of(check_inclusion, LEAVES[0], 0, size, [], root) == "merkle.size"
    assert code_of(check_consistency, size, 1, root, root, []) == "merkle.size"
    assert code_of(check_consistency, 1, size, root, root, []) == "merkle.size"
    assert code_of(check_batch_inclusion, [(0, LEAVES[0])], size, [], root) == "merkle.size"


def test_a_shrinking_log_is_refused():
    proof = reference.proof(3, ENTRIES[:5])
    assert code_of(check_consistency, 5, 3, ROOTS[5], ROOTS[3], proof) == "merkle.size"


@pytest.mark.parametrize("index", [-1, 3, 2**80])
def test_an_index_outside_the_tree_is_refused(index):
    path = reference.path(2, ENTRIES[:3])
    assert code_of(check_inclusion, LEAVES[2], index, 3, path, ROOTS[3]) == "merkle.index"
    assert code_of(check_batch_inclusion, [(index, LEAVES[2])], 3, path, ROOTS[3]) == "merkle.index"


def test_nothing_is_included_in_the_empty_tree():
    assert code_of(check_inclusion, LEAVES[0], 0, 0, [], EMPTY_ROOT) == "merkle.index"
    assert code_of(check_batch_inclusion, [(0, LEAVES[0])], 0, [], EMPTY_ROOT) == "merkle.index"


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_hash_of_another_length_is_refused(length):
    path, odd = reference.path(0, ENTRIES[:2]), bytes(length)
    for arguments in (
        (odd, 0, 2, path, ROOTS[2]),
        (LEAVES[0], 0, 2, [odd], ROOTS[2]),
        (LEAVES[0], 0, 2, path, odd),
    ):
        assert code_of(check_inclusion, *arguments) == "merkle.hash_size"
    assert code_of(check_consistency, 1, 1, odd, odd, []) == "merkle.hash_size"
    assert code_of(check_batch_inclusion, [(0, odd)], 1, [], ROOTS[1]) == "merkle.hash_size"


def test_batch_indexes_must_ascend_and_exist():
    twice = [(1, LEAVES[1]), (1, LEAVES[1])]
    assert code_of(check_batch_inclusion, twice, 2, [], ROOTS[2]) == "merkle.order"
    swapped = [(1, LEAVES[1]), (0, LEAVES[0])]
    assert code_of(check_batch_inclusion, swapped, 2, [], ROOTS[2]) == "merkle.order"
    assert code_of(check_batch_inclusion, [], 2, [ROOTS[2]], ROOTS[2]) == "merkle.no_leaf"


def test_missing_and_left_over_hashes_are_refused():
    path = reference.path(2, ENTRIES[:5])
    for wrong in (path[:-1], [*path, LEAVES[0]], []):
        assert code_of(check_inclusion, LEAVES[2], 2, 5, wrong, ROOTS[5]) == "merkle.proof_length"
        assert (
            code_of(check_batch_inclusion, [(2, LEAVES[2])], 5, wrong, ROOTS[5])
            == "merkle.proof_length"
        )
    proof = reference.proof(3, ENTRIES[:5])
    for wrong in (proof[:-1], [*proof, LEAVES[0]], []):
        assert code_of(check_consistency, 3, 5, ROOTS[3], ROOTS[5], wrong) == "merkle.proof_length"
    assert code_of(check_consistency, 5, 5, ROOTS[5], ROOTS[5], [ROOTS[5]]) == "merkle.proof_length"


def test_another_root_is_refused():
    path = reference.path(2, ENTRIES[:5])
    assert code_of(check_inclusion, LEAVES[2], 2, 5, path, ROOTS[4]) == "merkle.root"
    proof = reference.proof(3, ENTRIES[:5])
    assert code_of(check_consistency, 3, 5, ROOTS[2], ROOTS[5], proof) == "merkle.consistency"
    assert code_of(check_consistency, 3, 5, ROOTS[3], ROOTS[4], proof) == "merkle.consistency"
    assert code_of(check_consistency, 5, 5, ROOTS[5], ROOTS[4], []) == "merkle.consistency"
    assert code_of(check_consistency, 0, 0, ROOTS[1], ROOTS[1], []) == "merkle.consistency"


def test_nothing_is_proven_from_an_empty_log():
    for proof in ([], [ROOTS[5]]):
        assert code_of(check_consistency, 0, 5, EMPTY_ROOT, ROOTS[5], proof) == "merkle.from_empty"


HASHES = st.one_of(st.binary(min_size=32, max_size=32), st.binary(max_size=40))


@given(
    HASHES, st.integers(-2, 2**65), st.integers(-2, 2**65), st.lists(HASHES, max_size=70), HASHES
)
@settings(max_examples=300, deadline=None)
def test_only_our_own_errors_leave(leaf, index, size, proof, root):
    calls = (
        (check_inclusion, (leaf, index, size, proof, root)),
        (check_consistency, (index, size, leaf, root, proof)),
        (check_batch_inclusion, ([(index, leaf), (index + 2, leaf)], size, proof, root)),
    )
    for function, arguments in calls:
        try:
            function(*arguments)
        except VerifierError:
            continue


def test_base64_has_one_spelling():
    assert parse_base64("AAE=", "x") == b"\x00\x01"
    for text in ("AAF=", "AAE", "AAE==", "AA E=", "AAE=\n", "AAé=", "A-_=", None, 7):
        with pytest.raises(MalformedError) as caught:
            parse_base64(text, "x")
        assert caught.value.code == "x"
