"""Records of the workflow, judged by the rule set in force at their place.

In this order, as docs/spec/workflow.md#engine has it: the rule set, the signer's role,
independence, the gates, and what the kind itself asks for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.workflow.admission import (
    check_complete,
    check_horizon,
    check_reviewed,
)
from suyuan_ledger.workflow.authority import within_scope
from suyuan_ledger.workflow.certification import check_certificate, check_label, check_number
from suyuan_ledger.workflow.check import check_results
from suyuan_ledger.workflow.entitlement import (
    ACTS_BY,
    FIRST_KINDS,
    entitle,
    find_matter,
    find_target,
    own_matter,
)
from suyuan_ledger.workflow.footprint import check_replaced, check_statement
from suyuan_ledger.workflow.gates import check_gates, linked_records
from suyuan_ledger.workflow.independence import check_independence, groups_of
from suyuan_ledger.workflow.resting import check_in_force, check_void
from suyuan_ledger.workflow.rule_set import rules_for_kind, rules_in_force
from suyuan_ledger.workflow.statements import DECISIONS

if TYPE_CHECKING:
    from suyuan_ledger.log.submission import Submission
    from suyuan_ledger.workflow.authority import Authority
    from suyuan_ledger.workflow.statements import Grant, Logged, StoredRuleSet

# Kinds that carry a factor or a footprint on: they must not rest on what a revocation has made
# void since. The others may: a Return or a withdrawal is what such a record needs.
_ADVANCING = frozenset(
    {
        "TraceabilityCheck",
        "ExpertReview",
        "AuthorityVerification",
        "FactorAdmission",
        "FactorSupersession",
        "FootprintStatement",
        "FootprintVerification",
        "Certificate",
        "Filing",
        "LabelIssuance",
    }
)
# Kinds that tell others that a footprint stands: what was withdrawn or suspended gets no further.
_AFFIRMING = frozenset({"Certificate", "Filing", "LabelIssuance"})


def check_governed(authority: Authority, record: Submission, index: int, time: str) -> None:
    """Refuse a record of the workflow that breaks the rules in force.

    Args:
        authority: answers for the log before the record.
        record: a record of a governed kind.
        index: the position that it will have.
        time: the time that its entry will carry.

    Raises:
        RefusedError: an `authority.*`, `workflow.*`, `check.*`, `admission.*`, `footprint.*`,
            `certificate.*`, `filing.*`, `label.*` or `cbam.*` code.
    """
    kind, value, register = record.kind, record.value, authority.register
    signer = entitle(authority, kind, value, index, time)
    if kind in _ADVANCING:
        check_void(authority, value)
    rules = rules_in_force(register, value)
    entry = rules_for_kind(rules, kind)
    target = None if kind in FIRST_KINDS else find_target(register, kind, value)
    if signer.roles.isdisjoint(entry["roles"]):
        signer = _with_role(authority, record, target, entry["roles"], (index, time))
    if target is not None and kind not in ACTS_BY and entry["independence"] != "none":
        check_independence(
            entry["independence"],
            signer,
            groups_of(register.grants(record.issuer), index),
            _signer(authority, target),
            groups_of(register.grants(target.issuer), target.index),
        )
    reviewed = check_horizon(value, index) if kind == "FactorAdmission" else index
    linked = linked_records(register, value, entry["after"])
    if kind in DECISIONS:
        check_reviewed(value, reviewed, linked)
    check_gates(
        entry, linked, _conditions_met(record), lambda opinion: _signer(authority, opinion).person
    )
    check_replaced(register, record)
    if kind == "FootprintStatement":
        check_statement(authority, record, rules.subject, index, time)
    if target is not None:
        _check_target(authority, record, target, rules, index)
    if kind in DECISIONS and target is not None:
        check_complete(authority, value, target, reviewed)
    if kind in _AFFIRMING:
        check_in_force(register, value, index, time)
    check_number(register, record)


def _check_target(
    authority: Authority, record: Submission, target: Logged, rules: StoredRuleSet, index: int
) -> None:
    """Hold what a record says against what it is about."""
    value, subject = record.value, record.value["credentialSubject"]
    if record.kind == "TraceabilityCheck":
        check_results(subject, target, rules.subject, index)
    elif record.kind == "Certificate":
        check_certificate(value, target, rules.subject)
    elif record.kind == "LabelIssuance":
        check_label(authority.register, value, target, rules.subject)


def _conditions_met(record: Submission) -> frozenset[bytes]:
    """Return the conditional opinions whose conditions an admission calls met."""
    if record.kind != "FactorAdmission":
        return frozenset()
    return frozenset(
        bytes.fromhex(item["record"].removeprefix("sha256:"))
        for item in record.value["credentialSubject"].get("conditions", ())
    )


def _with_role(
    authority: Authority,
    record: Submission,
    target: Logged | None,
    roles: list[str],
    moment: tuple[int, str],
) -> Grant:
    """Return a grant of the signer with one of the roles that the rule set asks for."""
    value = record.value
    matter = (
        own_matter(record.kind, value["credentialSubject"])
        if target is None
        else find_matter(authority.register, target)
    )
    try:
        return authority.require(value, *moment, frozenset(roles), within_scope(matter))
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
