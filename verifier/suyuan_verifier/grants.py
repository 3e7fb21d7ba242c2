"""Grants: which enrolment entitles a key to sign, and until when.

An enrolment counts where it was given by a root authority, or by a registrar that a root enrolled,
as the request asked, and as long as no revocation ended it. A revocation cuts an enrolment off at a
log index, whenever it was logged itself: that is how a compromised key's records become void
(docs/spec/authority.md).

Chains end: a registrar's own enrolment comes from a root, which only a root or the key itself can
revoke. So nothing here recurses deeper than that, whatever a hostile bundle says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from suyuan_verifier.canonical import format_digest
from suyuan_verifier.enrolments import KeyEnrolments, Logged
from suyuan_verifier.errors import ProofError
from suyuan_verifier.policy import TrustPolicy, covers

ROOT_ONLY_ROLES = frozenset({"registrar", "authority", "admitter", "statusPublisher"})
"""Roles that a registrar never grants."""

NEVER = float("inf")


class Grants:
    """The enrolments of one bundle and what ends them.

    Args:
        logged: the bundle's records.
        by_digest: the same by content digest.
        policy: names the root authorities.
    """

    def __init__(
        self, logged: Iterable[Logged], by_digest: dict[str, Logged], policy: TrustPolicy
    ) -> None:
        self._policy = policy
        self._by_digest = by_digest
        # Many records rest on one enrolment: each is judged once, else the work grows cubically.
        self._problems: dict[int, ProofError | None] = {}
        self._cuts: dict[int, float] = {}
        self._revocations: dict[str, list[Logged]] = {}
        enrolments: dict[str, list[Logged]] = {}
        for item in logged:
            if item.record.kind == "Enrolment":
                enrolments.setdefault(item.record.subject["id"], []).append(item)
            elif item.record.kind == "EnrolmentRevocation":
                for _, digest in item.record.links:
                    self._revocations.setdefault(digest, []).append(item)
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
        if not any(covers(root.from_index, root.until_index, index) for root in self._policy.roots):
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

    def cut(self, enrolment: Logged) -> float:
        """Return the log index from which an enrolment does not count any more."""
        index = enrolment.position.index
        if index not in self._cuts:
            digest = format_digest(enrolment.record.content_digest)
            self._cuts[index] = min(
                (
                    revocation.record.subject["fromIndex"]
                    for revocation in self._revocations.get(digest, ())
                    if self._may_revoke(revocation, enrolment)
                ),
                default=NEVER,
            )
        return self._cuts[index]

    def check_revocation(self, revocation: Logged) -> None:
        """Check that whoever signed a revocation may end each enrolment that it names.

        Raises:
            ProofError: `authority.may_not_revoke`, `authority.reaches_back`, `policy.root`, or
                what the registrar's own enrolment lacks.
        """
        for number, (_, digest) in enumerate(revocation.record.links):
            self._judge_revocation(revocation, self._by_digest[digest], f"/links/{number}")

    def _may_revoke(self, revocation: Logged, enrolment: Logged) -> bool:
        try:
            self._judge_revocation(revocation, enrolment, "/links")
        except ProofError:
            return False
        return True

    def _judge_revocation(self, revocation: Logged, enrolment: Logged, pointer: str) -> None:
        record, index = revocation.record, revocation.position.index
        self.require_root_range(index)
        subject = record.subject
        if (
            enrolment.record.kind != "Enrolment"
            or enrolment.record.subject["id"] != subject["id"]
            or enrolment.position.index >= index
        ):
            raise ProofError(
                "authority.may_not_revoke",
                pointer=pointer,
                expected=f"an enrolment of {subject['id']} before index {index}",
                found=enrolment.record.kind,
            )
        own = record.issuer == subject["id"]
        if own:
            earlier = self.earlier(record.issuer, index)
            self._named(revocation, self._enrolments[record.issuer], earlier)
        elif not self._policy.is_root(record.issuer, index):
            if enrolment.record.issuer != record.issuer:
                raise ProofError(
                    "authority.may_not_revoke",
                    pointer="/issuer/id",
                    expected="a root authority, the registrar that enrolled the key, or the key",
                    found=record.issuer,
                )
            self.entitling(revocation, frozenset({"registrar"}), None)
        if subject["fromIndex"] < index and (own or subject["reason"] != "compromised"):
            raise ProofError(
                "authority.reaches_back",
                pointer="/credentialSubject/fromIndex",
                expected=f">= {index}, unless a root or registrar reports a compromised key",
                found=subject["fromIndex"],
            )

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
                cut = self.cut(enrolment)
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
