"""Proof files follow C2SP tlog-proof line by line, and one proof is one file."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.log.checkpoint import sign_checkpoint
from suyuan_ledger.log.proof_file import (
    MAX_FILE_BYTES,
    ProofFile,
    format_proof_file,
    parse_proof_file,
)
from suyuan_ledger.log.tree import prove_inclusion
from suyuan_verifier import merkle
from suyuan_verifier.checkpoint import verify_checkpoint
from suyuan_verifier.note import parse_vkey

ORIGIN = "log.example"


@pytest.fixture(scope="module")
def checkpoint(log_signer):
    return sign_checkpoint(ORIGIN, 9, bytes(32), log_signer)


def test_a_proof_file_is_these_lines(checkpoint):
    hashes = [bytes([1]) * 32, bytes([2]) * 32]
    one, two = (base64.b64encode(value) for value in hashes)
    plain = format_proof_file(4, hashes, checkpoint)
    assert plain == (
        b"c2sp.org/tlog-proof@v1\nindex 4\n" + one + b"\n" + two + b"\n\n" + checkpoint
    )
    assert parse_proof_file(plain) == ProofFile(4, tuple(hashes), checkpoint)
    extra = format_proof_file(4, [], checkpoint, b"\x00")
    assert extra == b"c2sp.org/tlog-proof@v1\nextra AA==\nindex 4\n\n" + checkpoint
    assert parse_proof_file(extra) == ProofFile(4, (), checkpoint, b"\x00")


def test_a_file_alone_convinces_who_has_the_log_key(make_leaves, grow, log_signer):
    from suyuan_ledger.log.note import format_vkey  # noqa: PLC0415 used in this test alone

    leaves = make_leaves(300)
    edge, reader = grow(leaves)
    signed = sign_checkpoint(ORIGIN, 300, edge.root(), log_signer)
    raw = format_proof_file(257, prove_inclusion(257, 300, reader), signed)
    proof = parse_proof_file(raw)
    vkey = parse_vkey(format_vkey(ORIGIN, log_signer.public_key))
    seen = verify_checkpoint(proof.checkpoint, ORIGIN, [vkey])
    merkle.check_inclusion(leaves[257], proof.index, seen.size, proof.hashes, seen.root)


@given(
    st.integers(0, 2**63 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63),
    st.one_of(st.none(), st.binary(max_size=200)),
)
def test_proof_files_round_trip(checkpoint, index, hashes, extra):
    raw = format_proof_file(index, hashes, checkpoint, extra)
    assert parse_proof_file(raw) == ProofFile(index, tuple(hashes), checkpoint, extra)


def test_the_largest_file_fits(checkpoint, refused):
    hashes = [bytes(32)] * 63
    text = "x" * (65_000 - len(checkpoint)) + "\n"
    assert parse_proof_file(
        format_proof_file(2**63 - 1, hashes, text.encode() + checkpoint, bytes(65_536))
    ).extra == bytes(65_536)
    with refused("log.proof_file", RefusedError):
        format_proof_file(0, [*hashes, bytes(32)], checkpoint)
    with refused("log.proof_file", RefusedError):
        format_proof_file(0, [], checkpoint, bytes(65_537))


def test_a_file_is_bounded_before_it_is_read(refused):
    with refused("log.proof_file", RefusedError) as caught:
        parse_proof_file(b"\n" * (MAX_FILE_BYTES + 1))
    assert caught.value.expected == f"<= {MAX_FILE_BYTES} bytes"
    with refused("log.proof_file", RefusedError) as caught:
        parse_proof_file(b"\n" * MAX_FILE_BYTES)
    assert caught.value.pointer == "line 1"


@pytest.mark.parametrize(
    ("index", "hashes"), [(-1, []), (2**63, []), (0, [bytes(31)]), (0, [bytes(32), b""])]
)
def test_what_is_no_proof_is_not_written(index, hashes, checkpoint, refused):
    with refused("log.proof_file", RefusedError):
        format_proof_file(index, hashes, checkpoint)


HASH = b"A" * 43 + b"="


@pytest.mark.parametrize(
    ("head", "pointer"),
    [
        (b"", ""),
        (b"c2sp.org/tlog-proof@v2\nindex 0\n\n", "line 1"),
        (b"c2sp.org/tlog-proof@v1 \nindex 0\n\n", "line 1"),
        (b"c2sp.org/tlog-proof@v1\n\n", "line 2"),
        (b"c2sp.org/tlog-proof@v1\nextra AA==\n\n", "line 3"),
        (b"c2sp.org/tlog-proof@v1\nextra AA\nindex 0\n\n", "line 2"),
        (b"c2sp.org/tlog-proof@v1\nextra AB==\nindex 0\n\n", "line 2"),
        (b"c2sp.org/tlog-proof@v1\nindex 0\nextra AA==\n\n", "line 3"),
        (b"c2sp.org/tlog-proof@v1\nextra AA==\nextra AA==\nindex 0\n\n", "line 3"),
        (b"c2sp.org/tlog-proof@v1\nindex 00\n\n", "line 2"),
        (b"c2sp.org/tlog-proof@v1\nindex  0\n\n", "line 2"),
        (b"c2sp.org/tlog-proof@v1\nindex -0\n\n", "line 2"),
        (b"c2sp.org/tlog-proof@v1\nindex\n\n", "line 2"),
        (b"c2sp.org/tlog-proof@v1\nindex 9223372036854775808\n\n", "line 2"),
        (b"c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\n", "line 3"),
        (b"c2sp.org/tlog-proof@v1\nindex 0\n" + HASH + b"\n" + HASH[:-1] + b"B\n\n", "line 4"),
        (b"c2sp.org/tlog-proof@v1\nindex 0\n" + HASH[:-2] + b"B=\n\n", "line 3"),
        (b"c2sp.org/tlog-proof@v1\r\nindex 0\n\n", "line 1"),
        (b"c2sp.org/tlog-proof@v1\nindex 0\r\n\n", "line 2"),
        (b"\xef\xbb\xbfc2sp.org/tlog-proof@v1\nindex 0\n\n", "line 1"),
    ],
)
def test_every_other_head_is_refused_where_it_is_wrong(head, pointer, checkpoint, refused):
    with refused("log.proof_file", RefusedError) as caught:
        parse_proof_file(head + checkpoint if head else b"x")
    assert caught.value.pointer == pointer


@pytest.mark.parametrize(
    ("tail", "code"),
    [
        (b"", "note.separator"),
        (b"\n", "note.separator"),
        (b"a\n\n- n AAAA\n", "note.signature_line"),
    ],
)
def test_the_checkpoint_is_at_least_a_note(tail, code, refused):
    with refused(code, RefusedError):
        parse_proof_file(b"c2sp.org/tlog-proof@v1\nindex 0\n\n" + tail)
