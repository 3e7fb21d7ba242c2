"""Bundles to make views of: a label's, a sealed one, one with every category, CBAM data.

The organisations and products are fictional; see `footprint_records`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

import footprint_records as says
import governance_records
from footprint_story import FootprintStory, certified_story, label_story, stated_story
from signed_records import sha256
from simulator import jcs
from suyuan_ledger.exchange.dossier import Dossier, read_dossier
from suyuan_ledger.exchange.pact import PactFacts
from suyuan_ledger.keys.signer import MemorySigner

PRODUCER_DID = "did:web:producer.example"
CERTIFIER_DID = "did:web:certifier.example:footprints"
FACTS = PactFacts.read("0.25", ["PACT-3.0", "ISO14067"])


def signer(label: str) -> MemorySigner:
    """The key of somebody in a story."""
    return MemorySigner.from_seed(sha256(label.encode()))


def dossier(story: FootprintStory, subject: str, **export: Any) -> Dossier:
    """What is in the bundle of a record of a story."""
    bundle, _ = story.export(subject, **export)
    return read_dossier(json.loads(jcs(bundle)))


def stated(lines: Iterable[dict] | None = None, **changes: Any) -> Dossier:
    """The bundle of one statement whose members are replaced."""
    story = stated_story()
    made = [story.power("electricity", quantity="1000")] if lines is None else lines
    return dossier(story.state(lines=made, **changes), "statement")


def emission(name: str, kilograms: str, **changes: Any) -> dict:
    """A line item of so many kilograms of CO2."""
    figures = {"quantity": kilograms, "unit": "KGM", "gas": {"name": "CO2", "gwp": "1"}}
    return says.line(name, "directEmission", **{**figures, **changes})


def uptake(name: str, kilograms: str) -> dict:
    """A line item that takes CO2 up."""
    return says.line(
        name,
        "external",
        category="biogenicUptake",
        stage="rawMaterial",
        quantity=kilograms,
        unit="KGM",
        external=says.external("-1", "kgCO2e/KGM"),
    )


def rich_story() -> FootprintStory:
    """A statement of every category with a method, a cut-off and an allocation, replaced once."""
    story = stated_story()
    story.log("method", "MethodReference", "root", governance_records.method_reference())
    story.state("older")
    named = governance_records.words("Example additive")
    item = {"name": named, "share": "0.0075", "reason": governance_records.words("Too small")}
    return story.state(
        lines=[
            emission("a-fossil", "100.5", allocation=says.allocation("0.5")),
            emission("b-biogenic", "10", category="biogenic", stage="rawMaterial"),
            emission("c-land", "7", category="landUseChange", stage="rawMaterial"),
            story.power("d-power", quantity="3"),
            uptake("e-uptake", "20"),
        ],
        links=[("basedOn", "method"), ("supersedes", "older")],
        declaredAmount="7",
        cutOff={"items": [item]},
        product={
            "name": governance_records.words("Example goods (fictional)"),
            "specification": governance_records.words("Example grade"),
        },
        validUntil="2027-06-30T00:00:00Z",
    )


def sealed_story() -> FootprintStory:
    """A statement with two sealed line items of three."""
    story = stated_story()
    return story.state(
        lines=[
            emission("open", "5"),
            emission("secret-1", "1.25"),
            emission("secret-2", "2.75"),
        ],
        seal=["secret-1", "secret-2"],
    )


def cbam_story() -> FootprintStory:
    """CBAM data of an installation."""
    return FootprintStory().cast("producer").govern().cbam()


def factor_story(**changes: Any) -> FootprintStory:
    """One admitted factor, and the national average of electricity."""
    return stated_story().register("widget", **changes)


def exported(story: FootprintStory, subject: str) -> tuple[bytes, bytes, datetime]:
    """A bundle and its trust policy as files, and a time at which it is verified."""
    bundle, policy = story.export(subject)
    return jcs(bundle), jcs(policy), datetime.fromisoformat(story.ledger.now)


def labelled() -> Dossier:
    """The bundle of a label."""
    return dossier(label_story(), "label")


def certified() -> Dossier:
    """The bundle of a certificate."""
    return dossier(certified_story(), "certificate")


def read_exactly(data: bytes) -> Any:
    """Read JSON with every number as the decimal that is written there."""
    return json.loads(data, parse_float=Decimal, parse_int=Decimal)
