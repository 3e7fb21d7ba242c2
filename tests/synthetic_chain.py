"""An EVM chain's state made by hand: enough for anchor evidence, without a node.

Builds Merkle Patricia tries (yellow paper, appendix D), block headers of the London format
(EIP-1559, 16 fields) and the storage of CheckpointAnchor: an array at slot 2, two slots an entry

    keccak256(uint256(2)) + 2i        root
    keccak256(uint256(2)) + 2i + 1    size | time << 64 | block << 128 | index << 192

Shares no code with the verifier: Keccak comes from pycryptodome, RLP and the tries are written
from the yellow paper.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from Crypto.Hash import keccak as _keccak

EMPTY_CODE_HASH = bytes.fromhex("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")
ANCHORS_SLOT = 2
# Keccak-256 of the RLP of an empty list: the uncle hash of every block without uncles.
EMPTY_UNCLES = bytes.fromhex("1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347")


def keccak256(data: bytes) -> bytes:
    """Keccak-256 with Ethereum's padding."""
    return _keccak.new(digest_bits=256, data=data).digest()


def rlp(item) -> bytes:
    """Encode bytes, an int or a list (yellow paper, appendix B)."""
    if isinstance(item, int):
        item = item.to_bytes((item.bit_length() + 7) // 8, "big")
    if isinstance(item, bytes):
        if len(item) == 1 and item[0] < 0x80:
            return item
        return _rlp_length(len(item), 0x80) + item
    payload = b"".join(map(rlp, item))
    return _rlp_length(len(payload), 0xC0) + payload


def _rlp_length(length: int, offset: int) -> bytes:
    if length < 56:
        return bytes([offset + length])
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([offset + 55 + len(size)]) + size


class Trie:
    """A secure trie: keys are hashed, values are stored as given; empty values are absent."""

    def __init__(self, values: dict[bytes, bytes]) -> None:
        self._pairs = {_nibbles(keccak256(key)): value for key, value in values.items() if value}

    @property
    def root(self) -> bytes:
        """Root hash."""
        return keccak256(rlp(_node(self._pairs)))

    def prove(self, key: bytes) -> list[bytes]:
        """Return the nodes on the way to `key`, as eth_getProof does: embedded ones left out."""
        path, pairs, nodes = _nibbles(keccak256(key)), self._pairs, []
        while pairs:
            raw = rlp(_node(pairs))
            if not nodes or len(raw) >= 32:
                nodes.append(raw)
            if len(pairs) == 1:
                break
            shared = _shared(pairs)
            if shared:
                if path[: len(shared)] != shared:
                    break
                pairs = {key[len(shared) :]: value for key, value in pairs.items()}
                path = path[len(shared) :]
                raw = rlp(_node(pairs))
                if len(raw) >= 32:
                    nodes.append(raw)
            pairs = {key[1:]: value for key, value in pairs.items() if key[0] == path[0]}
            path = path[1:]
        return nodes


def _node(pairs: dict[tuple[int, ...], bytes]):
    """The node that holds these pairs, its children by reference."""
    if not pairs:
        return b""
    if len(pairs) == 1:
        ((path, value),) = pairs.items()
        return [_hex_prefix(path, leaf=True), value]
    shared = _shared(pairs)
    if shared:
        rest = {key[len(shared) :]: value for key, value in pairs.items()}
        return [_hex_prefix(shared, leaf=False), _reference(_node(rest))]
    children = [
        _reference(_node({key[1:]: value for key, value in pairs.items() if key[0] == nibble}))
        for nibble in range(16)
    ]
    return [*children, b""]


def _reference(node):
    raw = rlp(node)
    return node if node == b"" or len(raw) < 32 else keccak256(raw)


def _shared(pairs) -> tuple[int, ...]:
    first, last = min(pairs), max(pairs)
    length = next((i for i, pair in enumerate(zip(first, last, strict=True)) if len(set(pair)) > 1))
    return first[:length]


def _hex_prefix(path: tuple[int, ...], *, leaf: bool) -> bytes:
    flag = 2 * leaf + len(path) % 2
    nibbles = (flag, *path) if len(path) % 2 else (flag, 0, *path)
    return bytes(16 * high + low for high, low in zip(nibbles[::2], nibbles[1::2], strict=True))


def _nibbles(data: bytes) -> tuple[int, ...]:
    return tuple(nibble for byte in data for nibble in (byte >> 4, byte & 15))


@dataclass
class Contract:
    """One CheckpointAnchor: address, runtime code, and its storage slots as integers."""

    address: bytes
    code: bytes
    storage: dict[int, int] = field(default_factory=lambda: {0: 0xA11CE, 3: 0xB0B})

    @property
    def code_hash(self) -> bytes:
        """Keccak-256 of the runtime code."""
        return keccak256(self.code)

    @property
    def trie(self) -> Trie:
        """The storage trie."""
        return Trie({word(slot): rlp(value) for slot, value in self.storage.items() if value})

    def push(self, size: int, root: bytes, *, time: int, block: int) -> int:
        """Append one anchor as the contract would; return its index."""
        index = self.storage.get(ANCHORS_SLOT, 0)
        self.storage[ANCHORS_SLOT] = index + 1
        place = entry_slot(index)
        self.storage[place] = int.from_bytes(root, "big")
        self.storage[place + 1] = size | time << 64 | block << 128 | index << 192
        return index


@dataclass
class Chain:
    """One chain: contracts and other accounts, and a block over them at any moment."""

    id: int = 31337
    contracts: dict[bytes, Contract] = field(default_factory=dict)

    def deploy(self, name: str, code: bytes = b"CheckpointAnchor runtime") -> Contract:
        """Put a contract at an address that follows from its name."""
        contract = Contract(keccak256(name.encode())[12:], code)
        self.contracts[contract.address] = contract
        return contract

    @property
    def state(self) -> Trie:
        """The account trie: the contracts, and a few plain accounts beside them."""
        accounts = {keccak256(b"account %d" % i)[12:]: rlp([i, i, Trie({}).root, EMPTY_CODE_HASH])
                    for i in range(1, 20)}  # fmt: skip
        for contract in self.contracts.values():
            accounts[contract.address] = rlp([1, 0, contract.trie.root, contract.code_hash])
        return Trie(accounts)

    def header(self, number: int, time: int) -> bytes:
        """RLP of a header over the present state, 16 fields (London)."""
        return rlp(
            [
                keccak256(b"parent of %d" % number),
                EMPTY_UNCLES,
                bytes(20),
                self.state.root,
                Trie({}).root,
                Trie({}).root,
                bytes(256),
                0,
                number,
                30_000_000,
                0,
                time,
                b"",
                bytes(32),
                bytes(8),
                7,
            ]
        )

    def prove(self, contract: Contract, index: int, header: bytes) -> dict[str, object]:
        """The three state members of a bundle's anchor, for one entry of a contract."""
        place, storage = entry_slot(index), contract.trie
        return {
            "header": hexed(header),
            "accountProof": [hexed(node) for node in self.state.prove(contract.address)],
            "storageProof": {
                "root": [hexed(node) for node in storage.prove(word(place))],
                "meta": [hexed(node) for node in storage.prove(word(place + 1))],
            },
        }


def entry_slot(index: int) -> int:
    """Storage slot of an entry's root."""
    return int.from_bytes(keccak256(word(ANCHORS_SLOT)), "big") + 2 * index


def word(number: int) -> bytes:
    """A 32-byte big-endian word."""
    return number.to_bytes(32, "big")


def hexed(data: bytes) -> str:
    """`0x` and lower-case hex digits."""
    return "0x" + data.hex()
