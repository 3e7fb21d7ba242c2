"""Alembic's environment and the numbered migrations; `suyuan_ledger.store.schema` runs them."""
