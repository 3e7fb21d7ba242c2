"""A label says no more than its certificate, for no more goods, and leads to itself."""

from __future__ import annotations

from fractions import Fraction

import drafted_footprint as drafted
import footprint_records as says
import pytest
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.footprint.label import (
    Quantity,
    check_label_claim,
    check_label_code,
    check_label_lots,
    check_label_quantity,
    check_label_validity,
    check_label_value,
    read_digital_link,
)
from suyuan_ledger.footprint.units import read_conversions

STATEMENT = drafted.sound(productIds=sorted([says.PRODUCT_ID, "urn:example:ingot"]))
CERTIFICATE = says.certificate(STATEMENT)
CONVERSIONS = read_conversions(drafted.RULES)
GTIN = says.GTIN


def label(**changes):
    return says.label(CERTIFICATE, **changes)


def test_a_label_of_the_certificate_is_right():
    check_label_claim(label(), CERTIFICATE)
    check_label_claim(label(productIds=[says.PRODUCT_ID]), CERTIFICATE)
    check_label_value(label(), STATEMENT)
    check_label_quantity(label(), CERTIFICATE, [], CONVERSIONS)
    check_label_lots(label(), CERTIFICATE)
    check_label_code(label())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("product", {"name": {"zh": "甲", "en": "Another"}}),
        ("productIds", ["urn:example:another"]),
        ("productIds", ["urn:example:ingot", "urn:example:ingot-2"]),
        ("systemBoundary", "gateToGate"),
        ("dataStatus", "calculated"),
    ],
)
def test_what_it_repeats_is_the_certificates(name, value, refuses):
    with refuses("label.claim", RefusedError) as caught:
        check_label_claim(label(**{name: value}), CERTIFICATE)
    assert caught.value.pointer == f"/credentialSubject/{name}"


def shows(value, unit="kgCO2e/TNE", scale=0):
    return label(displayed={"value": value, "unit": unit, "scale": scale})


@pytest.mark.parametrize(
    "figure",
    [("2500.000", "kgCO2e/TNE", 3), ("2500", "kgCO2e/TNE", 0), ("2.5", "tCO2e/TNE", 1)],
)
def test_it_displays_the_total_at_its_own_places(figure):
    check_label_value(shows(*figure), STATEMENT)


@pytest.mark.parametrize(
    "figure",
    [
        ("2500.0", "kgCO2e/TNE", 3),
        ("2500.001", "kgCO2e/TNE", 3),
        ("2500", "tCO2e/TNE", 0),
        ("2", "tCO2e/TNE", 0),
        ("2500.000", "kgCO2e/KGM", 3),
    ],
    ids=["places", "value", "mass", "one digit", "per kilogram"],
)
def test_and_nothing_else(figure, refuses):
    with refuses("label.value"):
        check_label_value(shows(*figure), STATEMENT)


FIRST, LAST = "2026-01-05T08:00:00Z", "2028-01-05T08:00:00Z"


def valid(start, end):
    return {"validFrom": start, **({"validUntil": end} if end else {})}


@pytest.mark.parametrize("span", [(FIRST, LAST), ("2027-01-01T00:00:00Z", "2027-02-01T00:00:00Z")])
def test_it_is_valid_while_its_certificate_is(span):
    check_label_validity(valid(*span), valid(FIRST, LAST))


@pytest.mark.parametrize(
    "span",
    [(FIRST, "2028-01-05T08:00:01Z"), ("2026-01-05T07:59:59Z", LAST), (FIRST, None)],
    ids=["longer", "earlier", "for ever"],
)
def test_and_at_no_other_time(span, refuses):
    with refuses("label.validity"):
        check_label_validity(valid(*span), valid(FIRST, LAST))


def of(quantity, unit="TNE"):
    return {"quantity": quantity, "unit": unit}


@pytest.mark.parametrize(
    ("own", "earlier"),
    [
        (of("100"), []),
        (of("40"), [Quantity(Fraction(60), "TNE")]),
        (of("0.000000000000000001"), [Quantity(Fraction(99), "TNE")]),
    ],
)
def test_all_labels_together_may_cover_what_is_authorised(own, earlier):
    check_label_quantity(label(authorised=own), CERTIFICATE, earlier, CONVERSIONS)


@pytest.mark.parametrize(
    ("own", "earlier"),
    [
        (of("100.000000000000000001"), []),
        (of("40.000000000000000001"), [Quantity(Fraction(60), "TNE")]),
        (of("1"), [Quantity(Fraction(60), "TNE"), Quantity(Fraction(40), "TNE")]),
        (of("1", "KGM"), []),
        (of("1"), [Quantity(Fraction(1), "MTQ")]),
    ],
    ids=["too much", "with the other", "with both others", "kilograms", "cubic metres before"],
)
def test_and_no_more(own, earlier, refuses):
    with refuses("label.quantity"):
        check_label_quantity(label(authorised=own), CERTIFICATE, earlier, CONVERSIONS)


