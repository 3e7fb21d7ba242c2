"""Notes are signed and read as C2SP signed-note says, and refused where the verifier refuses."""

from __future__ import annotations

import base64
import json
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given, settings
from hypothesis import strategies as st
from suyuan_ledger.errors import KeyAccessError, RefusedError
from suyuan_ledger.log.note import (
    LogKey,
    format_vkey,
    key_id,
    open_note,
    parse_note,
    parse_vkey,
    sign_note,
)
from suyuan_verifier import note as verifier_note
from suyuan_verifier.errors import VerifierError

NAME = "log.example/demo"
TEXT = "first line\n\nlast line\n"


@pytest.fixture(scope="module")
def golden(vectors_dir):
    return json.loads((vectors_dir / "signed-note.json").read_text())


@pytest.fixture(scope="module")
def key(log_signer):
    return LogKey(NAME, log_signer.public_key)


@pytest.fixture(scope="module")
def signed(log_signer):
    return sign_note(TEXT, [(NAME, log_signer)])


class Faulty:
    """A signing device that holds another key than it says."""

    def __init__(self, claimed, actual):
        self.public_key, self._actual = claimed.public_key, actual

    def sign(self, message):
        """Sign with the wrong key."""
        return self._actual.sign(message)


def test_a_signed_note_opens_here_and_in_the_verifier(signed, key, log_signer):
    assert open_note(signed, key) == TEXT
    theirs = verifier_note.parse_vkey(format_vkey(NAME, log_signer.public_key))
    note = verifier_note.parse_note(signed)
    assert verifier_note.verify_note(note, [theirs]) == (theirs,)
    assert note.text == TEXT
    assert signed.startswith(TEXT.encode() + b"\n\xe2\x80\x94 log.example/demo ")


def test_ed25519_notes_are_the_same_every_time(signed, log_signer):
    assert sign_note(TEXT, [(NAME, log_signer)]) == signed


def test_several_keys_may_sign(log_signer, other_signer, key):
    raw = sign_note(TEXT, [(NAME, log_signer), ("mirror.example", other_signer)])
    assert [line.name for line in parse_note(raw).signatures] == [NAME, "mirror.example"]
    assert open_note(raw, key) == TEXT
    assert open_note(raw, LogKey("mirror.example", other_signer.public_key)) == TEXT


def test_verification_keys_round_trip(log_signer):
    text = format_vkey(NAME, log_signer.public_key)
    key = parse_vkey(text)
    assert key == LogKey(NAME, log_signer.public_key)
    assert text.split("+")[1] == key.key_id.hex() == key_id(NAME, log_signer.public_key).hex()


def outcome(read):
    """Return what a reader gives, or the code that it refuses with."""
    try:
        return read()
    except (RefusedError, VerifierError) as error:
        return error.code


def golden_notes(golden):
    """Yield every note with one key at a time, and the keys that should verify it."""
    example, sumdb = golden["c2sp_example"], golden["sumdb_checkpoint"]
    stranger = sumdb["vkey"]
    for case in golden["cases"]:
        for vkey in case["vkeys"] or [stranger]:
            yield case["desc"], case["note"].encode(), vkey, vkey.split("+")[0] in case["verified"]
    for published in (example, sumdb):
        yield published["vkey"], published["note"].encode(), published["vkey"], True


def test_every_golden_note_has_the_same_outcome_in_both_implementations(golden):
    """12 notes of Go's sumdb/note, the example of the specification, a real checkpoint."""
    outcomes = set()
    for name, raw, vkey, verifies in golden_notes(golden):

        def theirs(raw=raw, vkey=vkey):
            note = verifier_note.parse_note(raw)
            verifier_note.verify_note(note, [verifier_note.parse_vkey(vkey)])
            return note.text

        ours = outcome(lambda raw=raw, vkey=vkey: open_note(raw, parse_vkey(vkey)))
        assert ours == outcome(theirs), name
        assert raw.startswith(ours.encode()) == verifies, name
        outcomes.add(ours)
    assert {code for code in outcomes if code.startswith("note.")} == {
        "note.control",
        "note.separator",
        "note.signature",
        "note.signature_line",
        "note.too_many_signatures",
        "note.unverified",
    }


