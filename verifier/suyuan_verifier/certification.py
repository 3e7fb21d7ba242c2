"""Certificates and labels: does each say no more than what it rests on? Part of step 8.

A certificate repeats a statement's product and boundary and lasts as long as the rule set allows;
a label repeats its certificate, lasts no longer, and covers no more goods. That their figures are
the footprint's is arithmetic and belongs to step 9 (docs/spec/certification.md).
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from suyuan_verifier.authority import Authority
from suyuan_verifier.digital_link import read_code
from suyuan_verifier.enrolments import Logged
from suyuan_verifier.errors import ProofError
from suyuan_verifier.footprint.exact import ZERO, brief, product, total
from suyuan_verifier.footprint.rules import read_conversions
from suyuan_verifier.kinds.terms import AT

_GTIN = "urn:gtin:"
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_NUMBERS = {
    "Certificate": ("certificateNumber", "certificate.number"),
    "Filing": ("filingNumber", "filing.number"),
    "LabelIssuance": ("labelNumber", "label.number"),
}
_OF_STATEMENT = ("product", "productIds", "systemBoundary", "referencePeriod", "dataStatus")
_OF_CERTIFICATE = ("product", "systemBoundary", "dataStatus")


class Numbers:
    """Which document has a number first: two of a kind never share one.

    Args:
        logged: the records at hand that somebody entitled to signed, in log order.
    """

    def __init__(self, logged: Iterable[Logged]) -> None:
        self._first: dict[tuple[str, str], int] = {}
        for item in logged:
            if item.record.kind in _NUMBERS:
                self._first.setdefault(_number(item), item.position.index)

    def check(self, item: Logged) -> None:
        """Check that no earlier document of the kind has the number: a code may name it.

        Raises:
            ProofError: `certificate.number`, `filing.number` or `label.number`.
        """
        if item.record.kind not in _NUMBERS:
            return
        member, code = _NUMBERS[item.record.kind]
        first = self._first[_number(item)]
        if first < item.position.index:
            raise ProofError(
                code,
                pointer=f"{AT}/{member}",
                expected="a number of its own",
                found=f"{item.record.subject[member]}, at index {first} too",
            )


def _number(item: Logged) -> tuple[str, str]:
    return item.record.kind, item.record.subject[_NUMBERS[item.record.kind][0]]


class LabelledQuantities:
    """How much the labels of each certificate cover together, up to each of them.

    Args:
        logged: the records at hand that somebody entitled to signed, in log order.
    """

    def __init__(self, logged: Iterable[Logged]) -> None:
        running: dict[str, dict[str | None, Decimal]] = {}
        self._up_to: dict[int, Mapping[str | None, Decimal]] = {}
        for item in logged:
            if item.record.kind != "LabelIssuance":
                continue
            about = next(digest for rel, digest in item.record.links if rel == "about")
            own = item.record.subject.get("authorised", {"unit": None, "quantity": "0"})
            before = running.setdefault(about, {})
            sums = [before.get(own["unit"], ZERO), Decimal(own["quantity"])]
            running[about] = self._up_to[item.position.index] = {**before, own["unit"]: total(sums)}

    def up_to(self, label: Logged) -> Mapping[str | None, Decimal]:
        """Return the quantities by unit, None for labels that state none."""
        return self._up_to[label.position.index]


def check_certification(
    item: Logged,
    authority: Authority,
    labels: LabelledQuantities,
    rule_set: dict[str, Any],
) -> None:
    """Compare a certificate or a label with what it is about; other kinds say nothing here.

    Args:
        item: the record.
        authority: knows what it is about, and whose the keys are.
        labels: what the labels at hand are for.
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
    _check_label(item, about, labels, rule_set)


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
    label: Logged, certificate: Logged, labels: LabelledQuantities, rule_set: dict[str, Any]
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
        _check_quantity(labels.up_to(label), certified["authorised"], rule_set)
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
    gtins = {item.removeprefix(_GTIN) for item in label["productIds"] if item.startswith(_GTIN)}
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
    quantities: Mapping[str | None, Decimal], authorised: dict[str, Any], rule_set: dict[str, Any]
) -> None:
    """All labels of a certificate together cover no more than it authorises."""
    unit, conversions = authorised["unit"], read_conversions(rule_set)
    together = []
    for own, quantity in quantities.items():
        exact = Decimal(1) if own == unit else conversions.get((own or "", unit))
        if exact is None:
            raise ProofError(
                "label.quantity",
                pointer=f"{AT}/authorised",
                expected=f"a quantity in {unit}, or in a unit that converts to it",
                found=own or "absent",
            )
        together.append(product(quantity, exact))
    if total(together) > Decimal(authorised["quantity"]):
        raise ProofError(
            "label.quantity",
            pointer=f"{AT}/authorised/quantity",
            expected=f"<= {authorised['quantity']} {unit}, all labels together",
            found=f"{brief(total(together))} {unit}",
        )


def _require_equal(
    own: dict[str, Any], other: dict[str, Any], names: Sequence[str], code: str
) -> None:
    for name in names:
        if own[name] != other[name]:
            raise ProofError(
                code, pointer=f"{AT}/{name}", expected=str(other[name]), found=str(own[name])
            )
