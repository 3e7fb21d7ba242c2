"""docs/spec/record.md: its example recomputed, its tables held to the schema, no dead section."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from suyuan_ledger.errors import ledger_codes
from suyuan_ledger.keys import MemorySigner
from suyuan_ledger.records.profile import format_digest, parse_record
from suyuan_ledger.records.shape import load_schema
from suyuan_ledger.records.signing import check_proof, sign_record
from suyuan_verifier.record import parse_record as verifier_parse
from suyuan_verifier.signature import verify_proof

PAGE = (Path(__file__).resolve().parents[2] / "docs/spec/record.md").read_text("utf-8")
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
SEED = bytes(range(32))


def block(language):
    (text,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return text


RECORD = json.loads(block("record"))
EXAMPLE = {
    name.strip(): value.strip()
    for name, value in (line.split("=", 1) for line in block("example").splitlines())
}


def multibase(data):
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = BASE58[digit] + text
    return "z" + text


def digest(value):
    return hashlib.sha256(rfc8785.dumps(value)).digest()


def test_every_value_of_the_example():
    proof = RECORD["proof"]
    options = {name: item for name, item in proof.items() if name != "proofValue"}
    content = {name: item for name, item in RECORD.items() if name != "proof"}
    key = Ed25519PrivateKey.from_private_bytes(SEED)
    public = key.public_key().public_bytes_raw()
    signature = key.sign(digest(options) + digest(content))
    assert {
        "public key": public.hex(),
        "did:key": "did:key:" + multibase(b"\xed\x01" + public),
        "canonical bytes": str(len(rfc8785.dumps(RECORD))),
        "proof hash": digest(options).hex(),
        "record hash": digest(content).hex(),
        "signature": signature.hex(),
        "proofValue": multibase(signature),
        "content digest": "sha256:" + digest(content).hex(),
        "envelope digest": "sha256:" + digest(RECORD).hex(),
    } == EXAMPLE
    assert proof["proofValue"] == EXAMPLE["proofValue"]
    assert RECORD["issuer"]["id"] == EXAMPLE["did:key"]


def test_ledger_and_verifier_read_the_example_alike():
    raw = block("record").encode()
    ours, theirs = parse_record(raw), verifier_parse(raw)
    check_proof(ours)
    verify_proof(theirs.value)
    for record in (ours, theirs):
        assert format_digest(record.content_digest) == EXAMPLE["content digest"]
        assert format_digest(record.envelope_digest) == EXAMPLE["envelope digest"]
    content = {name: item for name, item in RECORD.items() if name != "proof"}
    signed = sign_record(content, MemorySigner.from_seed(SEED), RECORD["proof"]["created"])
    assert json.loads(signed) == RECORD


def section(title):
    """Text below a heading, up to the next heading of any level."""
    match = re.search(rf"^#+ {re.escape(title)}\n(.*?)(?=^#|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert match, title
    return match[1]


def first_column(title):
    rows = re.findall(r"^\| (`.+?) \|", section(title), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def test_member_tables_are_those_of_the_schema():
    envelope = load_schema("Envelope")
    assert first_column("Members") == envelope["properties"].keys()
    assert first_column("Proof") == envelope["properties"]["proof"]["properties"].keys()


def test_links_name_every_relation():
    rels = load_schema("Envelope")["properties"]["links"]["items"]["properties"]["rel"]["enum"]
    assert first_column("Links") - {"rel"} == set(rels)


def anchors():
    headings = re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in headings}


def test_every_section_that_a_code_names_is_there():
    named = {
        code.spec.partition("#")[2]
        for code in ledger_codes().values()
        if code.spec.startswith("record.md#")
    }
    assert named - anchors() == set()
    assert set(re.findall(r"\]\(#([\w-]+)\)", PAGE)) - anchors() == set()


def test_every_code_on_the_page_exists():
    shown = set(re.findall(r"`((?:record|sig|authority|csv|key)\.[a-z0-9_]+)`", PAGE))
    assert shown - ledger_codes().keys() == set()
