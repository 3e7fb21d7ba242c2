"""Signatures: every intermediate value of the W3C vectors, and what a signer never lets out."""

from __future__ import annotations

import copy
import json

import pytest
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.keys import MemorySigner
from suyuan_ledger.log.intake import read_submission
from suyuan_ledger.records.canonical import parse_strict, write_canonical
from suyuan_ledger.records.did import decode_multibase, encode_multibase, parse_did_key
from suyuan_ledger.records.profile import parse_record
from suyuan_ledger.records.signing import (
    check_proof,
    decode_signature,
    proof_hash,
    sign_for_door,
    sign_record,
)

TIME = "2026-11-22T08:00:00Z"


@pytest.fixture
def vector(vectors_dir):
    """The one eddsa-jcs-2022 vector of W3C VC-DI-EDDSA, appendix B.

    Its documents lie outside our profile (other context, no nonce), so the steps are tested, not
    the door. `employmentAuth.json` is the input of the recommendation's ecdsa and rdfc examples:
    it has no expected values for this suite and is used as a document to canonicalise only.
    """
    folder = vectors_dir / "vc"

    class Vector:
        unsigned = parse_strict((folder / "unsigned.json").read_bytes())
        keys = parse_strict((folder / "keyPair.json").read_bytes())
        employment = parse_strict((folder / "employmentAuth.json").read_bytes())
        options = parse_strict((folder / "eddsa-jcs-2022" / "proofConfigJCS.json").read_bytes())
        signed = parse_strict((folder / "eddsa-jcs-2022" / "signedJCS.json").read_bytes())

        @staticmethod
        def text(name):
            return (folder / "eddsa-jcs-2022" / f"{name}.txt").read_text().strip()

        @staticmethod
        def names():
            return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}

    return Vector


def test_every_file_of_the_vector_is_used(vector):
    steps = {"canonDocJCS", "combinedHashJCS", "docHashJCS", "proofCanonJCS", "proofHashJCS"}
    steps |= {"sigBTC58JCS", "sigHexJCS"}
    used = {f"eddsa-jcs-2022/{name}.txt" for name in steps}
    used |= {"eddsa-jcs-2022/proofConfigJCS.json", "eddsa-jcs-2022/signedJCS.json"}
    used |= {"unsigned.json", "keyPair.json", "employmentAuth.json"}
    assert vector.names() - {"LICENSE.md"} == used


def test_canonical_forms(vector):
    assert write_canonical(vector.unsigned).decode() == vector.text("canonDocJCS")
    assert write_canonical(vector.options).decode() == vector.text("proofCanonJCS")
    assert parse_strict(write_canonical(vector.employment)) == vector.employment


def test_hashes_proof_first(vector):
    from hashlib import sha256  # noqa: PLC0415 - the one test that hashes by hand

    document = sha256(write_canonical(vector.unsigned)).hexdigest()
    options = proof_hash({**vector.options, "proofValue": "is left out"}).hex()
    assert document == vector.text("docHashJCS")
    assert options == vector.text("proofHashJCS")
    assert options + document == vector.text("combinedHashJCS")


def test_signature_and_its_spelling(vector):
    secret = decode_multibase(vector.keys["privateKeyMultibase"])
    assert secret[:2] == b"\x80\x26"
    signer = MemorySigner.from_seed(secret[2:])
    assert signer.did == "did:key:" + vector.keys["publicKeyMultibase"]
    assert parse_did_key(signer.did) == signer.public_key
    signature = signer.sign(bytes.fromhex(vector.text("combinedHashJCS")))
    assert signature.hex() == vector.text("sigHexJCS")
    assert encode_multibase(signature) == vector.text("sigBTC58JCS")
    assert decode_signature(vector.signed["proof"]["proofValue"]) == signature


def test_signed_document_is_document_and_proof(vector):
    proof = vector.signed["proof"]
    assert {k: v for k, v in vector.signed.items() if k != "proof"} == vector.unsigned
    assert {k: v for k, v in proof.items() if k != "proofValue"} == vector.options


