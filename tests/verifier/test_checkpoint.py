"""Checkpoints and cosignatures: a public log, both signature types, and what must be refused."""

from __future__ import annotations

import base64
import json
import struct

import pytest
import reference_tree as reference
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import mldsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from suyuan_verifier.checkpoint import (
    Checkpoint,
    count_witnesses,
    parse_checkpoint,
    subtree_message,
    verify_checkpoint,
)
from suyuan_verifier.errors import VerifierError
from suyuan_verifier.merkle import EMPTY_ROOT, check_consistency, check_inclusion, leaf_hash
from suyuan_verifier.note import (
    COSIGNATURE_ED25519,
    COSIGNATURE_ML_DSA_44,
    ED25519,
    VerificationKey,
    compute_key_id,
    format_vkey,
    parse_note,
    parse_vkey,
)

ORIGIN = "log.example/suyuan"
ROOT = leaf_hash(b"entry")
ROOT64 = base64.b64encode(ROOT).decode()
TEXT = f"{ORIGIN}\n1\n{ROOT64}\n"
LOG = Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32)
WITNESS = Ed25519PrivateKey.from_private_bytes(bytes([2]) * 32)
TIME = 1_790_000_000


def key_for(name: str, kind: int, public: bytes) -> VerificationKey:
    key = VerificationKey(name, compute_key_id(name, kind, public), kind, public)
    assert parse_vkey(format_vkey(key)) == key
    return key


LOG_KEY = key_for(ORIGIN, ED25519, LOG.public_key().public_bytes_raw())
WITNESS_KEY = key_for("w.example", COSIGNATURE_ED25519, WITNESS.public_key().public_bytes_raw())


def line(key: VerificationKey, signature: bytes) -> str:
    return f"— {key.name} {base64.b64encode(key.key_id + signature).decode()}\n"


def signed(text: str = TEXT, *lines: str) -> bytes:
    return (text + "\n" + line(LOG_KEY, LOG.sign(text.encode())) + "".join(lines)).encode()


def cosigned(text: str = TEXT, time: int = TIME, key: VerificationKey = WITNESS_KEY) -> str:
    message = f"cosignature/v1\ntime {time}\n{text}".encode()
    return line(key, struct.pack(">Q", time) + WITNESS.sign(message))


@pytest.fixture(scope="module")
def ml_dsa():
    """An ML-DSA-44 witness: its private key and its verification key."""
    private = mldsa.MLDSA44PrivateKey.from_seed_bytes(bytes([3]) * 32)
    public = private.public_key().public_bytes_raw()
    return private, key_for("pq.example", COSIGNATURE_ML_DSA_44, public)


def code_of(function, *arguments) -> str:
    with pytest.raises(VerifierError) as caught:
        function(*arguments)
    return caught.value.code


# --- a public log ---------------------------------------------------------------------------------


def test_every_checkpoint_of_the_tessera_log(vectors_dir):
    folder = vectors_dir / "tessera-log"
    known = json.loads((folder / "KEYS.json").read_text(encoding="utf-8"))
    key = parse_vkey(known["vkey"])
    entries = [text.encode() for text in known["entries"]]
    checkpoints = []
    for size in range(16):
        data = (folder / f"checkpoint.{size}").read_bytes()
        checkpoint = verify_checkpoint(data, key.name, [key])
        assert checkpoint == Checkpoint(key.name, size, reference.mth(entries[:size]))
        checkpoints.append(checkpoint)
    assert (folder / "checkpoint").read_bytes() == (folder / "checkpoint.15").read_bytes()
    for new in checkpoints[1:]:
        for old in checkpoints[1 : new.size]:
            proof = reference.proof(old.size, entries[: new.size])
            check_consistency(old.size, new.size, old.root, new.root, proof)
        assert (
            code_of(check_consistency, 0, new.size, checkpoints[0].root, new.root, [])
            == "merkle.from_empty"
        )
    # The stored tiles and entry bundles of every width hold these leaves.
    for size in range(1, 16):
        bundle = (folder / f"tile/entries/000.p/{size}").read_bytes()
        framed = b"".join(struct.pack(">H", len(entry)) + entry for entry in entries[:size])
        assert bundle == framed
        tile = (folder / f"tile/0/000.p/{size}").read_bytes()
        assert tile == b"".join(leaf_hash(entry) for entry in entries[:size])
        for index in range(size):
            check_inclusion(
                tile[32 * index : 32 * index + 32],
                index,
                size,
                reference.path(index, entries[:size]),
                checkpoints[size].root,
            )
    used = {f"checkpoint.{size}" for size in range(16)} | {"checkpoint", "KEYS.json", "tile"}
    assert {path.name for path in folder.iterdir()} == used


