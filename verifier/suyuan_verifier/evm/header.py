"""Read an EVM block header from its RLP and compute its hash.

Fields 0 to 14 are those of the yellow paper (section 4.4); later forks only appended: baseFeePerGas
(EIP-1559), withdrawalsRoot (4895), blobGasUsed and excessBlobGas (4844), parentBeaconBlockRoot
(4788), requestsHash (7685). A fork that appends more needs no change here: whatever stands in the
header, its hash covers it, and the hash is what the caller compares with one it trusts.

On a QBFT or IBFT chain the block hash is that of the header *without* the commit seals (and the
round); an exporter hands over exactly that preimage, so that the same rule holds.
"""

from __future__ import annotations

from dataclasses import dataclass

from suyuan_verifier.errors import MalformedError
from suyuan_verifier.evm.keccak import keccak256
from suyuan_verifier.evm.rlp import decode_integer, decode_rlp

MAX_HEADER_BYTES = 65_536
MIN_FIELDS = 15
MAX_FIELDS = 32

_STATE_ROOT, _NUMBER, _TIMESTAMP = 3, 8, 11
_SIZES = {0: 32, 1: 32, 2: 20, 3: 32, 4: 32, 5: 32, 6: 256, 13: 32, 14: 8}
_INTEGERS = (7, 8, 9, 10, 11)
_UINT64_BYTES = 8


@dataclass(frozen=True, slots=True)
class BlockHeader:
    """What a proof needs of a header.

    Attributes:
        hash: Keccak-256 of the RLP, the block hash.
        number: height.
        timestamp: as the chain states it, POSIX seconds.
        state_root: root of the account trie after this block.
    """

    hash: bytes
    number: int
    timestamp: int
    state_root: bytes


def parse_header(data: bytes) -> BlockHeader:
    """Parse a header.

    Raises:
        MalformedError: `evm.rlp`, `evm.header`.
    """
    fields = decode_rlp(data, max_bytes=MAX_HEADER_BYTES, max_depth=1)
    if not isinstance(fields, tuple) or not MIN_FIELDS <= len(fields) <= MAX_FIELDS:
        raise MalformedError(
            "evm.header",
            expected=f"a list of {MIN_FIELDS} to {MAX_FIELDS} fields",
            found=len(fields) if isinstance(fields, tuple) else "a byte string",
        )
    # Depth 1 above has refused any inner list: every member is a byte string.
    strings = [field for field in fields if isinstance(field, bytes)]
    for place, size in _SIZES.items():
        if len(strings[place]) != size:
            raise MalformedError(
                "evm.header", expected=f"field {place}: {size} bytes", found=len(strings[place])
            )
    numbers = {place: decode_integer(strings[place]) for place in _INTEGERS}
    for place in (_NUMBER, _TIMESTAMP):
        if len(strings[place]) > _UINT64_BYTES:
            raise MalformedError(
                "evm.header", expected=f"field {place}: below 2^64", found=numbers[place]
            )
    return BlockHeader(keccak256(data), numbers[_NUMBER], numbers[_TIMESTAMP], strings[_STATE_ROOT])
