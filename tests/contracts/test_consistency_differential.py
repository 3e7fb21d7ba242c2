"""The contract's library, the ledger's prover, the verifier and the RFC's own words agree.

Every pair of sizes up to 130 goes through all four: 130 lies just beyond 128, so that every shape
of a tree with up to eight levels is among them.
"""

from __future__ import annotations

import hashlib
import random
from functools import cache

import pytest
from build_artifact import compile_contract
from eth_abi.abi import decode, encode
from eth_utils.crypto import keccak
from suyuan_ledger.log.tree import Edge, prove_consistency, tree_root
from suyuan_verifier.errors import VerifierError
from suyuan_verifier.merkle import check_consistency

pytestmark = [pytest.mark.anvil, pytest.mark.node]

LARGEST = 130
LEAVES = [hashlib.sha256(b"\x00" + n.to_bytes(2, "big")).digest() for n in range(LARGEST)]
PAIRS = [(m, n) for n in range(2, LARGEST + 1) for m in range(1, n)]
CASE = "(uint64,bytes32,uint64,bytes32,bytes32[])[]"
BATCH = 1500


@cache
def mth(start, end):
    """MTH(D[start:end]) of RFC 9162 section 2.1.1."""
    if end - start == 1:
        return LEAVES[start]
    k = split(end - start)
    left, right = mth(start, start + k), mth(start + k, end)
    return hashlib.sha256(b"\x01" + left + right).digest()


def subproof(m, start, end, *, whole):
    """SUBPROOF(m, D[start:end], whole) of RFC 9162 section 2.1.4.1."""
    n = end - start
    if m == n:
        return [] if whole else [mth(start, end)]
    k = split(n)
    if m <= k:
        return [*subproof(m, start, start + k, whole=whole), mth(start + k, end)]
    return [*subproof(m - k, start + k, end, whole=False), mth(start, start + k)]


def split(n):
    """The largest power of two smaller than n."""
    k = 1
    while 2 * k < n:
        k *= 2
    return k


@pytest.fixture(scope="module")
def cases():
    """(m, root m, n, root n, proof) for every pair."""
    return [(m, mth(0, m), n, mth(0, n), tuple(subproof(m, 0, n, whole=True))) for m, n in PAIRS]


@pytest.fixture
def on_chain(anvil, chain):
    """Verdicts of the Solidity library, run by a node."""
    harness = compile_contract("tests/contracts/RFC9162Harness.sol", "RFC9162Harness")
    bytecode = harness["evm"]["bytecode"]["object"]
    address = chain.deploy(bytecode, [], [])["contractAddress"]
    selector = keccak(text=f"verifyAll({CASE})")[:4]

    def verdicts(cases):
        answers = bytearray()
        for at in range(0, len(cases), BATCH):
            data = selector + encode([CASE], [cases[at : at + BATCH]])
            call = {"to": address, "data": "0x" + data.hex(), "gas": hex(1 << 40)}
            result = bytes.fromhex(anvil.rpc("eth_call", call, "latest")[2:])
            answers += decode(["bytes"], result)[0]
        assert len(answers) == len(cases)
        return [answer == 1 for answer in answers]

    return verdicts


def off_chain(case):
    """The verifier's verdict."""
    m, old_root, n, new_root, proof = case
    try:
        check_consistency(m, n, old_root, new_root, proof)
    except VerifierError:
        return False
    return True


def test_the_ledgers_prover_writes_what_the_rfc_says(cases):
    growth = Edge.empty().append(LEAVES)

    class Tiles:
        def tile(self, level, index, width):  # noqa: ARG002 (always the full tile)
            return growth.tiles[level, index]

    for m, old_root, n, new_root, proof in cases:
        assert tuple(prove_consistency(m, n, Tiles())) == proof, (m, n)
        assert (tree_root(m, Tiles()), tree_root(n, Tiles())) == (old_root, new_root)


def test_every_true_proof_is_accepted_by_both(cases, on_chain):
    assert all(on_chain(cases))
    assert all(map(off_chain, cases))


def test_every_flipped_node_is_refused_by_both(cases, on_chain):
    """One bit of each node of each proof, the bit's place drawn anew for each."""
    draw = random.Random("flip")  # noqa: S311 (reproducible cases)
    flipped = []
    for m, old_root, n, new_root, proof in cases:
        for i, node in enumerate(proof):
            bit = 1 << draw.randrange(256)
            other = (int.from_bytes(node, "big") ^ bit).to_bytes(32, "big")
            flipped.append((m, old_root, n, new_root, (*proof[:i], other, *proof[i + 1 :])))
    assert not any(on_chain(flipped))
    assert not any(map(off_chain, flipped))


def test_both_give_one_verdict_on_altered_claims(cases, on_chain):
    """Also where that verdict is "accepted": the new size is not bound by a proof, see the README.

    The old size is: with the stored root, no other old size passes.
    """
    draw = random.Random("claims")  # noqa: S311 (reproducible cases)
    altered = []
    for m, old_root, n, new_root, proof in cases:
        other = draw.choice(cases)
        altered += [
            (m, old_root, n + draw.choice((-1, 1)), new_root, proof),
            (m, old_root, draw.randrange(1, LARGEST), new_root, proof),
            (m + draw.choice((-1, 1)), old_root, n, new_root, proof),
            (m, old_root, n, new_root, proof[:-1]),
            (m, old_root, n, new_root, (*proof, proof[-1])),
            (m, old_root, n, new_root, proof[::-1]),
            (m, old_root, n, new_root, other[4]),
            (m, other[1], n, new_root, proof),
            (m, old_root, n, other[3], proof),
        ]
    # The library refuses what is no growth; the verifier takes equal trees without a proof.
    altered = [case for case in altered if 0 < case[0] < case[2]]
    verdicts = on_chain(altered)
    assert verdicts == [off_chain(case) for case in altered]
    true_roots = {n: mth(0, n) for n in range(1, LARGEST + 1)}
    accepted = [case for case, verdict in zip(altered, verdicts, strict=True) if verdict]
    assert any(case[3] != true_roots[case[2]] for case in accepted), "another new size passes"
    assert all(case[1] == true_roots[case[0]] for case in accepted), "no other old size does"
