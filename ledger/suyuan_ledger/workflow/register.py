"""What the door asks about the records that are logged already, and what it remembers of a batch.

A record is judged by what lies before it in the log, never by what a table says about it alone.
The same question must get the same answer whether the record that decides it is stored, cached, or
an earlier one of the same batch; so there is one `Register` to ask, and the door puts what its
batch has added behind what is stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from suyuan_ledger.workflow.statements import REMEMBERED, Logged, Rows, link_targets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from suyuan_ledger.log.submission import Submission
    from suyuan_ledger.workflow.statements import (
        CaseRow,
        EnergyCertificate,
        Grant,
        LabelQuantity,
        Revocation,
        StatusEvent,
        StoredRuleSet,
    )


class Register(Protocol):
    """What is logged; every list in log order."""

    def grants(self, did: str) -> Sequence[Grant]:
        """Return the grants of a key."""
        ...

    def revocations(self, did: str) -> Sequence[Revocation]:
        """Return what was revoked of a key."""
        ...

    def find(self, content: bytes) -> Logged | None:
        """Return the record with this content digest."""
        ...

    def read_ahead(self, contents: Sequence[bytes]) -> None:
        """Learn that these records will be asked for next; only the cost of `find` may change."""
        ...

    def enrolment(self, index: int) -> Logged | None:
        """Return the Enrolment at a position."""
        ...

    def opinions(self, content: bytes) -> Sequence[Logged]:
        """Return the records of `REMEMBERED` that are about a record."""
        ...

    def rule_set(self) -> StoredRuleSet | None:
        """Return the newest RuleSet."""
        ...

    def numbered(self, registry_number: str) -> int | None:
        """Return the position of the admission that has this registry number."""
        ...

    def events(self, target_index: int) -> Sequence[StatusEvent]:
        """Return the status events that act on a record."""
        ...

    def documented(self, kind: str, number: str) -> int | None:
        """Return the position of the certificate, filing or label that has this number."""
        ...

    def used_energy(self, identifiers: Sequence[str]) -> Sequence[EnergyCertificate]:
        """Return which statements use some of these green certificates."""
        ...

    def labelled(self, certificate_index: int) -> Sequence[LabelQuantity]:
        """Return the quantities of the labels of a certificate."""
        ...

    def reaches_back(self) -> bool:
        """Tell whether some revocation ends an enrolment before its own position."""
        ...


class MemoryRegister:
    """A register in memory: what a batch adds before it is stored, or all of a small log.

    Attributes:
        rows: what follows from the records, in log order.
    """

    def __init__(self) -> None:
        self.rows = Rows()
        self._records: dict[bytes, tuple[int, str, Submission]] = {}
        self._enrolments: dict[int, bytes] = {}
        self._opinions: dict[bytes, list[bytes]] = {}
        self._grants: dict[str, list[Grant]] = {}
        self._revocations: dict[str, list[Revocation]] = {}
        self._numbers: dict[str, int] = {}
        self._events: dict[int, list[StatusEvent]] = {}
        self._documents: dict[tuple[str, str], int] = {}
        self._energy: dict[str, list[EnergyCertificate]] = {}
        self._labels: dict[int, list[LabelQuantity]] = {}
        self._reaches_back = False

    def log_factor(self, record: Submission, index: int, time: str, case: CaseRow) -> None:
        """Remember a submission; nearly every record of an import comes this way."""
        self._records[record.content_digest] = (index, time, record)
        self.rows.cases.append(case)

    def log(self, record: Submission, index: int, time: str, rows: Rows) -> None:
        """Remember a record and what follows from it."""
        content = record.content_digest
        self._records[content] = (index, time, record)
        if record.kind == "Enrolment":
            self._enrolments[index] = content
        elif record.kind in REMEMBERED:
            for target in link_targets(record.value, "about"):
                self._opinions.setdefault(target, []).append(content)
        self.learn(rows)

    def learn(self, rows: Rows) -> None:
        """Remember what follows from records that are kept elsewhere."""
        self.rows.extend(rows)
        for grant in rows.grants:
            self._grants.setdefault(grant.subject_did, []).append(grant)
        for revocation in rows.revocations:
            self._revocations.setdefault(revocation.subject_did, []).append(revocation)
            self._reaches_back |= revocation.from_index < revocation.index
        for admission in rows.admissions:
            self._numbers[admission.registry_number] = admission.index
        for event in rows.events:
            self._events.setdefault(event.target_index, []).append(event)
        for document in rows.numbers:
            self._documents[document.kind, document.number] = document.index
        for use in rows.energy:
            self._energy.setdefault(use.certificate_id, []).append(use)
        for label in rows.quantities:
            self._labels.setdefault(label.certificate_index, []).append(label)

    def grants(self, did: str) -> Sequence[Grant]:
        """Return the grants of a key."""
        return self._grants.get(did, ())

    def revocations(self, did: str) -> Sequence[Revocation]:
        """Return what was revoked of a key."""
        return self._revocations.get(did, ())

    def find(self, content: bytes) -> Logged | None:
        """Return the record with this content digest."""
        found = self._records.get(content)
        if found is None:
            return None
        index, time, record = found
        return Logged(index, record.kind, record.issuer, content, time, record.canonical)

    def read_ahead(self, contents: Sequence[bytes]) -> None:
        """Do nothing: everything is at hand."""

    def enrolment(self, index: int) -> Logged | None:
        """Return the Enrolment at a position."""
        content = self._enrolments.get(index)
        return None if content is None else self.find(content)

    def opinions(self, content: bytes) -> Sequence[Logged]:
        """Return the records of `REMEMBERED` that are about a record."""
        found = [self.find(opinion) for opinion in self._opinions.get(content, ())]
        return [opinion for opinion in found if opinion is not None]

    def rule_set(self) -> StoredRuleSet | None:
        """Return the newest RuleSet."""
        return self.rows.rule_sets[-1] if self.rows.rule_sets else None

    def numbered(self, registry_number: str) -> int | None:
        """Return the position of the admission that has this registry number."""
        return self._numbers.get(registry_number)

    def events(self, target_index: int) -> Sequence[StatusEvent]:
        """Return the status events that act on a record."""
        return self._events.get(target_index, ())

    def documented(self, kind: str, number: str) -> int | None:
        """Return the position of the certificate, filing or label that has this number."""
        return self._documents.get((kind, number))

    def used_energy(self, identifiers: Sequence[str]) -> Sequence[EnergyCertificate]:
        """Return which statements use some of these green certificates."""
        return [use for name in identifiers for use in self._energy.get(name, ())]

    def labelled(self, certificate_index: int) -> Sequence[LabelQuantity]:
        """Return the quantities of the labels of a certificate."""
        return self._labels.get(certificate_index, ())

    def reaches_back(self) -> bool:
        """Tell whether some revocation ends an enrolment before its own position."""
        return self._reaches_back


class LayeredRegister:
    """What is stored, with what a batch has added behind it."""

    def __init__(self, stored: Register, new: MemoryRegister) -> None:
        self._stored = stored
        self._new = new

    def grants(self, did: str) -> Sequence[Grant]:
        """Return the grants of a key."""
        stored = self._stored.grants(did)
        new = self._new.grants(did)
        return [*stored, *new] if new else stored

    def revocations(self, did: str) -> Sequence[Revocation]:
        """Return what was revoked of a key."""
        stored, new = self._stored.revocations(did), self._new.revocations(did)
        return [*stored, *new] if new else stored

    def find(self, content: bytes) -> Logged | None:
        """Return the record with this content digest."""
        return self._new.find(content) or self._stored.find(content)

    def read_ahead(self, contents: Sequence[bytes]) -> None:
        """Let the stored register read what it will be asked for."""
        self._stored.read_ahead(contents)

    def enrolment(self, index: int) -> Logged | None:
        """Return the Enrolment at a position."""
        return self._new.enrolment(index) or self._stored.enrolment(index)

    def opinions(self, content: bytes) -> Sequence[Logged]:
        """Return the records of `REMEMBERED` that are about a record."""
        return [*self._stored.opinions(content), *self._new.opinions(content)]

    def rule_set(self) -> StoredRuleSet | None:
        """Return the newest RuleSet."""
        return self._new.rule_set() or self._stored.rule_set()

    def numbered(self, registry_number: str) -> int | None:
        """Return the position of the admission that has this registry number."""
        found = self._new.numbered(registry_number)
        return self._stored.numbered(registry_number) if found is None else found

    def events(self, target_index: int) -> Sequence[StatusEvent]:
        """Return the status events that act on a record."""
        return [*self._stored.events(target_index), *self._new.events(target_index)]

    def documented(self, kind: str, number: str) -> int | None:
        """Return the position of the certificate, filing or label that has this number."""
        found = self._new.documented(kind, number)
        return self._stored.documented(kind, number) if found is None else found

    def used_energy(self, identifiers: Sequence[str]) -> Sequence[EnergyCertificate]:
        """Return which statements use some of these green certificates."""
        return [*self._stored.used_energy(identifiers), *self._new.used_energy(identifiers)]

    def labelled(self, certificate_index: int) -> Sequence[LabelQuantity]:
        """Return the quantities of the labels of a certificate."""
        return [*self._stored.labelled(certificate_index), *self._new.labelled(certificate_index)]

    def reaches_back(self) -> bool:
        """Tell whether some revocation ends an enrolment before its own position."""
        return self._new.reaches_back() or self._stored.reaches_back()
