"""A statement and a certificate as UNTP credentials (docs/spec/views.md#untp-tokens)."""

from __future__ import annotations

import re
from typing import Any

from suyuan_verifier.views.sources import Source, Sources, Statement
from suyuan_verifier.views.terms import (
    NoViewError,
    class_urn,
    hex_digest,
    in_kg,
    name_uuid,
    notice,
    present,
    sri,
    statement_notice,
)
from suyuan_verifier.views.tokens import Number

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DID_WEB = re.compile(
    rf"did:web:{_LABEL}(?:\.{_LABEL})+(?:%3A[0-9]{{1,5}})?(?::[A-Za-z0-9][A-Za-z0-9._-]{{0,63}}){{0,8}}"
)
_MAX_DID_WEB = 256
_GTIN = "urn:gtin:"
_SCOPES = {"cradleToGate": "CradleToGate", "cradleToGrave": "CradleToGrave"}
_VOCABULARY = "https://test.uncefact.org/vocabulary/untp/{}/0.6.0/"
_TOPIC = "environment.emissions"


def is_did_web(text: object) -> bool:
    """Tell whether a text is a did:web that an operator may name."""
    return (
        isinstance(text, str) and len(text) <= _MAX_DID_WEB and _DID_WEB.fullmatch(text) is not None
    )


def token_header(source: Source, issuer: str) -> dict[str, str]:
    """Return the header of a token that the record's own key signs."""
    key = source.value["issuer"]["id"].removeprefix("did:key:")
    return {"alg": "EdDSA", "cty": "vc", "kid": f"{issuer}#{key}", "typ": "vc+jwt"}


def project_passport(sources: Sources, issuer: str) -> tuple[Source, dict[str, Any]]:
    """Project the statement of a bundle as a product passport.

    Args:
        sources: the bundle.
        issuer: the did:web that the token names.

    Returns:
        The record whose key signs, and the payload.

    Raises:
        NoViewError: if the bundle has no statement.
    """
    statement = sources.statement()
    if statement is None:
        raise NoViewError("FootprintStatement")
    projection = _Projection(sources, statement, issuer)
    return statement.source, projection.passport()


def project_conformity(sources: Sources, issuer: str) -> tuple[Source, dict[str, Any]]:
    """Project the certificate of a bundle as a conformity credential; else as above.

    Raises:
        NoViewError: if the bundle has no certificate and statement.
    """
    certificate, statement = sources.on_the_way("Certificate"), sources.statement()
    if certificate is None or statement is None:
        raise NoViewError("Certificate")
    projection = _Projection(sources, statement, issuer)
    return certificate, projection.conformity(certificate)


