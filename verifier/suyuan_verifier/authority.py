"""Step 4: was the key entitled to sign this, at this place in the log?

Judged at the record's log index, along a chain of enrolments that ends at a root authority which
the policy pins. Today's date and `created` decide nothing: an enrolment's dates are compared with
the time of the record's log entry (docs/spec/authority.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from suyuan_verifier.canonical import format_digest
from suyuan_verifier.enrolments import Logged
from suyuan_verifier.errors import ProofError
from suyuan_verifier.grants import Grants
from suyuan_verifier.policy import TrustPolicy
from suyuan_verifier.record import Record
from suyuan_verifier.targets import Targets

UNDECIDED = frozenset({"policy.root", "authority.unanswered", "authority.target"})
"""Codes that say nothing wrong of a record, but that nothing vouches for it either."""

ROOT_KINDS = frozenset({"RuleSet", "MethodReference"})
"""Kinds that only a root authority signs."""

_ANY_ROLE: frozenset[str] = frozenset()
_ADMITTER = frozenset({"admitter"})
_PRODUCER = frozenset({"producer"})
_CERTIFIER = frozenset({"certifier"})
ROLES: Mapping[str, frozenset[str]] = {
    "TraceabilityCheck": frozenset({"checker"}),
    "ExpertReview": frozenset({"expert"}),
    "AuthorityVerification": frozenset({"authority"}),
    "Assignment": _ADMITTER,
    "Return": frozenset({"admitter", "authority", "checker"}),
    "Objection": _ANY_ROLE,
    "FactorAdmission": _ADMITTER,
    "FactorSupersession": _ADMITTER,
    "FactorWithdrawal": _ADMITTER,
    "FactorErratum": _ADMITTER,
    "FootprintStatement": _PRODUCER,
    "FootprintVerification": frozenset({"certifier", "verificationBody"}),
    "Certificate": _CERTIFIER,
    "Filing": frozenset({"filingOffice"}),
    "LabelIssuance": _CERTIFIER,
    "Surveillance": frozenset({"certifier", "supervisor"}),
    "CbamInstallationData": _PRODUCER,
    "StatusList": frozenset({"statusPublisher"}),
}
"""Roles that may sign a kind, any one of them; an empty set for any role at all."""


@dataclass(frozen=True, slots=True)
class Standing:
    """As whom a record was signed: the enrolment that entitled its issuer.

    Attributes:
        organisation: `registeredId`.
        person: opaque id within the organisation, empty if the enrolment names nobody.
    """

    organisation: str
    person: str


class Authority:
    """Decides for every record of one bundle whether its issuer was entitled to sign it.

    Attributes:
        by_digest: the records by content digest.
        targets: what each record acts on.
    """

    def __init__(self, logged: list[Logged], policy: TrustPolicy) -> None:
        self._policy = policy
        self.by_digest = {format_digest(item.record.content_digest): item for item in logged}
        self.targets = Targets(self.by_digest)
        self._grants = Grants(logged, self.by_digest, policy)
        self._entitled: dict[int, Logged] = {}

    def check(self, item: Logged) -> None:
        """Check one record.

        Raises:
            ProofError: an `authority.*` code. Nothing can be said (`UNDECIDED`) for `policy.root`:
                the policy names no root authority for the record's index or for that of an
                enrolment it rests on; `authority.unanswered`: nobody answered the request;
                `authority.target`: what the record acts on is not in the bundle.
        """
        record, index = item.record, item.position.index
        self._grants.require_root_range(index)
        if record.kind in ROOT_KINDS:
            if not self._policy.is_root(record.issuer, index):
                raise ProofError(
                    "authority.root_only",
                    pointer="/issuer/id",
                    expected="a root authority of the policy",
                    found=record.issuer,
                )
        elif record.kind == "EnrolmentRequest":
            self._check_request(record)
        elif record.kind == "Enrolment":
            problem = self._grants.problem(item)
            if problem is not None:
                raise problem
            self._grants.earlier(record.subject["id"], index + 1)
        elif record.kind == "EnrolmentRevocation":
            self._grants.revocations.check(item)
        else:
            self._entitled[index] = self._entitling(item, self._roles(item))

    def is_heard(self, item: Logged) -> bool:
        """Tell whether a record may say anything of a key at all: an enrolment soundly given may.

        One that nobody entitled to gave would else move a key to another organisation.
        """
        return item.record.kind != "Enrolment" or self._grants.problem(item) is None

    def organisation(self, item: Logged) -> str:
        """Name the organisation of a record's key, empty if nobody enrolled it."""
        return self._grants.organisation(item.record.issuer) or ""

    def standing(self, item: Logged) -> Standing | None:
        """Say as whom a record was signed, None if `check` found no enrolment that entitles to it.

        Root authorities are not enrolled and stand as nobody.
        """
        enrolment = self._entitled.get(item.position.index)
        if enrolment is None:
            return None
        organisation = enrolment.record.subject["organisation"]
        return Standing(
            organisation["registeredId"],
            enrolment.record.subject.get("personId", ""),
        )

    def groups(self, item: Logged) -> frozenset[str]:
        """Name the signer's organisation, and the parent groups that its enrolments state."""
        return self._grants.groups(item.record.issuer, item.position.index)

    def holds(self, item: Logged, roles: frozenset[str]) -> bool:
        """Tell whether the issuer of a record could sign it in one of these roles."""
        enrolment = self._entitled.get(item.position.index)
        if enrolment is None:
            return False
        if not roles.isdisjoint(enrolment.record.subject["roles"]):
            return True
        # Another enrolment of the same key may grant what the first that fits does not.
        try:
            self._entitling(item, roles)
        except ProofError:
            return False
        return True

    def _entitling(self, item: Logged, roles: frozenset[str]) -> Logged:
        """Find the enrolment in whose scope the factor lies that the record is about."""
        factor = self.targets.factor(item.record)
        try:
            return self._grants.entitling(
                item,
                roles or None,
                None if factor is None else lambda own: own.covering(factor),
            )
        except ProofError as error:
            if item.record.kind == "StatusChange" and error.code == "authority.role":
                raise ProofError(
                    "authority.no_power", expected=error.expected, found=error.found
                ) from None
            raise

    def _roles(self, item: Logged) -> frozenset[str]:
        """Name the roles that the record's kind needs; empty for any."""
        record = item.record
        if record.kind == "FactorSubmission":
            # Official figures are a transcriber's, never signed in an office's name.
            official = record.subject["dataStatus"] == "officialTranscribed"
            return frozenset({"transcriber" if official else "submitter"})
        if record.kind == "StatusChange":
            return self._status_roles(record)
        return ROLES[record.kind]

    def _status_roles(self, record: Record) -> frozenset[str]:
        """Whose word changes a status: a supervisor's, or that of the target's own organisation."""
        roles = {"supervisor"}
        target = self.targets.of(record)
        own = self._grants.organisation(record.issuer)
        if target and own and own == self._grants.organisation(target.record.issuer):
            roles |= self._roles(target)
        return frozenset(roles)

    def _check_request(self, request: Record) -> None:
        """Anybody may ask, in any name: who asked is known once an enrolment answers.

        Whether the answer is sound is judged where it stands itself.
        """
        organisation, issuer = request.subject["organisation"], request.value["issuer"]
        if any(organisation[name] != issuer[name] for name in ("name", "nameZh")):
            raise ProofError(
                "authority.names",
                pointer="/issuer",
                expected=f"{organisation['name']} / {organisation['nameZh']}",
                found=f"{issuer['name']} / {issuer['nameZh']}",
            )
        if format_digest(request.content_digest) not in self._grants.answered:
            raise ProofError("authority.unanswered", found="no enrolment in the bundle")
