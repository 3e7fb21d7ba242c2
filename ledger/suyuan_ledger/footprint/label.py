"""What a label may say of its certificate, and the address in its code.

Source: docs/spec/certification.md#label. The address is a GS1 Digital Link (GS1 Digital Link
Standard: URI Syntax; ISO/IEC 18975) or any other whose last segment is the label's number; it is
read here and never opened.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.footprint.certificate import check_figure, hold_members
from suyuan_ledger.footprint.figures import number, shown
from suyuan_ledger.footprint.foundations import AT, Subject
from suyuan_ledger.footprint.units import Conversions, bring

_CLAIMED = ("product", "systemBoundary", "dataStatus")
_GTIN = "urn:gtin:"
_GTIN_DIGITS = 14
_ITEM, _VARIANT, _LOT, _SERIAL = "01", "22", "10", "21"
_SYNTAX = (_ITEM, _VARIANT, _LOT, _SERIAL)
"""A trade item and its qualifiers in the order that the syntax demands."""
_ITEM_KEYS = frozenset({_ITEM, "gtin"})
_GTIN_LENGTHS = frozenset({8, 12, 13, 14})
_PIECE_KEYS, _PIECE_DIGITS = frozenset({"8006", "itip"}), 18


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount of goods, such as 100 TNE."""

    amount: Fraction
    unit: str


def read_quantity(member: dict[str, str]) -> Quantity:
    """Read the `authorised` member of a certificate or a label."""
    return Quantity(number(member["quantity"]), member["unit"])


def check_label_claim(subject: Subject, certificate: Subject) -> None:
    """Hold what a label repeats against its certificate.

    Args:
        subject: `credentialSubject` of the LabelIssuance.
        certificate: that of the Certificate that it is about.

    Raises:
        RefusedError: `label.claim`.
    """
    hold_members("label.claim", subject, certificate, _CLAIMED)
    strange = sorted(set(subject["productIds"]) - set(certificate["productIds"]))
    if strange:
        raise RefusedError(
            "label.claim",
            pointer=f"{AT}/productIds",
            expected=", ".join(certificate["productIds"]),
            found=", ".join(strange),
        )


def check_label_value(subject: Subject, statement: Subject) -> None:
    """Hold the displayed figure against the total of the certified statement.

    Args:
        subject: `credentialSubject` of the LabelIssuance.
        statement: that of the FootprintStatement below its certificate.

    Raises:
        RefusedError: `label.value`.
    """
    check_figure("label.value", "displayed", subject["displayed"], statement)


def check_label_validity(record: dict[str, Any], certificate: dict[str, Any]) -> None:
    """Refuse a label that is valid when its certificate is not.

    Args:
        record: the LabelIssuance.
        certificate: the Certificate.

    Raises:
        RefusedError: `label.validity`.
    """
    until, latest = record.get("validUntil"), certificate["validUntil"]
    if until is None or until > latest:
        raise RefusedError(
            "label.validity",
            pointer="/validUntil",
            expected=f"at most {latest}, as the certificate's",
            found=until or "absent",
        )
    if record["validFrom"] < certificate["validFrom"]:
        raise RefusedError(
            "label.validity",
            pointer="/validFrom",
            expected=f"not before {certificate['validFrom']}, as the certificate's",
            found=record["validFrom"],
        )


