"""Sealed figures: nothing of them is left, they come back whole, nothing else opens them.

RFC 9901 section 4.2: the digest of a disclosure is base64url(SHA-256(ASCII(disclosure))).
"""

from __future__ import annotations

import base64
import hashlib
import json

import drafted_footprint as drafted
import footprint_records as says
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.footprint.arithmetic import calculate, check
from suyuan_ledger.footprint.sealing import (
    disclosure_digest,
    make_disclosure,
    read_disclosure,
    seal,
    unseal,
)

FIGURES = {"emission": "866.55", "quantity": "1500"}
SALT = bytes(range(16))


def statement():
    """Three items of production and two of raw material."""
    return drafted.sound(
        drafted.fuel("a", "1"),
        drafted.fuel("b", "2"),
        drafted.power("c"),
        drafted.bought("d", "3", stage="rawMaterial"),
        drafted.bought("e", "4", stage="rawMaterial"),
    )


def counter():
    """Random bytes that are not."""
    numbers = iter(range(1000))
    return lambda size: next(numbers).to_bytes(size, "big")


def encoded(value):
    raw = value if isinstance(value, bytes) else rfc8785.dumps(value)
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def texts(disclosures):
    return [item["disclosure"] for item in disclosures]


def test_a_disclosure_is_that_of_the_standard():
    """Byte for byte, by another JCS and another base64."""
    text = make_disclosure(FIGURES, SALT)
    assert text == encoded([encoded(SALT), "figures", FIGURES])
    assert disclosure_digest(text) == encoded(hashlib.sha256(text.encode()).digest())
    assert read_disclosure(text) == FIGURES


def test_what_is_sealed_is_gone_and_comes_back():
    whole = statement()
    sealed, disclosures = seal(whole, ["a", "c"], counter())
    shown = json.dumps(sealed)
    assert [item["item"] for item in disclosures] == ["a", "c"]
    for place in (0, 2):
        assert sealed["lineItems"][place].keys() & {"quantity", "emission"} == set()
        assert whole["lineItems"][place]["quantity"] not in {
            item.get("quantity") for item in sealed["lineItems"]
        }
    assert all(text not in shown for text in texts(disclosures))
    assert unseal(sealed, reversed(texts(disclosures))) == whole
    assert whole == statement()


def test_each_item_has_a_salt_of_its_own(refuses):
    """Two items of the same figures are not to be told from their digests; broken dice are."""
    twins = drafted.sound(drafted.fuel("a"), drafted.fuel("b"))
    sealed, _ = seal(twins, ["a", "b"], counter())
    assert sealed["lineItems"][0]["_sd"] != sealed["lineItems"][1]["_sd"]
    with refuses("record.sealed"):
        seal(twins, ["a", "b"], lambda size: b"\x07" * size)


@given(st.sets(st.sampled_from("abc"), min_size=2), st.sets(st.sampled_from("abc")))
@settings(max_examples=20, deadline=None)
def test_whatever_is_disclosed_is_checked_and_the_rest_left_alone(hidden, shown):
    sealed, disclosures = seal(statement(), hidden, counter())
    opened = unseal(sealed, [row["disclosure"] for row in disclosures if row["item"] in shown])
    check(opened, drafted.foundations(), drafted.RULES)
    left = {item["id"] for item in opened["lineItems"] if "_sd" in item}
    assert left == hidden - shown


@pytest.mark.parametrize(
    ("member", "code"),
    [("total", "footprint.total"), ("byStage", "footprint.subtotal"),
     ("byCategory", "footprint.subtotal"), ("primaryDataShare", "footprint.primary_share")],
)  # fmt: skip
def test_sealed_items_hide_no_sum_below_what_is_open(member, code, refuses):
    """Less than the open items alone is refused; what the sealed ones may make up is not."""
    sealed, _ = seal(statement(), ["a", "b"], counter())
    known = drafted.foundations()
    check(sealed, known, drafted.RULES)
    if member == "primaryDataShare":
        sealed[member]["activity"] = "0.0001"
    elif member == "total":
        sealed[member] = "17500"
    else:
        sealed[member][0]["emission"] = "1"
    with refuses(code):
        check(sealed, known, drafted.RULES)


def test_a_group_without_sealed_items_is_compared_exactly(refuses):
    sealed, _ = seal(statement(), ["a", "b"], counter())
    rows = {row["stage"]: row for row in sealed["byStage"]}
    rows["rawMaterial"]["emission"] = "17501"
    with refuses("footprint.subtotal"):
        check(sealed, drafted.foundations(), drafted.RULES)


def test_subtotals_add_up_to_the_total_while_items_are_sealed(refuses):
    sealed, _ = seal(statement(), ["a", "b"], counter())
    rows = {row["stage"]: row for row in sealed["byStage"]}
    rows["production"]["emission"] = "999999"
    with refuses("footprint.subtotal"):
        check(sealed, drafted.foundations(), drafted.RULES)


