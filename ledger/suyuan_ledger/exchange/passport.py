"""UNTP Digital Product Passport of a footprint statement (docs/spec/views.md#product-passport)."""

from __future__ import annotations

from typing import Any

from suyuan_ledger.exchange import untp
from suyuan_ledger.exchange.dossier import Dossier, Held
from suyuan_ledger.exchange.exact import kilograms
from suyuan_ledger.exchange.identifiers import class_urn, derived_urn
from suyuan_ledger.exchange.json_text import Digits, present
from suyuan_ledger.exchange.notice import notice

FORMAT = "suyuan/view/untp-dpp@v1"

_GTIN_SCHEME = {
    "type": ["IdentifierScheme"],
    "id": "https://id.gs1.org/01/",
    "name": "Global Trade Identification Number (GTIN)",
}
_SCOPES = {"cradleToGate": "CradleToGate", "cradleToGrave": "CradleToGrave"}
_COUNTRY = 2


def passport(dossier: Dossier, issuer: str) -> dict[str, Any]:
    """Project a statement.

    Args:
        dossier: the bundle.
        issuer: the producer's did:web.

    Raises:
        RefusedError: `export.subject`.
    """
    statement = dossier.statement
    certificate = dossier.certificate
    return untp.credential(
        dossier,
        statement,
        issuer,
        form=FORMAT,
        short="dpp",
        type_="DigitalProductPassport",
        name="Digital product passport",
        sources=[
            record for record in (statement, certificate, dossier.label) if record is not None
        ],
        subject=present(
            type_=["ProductPassport"],
            product=_product(dossier, statement),
            granularityLevel="model",
            conformityClaim=[_claim(dossier, statement, certificate)] if certificate else None,
            emissionsScorecard=_scorecard(dossier, statement),
        ),
    )


def _product(dossier: Dossier, statement: Held) -> dict[str, Any]:
    says = statement.subject
    named = untp.product(says)
    place = says["facility"]["geography"]
    label = dossier.label
    return named | present(
        type_=["Product"],
        idScheme=_GTIN_SCHEME if "registeredId" in named else None,
        description=says["product"].get("specification", {}).get("en"),
        productCategory=[
            {
                "type": ["Classification"],
                "id": class_urn(entry),
                "code": entry["code"],
                "name": entry["name"]["en"],
                "schemeName": entry["scheme"],
            }
            for entry in says["classification"]
        ],
        furtherInformation=[_label_link(label)] if label else None,
        producedByParty=untp.party(dossier, statement),
        producedAtFacility=untp.facility(statement),
        # The only other scheme names parts of China's grid.
        countryOfProduction=place["code"][:_COUNTRY] if place["scheme"] == "ISO3166" else "CN",
    )


def _label_link(label: Held) -> dict[str, Any]:
    return {
        "type": ["Link"],
        "linkURL": label.subject["qr"],
        "linkName": f"Label {label.subject['labelNumber']}",
    }


def _claim(dossier: Dossier, statement: Held, certificate: Held) -> dict[str, Any]:
    """Claim what a certificate confirms; UNTP 0.6 asks whether a claim conforms."""
    return present(
        type_=["Claim", "Declaration"],
        id=derived_urn("claim", statement.digest),
        description=notice(dossier, statement),
        referenceStandard=untp.standard(dossier.method(statement)),
        declaredValue=[untp.footprint_metric(statement.subject["result"])],
        conformance=True,
        conformityTopic=untp.TOPIC,
        conformityEvidence=untp.secure_link(
            certificate, f"Certificate {certificate.subject['certificateNumber']}"
        ),
    )


def _scorecard(dossier: Dossier, statement: Held) -> dict[str, Any]:
    says = statement.subject
    result = says["result"]
    return present(
        type_=["EmissionsPerformance"],
        carbonFootprint=Digits(kilograms(result["value"], result["unit"])),
        declaredUnit=says["declaredUnit"],
        operationalScope=_SCOPES.get(says["systemBoundary"], "None"),
        primarySourcedRatio=Digits(says["primaryDataShare"]["both"]),
        reportingStandard=untp.standard(dossier.method(statement)),
    )
