"""Certificate, filing, label, surveillance (docs/spec/kinds.md#certificate and what follows it)."""

from __future__ import annotations

from suyuan_verifier import shape
from suyuan_verifier.digital_link import URI
from suyuan_verifier.kinds.footprint import FIGURE, check_figure
from suyuan_verifier.kinds.outcomes import OUTCOMES
from suyuan_verifier.kinds.product import PRODUCT, PRODUCT_IDS, check_product_ids
from suyuan_verifier.kinds.terms import (
    AT,
    BOUNDARIES,
    CODE,
    FINDINGS,
    NAME,
    PERIOD,
    UNITS,
    Subject,
    check_ascending,
    check_period,
    positive,
)
from suyuan_verifier.shape import array, bilingual, fail, obj, one_of, pattern

_NUMBER = pattern(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}")
_QUANTITY = obj({"quantity": positive, "unit": one_of(*UNITS)})
_LOTS = array(CODE, 1, 256)
_CERTIFICATE = obj(
    {
        "certificateNumber": _NUMBER,
        "product": PRODUCT,
        "productIds": PRODUCT_IDS,
        "declared": FIGURE,
        "systemBoundary": one_of(*BOUNDARIES),
        "referencePeriod": PERIOD,
        "dataStatus": one_of("calculated", "illustrative"),
        "basis": NAME,
    },
    {"authorised": _QUANTITY, "lots": _LOTS, "conditions": bilingual()},
)
_FILING = obj(
    {
        "filingNumber": _NUMBER,
        "decision": one_of(*OUTCOMES["Filing"][1]),
        "receivedOn": shape.day,
    },
    {"system": NAME},
)
_LABEL = obj(
    {
        # A number is the last segment of a URI's path, so it has no slash.
        "labelNumber": pattern(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
        "product": PRODUCT,
        "productIds": PRODUCT_IDS,
        "displayed": FIGURE,
        "systemBoundary": one_of(*BOUNDARIES),
        "dataStatus": one_of("calculated", "illustrative"),
        "qr": pattern(URI, "record.qr"),
    },
    {"authorised": _QUANTITY, "lots": _LOTS, "grade": bilingual()},
)
_SURVEILLANCE = obj(
    {
        "result": one_of(*OUTCOMES["Surveillance"][1]),
        "method": one_of("documentReview", "siteInspection", "productTest", "verification"),
        "performedOn": shape.day,
    },
    {"sample": bilingual(), "findings": FINDINGS},
)


def check_certificate(subject: Subject) -> None:
    """产品碳足迹标识认证证书: that a product's footprint is certified."""
    _CERTIFICATE(subject, AT)
    check_product_ids(subject["productIds"], f"{AT}/productIds")
    check_period(subject["referencePeriod"], f"{AT}/referencePeriod")
    check_figure(subject["declared"], f"{AT}/declared")
    _check_lots(subject)


def check_filing(subject: Subject) -> None:
    """备案: that a filing office has a certificate on file, or refuses to."""
    _FILING(subject, AT)


def check_label(subject: Subject) -> None:
    """标识发放: which figure a product may show, on how much of it, until when."""
    _LABEL(subject, AT)
    check_product_ids(subject["productIds"], f"{AT}/productIds")
    check_figure(subject["displayed"], f"{AT}/displayed")
    _check_lots(subject)
    if "authorised" not in subject and "lots" not in subject:
        raise fail(AT, "an authorised quantity or lots", "neither")


def check_surveillance(subject: Subject) -> None:
    """获证后监督: what a later look at the certificate or the labelled goods found."""
    _SURVEILLANCE(subject, AT)


def _check_lots(subject: Subject) -> None:
    check_ascending(subject.get("lots", ()), lambda lot: lot, f"{AT}/lots")