def test_disclosed_uptake_bounds_its_category_from_below(refuses):
    """Sealed uptake can only take the category further below zero."""
    whole = drafted.sound(
        drafted.fuel(), *(drafted.grown(f"wood-{number}", "10") for number in range(3))
    )
    sealed, disclosures = seal(whole, ["wood-0", "wood-1"], counter())
    opened = unseal(sealed, texts(disclosures)[:1])
    check(opened, drafted.foundations(), drafted.RULES)
    opened["byCategory"][0]["emission"] = "-29"
    with refuses("footprint.subtotal"):
        check(opened, drafted.foundations(), drafted.RULES)


def test_disclosed_figures_are_judged_as_if_they_stood_in_the_item(refuses):
    whole = statement()
    whole["lineItems"][0]["quantity"] = "1.5"
    sealed, disclosures = seal(whole, ["a", "b"], counter())
    check(sealed, drafted.foundations(), drafted.RULES)
    with refuses("footprint.emission"):
        check(unseal(sealed, texts(disclosures)), drafted.foundations(), drafted.RULES)


ANODE = says.line(
    "f",
    "directEmission",
    quantity="10",
    unit="KGM",
    formula=says.formula("anodeOxidation", ash="0.01", sulphur="0.02"),
    evidence=[says.evidence()],
)


def green():
    """Hydropower by certificates, and its way through the grid."""
    used = says.electricity("greenCertificate", certificateIds=["EX-1"])
    return (
        drafted.power("g", says.HYDRO, electricity=used),
        drafted.power("h", says.LINES, electricity=says.electricity(transmissionOf=["g"])),
    )


@pytest.mark.parametrize(
    ("items", "ids"),
    [
        ((), ["a", "nothing"]),
        ((), ["a"]),
        ((), ["a", "d"]),
        ((ANODE,), ["a", "f"]),
        ((drafted.fuel("f", category="biogenic"),), ["a", "f"]),
        (green(), ["a", "g"]),
        (green(), ["g", "h"]),
    ],
    ids=[
        *("unknown", "alone", "alone in each stage", "formula", "alone in each category"),
        *("told by its losses", "alone with its losses"),
    ],
)
def test_what_would_be_given_away_is_not_sealed(items, ids, refuses):
    lines = [*statement()["lineItems"], *items]
    with refuses("record.sealed"):
        seal(drafted.sound(*lines), ids, counter())


def test_power_and_its_losses_are_sealed_together():
    lines = [*statement()["lineItems"], *green()]
    sealed, disclosures = seal(drafted.sound(*lines), ["a", "g", "h"], counter())
    assert len(disclosures) == 3
    check(sealed, drafted.foundations(), drafted.RULES)


def test_nothing_is_sealed_twice(refuses):
    sealed, _ = seal(statement(), ["a", "b"], counter())
    with refuses("record.sealed"):
        seal(sealed, ["a", "b"], counter())
    with refuses("record.sealed"):
        calculate(sealed, drafted.foundations(), drafted.RULES)


def test_a_disclosure_opens_its_own_digest_and_once(refuses):
    sealed, disclosures = seal(statement(), ["a", "b"], counter())
    first = texts(disclosures)[0]
    with refuses("disclosure.twice"):
        unseal(sealed, [first, first])
    other = make_disclosure(read_disclosure(first), SALT)
    with refuses("disclosure.unmatched"):
        unseal(sealed, [other])


ARRAY = [encoded(SALT), "figures", FIGURES]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not base64!",
        encoded(ARRAY) + "=",
        encoded(json.dumps(ARRAY, separators=(", ", ":")).encode()),
        encoded(json.dumps(ARRAY[:2]).encode()),
        encoded([*ARRAY, 1]),
        encoded(["AAAA", *ARRAY[1:]]),
        encoded([ARRAY[0] + "=", *ARRAY[1:]]),
        encoded([ARRAY[0], "quantity", FIGURES]),
        encoded([*ARRAY[:2], {"quantity": "1"}]),
        encoded([*ARRAY[:2], {**FIGURES, "unit": "KGM"}]),
        encoded([*ARRAY[:2], {**FIGURES, "quantity": "-1"}]),
        encoded([*ARRAY[:2], {**FIGURES, "emission": "1e3"}]),
        encoded([*ARRAY[:2], {**FIGURES, "emission": 1}]),
        encoded([*ARRAY[:2], ["emission", "quantity"]]),
        encoded({"salt": 1, "figures": 2, "x": 3}),
        encoded(b'"' * 3),
        encoded(b"[" * 200),
        "A" * 1025,
    ],
)  # fmt: skip
def test_what_is_no_disclosure_is_refused(text, refuses):
    sealed, _ = seal(statement(), ["a", "b"], counter())
    with refuses("disclosure.shape"):
        unseal(sealed, [text])


def test_a_disclosure_of_which_a_last_bit_differs_is_refused(refuses):
    """base64url has unused bits in its last character; only zero ones are written."""
    text = make_disclosure(FIGURES, SALT)
    assert len(text) % 4 in {2, 3}
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = text[:-1] + alphabet[alphabet.index(text[-1]) + 1]
    with refuses("disclosure.shape"):
        read_disclosure(other)


@given(st.text(max_size=60) | st.binary(max_size=60).map(encoded))
@settings(max_examples=100, deadline=None)
def test_no_text_breaks_the_reader(text):
    """Whatever comes in, our own error comes out."""
    with pytest.raises(RefusedError):
        read_disclosure(text)
