"""A checkpoint is three lines, signed under the log's name, and has one spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.log.checkpoint import (
    Checkpoint,
    format_checkpoint,
    open_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
)
from suyuan_ledger.log.hashing import EMPTY_ROOT
from suyuan_ledger.log.note import LogKey, format_vkey, sign_note
from suyuan_verifier import checkpoint as verifier_checkpoint
from suyuan_verifier.errors import VerifierError
from suyuan_verifier.note import parse_vkey

ORIGIN = "log.example/演示"
ROOT = bytes(range(32))
ROOT_TEXT = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


def test_a_checkpoint_opens_here_and_in_the_verifier(log_signer):
    raw = sign_checkpoint(ORIGIN, 51, ROOT, log_signer)
    assert raw.startswith(f"{ORIGIN}\n51\n{ROOT_TEXT}\n\n".encode())
    key = LogKey(ORIGIN, log_signer.public_key)
    assert open_checkpoint(raw, key) == Checkpoint(ORIGIN, 51, ROOT)
    theirs = verifier_checkpoint.verify_checkpoint(
        raw, ORIGIN, [parse_vkey(format_vkey(ORIGIN, log_signer.public_key))]
    )
    assert (theirs.origin, theirs.size, theirs.root) == (ORIGIN, 51, ROOT)


def test_the_checkpoint_of_an_empty_log_has_the_empty_root(log_signer, refused):
    raw = sign_checkpoint(ORIGIN, 0, EMPTY_ROOT, log_signer)
    assert b"\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n" in raw
    with refused("checkpoint.empty_root", RefusedError):
        sign_checkpoint(ORIGIN, 0, ROOT, log_signer)


@pytest.mark.parametrize(
    ("origin", "size", "root", "code"),
    [
        ("", 1, ROOT, "checkpoint.lines"),
        ("two\nlines", 1, ROOT, "checkpoint.lines"),
        ("x" * 256, 1, ROOT, "checkpoint.origin_length"),
        ("示" * 86, 1, ROOT, "checkpoint.origin_length"),
        (ORIGIN, -1, ROOT, "checkpoint.size"),
        (ORIGIN, 2**63, ROOT, "checkpoint.size"),
        (ORIGIN, 1, ROOT[:-1], "checkpoint.root"),
        ("two words", 1, ROOT, "note.signature_line"),
    ],
)
def test_what_cannot_stand_in_a_checkpoint_is_not_signed(origin, size, root, code, request):
    refused, signer = map(request.getfixturevalue, ("refused", "log_signer"))
    with refused(code, RefusedError):
        sign_checkpoint(origin, size, root, signer)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (f"o\n1\n{ROOT_TEXT}", "checkpoint.lines"),
        (f"o\n1\n{ROOT_TEXT}\n\n", "checkpoint.lines"),
        (f"o\n1\n{ROOT_TEXT}\nextension\n", "checkpoint.lines"),
        (f"\n1\n{ROOT_TEXT}\n", "checkpoint.lines"),
        ("", "checkpoint.lines"),
        (f"o\n01\n{ROOT_TEXT}\n", "checkpoint.size"),
        (f"o\n+1\n{ROOT_TEXT}\n", "checkpoint.size"),
        (f"o\n１\n{ROOT_TEXT}\n", "checkpoint.size"),
        (f"o\n 1\n{ROOT_TEXT}\n", "checkpoint.size"),
        (f"o\n9223372036854775808\n{ROOT_TEXT}\n", "checkpoint.size"),
        (f"o\n{'9' * 5000}\n{ROOT_TEXT}\n", "checkpoint.size"),
        (f"o\n1\n{ROOT_TEXT[:-1]}\n", "checkpoint.root"),
        (f"o\n1\n{ROOT_TEXT[:-2]}9=\n", "checkpoint.root"),  # unused bits of the last digit set
        (f"o\n1\n{ROOT_TEXT} \n", "checkpoint.root"),
        ("o\n1\nAAAA\n", "checkpoint.root"),
        ("o\n1\nré\n", "checkpoint.root"),
        (f"o\n0\n{ROOT_TEXT}\n", "checkpoint.empty_root"),
    ],
)
def test_every_other_spelling_is_refused(text, code, refused):
    with refused(code, RefusedError):
        parse_checkpoint(text)


def test_an_origin_may_have_255_bytes():
    origin = "示" * 85
    assert parse_checkpoint(format_checkpoint(origin, 1, ROOT)).origin == origin


def test_a_checkpoint_of_another_log_is_refused_though_our_key_signed_it(log_signer, refused):
    raw = sign_note(format_checkpoint("other.example", 1, ROOT), [(ORIGIN, log_signer)])
    with refused("checkpoint.origin", RefusedError):
        open_checkpoint(raw, LogKey(ORIGIN, log_signer.public_key))


@given(
    st.text(
        st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=60
    ).filter(lambda text: not any(letter.isspace() for letter in text)),
    st.integers(1, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
)
def test_checkpoints_round_trip_in_both_implementations(origin, size, root):
    text = format_checkpoint(origin, size, root)
    assert parse_checkpoint(text) == Checkpoint(origin, size, root)
    theirs = verifier_checkpoint.parse_checkpoint(text)
    assert (theirs.origin, theirs.size, theirs.root) == (origin, size, root)


@given(
    st.lists(
        st.one_of(st.text(max_size=5), st.sampled_from(["o", "0", "1", "01", ROOT_TEXT])),
        max_size=5,
    ).map("\n".join)
)
def test_both_parsers_refuse_with_the_same_code(text):
    """The verifier also reads extension lines, which our log never writes."""

    def outcome(read):
        try:
            checkpoint = read(text)
        except (RefusedError, VerifierError) as error:
            return error.code
        return checkpoint.origin, checkpoint.size, checkpoint.root

    ours = outcome(parse_checkpoint)
    if text.count("\n") > 3:
        assert ours == "checkpoint.lines"
    else:
        assert ours == outcome(verifier_checkpoint.parse_checkpoint)
