"""Records of the workflow, judged by the rule set in force at their place.

In this order, as docs/spec/workflow.md#engine has it: the rule set, the signer's role,
independence, the gates, and what the kind itself asks for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.workflow.admission import check_complete, check_horizon, check_reviewed
from suyuan_ledger.workflow.authority import within_scope
from suyuan_ledger.workflow.check import check_results
from suyuan_ledger.workflow.entitlement import ACTS_BY, ROLES, entitle, find_factor, find_target
from suyuan_ledger.workflow.gates import check_gates, linked_records
from suyuan_ledger.workflow.independence import check_independence, groups_of
from suyuan_ledger.workflow.rule_set import rules_for_kind, rules_in_force

if TYPE_CHECKING:
    from suyuan_ledger.log.submission import Submission
    from suyuan_ledger.workflow.authority import Authority
    from suyuan_ledger.workflow.statements import Grant, Logged

# Kinds that carry a factor on: they must not rest on what a revocation has made void since. The
# others may: a Return or a withdrawal is what such a record needs.
_ADVANCING = frozenset(
    {
        "TraceabilityCheck",
        "ExpertReview",
        "AuthorityVerification",
        "FactorAdmission",
        "FactorSupersession",
    }
)
_RESTS_BY = frozenset({"about", "basedOn"})


def check_governed(authority: Authority, record: Submission, index: int, time: str) -> None:
    """Refuse a record of the workflow that breaks the rules in force.

    Args:
        authority: answers for the log before the record.
        record: a record of a governed kind.
        index: the position that it will have.
        time: the time that its entry will carry.

    Raises:
        RefusedError: an `authority.*`, `workflow.*`, `check.*` or `admission.*` code.
    """
    kind, value = record.kind, record.value
    subject = value["credentialSubject"]
    signer = entitle(authority, kind, value, index, time)
    if kind in _ADVANCING:
        _check_void(authority, value)
    rules = rules_in_force(authority.register, value)
    entry = rules_for_kind(rules, kind)
    target = find_target(authority.register, kind, value)
    if signer.roles.isdisjoint(entry["roles"]):
        signer = _with_role(authority, value, target, entry["roles"], (index, time))
    if kind not in ACTS_BY and entry["independence"] != "none":
        grants = authority.register.grants
        check_independence(
            entry["independence"],
            signer,
            groups_of(grants(record.issuer), index),
            _signer(authority, target),
            groups_of(grants(target.issuer), target.index),
        )
    horizon = check_horizon(value, index) if kind == "FactorAdmission" else index
    linked = linked_records(authority.register, value, entry["after"])
    if kind == "FactorAdmission":
        check_reviewed(value, horizon, linked)
    met = frozenset(
        bytes.fromhex(item["record"].removeprefix("sha256:"))
        for item in subject.get("conditions", ())
    )
    check_gates(entry, linked, met, lambda opinion: _signer(authority, opinion).person)
    if kind == "TraceabilityCheck":
        check_results(subject, target, rules.subject, index)
    elif kind == "FactorAdmission":
        check_complete(authority, value, target)


def _check_void(authority: Authority, record: dict[str, Any]) -> None:
    """Refuse to rest on a record whose signer's enrolment was revoked for that record's place."""
    for place, link in enumerate(record.get("links", ())):
        if link["rel"] not in _RESTS_BY:
            continue
        target = authority.register.find(
            bytes.fromhex(link["contentDigest"].removeprefix("sha256:"))
        )
        if target is None or not (target.kind in ROLES or target.kind == "FactorSubmission"):
            continue
        try:
            entitle(authority, target.kind, target.value, target.index, target.time)
        except RefusedError as error:
            raise RefusedError(
                "authority.revoked",
                pointer=f"/links/{place}",
                expected="a record whose signer was entitled to it, as far as is known today",
                found=f"{target.kind} at index {target.index}, {error.code}",
            ) from error


def _with_role(
    authority: Authority,
    record: dict[str, Any],
    target: Logged,
    roles: list[str],
    moment: tuple[int, str],
) -> Grant:
    """Return a grant of the signer with one of the roles that the rule set asks for."""
    factor = find_factor(authority.register, target)
    try:
        return authority.require(record, *moment, frozenset(roles), within_scope(factor.subject))
    except RefusedError as error:
        raise RefusedError(
            "workflow.role",
            pointer="/issuer/id",
            expected=" | ".join(roles),
            found=error.found or error.code,
        ) from error


def _signer(authority: Authority, record: Logged) -> Grant:
    """Return the grant under which a logged record was signed.

    One that is void by now was signed by the same organisation all the same: a key belongs to one
    for ever.
    """
    try:
        return entitle(authority, record.kind, record.value, record.index, record.time)
    except RefusedError:
        return authority.register.grants(record.issuer)[0]
