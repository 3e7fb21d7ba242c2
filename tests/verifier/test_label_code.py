"""The label code: one spelling, bounded, its signature checked, and never called VALID."""

from __future__ import annotations

import json
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from label_codes import (
    ALPHABET,
    base45,
    certificate_record,
    code_of,
    code_of_record,
    label_record,
)
from signed_records import Actor, content_digest, edited, jcs, resign, secure
from suyuan_verifier.errors import MalformedError
from suyuan_verifier.label_code import check_code, decode_base45, decode_code
from suyuan_verifier.report import Verdict


def refused(text: str) -> str:
    """The code under which a label code is refused; nothing of it is claimed."""
    result = check_code(text)
    assert result.claim is None
    assert result.problem is not None
    assert result.problem.code == result.code
    return result.code


# What a good code gives


def test_a_signed_label_is_read_but_never_valid():
    record = label_record()
    result = check_code(code_of_record(record))
    assert (result.code, result.problem) == ("code.signature_only", None)
    assert result.verdict is Verdict.UNDECIDED
    subject = record["credentialSubject"]
    assert result.claim == {
        "contentDigest": content_digest(record),
        "issuer": record["issuer"],
        "labelNumber": subject["labelNumber"],
        "product": subject["product"],
        "productIds": subject["productIds"],
        "value": subject["displayed"]["value"],
        "unit": subject["displayed"]["unit"],
        "systemBoundary": subject["systemBoundary"],
        "dataStatus": "illustrative",
        "validFrom": record["validFrom"],
        "validUntil": record["validUntil"],
        "qr": subject["qr"],
    }


def test_a_stranger_who_signs_a_label_of_his_own_is_not_told_apart():
    """That is what "signature only" says."""
    stranger = Actor("stranger", 999)
    record = {**label_record(), "issuer": stranger.issuer}
    del record["proof"]
    result = check_code(code_of_record(secure(record, stranger)))
    assert result.code == "code.signature_only"
    assert result.verdict is Verdict.UNDECIDED


def test_a_label_without_an_end_claims_none():
    record = {name: item for name, item in label_record().items() if name != "validUntil"}
    result = check_code(code_of_record(resign(record, Actor("certifier", 406))))
    assert result.claim is not None
    assert "validUntil" not in result.claim


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_line_end_of_a_text_file_is_not_part_of_the_code(end):
    assert check_code(code_of_record(label_record()) + end).code == "code.signature_only"


@pytest.mark.parametrize("end", ["\n\n", " ", "\t"])
def test_anything_else_behind_it_is(end):
    assert refused(code_of_record(label_record()) + end) in {"code.base45", "code.compression"}


# What is no label code


@pytest.mark.parametrize(
    "text", ["", "SUYUAN1", "suyuan1:", "SUYUAN2:00", "HC1:00", " SUYUAN1:00", "\ufeffSUYUAN1:00"]
)
def test_another_prefix(text):
    assert refused(text) == "code.prefix"
    assert check_code(text).verdict is Verdict.UNREADABLE


def test_longer_than_any_symbol():
    assert refused("SUYUAN1:" + "0" * (4296 - 8)) != "code.too_long"
    assert refused("SUYUAN1:" + "0" * (4297 - 8)) == "code.too_long"


@pytest.mark.parametrize(
    "text",
    ["0", "0000", ":::", "GGW", "V5", "::", "a00", "00\u0660", "0,0"],
    ids=["one", "one-left", "three", "65536", "256", "two", "small", "arabic", "comma"],
)
def test_what_is_not_base45(text):
    assert refused("SUYUAN1:" + text) == "code.base45"


def test_the_greatest_groups_are_base45():
    assert decode_base45("FGW") == b"\xff\xff"
    assert decode_base45("U5") == b"\xff"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("BB8", b"AB"),
        ("%69 VD92EX0", b"Hello!!"),
        ("UJCLQE7W581", b"base-45"),
        ("QED8WEX0", b"ietf!"),
    ],
)
def test_the_examples_of_rfc_9285(text, plain):
    assert decode_base45(text) == plain


@given(st.binary(max_size=60))
@settings(max_examples=100)
def test_every_byte_string_has_one_spelling(data):
    assert decode_base45(base45(data)) == data


@given(st.text(ALPHABET, max_size=9))
@settings(max_examples=200)
def test_what_is_accepted_is_the_spelling_of_its_bytes(text):
    try:
        data = decode_base45(text)
    except MalformedError:
        return
    assert base45(data) == text


