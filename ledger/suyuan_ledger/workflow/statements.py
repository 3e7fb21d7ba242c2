"""What one logged record says to the records after it, as the door and the tables keep it.

Every class here is a row of a derived table (store/governance_tables.py) or the record itself.
Nothing is in them that the records do not state, so all of it can be recomputed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson

DECISIONS = {
    "FactorAdmission": frozenset({"TraceabilityCheck", "ExpertReview", "AuthorityVerification"}),
    "Certificate": frozenset({"FootprintVerification"}),
    "LabelIssuance": frozenset({"Filing"}),
}
"""Kinds that decide, and the opinions about the same record of which they may leave out none."""

OPINIONS = frozenset[str]().union(*DECISIONS.values())
"""Kinds whose outcome decides about what they are about."""

REMEMBERED = OPINIONS | {"Certificate"}
"""Kinds of which a register knows what they are about."""

NUMBERS = {
    "Certificate": "certificateNumber",
    "Filing": "filingNumber",
    "LabelIssuance": "labelNumber",
}
"""Kinds with a number of their own, unique in the log, and the member that says it."""

ENDING = ("withdraw", "supersede", "revoke", "cancel")
"""Actions of status events after which a record is not in force any more."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What one logged Enrolment gives to one key.

    Attributes:
        index: the Enrolment's position in the log.
        subject_did: the enrolled key.
        issuer_did: the root or registrar that enrolled it.
        registered_id: the organisation's 18-character code.
        name: the organisation's name; every record of the key states it.
        name_zh: the organisation's Chinese name, likewise.
        person_id: opaque id of the person behind the key, if stated.
        roles: granted roles.
        scope: the record's `scope`; a dimension that is absent does not restrict.
        not_before: first instant of validity, `YYYY-MM-DDThh:mm:ssZ`.
        not_after: last instant of validity.
        parent_group_id: code of the group that the organisation belongs to, if stated.
    """

    index: int
    subject_did: str
    issuer_did: str
    registered_id: str
    name: str
    name_zh: str
    person_id: str | None
    roles: frozenset[str]
    scope: dict[str, Any]
    not_before: str
    not_after: str
    parent_group_id: str | None = None

    @property
    def person(self) -> tuple[str, str]:
        """Who is behind the key: (organisation, person), the person empty where none is stated."""
        return self.registered_id, self.person_id or ""


@dataclass(frozen=True, slots=True)
class Revocation:
    """What one logged EnrolmentRevocation takes from one Enrolment.

    Attributes:
        index: the revocation's position in the log.
        enrolment_index: position of the Enrolment that it ends.
        subject_did: the enrolled key.
        issuer_did: who revoked.
        reason: `superseded`, `ceased` or `compromised`.
        from_index: first index at which the Enrolment is worth nothing; may lie before `index`.
    """

    index: int
    enrolment_index: int
    subject_did: str
    issuer_did: str
    reason: str
    from_index: int


@dataclass(frozen=True, slots=True)
class StoredRuleSet:
    """A logged RuleSet: its position, content digest (32 bytes) and `credentialSubject`."""

    index: int
    content: bytes
    subject: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Admission:
    """A logged FactorAdmission and the submission that it takes into the registry.

    Attributes:
        index: the admission's position in the log.
        submission_index: the submission's.
        registry_number: its number in the registry; no two admissions have the same one.
        effective_from: as the record states it.
    """

    index: int
    submission_index: int
    registry_number: str
    effective_from: str


@dataclass(frozen=True, slots=True)
class StatusEvent:
    """What one logged status record says about one other record.

    Attributes:
        index: the event's position in the log.
        target_index: the record that it acts on.
        action: `revoke`, `activate`, `suspend`, `cancel`, `supersede`, `withdraw` or `correct`.
        impact: `recall`, `noNewUse` or `informOnly`, for the last three.
        effective_from: when it takes effect; None for the revocation of an Enrolment.
        from_index: for the revocation of an Enrolment alone.
    """

    index: int
    target_index: int
    action: str
    impact: str | None
    effective_from: str | None
    from_index: int | None


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """The number of a logged certificate, filing or label.

    Attributes:
        index: the record's position in the log.
        kind: one of `NUMBERS`.
        number: as the record states it; no two records of a kind have the same one.
    """

    index: int
    kind: str
    number: str


@dataclass(frozen=True, slots=True)
class EnergyCertificate:
    """A green certificate that a logged FootprintStatement uses.

    Attributes:
        certificate_id: as the statement names it.
        index: the statement's position in the log.
    """

    certificate_id: str
    index: int


@dataclass(frozen=True, slots=True)
class LabelQuantity:
    """How much of a certificate's goods a logged LabelIssuance is for.

    Attributes:
        index: the label's position in the log.
        certificate_index: the certificate's.
        quantity: as the label states it.
        unit: of the quantity.
    """

    index: int
    certificate_index: int
    quantity: str
    unit: str


@dataclass(frozen=True, slots=True)
class Case:
    """Where the work on one submission stands.

    Attributes:
        index: the submission's position in the log.
        registered_id: the submitter's organisation.
        factor_code: `factorCode` of the submission.
        factor_version: `factorVersion`.
        series: `seriesType`.
        geography_scheme: `geography.scheme`.
        geography_code: `geography.code`.
        state: `open`, `returned` or `admitted`; it only ever moves in this order.
        updated_index: position of the newest record of the workflow about it, or its own.
    """

    index: int
    registered_id: str
    factor_code: str
    factor_version: str
    series: str
    geography_scheme: str
    geography_code: str
    state: str
    updated_index: int


@dataclass(frozen=True)
class Logged:
    """One logged record.

    Attributes:
        index: its position in the log.
        kind: second member of its `type`.
        issuer: the signer's did:key.
        content: its content digest, 32 bytes.
        time: its entry's time, `YYYY-MM-DDThh:mm:ssZ`.
        body: its canonical bytes.
    """

    index: int
    kind: str
    issuer: str
    content: bytes
    time: str
    body: bytes

    @cached_property
    def value(self) -> dict[str, Any]:
        """The whole record, parsed when it is asked for."""
        value: dict[str, Any] = orjson.loads(self.body)
        return value

    @property
    def subject(self) -> dict[str, Any]:
        """Its `credentialSubject`."""
        subject: dict[str, Any] = self.value["credentialSubject"]
        return subject

    def targets(self, rel: str) -> list[bytes]:
        """Return the content digests that it links to by one relation, in its order."""
        return link_targets(self.value, rel)


CaseRow = tuple[int, str, str, str, str, str, str, str, int]
"""The members of a `Case` in their order: one is made for every submission of an import."""


@dataclass(frozen=True, slots=True)
class Move:
    """A record of the workflow about a submission: its case is now at least in this state."""

    case_index: int
    state: str
    index: int


@dataclass(slots=True)
class Rows:
    """What follows from records besides themselves: the rows of the derived tables."""

    grants: list[Grant] = field(default_factory=list)
    revocations: list[Revocation] = field(default_factory=list)
    rule_sets: list[StoredRuleSet] = field(default_factory=list)
    cases: list[CaseRow] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    admissions: list[Admission] = field(default_factory=list)
    events: list[StatusEvent] = field(default_factory=list)
    numbers: list[DocumentNumber] = field(default_factory=list)
    energy: list[EnergyCertificate] = field(default_factory=list)
    quantities: list[LabelQuantity] = field(default_factory=list)

    def extend(self, more: Rows) -> None:
        """Add what follows from later records."""
        self.grants += more.grants
        self.revocations += more.revocations
        self.rule_sets += more.rule_sets
        self.cases += more.cases
        self.moves += more.moves
        self.admissions += more.admissions
        self.events += more.events
        self.numbers += more.numbers
        self.energy += more.energy
        self.quantities += more.quantities


def link_targets(value: dict[str, Any], rel: str) -> list[bytes]:
    """Return the content digests that a record links to by one relation, in its order."""
    return [
        bytes.fromhex(link["contentDigest"].removeprefix("sha256:"))
        for link in value.get("links", ())
        if link["rel"] == rel
    ]
