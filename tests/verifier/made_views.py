"""Views of bundles, written from the verifier's own projections so that tests can bend them.

That these are what the ledger exports is held by tests/differential/test_views.py.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from functools import cache
from typing import Any

import label_reports as given
from footprint_story import FootprintStory
from suyuan_verifier import Report
from suyuan_verifier.report import Check
from suyuan_verifier.views import cbam, check_view, openlca, pact, table, untp
from suyuan_verifier.views.archive import format_archive
from suyuan_verifier.views.sources import Sources
from suyuan_verifier.views.tokens import format_tokens

SAID = {"pcf": {"fossilCarbonContent": "0.25", "crossSectoralStandards": ["ISO14067"]}}
DID = "did:web:producer.example:footprints"


@cache
def bundle() -> tuple[given.Files, Report]:
    """The label's bundle and what the verifier finds in it."""
    return given.files(given.told(), "label"), given.label_report()


@cache
def installation() -> tuple[given.Files, Report]:
    """A bundle of CBAM data."""
    story = FootprintStory().cast("producer").govern().cbam()
    sent = given.files(story, "cbam")
    return sent, given.report_on(sent)


def judge(view: bytes, of: Callable[[], tuple[given.Files, Report]] = bundle) -> Check:
    """What the verifier says of a view."""
    (data, *_), report = of()
    return check_view(view, data, report)


def sources(of: Callable[[], tuple[given.Files, Report]] = bundle) -> Sources:
    """The records of a bundle."""
    return Sources(of()[0][0])


def pact_value() -> dict[str, Any]:
    """The footprint in PACT's words, as JSON value."""
    return json.loads(format_tokens(pact.project_pact(sources(), SAID)))


def pact_view() -> bytes:
    """The same as a file."""
    return written(pact_value())


def cbam_value() -> dict[str, Any]:
    """CBAM data as JSON value."""
    return cbam.project_cbam(sources(installation))


def written(value: Any) -> bytes:
    """JSON as a view has it; whatever stands in `value`, floats excepted."""
    return format_tokens(value) + b"\n"


def passport_payload() -> bytes:
    """What a product passport's token carries."""
    return format_tokens(untp.project_passport(sources(), DID)[1])


def conformity_payload() -> bytes:
    """What a conformity credential's token carries."""
    return format_tokens(untp.project_conformity(sources(), DID)[1])


def token(payload: bytes, signer: str = "producer", **header: str) -> bytes:
    """A token that somebody in the story signs."""
    actor = given.told().actors[signer]
    named = {
        "alg": "EdDSA",
        "cty": "vc",
        "kid": f"{DID}#{actor.did.removeprefix('did:key:')}",
        "typ": "vc+jwt",
        **header,
    }
    signed = encoded(format_tokens(named)) + b"." + encoded(payload)
    return signed + b"." + encoded(actor.sign(signed))


def encoded(data: bytes) -> bytes:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def entries() -> dict[str, bytes]:
    """The entries of an openLCA archive."""
    return {name: written(value) for name, value in openlca.project_openlca(sources()).items()}


def archive() -> bytes:
    """The archive itself."""
    return format_archive(entries())


def items() -> bytes:
    """The line items as a table."""
    return table.format_table(table.project_items(sources()))


def factors() -> bytes:
    """The factors as a table."""
    return table.format_table(table.project_factors(sources()))


VIEWS: dict[str, Callable[[], bytes]] = {
    "pact": pact_view,
    "passport": lambda: token(passport_payload()),
    "conformity": lambda: token(conformity_payload(), "certifier"),
    "openlca": archive,
    "items": items,
    "factors": factors,
}
"""Every view of the label's bundle."""
