"""Check that a log's anchor stands in its contract's storage (docs/spec/anchor.md).

The contract keeps an append-only array at storage slot 2; entry i takes two slots,

    keccak256(uint256(2)) + 2i        root
    keccak256(uint256(2)) + 2i + 1    size | time << 64 | block << 128 | index << 192

and the evidence in a bundle carries the way from there to a block hash. What is returned holds IF
the caller trusts that block hash, that contract address and that code hash: those three come from
the trust policy, never from the bundle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from suyuan_verifier.encodings import parse_base64, parse_hex
from suyuan_verifier.errors import MalformedError, ProofError
from suyuan_verifier.evm.header import MAX_HEADER_BYTES, BlockHeader, parse_header
from suyuan_verifier.evm.keccak import keccak256
from suyuan_verifier.evm.rlp import decode_integer, decode_rlp
from suyuan_verifier.evm.trie import MAX_NODE_BYTES, MAX_NODES, prove_value
from suyuan_verifier.merkle import HASH_SIZE

if TYPE_CHECKING:
    from collections.abc import Sequence

ANCHORS_SLOT = 2
"""Storage slot of the array's length; OpenZeppelin's Ownable2Step takes slots 0 and 1."""

MAX_CONSISTENCY = 64
_MAX_INTEGER = 2**53 - 1
_MAX_UINT64 = 2**64 - 1
_WORD = 32
_ADDRESS = 20
_ACCOUNT_FIELDS = 4
_CLAIM = ("chainId", "contract", "index", "size", "root", "consistency")
_STATE = ("header", "accountProof", "storageProof")


@dataclass(frozen=True, slots=True)
class StateProof:
    """The way from two storage slots to a block hash.

    Attributes:
        header: RLP of the block header.
        account_proof: trie nodes from the header's state root to the contract's account.
        root_proof: trie nodes from the account's storage root to the slot of the anchored root.
        meta_proof: the same to the slot of size, time, block and index.
    """

    header: bytes
    account_proof: tuple[bytes, ...]
    root_proof: tuple[bytes, ...]
    meta_proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class AnchorEvidence:
    """A bundle's `anchor` member: a claim, and its proof.

    Attributes:
        chain_id: EIP-155 chain id that the exporter names; a header does not carry it.
        contract: 20 bytes.
        index: position in the contract's array.
        size: claimed size of the anchored tree.
        root: claimed root of that size.
        consistency: hashes from the anchored tree to the bundle's checkpoint.
        state: None where the chain offers no state proof; then only `online` can check it.
    """

    chain_id: int
    contract: bytes
    index: int
    size: int
    root: bytes
    consistency: tuple[bytes, ...]
    state: StateProof | None

    @property
    def has_proof(self) -> bool:
        """Whether the evidence carries a state proof that can be checked offline."""
        return self.state is not None


@dataclass(frozen=True, slots=True)
class AnchoredCheckpoint:
    """What the contract's storage says, once the caller trusts `header.hash` and `code_hash`.

    Attributes:
        size: number of log entries that the anchor covers.
        root: root hash of that size.
        index: position in the contract's array.
        time: block time of the transaction that anchored, POSIX seconds.
        block_number: number of the block of that transaction.
        code_hash: Keccak-256 of the contract's runtime code.
        header: the block, not earlier, at which the storage was proven; its hash is the one thing
            that nothing in the bundle can prove.
    """

    size: int
    root: bytes
    index: int
    time: int
    block_number: int
    code_hash: bytes
    header: BlockHeader


def parse_anchor(value: object, pointer: str = "") -> AnchorEvidence:
    """Parse the `anchor` member of a bundle, as the JSON parser left it.

    Pointers in errors start at the member itself, unless the caller says where it stands.

    Raises:
        MalformedError: `anchor.members`, `anchor.number`, `anchor.hex`, `anchor.hash`,
            `anchor.too_many`.
    """
    if not isinstance(value, dict):
        raise MalformedError(
            "anchor.members", pointer=pointer, expected="an object", found=type(value).__name__
        )
    # A chain without eth_getProof leaves out the three together; one or two alone are an error.
    proven = any(name in value for name in _STATE)
    _check_members(value, (*_CLAIM, *_STATE) if proven else _CLAIM, pointer)
    return AnchorEvidence(
        chain_id=_integer(value["chainId"], f"{pointer}/chainId", low=1),
        contract=parse_hex(value["contract"], "anchor.hex", f"{pointer}/contract", size=_ADDRESS),
        index=_integer(value["index"], f"{pointer}/index"),
        size=_integer(value["size"], f"{pointer}/size", low=1),
        root=parse_base64(value["root"], "anchor.hash", f"{pointer}/root", size=HASH_SIZE),
        consistency=tuple(
            parse_base64(item, "anchor.hash", place, size=HASH_SIZE)
            for item, place in _items(
                value["consistency"], f"{pointer}/consistency", MAX_CONSISTENCY
            )
        ),
        state=_parse_state(value, pointer) if proven else None,
    )


def check_anchor(evidence: AnchorEvidence) -> AnchoredCheckpoint:
    """Walk from the two storage slots to the block hash, and compare with the claim.

    Raises:
        MalformedError: `evm.rlp`, `evm.header`, `evm.trie_node`, `evm.account`, `evm.storage`.
        ProofError: `evm.trie_hash`, `evm.trie_length`; `anchor.no_proof` if there is no state proof
            to check (a caller that wants `unknown` asks for `state` first); `anchor.no_account` if
            the block has no such contract; `anchor.no_entry` if the contract holds no such entry;
            `anchor.claim` if the entry's index, size or root is another than claimed;
            `anchor.later` if the entry names a block or time after the header's.
    """
    state = evidence.state
    if state is None:
        raise ProofError("anchor.no_proof")
    header = parse_header(state.header)
    storage_root, code_hash = _account(header, evidence.contract, state.account_proof)
    first = anchor_slot(evidence.index)
    root = _slot(storage_root, first, state.root_proof)
    meta = _slot(storage_root, first + 1, state.meta_proof)
    size, time, block, index = ((meta >> shift) & _MAX_UINT64 for shift in (0, 64, 128, 192))
    if size == 0:
        raise ProofError("anchor.no_entry", found=f"index {evidence.index}")
    stored_root = root.to_bytes(_WORD, "big")
    for name, claimed, stored in (
        ("index", evidence.index, index),
        ("size", evidence.size, size),
        ("root", evidence.root.hex(), stored_root.hex()),
    ):
        if claimed != stored:
            raise ProofError("anchor.claim", pointer=f"/{name}", expected=stored, found=claimed)
    if block > header.number or time > header.timestamp:
        raise ProofError(
            "anchor.later",
            expected=f"block <= {header.number}, time <= {header.timestamp}",
            found=f"block {block}, time {time}",
        )
    return AnchoredCheckpoint(
        size=size,
        root=stored_root,
        index=index,
        time=time,
        block_number=block,
        code_hash=code_hash,
        header=header,
    )


def anchor_slot(index: int) -> int:
    """Storage slot of entry `index`'s root; its metadata stands in the next slot."""
    return (
        int.from_bytes(keccak256(ANCHORS_SLOT.to_bytes(_WORD, "big")), "big") + 2 * index
    ) % 2**256


