"""Sealed figures: a disclosure has one spelling, and fits exactly one digest (RFC 9901)."""

from __future__ import annotations

import base64
import hashlib
import json
from decimal import Decimal

import pytest
from suyuan_verifier import MalformedError
from suyuan_verifier.disclosure import MAX_DISCLOSURE, Figures, parse_disclosures

SALT = base64.urlsafe_b64encode(bytes(range(16))).rstrip(b"=").decode()
FIGURES = {"emission": "12.5", "quantity": "10"}


def text(value, *, compact=True):
    separators = (",", ":") if compact else (", ", ": ")
    data = json.dumps(value, sort_keys=True, separators=separators).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def digest(disclosure):
    raw = hashlib.sha256(disclosure.encode()).digest()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_the_digest_is_that_of_the_standard():
    """RFC 9901, section 4.2.3, states this disclosure and its digest."""
    disclosure = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    assert digest(disclosure) == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"


def test_a_disclosure_reveals_quantity_and_emission_together():
    disclosure = text([SALT, "figures", FIGURES])
    found = parse_disclosures([disclosure])
    assert found == {digest(disclosure): Figures(Decimal(10), Decimal("12.5"))}


def test_none_reveals_nothing():
    assert parse_disclosures([]) == {}


@pytest.mark.parametrize(
    "disclosure",
    [
        None,
        7,
        "",
        "!",
        "标",
        "A" * (MAX_DISCLOSURE + 1),
        text([SALT, "figures", FIGURES]) + "=",
        text([SALT, "figures", FIGURES], compact=False),
        text([SALT, "figures"]),
        text([SALT, "figures", FIGURES, 1]),
        text({"a": 1}),
        text([SALT, "quantity", FIGURES]),
        text(["short", "figures", FIGURES]),
        text([SALT[:-1] + "5", "figures", FIGURES]),  # unused bits of the salt are not zero
        text([1, "figures", FIGURES]),
        text([SALT, "figures", {"emission": "12.5"}]),
        text([SALT, "figures", {**FIGURES, "unit": "KWH"}]),
        text([SALT, "figures", {**FIGURES, "quantity": 10}]),
        text([SALT, "figures", {**FIGURES, "quantity": "1e1"}]),
        text([SALT, "figures", {**FIGURES, "quantity": "-10"}]),
        text([SALT, "figures", {**FIGURES, "quantity": "1" * 35}]),
        text([SALT, "figures", {**FIGURES, "emission": "+1"}]),
        base64.urlsafe_b64encode(b'["' + SALT.encode() + b'","figures",').decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
    ids=range(24),
)
def test_what_is_no_disclosure(disclosure):
    good = text([SALT, "figures", FIGURES])
    with pytest.raises(MalformedError) as caught:
        parse_disclosures([good, disclosure])
    assert (caught.value.code, caught.value.pointer) == ("disclosure.shape", "/disclosures/1")


def test_members_in_another_order_are_another_spelling():
    data = b'["' + SALT.encode() + b'","figures",{"quantity":"10","emission":"12.5"}]'
    disclosure = base64.urlsafe_b64encode(data).rstrip(b"=").decode()
    with pytest.raises(MalformedError) as caught:
        parse_disclosures([disclosure])
    assert caught.value.code == "disclosure.shape"


def test_the_same_disclosure_twice():
    disclosure = text([SALT, "figures", FIGURES])
    with pytest.raises(MalformedError) as caught:
        parse_disclosures([disclosure, disclosure])
    assert caught.value.code == "disclosure.twice"
