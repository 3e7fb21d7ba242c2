"""Whatever bytes arrive, a parser of the log returns a value or raises our own error.

Each parser gets noise, and its own valid input with a few edits, which reaches further inside. What
it accepts it must also write back byte for byte: one value has one spelling.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from suyuan_ledger.errors import LedgerError, RefusedError, ledger_codes
from suyuan_ledger.log.bundles import format_entry_bundle, parse_entry_bundle
from suyuan_ledger.log.checkpoint import (
    format_checkpoint,
    open_checkpoint,
    parse_checkpoint,
    sign_checkpoint,
)
from suyuan_ledger.log.encodings import format_base64, parse_base64, parse_decimal
from suyuan_ledger.log.entry import build_entry, check_time, parse_entry
from suyuan_ledger.log.note import LogKey, format_vkey, open_note, parse_note, parse_vkey
from suyuan_ledger.log.proof_file import format_proof_file, parse_proof_file
from suyuan_ledger.log.tiles import entries_path, parse_tile_path, tile_path

ORIGIN = "log.example/fuzz"
TIME = "2026-11-22T08:00:00Z"
PIECES = [bytes([byte]) for byte in b'\n +=0\x00\x1b\xff/{}[]"']
PIECES += [b"\n\n", b"\r\n", b"-0", b"1e5", b"\xe2\x80\x94 ", b"null", b"\\ud800", b"x000/"]
EDIT = st.tuples(
    st.sampled_from(["insert", "delete", "replace", "repeat", "truncate"]),
    st.integers(0, 2**16),
    st.one_of(
        st.binary(max_size=4),
        st.sampled_from(PIECES),
    ),
)


@dataclass(frozen=True)
class Record:
    """As much of a record as an entry needs."""

    value: dict
    kind: str
    id: str
    issuer: str
    content_digest: bytes
    envelope_digest: bytes


LINK = {"rel": "about", "contentDigest": "sha256:" + "0c" * 32}
RECORD = Record({"links": [LINK]}, "Enrolment", "urn:uuid:x", "did:key:z6Mk", bytes(32), bytes(32))


def edited(raw, edits):
    """Apply a few edits to valid input."""
    for how, place, piece in edits:
        at = place % (len(raw) + 1)
        if how == "insert":
            raw = raw[:at] + piece + raw[at:]
        elif how == "delete":
            raw = raw[:at] + raw[at + 1 + len(piece) :]
        elif how == "replace":
            raw = raw[:at] + piece + raw[at + len(piece) :]
        elif how == "repeat":
            raw = raw[:at] + raw[max(0, at - 8) : at] + raw[at:]
        else:
            raw = raw[:at]
    return raw


def near(*valid):
    """Noise, and valid inputs with up to four edits."""
    return st.one_of(
        st.binary(max_size=120),
        st.builds(edited, st.sampled_from(valid), st.lists(EDIT, max_size=4)),
    )


def near_text(*valid):
    """The same for parsers of text, lone surrogates included."""
    encoded = [text.encode() for text in valid]
    return st.one_of(
        st.text(max_size=60),
        st.text(st.characters(), max_size=20),
        near(*encoded).map(lambda raw: raw.decode("utf-8", "surrogateescape")),
    )


def read(parse, *arguments):
    """Return what a parser gives; None if it refuses with an error of the table."""
    try:
        return parse(*arguments)
    except LedgerError as error:
        raised = error
    assert isinstance(raised, RefusedError)
    assert raised.code in ledger_codes()
    for line in (raised.text("en"), raised.text("zh")):
        # Hostile bytes can neither flood the terminal nor steer it.
        assert len(line) < 1_000
        assert line.isprintable()
    return None


@pytest.fixture(scope="module")
def checkpoint(log_signer):
    return sign_checkpoint(ORIGIN, 300, bytes(range(32)), log_signer)


@given(near_text("tile/0/x001/x234/067.p/5", "tile/entries/000", "tile/63/x999/x999/999"))
@settings(max_examples=300)
def test_tile_paths(path):
    found = read(parse_tile_path, path)
    if found is not None:
        name = entries_path if found.level is None else lambda i, w: tile_path(found.level, i, w)
        assert name(found.index, found.width) == path


@given(near(format_entry_bundle([b"one", b"", b"three" * 60])), st.integers(-1, 260))
@settings(max_examples=300)
def test_entry_bundles(raw, width):
    entries = read(parse_entry_bundle, raw, width)
    if entries is not None:
        assert format_entry_bundle(entries) == raw


@given(st.data())
@settings(max_examples=400)
def test_notes(checkpoint, data):
    raw = data.draw(near(checkpoint, checkpoint + checkpoint.splitlines(keepends=True)[-1]))
    note = read(parse_note, raw)
    if note is not None:
        lines = "".join(
            f"\N{EM DASH} {line.name} {format_base64(line.key_id + line.signature)}\n"
            for line in note.signatures
        )
        assert f"{note.text}\n{lines}".encode() == raw


@given(st.data())
@settings(max_examples=400)
def test_signed_checkpoints_open_only_if_the_log_signed_that_text(checkpoint, log_signer, data):
    raw = data.draw(near(checkpoint))
    key = LogKey(ORIGIN, log_signer.public_key)
    text = read(open_note, raw, key)
    opened = read(open_checkpoint, raw, key)
    signed = checkpoint.partition(b"\n\n")[0].decode() + "\n"
    assert text in {None, signed}
    assert opened is None or (opened.size, opened.root) == (300, bytes(range(32)))
    assert (text is None) == (opened is None)


@given(near_text(f"{ORIGIN}\n300\n{format_base64(bytes(range(32)))}\n"))
@settings(max_examples=400)
def test_checkpoint_texts(text):
    found = read(parse_checkpoint, text)
    if found is not None:
        assert format_checkpoint(found.origin, found.size, found.root) == text


@given(st.data())
@settings(max_examples=300)
def test_verification_keys(log_signer, data):
    text = data.draw(near_text(format_vkey(ORIGIN, log_signer.public_key)))
    key = read(parse_vkey, text)
    if key is not None:
        assert format_vkey(key.name, key.public_key) == text


@given(st.data())
@settings(max_examples=400)
def test_proof_files(checkpoint, data):
    hashes = [bytes([number]) * 32 for number in range(3)]
    raw = data.draw(
        near(
            format_proof_file(7, hashes, checkpoint),
            format_proof_file(0, [], checkpoint, b"extra"),
        )
    )
    proof = read(parse_proof_file, raw)
    if proof is not None:
        assert format_proof_file(proof.index, proof.hashes, proof.checkpoint, proof.extra) == raw


@given(
    near(
        build_entry(12, RECORD, TIME),
        build_entry(0, RECORD, TIME, {"action": "revoke", "fromIndex": 3}),
    )
)
@example(b"[" * 60_000)
@example(b'{"a":' * 10_000)
@example(b"9" * 60_000)
@settings(max_examples=400)
def test_entries(raw):
    entry = read(parse_entry, raw)
    if entry is not None:
        links = [
            {"rel": rel, "contentDigest": f"sha256:{target.hex()}"} for rel, target in entry.links
        ]
        record = Record(
            {"links": links}, entry.kind, entry.id, entry.issuer, entry.content, entry.envelope
        )
        assert build_entry(entry.index, record, entry.time, entry.effect or None) == raw


@given(near_text(TIME))
def test_times(time):
    read(check_time, time)


@given(near_text("AAECAwQ=", "0", "9223372036854775807"))
@settings(max_examples=300)
def test_base64_and_decimals(text):
    data = read(parse_base64, text, "log.proof_file")
    assert data is None or format_base64(data) == text
    number = read(parse_decimal, text, "log.proof_file")
    assert number is None or (str(number) == text and 0 <= number < 2**63)
