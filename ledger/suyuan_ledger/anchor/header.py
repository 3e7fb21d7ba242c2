"""Block headers as the bytes that hash to the block hash, rebuilt from a node's JSON.

Nodes do not serve a header's RLP, so it is rebuilt and its Keccak-256 compared with the block hash
that the node states: what does not match is never exported.

The order of the fields is the yellow paper's (section 4.4), then one field per later fork. On
chains with Istanbul-style finality the block hash is not that of the header as served: the commit
seals, and in some the round, are left out of it. Then the preimage is rebuilt (Besu's
BftBlockHashing and its extra-data codecs; GoQuorum's core/types/istanbul.go):

    QBFT    [vanity, validators, vote, round, seals]   round := 0 (empty string), seals := []
    IBFT2   [vanity, validators, vote, round, seals]   both left out: a list of three
    IBFT1   vanity || [validators, proposer seal, committed seals]   committed seals := []
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from suyuan_ledger.anchor.client import from_hex, from_quantity
from suyuan_ledger.errors import ChainError

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER_FIELDS = (
    ("parentHash", "data"),
    ("sha3Uncles", "data"),
    ("miner", "data"),
    ("stateRoot", "data"),
    ("transactionsRoot", "data"),
    ("receiptsRoot", "data"),
    ("logsBloom", "data"),
    ("difficulty", "quantity"),
    ("number", "quantity"),
    ("gasLimit", "quantity"),
    ("gasUsed", "quantity"),
    ("timestamp", "quantity"),
    ("extraData", "data"),
    ("mixHash", "data"),
    ("nonce", "data"),
)
FORK_FIELDS = (
    ("baseFeePerGas", "quantity"),  # EIP-1559, London
    ("withdrawalsRoot", "data"),  # EIP-4895, Shanghai
    ("blobGasUsed", "quantity"),  # EIP-4844, Cancun
    ("excessBlobGas", "quantity"),
    ("parentBeaconBlockRoot", "data"),  # EIP-4788
    ("requestsHash", "data"),  # EIP-7685, Prague
)
EXTRA_DATA = 12
VANITY = 32
SHORT = 55
SINGLE_BYTE = 0x80

Item = bytes | list["Item"]


def header_rlp(block: dict[str, Any]) -> bytes:
    """Return the bytes whose Keccak-256 is the block's hash.

    Args:
        block: the node's own JSON of `eth_getBlockByNumber`.

    Raises:
        ChainError: `chain.header`, no known form of header hashes to the stated hash;
            `chain.answer`, a field is missing or malformed.
    """
    from eth_utils.crypto import keccak  # noqa: PLC0415 (slow import)

    stated = from_hex(block.get("hash"))
    fields = _fields(block)
    for extra in _extra_data_forms(fields[EXTRA_DATA]):
        fields[EXTRA_DATA] = extra
        encoded = encode_rlp(list(fields))
        if keccak(encoded) == stated:
            return encoded
    raise ChainError("chain.header", pointer=str(block.get("number")), expected=block.get("hash"))


def _fields(block: dict[str, Any]) -> list[bytes]:
    fields = [_field(block, name, kind) for name, kind in HEADER_FIELDS]
    missing = None
    for name, kind in FORK_FIELDS:
        if block.get(name) is None:
            missing = name
        elif missing is None:
            fields.append(_field(block, name, kind))
        else:
            # A fork's field without those of the forks before it: the tail is one sequence.
            raise ChainError("chain.answer", pointer=name, expected=f"{missing} before it")
    return fields


def _field(block: dict[str, Any], name: str, kind: str) -> bytes:
    value = block.get(name)
    if kind == "data":
        return from_hex(value)
    number = from_quantity(value, name)
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _extra_data_forms(extra: bytes) -> Iterator[bytes]:
    """Give the extra data as served, then as each BFT protocol hashes it."""
    yield extra
    try:
        whole = decode_rlp(extra)
    except ValueError:
        whole = b""
    if isinstance(whole, list) and len(whole) == 5:
        yield encode_rlp([*whole[:3], b"", []])
        yield encode_rlp(whole[:3])
    try:
        tail = decode_rlp(extra[VANITY:])
    except ValueError:
        return
    if isinstance(tail, list) and len(tail) == 3:
        yield extra[:VANITY] + encode_rlp([*tail[:2], []])


def encode_rlp(item: Item) -> bytes:
    """Encode a byte string or a list (yellow paper, appendix B)."""
    if isinstance(item, bytes):
        if len(item) == 1 and item[0] < SINGLE_BYTE:
            return item
        return _prefix(len(item), 0x80) + item
    body = b"".join(encode_rlp(member) for member in item)
    return _prefix(len(body), 0xC0) + body


def decode_rlp(data: bytes) -> Item:
    """Decode one item that fills `data`.

    Only extra data of a header is decoded here, to be encoded and hashed again: a non-canonical
    form cannot match the block hash and needs no refusal of its own.

    Raises:
        ValueError: the bytes are not one item.
    """
    item, end = _decode(data, 0, 0)
    if end != len(data):
        raise ValueError("trailing bytes")
    return item


def _prefix(length: int, offset: int) -> bytes:
    if length <= SHORT:
        return bytes([offset + length])
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([offset + SHORT + len(size)]) + size


def _decode(data: bytes, at: int, depth: int) -> tuple[Item, int]:
    if at >= len(data) or depth > 8:
        raise ValueError("no item")
    first = data[at]
    if first < SINGLE_BYTE:
        return data[at : at + 1], at + 1
    offset = 0xC0 if first >= 0xC0 else 0x80
    length, start = first - offset, at + 1
    if length > SHORT:
        start += length - SHORT
        length = int.from_bytes(data[at + 1 : start], "big")
    end = start + length
    if end > len(data):
        raise ValueError("truncated")
    if offset == 0x80:
        return data[start:end], end
    members: list[Item] = []
    while start < end:
        member, start = _decode(data[:end], start, depth + 1)
        members.append(member)
    return members, end
