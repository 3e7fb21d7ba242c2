"""Certificates and labels: does each say no more than what it rests on? Part of step 8.

A certificate repeats a statement's product and boundary and lasts as long as the rule set allows;
a label repeats its certificate, lasts no longer, and covers no more goods. That their figures are
the footprint's is arithmetic and belongs to step 9 (docs/spec/certification.md).
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from suyuan_verifier.authority import Authority
from suyuan_verifier.canonical import format_digest
from suyuan_verifier.digital_link import read_code
from suyuan_verifier.enrolments import Logged
from suyuan_verifier.errors import ProofError
from suyuan_verifier.footprint.exact import brief, product, total
from suyuan_verifier.footprint.rules import read_conversions
from suyuan_verifier.kinds.terms import AT

_GTIN = "urn:gtin:"
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_OF_STATEMENT = ("product", "productIds", "systemBoundary", "referencePeriod", "dataStatus")
_OF_CERTIFICATE = ("product", "systemBoundary", "dataStatus")


def check_certification(
    item: Logged,
    authority: Authority,
    labels: Mapping[str, Sequence[Logged]],
    rule_set: dict[str, Any],
) -> None:
    """Compare a certificate or a label with what it is about; other kinds say nothing here.

    Args:
        item: the record.
        authority: knows what it is about, and whose the keys are.
        labels: the labels at hand, by content digest of their certificate.
        rule_set: subject of the rule set in force at the record's place.

    Raises:
        ProofError: a `certificate.*` or `label.*` code.
    """
    if item.record.kind not in {"Certificate", "LabelIssuance"}:
        return
    about = authority.targets.of(item.record)
    if about is None:  # both kinds have exactly one target, which step 4 found
        raise ProofError("workflow.absent")
    if item.record.kind == "Certificate":
        _check_certificate(item, about, rule_set)
        return
    signers = authority.organisation(about), authority.organisation(item)
    if signers[0] != signers[1]:
        raise ProofError(
            "label.certifier", pointer="/issuer", expected=signers[0], found=signers[1]
        )
    digest = format_digest(about.record.content_digest)
    _check_label(item, about, labels.get(digest, [item]), rule_set)


def _check_certificate(certificate: Logged, statement: Logged, rule_set: dict[str, Any]) -> None:
    own, stated = certificate.record.subject, statement.record.subject
    _require_equal(own, stated, _OF_STATEMENT, "certificate.claim")
    value = certificate.record.value
    months = rule_set["caps"]["certificateMonths"]
    last = add_months(value["validFrom"], months)
    if "validUntil" not in value or value["validUntil"] > last:
        raise ProofError(
            "certificate.validity",
            pointer="/validUntil",
            expected=f"<= {last} ({months} months)",
            found=value.get("validUntil", "absent"),
        )


def _check_label(
    label: Logged, certificate: Logged, siblings: Sequence[Logged], rule_set: dict[str, Any]
) -> None:
    own, certified = label.record.subject, certificate.record.subject
    _require_equal(own, certified, _OF_CERTIFICATE, "label.claim")
    strangers = set(own["productIds"]) - set(certified["productIds"])
    if strangers:
        raise ProofError(
            "label.claim",
            pointer=f"{AT}/productIds",
            expected=", ".join(certified["productIds"]),
            found=min(strangers),
        )
    _check_validity(label, certificate)
    if "authorised" in certified:
        earlier = [each for each in siblings if each.position.index <= label.position.index]
        _check_quantity(earlier, certified["authorised"], rule_set)
    if "lots" in certified:
        others = set(own.get("lots", ())) - set(certified["lots"])
        if others or "lots" not in own:
            raise ProofError(
                "label.lot",
                pointer=f"{AT}/lots",
                expected=", ".join(certified["lots"]),
                found=min(others, default="absent"),
            )
    if not fits_code(own, own["qr"]):
        raise ProofError(
            "label.qr",
            pointer=f"{AT}/qr",
            expected="a GTIN and lot of the label, or its number as the last segment",
            found=own["qr"],
        )


def fits_code(label: dict[str, Any], uri: str) -> bool:
    """Tell whether a code on goods names a label's product and lot, or its number.

    Args:
        label: `credentialSubject` of a LabelIssuance.
        uri: what the code says.
    """
    code = read_code(uri)
    if code is None:
        return False
    if code.gtin is None:
        return bool(code.last == label["labelNumber"])
    gtins = {
        item.removeprefix(_GTIN).rjust(14, "0")
        for item in label["productIds"]
        if item.startswith(_GTIN)
    }
    return code.gtin in gtins and (
        code.lot is None or "lots" not in label or code.lot in label["lots"]
    )


def add_months(time: str, months: int) -> str:
    """Return a time so many calendar months later; in a shorter month, its last day.

    A year beyond 9999 is written as the end of 9999: nothing lasts longer in this notation.
    """
    start = datetime.strptime(time, _TIME).replace(tzinfo=UTC)
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    if year > 9999:
        return "9999-12-31T23:59:59Z"
    day = min(start.day, calendar.monthrange(year, month)[1])
    return f"{year:04}-{month:02}-{day:02}{time[10:]}"


def _check_validity(label: Logged, certificate: Logged) -> None:
    own, certified = label.record.value, certificate.record.value
    first, last = certified["validFrom"], certified.get("validUntil", "")
    if not ("validUntil" in own and first <= own["validFrom"] and own["validUntil"] <= last):
        raise ProofError(
            "label.validity",
            pointer="/validUntil",
            expected=f"within {first} to {last}",
            found=f"{own['validFrom']} to {own.get('validUntil', 'absent')}",
        )


def _check_quantity(
    labels: Sequence[Logged], authorised: dict[str, Any], rule_set: dict[str, Any]
) -> None:
    """All labels of a certificate together cover no more than it authorises."""
    conversions = read_conversions(rule_set)
    unit, quantities = authorised["unit"], []
    for label in labels:
        own = label.record.subject.get("authorised")
        exact = None
        if own is not None:
            exact = Decimal(1) if own["unit"] == unit else conversions.get((own["unit"], unit))
        if own is None or exact is None:
            raise ProofError(
                "label.quantity",
                pointer=f"{AT}/authorised",
                expected=f"a quantity in {unit}, or in a unit that converts to it",
                found="absent" if own is None else own["unit"],
            )
        quantities.append(product(Decimal(own["quantity"]), exact))
    together = total(quantities)
    if together > Decimal(authorised["quantity"]):
        raise ProofError(
            "label.quantity",
            pointer=f"{AT}/authorised/quantity",
            expected=f"<= {authorised['quantity']} {unit}, all labels together",
            found=f"{brief(together)} {unit}",
        )


def _require_equal(
    own: dict[str, Any], other: dict[str, Any], names: Sequence[str], code: str
) -> None:
    for name in names:
        if own[name] != other[name]:
            raise ProofError(
                code, pointer=f"{AT}/{name}", expected=str(other[name]), found=str(own[name])
            )


def siblings_of(labels: Sequence[Logged]) -> dict[str, list[Logged]]:
    """Sort labels by the certificate that they are about, by its content digest."""
    found: dict[str, list[Logged]] = {}
    for label in labels:
        if label.record.kind == "LabelIssuance":
            about = next(digest for rel, digest in label.record.links if rel == "about")
            found.setdefault(about, []).append(label)
    return found