def check_label_quantity(
    subject: Subject,
    certificate: Subject,
    earlier: Iterable[Quantity],
    conversions: Conversions,
) -> None:
    """Refuse labels for more goods than the certificate authorises, this one included.

    Args:
        subject: `credentialSubject` of the LabelIssuance.
        certificate: that of the Certificate.
        earlier: what the certificate's other labels are for.
        conversions: of the rule set in force.

    Raises:
        RefusedError: `label.quantity`.
    """
    if "authorised" not in certificate:
        return
    pointer = f"{AT}/authorised"
    most = read_quantity(certificate["authorised"])
    if "authorised" not in subject:
        raise RefusedError(
            "label.quantity",
            pointer=pointer,
            expected=f"a quantity, as the certificate's {shown(most.amount)} {most.unit}",
            found="absent",
        )
    issued = Fraction(0)
    for quantity in (read_quantity(subject["authorised"]), *earlier):
        amount = bring(quantity.amount, quantity.unit, most.unit, conversions)
        if amount is None:
            raise RefusedError(
                "label.quantity",
                pointer=f"{pointer}/unit",
                expected=f"{most.unit}, or a unit that the rule set converts to it",
                found=quantity.unit,
            )
        issued += amount
    if issued > most.amount:
        raise RefusedError(
            "label.quantity",
            pointer=f"{pointer}/quantity",
            expected=f"at most {shown(most.amount)} {most.unit} with all labels of the certificate",
            found=f"{shown(issued)} {most.unit}",
        )


def check_label_lots(subject: Subject, certificate: Subject) -> None:
    """Refuse lots that the certificate does not name.

    Raises:
        RefusedError: `label.lot`.
    """
    if "lots" not in certificate:
        return
    strange = sorted(set(subject.get("lots", ())) - set(certificate["lots"]))
    if strange or "lots" not in subject:
        raise RefusedError(
            "label.lot",
            pointer=f"{AT}/lots",
            expected="lots of the certificate",
            found=", ".join(strange) or "absent",
        )


def check_label_code(subject: Subject) -> None:
    """Refuse a code that leads to another product, lot or label.

    Args:
        subject: `credentialSubject` of the LabelIssuance, its shape sound.

    Raises:
        RefusedError: `label.qr`.
    """
    segments = subject["qr"].removeprefix("https://").split("/")[1:]
    if not any(_names_item(*pair) for pair in pairwise(segments)):
        expected, found = subject["labelNumber"], segments[-1] if segments else ""
        wrong = expected != found
    else:
        gtins = [
            identifier.removeprefix(_GTIN)
            for identifier in subject["productIds"]
            if identifier.startswith(_GTIN)
        ]
        link = read_digital_link(segments) or {}
        gtin, lot = link.get(_ITEM), link.get(_LOT)
        expected = f"GTIN {' | '.join(gtins) or 'none'}, lot {subject.get('lots', 'any')}"
        found = f"GTIN {gtin or 'none'}, lot {lot or 'none'}"
        wrong = gtin not in gtins or (
            lot is not None and "lots" in subject and lot not in subject["lots"]
        )
    if wrong:
        raise RefusedError("label.qr", pointer=f"{AT}/qr", expected=expected, found=found)


def read_digital_link(segments: list[str]) -> dict[str, str] | None:
    """Read the path of a GS1 Digital Link on a trade item, after any prefix.

    Args:
        segments: the path, cut at its slashes.

    Returns:
        Values by application identifier; None if the path is no such link, or names a trade item
        twice or in another way, so that a resolver may lead elsewhere than it reads here.
    """
    named = [place for place, pair in enumerate(pairwise(segments)) if _names_item(*pair)]
    if len(named) != 1:
        return None
    link = segments[named[0] :]
    keys, values = link[::2], link[1::2]
    order = [_SYNTAX.index(key) if key in _SYNTAX else -1 for key in keys]
    well_formed = (
        order == sorted(set(order))
        and -1 not in order
        and len(keys) == len(values)
        and all(values)
        and len(values[0]) == _GTIN_DIGITS
    )
    return dict(zip(keys, values, strict=True)) if well_formed else None


def _names_item(key: str, value: str) -> bool:
    """Tell whether two segments name a trade item or a piece of one, as resolvers know it."""
    if key.lower() in _PIECE_KEYS:
        return len(value) == _PIECE_DIGITS and value.isascii() and value.isdigit()
    return (
        key.lower() in _ITEM_KEYS
        and len(value) in _GTIN_LENGTHS
        and value.isascii()
        and value.isdigit()
    )
