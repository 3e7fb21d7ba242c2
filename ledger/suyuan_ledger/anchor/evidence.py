"""The bundle's `anchor` object: what an anchor says, and the way from there to a block hash.

    storage value -> storage root -> account (code hash) -> state root -> block hash

Taken at the newest final block unless another is asked for: entries are permanent, so the same
anchor can be proven again at any later block, for example at one whose hash an importer already
pins. Nodes serve proofs for recent blocks only, which is why an old block is never depended on.

A chain without `eth_getProof` gives evidence without a proof; it says so, and can be checked online
only. Everything is checked with the verifier's code before it is handed out.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from suyuan_verifier.errors import VerifierError
from suyuan_verifier.evm.anchor import check_anchor, parse_anchor

from suyuan_ledger.anchor.client import RpcError, from_hex, from_quantity
from suyuan_ledger.anchor.finality import Finality, final_block
from suyuan_ledger.anchor.header import header_rlp
from suyuan_ledger.errors import ChainError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from suyuan_ledger.anchor.contract import AnchorContract, Entry

ENTRIES_SLOT = 2  # contracts/CheckpointAnchor.sol: slots 0 and 1 are Ownable2Step's
SLOTS_PER_ENTRY = 2


@dataclass(frozen=True, slots=True)
class Evidence:
    """One anchor with its proof at one block.

    Attributes:
        chain_id: EIP-155 chain id.
        contract: the contract's address.
        entry: what the contract stores.
        block_number: the block that the proof is for; for evidence without one, the newest final
            block, at which the contract held the entry.
        block_hash: its hash, which a verifier has to trust.
        basis: why that block counts as final: `finalized`, `safe` or `confirmations`.
        header: RLP of its header, None without a proof.
        account_proof: trie nodes from the state root to the account.
        root_proof: trie nodes from the storage root to the slot of the root.
        meta_proof: the same to the slot of size, time, block and index.
        gap: why there is no proof: empty, `chain.no_proof` (the chain has no `eth_getProof`) or
            `chain.header` (its block hash is made in a way that is not known here).
    """

    chain_id: int
    contract: str
    entry: Entry
    block_number: int
    block_hash: str
    basis: str
    header: bytes | None
    account_proof: tuple[bytes, ...] = ()
    root_proof: tuple[bytes, ...] = ()
    meta_proof: tuple[bytes, ...] = ()
    gap: str = ""

    def to_json(self, consistency: Sequence[bytes]) -> dict[str, Any]:
        """Return the bundle's `anchor` object.

        Args:
            consistency: proof from the anchored tree to the bundle's checkpoint, [] if equal.
        """
        document: dict[str, Any] = {
            "chainId": self.chain_id,
            "contract": self.contract,
            "index": self.entry.index,
            "size": self.entry.size,
            "root": base64.b64encode(self.entry.root).decode("ascii"),
            "consistency": [base64.b64encode(node).decode("ascii") for node in consistency],
        }
        if self.header is not None:
            document["header"] = _hex(self.header)
            document["accountProof"] = [_hex(node) for node in self.account_proof]
            document["storageProof"] = {
                "root": [_hex(node) for node in self.root_proof],
                "meta": [_hex(node) for node in self.meta_proof],
            }
        return document


def collect_evidence(
    contract: AnchorContract,
    index: int,
    *,
    finality: Finality | None = None,
    at_block: int | None = None,
) -> Evidence:
    """Collect the evidence for one anchor.

    Args:
        contract: the contract, on the node that is asked.
        index: the anchor's position.
        finality: which blocks are final.
        at_block: the block to prove at; the newest final one by default.

    Raises:
        ChainError: `chain.not_final`, the block asked for, or the anchor's own, is not final yet;
            `chain.no_state`, the node does not serve proofs at that block any more;
            `chain.evidence`, what the node served does not prove the anchor.
    """
    contract.check()
    client = contract.client
    newest = final_block(client, finality or Finality())
    number = newest.number if at_block is None else at_block
    entry = contract.entry(index)
    if not entry.block_number <= number <= newest.number:
        raise ChainError(
            "chain.not_final",
            pointer=f"block {number}",
            expected=f"{entry.block_number} to {newest.number}",
        )
    block = client.block(number)
    if block is None:
        raise ChainError("chain.no_state", pointer=f"block {number}", found="no such block")
    facts = (
        client.config.chain_id,
        contract.address,
        entry,
        number,
        str(block.get("hash")).lower(),
        newest.basis,
    )
    try:
        header = header_rlp(block)
    except ChainError as error:
        if error.code != "chain.header":
            raise
        return Evidence(*facts, header=None, gap=error.code)
    first = entry_slot(index)
    proof = _get_proof(contract, [first, first + 1], number)
    if proof is None:
        return Evidence(*facts, header=None, gap="chain.no_proof")
    account, root, meta = _nodes(proof, [first, first + 1])
    evidence = Evidence(*facts, header, account, root, meta)
    _check(evidence, contract)
    return evidence


def entry_slot(index: int) -> int:
    """Return the storage slot of an entry's root; its other members lie in the slot behind."""
    from eth_utils.crypto import keccak  # noqa: PLC0415 (slow import)

    base = int.from_bytes(keccak(ENTRIES_SLOT.to_bytes(32, "big")), "big")
    return (base + SLOTS_PER_ENTRY * index) % 2**256


def _get_proof(
    contract: AnchorContract, slots: Sequence[int], number: int
) -> dict[str, Any] | None:
    # 32-byte keys: some nodes refuse shorter ones.
    keys = [f"0x{slot:064x}" for slot in slots]
    try:
        proof = contract.client.request("eth_getProof", contract.address, keys, hex(number))
    except RpcError as error:
        if error.unsupported:
            return None
        raise ChainError("chain.no_state", pointer=f"block {number}", found=error.found) from error
    if not isinstance(proof, dict):
        raise ChainError("chain.no_state", pointer=f"block {number}", found=type(proof).__name__)
    return proof


def _nodes(proof: dict[str, Any], slots: Sequence[int]) -> list[tuple[bytes, ...]]:
    """Return the account's nodes, then each slot's, whatever order the node answered in."""
    try:
        by_slot = {
            from_quantity(item["key"], "key"): tuple(from_hex(node) for node in item["proof"])
            for item in proof["storageProof"]
        }
        account = tuple(from_hex(node) for node in proof["accountProof"])
        return [account, *(by_slot[slot] for slot in slots)]
    except (KeyError, TypeError) as error:
        raise ChainError("chain.answer", pointer="eth_getProof", found=error) from error


def _check(evidence: Evidence, contract: AnchorContract) -> None:
    try:
        proven = check_anchor(parse_anchor(evidence.to_json([])))
    except VerifierError as error:
        raise ChainError("chain.evidence", found=error) from error
    expected = (evidence.block_hash, contract.client.config.code_hash)
    found = (_hex(proven.header.hash), _hex(proven.code_hash))
    if found != expected:
        raise ChainError("chain.evidence", expected=expected, found=found)


def _hex(data: bytes) -> str:
    return "0x" + data.hex()
