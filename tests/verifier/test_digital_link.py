"""Codes on goods: GS1 Digital Links and other URIs, read strictly and in linear time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from suyuan_verifier.certification import fits_code
from suyuan_verifier.digital_link import MAX_URI_BYTES, Code, is_gtin, read_code

GTIN = "09521234543213"  # GS1's example company prefix 952
HOST = "https://id.example"
LINK = f"{HOST}/01/{GTIN}"


@pytest.mark.parametrize("digits", ["09521234543213", "00614141999996", "00000096385074"])
def test_sound_trade_item_numbers(digits):
    assert is_gtin(digits)


@pytest.mark.parametrize(
    "digits",
    [
        "09521234543214",
        "9521234543213",  # sound, but another spelling of the first above
        "614141999996",
        "96385074",
        "",
        "0",
        "09521234543213 "[1:],
        "０９５２１２３４５４３２１３",
        "0952123454321X",
    ],
)
def test_unsound_trade_item_numbers(digits):
    assert not is_gtin(digits)


@given(st.integers(0, 10**13 - 1), st.integers(0, 12), st.integers(1, 9))
def test_a_wrong_digit_is_noticed(number, place, change):
    """Every single wrong digit changes the check digit."""
    body = f"{number:013}"
    (check,) = [digit for digit in "0123456789" if is_gtin(body + digit)]
    wrong = body[:place] + str((int(body[place]) + change) % 10) + body[place + 1 :]
    assert not is_gtin(wrong + check)


@pytest.mark.parametrize(
    ("uri", "code"),
    [
        (LINK, Code(HOST, GTIN, None, GTIN)),
        (f"{LINK}/10/LOT-1", Code(HOST, GTIN, "LOT-1", "LOT-1")),
        (f"{LINK}/22/2A/10/LOT-1/21/7", Code(HOST, GTIN, "LOT-1", "7")),
        (f"{LINK}/21/7", Code(HOST, GTIN, None, "7")),
        (
            f"https://id.example/some/where/01/{GTIN}/10/L",
            Code(f"{HOST}/some/where", GTIN, "L", "L"),
        ),
        (
            "https://id.example:8443/label/N-1",
            Code("https://id.example:8443/label", None, None, "N-1"),
        ),
        ("https://id.example/01/N-1", Code(f"{HOST}/01", None, None, "N-1")),
    ],
)
def test_codes_that_are_read(uri, code):
    assert read_code(uri) == code


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "http://id.example/label/N-1",
        "https://id.example",
        "https://id.example/",
        "https://id.example/label//N-1",
        "https://ID.example/label/N-1",
        "https://id.example/label/N-1?x=1",
        "https://id.example/label/N-1#x",
        "https://user@id.example/label/N-1",
        "https://id.example/label/标识",
        "https://id.example/label/a b",
        "https://id.example/label/%2",
        "javascript:alert(1)",
        # What a resolver would take for another product than we do.
        f"{LINK}/21/7/10/LOT-1",
        f"{LINK}/235/N-1",
        f"{LINK}/11/N-1",
        f"https://id.example/gtin/{GTIN}/10/N-1",
        f"https://id.example/01/{GTIN[1:]}/10/N-1",
        f"https://id.example/01/09521234543220/01/{GTIN}/10/LOT-1",
        f"{LINK}/N-1",
        f"https://id.example/8006/{GTIN}0101/N-1",
        f"https://id.example/ITIP/{GTIN}0101/N-1",
        # What a phone would resolve to another path.
        f"https://id.example/01/./{GTIN}/N-1",
        f"https://id.example/x/../01/{GTIN}",
        f"https://id.example/%30%31/{GTIN}/N-1",
        f"https://id.example/01/%30{GTIN[1:]}",
        "https://id.example/" + "a" * MAX_URI_BYTES,
    ],
)
def test_codes_that_are_none(uri):
    assert read_code(uri) is None


@pytest.mark.parametrize("piece", ["/", "/a", "a.", "/01/0", "%41"])
def test_reading_ends(piece):
    """A pattern that tried every split of a long path would never end."""
    assert read_code("https://a" + piece * 90 + "?") is None


LABEL = {
    "labelNumber": "N-1",
    "productIds": ["urn:example:x", f"urn:gtin:{GTIN}"],
    "lots": ["LOT-1"],
}


@pytest.mark.parametrize(
    ("uri", "fits"),
    [
        (LINK, True),
        (f"{LINK}/10/LOT-1", True),
        (f"{LINK}/10/LOT-2", False),
        (f"{LINK}/10/LOT-1/21/000123", True),
        ("https://id.example/01/09521234543220/10/LOT-1", False),
        ("https://id.example/01/09521234543214", False),
        ("https://id.example/label/N-1", True),
        ("https://id.example/label/N-2", False),
        ("not a code", False),
    ],
)
def test_a_code_fits_its_label_only(uri, fits):
    assert fits_code(LABEL, uri) is fits


def test_a_label_without_lots_takes_any():
    label = {name: value for name, value in LABEL.items() if name != "lots"}
    assert fits_code(label, f"{LINK}/10/LOT-2")
