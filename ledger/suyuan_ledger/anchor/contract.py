"""The anchor contract's calls and views, as bytes in and typed values out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from suyuan_ledger.anchor.artifact import load_artifact
from suyuan_ledger.anchor.client import RpcError, from_hex
from suyuan_ledger.anchor.reverts import explain_revert, revert_data
from suyuan_ledger.errors import ChainError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from suyuan_ledger.anchor.client import ChainClient

ZERO_ADDRESS = "0x" + "00" * 20
# 10^11 seconds lie in the year 5138: a larger block time is one in milliseconds, as on FISCO BCOS.
MILLISECONDS_FROM = 10**11


@dataclass(frozen=True, slots=True)
class Head:
    """The contract's newest entry; `count` 0 and `size` 0 while there is none."""

    count: int
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """One anchor as the contract stores it.

    Attributes:
        index: its position.
        size: the log's number of leaves.
        root: the root of these leaves.
        time: the block's time in seconds since 1970, also where the chain counts milliseconds.
        block_number: the block that appended it.
    """

    index: int
    size: int
    root: bytes
    time: int
    block_number: int


class AnchorContract:
    """One deployed contract.

    Attributes:
        client: the node that is asked.
        address: 0x and 40 lower-case hex digits.
    """

    def __init__(self, client: ChainClient, address: str) -> None:
        self.client = client
        self.address = address.lower()

    def check(self) -> None:
        """Refuse another chain and other code.

        Raises:
            ChainError: `chain.chain_id`, `chain.code`.
        """
        self.client.check_chain()
        self.client.check_code(self.address)

    def head(self) -> Head:
        """Return the newest entry, read in one call."""
        index, size, root = self.read("head")
        # An empty contract answers with size 0, and no entry ever has that size.
        return Head(0 if size == 0 else index + 1, size, root)

    def entry(self, index: int) -> Entry:
        """Return one entry.

        Raises:
            ChainError: `chain.no_such_anchor`.
        """
        root, size, time, block_number, stored = self.read("anchorAt", index)
        if stored != index:
            raise ChainError("chain.answer", pointer="anchorAt", expected=index, found=stored)
        seconds = time // 1000 if time >= MILLISECONDS_FROM else time
        return Entry(index, size, root, seconds, block_number)

    def address_of(self, role: str) -> str:
        """Return `owner`, `pendingOwner`, `anchorer`, `successor` or `predecessor`, lower-case."""
        (found,) = self.read(role)
        return str(found).lower()

    def read(self, name: str, *arguments: object) -> tuple[Any, ...]:
        """Call a view at the newest block.

        Raises:
            ChainError: the contract's own refusal, or as `ChainClient.request`.
        """
        from eth_abi.abi import decode  # noqa: PLC0415 (slow import)
        from eth_abi.exceptions import DecodingError  # noqa: PLC0415

        entry = load_artifact().entry("function", name)
        call = {"to": self.address, "data": "0x" + encode_call(name, *arguments).hex()}
        try:
            answer = from_hex(self.client.request("eth_call", call, "latest"))
        except RpcError as error:
            data = revert_data(error.message, error.data)
            if data is None:
                raise
            raise explain_revert(data) from error
        try:
            return decode([output["type"] for output in entry["outputs"]], answer)
        except DecodingError as error:
            raise ChainError("chain.answer", pointer=name, found="0x" + answer.hex()) from error


def encode_call(name: str, *arguments: object) -> bytes:
    """Encode a call of one of the contract's functions."""
    from eth_abi.abi import encode  # noqa: PLC0415 (slow import)
    from eth_utils.abi import function_abi_to_4byte_selector  # noqa: PLC0415

    entry: Any = load_artifact().entry("function", name)
    types = [argument["type"] for argument in entry["inputs"]]
    return function_abi_to_4byte_selector(entry) + encode(types, arguments)


def encode_anchor(old_size: int, size: int, root: bytes, proof: Sequence[bytes]) -> bytes:
    """Encode `anchor(oldSize, newSize, newRoot, proof)`."""
    return encode_call("anchor", old_size, size, root, list(proof))
