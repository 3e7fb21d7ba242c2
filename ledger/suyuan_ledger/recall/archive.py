"""Bodies for a recall, from the ledger's own database, each held to its content digest.

What the log commits to in an entry is the digest; a body that does not lead to it says nothing.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.canonical import write_canonical
from suyuan_ledger.records.digest import parse_digest
from suyuan_ledger.store import repository

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.engine import Connection

    from suyuan_ledger.recall.graph import Reached

    Value = dict[str, Any]

# A footprint's body is some kilobytes; so many of them are in memory at a time.
_CHUNK = 400


class Archive:
    """The records of one snapshot of the database.

    Args:
        connection: an open transaction.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._index = connection.dialect.identifier_preparer.quote("index")

    def read(self, records: Sequence[Reached]) -> Iterator[tuple[Reached, Value | None]]:
        """Yield records with their values, a few hundred in memory at a time.

        Args:
            records: in log order.

        Yields:
            Each record; None for its value if the body is not what the log committed to.
        """
        for start in range(0, len(records), _CHUNK):
            part = records[start : start + _CHUNK]
            indexes = ", ".join(f"{record.index:d}" for record in part)
            name = self._index
            statement = f"SELECT {name}, body FROM record WHERE {name} IN ({indexes})"  # noqa: S608 - our own numbers
            # From the driver's own cursor: SQLAlchemy's row costs more than the row.
            cursor = self._connection.exec_driver_sql(statement).cursor
            bodies: dict[int, bytes] = dict(cursor.fetchall()) if cursor else {}
            for record in part:
                yield record, _open(bodies.get(record.index), record.content)

    def get(self, content: str, kinds: Sequence[str]) -> Value:
        """Return the record with a content digest.

        Args:
            content: `sha256:...`.
            kinds: of which kinds it may be.

        Raises:
            RefusedError: `recall.replacement`, there is no such record.
        """
        digest = parse_digest(content)
        stored = repository.find_content(self._connection, digest)
        value = _open(stored.body, digest) if stored else None
        if value is None or value["type"][1] not in kinds:
            raise RefusedError(
                "recall.replacement",
                expected=" | ".join(kinds),
                found=content if value is None else value["type"][1],
            )
        return value


def link_of(value: Value, rel: str) -> str | None:
    """Return the first target of a record's links of one relation, `sha256:...`."""
    return next(
        (link["contentDigest"] for link in value.get("links", ()) if link["rel"] == rel), None
    )


def _open(body: bytes | None, content: bytes) -> Value | None:
    """Read a body and hold it to a content digest."""
    if body is None:
        return None
    try:
        value: Value = orjson.loads(body)
        unsigned = value.copy()
        del unsigned["proof"]
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError):
        return None
    return value if sha256(write_canonical(unsigned)).digest() == content else None
