"""What both UNTP 0.6 credentials have in common (docs/spec/views.md#untp-tokens)."""

from __future__ import annotations

from typing import Any

from suyuan_ledger.exchange.dossier import Dossier, Held
from suyuan_ledger.exchange.exact import kilograms
from suyuan_ledger.exchange.identifiers import derived_urn, gtin_of
from suyuan_ledger.exchange.json_text import Digits, present
from suyuan_ledger.exchange.notice import is_illustrative, notice

CREDENTIALS = "https://www.w3.org/ns/credentials/v2"
TOPIC = "environment.emissions"

_VOCABULARY = "https://test.uncefact.org/vocabulary/untp/{}/0.6.0/"


def credential(
    dossier: Dossier,
    record: Held,
    issuer: str,
    *,
    form: str,
    short: str,
    type_: str,
    name: str,
    sources: list[Held],
    subject: dict[str, Any],
) -> dict[str, Any]:
    """Put a credential together.

    Args:
        dossier: the bundle.
        record: what it is projected from.
        issuer: the did:web of the record's issuer.
        form: the view's format name.
        short: `dpp` or `dcc`, as the vocabulary's address has it.
        type_: the credential's type.
        name: for people.
        sources: the records that it rests on, this one first.
        subject: `credentialSubject`.
    """
    data = " (illustrative data)" if is_illustrative(record) else ""
    return present(
        type_=[type_, "VerifiableCredential"],
        id=derived_urn(form, record.digest, issuer),
        name=name + data,
        description=notice(dossier, record),
        issuer={
            "type": ["CredentialIssuer"],
            "id": issuer,
            "name": record.issuer["name"],
            "issuerAlsoKnownAs": [party(dossier, record)],
        },
        validFrom=record.value["validFrom"],
        validUntil=record.value.get("validUntil"),
        relatedResource=[
            {"id": source.id, "digestSRI": source.sri, "mediaType": "application/json"}
            for source in sources
        ],
        credentialSubject=subject,
    ) | {"@context": [CREDENTIALS, _VOCABULARY.format(short)]}


def party(dossier: Dossier, record: Held) -> dict[str, Any]:
    """Name the organisation that signed a record."""
    did = record.issuer["id"]
    return present(id=did, name=record.issuer["name"], registeredId=dossier.registered_id(did))


def product(says: dict[str, Any]) -> dict[str, Any]:
    """Name a product by its first identifier."""
    name = says["productIds"][0]
    return present(id=name, name=says["product"]["name"]["en"], registeredId=gtin_of(name))


def facility(statement: Held) -> dict[str, Any]:
    """Name the place of production."""
    place = statement.subject["facility"]
    return present(
        id=derived_urn("facility", statement.digest),
        name=place["name"]["en"],
        registeredId=place.get("id"),
    )


def secure_link(record: Held, name: str) -> dict[str, Any]:
    """Point to a record by its content digest."""
    return {
        "type": ["SecureLink", "Link"],
        "linkURL": record.id,
        "linkName": name,
        "hashDigest": record.hex_digest,
        "hashMethod": "SHA-256",
    }


def footprint_metric(figure: dict[str, Any]) -> dict[str, Any]:
    """Write a footprint in kg; its declared unit stands in the name, as UNTP has no place for it.

    Args:
        figure: `value` and `unit`, for example `tCO2e/TNE`.
    """
    per = figure["unit"].partition("/")[2]
    return {
        "type": ["Metric"],
        "metricName": f"Product carbon footprint, kgCO2e per {per}",
        "metricValue": {
            "type": ["Measure"],
            "value": Digits(kilograms(figure["value"], figure["unit"])),
            "unit": "KGM",
        },
    }


def standard(method: Held | None) -> dict[str, Any] | None:
    """Name the standard of a method."""
    if method is None:
        return None
    says = method.subject
    publisher = says["sources"][0]["publisher"]["en"]
    return present(
        type_=["Standard"],
        id=method.id,
        name=f"{says['standardNumber']} {says['title']['en']}",
        issuingParty={"id": derived_urn("party", publisher), "name": publisher},
        issueDate=None if says["issueDate"] == "notStated" else says["issueDate"],
    )
