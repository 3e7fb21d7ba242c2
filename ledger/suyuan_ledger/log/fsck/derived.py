"""The door a second time, and the tables that it fills, beside the ones that are stored.

The door is asked about every record again, at its own place. What it reads of earlier records comes
from rows that are checked already; what follows from them (grants, revocations, rule sets, ...) is
kept here as it was recomputed, so that a damaged table can mislead nobody.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import orjson

from suyuan_ledger.errors import LedgerError, StorageError
from suyuan_ledger.log.fsck.rows import reason
from suyuan_ledger.log.submission import to_submission
from suyuan_ledger.status.derive import Segments, derive_segments
from suyuan_ledger.store import audit, footprint_tables, governance_tables, repository, tables
from suyuan_ledger.store.register import StoredRegister
from suyuan_ledger.workflow.door import Door
from suyuan_ledger.workflow.register import MemoryRegister

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.engine import Connection

    from suyuan_ledger.records.profile import ParsedRecord
    from suyuan_ledger.workflow.statements import Logged, Rows

DERIVED_TABLES: dict[str, type[tables.Table]] = {
    "enrolment": tables.Enrolment,
    "revocation": governance_tables.Revocation,
    "rule_set": governance_tables.RuleSet,
    "factor_case": governance_tables.FactorCase,
    "admission": governance_tables.Admission,
    "status_event": governance_tables.StatusEvent,
    "document_number": footprint_tables.DocumentNumber,
    "energy_certificate": footprint_tables.EnergyCertificate,
    "label_quantity": footprint_tables.LabelQuantity,
}
# What later records change in a case; compared at the end.
_CHANGING = frozenset({"state", "updated_index"})

DerivedRows = dict[str, list[dict[str, Any]]]
"""Rows by table; each row by column."""


class DerivedCheck:
    """Judges every record again and compares what follows from it.

    Args:
        connection: one snapshot of the database.
        roots: did:keys of the root authorities.
    """

    def __init__(self, connection: Connection, roots: Collection[str]) -> None:
        self._connection = connection
        self._roots = roots
        self._register = _CheckedRegister(connection)
        self._counts = dict.fromkeys(DERIVED_TABLES, 0)

    def check(self, record: ParsedRecord, index: int, time: str, stored: DerivedRows) -> None:
        """Judge the next record and compare its rows.

        Args:
            record: sound by itself.
            index: its position.
            time: its entry's time.
            stored: the rows of the derived tables that have this index.

        Raises:
            StorageError: `fsck.authority`, `fsck.enrolment`, `fsck.derived`.
        """
        place = f"record {index}"
        register = self._register
        register.size = index
        door = Door(self._roots, register, self._derive_status)
        try:
            door.admit(to_submission(record), index, time)
        except LedgerError as error:
            raise StorageError("fsck.authority", pointer=place, found=reason(error)) from error
        expected = rows_by_table(door.new.rows)
        for table in DERIVED_TABLES:
            ours = [_fixed(row) for row in expected.get(table, ())]
            theirs = [_fixed(row) for row in stored.get(table, ())]
            if ours != theirs:
                enrolment = table == "enrolment"
                raise StorageError(
                    "fsck.enrolment" if enrolment else "fsck.derived",
                    pointer=place if enrolment else f"{place}, table {table}",
                    expected=_show(ours),
                    found=_show(theirs),
                )
            self._counts[table] += len(ours)
        # Cases are many, and nothing is judged by them.
        door.new.rows.cases.clear()
        register.learn(door.new.rows)

    def end(self) -> None:
        """Check that nothing is left over, and where the work on each submission stands.

        Raises:
            StorageError: `fsck.extra`, `fsck.derived`.
        """
        for name, table in DERIVED_TABLES.items():
            found = repository.count_rows(self._connection, table)
            if found != self._counts[name]:
                raise StorageError(
                    "fsck.extra",
                    pointer=f"table {name}",
                    expected=f"{self._counts[name]} rows",
                    found=found,
                )
        wrong = audit.find_wrong_case(self._connection)
        if wrong is not None:
            index, expected, found_case = wrong
            raise StorageError(
                "fsck.derived",
                pointer=f"record {index}, table factor_case",
                expected=_show([expected]),
                found=_show([found_case]),
            )

    def _derive_status(self, as_of: int, time: str) -> Segments:
        return derive_segments(self._register.rows.events, as_of, time)


class _CheckedRegister(MemoryRegister):
    """What follows from records as it was recomputed, and records out of rows that were checked.

    Attributes:
        size: only records below this index are known.
    """

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._stored = StoredRegister(connection)
        self.size = 0

    def find(self, content: bytes) -> Logged | None:
        return self._known(self._stored.find(content))

    def enrolment(self, index: int) -> Logged | None:
        return self._known(self._stored.enrolment(index))

    def opinions(self, content: bytes) -> Sequence[Logged]:
        return [found for found in self._stored.opinions(content) if found.index < self.size]

    def _known(self, found: Logged | None) -> Logged | None:
        return found if found is not None and found.index < self.size else None


def rows_by_table(rows: Rows) -> DerivedRows:
    """Name what follows from a record as the tables have it."""
    cases = governance_tables.FactorCase.__table__.columns.keys()  # type: ignore[attr-defined]
    return {
        "enrolment": [{**asdict(item), "roles": sorted(item.roles)} for item in rows.grants],
        "revocation": [asdict(item) for item in rows.revocations],
        "rule_set": [
            {
                "index": item.index,
                "content": item.content,
                "rule_set_id": item.subject["ruleSetId"],
                "version": item.subject["version"],
            }
            for item in rows.rule_sets
        ],
        "factor_case": [dict(zip(cases, item, strict=True)) for item in rows.cases],
        "admission": [asdict(item) for item in rows.admissions],
        "status_event": sorted(
            (asdict(item) for item in rows.events), key=lambda row: row["target_index"]
        ),
        "document_number": [asdict(item) for item in rows.numbers],
        "energy_certificate": [asdict(item) for item in rows.energy],
        "label_quantity": [asdict(item) for item in rows.quantities],
    }


def _fixed(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _CHANGING}


def _show(rows: Sequence[dict[str, Any]]) -> str:
    """Write rows as canonical JSON, hashes in hex."""
    shown = [
        {name: item.hex() if isinstance(item, bytes) else item for name, item in row.items()}
        for row in rows
    ]
    return orjson.dumps(shown, option=orjson.OPT_SORT_KEYS).decode() if shown else "no row"
