"""Step 7: anchors that do not stand in the contract, or at no block that is trusted."""

from __future__ import annotations

from bundle_case import invalid, undecided
from simulator import START, Ledger, b64, edited, good_story, sha256
from synthetic_chain import hexed, keccak256, rlp


def _story(**lies):
    """The honest story up to the anchor, which may lie."""
    ledger = Ledger()
    enrolments = ledger.enrol_actors()
    index = ledger.append(ledger.factor(ledger.provider))
    ledger.fill(2)
    anchor = ledger.anchor(**lies)
    ledger.fill(2)
    return ledger, index, [*enrolments, index], anchor


def _anchored(**lies):
    ledger, index, indexes, anchor = _story(**lies)
    return ledger, ledger.bundle(index, indexes, anchor), ledger.policy()


def _changed(*path, to=...):
    ledger, bundle, policy = good_story()
    return ledger, edited(bundle, "anchor", *path, to=to), policy


@undecided(7, "anchor.absent")
def not_anchored_yet():
    """The bundle was exported before the next anchor."""
    ledger, bundle, policy = good_story()
    del bundle["anchor"]
    return ledger, bundle, policy


@undecided(7, "anchor.no_proof")
def chain_without_state_proofs():
    """The chain offers no state proof: the anchor can only be looked up online."""
    ledger, bundle, policy = good_story()
    for name in ("header", "accountProof", "storageProof"):
        del bundle["anchor"][name]
    return ledger, bundle, policy


@undecided(7, "anchor.block_unknown")
def block_not_pinned():
    """Everything holds, but nothing says why the block should be believed."""
    ledger, bundle, policy = good_story()
    policy["anchorTrust"]["pinned"] = []
    return ledger, bundle, policy


@undecided(7, "anchor.block_unknown")
def basis_not_accepted():
    """The block is pinned, but the policy does not accept pinned blocks as a basis."""
    ledger, bundle, policy = good_story()
    policy["anchorTrust"]["accept"] = ["online"]
    return ledger, bundle, policy


@invalid(7, "anchor.block")
def block_of_a_fork():
    """The policy pins another block of this number."""
    ledger, bundle, policy = good_story()
    policy["anchorTrust"]["pinned"][0]["hash"] = hexed(keccak256(b"another block"))
    return ledger, bundle, policy


@invalid(7, "anchor.contract")
def contract_of_a_stranger():
    """The log's state was anchored in a contract that the policy does not name."""
    ledger, index, indexes, _ = _story()
    stranger = ledger.chain.deploy("a stranger's contract")
    anchor = ledger.anchor(contract=stranger)
    return ledger, ledger.bundle(index, indexes, anchor), ledger.policy()


@invalid(7, "anchor.contract")
def contract_of_another_chain():
    """The same address on another chain."""
    return _changed("chainId", to=1)


@invalid(7, "anchor.code")
def contract_with_other_code():
    """The address is right and the code is another: its storage may be written by anybody."""
    ledger, bundle, policy = good_story()
    policy["contracts"][0]["codeHash"] = hexed(keccak256(b"the audited runtime code"))
    return ledger, bundle, policy


@invalid(7, "anchor.void")
def anchor_after_retirement():
    """The contract was retired at an earlier anchor; this one was made with the stolen key."""
    ledger, index, indexes, _ = _story()
    anchor = ledger.anchor()
    policy = ledger.policy()
    policy["contracts"][0]["lastIndex"] = 0
    return ledger, ledger.bundle(index, indexes, anchor), policy


@invalid(7, "anchor.not_covered")
def root_that_the_log_never_signed():
    """Somebody with the hot key anchored a root that the log did not sign."""
    return _anchored(root=sha256(b"garbage"))


@invalid(7, "anchor.not_covered")
def anchored_beyond_the_checkpoint():
    """The anchor is larger than the tree that the log signed."""
    ledger, index, indexes, anchor = _story()
    bundle = ledger.bundle(index, indexes, anchor, size=anchor["size"] - 1)
    return ledger, edited(bundle, "anchor", "consistency", to=[]), ledger.policy()


@invalid(7, "anchor.not_covered")
def consistency_of_other_sizes():
    """The consistency proof belongs to another pair of sizes."""
    ledger, index, indexes, anchor = _story()
    bundle = ledger.bundle(index, indexes, anchor)
    other = [b64(node) for node in ledger.tree.consistency(anchor["size"] - 1, ledger.size)]
    return ledger, edited(bundle, "anchor", "consistency", to=other), ledger.policy()


