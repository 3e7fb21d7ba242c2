"""What leaves the ledger: bundles and trust policies."""
