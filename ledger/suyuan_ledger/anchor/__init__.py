"""Anchoring: the log's signed checkpoints are carried to a contract on an EVM chain.

The contract (`contracts/CheckpointAnchor.sol`) is a compare-and-swap over an append-only array
that checks an RFC 9162 consistency proof before it accepts the next checkpoint. Everything here
follows from one rule: **the contract is the truth**. The database journal says what was signed and
sent; what is anchored is only ever read from the contract.

    artifact   the compiled contract that the ledger ships, and what identifies its code
    anvil      a local development chain as a subprocess
    keystore   the hot key (and, for recovery, the cold one)
    fees       what to pay: EIP-1559, legacy, nothing at all
    client     JSON-RPC to one node, with chain id and contract code checked
    reverts    what a node's refusal means
    finality   which block counts as final
    contract   the contract's calls and views
    outbox     the journal rows in the store
    log_view   what the sender needs to know of the log, checked before anything is sent
    sender     one pass of the anchoring loop, safe to kill at any point
    loop       repeated passes until everything is final
    deploy     a new contract
    recovery   rotating the hot key, retiring a contract in favour of a successor
    header     block header RLP rebuilt from a node's JSON
    evidence   the bundle's `anchor` object

No module here imports web3 or eth_account when it is imported itself: both cost seconds, and most
commands of the ledger never speak to a chain.
"""

from __future__ import annotations
