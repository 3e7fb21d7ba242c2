"""What it means when the contract or the node refuses a transaction.

The contract's custom errors are recognised by their four-byte selectors (Solidity ABI, section
"Encoding of errors"), wherever the node puts the revert data. Errors of the pool have no common
numbers, only texts; the texts matched here are those of go-ethereum, reth, Besu, Nethermind and
anvil.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from suyuan_ledger.anchor.artifact import load_artifact
from suyuan_ledger.errors import ChainError

REVERT_DATA = re.compile(r"0x[0-9a-fA-F]{8,}")
TX_HASH = re.compile(r"0x[0-9a-fA-F]{64}")

# Custom error -> our code, and what was expected and found, from the error's arguments.
CODES: dict[str, tuple[str, str | None, str | None]] = {
    "NotAnchorer": ("chain.not_anchorer", None, "{0}"),
    "StaleHead": ("chain.stale_head", "{1}", "{0}"),
    "NotGrowing": ("chain.not_growing", "more than {0}", "{1}"),
    "InconsistentProof": ("chain.inconsistent", None, None),
    "NoSuchAnchor": ("chain.no_such_anchor", "below {1}", "{0}"),
    "AlreadyRetired": ("chain.retired", None, "{0}"),
    "BadSuccessor": ("chain.bad_successor", None, "{0}"),
    "BadPredecessor": ("chain.bad_predecessor", None, "{0}"),
    "OwnableUnauthorizedAccount": ("chain.not_owner", None, "{0}"),
}

KNOWN = ("already known", "already imported", "known transaction", "alreadyknown")
SPENT = ("nonce too low", "nonce_too_low", "oldnonce", "nonce is too low")
UNDERPRICED = (
    "underpriced",
    "feetoolow",
    "fee too low",
    "gas price too low",
    "less than block base fee",
    "below configured minimum",
)
UNFUNDED = ("insufficient funds", "insufficientfunds", "upfront cost", "insufficient balance")


@cache
def _selectors() -> dict[bytes, tuple[str, list[str]]]:
    from eth_utils.abi import function_abi_to_4byte_selector  # noqa: PLC0415 (slow import)

    found: dict[bytes, tuple[str, list[str]]] = {}
    for entry in load_artifact().abi:
        if entry["type"] == "error":
            # Errors and functions share one way to make a selector.
            as_function: Any = {**entry, "type": "function"}
            types = [argument["type"] for argument in entry["inputs"]]
            found[function_abi_to_4byte_selector(as_function)] = (entry["name"], types)
    return found


def explain_revert(data: bytes) -> ChainError:
    """Turn revert data into an error with a code of ours; `chain.reverted` if it is unknown."""
    from eth_abi.abi import decode  # noqa: PLC0415 (slow import)
    from eth_abi.exceptions import DecodingError  # noqa: PLC0415

    name, types = _selectors().get(data[:4], ("", []))
    if name not in CODES:
        return ChainError("chain.reverted", found=name or "0x" + data.hex())
    code, expected, found = CODES[name]
    try:
        values = decode(types, data[4:])
    except DecodingError:
        return ChainError("chain.reverted", found="0x" + data.hex())
    return ChainError(
        code,
        expected=None if expected is None else expected.format(*values),
        found=None if found is None else found.format(*values),
    )


def revert_data(message: str, data: Any) -> bytes | None:
    """Find revert data in a node's error, None if the error is not a revert.

    go-ethereum, Besu and anvil put it into `data`, others into a member of it or behind a word.
    """
    candidates = [data, *data.values()] if isinstance(data, dict) else [data]
    for candidate in candidates:
        if isinstance(candidate, str):
            found = REVERT_DATA.search(candidate)
            if found and len(found.group()) % 2 == 0 and not TX_HASH.fullmatch(candidate):
                return bytes.fromhex(found.group()[2:])
    return b"" if "revert" in message.lower() else None


def carried_hash(data: Any) -> str | None:
    """Return the transaction hash inside an error's data.

    Some chains answer a broadcast with the revert of a transaction that *is* in the chain.
    """
    if isinstance(data, dict):
        for key in ("txHash", "transactionHash", "hash"):
            value = data.get(key)
            if isinstance(value, str) and TX_HASH.fullmatch(value):
                return value.lower()
    return None


def mentions(message: str, texts: tuple[str, ...]) -> bool:
    """Whether a node's message says one of the texts."""
    lowered = message.lower()
    return any(text in lowered for text in texts)
