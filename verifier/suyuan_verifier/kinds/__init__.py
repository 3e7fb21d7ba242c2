"""Shapes of the record kinds (docs/spec/kinds.md).

The verifier's own small code, on purpose apart from the ledger's JSON Schemas: one corpus of
accepted and refused records holds both together.
"""

from __future__ import annotations

from collections.abc import Callable

from suyuan_verifier.errors import MalformedError
from suyuan_verifier.kinds.cbam import check_cbam
from suyuan_verifier.kinds.certification import (
    check_certificate,
    check_filing,
    check_label,
    check_surveillance,
)
from suyuan_verifier.kinds.factor import check_factor
from suyuan_verifier.kinds.footprint import check_footprint_verification, check_statement
from suyuan_verifier.kinds.identity import check_enrolment, check_request, check_revocation
from suyuan_verifier.kinds.lifecycle import (
    check_admission,
    check_erratum,
    check_event,
    check_status_change,
)
from suyuan_verifier.kinds.links import LINKS, check_link_counts
from suyuan_verifier.kinds.outcomes import GATE_KINDS, GOVERNED_KINDS, OUTCOME_MEMBER, OUTCOMES
from suyuan_verifier.kinds.review import (
    check_assignment,
    check_objection,
    check_return,
    check_review,
    check_traceability_check,
    check_verification,
)
from suyuan_verifier.kinds.rule_set import check_method, check_rule_set
from suyuan_verifier.kinds.status_list import SEGMENT_BITS, check_status_list, decode_segment
from suyuan_verifier.kinds.terms import ROLES, SERIES, SYSTEMS, UNITS, Subject

__all__ = [
    "GATE_KINDS",
    "GOVERNED_KINDS",
    "KINDS",
    "LINKS",
    "OUTCOMES",
    "OUTCOME_MEMBER",
    "ROLES",
    "SEGMENT_BITS",
    "SERIES",
    "SYSTEMS",
    "UNITS",
    "check_kind",
    "decode_segment",
]

_CHECKS: dict[str, Callable[[Subject], None]] = {
    "RuleSet": check_rule_set,
    "MethodReference": check_method,
    "EnrolmentRequest": check_request,
    "Enrolment": check_enrolment,
    "EnrolmentRevocation": check_revocation,
    "FactorSubmission": check_factor,
    "TraceabilityCheck": check_traceability_check,
    "ExpertReview": check_review,
    "AuthorityVerification": check_verification,
    "Assignment": check_assignment,
    "Return": check_return,
    "Objection": check_objection,
    "FactorAdmission": check_admission,
    "FactorSupersession": check_event,
    "FactorWithdrawal": check_event,
    "FactorErratum": check_erratum,
    "FootprintStatement": check_statement,
    "FootprintVerification": check_footprint_verification,
    "Certificate": check_certificate,
    "Filing": check_filing,
    "LabelIssuance": check_label,
    "Surveillance": check_surveillance,
    "CbamInstallationData": check_cbam,
    "StatusChange": check_status_change,
    "StatusList": check_status_list,
}
KINDS = tuple(_CHECKS)
"""Every kind that this version knows, in the order of the specification."""


def check_kind(kind: str, subject: Subject, links: list[dict[str, str]]) -> None:
    """Check the `credentialSubject` of one record, and the links its kind must carry.

    Raises:
        MalformedError: `record.kind` for a kind this version does not know, else the rule broken.
    """
    check = _CHECKS.get(kind)
    if check is None:
        raise MalformedError(
            "record.kind", pointer="/type/1", expected=" | ".join(sorted(KINDS)), found=kind
        )
    check(subject)
    check_link_counts(kind, links)