def test_every_bad_golden_key_is_refused(golden, refused):
    for vkey, code in zip(golden["bad_vkeys"], ["note.vkey", "note.key_kind"], strict=True):
        with refused(code, RefusedError):
            parse_vkey(vkey)
        assert outcome(lambda vkey=vkey: verifier_note.parse_vkey(vkey)) == code


def test_the_golden_signing_key_signs_the_golden_note(golden):
    """Go writes a private key as PRIVATE+KEY+name+id+base64(type || seed)."""
    _, _, name, hexid, encoded = golden["skey_PeterNeumann"].split("+", 4)
    seed = base64.b64decode(encoded)[1:]
    private = Ed25519PrivateKey.from_private_bytes(seed)
    signer = SimpleNamespace(public_key=private.public_key().public_bytes_raw(), sign=private.sign)
    assert key_id(name, signer.public_key).hex() == hexid
    known = next(case for case in golden["cases"] if case["desc"] == "one verified one unknown")
    text = known["note"].partition("\n\n")[0] + "\n"
    first = "\n".join(known["note"].split("\n")[:4]) + "\n"
    assert sign_note(text, [(name, signer)]).decode() == first


def test_a_signer_with_another_key_publishes_nothing(log_signer, other_signer, refused):
    with refused("log.signer", KeyAccessError):
        sign_note(TEXT, [(NAME, Faulty(log_signer, other_signer))])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("no line feed", "note.separator"),
        ("", "note.separator"),
        # Its last lines would become the signature of a shorter text.
        ("short\n\n\N{EM DASH} other AAAAAAAA", "note.separator"),
        ("tab\t\n", "note.control"),
        ("half \ud800\n", "note.encoding"),
        ("x" * 70_000 + "\n", "note.too_large"),
    ],
)
def test_a_text_that_no_note_can_hold_is_not_signed(text, code, log_signer, refused):
    with refused(code, RefusedError):
        sign_note(text, [(NAME, log_signer)])


@pytest.mark.parametrize(
    "name", ["", "two words", "a+b", "non\u00a0breaking", chr(0xD800), chr(0xDFFF)]
)
def test_a_name_that_no_line_can_hold_signs_nothing(name, log_signer, refused):
    with refused("note.signature_line", RefusedError):
        sign_note(TEXT, [(name, log_signer)])
    with refused("note.vkey", RefusedError):
        format_vkey(name, log_signer.public_key)


def test_a_note_of_64_kib_is_the_largest(log_signer, refused):
    line = len(sign_note("\n", [(NAME, log_signer)])) - 1
    text = "x" * (65_536 - line - 1) + "\n"
    assert len(sign_note(text, [(NAME, log_signer)])) == 65_536
    with refused("note.too_large", RefusedError):
        sign_note("x" + text, [(NAME, log_signer)])


def test_a_note_needs_a_signature_and_not_too_many(log_signer, refused):
    with refused("note.signature_line", RefusedError):
        sign_note(TEXT, [])
    with refused("note.too_many_signatures", RefusedError):
        sign_note(TEXT, [(NAME, log_signer)] * 101)
    assert len(parse_note(sign_note(TEXT, [(NAME, log_signer)] * 100)).signatures) == 100