# What does not inflate to one whole record


def test_a_code_cut_off_anywhere_is_unreadable():
    whole = code_of_record(label_record())
    for length in range(8, len(whole), 7):
        result = check_code(whole[:length])
        assert result.code in {"code.base45", "code.compression"}, length
        assert result.verdict is Verdict.UNREADABLE


def squeezed(data: bytes) -> str:
    """A code of bytes that claim to be compressed."""
    return "SUYUAN1:" + base45(data)


def test_bytes_behind_the_stream():
    packed = zlib.compress(jcs(label_record()))
    assert refused(squeezed(packed + b"\0")) == "code.compression"
    assert refused(squeezed(packed + packed)) == "code.compression"


def test_a_stream_with_a_wrong_checksum():
    packed = bytearray(zlib.compress(jcs(label_record())))
    packed[-1] ^= 1
    assert refused(squeezed(bytes(packed))) == "code.compression"


@pytest.mark.parametrize("wbits", [-15, 31], ids=["raw-deflate", "gzip"])
def test_another_container(wbits):
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    packed = packer.compress(jcs(label_record())) + packer.flush()
    assert refused(squeezed(packed)) == "code.compression"


def test_a_stream_that_needs_a_dictionary():
    content = jcs(label_record())
    packer = zlib.compressobj(9, zdict=content[:200])
    assert refused(squeezed(packer.compress(content) + packer.flush())) == "code.compression"


def test_a_bomb_is_stopped_while_it_inflates():
    bomb = code_of(b" " * 2_000_000)
    assert len(bomb) < 4296
    assert refused(bomb) == "code.too_large"


def test_the_bound_is_65536_bytes():
    assert refused(code_of(b" " * 65_536)) == "record.syntax"
    assert refused(code_of(b" " * 65_537)) == "code.too_large"


# What is no signed label


def test_a_record_that_is_not_canonical():
    record = label_record()
    for text in (
        json.dumps(record, ensure_ascii=False, sort_keys=True),
        json.dumps(record, ensure_ascii=False, separators=(",", ":")),
        jcs(record).decode() + "\n",
        jcs(record).decode().replace("EXAMPLE-LABEL", "\\u0045XAMPLE-LABEL"),
    ):
        assert refused(code_of(text.encode())) == "code.canonical"
        assert check_code(code_of(text.encode())).verdict is Verdict.INVALID


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "record.syntax"),
        (b"[]", "record.members"),
        (b'{"a":1,"a":2}', "record.duplicate_key"),
        (b"\xff", "record.encoding"),
        (b"[" * 40 + b"]" * 40, "record.depth"),
    ],
)
def test_what_is_no_record(content, code):
    assert refused(code_of(content)) == code


def test_a_signed_record_of_another_kind():
    assert refused(code_of_record(certificate_record())) == "code.kind"
    assert check_code(code_of_record(certificate_record())).verdict is Verdict.INVALID


def test_a_figure_changed_after_signing():
    record = edited(label_record(), "credentialSubject", "displayed", "value", to="0.001")
    result = check_code(code_of_record(record))
    assert (result.code, result.verdict, result.claim) == ("sig.invalid", Verdict.INVALID, None)


def test_a_signature_by_another_key():
    assert refused(code_of_record(resign(label_record(), Actor("stranger")))) == "sig.invalid"


def test_a_label_that_breaks_its_shape():
    record = edited(label_record(), "credentialSubject", "qr", to="http://id.example/1")
    assert refused(code_of_record(record)) == "record.qr"


@given(st.data())
@settings(max_examples=60)
def test_no_symbol_can_be_changed_so_that_another_label_is_claimed(data):
    """One symbol replaced by any other: refused by our own error, or the very same record.

    The bits that fill up the last byte of a deflate stream mean nothing.
    """
    whole = code_of_record(label_record())
    place = data.draw(st.integers(0, len(whole) - 1))
    symbol = data.draw(st.sampled_from(ALPHABET))
    result = check_code(whole[:place] + symbol + whole[place + 1 :])
    assert result.claim in (None, check_code(whole).claim)


def test_decoding_checks_no_signature():
    record = edited(label_record(), "credentialSubject", "labelNumber", to="ANOTHER")
    assert decode_code(code_of_record(record)).subject["labelNumber"] == "ANOTHER"
