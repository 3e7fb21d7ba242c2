"""Numbers, names and JSON of views: exact, one spelling each."""

from __future__ import annotations

import uuid
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from suyuan_verifier.errors import MalformedError
from suyuan_verifier.views.archive import format_archive, read_archive
from suyuan_verifier.views.openlca import _version
from suyuan_verifier.views.table import format_table, read_table
from suyuan_verifier.views.terms import class_urn, in_kg, name_uuid, plain, rounded
from suyuan_verifier.views.tokens import Number, first_difference, format_tokens, parse_tokens

QUANTITIES = st.decimals(allow_nan=False, allow_infinity=False, places=18, min_value=-(10**15))
NUMBERS = st.from_regex(r"-?(?:0|[1-9][0-9]{0,33})(?:\.[0-9]{1,18})?", fullmatch=True).map(Number)
VALUES = st.recursive(
    st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(QUANTITIES)
def test_a_plain_number_is_exact_and_has_no_zero_too_many(number):
    text = plain(Fraction(number))
    assert Decimal(text) == number
    whole, _, fraction = text.removeprefix("-").partition(".")
    assert text == "0" or text.strip("-0.")
    assert whole == "0" or not whole.startswith("0")
    assert not fraction.endswith("0")
    assert fraction or "." not in text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0", "0"),
        ("-0.50", "-0.5"),
        ("100", "100"),
        ("0.000000000000000001", "0.000000000000000001"),
        ("1/8", "0.125"),
        ("1/40", "0.025"),
        ("-7/5", "-1.4"),
    ],
)
def test_plain_numbers(number, text):
    assert plain(Fraction(number)) == text


def test_a_quotient_is_rounded_once_half_to_even():
    half = Fraction(1, 2 * 10**12)
    assert plain(rounded(half)) == "0"
    assert plain(rounded(3 * half)) == "0.000000000002"
    assert plain(rounded(Fraction(2, 3))) == "0.666666666667"
    assert plain(rounded(Fraction(-2, 3))) == "-0.666666666667"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("8.120", "tCO2e/TNE", "8120"),
        ("8.120", "kgCO2e/KGM", "8.12"),
        ("8.120", "gCO2e/KWH", "0.00812"),
        ("0", "tCO2/TNE", "0"),
    ],
)
def test_masses_are_written_in_kilograms(value, unit, text):
    assert in_kg(value, unit) == text


def test_a_uuid_of_names_has_version_8_and_always_the_same_bytes():
    identifier = uuid.UUID(name_uuid("openlca", "Flow", "CO2"))
    assert (identifier.version, identifier.variant) == (8, uuid.RFC_4122)
    assert str(identifier) == name_uuid("openlca", "Flow", "CO2")
    assert name_uuid("openlca", "FlowCO2") != name_uuid("openlca", "Flow", "CO2")


def test_classifications_are_percent_encoded_by_byte():
    entry = {"scheme": "GB/T 4754 标准", "code": "C32~1"}
    assert class_urn(entry) == (
        "urn:pact:productclassification:gb%2Ft%204754%20%E6%A0%87%E5%87%86:C32~1"
    )


@pytest.mark.parametrize(
    ("version", "written"),
    [
        ("1", "01.00.000"),
        ("1.2", "01.02.000"),
        ("99.99.999", "99.99.999"),
        ("0.0.0", "00.00.000"),
        ("007.2", "07.02.000"),
        ("100", "00.00.000"),
        ("1.2.1000", "00.00.000"),
    ],
)
def test_versions_fit_or_are_none(version, written):
    assert _version(version) == written


# JSON whose numbers keep their digits


@given(VALUES)
def test_what_is_written_is_read_again(value):
    data = format_tokens(value)
    assert parse_tokens(data) == value
    assert format_tokens(parse_tokens(data)) == data
    assert first_difference(value, parse_tokens(data)) is None


@given(VALUES, VALUES)
def test_values_differ_exactly_if_their_bytes_do(first, second):
    difference = first_difference(first, second)
    assert (difference is None) == (format_tokens(first) == format_tokens(second))


def test_a_number_keeps_its_digits():
    data = b'{"a":8.120,"b":-0,"c":1e5,"d":123456789012345678901234567890}'
    assert format_tokens(parse_tokens(data)) == data


@pytest.mark.parametrize(
    ("first", "second", "difference"),
    [
        (b'{"a":1}', b'{"a":"1"}', ("/a", "1", '"1"')),
        (b'{"a":1}', b'{"a":true}', ("/a", "1", "true")),
        (b'{"a":1}', b'{"a":1.0}', ("/a", "1", "1.0")),
        (b'{"a":null}', b"{}", ("/a", "null", "absent")),
        (b"{}", b'{"a/~":[]}', ("/a~1~0", "absent", "[]")),
        (b"[1,[2,3]]", b"[1,[2]]", ("/1/1", "3", "absent")),
        (b'{"b":1,"a":{"c":2}}', b'{"b":2,"a":{"c":3}}', ("/a/c", "2", "3")),
        (b"[]", b"{}", ("", "[]", "{}")),
    ],
)
def test_the_first_difference_has_place_and_values(first, second, difference):
    assert first_difference(parse_tokens(first), parse_tokens(second)) == difference


def test_json_is_bounded_before_it_is_built():
    assert parse_tokens(b"[" * 64 + b"]" * 64)
    with pytest.raises(MalformedError, match=r"view\.unknown"):
        parse_tokens(b"[" * 65 + b"]" * 65)


# tables and archives


@given(st.lists(st.lists(st.text(), min_size=1, max_size=3), min_size=1, max_size=4))
def test_a_table_is_read_as_it_was_written(cells):
    width = len(cells[0])
    rows = [{str(place): (row * 3)[place] for place in range(width)} for row in cells]
    header, *lines = read_table(format_table(rows))
    assert header == [str(place) for place in range(width)]
    assert lines == [list(row.values()) for row in rows]


CELLS = st.text(st.sampled_from('",\r\n\ufeffa'), max_size=12)


@given(CELLS)
def test_a_table_has_one_spelling(text):
    data = b"\xef\xbb\xbf" + text.encode()
    try:
        lines = read_table(data)
    except MalformedError:
        return
    written = "".join(
        ",".join('"' + field.replace('"', '""') + '"' for field in line) + "\r\n" for line in lines
    )
    assert written == text


@given(st.dictionaries(st.from_regex(r"[a-z/]{1,9}", fullmatch=True), st.binary(max_size=20)))
def test_an_archive_is_read_as_it_was_written(entries):
    data = format_archive(entries)
    assert read_archive(data) == entries
    assert format_archive(dict(reversed(entries.items()))) == data