# --- parsing --------------------------------------------------------------------------------------


def test_a_checkpoint_parses():
    assert parse_checkpoint(TEXT) == Checkpoint(ORIGIN, 1, ROOT)
    assert parse_checkpoint(TEXT + "extra\n").extensions == ("extra",)
    assert verify_checkpoint(signed(), ORIGIN, [LOG_KEY]) == Checkpoint(ORIGIN, 1, ROOT)


@pytest.mark.parametrize(
    "text", ["", "\n", f"{ORIGIN}\n1\n", TEXT[:-1], TEXT + "\n", f"\n1\n{ROOT64}\n", TEXT + "a\n\n"]
)
def test_missing_or_empty_lines_are_refused(text):
    assert code_of(parse_checkpoint, text) == "checkpoint.lines"


@pytest.mark.parametrize(
    "size", ["01", "+1", "-1", "1.0", " 1", "1 ", "１", "0x1", "1e3", str(2**63), "9" * 5000, "a"]
)
def test_a_size_that_is_not_canonical_is_refused(size):
    assert code_of(parse_checkpoint, f"{ORIGIN}\n{size}\n{ROOT64}\n") == "checkpoint.size"


def test_the_largest_size_parses():
    assert parse_checkpoint(f"{ORIGIN}\n{2**63 - 1}\n{ROOT64}\n").size == 2**63 - 1


@pytest.mark.parametrize("root", [ROOT64[:-1], ROOT64 + "=", base64.b64encode(bytes(31)).decode()])
def test_a_root_that_is_not_32_bytes_of_base64_is_refused(root):
    assert code_of(parse_checkpoint, f"{ORIGIN}\n1\n{root}\n") == "checkpoint.root"


def test_an_empty_log_has_the_empty_root():
    empty = base64.b64encode(EMPTY_ROOT).decode()
    assert parse_checkpoint(f"{ORIGIN}\n0\n{empty}\n").size == 0
    assert code_of(parse_checkpoint, f"{ORIGIN}\n0\n{ROOT64}\n") == "checkpoint.empty_root"


def test_a_long_origin_is_refused():
    assert parse_checkpoint(f"{'o' * 255}\n1\n{ROOT64}\n").size == 1
    for origin in ("o" * 256, "源" * 86):
        assert code_of(parse_checkpoint, f"{origin}\n1\n{ROOT64}\n") == "checkpoint.origin_length"


def test_another_logs_checkpoint_is_refused():
    assert code_of(verify_checkpoint, signed(), "log.example/other", [LOG_KEY]) == (
        "checkpoint.origin"
    )


def test_no_changed_byte_of_a_cosigned_checkpoint_goes_unnoticed():
    data = signed(TEXT, cosigned())
    for place in range(len(data)):
        bent = bytearray(data)
        bent[place] ^= 1
        try:
            note = parse_note(bytes(bent))
            verify_checkpoint(bytes(bent), ORIGIN, [LOG_KEY])
            witnesses = count_witnesses(note, [WITNESS_KEY]).verified
        except VerifierError:
            continue
        # What is left is a line that names somebody else: then the witness is not counted.
        assert witnesses == ()


@given(st.text())
@settings(max_examples=300, deadline=None)
def test_only_our_own_errors_leave_the_checkpoint_parser(text):
    for candidate in (text, f"{ORIGIN}\n{text}\n{ROOT64}\n", f"{ORIGIN}\n1\n{text}\n"):
        try:
            parse_checkpoint(candidate)
        except VerifierError:
            continue


# --- cosignatures ---------------------------------------------------------------------------------


def test_an_ed25519_witness_is_counted_once_with_its_latest_time():
    note = parse_note(signed(TEXT, cosigned(), cosigned(time=TIME + 5), cosigned(time=TIME + 1)))
    (only,) = count_witnesses(note, [WITNESS_KEY]).verified
    assert (only.key, only.timestamp) == (WITNESS_KEY, TIME + 5)


def test_an_ed25519_cosignature_covers_extension_lines():
    text = TEXT + "extension\n"
    assert count_witnesses(parse_note(signed(text, cosigned(text))), [WITNESS_KEY]).verified
    note = parse_note(signed(text, cosigned(TEXT)))
    assert code_of(count_witnesses, note, [WITNESS_KEY]) == "checkpoint.cosignature"


