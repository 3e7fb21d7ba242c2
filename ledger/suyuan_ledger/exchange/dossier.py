"""A bundle, verified and taken apart: the records that a view is projected from.

Source: docs/spec/views.md#terms.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson
from suyuan_verifier import Outcome, PolicyError, Verdict, parse_policy, verify

from suyuan_ledger.errors import RefusedError, ledger_codes
from suyuan_ledger.records.canonical import write_canonical
from suyuan_ledger.records.profile import format_digest

if TYPE_CHECKING:
    from datetime import datetime

    from suyuan_verifier import Report

STATEMENT = "FootprintStatement"
CERTIFICATE = "Certificate"
LABEL = "LabelIssuance"
_REFUSED = (Verdict.INVALID, Verdict.UNREADABLE)
_PREFIX = len("sha256:")
_URN_UUID = len("urn:uuid:")


@dataclass(frozen=True)
class Held:
    """A record of the bundle.

    Attributes:
        value: the signed record.
        index: its place in the log.
    """

    value: dict[str, Any]
    index: int

    @cached_property
    def digest(self) -> str:
        """Content digest, `sha256:...`."""
        content = {name: member for name, member in self.value.items() if name != "proof"}
        return format_digest(sha256(write_canonical(content)).digest())

    @property
    def hex_digest(self) -> str:
        """The 64 hex digits of the content digest alone, as UNTP writes one."""
        return self.digest[_PREFIX:]

    @property
    def sri(self) -> str:
        """The content digest as the `digestSRI` of W3C credentials."""
        raw = bytes.fromhex(self.hex_digest)
        return "sha256-" + base64.b64encode(raw).decode("ascii")

    @property
    def kind(self) -> str:
        """Which kind of record it is."""
        kind: str = self.value["type"][1]
        return kind

    @property
    def id(self) -> str:
        """Its `urn:uuid:...`."""
        name: str = self.value["id"]
        return name

    @property
    def uuid(self) -> str:
        """Its id without `urn:uuid:`."""
        return self.id[_URN_UUID:]

    @property
    def subject(self) -> dict[str, Any]:
        """What it says."""
        subject: dict[str, Any] = self.value["credentialSubject"]
        return subject

    @property
    def issuer(self) -> dict[str, str]:
        """Who says it: `id`, `name`, `nameZh`."""
        issuer: dict[str, str] = self.value["issuer"]
        return issuer

    @property
    def created(self) -> str:
        """When its signer says that it was signed."""
        created: str = self.value["proof"]["created"]
        return created

    def targets(self, rel: str) -> list[str]:
        """Content digests of the records that it names by a relation."""
        return [link["contentDigest"] for link in self.value.get("links", ()) if link["rel"] == rel]


class Dossier:
    """The records of one bundle and the parts that they play.

    Attributes:
        records: in the order of the log, as a bundle has them.
        subject: the record that the bundle is about.
        disclosures: of sealed line items, as the bundle carries them.
    """

    def __init__(self, records: Iterable[Held], subject: str, disclosures: Iterable[str]) -> None:
        self.records = tuple(records)
        self.disclosures = tuple(disclosures)
        self._by_digest = {record.digest: record for record in self.records}
        self._by_kind: dict[str, list[Held]] = {}
        for record in self.records:
            self._by_kind.setdefault(record.kind, []).append(record)
        self.subject = self._by_digest[subject]

    def find(self, digest: str) -> Held | None:
        """Return a record by its content digest, None if the bundle does not carry it."""
        return self._by_digest.get(digest)

    def of_kind(self, kind: str) -> list[Held]:
        """Return the records of a kind, in the order of the log."""
        return self._by_kind.get(kind, [])

    def linking(self, kind: str, rel: str, *targets: Held) -> list[Held]:
        """Return the records of a kind that name one of some records, in the order of the log."""
        digests = {target.digest for target in targets}
        return [
            record for record in self.of_kind(kind) if not digests.isdisjoint(record.targets(rel))
        ]

    @property
    def statement(self) -> Held:
        """The statement that the subject is about, directly or through others.

        Raises:
            RefusedError: `export.subject`.
        """
        statement = self._on_the_way(STATEMENT)
        if statement is None:
            raise RefusedError("export.subject", expected=STATEMENT, found=self.subject.kind)
        return statement

    @property
    def certificate(self) -> Held | None:
        """The first certificate on the way to the statement."""
        return self._on_the_way(CERTIFICATE)

    @property
    def label(self) -> Held | None:
        """The first label on the way to the statement."""
        return self._on_the_way(LABEL)

    def required(self, kind: str) -> Held:
        """Return the subject of the bundle, which has to be of a kind.

        Raises:
            RefusedError: `export.subject`.
        """
        if self.subject.kind != kind:
            raise RefusedError("export.subject", expected=kind, found=self.subject.kind)
        return self.subject

    def opinion(self, statement: Held) -> Held | None:
        """The last verification that found a statement right."""
        good = [
            record
            for record in self.linking("FootprintVerification", "about", statement)
            if record.subject["result"] == "verified"
        ]
        return good[-1] if good else None

    def method(self, statement: Held) -> Held | None:
        """The method that a statement is based on."""
        return next(self._found(statement.targets("basedOn"), "MethodReference"), None)

    def superseded(self, statement: Held) -> Held | None:
        """The statement that another one replaces, if the bundle carries it."""
        return next(self._found(statement.targets("supersedes"), STATEMENT), None)

    def opinions(self, certificate: Held) -> list[Held]:
        """The verifications that a certificate is based on, in the order of the log."""
        found = self._found(certificate.targets("basedOn"), "FootprintVerification")
        return sorted(found, key=lambda record: record.index)

    def registered_id(self, did: str) -> str | None:
        """The registered id of the organisation that a key is enrolled for."""
        for enrolment in self.of_kind("Enrolment"):
            if enrolment.subject["id"] == did:
                found: str = enrolment.subject["organisation"]["registeredId"]
                return found
        return None

    def last_state(self, *targets: Held) -> str | None:
        """The state that the last StatusChange about one of some records left."""
        changes = self.linking("StatusChange", "about", *targets)
        state: str | None = changes[-1].subject["to"] if changes else None
        return state

    def _on_the_way(self, kind: str) -> Held | None:
        return next((record for record in self._way() if record.kind == kind), None)

    def _way(self) -> Iterator[Held]:
        """Walk from the subject to its statement; links name digests, so that it ends."""
        record: Held | None = self.subject
        while record is not None:
            yield record
            if record.kind == STATEMENT:
                return
            about = record.targets("about")
            record = self.find(about[0]) if about else None

    def _found(self, digests: Iterable[str], kind: str) -> Iterator[Held]:
        for digest in digests:
            record = self.find(digest)
            if record is not None and record.kind == kind:
                yield record


def open_dossier(data: bytes, policy: bytes, now: datetime) -> tuple[Dossier, Report]:
    """Verify a bundle and take it apart.

    Args:
        data: the bundle file.
        policy: the trust policy under which it is verified.
        now: time of the verification.

    Returns:
        The records, and what the verifier found: VALID or UNDECIDED.

    Raises:
        RefusedError: `export.bundle` if the bundle is not valid or cannot be read; a `policy.*`
            code.
    """
    try:
        trust = parse_policy(policy)
    except PolicyError as error:
        raise RefusedError(
            error.code, pointer=error.pointer, expected=error.expected, found=error.found
        ) from None
    report = verify(data, trust, now=now)
    if report.verdict in _REFUSED:
        raise RefusedError("export.bundle", expected="VALID", found=_reasons(report))
    return read_dossier(orjson.loads(data)), report


def read_dossier(bundle: dict[str, Any]) -> Dossier:
    """Take apart a bundle that was verified."""
    entries = bundle["log"]["entries"]
    records = [
        Held(value, entry["index"]) for value, entry in zip(bundle["records"], entries, strict=True)
    ]
    return Dossier(records, bundle["subject"], bundle.get("disclosures", ()))


def _reasons(report: Report) -> str:
    failed = dict.fromkeys(check.code for check in report.checks if check.outcome is Outcome.FAIL)
    known = [code for code in failed if code in ledger_codes()]
    return f"{report.verdict.value}: {', '.join(known)}"
