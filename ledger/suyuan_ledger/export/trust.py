"""Trust policies: what the ledger proposes that a verifying party relies on.

A proposal, no more. The person who keeps the policy compares keys, contract and block hash with the
operator by another channel before relying on it (docs/spec/trust-policy.md).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from suyuan_ledger.service import Ledger
    from suyuan_ledger.store.tables import Contract

FORMAT = "suyuan/trust@v1"
REQUIRED_STEPS = (1, 2, 3, 4, 5, 6, 7)
"""The steps that this version's verifier executes."""

MAX_STATUS_AGE = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class PinnedBlock:
    """A block that the policy proposes to believe: chain, number, `0x` hash."""

    chain_id: int
    number: int
    hash: str


def export_trust(
    ledger: Ledger,
    contracts: Sequence[Contract],
    pinned: Sequence[PinnedBlock],
    *,
    online: bool = False,
) -> bytes:
    """Write a trust policy for this ledger.

    Args:
        ledger: the log; its root authorities and key are named for every index and size.
        contracts: all contracts it anchored in; a retired one counts up to the anchor that its
            successor took over.
        pinned: blocks to pin.
        online: whether endpoints named by `--rpc` may be believed as well.
    """
    accept = ["pinned", "online"] if online else ["pinned"]
    value = {
        "format": FORMAT,
        "roots": [{"did": did, "fromIndex": 0, "untilIndex": None} for did in ledger.roots],
        "ruleSets": [],
        "log": {
            "origin": ledger.origin,
            "keys": [{"vkey": ledger.vkey, "fromSize": 0, "untilSize": None}],
            "witnesses": [],
            "quorum": 0,
        },
        "contracts": [_contract(row, contracts) for row in contracts],
        "anchorTrust": {
            "accept": accept,
            "pinned": [
                {"chainId": block.chain_id, "number": block.number, "hash": block.hash}
                for block in pinned
            ],
            "validatorSets": [],
        },
        "maxStatusAge": MAX_STATUS_AGE,
        "maxAnchorAge": None,
        "acceptSealed": "never",
        "requiredSteps": list(REQUIRED_STEPS),
    }
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode("utf-8")


def _contract(row: Contract, rows: Sequence[Contract]) -> dict[str, Any]:
    """Name one contract; its successor says how far it counts."""
    successors = [
        other
        for other in rows
        if (other.chain_id, other.predecessor) == (row.chain_id, row.address)
    ]
    return {
        "chainId": row.chain_id,
        "address": row.address,
        "codeHash": row.code_hash,
        "lastIndex": successors[0].last_index if successors else None,
    }
