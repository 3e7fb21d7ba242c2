"""Check, from bytes alone, what an EVM contract held in its storage at a block.

    storage value -> storage root -> account -> state root -> block hash

`anchor` walks this chain for a log's anchor; `header`, `trie`, `rlp` and `keccak` are its links.
Nothing here trusts a node: the only thing left to trust is the block hash, and that is the caller's
decision (docs/spec/anchor.md, section "Trust bases").
"""
