"""Evidence leads from the contract's storage to a block hash, and the verifier agrees."""

from __future__ import annotations

import json

import pytest
from anchor_setting import AT_ONCE, refused
from chain_gateway import Gateway, error, result
from growing_log import ORIGIN
from suyuan_ledger.anchor.anvil import AnvilOptions
from suyuan_ledger.anchor.client import ChainClient, ChainConfig
from suyuan_ledger.anchor.contract import AnchorContract
from suyuan_ledger.anchor.evidence import collect_evidence
from suyuan_ledger.anchor.finality import Finality
from suyuan_ledger.anchor.log_view import StoredLog
from suyuan_verifier.checkpoint import verify_checkpoint
from suyuan_verifier.errors import VerifierError
from suyuan_verifier.evm.anchor import check_anchor, parse_anchor
from suyuan_verifier.evm.rlp import decode_rlp
from suyuan_verifier.merkle import check_consistency
from suyuan_verifier.note import parse_vkey

pytestmark = pytest.mark.anvil


def anchored(setting, *leaves):
    sender = setting.anchorer()
    for count in leaves:
        setting.log.grow(count)
        sender.run_until_final(timeout=10, poll=0.01)
    return setting


@pytest.mark.parametrize(
    ("hardfork", "fields"),
    [("berlin", 15), ("london", 16), ("shanghai", 17), ("cancun", 20), ("prague", 21), (None, 21)],
)
def test_every_rule_sets_header_hashes_to_its_block(own_chain, hardfork, fields):
    setting = anchored(own_chain(AnvilOptions(hardfork=hardfork, keep_state=False)), 3, 4)
    for index in (0, 1):
        found = collect_evidence(setting.contract, index, finality=AT_ONCE)
        assert len(decode_rlp(found.header)) == fields
        proven = check_anchor(parse_anchor(found.to_json([])))
        assert "0x" + proven.header.hash.hex() == found.block_hash
        assert (proven.index, proven.size, proven.root) == (index, *setting.entries()[index])


def test_a_bundles_whole_anchor_object_is_accepted_by_the_verifier(setting):
    anchored(setting, 3, 4)
    setting.log.grow(6)
    log = StoredLog(setting.log.store)
    signed = log.signed(13)
    checkpoint = verify_checkpoint(signed.note, ORIGIN, [parse_vkey(signed.vkey)])
    for index, size in ((0, 3), (1, 7)):
        found = collect_evidence(setting.contract, index, finality=AT_ONCE)
        document = json.loads(json.dumps(found.to_json(log.prove(size, 13))))
        evidence = parse_anchor(document)
        check_anchor(evidence)
        check_consistency(
            evidence.size,
            checkpoint.size,
            evidence.root,
            checkpoint.root,
            evidence.consistency,
        )
        assert sorted(document) == [
            "accountProof",
            "chainId",
            "consistency",
            "contract",
            "header",
            "index",
            "root",
            "size",
            "storageProof",
        ]
        document["index"] = 1 - index
        with pytest.raises(VerifierError):
            check_anchor(parse_anchor(document))


def test_an_old_anchor_is_proven_again_at_a_later_block(setting):
    anchored(setting, 3, 4)
    setting.anvil.mine(20)
    newest = setting.client.block_number()
    for number in (newest, newest - 7):
        found = collect_evidence(setting.contract, 0, finality=AT_ONCE, at_block=number)
        assert found.block_number == number
        assert found.block_hash == setting.client.block(number)["hash"]
        assert check_anchor(parse_anchor(found.to_json([]))).header.number == number


def test_the_newest_final_block_is_taken(setting):
    anchored(setting, 3)
    setting.anvil.mine(10)
    newest = setting.client.block_number()
    found = collect_evidence(setting.contract, 0, finality=Finality(tag="finalized"))
    assert (found.block_number, found.basis) == (newest - 2, "finalized")


def test_a_block_that_is_not_final_is_refused(setting):
    anchored(setting, 3)
    anchor = setting.anchors()[0].block_number
    with refused("chain.not_final"):
        collect_evidence(setting.contract, 0, finality=Finality(tag=None, confirmations=5))
    setting.anvil.mine(10)
    newest = setting.client.block_number()
    later = Finality(tag=None, confirmations=5)
    with refused("chain.not_final"):
        collect_evidence(setting.contract, 0, finality=later, at_block=newest - 3)
    with refused("chain.not_final"):
        collect_evidence(setting.contract, 0, finality=later, at_block=anchor - 1)
    with refused("chain.not_final"):
        collect_evidence(setting.contract, 0, finality=AT_ONCE, at_block=newest + 1)


