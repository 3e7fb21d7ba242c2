"""The Merkle log: hashes, tiles, trees, notes, checkpoints, entries and their proofs."""