def alter(signed, how):
    line = signed[signed.rindex(b"\n\n") + 2 :]
    encoded = line.split(b" ")[2].rstrip(b"\n")
    # 68 bytes leave two in the last group: three digits, and two bits of the third are unused.
    loose = encoded[:-2] + bytes([encoded[-2] + 1]) + encoded[-1:]
    return {
        "hyphen": signed.replace("\N{EM DASH}".encode(), b"-"),
        "en dash": signed.replace("\N{EM DASH}".encode(), "\N{EN DASH}".encode()),
        "no dash": signed.replace("\N{EM DASH} ".encode(), b""),
        "two spaces": signed.replace(b" log.example", b"  log.example"),
        "loose base64": signed.replace(encoded, loose),
        "no padding": signed.replace(encoded, encoded.rstrip(b"=")),
        "url base64": signed.replace(encoded, b"-_" + encoded[2:]),
        "short": signed.replace(encoded, b"AAAAAA=="),
        "no end": signed[:-1],
        "carriage return": signed.replace(b"\n", b"\r\n"),
        "no separator": signed.replace(b"\n\n", b"\n"),
        "latin-1": signed.replace(b"first", b"\xfferst"),
        "nul": signed.replace(b"first", b"\x00first"),
        "too large": b"x" * 70_000 + signed,
        "empty": b"",
        "no lines": TEXT.encode() + b"\n",
        "trailing empty line": signed + b"\n",
        "text changed": signed.replace(b"first", b"First"),
        "other name": signed.replace(b" log.example", b" log.examplf"),
        "other id": signed.replace(encoded, b"AAAA" + encoded[4:]),
        "signature cut": signed.replace(encoded, encoded[:20]),
    }[how]


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("hyphen", "note.signature_line"),
        ("en dash", "note.signature_line"),
        ("no dash", "note.signature_line"),
        ("two spaces", "note.signature_line"),
        ("loose base64", "note.signature_line"),
        ("no padding", "note.signature_line"),
        ("url base64", "note.signature_line"),
        ("short", "note.signature_line"),
        ("no end", "note.signature_line"),
        ("carriage return", "note.control"),
        ("no separator", "note.separator"),
        ("latin-1", "note.encoding"),
        ("nul", "note.control"),
        ("too large", "note.too_large"),
        ("empty", "note.separator"),
        ("no lines", "note.signature_line"),
        ("trailing empty line", "note.signature_line"),
        ("text changed", "note.signature"),
        ("other name", "note.unverified"),
        ("other id", "note.unverified"),
        ("signature cut", "note.signature"),
    ],
)
def test_each_altered_note_is_refused_with_its_reason(how, code, signed, key, refused):
    altered = alter(signed, how)
    assert altered != signed
    with refused(code, RefusedError):
        open_note(altered, key)


@pytest.mark.parametrize(
    ("vkey", "code"),
    [
        ("log", "note.vkey"),
        ("log+0+AA==", "note.vkey"),
        ("log+ABCDEF01+AA==", "note.vkey"),
        ("+00000000+AA==", "note.vkey"),
        ("a b+00000000+AA==", "note.vkey"),
        ("log+00000000+AA", "note.vkey"),
        ("log+00000000+", "note.key_kind"),
        ("log+00000000+BA==", "note.key_kind"),  # a cosigner's type is not a log's
        ("log+00000000+AQ==", "note.vkey"),
        ("log+00000000+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "note.key_id"),
    ],
)
def test_each_malformed_key_is_refused_with_its_reason(vkey, code, refused):
    with refused(code, RefusedError):
        parse_vkey(vkey)


def test_a_public_key_has_32_bytes(refused):
    with refused("note.vkey", RefusedError):
        format_vkey(NAME, bytes(31))


LINE = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["", "\N{EM DASH} n AAAAAAAA", "\N{EM DASH} n  AAAAAAAA", "- n AAAAAAAA"]),
)
NOTES = st.one_of(
    st.binary(max_size=80),
    st.lists(LINE, max_size=8).map(lambda lines: "\n".join(lines).encode()),
)


@given(NOTES)
@example(b"\n\n\xe2\x80\x94 n AAAAAAAA\n")
@settings(max_examples=400)
def test_both_parsers_read_the_same_or_refuse_with_the_same_code(raw):

    def plain(note):
        return note.text, [(line.name, line.key_id, line.signature) for line in note.signatures]

    ours = outcome(lambda: plain(parse_note(raw)))
    assert ours == outcome(lambda: plain(verifier_note.parse_note(raw)))
