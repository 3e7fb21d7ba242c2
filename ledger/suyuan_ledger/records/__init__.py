"""Signed records: the profile at the ledger's door, drafts, signing, and the import of tables."""