class _Projection:
    """One bundle on its way into UNTP's words."""

    def __init__(self, sources: Sources, statement: Statement, issuer: str) -> None:
        self._sources = sources
        self._statement = statement
        self._source = statement.source
        self._subject = statement.subject
        self._issuer = issuer
        self._method = sources.method(self._source)

    def passport(self) -> dict[str, Any]:
        certificate = self._sources.on_the_way("Certificate")
        label = self._sources.on_the_way("LabelIssuance")
        related = [each for each in (self._source, certificate, label) if each is not None]
        return self._credential(
            ("dpp", "DigitalProductPassport", "Digital product passport"),
            self._source,
            statement_notice(self._statement),
            related,
            present(
                {
                    "type": ["ProductPassport"],
                    "product": self._described_product(label),
                    "granularityLevel": "model",
                    "conformityClaim": [self._claim(certificate)] if certificate else None,
                    "emissionsScorecard": self._scorecard(),
                }
            ),
        )

    def conformity(self, certificate: Source) -> dict[str, Any]:
        subject = certificate.subject
        linked = certificate.targets("basedOn")
        opinions = [
            each for each in self._sources.of_kind("FootprintVerification") if each.digest in linked
        ]
        said = notice(certificate)
        return self._credential(
            ("dcc", "DigitalConformityCredential", "Digital conformity credential"),
            certificate,
            said,
            [certificate, self._source, *opinions],
            {
                "type": ["ConformityAttestation", "Attestation"],
                "id": certificate.record.id,
                "name": f"Certificate {subject['certificateNumber']}",
                "assessorLevel": self._assessor(certificate),
                "assessmentLevel": "Unspecified",
                "attestationType": "certification",
                "description": f"Certification rule: {subject['basis']}. {said}",
                "issuedToParty": self._party(self._source),
                "auditableEvidence": _secure(self._source, "Footprint statement"),
                "assessment": [self._assessment(certificate, opinions)],
            },
        )

    def _credential(
        self,
        words: tuple[str, str, str],
        source: Source,
        description: str,
        related: list[Source],
        subject: dict[str, Any],
    ) -> dict[str, Any]:
        vocabulary, kind, name = words
        if source.subject["dataStatus"] == "illustrative":
            name += " (illustrative data)"
        value = source.value
        return present(
            {
                "@context": [
                    "https://www.w3.org/ns/credentials/v2",
                    _VOCABULARY.format(vocabulary),
                ],
                "type": [kind, "VerifiableCredential"],
                "id": _urn(f"suyuan/view/untp-{vocabulary}@v1", source.digest, self._issuer),
                "name": name,
                "description": description,
                "issuer": {
                    "type": ["CredentialIssuer"],
                    "id": self._issuer,
                    "name": value["issuer"]["name"],
                    "issuerAlsoKnownAs": [self._party(source)],
                },
                "validFrom": value["validFrom"],
                "validUntil": value.get("validUntil"),
                "relatedResource": [
                    {
                        "id": each.record.id,
                        "digestSRI": sri(each),
                        "mediaType": "application/json",
                    }
                    for each in related
                ],
                "credentialSubject": subject,
            }
        )

    def _described_product(self, label: Source | None) -> dict[str, Any]:
        subject = self._subject
        product = _product(subject)
        scheme = None
        if "registeredId" in product:
            scheme = {
                "type": ["IdentifierScheme"],
                "id": "https://id.gs1.org/01/",
                "name": "Global Trade Identification Number (GTIN)",
            }
        link = None
        if label is not None:
            number = label.subject["labelNumber"]
            link = [
                {"type": ["Link"], "linkURL": label.subject["qr"], "linkName": f"Label {number}"}
            ]
        geography = subject["facility"]["geography"]
        country = "CN" if geography["scheme"] == "CN-GRID" else geography["code"][:2]
        return present(
            {
                **product,
                "type": ["Product"],
                "idScheme": scheme,
                "description": subject["product"].get("specification", {}).get("en"),
                "productCategory": [
                    {
                        "type": ["Classification"],
                        "id": class_urn(entry),
                        "code": entry["code"],
                        "name": entry["name"]["en"],
                        "schemeName": entry["scheme"],
                    }
                    for entry in subject["classification"]
                ],
                "furtherInformation": link,
                "producedByParty": self._party(self._source),
                "producedAtFacility": self._facility(),
                "countryOfProduction": country,
            }
        )

    def _claim(self, certificate: Source) -> dict[str, Any]:
        number = certificate.subject["certificateNumber"]
        return present(
            {
                "type": ["Claim", "Declaration"],
                "id": _urn("claim", self._source.digest),
                "description": statement_notice(self._statement),
                "referenceStandard": self._standard(),
                "declaredValue": [_metric(self._subject["result"])],
                "conformance": True,
                "conformityTopic": _TOPIC,
                "conformityEvidence": _secure(certificate, f"Certificate {number}"),
            }
        )

    def _scorecard(self) -> dict[str, Any]:
        subject = self._subject
        result = subject["result"]
        return present(
            {
                "type": ["EmissionsPerformance"],
                "carbonFootprint": Number(in_kg(result["value"], result["unit"])),
                "declaredUnit": subject["declaredUnit"],
                "operationalScope": _SCOPES.get(subject["systemBoundary"], "None"),
                "primarySourcedRatio": Number(subject["primaryDataShare"]["both"]),
                "reportingStandard": self._standard(),
            }
        )

    def _assessor(self, certificate: Source) -> str:
        """Whether whoever certifies is somebody else than whoever states."""
        issuers = [each.value["issuer"]["id"] for each in (certificate, self._source)]
        first, second = map(self._sources.registered_id, issuers)
        if first is None or second is None:
            return "Unspecified"
        return "Self" if first == second else "3rdParty"

    def _assessment(self, certificate: Source, opinions: list[Source]) -> dict[str, Any]:
        days = [each.subject["completedOn"] for each in opinions]
        return present(
            {
                "type": ["ConformityAssessment", "Declaration"],
                "id": _urn("assessment", certificate.digest),
                "name": "Product carbon footprint",
                "assessmentDate": max(days, default=None),
                "referenceStandard": self._standard(),
                "declaredValue": [_metric(certificate.subject["declared"])],
                "conformityTopic": _TOPIC,
                "conformance": True,
                "assessedProduct": [
                    {"type": ["ProductVerification"], "product": _product(certificate.subject)}
                ],
                "assessedFacility": [
                    {"type": ["FacilityVerification"], "facility": self._facility()}
                ],
                "auditor": self._party(opinions[-1]) if opinions else None,
            }
        )

    def _facility(self) -> dict[str, Any]:
        facility = self._subject["facility"]
        return present(
            {
                "id": _urn("facility", self._source.digest),
                "name": facility["name"]["en"],
                "registeredId": facility.get("id"),
            }
        )

    def _standard(self) -> dict[str, Any] | None:
        method = self._method
        if method is None:
            return None
        subject = method.subject
        publisher, issued = subject["sources"][0]["publisher"]["en"], subject["issueDate"]
        return present(
            {
                "type": ["Standard"],
                "id": method.record.id,
                "name": f"{subject['standardNumber']} {subject['title']['en']}",
                "issuingParty": {"id": _urn("party", publisher), "name": publisher},
                "issueDate": None if issued == "notStated" else issued,
            }
        )

    def _party(self, source: Source) -> dict[str, Any]:
        issuer = source.value["issuer"]
        registered = self._sources.registered_id(issuer["id"])
        return present({"id": issuer["id"], "name": issuer["name"], "registeredId": registered})


def _product(subject: dict[str, Any]) -> dict[str, Any]:
    first: str = subject["productIds"][0]
    digits = first.removeprefix(_GTIN) if first.startswith(_GTIN) else None
    return present({"id": first, "name": subject["product"]["name"]["en"], "registeredId": digits})


def _metric(figure: dict[str, Any]) -> dict[str, Any]:
    per = figure["unit"].partition("/")[2]
    value = Number(in_kg(figure["value"], figure["unit"]))
    return {
        "type": ["Metric"],
        "metricName": f"Product carbon footprint, kgCO2e per {per}",
        "metricValue": {"type": ["Measure"], "value": value, "unit": "KGM"},
    }


def _secure(source: Source, name: str) -> dict[str, Any]:
    return {
        "type": ["SecureLink", "Link"],
        "linkURL": source.record.id,
        "linkName": name,
        "hashDigest": hex_digest(source),
        "hashMethod": "SHA-256",
    }


def _urn(*words: str) -> str:
    return f"urn:uuid:{name_uuid(*words)}"
