"""What follows from a record that is in the log: its rows in the derived tables.

The door computes it when it lets the record in, and `fsck` a second time from the stored bodies;
both from the record and from what lies before it, so that batches make no difference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from suyuan_ledger.footprint.electricity import certificates_of
from suyuan_ledger.log.effect import effect_of
from suyuan_ledger.workflow.statements import (
    NUMBERS,
    Admission,
    DocumentNumber,
    EnergyCertificate,
    Grant,
    LabelQuantity,
    Move,
    Revocation,
    Rows,
    StatusEvent,
    StoredRuleSet,
    link_targets,
)

if TYPE_CHECKING:
    from suyuan_ledger.log.submission import Submission
    from suyuan_ledger.workflow.register import Register
    from suyuan_ledger.workflow.statements import CaseRow, Logged

# By which link a status event names the record that it acts on.
_ACTS_BY = {
    "EnrolmentRevocation": "about",
    "StatusChange": "about",
    "FactorSupersession": "supersedes",
    "FactorWithdrawal": "withdraws",
    "FactorErratum": "corrects",
}
MOVES = {
    "TraceabilityCheck": "open",
    "ExpertReview": "open",
    "AuthorityVerification": "open",
    "Assignment": "open",
    "Objection": "open",
    "Return": "returned",
    "FactorAdmission": "admitted",
}
"""What a record about a submission does to its case; `open` only marks that something happened."""


def case_of(record: Submission, index: int, registered_id: str) -> CaseRow:
    """Open the case of a submission."""
    subject = record.value["credentialSubject"]
    place = subject["geography"]
    return (
        index,
        registered_id,
        subject["factorCode"],
        subject["factorVersion"],
        subject["seriesType"],
        place["scheme"],
        place["code"],
        "open",
        index,
    )


def grant_of(enrolment: dict[str, Any], index: int) -> Grant:
    """Read what an Enrolment grants from the record itself."""
    subject = enrolment["credentialSubject"]
    organisation = subject["organisation"]
    return Grant(
        index=index,
        subject_did=subject["id"],
        issuer_did=enrolment["issuer"]["id"],
        registered_id=organisation["registeredId"],
        name=organisation["name"],
        name_zh=organisation["nameZh"],
        person_id=subject.get("personId"),
        roles=frozenset(subject["roles"]),
        scope=subject["scope"],
        not_before=subject["notBefore"],
        not_after=subject["notAfter"],
        parent_group_id=organisation.get("parentGroupId"),
    )


def rows_of(record: Submission, index: int, register: Register) -> Rows:
    """Return what follows from a record of any kind but FactorSubmission.

    Args:
        record: a record that the door lets in.
        index: its position.
        register: what lies before it.
    """
    rows = Rows()
    kind, subject = record.kind, record.value["credentialSubject"]
    if kind == "Enrolment":
        rows.grants.append(grant_of(record.value, index))
    elif kind == "RuleSet":
        rows.rule_sets.append(StoredRuleSet(index, record.content_digest, subject))
    else:
        _add_footprint_rows(rows, record, index, register)
    effect = effect_of(kind, subject)
    if effect is not None:
        for target in _targets(record, _ACTS_BY[kind], register):
            rows.events.append(
                StatusEvent(
                    index,
                    target.index,
                    effect["action"],
                    effect.get("impact"),
                    effect.get("effectiveFrom"),
                    effect.get("fromIndex"),
                )
            )
            if kind == "EnrolmentRevocation":
                rows.revocations.append(
                    Revocation(
                        index,
                        target.index,
                        subject["id"],
                        record.issuer,
                        subject["reason"],
                        subject["fromIndex"],
                    )
                )
    if kind in MOVES:
        for target in _targets(record, "about", register):
            if target.kind != "FactorSubmission":
                continue
            rows.moves.append(Move(target.index, MOVES[kind], index))
            if kind == "FactorAdmission":
                rows.admissions.append(
                    Admission(
                        index,
                        target.index,
                        subject["registryNumber"],
                        subject["effectiveFrom"],
                    )
                )
    return rows


def _add_footprint_rows(rows: Rows, record: Submission, index: int, register: Register) -> None:
    """Add what follows from the kinds of footprint and certification."""
    kind, subject = record.kind, record.value["credentialSubject"]
    if kind in NUMBERS:
        rows.numbers.append(DocumentNumber(index, kind, subject[NUMBERS[kind]]))
    elif kind == "FootprintStatement":
        used = sorted(name for name, _ in certificates_of(subject))
        rows.energy += [EnergyCertificate(name, index) for name in used]
    if kind == "LabelIssuance" and "authorised" in subject:
        given = subject["authorised"]
        rows.quantities += [
            LabelQuantity(index, target.index, given["quantity"], given["unit"])
            for target in _targets(record, "about", register)
        ]


def _targets(record: Submission, rel: str, register: Register) -> list[Logged]:
    found = (register.find(content) for content in link_targets(record.value, rel))
    return [target for target in found if target is not None]
