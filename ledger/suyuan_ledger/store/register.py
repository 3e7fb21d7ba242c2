"""What is logged, for the door: the database behind the questions of `workflow.register`.

Every record asks for its issuer's grants and revocations, so these are remembered, and so are the
newest rule set and the last records that were asked for: the door asks for a record's target again
and again, and what is logged never changes. What a batch adds to the tables is forgotten when it is
stored and read anew; the sequencer throws the whole register away whenever the log moved without
it, or a batch failed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from suyuan_ledger.errors import StorageError
from suyuan_ledger.log.clock import format_seconds
from suyuan_ledger.store import footprints, governance, repository
from suyuan_ledger.workflow.statements import REMEMBERED, Logged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection

    from suyuan_ledger.store.repository import StoredRecord
    from suyuan_ledger.workflow.statements import (
        EnergyCertificate,
        Grant,
        LabelQuantity,
        Revocation,
        Rows,
        StatusEvent,
        StoredRuleSet,
    )

_EVERYTHING = (1 << 63) - 1
_REMEMBERED = 128
"""Records, of at most 256 KiB each, that a register keeps for the next question."""


class StoredRegister:
    """A `workflow.register.Register` over a database.

    Attributes:
        connection: the transaction to read in; the owner sets it before each batch.
    """

    def __init__(self, connection: Connection | None = None) -> None:
        self.connection = connection
        self._grants: dict[str, list[Grant]] = {}
        self._revocations: dict[str, list[Revocation]] | None = None
        self._reaches_back = False
        self._rule_set: tuple[StoredRuleSet | None] | None = None
        self._found: dict[bytes, Logged] = {}

    def grants(self, did: str) -> Sequence[Grant]:
        """Return the grants of a key."""
        found = self._grants.get(did)
        if found is None:
            found = repository.read_grants(self._open(), did)
            # A key without grants is not remembered: strangers must not fill the memory.
            if found:
                self._grants[did] = found
        return found

    def revocations(self, did: str) -> Sequence[Revocation]:
        """Return what was revoked of a key."""
        return self._by_key().get(did, ())

    def reaches_back(self) -> bool:
        """Tell whether some revocation ends an enrolment before its own position."""
        self._by_key()
        return self._reaches_back

    def _by_key(self) -> dict[str, list[Revocation]]:
        if self._revocations is None:
            self._revocations = {}
            for item in governance.read_revocations(self._open()):
                self._revocations.setdefault(item.subject_did, []).append(item)
                self._reaches_back |= item.from_index < item.index
        return self._revocations

    def find(self, content: bytes) -> Logged | None:
        """Return the record with this content digest."""
        known = self._found.pop(content, None)
        if known is None:
            stored = repository.find_content(self._open(), content)
            if stored is None:
                return None
            known = to_logged(stored)
        self._remember(known)
        return known

    def read_ahead(self, contents: Sequence[bytes]) -> None:
        """Read records that will be asked for next, with one question for all of them."""
        missing = [content for content in contents if content not in self._found]
        # No more than fit: the others are asked for when it is their turn.
        found = repository.find_contents(self._open(), missing[:_REMEMBERED])
        for stored in found.values():
            self._remember(to_logged(stored))

    def _remember(self, record: Logged) -> None:
        if len(self._found) >= _REMEMBERED:
            del self._found[next(iter(self._found))]
        self._found[record.content] = record  # at the end: the one unasked longest goes first

    def enrolment(self, index: int) -> Logged | None:
        """Return the Enrolment at a position."""
        found = repository.find_record(self._open(), index)
        return None if found is None else to_logged(found)

    def opinions(self, content: bytes) -> Sequence[Logged]:
        """Return the records of `REMEMBERED` that are about a record."""
        found = repository.find_linking(self._open(), content, "about", REMEMBERED)
        return [to_logged(record) for record in found]

    def rule_set(self) -> StoredRuleSet | None:
        """Return the newest RuleSet."""
        if self._rule_set is None:
            self._rule_set = (governance.rule_set_in_force(self._open(), _EVERYTHING),)
        return self._rule_set[0]

    def numbered(self, registry_number: str) -> int | None:
        """Return the position of the admission that has this registry number."""
        found = governance.find_registry_number(self._open(), registry_number)
        return None if found is None else found.index

    def events(self, target_index: int) -> Sequence[StatusEvent]:
        """Return the status events that act on a record."""
        return governance.read_status_events(self._open(), _EVERYTHING, [target_index])

    def documented(self, kind: str, number: str) -> int | None:
        """Return the position of the certificate, filing or label that has this number."""
        return footprints.find_document(self._open(), kind, number)

    def used_energy(self, identifiers: Sequence[str]) -> Sequence[EnergyCertificate]:
        """Return which statements use some of these green certificates."""
        return footprints.read_energy(self._open(), identifiers)

    def labelled(self, certificate_index: int) -> Sequence[LabelQuantity]:
        """Return the quantities of the labels of a certificate."""
        return footprints.read_label_quantities(self._open(), certificate_index)

    def forget(self, rows: Rows) -> None:
        """Read anew what these rows have changed."""
        for grant in rows.grants:
            self._grants.pop(grant.subject_did, None)
        if rows.revocations:
            self._revocations = None
        if rows.rule_sets:
            self._rule_set = None

    def _open(self) -> Connection:
        if self.connection is None:
            raise StorageError("store.failed", found="the register has no open transaction")
        return self.connection


def to_logged(stored: StoredRecord) -> Logged:
    """Hand a stored record to the door."""
    return Logged(
        stored.index,
        stored.kind,
        stored.issuer,
        stored.content,
        format_seconds(stored.time),
        stored.body,
    )
