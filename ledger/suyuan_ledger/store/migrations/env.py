"""What Alembic runs: migrate the database behind the connection that it is handed.

The connection comes from `suyuan_ledger.store.schema`, so there is no configuration file and no
second place that knows the database's address.
"""

from __future__ import annotations

from alembic import context

# The last module of tables: it imports the others, and all share one metadata.
from suyuan_ledger.store.governance_tables import FactorCase

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=FactorCase.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