def test_an_ml_dsa_witness_is_counted(ml_dsa):
    private, key = ml_dsa
    # Written out from the table of C2SP tlog-cosignature, not with the verifier's function.
    message = (
        b"subtree/v1\n\x00\x0apq.example"
        + TIME.to_bytes(8, "big")
        + bytes([len(ORIGIN)])
        + ORIGIN.encode()
        + bytes(8)
        + (1).to_bytes(8, "big")
        + ROOT
    )
    assert subtree_message(key.name, TIME, Checkpoint(ORIGIN, 1, ROOT)) == message
    signature = private.sign(message)
    assert len(signature) == 2420
    blob = TIME.to_bytes(8, "big") + signature
    note = parse_note(signed(TEXT, cosigned(), line(key, blob)))
    counted = count_witnesses(note, [key, WITNESS_KEY])
    assert {item.key for item in counted.verified} == {key, WITNESS_KEY}
    assert counted.unchecked == ()
    for place in (0, 7, 8, 100, len(blob) - 1):
        bent = bytearray(blob)
        bent[place] ^= 1
        note = parse_note(signed(TEXT, line(key, bytes(bent))))
        assert code_of(count_witnesses, note, [key]) in {
            "checkpoint.cosignature",
            "checkpoint.cosignature_time",
        }
    short = parse_note(signed(TEXT, line(key, blob[:-1])))
    assert code_of(count_witnesses, short, [key]) == "checkpoint.cosignature"


def test_an_ml_dsa_key_has_its_length(ml_dsa):
    _, key = ml_dsa
    for public in (key.public_key[:-1], key.public_key + b"\0"):
        text = format_vkey(VerificationKey(key.name, key.key_id, key.kind, public))
        assert code_of(parse_vkey, text) == "note.vkey"


def test_without_ml_dsa_the_witness_is_named_as_unchecked(ml_dsa, monkeypatch):
    def refuse(_data):
        raise UnsupportedAlgorithm("no ML-DSA in this build")

    class Absent:
        from_public_bytes = staticmethod(refuse)

    monkeypatch.setattr(mldsa, "MLDSA44PublicKey", Absent)
    _, key = ml_dsa
    note = parse_note(signed(TEXT, line(key, TIME.to_bytes(8, "big") + bytes(2420)), cosigned()))
    counted = count_witnesses(note, [key, WITNESS_KEY])
    assert counted.unchecked == (key,)
    assert [item.key for item in counted.verified] == [WITNESS_KEY]


def test_a_witness_that_nobody_named_is_ignored():
    bad = line(WITNESS_KEY, TIME.to_bytes(8, "big") + bytes(64))
    data = signed(TEXT, bad)
    assert verify_checkpoint(data, ORIGIN, [LOG_KEY]).size == 1
    assert count_witnesses(parse_note(data), []).verified == ()
    assert code_of(count_witnesses, parse_note(data), [WITNESS_KEY]) == "checkpoint.cosignature"


@pytest.mark.parametrize("time", [0, 2**63, 2**64 - 1])
def test_a_time_out_of_range_is_refused(time):
    note = parse_note(signed(TEXT, cosigned(time=time)))
    assert code_of(count_witnesses, note, [WITNESS_KEY]) == "checkpoint.cosignature_time"


def test_a_truncated_cosignature_is_refused():
    note = parse_note(signed(TEXT, line(WITNESS_KEY, TIME.to_bytes(8, "big"))))
    assert code_of(count_witnesses, note, [WITNESS_KEY]) == "checkpoint.cosignature"


def test_a_log_key_is_no_witness():
    assert code_of(count_witnesses, parse_note(signed()), [LOG_KEY]) == "note.key_kind"


def test_one_public_key_under_two_names_is_refused():
    twin = key_for("w2.example", COSIGNATURE_ED25519, WITNESS_KEY.public_key)
    note = parse_note(signed(TEXT, cosigned(), cosigned(key=twin)))
    assert code_of(count_witnesses, note, [WITNESS_KEY, twin]) == "checkpoint.witness_key"


def test_a_cosigner_name_longer_than_its_length_byte_is_refused(ml_dsa):
    _, key = ml_dsa
    long = key_for("p" * 256, COSIGNATURE_ML_DSA_44, key.public_key)
    note = parse_note(signed(TEXT, line(long, TIME.to_bytes(8, "big") + bytes(2420))))
    assert code_of(count_witnesses, note, [long]) == "checkpoint.cosigner_name"
