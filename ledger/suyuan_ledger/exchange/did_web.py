"""Issuers of tokens: a did:web, and the DID document that its holder serves.

Source: docs/spec/views.md#untp-tokens; W3C CCG did:web; Controlled Identifiers 1.0 (JsonWebKey).
"""

from __future__ import annotations

import base64
import re
from typing import Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.exchange.json_text import write_json_file
from suyuan_ledger.records.did import DID_KEY_PREFIX, parse_did_key

MAX_CHARS = 256
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DID_WEB = re.compile(
    rf"did:web:{_LABEL}(?:\.{_LABEL})+(?:%3A[0-9]{{1,5}})?(?::[A-Za-z0-9][A-Za-z0-9._-]{{0,63}}){{0,8}}",
    re.ASCII,
)


def check_did_web(did: str) -> str:
    """Check the syntax of an issuer and return it.

    Raises:
        RefusedError: `export.issuer`.
    """
    if len(did) > MAX_CHARS or not _DID_WEB.fullmatch(did):
        raise RefusedError("export.issuer", expected="did:web:host[%3Aport][:path]", found=did)
    return did


def key_id(issuer: str, did_key: str) -> str:
    """Name a key of an issuer: the did:web, and the key itself as the fragment."""
    return f"{issuer}#{did_key.removeprefix(DID_KEY_PREFIX)}"


def did_document(issuer: str, did_key: str) -> dict[str, Any]:
    """Make the DID document of an issuer with one key.

    Args:
        issuer: its did:web.
        did_key: the key with which it signs records.

    Raises:
        RefusedError: `export.issuer`.
    """
    check_did_web(issuer)
    name = key_id(issuer, did_key)
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"],
        "id": issuer,
        "alsoKnownAs": [did_key],
        "verificationMethod": [
            {
                "id": name,
                "type": "JsonWebKey",
                "controller": issuer,
                "publicKeyJwk": public_jwk(did_key),
            }
        ],
        "assertionMethod": [name],
    }


def public_jwk(did_key: str) -> dict[str, str]:
    """Write an Ed25519 key as a JSON Web Key (RFC 8037 section 2)."""
    raw = base64.urlsafe_b64encode(parse_did_key(did_key)).rstrip(b"=").decode("ascii")
    return {"kty": "OKP", "crv": "Ed25519", "x": raw}


def write_did_document(issuer: str, did_key: str) -> bytes:
    """Write the DID document of an issuer.

    Raises:
        RefusedError: `export.issuer`.
    """
    return write_json_file(did_document(issuer, did_key))
