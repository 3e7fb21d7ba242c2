"""Step 4: was the key entitled to sign this, at this place in the log?

Judged at the record's log index, along a chain of enrolments that ends at a root authority which
the policy pins. Today's date and `created` decide nothing: an enrolment's dates are compared with
the time of the record's log entry (docs/spec/record.md#enrolment).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from suyuan_verifier.canonical import format_digest
from suyuan_verifier.enrolments import KeyEnrolments, Logged
from suyuan_verifier.errors import ProofError
from suyuan_verifier.policy import TrustPolicy, covers
from suyuan_verifier.record import Record

ROOT_ONLY_ROLES = frozenset({"registrar", "authority", "admitter", "statusPublisher"})
"""Roles that a registrar never grants."""

UNDECIDED = frozenset({"policy.root", "authority.unanswered"})
"""Codes that say nothing wrong of a record, but that nothing vouches for it either."""


class Authority:
    """Decides for every record of one bundle whether its issuer was entitled to sign it."""

    def __init__(self, logged: list[Logged], policy: TrustPolicy) -> None:
        self._policy = policy
        self._by_digest = {format_digest(item.record.content_digest): item for item in logged}
        enrolments: dict[str, list[Logged]] = {}
        # Many records rest on one enrolment: each is judged once, else the work grows cubically.
        self._grants: dict[int, ProofError | None] = {}
        for item in logged:
            if item.record.kind == "Enrolment":
                enrolments.setdefault(item.record.subject["id"], []).append(item)
        self._answered = {
            target
            for items in enrolments.values()
            for item in items
            for _, target in item.record.links
        }
        self._enrolments = {did: KeyEnrolments(items) for did, items in enrolments.items()}

    def check(self, item: Logged) -> None:
        """Check one record.

        Raises:
            ProofError: an `authority.*` code; `policy.root` if the policy names no root authority
                for the record's index or for that of an enrolment it rests on, or
                `authority.unanswered` for a request that nobody answered, so that nothing can be
                said (`UNDECIDED`).
        """
        record, index = item.record, item.position.index
        self._require_root_range(index)
        if record.kind == "EnrolmentRequest":
            self._check_request(record)
            return
        if record.kind == "Enrolment":
            problem = self._grant_problem(item)
            if problem is not None:
                raise problem
            self._earlier(record.subject["id"], index + 1)
            return
        subject = record.subject
        self._require(
            item,
            _needed_role(record),
            lambda own: own.covering(subject),
            lambda scope: ProofError(
                "authority.scope", pointer="/credentialSubject", expected=scope
            ),
        )

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
        if format_digest(request.content_digest) not in self._answered:
            raise ProofError("authority.unanswered", found="no enrolment in the bundle")

    def _require(
        self,
        item: Logged,
        role: str,
        in_scope: Callable[[KeyEnrolments], int],
        out_of_scope: Callable[[dict[str, Any]], ProofError],
    ) -> None:
        """Find an enrolment that gives the issuer of `item` the names, role, scope and time.

        One has to fit in every respect. If none does, the problem reported is that of the one
        which comes nearest, the oldest of several.
        """
        issuer, index, time = item.record.issuer, item.position.index, item.position.time
        earlier = self._earlier(issuer, index)
        if not earlier:
            raise ProofError(
                "authority.not_enrolled",
                expected=f"an enrolment of {issuer} before index {index}",
                found="none in the bundle",
            )
        enrolments = self._enrolments[issuer]
        names = (item.record.value["issuer"]["name"], item.record.value["issuer"]["nameZh"])
        named = earlier & enrolments.by_names.get(names, 0)
        if not named:
            given = enrolments.first(earlier).record.subject["organisation"]
            raise ProofError(
                "authority.names",
                pointer="/issuer",
                expected=f"{given['name']} / {given['nameZh']}",
                found=" / ".join(names),
            )
        fit = named & enrolments.by_role.get(role, 0)
        if not fit:
            roles = enrolments.first(named).record.subject["roles"]
            raise ProofError("authority.role", expected=role, found=", ".join(roles))
        inside = fit & in_scope(enrolments)
        if not inside:
            raise out_of_scope(enrolments.first(fit).record.subject["scope"])
        problem: ProofError | None = None
        for enrolment in enrolments.members(inside):
            given = enrolment.record.subject
            if not given["notBefore"] <= time <= given["notAfter"]:
                continue
            # Only an enrolment with the right role is followed upwards: a registrar's must
            # then come from a root, so that the chain is never longer than two.
            found = self._grant_problem(enrolment)
            if found is None:
                return
            if problem is None or (found.code == "policy.root") > (problem.code == "policy.root"):
                problem = found
        if problem is None:
            given = enrolments.first(inside).record.subject
            problem = ProofError(
                "authority.dates",
                expected=f"{given['notBefore']} to {given['notAfter']}",
                found=time,
            )
        raise problem

    def _earlier(self, did: str, index: int) -> int:
        """Return the enrolments of a key before `index`, which must all name one organisation."""
        enrolments = self._enrolments.get(did)
        if enrolments is None:
            return 0
        if enrolments.second_organisation < index:
            raise ProofError("authority.two_organisations", found=did)
        return enrolments.before(index)

    def _require_root_range(self, index: int) -> None:
        if not any(covers(root.from_index, root.until_index, index) for root in self._policy.roots):
            raise ProofError("policy.root", found=f"index {index}")

    def _grant_problem(self, enrolment: Logged) -> ProofError | None:
        """Say what is wrong with an enrolment: was it given by somebody who may, as asked for?"""
        index = enrolment.position.index
        if index not in self._grants:
            try:
                self._judge_grant(enrolment)
            except ProofError as error:
                self._grants[index] = error
            else:
                self._grants[index] = None
        return self._grants[index]

    def _judge_grant(self, enrolment: Logged) -> None:
        record, index = enrolment.record, enrolment.position.index
        self._require_root_range(index)
        if not self._policy.is_root(record.issuer, index):
            self._check_registrar(enrolment)
        digest = dict(record.links)["about"]
        request = self._by_digest.get(digest)
        if (
            request is None
            or request.record.kind != "EnrolmentRequest"
            or request.position.index >= index
        ):
            raise ProofError(
                "authority.request",
                pointer="/links/0",
                expected=f"an EnrolmentRequest before index {index}",
                found="none" if request is None else request.record.kind,
            )
        asked, given = request.record.subject, record.subject
        if (
            request.record.issuer != given["id"]
            or asked["organisation"] != given["organisation"]
            or asked.get("personId") != given.get("personId")
            or not set(given["roles"]) <= set(asked["roles"])
        ):
            raise ProofError(
                "authority.request",
                pointer="/credentialSubject",
                expected="the key, organisation and person of the request, and roles it asks for",
            )

    def _check_registrar(self, enrolment: Logged) -> None:
        if not self._earlier(enrolment.record.issuer, enrolment.position.index):
            raise ProofError(
                "authority.not_root",
                pointer="/issuer/id",
                expected="a root authority of the policy, or a registrar it enrolled",
                found=enrolment.record.issuer,
            )
        # Before the registrar's own enrolment is looked at: it has a role that only a root grants,
        # so that the walk ends there and never recurses further.
        forbidden = sorted(set(enrolment.record.subject["roles"]) & ROOT_ONLY_ROLES)
        if forbidden:
            raise ProofError(
                "authority.may_not_grant",
                pointer="/credentialSubject/roles",
                expected="roles that a registrar may grant",
                found=", ".join(forbidden),
            )
        given = enrolment.record.subject["scope"]
        self._require(
            enrolment,
            "registrar",
            lambda own: own.containing(given),
            lambda _: ProofError(
                "authority.may_not_grant",
                pointer="/credentialSubject/scope",
                expected="a scope within the registrar's own",
            ),
        )


def _needed_role(record: Record) -> str:
    """Name the role that a factor submission needs: official figures are a transcriber's."""
    official = record.subject["dataStatus"] == "officialTranscribed"
    return "transcriber" if official else "submitter"