def test_an_anchor_that_does_not_exist_is_refused(setting):
    anchored(setting, 3)
    with refused("chain.no_such_anchor") as caught:
        collect_evidence(setting.contract, 1, finality=AT_ONCE)
    assert (caught.value.expected, caught.value.found) == ("below 1", "1")


def lying(setting, rule):
    gateway = Gateway(setting.anvil.url, rule)
    client = ChainClient(ChainConfig(gateway.url, 31337))
    return gateway, AnchorContract(client, setting.contract.address)


@pytest.mark.parametrize(
    "answer",
    [
        error(-32601, "the method eth_getProof does not exist/is not available"),
        error(-32004, "method not supported"),
    ],
)
def test_a_chain_without_account_proofs_gives_evidence_that_says_so(setting, answer):
    anchored(setting, 3)

    def rule(method, _params, forward):
        return answer if method == "eth_getProof" else forward()

    gateway, contract = lying(setting, rule)
    with gateway:
        found = collect_evidence(contract, 0, finality=AT_ONCE)
    assert found.gap == "chain.no_proof"
    document = found.to_json([])
    assert not {"header", "accountProof", "storageProof"} & set(document)
    assert parse_anchor(document).state is None


def test_a_block_hash_made_in_an_unknown_way_gives_evidence_that_says_so(setting):
    anchored(setting, 3)

    def rule(method, _params, forward):
        answer = forward()
        if method == "eth_getBlockByNumber":
            answer["result"]["hash"] = "0x" + "ab" * 32
        return answer

    gateway, contract = lying(setting, rule)
    with gateway:
        found = collect_evidence(contract, 0, finality=AT_ONCE)
    assert (found.gap, found.header) == ("chain.header", None)
    assert parse_anchor(found.to_json([])).state is None


def test_a_state_that_the_node_has_forgotten_is_an_error_and_not_a_gap(own_chain):
    setting = anchored(own_chain(AnvilOptions(keep_state=False, prune_history=True)), 3)
    number = setting.client.block_number()
    setting.anvil.mine(300)
    with refused("chain.no_state"):
        collect_evidence(setting.contract, 0, finality=AT_ONCE, at_block=number)
    assert collect_evidence(setting.contract, 0, finality=AT_ONCE).gap == ""


def change_node(proof):
    proof["accountProof"][-1] = proof["accountProof"][-1][:-2] + "00"


def drop_node(proof):
    proof["accountProof"].pop()


def swap_slots(proof):
    first, second = proof["storageProof"]
    first["proof"], second["proof"] = second["proof"], first["proof"]


@pytest.mark.parametrize("lie", [change_node, drop_node, swap_slots])
def test_a_proof_that_does_not_prove_the_anchor_is_not_handed_out(setting, lie):
    anchored(setting, 3, 4)

    def rule(method, _params, forward):
        answer = forward()
        if method == "eth_getProof":
            lie(answer["result"])
        return answer

    gateway, contract = lying(setting, rule)
    with gateway, refused("chain.evidence"):
        collect_evidence(contract, 1, finality=AT_ONCE)


def test_slots_may_come_back_in_any_order_and_with_short_keys(setting):
    anchored(setting, 3)

    def rule(method, _params, forward):
        answer = forward()
        if method == "eth_getProof":
            answer["result"]["storageProof"].reverse()
            for item in answer["result"]["storageProof"]:
                item["key"] = hex(int(item["key"], 16))
        return answer

    gateway, contract = lying(setting, rule)
    with gateway:
        assert collect_evidence(contract, 0, finality=AT_ONCE).gap == ""


@pytest.mark.parametrize("junk", [None, [], {}, {"accountProof": 3, "storageProof": []}, "0x"])
def test_junk_instead_of_a_proof_is_refused_as_ours(setting, junk):
    anchored(setting, 3)

    def rule(method, _params, forward):
        return result(junk) if method == "eth_getProof" else forward()

    gateway, contract = lying(setting, rule)
    with gateway, pytest.raises(Exception) as caught:  # noqa: PT011 (the code is compared below)
        collect_evidence(contract, 0, finality=AT_ONCE)
    assert caught.value.code in {"chain.no_state", "chain.answer"}


def test_a_contract_with_other_code_gives_no_evidence(setting):
    anchored(setting, 3)
    setting.anvil.rpc("anvil_setCode", setting.contract.address, "0x6001")
    with refused("chain.code"):
        collect_evidence(setting.contract, 0, finality=AT_ONCE)


def test_evidence_is_small(setting):
    """About 2 kB on a young chain: header, account and two slots."""
    anchored(setting, 3)
    found = collect_evidence(setting.contract, 0, finality=AT_ONCE)
    assert len(json.dumps(found.to_json([]))) < 8_000