def test_quantities_convert_as_the_rule_set_says(refuses):
    certificate = {**CERTIFICATE, "authorised": of("1000", "KGM")}
    check_label_quantity(label(authorised=of("1")), certificate, [], CONVERSIONS)
    with refuses("label.quantity"):
        check_label_quantity(label(authorised=of("1.001")), certificate, [], CONVERSIONS)


def without(subject, name):
    return {key: value for key, value in subject.items() if key != name}


def test_a_label_of_a_limited_certificate_says_for_how_much_it_is(refuses):
    with refuses("label.quantity"):
        check_label_quantity(without(label(), "authorised"), CERTIFICATE, [], CONVERSIONS)
    free = without(CERTIFICATE, "authorised")
    check_label_quantity(without(label(), "authorised"), free, [], CONVERSIONS)


def test_lots_are_the_certificates(refuses):
    check_label_lots(label(lots=["LOT-1", "LOT-2"]), CERTIFICATE)
    check_label_lots(label(lots=["LOT-9"]), without(CERTIFICATE, "lots"))
    for wrong in (label(lots=["LOT-1", "LOT-3"]), without(label(), "lots")):
        with refuses("label.lot"):
            check_label_lots(wrong, CERTIFICATE)


@pytest.mark.parametrize(
    "uri",
    [
        f"https://id.example/01/{GTIN}",
        f"https://id.example/01/{GTIN}/10/LOT-1",
        f"https://id.example/any/where/01/{GTIN}/22/A/10/LOT-1/21/7",
        f"https://id.example/01/{GTIN}/21/7",
        "https://id.example/labels/EXAMPLE-LABEL-0001",
        "https://id.example/EXAMPLE-LABEL-0001",
        "https://id.example/01/1234567/EXAMPLE-LABEL-0001",
    ],
)
def test_a_code_leads_to_the_product_or_names_the_label(uri):
    check_label_code(label(qr=uri))


@pytest.mark.parametrize(
    "uri",
    [
        "https://id.example/01/09521234543206",
        f"https://id.example/01/{GTIN}/10/LOT-2",
        "https://id.example/labels/EXAMPLE-LABEL-0002",
        "https://id.example/EXAMPLE-LABEL-0001/more",
        f"https://id.example/01/{GTIN}/10",
        f"https://id.example/01/{GTIN}/21/7/10/LOT-1",
        f"https://id.example/01/{GTIN[1:]}",
        f"https://id.example/01/{GTIN[1:]}/EXAMPLE-LABEL-0001",
        f"https://id.example/GTIN/{GTIN}/EXAMPLE-LABEL-0001",
        f"https://id.example/01/{GTIN}/235/EXAMPLE-LABEL-0001",
        f"https://id.example/01/09521234543206/01/{GTIN}",
        f"https://id.example/8006/{GTIN}0102/EXAMPLE-LABEL-0001",
        f"https://id.example/itip/{GTIN}0102/01/{GTIN}",
        "https://id.example",
    ],
    ids=[
        *("product", "lot", "number", "not last", "no value", "order", "13 digits"),
        *("13 digits and a number", "gtin", "another key", "two products"),
        *("a piece", "a piece and its whole", "no path"),
    ],
)
def test_a_code_that_leads_elsewhere_is_refused(uri, refuses):
    with refuses("label.qr"):
        check_label_code(label(qr=uri))


def test_a_lot_in_the_code_of_a_label_without_lots_is_free():
    check_label_code(without(label(qr=f"https://id.example/01/{GTIN}/10/ANY"), "lots"))


def test_a_code_of_a_product_without_gtin_names_its_label(refuses):
    item = label(productIds=["urn:example:ingot"])
    with refuses("label.qr"):
        check_label_code(item)
    check_label_code({**item, "qr": "https://id.example/EXAMPLE-LABEL-0001"})


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (f"01/{GTIN}", {"01": GTIN}),
        (f"x/01/{GTIN}/10/01", {"01": GTIN, "10": "01"}),
        (f"01/00000000000000/01/{GTIN}", None),
        (f"01/{GTIN}/22/A/10/B/21/C", {"01": GTIN, "22": "A", "10": "B", "21": "C"}),
        (f"gtin/{GTIN}", None),
        (f"01/{GTIN}/10/01/21/X", {"01": GTIN, "10": "01", "21": "X"}),
        (f"01/{GTIN}/11/A", None),
        (f"01/{GTIN}/10/A/10/B", None),
        (f"01/{GTIN}/10/", None),
        ("01/0952123454321\u0663", None),
        ("01", None),
        ("", None),
    ],
)
def test_the_path_of_a_digital_link(path, found):
    assert read_digital_link(path.split("/")) == found
