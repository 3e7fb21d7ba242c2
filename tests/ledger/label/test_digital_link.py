"""GS1 Digital Links: one spelling per meaning, the check digit held, nothing beyond 300 bytes."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.label.digital_link import (
    DigitalLink,
    format_digital_link,
    parse_digital_link,
    to_gtin14,
)
from suyuan_verifier.digital_link import read_code

GTIN = "09521234543213"
LINK = DigitalLink("id.example", GTIN)
PLAIN = "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"


def refused(call, *arguments):
    """The code that a call is refused with."""
    with pytest.raises(RefusedError) as caught:
        call(*arguments)
    return caught.value.code


@pytest.mark.parametrize(
    ("digits", "whole"),
    [
        ("9521234543213", "09521234543213"),
        ("09521234543213", "09521234543213"),
        ("96385074", "00000096385074"),
        ("036000291452", "00036000291452"),
    ],
)
def test_every_length_of_gtin_has_one_of_14_digits(digits, whole):
    assert to_gtin14(digits) == whole


@pytest.mark.parametrize(
    "digits",
    ["", "0", "9521234543214", "952123454321", "0952123454321３", "-521234543213", "1" * 15],
)
def test_what_is_no_gtin(digits):
    assert refused(to_gtin14, digits) == "gs1.gtin"


@pytest.mark.parametrize("place", range(14))
def test_a_changed_digit_is_noticed(place):
    other = str((int(GTIN[place]) + 1) % 10)
    assert refused(to_gtin14, GTIN[:place] + other + GTIN[place + 1 :]) == "gs1.gtin"


def test_every_part_stands_in_the_standards_order():
    link = DigitalLink("id.example", GTIN, ("a", "b~1"), variant="2A", lot="L.1", serial="S-_")
    uri = f"https://id.example/a/b~1/01/{GTIN}/22/2A/10/L.1/21/S-_"
    assert format_digital_link(link) == uri
    assert parse_digital_link(uri) == link
    assert link.element_string() == f"(01){GTIN}(22)2A(10)L.1(21)S-_"


@pytest.mark.parametrize(
    "change",
    [
        {"host": ""},
        {"host": "example"},
        {"host": "Id.example"},
        {"host": "id.example:443"},
        {"host": "id..example"},
        {"host": "-id.example"},
        {"host": "a" * 64 + ".example"},
        {"host": ".".join(["a" * 60] * 5)},
        {"host": "id.example/x"},
        {"prefix": ("01",)},
        {"prefix": ("",)},
        {"prefix": ("..",)},
        {"prefix": ("a b",)},
        {"prefix": ("a%20b",)},
        {"lot": ""},
        {"lot": "x" * 21},
        {"lot": "批"},
        {"lot": "a b"},
        {"lot": "L/1"},
        {"lot": "L%2F1"},
        {"lot": "."},
        {"serial": ".."},
        {"serial": "#1"},
        {"variant": "~"},
    ],
)
def test_what_cannot_stand_in_a_link(change):
    assert refused(format_digital_link, dataclasses.replace(LINK, **change)) == "gs1.link"


def test_a_gtin_that_is_not_written_with_14_digits():
    link = dataclasses.replace(LINK, gtin="9521234543213")
    assert refused(format_digital_link, link) == "gs1.gtin"


def test_300_bytes_are_the_bound():
    room = 300 - len(format_digital_link(LINK)) - 1
    link = dataclasses.replace(LINK, prefix=("x" * room,))
    assert len(format_digital_link(link)) == 300
    longer = dataclasses.replace(LINK, prefix=("x" * (room + 1),))
    assert refused(format_digital_link, longer) == "gs1.link"


@pytest.mark.parametrize(
    "uri",
    [
        "",
        f"http://id.example/01/{GTIN}",
        f"HTTPS://id.example/01/{GTIN}",
        "https://id.example/",
        "https://id.example/01",
        f"https://id.example/01/{GTIN}/",
        f"https://id.example//01/{GTIN}",
        f"https://id.example/01/{GTIN}/21/S/10/L",
        f"https://id.example/01/{GTIN}/10/L/10/M",
        f"https://id.example/01/{GTIN}/10",
        f"https://id.example/01/{GTIN}/17/261231",
        f"https://id.example/01/{GTIN}/10/%4C",
        f"https://id.example/01/{GTIN}/10/%2f",
        f"https://user@id.example/01/{GTIN}",
    ],
)
def test_another_spelling(uri):
    assert refused(parse_digital_link, uri) == "gs1.link"


@pytest.mark.parametrize(
    "gtin",
    ["9521234543213", "09521234543214", "", "x" * 14, f"{GTIN}?10=L", f"{GTIN}#x", f"{GTIN}\n"],
)
def test_a_link_with_another_gtin(gtin):
    assert refused(parse_digital_link, f"https://id.example/01/{gtin}") == "gs1.gtin"


# A segment of one point or two is a step in a path, and no name.
VALUES = st.none() | st.text(PLAIN, min_size=1, max_size=20).filter(lambda text: text.strip("."))


@given(
    st.lists(st.text("abcXYZ019-_~", min_size=1, max_size=8), max_size=3),
    VALUES,
    VALUES,
    VALUES,
)
@settings(max_examples=100)
def test_what_is_written_is_read_by_both_sides(prefix, variant, lot, serial):
    if "01" in prefix:
        return
    link = DigitalLink("id.example", GTIN, tuple(prefix), variant, lot, serial)
    uri = format_digital_link(link)
    assert parse_digital_link(uri) == link
    read = read_code(uri)
    assert (read.gtin, uri.isascii()) == (GTIN, True)


@given(st.text(max_size=40) | st.text(f"/012{GTIN}aL%2F", max_size=60).map("https://a.b".__add__))
@settings(max_examples=200)
def test_any_text_is_refused_or_the_one_spelling_of_what_it_says(text):
    try:
        link = parse_digital_link(text)
    except RefusedError:
        return
    assert format_digital_link(link) == text
