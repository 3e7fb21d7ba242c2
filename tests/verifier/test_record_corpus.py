"""The verifier gives every case of the record corpus exactly the answer that the ledger gives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from suyuan_verifier.canonical import canonical, format_digest, parse_json
from suyuan_verifier.errors import VerifierError
from suyuan_verifier.record import MAX_RECORD_BYTES, MAX_RECORD_DEPTH, parse_record, read_record
from suyuan_verifier.signature import verify_proof
from suyuan_verifier.uscc import is_credit_code

FOLDER = Path(__file__).resolve().parents[1] / "vectors" / "records"
ACCEPT = sorted((FOLDER / "accept").glob("*.json"))
REFUSE = sorted((FOLDER / "refuse").glob("*.json"))


def read_case(path: Path) -> tuple[bytes, dict]:
    case = json.loads(path.read_text("ascii"))
    return b"".join(_part(part) for part in case["input"]), case


def _part(part) -> bytes:
    if isinstance(part, str):
        return part.encode()
    if "hex" in part:
        return bytes.fromhex(part["hex"])
    return part["text"].encode() * part["times"]


def nested(depth: int) -> dict:
    return {"a": nested(depth - 1)} if depth > 1 else {}


def judge(raw: bytes):
    record = parse_record(raw)
    verify_proof(record.value)
    return record


def test_corpus_is_there():
    assert len(ACCEPT) >= 70
    assert len(REFUSE) >= 1100


@pytest.mark.parametrize("path", ACCEPT, ids=lambda path: path.stem)
def test_sound_record_is_accepted(path):
    raw, case = read_case(path)
    record = judge(raw)
    assert case["expect"] == {
        "kind": record.kind,
        "id": record.id,
        "contentDigest": format_digest(record.content_digest),
        "envelopeDigest": format_digest(record.envelope_digest),
    }
    assert parse_record(canonical(record.value)) == record


@pytest.mark.parametrize("path", REFUSE, ids=lambda path: path.stem)
def test_broken_record_is_refused_by_name(path):
    raw, case = read_case(path)
    if case.get("ledgerOnly"):
        judge(raw)
        return
    with pytest.raises(VerifierError) as caught:
        judge(raw)
    assert caught.value.code == case["expect"]["code"], str(caught.value)


def test_bytes_decide_only_by_what_they_say():
    """Layout and member order of the input are not part of a record."""
    raw, _ = read_case(ACCEPT[0])
    value = parse_json(raw, prefix="record", max_bytes=MAX_RECORD_BYTES, max_depth=MAX_RECORD_DEPTH)
    reordered = json.dumps(dict(reversed(value.items())), indent=3, ensure_ascii=True).encode()
    assert parse_record(reordered) == parse_record(raw)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ([], "record.members"),
        ({"a": [1.5]}, "record.number"),
        ({"a": -(10**5000)}, "record.number"),
        ({"a/b": {"~": None}}, "record.null"),
        (nested(33), "record.depth"),
    ],
)
def test_value_that_no_parser_of_ours_made(value, code):
    """`read_record` takes any JSON value, also one that another parser let through."""
    with pytest.raises(VerifierError) as caught:
        read_record(value)
    assert caught.value.code == code
    if code == "record.null":
        assert caught.value.pointer == "/a~1b/~0"


@pytest.mark.parametrize("code", ["91ABCDEF0000000009", "9100000000000001", "x" * 18, ""])
def test_no_credit_code(code):
    assert not is_credit_code(code)
