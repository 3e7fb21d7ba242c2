"""Keys and proofs: W3C's own vectors, the curve's own equation, and every way to be refused."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from simulator import Actor, Ledger, base58btc, did_key, edited, resign
from suyuan_verifier import MalformedError, ProofError
from suyuan_verifier.canonical import canonical, parse_json, sha256
from suyuan_verifier.multibase import (
    decode_base58btc,
    encode_base58btc,
    format_did_key,
    parse_did_key,
)
from suyuan_verifier.signature import (
    SMALL_ORDER_Y,
    check_public_key,
    proof_hash_data,
    verify_proof,
)

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P


@pytest.fixture(scope="module")
def w3c(vectors_dir):
    return vectors_dir / "vc"


def read(path):
    return parse_json(path.read_bytes(), prefix="record", max_bytes=1 << 20, max_depth=32)


def test_w3c_vector_value_by_value(w3c):
    """W3C vc-di-eddsa, representation eddsa-jcs-2022: every intermediate value."""
    folder = w3c / "eddsa-jcs-2022"

    def text(name):
        return (folder / name).read_text("utf-8").strip()

    unsigned, signed = read(w3c / "unsigned.json"), read(folder / "signedJCS.json")
    assert canonical(unsigned).decode() == text("canonDocJCS.txt")
    assert sha256(canonical(unsigned)).hex() == text("docHashJCS.txt")
    options = read(folder / "proofConfigJCS.json")
    assert canonical(options).decode() == text("proofCanonJCS.txt")
    assert sha256(canonical(options)).hex() == text("proofHashJCS.txt")
    hash_data = proof_hash_data(signed)
    assert hash_data.hex() == text("combinedHashJCS.txt")
    signature = decode_base58btc(signed["proof"]["proofValue"], 64, "sig.value")
    assert signature.hex() == text("sigHexJCS.txt")
    assert encode_base58btc(signature) == text("sigBTC58JCS.txt")
    key = "did:key:" + json.loads((w3c / "keyPair.json").read_bytes())["publicKeyMultibase"]
    Ed25519PublicKey.from_public_bytes(parse_did_key(key)).verify(signature, hash_data)


def add(first, second):
    """Affine addition on the twisted Edwards curve, RFC 8032 section 5.1.4."""
    (a, b), (c, d) = first, second
    product = D * a * b * c * d % P
    x = (a * d + b * c) * pow(1 + product, -1, P)
    y = (b * d + a * c) * pow(1 - product, -1, P)
    return x % P, y % P


def recover_x(y):
    """Square root of (y^2 - 1) / (d y^2 + 1), RFC 8032 section 5.1.3; None if there is none."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    return x if x * x % P == square else None


def multiply(scalar, point):
    """Double and add."""
    total = (0, 1)
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point, scalar = add(point, point), scalar >> 1
    return total


def test_small_order_list_is_the_curves_own():
    """L times any point has an order that divides 8; one of order 8 generates all eight points."""
    order = 2**252 + 27742317777372353535851937790883648493
    points = ((recover_x(y), y) for y in range(2, 100) if recover_x(y) is not None)
    torsion = (multiply(order, point) for point in points)
    generator = next(point for point in torsion if multiply(4, point) != (0, 1))
    eight = {multiply(scalar, generator) for scalar in range(8)}
    assert len(eight) == 8
    assert multiply(8, generator) == (0, 1)
    assert {y for _, y in eight} == SMALL_ORDER_Y


@pytest.mark.parametrize("y", sorted(SMALL_ORDER_Y))
@pytest.mark.parametrize("sign", [0, 1])
def test_small_order_key_is_refused(y, sign):
    with pytest.raises(MalformedError) as caught:
        check_public_key((y | sign << 255).to_bytes(32, "little"))
    assert caught.value.code == "sig.small_order"


@pytest.mark.parametrize("y", range(P, 2**255, 4))
@pytest.mark.parametrize("sign", [0, 1])
def test_key_that_is_not_canonical_is_refused(y, sign):
    with pytest.raises(MalformedError) as caught:
        check_public_key((y | sign << 255).to_bytes(32, "little"))
    assert caught.value.code == "sig.key_encoding"


