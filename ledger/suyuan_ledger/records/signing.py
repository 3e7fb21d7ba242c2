"""Sign a record and check a record's signature: Data Integrity `eddsa-jcs-2022`.

hashData = SHA-256(JCS(proof without proofValue)) || SHA-256(JCS(record without proof)), in that
order (VC-DI-EDDSA, W3C REC 2025-05-15, section 3.3.4), signed with pure Ed25519 (RFC 8032).
The proof copies the record's `@context`, as the recommendation strongly advises.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.keys.signer import Signer
from suyuan_ledger.records.canonical import check_values, write_canonical
from suyuan_ledger.records.did import (
    check_public_key,
    decode_multibase,
    encode_multibase,
    parse_did_key,
    verification_method,
)
from suyuan_ledger.records.profile import CONTEXT, ParsedRecord, parse_record

CRYPTOSUITE = "eddsa-jcs-2022"
SIGNATURE_SIZE = 64


def proof_hash(proof: dict[str, Any]) -> bytes:
    """Hash a proof's options: everything but `proofValue`."""
    options = proof.copy()
    options.pop("proofValue", None)
    return sha256(write_canonical(options)).digest()


def sign_record(unsigned: dict[str, Any], signer: Signer, created: str) -> bytes:
    """Sign a draft and return the canonical bytes to submit, having checked them.

    Args:
        unsigned: every member but `proof`; `issuer.id` is the signer's did:key.
        signer: holder of the private key.
        created: `YYYY-MM-DDThh:mm:ssZ`; the signer's word, proves nothing about time.

    Raises:
        RefusedError: the draft breaks the profile or names another issuer; what leaves this
            function would pass the ledger's door.
    """
    check_values(unsigned)
    parsed = parse_record(_sign(unsigned, signer, created))
    check_proof(parsed)
    return parsed.canonical


def sign_for_door(unsigned: dict[str, Any], signer: Signer, created: str) -> bytes:
    """Sign a draft that this process submits at once, and leave the check of it to the door.

    For bulk work: the door judges the bytes by every rule of `sign_record`, verifies the signature
    and keeps out what fails, so that a check here would only be the same work a moment earlier.
    Nothing that this function returns may be handed to anybody else before the door took it.

    Args:
        unsigned: as in `sign_record`.
        signer: holder of the private key.
        created: as in `sign_record`.

    Raises:
        RefusedError: the draft names another issuer, or has no canonical bytes.
    """
    try:
        return _sign(unsigned, signer, created)
    except TypeError:
        check_values(unsigned)  # names what has no canonical form
        raise


def _sign(unsigned: dict[str, Any], signer: Signer, created: str) -> bytes:
    issuer = unsigned.get("issuer")
    if not isinstance(issuer, dict) or issuer.get("id") != signer.did:
        raise RefusedError("record.issuer", pointer="/issuer/id", expected=signer.did, found=issuer)
    if "proof" in unsigned:
        raise RefusedError("record.proof", pointer="/proof", expected="a draft without proof")
    proof: dict[str, Any] = {
        "@context": list(CONTEXT),
        "type": "DataIntegrityProof",
        "cryptosuite": CRYPTOSUITE,
        "created": created,
        "verificationMethod": verification_method(signer.did),
        "proofPurpose": "assertionMethod",
    }
    content = sha256(write_canonical(unsigned)).digest()
    signature = signer.sign(proof_hash(proof) + content)
    proof["proofValue"] = encode_multibase(signature)
    return write_canonical({**unsigned, "proof": proof})


def check_proof(parsed: ParsedRecord) -> None:
    """Check that the issuer's key signed exactly this record.

    Raises:
        RefusedError: `sig.method` when the proof names another key than the issuer's, `sig.key`,
            `sig.key_encoding` or `sig.small_order` for a key that cannot be trusted, `sig.value`
            for a malformed signature, `sig.invalid` when it does not hold.
    """
    proof = parsed.value["proof"]
    method = verification_method(parsed.issuer)
    if proof["verificationMethod"] != method:
        raise RefusedError(
            "sig.method",
            pointer="/proof/verificationMethod",
            expected=method,
            found=proof["verificationMethod"],
        )
    key = _load_key(parsed.issuer)
    try:
        key.verify(decode_signature(proof["proofValue"]), proof_hash(proof) + parsed.content_digest)
    except InvalidSignature:
        raise RefusedError(
            "sig.invalid", pointer="/proof/proofValue", expected=f"a signature by {parsed.issuer}"
        ) from None


def decode_signature(proof_value: str) -> bytes:
    """Read `proofValue`: multibase base58btc of exactly 64 bytes.

    Raises:
        RefusedError: `sig.value`.
    """
    try:
        signature = decode_multibase(proof_value)
    except ValueError:
        signature = b""
    if len(signature) != SIGNATURE_SIZE:
        raise RefusedError(
            "sig.value",
            pointer="/proof/proofValue",
            expected=f"z and {SIGNATURE_SIZE} bytes in base58btc",
            found=proof_value,
        )
    return signature


@lru_cache(maxsize=4096)
def _load_key(did: str) -> Ed25519PublicKey:
    try:
        raw = parse_did_key(did)
    except ValueError:
        raise RefusedError(
            "sig.key", pointer="/issuer/id", expected="did:key of an Ed25519 key", found=did
        ) from None
    check_public_key(raw)
    return Ed25519PublicKey.from_public_bytes(raw)
