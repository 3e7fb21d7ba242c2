"""The label code of this side is read by the verifier, and written alike by the tests' own code."""

from __future__ import annotations

import hashlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from label_codes import base45, code_of_record
from PIL import Image
from printed_labels import LONG, label_with, plain_story, scanned
from signed_records import Actor, resign
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.label.code import checked_code, encode_base45, format_code
from suyuan_ledger.label.symbol import make_symbol, symbol_png
from suyuan_verifier.label_code import decode_base45, decode_code


@pytest.mark.parametrize(
    ("plain", "text"),
    [
        (b"AB", "BB8"),
        (b"Hello!!", "%69 VD92EX0"),
        (b"base-45", "UJCLQE7W581"),
        (b"ietf!", "QED8WEX0"),
        (b"", ""),
        (b"\xff\xff\xff", "FGWU5"),
    ],
)
def test_the_examples_of_rfc_9285(plain, text):
    assert encode_base45(plain) == text


@given(st.binary(max_size=80))
@settings(max_examples=100)
def test_three_implementations_agree(data):
    assert encode_base45(data) == base45(data)
    assert decode_base45(encode_base45(data)) == data


def test_a_label_travels_through_a_printed_symbol():
    record = plain_story().record("label")
    text = checked_code(record)
    assert text == code_of_record(record)
    (read,) = scanned(Image.open(io.BytesIO(symbol_png(make_symbol(text, "L")))))
    assert read == text
    assert decode_code(read).value == record


def test_a_code_that_does_not_verify_is_not_given_out():
    record = resign(plain_story().record("label"), Actor("stranger"))
    with pytest.raises(RefusedError) as caught:
        checked_code(record)
    assert caught.value.code == "sig.invalid"


def test_a_long_name_that_packs_well_still_fits():
    assert len(format_code(label_with(product={"name": LONG}).value)) < 2500


def test_a_record_that_no_symbol_holds():
    noise = hashlib.shake_256(b"name").digest(2000)
    name = "".join(chr(0x4E00 + byte) for byte in noise)
    with pytest.raises(RefusedError) as caught:
        format_code(label_with(product={"name": {"zh": name, "en": name}}, grade=name).value)
    assert caught.value.code == "print.too_long"
