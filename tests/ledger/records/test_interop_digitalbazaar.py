"""A published implementation of eddsa-jcs-2022 and ours accept each other's records.

npm `@digitalbazaar/eddsa-jcs-2022-cryptosuite` with `jsonld-signatures`, offline.
"""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from footprint_story import label_story
from signed_records import sha256
from suyuan_ledger.keys.signer import MemorySigner
from suyuan_ledger.official import official_factors
from suyuan_ledger.records.canonical import write_canonical
from suyuan_ledger.records.did import encode_multibase
from suyuan_ledger.records.profile import parse_record
from suyuan_ledger.records.signing import check_proof, sign_record
from suyuan_verifier.record import parse_record as verifier_parse
from suyuan_verifier.signature import verify_proof

SCRIPT = Path(__file__).with_name("digitalbazaar.mjs")
ROOT = Path(__file__).resolve().parents[3]
TIME = "2026-11-22T08:00:00Z"
SEED = bytes(range(32))
SIGNERS = {
    "statement": "producer",
    "verification": "verifier",
    "certificate": "certifier",
    "filing": "office",
    "label": "certifier",
    "surveillance": "certifier",
    "cbam": "producer",
}
"""Who signs which record of `label_story`."""
RICH = {
    "variant": {"zh": "含“引号”、\u2028 与 𠀋", "en": 'a "quote", a \\ and a\nline'},
    "licence": "/~\u20ac\u00df\ufb01",
}

pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def ask():
    """Hand records to the npm suite and return its answer."""
    if shutil.which("node") is None or not (ROOT / "node_modules" / "@digitalbazaar").is_dir():
        message = "node or node_modules is absent: run `python3 dev.py setup`"
        pytest.skip(message)

    def run(**request):
        done = subprocess.run(
            ["node", str(SCRIPT)],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)

    return run


def spoil(record, action):
    bad = copy.deepcopy(record)
    action(bad)
    return bad


def test_it_verifies_what_our_ledger_signed(ask, signed):
    records = [json.loads(signed(**factor)) for factor in official_factors()[-11:]]
    records.append(json.loads(signed(**RICH)))
    answer = ask(verify=records)
    for results in answer["verified"]:
        assert results == [{"verified": True, "error": None}]


def test_it_verifies_every_kind_of_a_footprint_as_our_ledger_signs_it(ask):
    """Seven kinds, each signed by our ledger; joserfc checks what is exported as `vc+jwt`."""
    story = label_story().cbam()
    labels = ("statement", "verification", "certificate", "filing", "label", "surveillance", "cbam")
    records = []
    for label in labels:
        record = story.record(label)
        unsigned = {name: item for name, item in record.items() if name != "proof"}
        kind_signer = MemorySigner.from_seed(sha256(SIGNERS[label].encode()))
        assert kind_signer.did == record["issuer"]["id"]
        records.append(json.loads(sign_record(unsigned, kind_signer, TIME)))
    assert len({record["type"][1] for record in records}) == len(labels)
    for results in ask(verify=records)["verified"]:
        assert results == [{"verified": True, "error": None}]


def test_it_refuses_what_was_changed(ask, signed):
    """The counter-proof: an oracle that says yes to everything would pass the test above."""
    record = json.loads(signed())
    changes = [
        lambda bad: bad["credentialSubject"].update(value="0.5307"),
        lambda bad: bad["credentialSubject"].update(value="0.53060"),
        lambda bad: bad["proof"].update(created="2020-01-01T00:00:00Z"),
        lambda bad: bad["proof"].update(proofValue=encode_multibase(bytes(64))),
        lambda bad: bad.update(description="added"),
        lambda bad: bad.pop("nonce"),
        lambda bad: bad["proof"].update({"@context": bad["@context"][:1]}),
    ]
    answer = ask(verify=[spoil(record, change) for change in changes])
    for results in answer["verified"]:
        assert [result["verified"] for result in results] == [False]


def test_its_verified_member_alone_would_mislead(ask, signed):
    """Why `results` is read: in a proof set, one good proof hides a bad one. We refuse sets."""
    record = json.loads(signed())
    bad = {**record["proof"], "proofValue": encode_multibase(bytes(64))}
    (results,) = ask(verify=[{**record, "proof": [record["proof"], bad]}])["verified"]
    assert sorted(result["verified"] for result in results) == [False, True]


def test_we_accept_what_it_signed(ask, signer, draft):
    drafts = [draft(), draft(**RICH)]
    answer = ask(sign=[{"document": d, "seed": SEED.hex(), "created": TIME} for d in drafts])
    for unsigned, theirs in zip(drafts, answer["signed"], strict=True):
        assert {name: item for name, item in theirs.items() if name != "proof"} == unsigned
        assert theirs["proof"]["verificationMethod"].startswith(signer.did + "#")
        raw = write_canonical(theirs)
        # Ours, and the verifier's own: two implementations beside the npm one.
        check_proof(parse_record(raw))
        verify_proof(verifier_parse(raw).value)


def test_both_write_the_same_signature(ask, signed):
    """Ed25519 is deterministic, so equal bytes mean equal canonical forms, hashes and order."""
    ours = json.loads(signed(**RICH))
    unsigned = {name: item for name, item in ours.items() if name != "proof"}
    answer = ask(sign=[{"document": unsigned, "seed": SEED.hex(), "created": TIME}])
    assert answer["signed"] == [ours]


def test_only_local_documents_are_loaded(ask, signed):
    answer = ask(verify=[json.loads(signed())])
    contexts = {"https://www.w3.org/ns/credentials/v2", "https://suyuan.example/ns/v1"}
    assert "did:key" in answer["loaded"]
    assert set(answer["loaded"]) <= contexts | {"did:key"}
