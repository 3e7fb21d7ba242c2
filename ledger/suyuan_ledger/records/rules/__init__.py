"""Rules of the record kinds that a JSON Schema cannot say.

They run after the schema has passed, so every member they touch has its form. Source: the
tables of docs/spec/kinds.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.rules.cbam import check_installation_data
from suyuan_ledger.records.rules.certification import (
    check_certificate,
    check_filing,
    check_label,
    check_opinion,
    check_surveillance,
)
from suyuan_ledger.records.rules.factor import GRID, check_factor
from suyuan_ledger.records.rules.footprint import check_statement
from suyuan_ledger.records.rules.governance import (
    check_admission,
    check_assignment,
    check_event,
    check_return,
    check_review,
    check_status_change,
    check_traceability_check,
)
from suyuan_ledger.records.rules.identity import check_enrolment, check_request, check_revocation
from suyuan_ledger.records.rules.rule_set import OUTCOMES, check_method, check_rule_set
from suyuan_ledger.records.rules.status_list import check_status_list
from suyuan_ledger.records.rules.values import NOT_STATED, check_order, check_time, is_date

__all__ = [
    "CLOSED_RELS",
    "GRID",
    "NOT_STATED",
    "OUTCOMES",
    "check_kind",
    "check_links",
    "check_order",
    "check_time",
    "is_date",
]

CLOSED_RELS = frozenset({"about", "basedOn", "uses", "underRule"})
"""Links whose targets a bundle carries (docs/spec/bundle.md#closure), so that the log has them."""


def check_links(links: list[dict[str, str]]) -> None:
    """Refuse links that are not strictly ascending by (rel, contentDigest).

    Which links a kind carries, and how many, is in its schema.
    """
    keys = [(link["rel"], link["contentDigest"]) for link in links]
    for place in range(1, len(keys)):
        if keys[place - 1] >= keys[place]:
            raise RefusedError(
                "record.links",
                pointer=f"/links/{place}",
                expected="sorted by (rel, contentDigest), no duplicates",
                found=" ".join(keys[place]),
            )


def check_kind(kind: str, subject: dict[str, Any]) -> None:
    """Run the rules of one kind over its `credentialSubject`.

    Raises:
        RefusedError: a `record.*` code, with a JSON Pointer into the record.
    """
    check = _CHECKS[kind]
    if check is not None:
        check(subject, "/credentialSubject")


_CHECKS: dict[str, Callable[[dict[str, Any], str], None] | None] = {
    "FactorSubmission": check_factor,
    "RuleSet": check_rule_set,
    "MethodReference": check_method,
    "EnrolmentRequest": check_request,
    "Enrolment": check_enrolment,
    "EnrolmentRevocation": check_revocation,
    "TraceabilityCheck": check_traceability_check,
    "ExpertReview": check_review,
    "AuthorityVerification": None,
    "Assignment": check_assignment,
    "Return": check_return,
    "Objection": None,
    "FactorAdmission": check_admission,
    "FactorSupersession": check_event,
    "FactorWithdrawal": check_event,
    "FactorErratum": check_event,
    "FootprintStatement": check_statement,
    "FootprintVerification": check_opinion,
    "Certificate": check_certificate,
    "Filing": check_filing,
    "LabelIssuance": check_label,
    "Surveillance": check_surveillance,
    "CbamInstallationData": check_installation_data,
    "StatusChange": check_status_change,
    "StatusList": check_status_list,
}
"""None: the schema says everything."""
