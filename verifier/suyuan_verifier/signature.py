"""Data Integrity `eddsa-jcs-2022` (W3C REC 2025-05-15, section 3.3) over Ed25519 (RFC 8032).

hashData = SHA-256(JCS(proof without proofValue)) || SHA-256(JCS(record without proof)), in that
order; the signature is pure Ed25519 over those 64 bytes, checked without the cofactor.

A small-order public key "verifies" signatures that nobody made over any message, and a
non-canonical encoding gives one key two names: both are refused before the signature is looked at.
"""

from __future__ import annotations

from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from suyuan_verifier.canonical import canonical, sha256
from suyuan_verifier.errors import MalformedError, ProofError
from suyuan_verifier.multibase import decode_base58btc, parse_did_key

_P = 2**255 - 19
_Y_MASK = 2**255 - 1
_Y8 = int.from_bytes(
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
)
# The y coordinates of the eight points whose order divides the cofactor 8; a test recomputes them
# from the curve equation of RFC 8032 section 5.1.
SMALL_ORDER_Y = frozenset({0, 1, _P - 1, _Y8, _P - _Y8})


def check_public_key(public_key: bytes) -> None:
    """Refuse keys that no honest signer has.

    Args:
        public_key: 32 bytes, RFC 8032 section 5.1.2 encoding.

    Raises:
        MalformedError: `sig.key_encoding` for y >= p, `sig.small_order` for a small-order point.
    """
    y = int.from_bytes(public_key, "little") & _Y_MASK
    if y >= _P:
        raise MalformedError("sig.key_encoding", expected="y < 2^255-19", found=public_key.hex())
    if y in SMALL_ORDER_Y:
        raise MalformedError("sig.small_order", found=public_key.hex())


def proof_hash_data(value: dict[str, Any], content_digest: bytes | None = None) -> bytes:
    """Return the 64 bytes that the proof of a secured document signs.

    Args:
        value: the document with its proof.
        content_digest: SHA-256 of the canonical document without proof, computed here if absent.
    """
    proof = {name: member for name, member in value["proof"].items() if name != "proofValue"}
    if content_digest is None:
        document = {name: member for name, member in value.items() if name != "proof"}
        content_digest = sha256(canonical(document))
    return sha256(canonical(proof)) + content_digest


def verify_proof(value: dict[str, Any], content_digest: bytes | None = None) -> None:
    """Verify the one proof of a record whose profile holds.

    Args:
        value: the record.
        content_digest: its content digest if the caller has just computed it from this very value.

    Raises:
        MalformedError: `sig.key`, `sig.key_encoding`, `sig.small_order` or `sig.value`.
        ProofError: `sig.method` if the proof names another key than the issuer's, `sig.invalid`
            if the signature does not verify.
    """
    proof = value["proof"]
    issuer = value["issuer"]["id"]
    method = f"{issuer}#{issuer.removeprefix('did:key:')}"
    if proof["verificationMethod"] != method:
        raise ProofError(
            "sig.method",
            pointer="/proof/verificationMethod",
            expected=method,
            found=proof["verificationMethod"],
        )
    public_key = parse_did_key(issuer)
    check_public_key(public_key)
    signature = decode_base58btc(proof["proofValue"], 64, "sig.value")
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(
            signature, proof_hash_data(value, content_digest)
        )
    except (InvalidSignature, ValueError):
        raise ProofError("sig.invalid", pointer="/proof/proofValue") from None
