"""Credentials as `vc+jwt`: a JWS in compact form, signed with the record's own key.

Source: docs/spec/views.md#untp-tokens; W3C Securing Verifiable Credentials using JOSE and COSE
(2025-05-15); RFC 7515; RFC 8037.
"""

from __future__ import annotations

import base64
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.exchange.conformity import certificate_of, conformity
from suyuan_ledger.exchange.did_web import check_did_web, key_id, public_jwk
from suyuan_ledger.exchange.json_text import write_json
from suyuan_ledger.exchange.passport import passport

if TYPE_CHECKING:
    from suyuan_ledger.exchange.dossier import Dossier, Held
    from suyuan_ledger.keys.signer import Signer

ALGORITHM = "EdDSA"


def write_passport(dossier: Dossier, issuer: str, signer: Signer) -> bytes:
    """Write a product passport.

    Args:
        dossier: the bundle.
        issuer: the producer's did:web.
        signer: the key that signed the statement.

    Raises:
        RefusedError: `export.subject`, `export.issuer`, `export.key`.
    """
    return _write(dossier.statement, dossier, issuer, signer, passport)


def write_conformity(dossier: Dossier, issuer: str, signer: Signer) -> bytes:
    """Write a conformity credential.

    Args:
        dossier: the bundle.
        issuer: the certifier's did:web.
        signer: the key that signed the certificate.

    Raises:
        RefusedError: `export.subject`, `export.issuer`, `export.key`.
    """
    return _write(certificate_of(dossier), dossier, issuer, signer, conformity)


def sign_token(payload: bytes, issuer: str, signer: Signer) -> bytes:
    """Envelop a credential.

    Args:
        payload: the credential.
        issuer: its did:web.
        signer: its key; what it signs is read back with the key's JWK before it leaves.

    Returns:
        The token, in ASCII.
    """
    header = {
        "alg": ALGORITHM,
        "cty": "vc",
        "kid": key_id(issuer, signer.did),
        "typ": "vc+jwt",
    }
    signed = _base64url(write_json(header)) + b"." + _base64url(payload)
    token = signed + b"." + _base64url(signer.sign(signed))
    _check(token, signer.did)
    return token


def _check(token: bytes, did: str) -> None:
    """Let a JOSE library read back what is about to leave.

    It cannot sign: it takes only keys that it holds itself, and a key may live in a device.
    """
    from joserfc import jws  # noqa: PLC0415 - only tokens need it
    from joserfc.errors import SecurityWarning  # noqa: PLC0415
    from joserfc.jwk import OKPKey  # noqa: PLC0415

    with warnings.catch_warnings():
        # RFC 9864 has a new name for the algorithm; UNTP 0.6 asks for the old one.
        warnings.simplefilter("ignore", SecurityWarning)
        jws.deserialize_compact(
            token, OKPKey.import_key({**public_jwk(did)}), algorithms=[ALGORITHM]
        )


def _write(
    record: Held,
    dossier: Dossier,
    issuer: str,
    signer: Signer,
    project: Callable[[Dossier, str], dict[str, Any]],
) -> bytes:
    check_did_web(issuer)
    if signer.did != record.issuer["id"]:
        raise RefusedError("export.key", expected=record.issuer["id"], found=signer.did)
    return sign_token(write_json(project(dossier, issuer)), issuer, signer)


def _base64url(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")
