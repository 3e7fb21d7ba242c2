"""The HTTP service over the ledger; this version holds no endpoints (see README.md)."""

__version__ = "0.1.0"
