"""Names inside a view follow from what they name, and from nothing else."""

from __future__ import annotations

import hashlib
import re
import uuid
from urllib.parse import unquote

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from suyuan_ledger.exchange.identifiers import class_urn, derived_urn, derived_uuid, gtin_of

TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(TEXT, min_size=1, max_size=3))
def test_a_derived_uuid_is_version_8_over_the_sha256_of_its_words(words):
    found = uuid.UUID(derived_uuid(*words))
    assert found.version == 8
    assert found.variant == uuid.RFC_4122
    expected = bytearray(hashlib.sha256(rfc8785.dumps(words)).digest()[:16])
    expected[6] = expected[6] & 0x0F | 0x80
    expected[8] = expected[8] & 0x3F | 0x80
    assert found.bytes == bytes(expected)
    assert derived_urn(*words) == f"urn:uuid:{found}"


def test_words_do_not_run_into_each_other():
    assert derived_uuid("ab", "c") != derived_uuid("a", "bc")


@pytest.mark.parametrize(
    ("scheme", "code", "expected"),
    [
        ("UN-CPC", "41431", "un-cpc:41431"),
        ("GB/T 7635.1", "01", "gb%2Ft%207635.1:01"),
        ("类", "É~_", "%E7%B1%BB:%C3%89~_"),
        ("CN", "76 01", "cn:76%2001"),
    ],
)
def test_classes(scheme, code, expected):
    urn = "urn:pact:productclassification:" + expected
    assert class_urn({"scheme": scheme, "code": code}) == urn


@given(TEXT, TEXT)
def test_every_class_is_a_urn_that_can_be_read_back(scheme, code):
    urn = class_urn({"scheme": scheme, "code": code})
    assert re.fullmatch(r"urn:pact:productclassification:[\x21-\x7e]*:[\x21-\x7e]*", urn)
    assert unquote(urn.split(":")[4]) == code


def test_gtins():
    assert gtin_of("urn:gtin:09521234543213") == "09521234543213"
    assert gtin_of("urn:example:09521234543213") is None
