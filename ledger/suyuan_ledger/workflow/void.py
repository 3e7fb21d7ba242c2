"""Which records revocations have made void since (docs/spec/authority.md#revocation).

A record was let in because an enrolment of its key counted. If that enrolment is ended from an
index at or before the record's own, and no other enrolment of the key counts for it, it is void: a
verifier fails it with `authority.revoked`. The question is the door's, asked again with what is
known today. Its exact form needs the record and the factor's scope; where they are confidential the
same question is asked without them, and what they could change stays unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.workflow.authority import within_scope
from suyuan_ledger.workflow.entitlement import (
    FIRST_KINDS,
    ROLES,
    STATUS_PUBLISHER,
    own_matter,
    submission_roles,
)

if TYPE_CHECKING:
    from suyuan_ledger.workflow.authority import Authority
    from suyuan_ledger.workflow.statements import Grant, Revocation

SOUND, VOID, UNKNOWN = "sound", "void", "unknown"

_REGISTRAR = frozenset({"registrar"})
_BY_REGISTRARS = frozenset({"Enrolment", "EnrolmentRevocation"})
_NO_ENROLMENT = frozenset({"RuleSet", "MethodReference", "EnrolmentRequest"})
_UNSCOPED = _BY_REGISTRARS | {"StatusList"}
_PROVIDERS = frozenset({"submitter", "transcriber"})
# A supervisor's, or the role that the target needs: which one is not asked again here.
_CHANGERS = frozenset({"supervisor"}).union(
    _PROVIDERS, *(roles for roles in ROLES.values() if roles)
)


@dataclass(frozen=True, slots=True)
class Signed:
    """What the public entry of a record says, and where the rest of it may be.

    Attributes:
        index: its log index.
        kind: its kind.
        issuer: did:key of its signer.
        time: its entry's time.
        value: returns the record, None where it is confidential.
        factor: returns what scopes ask of the factor or footprint that a record concerns in the
            end, None where that is confidential.
    """

    index: int
    kind: str
    issuer: str
    time: str
    value: Callable[[], dict[str, Any] | None]
    factor: Callable[[dict[str, Any]], dict[str, Any] | None]


class Reach:
    """What some revocations reach: keys, and from which index on.

    Args:
        revocations: of Enrolments.
        grants: of all keys, or those that matter.
    """

    def __init__(self, revocations: Iterable[Revocation], grants: Iterable[Grant]) -> None:
        self._causes: dict[str, list[tuple[int, int]]] = {}
        for item in revocations:
            self._causes.setdefault(item.subject_did, []).append((item.from_index, item.index))
        # What a registrar gave while it was worth nothing is worth nothing either.
        inherited: dict[str, list[tuple[int, int]]] = {}
        for grant in grants:
            for start, revocation in self._causes.get(grant.issuer_did, ()):
                if start <= grant.index:
                    reached = inherited.setdefault(grant.subject_did, [])
                    reached.append((grant.index + 1, revocation))
        for did, causes in inherited.items():
            self._causes[did] = self._causes.get(did, []) + causes
        self.starts = {did: min(causes)[0] for did, causes in self._causes.items()}
        """The first index that is reached, by did:key."""

    def touches(self, issuer: str, index: int) -> bool:
        """Tell whether a record of a key at an index may be void."""
        start = self.starts.get(issuer)
        return start is not None and start <= index

    def revocation(self, issuer: str, index: int) -> int:
        """Return the log index of the first revocation that reaches a record."""
        return min(at for start, at in self._causes[issuer] if start <= index)


def judge(authority: Authority, signed: Signed) -> str:
    """Tell whether a record is `void`, `sound`, or `unknown` for want of confidential bodies.

    A record that nothing ever entitled is not void by a revocation, and is no matter of this.

    Args:
        authority: answers with the revocations that count.
        signed: the record.
    """
    if signed.kind in _NO_ENROLMENT or signed.issuer in authority.roots:
        return SOUND
    roles = _roles(signed.kind)
    ended = [
        grant
        for grant in authority.register.grants(signed.issuer)
        if grant.index < signed.index
        and (roles is None or not roles.isdisjoint(grant.roles))
        and not authority.stands(grant, signed.index)
    ]
    if not ended:
        return SOUND
    if signed.kind not in _BY_REGISTRARS:
        # Most records of a stolen key are void whatever they say.
        names = {(one.name, one.name_zh) for one in authority.register.grants(signed.issuer)}
        if not any(_entitled(authority, signed, name, roles) for name in names):
            return VOID
    value = signed.value()
    return UNKNOWN if value is None else _judge_value(authority, signed, value, roles)


def _judge_value(
    authority: Authority, signed: Signed, value: dict[str, Any], roles: frozenset[str] | None
) -> str:
    """Ask exactly, with the record at hand."""
    subject = value["credentialSubject"]
    if signed.kind == "EnrolmentRevocation" and subject["id"] == signed.issuer:
        return SOUND
    outside = None
    if signed.kind not in _UNSCOPED:
        first = signed.kind in FIRST_KINDS
        matter = own_matter(signed.kind, subject) if first else signed.factor(value)
        outside = None if matter is None else within_scope(matter)
    if signed.kind == "FactorSubmission":
        roles = submission_roles(subject)
    try:
        if signed.kind == "Enrolment":
            authority.check_registrar(value, subject, signed.index, signed.time)
            return SOUND
        grant = authority.require(value, signed.index, signed.time, roles, outside)
    except RefusedError as error:
        return VOID if error.code == "authority.revoked" else SOUND
    exact = outside is not None or signed.kind in _UNSCOPED or not grant.scope
    return SOUND if exact and signed.kind != "StatusChange" else UNKNOWN


def _entitled(
    authority: Authority, signed: Signed, names: tuple[str, str], roles: frozenset[str] | None
) -> bool:
    """Tell whether the key may under some scope; what fails for another reason counts as yes."""
    issuer = {"id": signed.issuer, "name": names[0], "nameZh": names[1]}
    try:
        authority.require({"issuer": issuer}, signed.index, signed.time, roles)
    except RefusedError as error:
        return error.code != "authority.revoked"
    return True


def _roles(kind: str) -> frozenset[str] | None:
    """Return the roles that a kind may be signed with, as far as the entry says."""
    if kind in _BY_REGISTRARS:
        return _REGISTRAR
    if kind == "FactorSubmission":
        return _PROVIDERS
    if kind == "StatusList":
        return STATUS_PUBLISHER
    return ROLES.get(kind, _CHANGERS)
