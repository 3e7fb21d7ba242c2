"""Certificates, filings and labels at the door: claims, limits, and numbers that nobody else has.

What each may say of the record that it is about is in `suyuan_ledger.footprint`; what only the
whole log can answer is asked here (docs/spec/certification.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.footprint.certificate import (
    check_certificate_claim,
    check_certificate_validity,
    check_certificate_value,
)
from suyuan_ledger.footprint.label import (
    check_label_claim,
    check_label_code,
    check_label_lots,
    check_label_quantity,
    check_label_validity,
    check_label_value,
    read_quantity,
)
from suyuan_ledger.footprint.units import read_conversions
from suyuan_ledger.workflow.statements import NUMBERS

if TYPE_CHECKING:
    from suyuan_ledger.log.submission import Submission
    from suyuan_ledger.workflow.register import Register
    from suyuan_ledger.workflow.statements import Logged

_AT = "/credentialSubject"
_NUMBER_CODES = {
    "Certificate": "certificate.number",
    "Filing": "filing.number",
    "LabelIssuance": "label.number",
}


def check_certificate(record: dict[str, Any], statement: Logged, rule_set: dict[str, Any]) -> None:
    """Refuse a certificate that says something else than its statement, or lasts too long.

    Args:
        record: the Certificate.
        statement: what it is about.
        rule_set: `credentialSubject` of the rule set in force.

    Raises:
        RefusedError: a `certificate.*` code.
    """
    subject = record["credentialSubject"]
    check_certificate_claim(subject, statement.subject)
    check_certificate_validity(record, rule_set["caps"]["certificateMonths"])
    check_certificate_value(subject, statement.subject)


def check_label(
    register: Register, record: dict[str, Any], certificate: Logged, rule_set: dict[str, Any]
) -> None:
    """Refuse a label that goes beyond its certificate, all earlier labels of it counted.

    Args:
        register: what is logged before the label.
        record: the LabelIssuance.
        certificate: what it is about.
        rule_set: `credentialSubject` of the rule set in force.

    Raises:
        RefusedError: a `label.*` code.
    """
    _check_certifier(register, record, certificate)
    subject, certified = record["credentialSubject"], certificate.subject
    check_label_claim(subject, certified)
    check_label_validity(record, certificate.value)
    earlier = [
        read_quantity({"quantity": label.quantity, "unit": label.unit})
        for label in register.labelled(certificate.index)
    ]
    check_label_quantity(subject, certified, earlier, read_conversions(rule_set))
    check_label_lots(subject, certified)
    check_label_code(subject)
    check_label_value(subject, find_statement(register, certificate))


def check_number(register: Register, record: Submission) -> None:
    """Refuse a registry, certificate, filing or label number that is in use.

    Raises:
        RefusedError: `admission.registry_number`, `certificate.number`, `filing.number`,
            `label.number`.
    """
    subject = record.value["credentialSubject"]
    if record.kind == "FactorAdmission":
        member, code = "registryNumber", "admission.registry_number"
        taken = register.numbered(subject[member])
    elif record.kind in NUMBERS:
        member, code = NUMBERS[record.kind], _NUMBER_CODES[record.kind]
        taken = register.documented(record.kind, subject[member])
    else:
        return
    if taken is not None:
        raise RefusedError(
            code,
            pointer=f"{_AT}/{member}",
            expected="a number that is not in use",
            found=f"{subject[member]}, used by the {record.kind} at index {taken}",
        )


def find_statement(register: Register, certificate: Logged) -> dict[str, Any]:
    """Return `credentialSubject` of the statement that a logged certificate is about.

    Raises:
        RefusedError: `authority.target`, it is not in the log.
    """
    content = certificate.targets("about")[0]
    statement = register.find(content)
    if statement is None:
        raise RefusedError(
            "authority.target",
            pointer="/links",
            expected="a certificate whose statement is in the log",
            found=f"sha256:{content.hex()}",
        )
    return statement.subject


def _check_certifier(register: Register, record: dict[str, Any], certificate: Logged) -> None:
    # A key belongs to one organisation for ever: any of its enrolments names it.
    issuer = record["issuer"]["id"]
    expected = register.grants(certificate.issuer)[0].registered_id
    found = register.grants(issuer)[0].registered_id
    if found != expected:
        raise RefusedError(
            "label.certifier",
            pointer="/issuer/id",
            expected=f"{expected}, which issued the certificate",
            found=found,
        )
