"""Signed notes: public vectors, every byte, and what must be refused."""

from __future__ import annotations

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given, settings
from hypothesis import strategies as st
from suyuan_verifier.errors import ProofError, VerifierError
from suyuan_verifier.note import (
    COSIGNATURE_ED25519,
    ED25519,
    MAX_NOTE_BYTES,
    MAX_SIGNATURES,
    MAX_VKEY_CHARACTERS,
    VerificationKey,
    compute_key_id,
    format_vkey,
    parse_note,
    parse_vkey,
    verify_note,
)

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = PRIVATE.public_key().public_bytes_raw()
NAME = "log.example/suyuan"
KEY = VerificationKey(NAME, compute_key_id(NAME, ED25519, PUBLIC), ED25519, PUBLIC)
TEXT = "log.example/suyuan\n1\n" + base64.b64encode(bytes(32)).decode() + "\n"


def line(text: str = TEXT, name: str = NAME, key_id: bytes = KEY.key_id) -> str:
    blob = key_id + PRIVATE.sign(text.encode())
    return f"— {name} {base64.b64encode(blob).decode()}\n"


NOTE = (TEXT + "\n" + line()).encode()


def code_of(data: bytes, *keys: VerificationKey) -> str:
    with pytest.raises(VerifierError) as caught:
        verify_note(parse_note(data), keys or (KEY,))
    return caught.value.code


def vkey_code(text: str) -> str:
    with pytest.raises(VerifierError) as caught:
        parse_vkey(text)
    return caught.value.code


# --- public vectors -------------------------------------------------------------------------------


def test_every_signed_note_vector(vectors_dir):
    known = json.loads((vectors_dir / "signed-note.json").read_text(encoding="utf-8"))
    assert len(known["cases"]) == 12
    for case in known["cases"]:
        keys = [parse_vkey(text) for text in case["vkeys"]]
        data = case["note"].encode()
        if case["error"] is None:
            verified = verify_note(parse_note(data), keys)
            assert [key.name for key in verified] == case["verified"], case["desc"]
            continue
        with pytest.raises(VerifierError) as caught:
            verify_note(parse_note(data), keys)
        expected = {"unverified": ProofError, "invalid signature": ProofError}
        assert isinstance(caught.value, expected.get(case["error"], VerifierError)), case["desc"]
        if case["error"] == "unverified":
            assert caught.value.code == "note.unverified"
        elif case["error"] == "invalid signature":
            assert caught.value.code == "note.signature"
        else:
            assert case["error"].startswith("malformed")
            assert not isinstance(caught.value, ProofError), case["desc"]


def test_the_other_signed_note_vectors(vectors_dir):
    known = json.loads((vectors_dir / "signed-note.json").read_text(encoding="utf-8"))
    for name in ("c2sp_example", "sumdb_checkpoint"):
        key = parse_vkey(known[name]["vkey"])
        assert format_vkey(key) == known[name]["vkey"]
        assert verify_note(parse_note(known[name]["note"].encode()), [key]) == (key,)
    assert [vkey_code(text) for text in known["bad_vkeys"]] == ["note.vkey", "note.key_kind"]
    # The private key is golang's own text form; ours live elsewhere. Its seed fits the vectors.
    _, _, name, key_id, blob = known["skey_PeterNeumann"].split("+", 4)
    data = base64.b64decode(blob)
    public = Ed25519PrivateKey.from_private_bytes(data[1:]).public_key().public_bytes_raw()
    assert compute_key_id(name, ED25519, public).hex() == key_id
    used = {"source", "cases", "c2sp_example", "sumdb_checkpoint", "bad_vkeys", "skey_PeterNeumann"}
    assert set(known) == used


# --- what verifies --------------------------------------------------------------------------------


def test_a_note_verifies_and_its_key_is_named():
    assert verify_note(parse_note(NOTE), [KEY]) == (KEY,)
    assert parse_note(NOTE).text == TEXT


def test_unknown_lines_are_ignored():
    foreign = line(name="somebody.else")
    same_name = line(key_id=b"\0\0\0\0")
    data = (TEXT + "\n" + foreign + line() + same_name).encode()
    assert verify_note(parse_note(data), [KEY]) == (KEY,)


def test_the_text_may_hold_empty_lines():
    text = "a\n\nb\n"
    data = (text + "\n" + line(text)).encode()
    assert parse_note(data).text == text
    assert verify_note(parse_note(data), [KEY]) == (KEY,)


def test_no_changed_byte_goes_unnoticed():
    """Each byte of a note, changed in each bit: refused, or at worst signed by nobody known."""
    for place in range(len(NOTE)):
        for bit in range(8):
            bent = bytearray(NOTE)
            bent[place] ^= 1 << bit
            with pytest.raises(VerifierError):
                verify_note(parse_note(bytes(bent)), [KEY])


def test_no_shortened_or_lengthened_note_passes():
    for end in range(len(NOTE)):
        with pytest.raises(VerifierError):
            verify_note(parse_note(NOTE[:end]), [KEY])
    for extra in (b"\n", b" ", b"x", b"\r\n", NOTE):
        with pytest.raises(VerifierError):
            verify_note(parse_note(NOTE + extra), [KEY])


@given(st.binary(max_size=400))
@example(b"\n\n")
@example(b"\n\n\n")
@example("x\n\n— ".encode())
@settings(max_examples=300, deadline=None)
def test_only_our_own_errors_leave_the_note_parser(data):
    try:
        verify_note(parse_note(data), [KEY])
    except VerifierError:
        return
    pytest.fail("random bytes verified")


