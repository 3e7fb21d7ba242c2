"""Tokens are verified by an independent JOSE library with the key that the DID document names."""

from __future__ import annotations

import base64
import json

import exchange_cases as cases
import pytest
from footprint_story import label_story
from joserfc import jws
from joserfc.errors import BadSignatureError
from joserfc.jwk import OKPKey
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.exchange.conformity import conformity
from suyuan_ledger.exchange.did_web import check_did_web, write_did_document
from suyuan_ledger.exchange.json_text import write_json
from suyuan_ledger.exchange.passport import passport
from suyuan_ledger.exchange.token import write_conformity, write_passport

pytestmark = pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
"""RFC 9864 renames the algorithm; UNTP 0.6 asks for the old name."""

PRODUCER, CERTIFIER = cases.signer("producer"), cases.signer("certifier")


@pytest.fixture(scope="module")
def held():
    return cases.dossier(label_story(), "label")


def verified(token, document):
    """Verify a token as a stranger does, who has resolved the issuer's DID document."""
    header = json.loads(_decoded(token.split(b".")[0]))
    method = next(one for one in document["verificationMethod"] if one["id"] == header["kid"])
    assert method["id"] in document["assertionMethod"]
    assert method["controller"] == document["id"] == header["kid"].partition("#")[0]
    key = OKPKey.import_key(method["publicKeyJwk"])
    return jws.deserialize_compact(token, key, algorithms=["EdDSA"])


def _decoded(part):
    return base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))


def test_joserfc_verifies_a_passport_with_the_key_of_the_did_document(held):
    document = json.loads(write_did_document(cases.PRODUCER_DID, PRODUCER.did))
    token = write_passport(held, cases.PRODUCER_DID, PRODUCER)
    signature = verified(token, document)
    assert signature.payload == write_json(passport(held, cases.PRODUCER_DID))
    assert signature.headers() == {
        "alg": "EdDSA",
        "cty": "vc",
        "kid": f"{cases.PRODUCER_DID}#{PRODUCER.did.removeprefix('did:key:')}",
        "typ": "vc+jwt",
    }


def test_joserfc_verifies_a_conformity_credential(held):
    document = json.loads(write_did_document(cases.CERTIFIER_DID, CERTIFIER.did))
    token = write_conformity(held, cases.CERTIFIER_DID, CERTIFIER)
    assert verified(token, document).payload == write_json(conformity(held, cases.CERTIFIER_DID))


def test_joserfc_refuses_what_was_changed(held):
    document = json.loads(write_did_document(cases.PRODUCER_DID, PRODUCER.did))
    header, payload, signature = write_passport(held, cases.PRODUCER_DID, PRODUCER).split(b".")
    changed = _decoded(payload).replace(b"4367.325", b"4367.324")
    assert changed != _decoded(payload)
    forged = base64.urlsafe_b64encode(changed).rstrip(b"=")
    with pytest.raises(BadSignatureError):
        verified(b".".join((header, forged, signature)), document)


def test_a_token_is_bytes_without_line_feed_and_the_same_again(held):
    first = write_passport(held, cases.PRODUCER_DID, PRODUCER)
    assert first.isascii()
    assert first.count(b".") == 2
    assert not first.endswith(b"\n")
    assert write_passport(held, cases.PRODUCER_DID, PRODUCER) == first


@pytest.mark.filterwarnings("error")
def test_nobody_is_warned_of_a_name(held):
    """What the library thinks of the algorithm's name is nothing for whoever exports."""
    write_passport(held, cases.PRODUCER_DID, PRODUCER)


def test_only_the_key_that_signed_the_record_makes_its_token(held, refuses):
    with refuses("export.key", RefusedError):
        write_passport(held, cases.PRODUCER_DID, CERTIFIER)
    with refuses("export.key", RefusedError):
        write_conformity(held, cases.CERTIFIER_DID, PRODUCER)


def test_the_did_document_is_that_of_one_key():
    document = json.loads(write_did_document(cases.PRODUCER_DID, PRODUCER.did))
    assert document["id"] == cases.PRODUCER_DID
    assert document["alsoKnownAs"] == [PRODUCER.did]
    (method,) = document["verificationMethod"]
    assert method["type"] == "JsonWebKey"
    assert _decoded(method["publicKeyJwk"]["x"].encode()) == PRODUCER.public_key


@pytest.mark.parametrize(
    "did",
    [
        "did:web:producer.example",
        "did:web:a.b.producer.example",
        "did:web:producer.example%3A8443",
        "did:web:producer.example:path:to:one",
        "did:web:xn--fiq228c.example",
    ],
)
def test_issuers(did):
    assert check_did_web(did) == did


@pytest.mark.parametrize(
    "did",
    [
        "",
        "did:key:z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd",
        "did:web:",
        "did:web:localhost",
        "did:web:Producer.example",
        "did:web:producer..example",
        "did:web:-producer.example",
        "did:web:producer.example:8443:",
        "did:web:producer.example/path",
        "did:web:producer.example:..",
        "did:web:producer.example#key",
        "did:web:producer.example?x",
        "did:web:producer.example%3A",
        "did:web:producer.example%2Fx",
        "did:web:producer.example\n",
        "did:web:" + ("a" * 64) + ".example",
        "did:web:producer.example" + ":a" * 9,
        "did:web:" + "a." * 125 + "example",
        "did:web:例.example",
    ],
)
def test_what_is_no_issuer(did, held, refuses):
    with refuses("export.issuer", RefusedError):
        check_did_web(did)
    with refuses("export.issuer", RefusedError):
        write_passport(held, did, PRODUCER)
    with refuses("export.issuer", RefusedError):
        write_did_document(did, PRODUCER.did)
