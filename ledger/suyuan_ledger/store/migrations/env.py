"""What Alembic runs: migrate the database behind the connection that it is handed.

The connection comes from `suyuan_ledger.store.schema`, so there is no configuration file and no
second place that knows the database's address.
"""

from __future__ import annotations

from alembic import context

# Every module of tables has to be read before their one metadata is complete.
from suyuan_ledger.store import footprint_tables, governance_tables

_COMPLETE = (governance_tables.FactorCase, footprint_tables.LabelQuantity)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=_COMPLETE[-1].metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