@invalid(7, "anchor.position")
def logged_after_the_anchor():
    """The record is in the checkpoint, but not in the anchored part of the log."""
    ledger = Ledger()
    enrolments = ledger.enrol_actors()
    anchor = ledger.anchor()
    index = ledger.append(ledger.factor(ledger.provider))
    return ledger, ledger.bundle(index, [*enrolments, index], anchor), ledger.policy()


@invalid(7, "anchor.entry_time")
def entry_time_after_anchor():
    """The log claims to have integrated the record 301 seconds after the chain saw it."""
    # The subject's entry is logged 240 seconds after START.
    return _anchored(time=int(START.timestamp()) + 240 - 301)


@undecided(7, "clock.behind")
def clock_behind():
    """The verifying machine believes to be 301 seconds before the anchor."""
    ledger, bundle, policy = good_story()
    return ledger, bundle, policy, "2026-01-05T08:05:29Z"


@undecided(7, "anchor.age")
def anchor_too_old():
    """The policy accepts anchors of at most an hour, and this one is of yesterday."""
    ledger, bundle, policy = good_story()
    return ledger, bundle, {**policy, "maxAnchorAge": 3600}


@invalid(7, "anchor.claim")
def index_of_another_anchor():
    """The evidence claims the size of one anchor and proves the storage of another."""
    return _anchored(stored_size=6)


@invalid(7, "anchor.no_entry")
def anchor_that_never_happened():
    """The contract holds nothing at the claimed index: proven by exclusion."""
    ledger, index, indexes, anchor = _story()
    header = ledger.chain.header(121, int(START.timestamp()) + 900)
    anchor |= {"index": 1, **ledger.chain.prove(ledger.contract, 1, header)}
    policy = ledger.policy()
    policy["anchorTrust"]["pinned"] = []
    return ledger, ledger.bundle(index, indexes, anchor), policy


@invalid(7, "anchor.no_account")
def block_before_the_contract():
    """At the proven block the contract did not exist yet: proven by exclusion."""
    ledger, index, indexes, anchor = _story()
    contract = ledger.contract
    del ledger.chain.contracts[contract.address]
    header = ledger.chain.header(119, int(START.timestamp()))
    anchor |= ledger.chain.prove(contract, 0, header)
    return ledger, ledger.bundle(index, indexes, anchor), ledger.policy()


@invalid(7, "anchor.later")
def anchored_after_its_proof():
    """The storage names a later block than the one in whose state it is proven."""
    return _anchored(stored_block=10_000)


@invalid(7, "anchor.time")
def chain_counts_milliseconds():
    """The chain's block times are milliseconds."""
    milliseconds = 1000 * int(START.timestamp()) + 600_000
    return _anchored(time=milliseconds)


@invalid(7, "anchor.members")
def header_without_proofs():
    """A header without the state proofs that it is for."""
    ledger, bundle, policy = good_story()
    del bundle["anchor"]["storageProof"]
    return ledger, bundle, policy


@invalid(7, "anchor.number")
def anchor_of_size_zero():
    """An anchor of an empty log."""
    return _changed("size", to=0)


@invalid(7, "anchor.hex")
def address_with_upper_case():
    """An address in mixed case: a second spelling of the same bytes."""
    ledger, bundle, policy = good_story()
    text = bundle["anchor"]["contract"]
    return ledger, edited(bundle, "anchor", "contract", to="0x" + text[2:].upper()), policy


@invalid(7, "anchor.hash")
def root_in_hex():
    """The anchored root in hex where base64 is asked for."""
    return _changed("root", to=sha256(b"root").hex())


@invalid(7, "anchor.too_many")
def consistency_too_long():
    """65 hashes in a consistency proof."""
    return _changed("consistency", to=[b64(bytes(32))] * 65)


@invalid(7, "evm.rlp")
def header_not_canonical():
    """One byte follows the header."""
    ledger, bundle, policy = good_story()
    return ledger, edited(bundle, "anchor", "header", to=bundle["anchor"]["header"] + "00"), policy


@invalid(7, "evm.header")
def header_too_short():
    """A header of 14 fields."""
    return _changed("header", to=hexed(rlp([b""] * 14)))


@invalid(7, "evm.trie_hash")
def header_of_another_state():
    """The proofs are of another block's state than the header's."""
    ledger, bundle, policy = good_story()
    ledger.anchor()
    header = ledger.chain.header(121, int(START.timestamp()) + 6000)
    return ledger, edited(bundle, "anchor", "header", to=hexed(header)), policy


@invalid(7, "evm.trie_length")
def state_node_left_over():
    """One node more than the path needs."""
    ledger, bundle, policy = good_story()
    bundle["anchor"]["accountProof"].append(bundle["anchor"]["accountProof"][0])
    return ledger, bundle, policy
