"""Grants: which enrolment entitles a key to sign.

An enrolment counts where it was given by a root authority, or by a registrar that a root enrolled,
as the request asked, and as long as no revocation ended it (docs/spec/authority.md#enrolment).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from suyuan_verifier.enrolments import KeyEnrolments, Logged
from suyuan_verifier.errors import ProofError
from suyuan_verifier.policy import TrustPolicy
from suyuan_verifier.revocations import Revocations

ROOT_ONLY_ROLES = frozenset({"registrar", "authority", "admitter", "statusPublisher"})
"""Roles that a registrar never grants."""


class Grants:
    """The enrolments of one bundle and what ends them.

    Args:
        logged: the bundle's records.
        by_digest: the same by content digest.
        policy: names the root authorities.

    Attributes:
        answered: content digests of the requests that an enrolment answers.
        revocations: what ends enrolments.
    """

    def __init__(
        self, logged: Iterable[Logged], by_digest: dict[str, Logged], policy: TrustPolicy
    ) -> None:
        self._policy = policy
        self._by_digest = by_digest
        # Many records rest on one enrolment: each is judged once, else the work grows cubically.
        self._problems: dict[int, ProofError | None] = {}
        enrolments: dict[str, list[Logged]] = {}
        revocations = []
        for item in logged:
            if item.record.kind == "Enrolment":
                enrolments.setdefault(item.record.subject["id"], []).append(item)
            elif item.record.kind == "EnrolmentRevocation":
                revocations.append(item)
        self.revocations = Revocations(
            revocations,
            by_digest,
            policy,
            check_own_names=self._check_own_names,
            check_registrar=lambda item: self._check_role(item, frozenset({"registrar"})),
        )
        self.answered = frozenset(
            target
            for items in enrolments.values()
            for item in items
            for _, target in item.record.links
        )
        self._enrolments = {did: KeyEnrolments(items) for did, items in enrolments.items()}

    def organisation(self, did: str) -> str | None:
        """Return the `registeredId` of a key's organisation, None if nobody enrolled it."""
        enrolments = self._enrolments.get(did)
        return None if enrolments is None else enrolments.organisation

    def groups(self, did: str, index: int) -> frozenset[str]:
        """Name a key's organisation and every parent group that an earlier enrolment states.

        One that says more is believed over one that says less, whichever gives the role.
        """
        enrolments = self._enrolments.get(did)
        if enrolments is None:
            return frozenset()
        named = (
            item.record.subject["organisation"]
            for item in enrolments.members(enrolments.before(index))
        )
        return frozenset(
            code
            for organisation in named
            for code in (organisation["registeredId"], organisation.get("parentGroupId"))
            if code
        )

    def require_root_range(self, index: int) -> None:
        """Check that the policy names a root authority for an index.

        Raises:
            ProofError: `policy.root`.
        """
        if not self._policy.has_root(index):
            raise ProofError("policy.root", found=f"index {index}")

    def entitling(
        self,
        item: Logged,
        roles: frozenset[str] | None,
        in_scope: Callable[[KeyEnrolments], int] | None,
        out_of_scope: Callable[[dict[str, Any]], ProofError] | None = None,
    ) -> Logged:
        """Find the enrolment that gives the issuer of `item` the names, a role, scope and time.

        One has to fit in every respect. If none does, the problem reported is that of the one
        which comes nearest, the oldest of several.

        Args:
            item: the record.
            roles: any of these will do; None for any role at all.
            in_scope: chooses the enrolments whose scope fits; None if no scope is asked for.
            out_of_scope: the problem if none does, from the nearest one's scope.

        Raises:
            ProofError: an `authority.*` code, or `policy.root`.
        """
        issuer, index, time = item.record.issuer, item.position.index, item.position.time
        earlier = self.earlier(issuer, index)
        if not earlier:
            raise ProofError(
                "authority.not_enrolled",
                expected=f"an enrolment of {issuer} before index {index}",
                found="none in the bundle",
            )
        enrolments = self._enrolments[issuer]
        named = self._named(item, enrolments, earlier)
        fit = named if roles is None else named & _union(enrolments.by_role, roles)
        if not fit:
            held = enrolments.first(named).record.subject["roles"]
            raise ProofError(
                "authority.role", expected=" | ".join(sorted(roles or ())), found=", ".join(held)
            )
        inside = fit if in_scope is None else fit & in_scope(enrolments)
        if not inside:
            scope = enrolments.first(fit).record.subject["scope"]
            raise out_of_scope(scope) if out_of_scope else _out_of_scope(scope)
        return self._standing(enrolments, inside, index, time)

    def earlier(self, did: str, index: int) -> int:
        """Return the enrolments of a key before `index`: of one organisation and one person.

        Raises:
            ProofError: `authority.two_organisations`, `authority.two_persons`.
        """
        enrolments = self._enrolments.get(did)
        if enrolments is None:
            return 0
        if enrolments.second_organisation < index:
            raise ProofError("authority.two_organisations", found=did)
        if enrolments.second_person < index:
            raise ProofError("authority.two_persons", found=did)
        return enrolments.before(index)

    def problem(self, enrolment: Logged) -> ProofError | None:
        """Say what is wrong with an enrolment: was it given by somebody who may, as asked for?"""
        index = enrolment.position.index
        if index not in self._problems:
            try:
                self._judge_grant(enrolment)
            except ProofError as error:
                self._problems[index] = error
            else:
                self._problems[index] = None
        return self._problems[index]

    def _check_own_names(self, item: Logged) -> None:
        earlier = self.earlier(item.record.issuer, item.position.index)
        self._named(item, self._enrolments[item.record.issuer], earlier)

    def _check_role(self, item: Logged, roles: frozenset[str]) -> None:
        self.entitling(item, roles, None)

    def _named(self, item: Logged, enrolments: KeyEnrolments, earlier: int) -> int:
        """Return those of the enrolments that give the names which the record states."""
        issuer = item.record.value["issuer"]
        names = (issuer["name"], issuer["nameZh"])
        named = earlier & enrolments.by_names.get(names, 0)
        if not named:
            given = enrolments.first(earlier).record.subject["organisation"]
            raise ProofError(
                "authority.names",
                pointer="/issuer",
                expected=f"{given['name']} / {given['nameZh']}",
                found=" / ".join(names),
            )
        return named

    def _standing(self, enrolments: KeyEnrolments, fit: int, index: int, time: str) -> Logged:
        """Return the first enrolment that is in its dates, soundly granted and not cut off."""
        problem: ProofError | None = None
        for enrolment in enrolments.members(fit):
            given = enrolment.record.subject
            if not given["notBefore"] <= time <= given["notAfter"]:
                continue
            # Granted soundly first: a registrar's own enrolment must then come from a root, so
            # that neither this chain nor that of revocations is longer than two.
            found = self.problem(enrolment)
            if found is None:
                cut = self.revocations.cut(enrolment)
                if index < cut:
                    return enrolment
                found = ProofError("authority.revoked", expected=f"< {cut}", found=f"index {index}")
            if problem is None or (found.code == "policy.root") > (problem.code == "policy.root"):
                problem = found
        if problem is None:
            given = enrolments.first(fit).record.subject
            problem = ProofError(
                "authority.dates",
                expected=f"{given['notBefore']} to {given['notAfter']}",
                found=time,
            )
        raise problem

    def _judge_grant(self, enrolment: Logged) -> None:
        record, index = enrolment.record, enrolment.position.index
        self.require_root_range(index)
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
        if not self.earlier(enrolment.record.issuer, enrolment.position.index):
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
        self.entitling(
            enrolment,
            frozenset({"registrar"}),
            lambda own: own.containing(given),
            lambda _: ProofError(
                "authority.may_not_grant",
                pointer="/credentialSubject/scope",
                expected="a scope within the registrar's own",
            ),
        )


def _union(table: dict[str, int], keys: Iterable[str]) -> int:
    chosen = 0
    for key in keys:
        chosen |= table.get(key, 0)
    return chosen


def _out_of_scope(scope: dict[str, Any]) -> ProofError:
    return ProofError("authority.scope", pointer="/credentialSubject", expected=scope)
