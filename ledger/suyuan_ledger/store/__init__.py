"""Where the ledger keeps its bytes: tables, engine, migrations and the only code that writes rows.

The database is the log. Records, entries, tiles, checkpoints and the anchor outbox of a batch
commit in one transaction; files and object storage are mirrors derived from it.
"""
