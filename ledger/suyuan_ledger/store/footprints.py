"""Reads and writes of the tables that follow from footprints, certificates, filings and labels.

Like `governance`, everything here works on a connection that the caller opened. Reads come in log
order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy import select

from suyuan_ledger.store import footprint_tables, repository
from suyuan_ledger.workflow.statements import EnergyCertificate, LabelQuantity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Table
    from sqlalchemy.engine import Connection

    from suyuan_ledger.workflow.statements import Rows

_NUMBER = cast("Table", footprint_tables.DocumentNumber.__table__)  # type: ignore[attr-defined]
_ENERGY = cast("Table", footprint_tables.EnergyCertificate.__table__)  # type: ignore[attr-defined]
_LABEL = cast("Table", footprint_tables.LabelQuantity.__table__)  # type: ignore[attr-defined]

# As in `repository`: SQLite before 3.32 takes 999 parameters in one statement.
_CHUNK = 400


def insert_footprints(connection: Connection, rows: Rows) -> None:
    """Write what follows from the records of a batch; the records are there already."""
    repository.insert_rows(
        connection, _NUMBER, [(item.index, item.kind, item.number) for item in rows.numbers]
    )
    repository.insert_rows(
        connection, _ENERGY, [(item.certificate_id, item.index) for item in rows.energy]
    )
    repository.insert_rows(
        connection,
        _LABEL,
        [
            (item.index, item.certificate_index, item.quantity, item.unit)
            for item in rows.quantities
        ],
    )


def find_document(connection: Connection, kind: str, number: str) -> int | None:
    """Return the position of the certificate, filing or label that has a number."""
    columns = _NUMBER.c
    found = connection.execute(
        select(columns.index).where(columns.kind == kind, columns.number == number)
    ).scalar()
    return None if found is None else int(found)


def read_energy(connection: Connection, identifiers: Sequence[str]) -> list[EnergyCertificate]:
    """Return which statements use some green certificates."""
    found: list[EnergyCertificate] = []
    for start in range(0, len(identifiers), _CHUNK):
        wanted = identifiers[start : start + _CHUNK]
        query = select(_ENERGY).where(_ENERGY.c.certificate_id.in_(wanted))
        found += [EnergyCertificate(*row) for row in connection.execute(query)]
    return sorted(found, key=lambda item: (item.index, item.certificate_id))


def read_label_quantities(connection: Connection, certificate_index: int) -> list[LabelQuantity]:
    """Return the quantities of the labels of a certificate."""
    query = (
        select(_LABEL)
        .where(_LABEL.c.certificate_index == certificate_index)
        .order_by(_LABEL.c.index)
    )
    return [LabelQuantity(*row) for row in connection.execute(query)]
