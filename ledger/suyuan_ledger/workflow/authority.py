"""Which enrolment entitles a key to a record, at the record's own place in the log.

Names, role, scope and dates must be those of one and the same enrolment; several do not add up.
An enrolment is worth nothing

- at and after the index that a revocation of it names, whenever that revocation was logged;
- if a registrar gave it whose own enrolment is worth nothing at that place: a stolen registrar's
  key must not live on in what it granted.

So every question names a place, and a record of the past can be asked about again with what is
known today. Source: docs/spec/authority.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.workflow.scope import covers, lies_within

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from suyuan_ledger.workflow.register import Register
    from suyuan_ledger.workflow.statements import Grant, Logged, Revocation

    Outside = Callable[[dict[str, Any]], RefusedError | None]
    """Says what is wrong with a scope for a record, None if nothing is."""

ROOT_ONLY_ROLES = frozenset({"registrar", "authority", "admitter", "statusPublisher"})
"""Roles that a registrar never grants."""

_SUBJECT = "/credentialSubject"


class Authority:
    """Answers for one log.

    Args:
        roots: did:keys of the root authorities.
        register: what is logged.
        before: only revocations logged before this index are known; None for all.
    """

    def __init__(
        self, roots: Collection[str], register: Register, before: int | None = None
    ) -> None:
        self.roots = frozenset(roots)
        self.register = register
        self._before = before

    def known_before(self, index: int) -> Authority:
        """Return the answers that could be given when the log had `index` entries."""
        return Authority(self.roots, self.register, index)

    def require(
        self,
        record: dict[str, Any],
        index: int,
        time: str,
        roles: frozenset[str] | None,
        outside: Outside | None = None,
    ) -> Grant:
        """Return the oldest grant of a record's issuer that fits in every respect.

        Args:
            record: the record; only its `issuer` is read.
            index: its position, or the one that it would have.
            time: its entry's time.
            roles: one of these, or any role.
            outside: what the record asks of the scope.

        Raises:
            RefusedError: `authority.not_enrolled`, or what the nearest grant lacks:
                `authority.names`, `authority.role`, what `outside` says, `authority.dates`,
                `authority.revoked`.
        """
        issuer, moment = record["issuer"], (index, time)
        nearest: tuple[int, RefusedError] | None = None
        for grant in self.register.grants(issuer["id"]):
            if grant.index >= index:
                break
            problem = self._unfit(issuer, grant, moment, roles, outside)
            if problem is None:
                return grant
            if nearest is None or problem[0] > nearest[0]:
                nearest = problem
        if nearest is None:
            raise RefusedError("authority.not_enrolled", pointer="/issuer/id", found=issuer["id"])
        raise nearest[1]

    def stands(self, grant: Grant, index: int) -> bool:
        """Tell whether a grant is worth something at a position."""
        revocations = self._revocations(grant.subject_did)
        if revocations and any(
            item.enrolment_index == grant.index and item.from_index <= index for item in revocations
        ):
            return False
        return grant.issuer_did in self.roots or not self._given_in_vain(grant)

    def check_registrar(
        self, record: dict[str, Any], given: dict[str, Any], index: int, time: str
    ) -> None:
        """Refuse an Enrolment that its issuer, who is no root, may not give.

        Args:
            record: the Enrolment.
            given: its `credentialSubject`.
            index: its position.
            time: its entry's time.

        Raises:
            RefusedError: `authority.not_root`, `authority.may_not_grant`, or as `require` says.
        """
        issuer = record["issuer"]["id"]
        if not any(grant.index < index for grant in self.register.grants(issuer)):
            raise RefusedError(
                "authority.not_root",
                pointer="/issuer/id",
                expected="a root authority of this log, or a registrar it enrolled",
                found=issuer,
            )
        forbidden = sorted(ROOT_ONLY_ROLES.intersection(given["roles"]))
        if forbidden:
            raise RefusedError(
                "authority.may_not_grant",
                pointer=f"{_SUBJECT}/roles",
                expected="roles that a registrar may grant",
                found=", ".join(forbidden),
            )
        self.require(
            record, index, time, frozenset({"registrar"}), lambda own: _wider(given["scope"], own)
        )

    def _revocations(self, did: str) -> Sequence[Revocation]:
        return [
            item
            for item in self.register.revocations(did)
            if (self._before is None or item.index < self._before) and self._made_by_right(item)
        ]

    def _made_by_right(self, revocation: Revocation) -> bool:
        """Tell whether a registrar who made a revocation still counts as one at its place.

        The door asked when it came in; since then the registrar's own key may have been found
        stolen. Who enrolled a registrar is a root, so this question asks itself no further. A
        root has no enrolment that could have ended, known as a root or not.
        """
        issuer, index = revocation.issuer_did, revocation.index
        if issuer in self.roots or issuer == revocation.subject_did:
            return True
        as_registrar = [
            grant
            for grant in self.register.grants(issuer)
            if grant.index < index and "registrar" in grant.roles
        ]
        return not as_registrar or any(self.stands(grant, index) for grant in as_registrar)

    def _given_in_vain(self, grant: Grant) -> bool:
        """Tell whether a registrar's enrolment was worth nothing when it gave a grant."""
        revocations = self._revocations(grant.issuer_did)
        if not any(item.from_index <= grant.index for item in revocations):
            return False
        enrolment: Logged | None = self.register.enrolment(grant.index)
        if enrolment is None:
            return True
        try:
            self.check_registrar(
                enrolment.value, enrolment.subject, enrolment.index, enrolment.time
            )
        except RefusedError:
            return True
        return False

    def _unfit(
        self,
        issuer: dict[str, Any],
        grant: Grant,
        moment: tuple[int, str],
        roles: frozenset[str] | None,
        outside: Outside | None,
    ) -> tuple[int, RefusedError] | None:
        """Say why a grant does not fit, with how near it came; None if it fits."""
        index, time = moment
        if issuer["name"] != grant.name or issuer["nameZh"] != grant.name_zh:
            return 1, RefusedError(
                "authority.names",
                pointer="/issuer",
                expected=f"{grant.name} / {grant.name_zh}",
                found=f"{issuer['name']} / {issuer['nameZh']}",
            )
        if roles is not None and roles.isdisjoint(grant.roles):
            return 2, RefusedError(
                "authority.role",
                expected=" | ".join(sorted(roles)),
                found=", ".join(sorted(grant.roles)),
            )
        if outside is not None and (misplaced := outside(grant.scope)):
            return 3, misplaced
        if not grant.not_before <= time <= grant.not_after:
            return 4, RefusedError(
                "authority.dates", expected=f"{grant.not_before} to {grant.not_after}", found=time
            )
        if not self.stands(grant, index):
            return 5, RefusedError(
                "authority.revoked",
                pointer="/issuer/id",
                expected="an enrolment that stands at this index",
                found=f"the enrolment at index {grant.index}, revoked",
            )
        return None


def within_scope(factor: dict[str, Any]) -> Outside:
    """Ask of a scope that it covers a factor.

    Args:
        factor: `credentialSubject` of the submission that a record is about in the end.
    """

    def outside(scope: dict[str, Any]) -> RefusedError | None:
        if covers(scope, factor):
            return None
        return RefusedError("authority.scope", pointer=_SUBJECT, expected=scope)

    return outside


def _wider(given: dict[str, Any], own: dict[str, Any]) -> RefusedError | None:
    """Refuse a scope that allows something which a registrar's own does not."""
    if lies_within(given, own):
        return None
    return RefusedError(
        "authority.may_not_grant",
        pointer=f"{_SUBJECT}/scope",
        expected="a scope within the registrar's own",
    )
