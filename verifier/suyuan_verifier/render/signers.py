"""Everybody whose signature a report rests on, in the order of the log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from suyuan_verifier.render.words import issuer_name, kind_title, opinion_name


@dataclass(frozen=True, slots=True)
class Signer:
    """One signature.

    Attributes:
        kind: of the record that it stands under.
        opinion: how that came out; empty where it is no opinion.
        place: log index.
    """

    place: int
    kind: str
    opinion: str
    name: str
    did: str
    digest: str


def signers(record: dict[str, Any], lang: str) -> list[Signer]:
    """List who signed what is shown of a record, each record once.

    Args:
        record: `report.record`.
        lang: `en` or `zh`.
    """
    found = {
        part["contentDigest"]: Signer(
            part["index"],
            kind_title(kind, lang),
            opinion_name(part.get("outcome") or "", lang),
            issuer_name(part, lang),
            part["issuer"]["id"],
            part["contentDigest"],
        )
        for kind, part in _parts(record)
    }
    return sorted(found.values(), key=lambda signer: signer.place)


def _parts(record: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield record["kind"], record
    if "certificate" in record:
        yield "Certificate", record["certificate"]
    if "factor" in record:
        yield "FactorSubmission", record["factor"]
    footprint = record.get("footprint")
    opinions = [*record.get("filings", []), *record.get("basedOn", [])]
    if footprint is not None:
        yield "FootprintStatement", footprint
        opinions += footprint["verifications"]
        for item in footprint["lineItems"]:
            if "factor" in item:
                factor = item["factor"]
                yield "FactorAdmission", factor
                yield "FactorSubmission", factor["submission"]
                opinions += factor["basedOn"]
    for opinion in opinions:
        yield opinion["kind"], opinion