def test_round_trip(signer, draft):
    unsigned = draft()
    before = copy.deepcopy(unsigned)
    raw = sign_record(unsigned, signer, TIME)
    record = parse_record(raw)
    check_proof(record)
    assert unsigned == before
    assert {k: v for k, v in json.loads(raw).items() if k != "proof"} == before
    assert record.value["proof"]["@context"] == before["@context"]


def test_a_second_proof_changes_the_envelope_not_the_content(signer, draft):
    unsigned = draft()
    one = parse_record(sign_record(unsigned, signer, TIME))
    two = parse_record(sign_record(unsigned, signer, "2026-11-22T08:00:01Z"))
    assert one.content_digest == two.content_digest
    assert one.envelope_digest != two.envelope_digest


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"validFrom": "yesterday"}, "record.time"),
        ({"remark": "x"}, "record.members"),
        ({"nonce": "Cafe\u0301"}, "record.nfc"),
        ({"nonce": None}, "record.null"),
        ({"nonce": "\ud800"}, "record.surrogate"),
        ({"nonce": 0.5}, "record.number"),
        ({"issuer": "did:key:z6Mk"}, "record.issuer"),
        ({"proof": {}}, "record.proof"),
    ],
)
def test_nothing_leaves_that_the_door_would_refuse(signer, draft, change, code):
    with pytest.raises(RefusedError) as caught:
        sign_record({**draft(), **change}, signer, TIME)
    assert caught.value.code == code


def test_a_signer_signs_in_its_own_name_only(draft):
    stranger = MemorySigner.from_seed(bytes(32))
    with pytest.raises(RefusedError) as caught:
        sign_record(draft(), stranger, TIME)
    assert caught.value.code == "record.issuer"
    assert caught.value.expected == stranger.did


def test_a_faulty_signer_is_found_before_its_record_is_out(signer, draft):
    class Faulty:
        did = signer.did
        public_key = signer.public_key

        def sign(self, message):
            return signer.sign(message[::-1])

    with pytest.raises(RefusedError) as caught:
        sign_record(draft(), Faulty(), TIME)
    assert caught.value.code == "sig.invalid"


def test_what_is_signed_for_the_door_is_what_is_signed_for_a_file(signer, draft):
    """The two differ in who checks, in no byte."""
    unsigned = draft()
    assert sign_for_door(unsigned, signer, TIME) == sign_record(unsigned, signer, TIME)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"nonce": "\ud800"}, "record.surrogate"),
        ({"issuer": "did:key:z6Mk"}, "record.issuer"),
        ({"proof": {}}, "record.proof"),
    ],
)
def test_what_cannot_be_signed_at_all_is_not_left_to_the_door(signer, draft, change, code):
    """No bytes, another's name, or a proof already there."""
    with pytest.raises(RefusedError) as caught:
        sign_for_door({**draft(), **change}, signer, TIME)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"validFrom": "yesterday"}, "record.time"),
        ({"remark": "x"}, "record.members"),
        ({"nonce": "Cafe\u0301"}, "record.nfc"),
        ({"nonce": None}, "record.null"),
        ({"nonce": 0.5}, "record.number"),
    ],
)
def test_what_is_left_to_the_door_is_refused_there(signer, draft, change, code):
    """The same rules and the same names as with `sign_record`, a moment later."""
    raw = sign_for_door({**draft(), **change}, signer, TIME)
    with pytest.raises(RefusedError) as caught:
        read_submission(raw)
    assert caught.value.code == code


@pytest.mark.parametrize("member", ["created", "@context"])
def test_the_proof_is_signed_too(signed, member):
    value = json.loads(signed())
    value["proof"][member] = (
        "2020-01-01T00:00:00Z" if member == "created" else value["@context"][:1]
    )
    with pytest.raises(RefusedError) as caught:
        check_proof(parse_record(write_canonical(value)))
    assert caught.value.code == ("sig.invalid" if member == "created" else "record.proof")