def _account(header: BlockHeader, contract: bytes, nodes: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Return the storage root and the code hash of the contract's account."""
    raw = prove_value(header.state_root, keccak256(contract), nodes)
    if raw is None:
        raise ProofError("anchor.no_account", found="0x" + contract.hex())
    account = decode_rlp(raw, max_depth=1)
    if not isinstance(account, tuple) or len(account) != _ACCOUNT_FIELDS:
        raise MalformedError("evm.account", expected="nonce, balance, storage root, code hash")
    nonce, balance, storage_root, code_hash = (
        field for field in account if isinstance(field, bytes)
    )
    decode_integer(nonce, max_bytes=8)
    decode_integer(balance)
    if len(storage_root) != _WORD or len(code_hash) != _WORD:
        raise MalformedError("evm.account", expected="two hashes of 32 bytes")
    return storage_root, code_hash


def _slot(storage_root: bytes, slot: int, nodes: Sequence[bytes]) -> int:
    """Return a storage word; a slot that is absent holds zero."""
    raw = prove_value(storage_root, keccak256(slot.to_bytes(_WORD, "big")), nodes)
    if raw is None:
        return 0
    value = decode_rlp(raw, max_depth=0)
    if not isinstance(value, bytes) or not value or len(value) > _WORD:
        raise MalformedError("evm.storage", expected="1 to 32 bytes", found=raw.hex())
    return decode_integer(value)


def _parse_state(value: dict[str, Any], pointer: str) -> StateProof:
    storage, place = value["storageProof"], f"{pointer}/storageProof"
    if not isinstance(storage, dict):
        raise MalformedError(
            "anchor.members", pointer=place, expected="an object", found=type(storage).__name__
        )
    _check_members(storage, ("root", "meta"), place)
    header = parse_hex(value["header"], "anchor.hex", f"{pointer}/header", limit=MAX_HEADER_BYTES)
    return StateProof(
        header,
        _nodes(value["accountProof"], f"{pointer}/accountProof"),
        _nodes(storage["root"], f"{place}/root"),
        _nodes(storage["meta"], f"{place}/meta"),
    )


def _check_members(value: dict[str, Any], names: Sequence[str], pointer: str) -> None:
    for name in names:
        if name not in value:
            raise MalformedError(
                "anchor.members", pointer=f"{pointer}/{name}", expected="a required member"
            )
    for name in value:
        if name not in names:
            raise MalformedError("anchor.members", pointer=pointer, found=ascii(name))


def _integer(value: object, pointer: str, *, low: int = 0) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise MalformedError(
            "anchor.number", pointer=pointer, expected="an integer", found=type(value).__name__
        )
    if not low <= value <= _MAX_INTEGER:
        # In hex, because Python refuses to print very long decimals.
        raise MalformedError(
            "anchor.number", pointer=pointer, expected=f"{low} to 2^53-1", found=hex(value)
        )
    return value


def _items(value: object, pointer: str, limit: int) -> list[tuple[object, str]]:
    if not isinstance(value, list):
        raise MalformedError(
            "anchor.members", pointer=pointer, expected="an array", found=type(value).__name__
        )
    if len(value) > limit:
        raise MalformedError(
            "anchor.too_many", pointer=pointer, expected=f"<= {limit}", found=len(value)
        )
    return [(item, f"{pointer}/{number}") for number, item in enumerate(value)]


def _nodes(value: object, pointer: str) -> tuple[bytes, ...]:
    return tuple(
        parse_hex(item, "anchor.hex", place, limit=MAX_NODE_BYTES)
        for item, place in _items(value, pointer, MAX_NODES)
    )
