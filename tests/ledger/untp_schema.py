"""The classes of UNTP 0.6 that a view uses, restated: what is wrong with a credential.

Source: `untp-dpp` and `untp-dcc` of uncefact/spec-untp (data-models), names, required members,
enumerations and closed classes, and where the 0.6 releases ask for more (`conformance` of a claim)
these; W3C Verifiable Credentials Data Model 2.0 sections 4.3 to 4.9 and
5.3 for the envelope. Written from these, without the exporter's code. A class lists only what a
view may have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

URI = "uri"
TEXT = "text"
NUMBER = "number"
DAY = "day"
MOMENT = "moment"
TRUTH = "truth"
HEX = "hex"
SRI = "sri"

Class = dict[str, Any]

UNIT = ("KGM", "TNE", "KWH", "MWH", "MTQ", "LTR", "MTK", "TKM", "3B", "H87")
TOPIC = (
    "environment.energy",
    "environment.emissions",
    "environment.water",
    "environment.waste",
    "environment.deforestation",
    "environment.biodiversity",
    "circularity.content",
    "circularity.design",
    "social.labour",
    "social.rights",
    "social.community",
    "social.safety",
    "governance.ethics",
    "governance.compliance",
    "governance.transparency",
)
_PARTY: Class = {"id*": URI, "name*": TEXT, "registeredId": TEXT}
_ISSUER: Class = {
    "type": ["CredentialIssuer"],
    "id*": URI,
    "name*": TEXT,
    "issuerAlsoKnownAs": [_PARTY],
}
_SCHEME: Class = {"type": ["IdentifierScheme"], "id": URI, "name": TEXT}
_LINK: Class = {"type": ["Link"], "linkURL": URI, "linkName": TEXT}
_SECURE: Class = {
    "type": ["SecureLink", "Link"],
    "linkURL": URI,
    "linkName": TEXT,
    "hashDigest": HEX,
    "hashMethod": ("SHA-256", "SHA-1"),
}
_MEASURE: Class = {"type": ["Measure"], "value*": NUMBER, "unit*": UNIT}
_METRIC: Class = {"type": ["Metric"], "metricName*": TEXT, "metricValue*": _MEASURE}
_STANDARD: Class = {
    "type": ["Standard"],
    "id": URI,
    "name": TEXT,
    "issuingParty*": _PARTY,
    "issueDate": DAY,
}
_CLASSIFICATION: Class = {
    "type": ["Classification"],
    "id*": URI,
    "code": TEXT,
    "name*": TEXT,
    "schemeName": TEXT,
}
_PRODUCT: Class = {
    "type": ["Product"],
    "id*": URI,
    "name*": TEXT,
    "registeredId": TEXT,
    "idScheme": _SCHEME,
    "description": TEXT,
    "productCategory": [_CLASSIFICATION],
    "furtherInformation": [_LINK],
    "producedByParty": _PARTY,
    "producedAtFacility": _PARTY,
    "countryOfProduction": TEXT,
}
_CLAIM: Class = {
    "type": ["Claim", "Declaration"],
    "id*": URI,
    "description": TEXT,
    "referenceStandard": _STANDARD,
    "declaredValue": [_METRIC],
    "conformance*": TRUTH,
    "conformityTopic*": TOPIC,
    "conformityEvidence": _SECURE,
}
_SCORECARD: Class = {
    "type": ["EmissionsPerformance"],
    "carbonFootprint*": NUMBER,
    "declaredUnit*": UNIT,
    "operationalScope*": ("None", "CradleToGate", "CradleToGrave"),
    "primarySourcedRatio*": NUMBER,
    "reportingStandard": _STANDARD,
}
PASSPORT: Class = {
    "type": ["ProductPassport"],
    "product": _PRODUCT,
    "granularityLevel": ("item", "batch", "model"),
    "conformityClaim": [_CLAIM],
    "emissionsScorecard": _SCORECARD,
}
_ASSESSMENT: Class = {
    "type": ["ConformityAssessment", "Declaration"],
    "id*": URI,
    "name": TEXT,
    "assessmentDate": DAY,
    "referenceStandard": _STANDARD,
    "declaredValue": [_METRIC],
    "conformityTopic*": TOPIC,
    "conformance*": TRUTH,
    "assessedProduct": [
        {
            "type": ["ProductVerification"],
            "product": {"id*": URI, "name*": TEXT, "registeredId": TEXT},
        }
    ],
    "assessedFacility": [{"type": ["FacilityVerification"], "facility": _PARTY}],
    "auditor": _PARTY,
}
ATTESTATION: Class = {
    "type": ["ConformityAttestation", "Attestation"],
    "id*": URI,
    "name": TEXT,
    "assessorLevel*": ("Self", "Commercial", "Buyer", "Membership", "Unspecified", "3rdParty"),
    "assessmentLevel*": (
        "GovtApproval",
        "GlobalMRA",
        "Accredited",
        "Verified",
        "Validated",
        "Unspecified",
    ),
    "attestationType*": (
        "certification",
        "declaration",
        "inspection",
        "testing",
        "verification",
        "validation",
        "calibration",
    ),
    "description": TEXT,
    "issuedToParty*": _PARTY,
    "auditableEvidence": _SECURE,
    "assessment": [_ASSESSMENT],
}


def problems(credential: Any, type_: str, short: str, subject: Class) -> list[str]:
    """Say what a credential breaks; nothing is good.

    Args:
        credential: read with every number as `Decimal`.
        type_: its type beside VerifiableCredential.
        short: `dpp` or `dcc`.
        subject: the class of `credentialSubject`.
    """
    contexts = [
        "https://www.w3.org/ns/credentials/v2",
        f"https://test.uncefact.org/vocabulary/untp/{short}/0.6.0/",
    ]
    envelope: Class = {
        "@context*": contexts,
        "type*": [type_, "VerifiableCredential"],
        "id*": URI,
        "name": TEXT,
        "description": TEXT,
        "issuer*": _ISSUER,
        "validFrom*": MOMENT,
        "validUntil": MOMENT,
        "relatedResource": [{"id*": URI, "digestSRI*": SRI, "mediaType": TEXT}],
        "credentialSubject*": subject,
    }
    return list(_broken(credential, envelope, ""))


_FORMS = {
    URI: re.compile(r"[a-z][a-z0-9+.-]*:[\x21-\x7e]+"),
    HEX: re.compile(r"[0-9a-f]{64}"),
    SRI: re.compile(r"sha256-[A-Za-z0-9+/]{43}="),
    TEXT: re.compile(r".+", re.DOTALL),
}
_TIMES = {DAY: "%Y-%m-%d", MOMENT: "%Y-%m-%dT%H:%M:%SZ"}


def _broken(value: Any, rule: Any, at: str) -> Iterator[str]:
    if isinstance(rule, dict):
        yield from _broken_object(value, rule, at)
    elif isinstance(rule, list) and all(isinstance(word, str) for word in rule):
        if value != rule:
            yield f"{at}: {value!r}"
    elif isinstance(rule, list):
        if not isinstance(value, list) or not value:
            yield f"{at}: not a filled array"
            return
        for place, item in enumerate(value):
            yield from _broken(item, rule[0], f"{at}/{place}")
    elif isinstance(rule, tuple):
        if value not in rule:
            yield f"{at}: {value!r}"
    elif not _is_form(value, rule):
        yield f"{at}: {value!r}"


def _broken_object(value: Any, rule: Class, at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{at}: not an object"
        return
    known = {name.rstrip("*"): member for name, member in rule.items()}
    for name in rule:
        if name.endswith("*") and name[:-1] not in value:
            yield f"{at}/{name[:-1]}: required"
    for name, member in value.items():
        if name not in known:
            yield f"{at}/{name}: unknown"
        else:
            yield from _broken(member, known[name], f"{at}/{name}")


def _is_form(value: Any, rule: str) -> bool:
    if rule == NUMBER:
        return isinstance(value, Decimal)
    if rule == TRUTH:
        return isinstance(value, bool)
    if not isinstance(value, str):
        return False
    if rule in _TIMES:
        try:
            return bool(datetime.strptime(value, _TIMES[rule]))  # noqa: DTZ007 - the Z is literal
        except ValueError:
            return False
    return _FORMS[rule].fullmatch(value) is not None