def test_why_small_order_is_refused():
    """The library alone accepts one signature by the neutral point under every message."""
    neutral = b"\x01" + bytes(31)
    for message in (b"one", b"another"):
        Ed25519PublicKey.from_public_bytes(neutral).verify(neutral + bytes(32), message)


@given(st.binary(min_size=1, max_size=64))
def test_base58_round_trip(data):
    assert encode_base58btc(data) == base58btc(data)
    assert decode_base58btc(encode_base58btc(data), len(data), "sig.value") == data


@given(st.text(max_size=130))
def test_base58_has_one_spelling(text):
    try:
        data = decode_base58btc(text, 32, "sig.value")
    except MalformedError:
        return
    assert encode_base58btc(data) == text


@pytest.mark.parametrize(
    "did",
    [
        "",
        "did:key:",
        "did:web:example.com",
        "did:key:m7QE" + "A" * 43,
        "did:key:z6Mk",
        "did:key:z" + "1" * 121,
        Actor("a").did + "#",
        " " + Actor("a").did,
        Actor("a").did.replace("z6Mk", "z16Mk"),
        "did:key:" + base58btc(b"\xec\x01" + bytes(32)),
        "did:key:" + base58btc(b"\xed\x01" + bytes(31)),
    ],
)
def test_no_ed25519_did_key(did):
    with pytest.raises(MalformedError) as caught:
        parse_did_key(did)
    assert caught.value.code == "sig.key"


def test_did_key_round_trip():
    actor = Actor("a")
    assert parse_did_key(actor.did) == actor.public_key
    assert format_did_key(actor.public_key) == actor.did == did_key(actor.public_key)


@pytest.fixture
def record():
    ledger = Ledger()
    return ledger.factor(ledger.provider)


def refused(record, code, kind=ProofError):
    with pytest.raises(kind) as caught:
        verify_proof(record)
    assert caught.value.code == code


def test_good_proof(record):
    verify_proof(record)


def test_every_signed_member_is_signed(record):
    """Any change of any member but the signature itself breaks the signature."""
    for name in record.keys() - {"proof", "issuer"}:
        refused(edited(record, name, to="changed"), "sig.invalid")
    for name in record["proof"].keys() - {"proofValue", "verificationMethod"}:
        refused(edited(record, "proof", name, to="changed"), "sig.invalid")
    refused(edited(record, "issuer", "name", to="changed"), "sig.invalid")


def test_hash_order_is_options_first(record):
    options = {name: item for name, item in record["proof"].items() if name != "proofValue"}
    document = {name: item for name, item in record.items() if name != "proof"}
    swapped = sha256(canonical(document)) + sha256(canonical(options))
    value = base58btc(Actor("provider").sign(swapped))
    refused(edited(record, "proof", "proofValue", to=value), "sig.invalid")


def test_scalar_beyond_the_order_is_refused(record):
    """S + L is the same scalar in another spelling: malleability (RFC 8032 section 5.1.7)."""
    order = 2**252 + 27742317777372353535851937790883648493
    signature = decode_base58btc(record["proof"]["proofValue"], 64, "sig.value")
    scalar = int.from_bytes(signature[32:], "little") + order
    bent = base58btc(signature[:32] + scalar.to_bytes(32, "little"))
    refused(edited(record, "proof", "proofValue", to=bent), "sig.invalid")


def test_method_of_another_key(record):
    other = Actor("stranger").did
    method = f"{other}#{other.removeprefix('did:key:')}"
    bent = edited(record, "proof", "verificationMethod", to=method)
    refused(resign(bent, Actor("provider")), "sig.method")


def test_key_that_is_no_point_verifies_nothing(record):
    """Y = 2 is on the curve or not; whichever such y has no x is no key, and no crash."""
    y = next(y for y in range(2, 50) if recover_x(y) is None)
    did = did_key(y.to_bytes(32, "little"))
    bent = edited(record, "issuer", "id", to=did)
    bent = edited(bent, "proof", "verificationMethod", to=f"{did}#{did.removeprefix('did:key:')}")
    refused(bent, "sig.invalid")
