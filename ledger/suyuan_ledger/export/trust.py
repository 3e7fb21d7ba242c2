"""Trust policies: what the ledger proposes that a verifying party relies on.

A proposal, no more. The person who keeps the policy compares keys, contract and block hash with the
operator by another channel before relying on it (docs/spec/trust-policy.md).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from suyuan_ledger.records.profile import format_digest
from suyuan_ledger.store.governance import read_rule_sets

if TYPE_CHECKING:
    from suyuan_ledger.service import Ledger
    from suyuan_ledger.store.tables import Contract
    from suyuan_ledger.workflow.statements import StoredRuleSet

FORMAT = "suyuan/trust@v1"
REQUIRED_STEPS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
"""The steps that this version's verifier executes."""

UNGOVERNED_STEPS = (1, 2, 3, 4, 5, 6, 7)
"""Without a rule set nothing is governed, and nobody owes a status list."""

MAX_STATUS_AGE = 7 * 24 * 3600
"""Seconds; where no rule set says how often a list is due."""


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
    sealed: bool = False,
) -> bytes:
    """Write a trust policy for this ledger.

    Args:
        ledger: the log; its root authorities and key are named for every index and size, each of
            its rule sets for the indexes that it governs.
        contracts: all contracts it anchored in; a retired one counts up to the anchor that its
            successor took over.
        pinned: blocks to pin.
        online: whether endpoints named by `--rpc` may be believed as well.
        sealed: whether figures that nobody disclosed may be believed to who verified the footprint.
    """
    accept = ["pinned", "online"] if online else ["pinned"]
    with ledger.store.read() as connection:
        rule_sets = read_rule_sets(connection)
    value = {
        "format": FORMAT,
        "roots": [{"did": did, "fromIndex": 0, "untilIndex": None} for did in ledger.roots],
        "ruleSets": _rule_sets(rule_sets),
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
        "maxStatusAge": _status_age(rule_sets),
        "maxAnchorAge": None,
        "acceptSealed": "verified" if sealed else "never",
        "requiredSteps": list(REQUIRED_STEPS if rule_sets else UNGOVERNED_STEPS),
    }
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode("utf-8")


def _rule_sets(rule_sets: Sequence[StoredRuleSet]) -> list[dict[str, Any]]:
    """Name each rule set for the indexes that it governs: behind it, up to its successor."""
    ends = [following.index + 1 for following in rule_sets[1:]]
    return [
        {
            "contentDigest": format_digest(rule_set.content),
            "fromIndex": rule_set.index + 1,
            "untilIndex": end,
        }
        for rule_set, end in zip_longest(rule_sets, ends)
    ]


def _status_age(rule_sets: Sequence[StoredRuleSet]) -> int:
    """Say how old a status list may be.

    The rule set in force bounds the time between two lists. A list is anchored and handed on after
    it was logged, and the next one is not there on the second: twice the interval leaves one for
    the publisher and one for the way. A list older than that was withheld, or is archived.
    """
    if not rule_sets:
        return MAX_STATUS_AGE
    interval: int = rule_sets[-1].subject["status"]["interval"]
    return 2 * interval


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
