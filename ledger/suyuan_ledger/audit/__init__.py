"""Audit: the whole log judged from what is public, every finding listed (docs/spec/audit.md)."""
