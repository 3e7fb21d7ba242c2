"""UNTP Digital Conformity Credential of a certificate (docs/spec/views.md#conformity-credential).

No record names an accreditation, so that `assessmentLevel` is `Unspecified` and `authorisation` is
left out.
"""

from __future__ import annotations

from typing import Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.exchange import untp
from suyuan_ledger.exchange.dossier import CERTIFICATE, Dossier, Held
from suyuan_ledger.exchange.identifiers import derived_urn
from suyuan_ledger.exchange.json_text import present
from suyuan_ledger.exchange.notice import notice

FORMAT = "suyuan/view/untp-dcc@v1"


def certificate_of(dossier: Dossier) -> Held:
    """Return the certificate of a bundle.

    Raises:
        RefusedError: `export.subject`.
    """
    certificate = dossier.certificate
    if certificate is None:
        raise RefusedError("export.subject", expected=CERTIFICATE, found=dossier.subject.kind)
    return certificate


def conformity(dossier: Dossier, issuer: str) -> dict[str, Any]:
    """Project a certificate.

    Args:
        dossier: the bundle.
        issuer: the certifier's did:web.

    Raises:
        RefusedError: `export.subject`.
    """
    certificate = certificate_of(dossier)
    statement = dossier.statement
    says = certificate.subject
    return untp.credential(
        dossier,
        certificate,
        issuer,
        form=FORMAT,
        short="dcc",
        type_="DigitalConformityCredential",
        name="Digital conformity credential",
        sources=[certificate, statement, *dossier.opinions(certificate)],
        subject={
            "type": ["ConformityAttestation", "Attestation"],
            "id": certificate.id,
            "name": f"Certificate {says['certificateNumber']}",
            "assessorLevel": _assessor(dossier, certificate, statement),
            "assessmentLevel": "Unspecified",
            "attestationType": "certification",
            "description": (f"Certification rule: {says['basis']}. {notice(dossier, certificate)}"),
            "issuedToParty": untp.party(dossier, statement),
            "auditableEvidence": untp.secure_link(statement, "Footprint statement"),
            "assessment": [_assessment(dossier, certificate, statement)],
        },
    )


def _assessor(dossier: Dossier, certificate: Held, statement: Held) -> str:
    """Say how the assessor is related to whom it assessed, as far as enrolments show it."""
    assessor = dossier.registered_id(certificate.issuer["id"])
    assessed = dossier.registered_id(statement.issuer["id"])
    if assessor is None or assessed is None:
        return "Unspecified"
    return "Self" if assessor == assessed else "3rdParty"


def _assessment(dossier: Dossier, certificate: Held, statement: Held) -> dict[str, Any]:
    opinions = dossier.opinions(certificate)
    days = [opinion.subject["completedOn"] for opinion in opinions]
    return present(
        type_=["ConformityAssessment", "Declaration"],
        id=derived_urn("assessment", certificate.digest),
        name="Product carbon footprint",
        assessmentDate=max(days, default=None),
        referenceStandard=untp.standard(dossier.method(statement)),
        declaredValue=[untp.footprint_metric(certificate.subject["declared"])],
        conformityTopic=untp.TOPIC,
        conformance=True,
        assessedProduct=[
            {"type": ["ProductVerification"], "product": untp.product(certificate.subject)}
        ],
        assessedFacility=[{"type": ["FacilityVerification"], "facility": untp.facility(statement)}],
        auditor=untp.party(dossier, opinions[-1]) if opinions else None,
    )