@given(st.one_of(st.text(), st.text(alphabet="+abcdef0123456789=/ \n\ud800")))
@settings(max_examples=300, deadline=None)
def test_only_our_own_errors_leave_the_key_parser(text):
    try:
        assert format_vkey(parse_vkey(text)) == text
    except VerifierError:
        return


# --- refusals, one for each code ------------------------------------------------------------------


def test_another_dash_is_refused():
    for dash in ("-", "–", "―", "--"):
        data = (TEXT + "\n" + line().replace("—", dash)).encode()
        assert code_of(data) == "note.signature_line"


def test_base64_that_is_not_canonical_is_refused():
    text = NOTE.decode()
    assert text[-2:] == "=\n"
    # The last symbol before one "=" carries two bits that belong to no byte.
    symbols = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    bent = text[:-3] + symbols[symbols.index(text[-3]) ^ 1] + text[-2:]
    assert base64.b64decode(bent.split()[-1]) == base64.b64decode(text.split()[-1])
    assert code_of(bent.encode()) == "note.signature_line"
    assert code_of(text.replace("=\n", "\n").encode()) == "note.signature_line"


def test_a_line_without_a_signature_is_refused():
    short = base64.b64encode(KEY.key_id).decode()
    assert code_of(f"{TEXT}\n— {NAME} {short}\n".encode()) == "note.signature_line"
    assert code_of(f"{TEXT}\n— {NAME}\n".encode()) == "note.signature_line"
    assert code_of(f"{TEXT}\n— a b {short}\n".encode()) == "note.signature_line"
    assert code_of(f"{TEXT}\n— a+b {short}\n".encode()) == "note.signature_line"
    assert code_of(f"{TEXT}\n— a\u3000b {short}\n".encode()) == "note.signature_line"


def test_control_characters_are_refused():
    for symbol in ("\r", "\t", "\0", "\x1f"):
        assert code_of((TEXT + symbol + "\n" + line()).encode()) == "note.control"
    assert code_of(NOTE.replace(b"\n", b"\r\n")) == "note.control"


def test_bytes_that_are_not_utf8_are_refused():
    assert code_of(b"\xff" + NOTE) == "note.encoding"
    assert code_of(b"\xed\xa0\x80" + NOTE) == "note.encoding"


def test_bounds_come_first():
    assert code_of(b"a" * MAX_NOTE_BYTES + b"\n" + NOTE) == "note.too_large"
    many = line() * MAX_SIGNATURES
    assert verify_note(parse_note((TEXT + "\n" + many).encode()), [KEY]) == (KEY,)
    assert code_of((TEXT + "\n" + many + line()).encode()) == "note.too_many_signatures"


def test_a_note_without_signatures_is_refused():
    assert code_of(TEXT.encode()) == "note.separator"
    assert code_of((TEXT + "\n").encode()) == "note.signature_line"
    assert code_of(NOTE[:-1]) == "note.signature_line"


def test_a_known_key_that_fails_rejects_the_note_even_beside_a_good_line():
    wrong = line(text="other\n")
    for lines in (wrong, line() + wrong, wrong + line()):
        assert code_of((TEXT + "\n" + lines).encode()) == "note.signature"


def test_a_note_by_strangers_is_refused():
    stranger = parse_vkey(
        format_vkey(VerificationKey("x", compute_key_id("x", 1, PUBLIC), 1, PUBLIC))
    )
    assert code_of(NOTE, stranger) == "note.unverified"
    with pytest.raises(ProofError) as caught:
        verify_note(parse_note(NOTE), [])
    assert caught.value.code == "note.unverified"


def test_a_cosigners_key_does_not_sign_as_a_log():
    kind = COSIGNATURE_ED25519
    witness = VerificationKey(NAME, compute_key_id(NAME, kind, PUBLIC), kind, PUBLIC)
    assert code_of(NOTE, witness) == "note.key_kind"


def test_two_keys_under_one_name_and_id_are_refused():
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
    clash = VerificationKey(NAME, KEY.key_id, ED25519, other)
    assert code_of(NOTE, KEY, clash) == "note.ambiguous_key"
    assert verify_note(parse_note(NOTE), [KEY, KEY]) == (KEY,)


def test_malformed_keys_are_refused():
    good = format_vkey(KEY)
    assert parse_vkey(good) == KEY
    name, key_id, blob = good.split("+", 2)
    assert vkey_code(f"{name}+{key_id}") == "note.vkey"
    assert vkey_code(f"+{key_id}+{blob}") == "note.vkey"
    assert vkey_code(f"a b+{key_id}+{blob}") == "note.vkey"
    assert vkey_code(f"{name}+{key_id.upper()}+{blob}") in {"note.vkey", "note.key_id"}
    assert vkey_code(f"{name}+{key_id}0+{blob}") == "note.vkey"
    assert vkey_code(f"{name}+{key_id}+") == "note.key_kind"
    assert vkey_code(f"{name}+{key_id}+{blob} ") == "note.vkey"
    assert vkey_code("n+" + "0" * MAX_VKEY_CHARACTERS) == "note.vkey"
    assert vkey_code(f"{name}2+{key_id}+{blob}") == "note.key_id"
    short = base64.b64encode(b"\x01" + PUBLIC[:-1]).decode()
    assert vkey_code(f"{name}+{key_id}+{short}") == "note.vkey"
    for kind in (0x00, 0x02, 0x03, 0x05, 0xFF):
        other = base64.b64encode(bytes([kind]) + PUBLIC).decode()
        assert vkey_code(f"{name}+{key_id}+{other}") == "note.key_kind"


def test_keys_that_no_signer_has_are_refused():
    weak = bytes([1]) + bytes(31)
    key = VerificationKey(NAME, compute_key_id(NAME, ED25519, weak), ED25519, weak)
    assert vkey_code(format_vkey(key)) == "sig.small_order"
