"""The records of a bundle that views are made from (docs/spec/views.md#terms)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from suyuan_verifier.bundle import parse_bundle
from suyuan_verifier.canonical import format_digest
from suyuan_verifier.disclosure import Figures, parse_disclosures
from suyuan_verifier.footprint.exact import plain
from suyuan_verifier.record import Record, read_record


@dataclass(frozen=True, slots=True)
class Source:
    """One record with its content digest as links name it."""

    record: Record
    digest: str

    @property
    def kind(self) -> str:
        """Kind of the record."""
        return self.record.kind

    @property
    def subject(self) -> dict[str, Any]:
        """`credentialSubject`."""
        return self.record.subject

    @property
    def value(self) -> dict[str, Any]:
        """The whole record."""
        return self.record.value

    @property
    def uuid(self) -> str:
        """`id` without its prefix."""
        return self.record.id.removeprefix("urn:uuid:")

    def targets(self, rel: str) -> list[str]:
        """Digests that links of one rel name, in the record's order."""
        return [digest for name, digest in self.record.links if name == rel]


@dataclass(frozen=True, slots=True)
class Statement:
    """A footprint statement, its line items with what is known of their figures.

    Attributes:
        items: the line items without `_sd`; each has `figures` (`stated`, `disclosed` or
            `sealed`), and `quantity` and `emission` unless that is `sealed`.
    """

    source: Source
    items: list[dict[str, Any]]

    @property
    def subject(self) -> dict[str, Any]:
        """`credentialSubject`, with the line items as signed."""
        return self.source.subject


class Sources:
    """The records of a verified bundle, found by what they say of each other.

    Args:
        data: the bundle, which `verify` has read before: its records are well-formed, their
            signatures hold, and its disclosures were judged by step 9.

    Raises:
        MalformedError: if it is no such bundle.
    """

    def __init__(self, data: bytes) -> None:
        bundle = parse_bundle(data)
        records = [read_record(value, parsed=True) for value in bundle.records]
        self._sources = [Source(record, format_digest(record.content_digest)) for record in records]
        self._by_digest = {source.digest: source for source in self._sources}
        self._disclosed = parse_disclosures(bundle.disclosures)
        self.subject = self._by_digest[bundle.subject]

    def find(self, digest: str) -> Source | None:
        """Return a record of the bundle."""
        return self._by_digest.get(digest)

    def of_kind(self, kind: str) -> list[Source]:
        """Return the records of one kind, in log order."""
        return [source for source in self._sources if source.kind == kind]

    def naming(self, kind: str, rel: str, digest: str) -> list[Source]:
        """Return the records of one kind that name a record by a link, in log order."""
        return [source for source in self.of_kind(kind) if digest in source.targets(rel)]

    def on_the_way(self, kind: str) -> Source | None:
        """Return the first record of a kind from the subject along `about` to the statement."""
        source: Source | None = self.subject
        while source is not None and source.kind != kind:
            targets = source.targets("about")
            ends = source.kind == "FootprintStatement" or not targets
            source = None if ends else self.find(targets[0])
        return source

    def statement(self) -> Statement | None:
        """S: the footprint statement that the bundle leads to."""
        source = self.on_the_way("FootprintStatement")
        if source is None:
            return None
        items = [self._open(item) for item in source.subject["lineItems"]]
        return Statement(source, items)

    def method(self, statement: Source) -> Source | None:
        """M: the method that a statement names."""
        targets = statement.targets("basedOn")
        return self.find(targets[0]) if targets else None

    def registered_id(self, did: str) -> str | None:
        """REG: registered id of the organisation that a key was first enrolled for."""
        for source in self.of_kind("Enrolment"):
            if source.subject["id"] == did:
                identifier: str = source.subject["organisation"]["registeredId"]
                return identifier
        return None

    def last_state(self, *digests: str) -> str | None:
        """Return `to` of the last status change about one of these records."""
        changes = [
            source.subject["to"]
            for source in self.of_kind("StatusChange")
            if set(digests).intersection(source.targets("about"))
        ]
        return changes[-1] if changes else None

    def _open(self, item: dict[str, Any]) -> dict[str, Any]:
        """Return a line item with its figures where they are known."""
        if "_sd" not in item:
            return {**item, "figures": "stated"}
        known = {name: member for name, member in item.items() if name != "_sd"}
        figures: Figures | None = self._disclosed.get(item["_sd"][0])
        if figures is None:
            return {**known, "figures": "sealed"}
        return {
            **known,
            "figures": "disclosed",
            "quantity": plain(figures.quantity),
            "emission": plain(figures.emission),
        }
