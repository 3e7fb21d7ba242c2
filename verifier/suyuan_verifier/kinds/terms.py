"""Words and small shapes that several kinds share (docs/spec/kinds.md#shared-terms)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

from suyuan_verifier import shape
from suyuan_verifier.errors import MalformedError
from suyuan_verifier.multibase import parse_did_key
from suyuan_verifier.shape import array, bilingual, fail, obj, one_of, pattern, text

AT = "/credentialSubject"
"""Where every pointer of a kind begins."""

Subject = dict[str, Any]

ROLES = (
    "registrar",
    "submitter",
    "transcriber",
    "checker",
    "expert",
    "authority",
    "admitter",
    "producer",
    "verificationBody",
    "certifier",
    "filingOffice",
    "supervisor",
    "statusPublisher",
)
BOUNDARIES = ("cradleToGate", "cradleToGrave", "gateToGate", "gateToGrave")
"""System boundaries that a footprint may have."""
DATA_STATUS = ("measured", "calculated", "officialTranscribed", "secondary", "illustrative")
SERIES = ("GRID_CO2_ORG", "ELEC_FOOTPRINT", "PRODUCT_FOOTPRINT", "DIRECT_EF")
UNITS = ("KGM", "TNE", "KWH", "MWH", "MTQ", "LTR", "MTK", "TKM", "3B", "H87")
"""UN/ECE Recommendation 20 codes of the declared units."""
SYSTEMS = ("emissionMonitoring", "energyMonitoring", "environmentalStatistics", "ghgReport")
"""Official reporting systems that a submission is compared with."""

NOT_STATED = "notStated"

DIGEST = pattern(r"sha256:[0-9a-f]{64}")
DIGEST_SRI = pattern(shape.DIGEST_SRI)
NAME = text(200)
PERIOD = obj({"start": shape.day, "end": shape.day})
SHARE = pattern(r"0(?:\.[0-9]{1,18})?|1(?:\.0{1,18})?", "record.decimal")
RULE_ID = pattern(r"(?!.{65})[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*")
EMISSION_UNIT = pattern(r"(?:g|kg|t)CO2e?/[A-Z0-9]{2,3}")
VERSION = pattern(r"[0-9]+(?:\.[0-9]+){0,2}")
CODE = pattern(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
CREDIT_CODE = pattern(r"[0-9A-HJ-NP-RTUWXY]{18}", "record.uscc")
ROLE_LIST = array(one_of(*ROLES), 1, len(ROLES))
SIZE = shape.integer(0, 2**53 - 1)
"""A tree size or log index."""

SOURCE = obj(
    {
        "title": bilingual(),
        "publisher": bilingual(),
        "documentNumber": NAME,
        "date": pattern(r"notStated|[0-9]{4}-[0-9]{2}-[0-9]{2}", "record.time"),
        "locator": text(500),
    }
)
CLASSIFICATION = array(obj({"scheme": text(64), "code": text(64), "name": bilingual()}), 1, 16)
GEOGRAPHY = obj({"scheme": one_of("ISO3166", "CN-GRID"), "code": text(32)})
COUNTRY = pattern(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")
"""ISO 3166-1 alpha-2 or ISO 3166-2."""
EVIDENCE = obj(
    {
        "role": text(64),
        "digestSRI": DIGEST_SRI,
        "mediaType": pattern(r"[a-z0-9!#$&^_.+-]{1,64}/[a-z0-9!#$&^_.+-]{1,64}"),
        "size": SIZE,
        "disclosure": one_of("public", "members", "authority", "sealed"),
    },
    {"period": PERIOD, "custodian": bilingual()},
)
CONFLICT = obj({"declaration": one_of("none", "exists")}, {"statement": bilingual()})
POINTER = pattern(r"(?!(?s:.{501}))(?:/(?:[^/~]|~[01])*)*")
"""JSON Pointer (RFC 6901) of at most 500 characters; empty for the whole."""

FINDINGS = array(
    obj(
        {"pointer": POINTER, "severity": one_of("minor", "major", "critical"), "text": bilingual()}
    ),
    1,
    64,
)


def did(value: Any, pointer: str) -> None:
    """A did:key of an Ed25519 key.

    Whether the key is sound is judged where it signs.
    """
    try:
        parse_did_key(value if isinstance(value, str) else "")
    except MalformedError as error:
        raise fail(pointer, error.expected, value) from None


def day_or_not_stated(value: Any, pointer: str) -> None:
    """A real date, or the word that says that nobody stated one."""
    if value != NOT_STATED:
        shape.day(value, pointer)


def positive(value: Any, pointer: str) -> None:
    """A quantity greater than zero."""
    shape.decimal(value, pointer)
    if value.startswith("-") or not value.strip("0."):
        raise fail(pointer, "more than zero", value, "record.decimal")


def not_negative(value: Any, pointer: str) -> None:
    """A quantity of zero or more."""
    shape.decimal(value, pointer)
    if value.startswith("-"):
        raise fail(pointer, "zero or more", value, "record.decimal")


def check_sources(sources: list[Subject], pointer: str) -> None:
    """Check that the dates of sources, whose form holds, are real days."""
    for position, source in enumerate(sources):
        day_or_not_stated(source["date"], f"{pointer}/{position}/date")


def check_geography(geography: Subject, pointer: str) -> None:
    """Check that a place named by ISO 3166 has the form of such a code."""
    if geography["scheme"] == "ISO3166":
        COUNTRY(geography["code"], f"{pointer}/code")


def check_evidence(evidence: Iterable[Subject], pointer: str) -> None:
    """Check the periods of evidence files, whose form holds."""
    for position, item in enumerate(evidence):
        if "period" in item:
            check_period(item["period"], f"{pointer}/{position}/period")


def check_conflict(conflict: Subject, pointer: str) -> None:
    """Check that a declared conflict of interest says which."""
    if (conflict["declaration"] == "exists") != ("statement" in conflict):
        raise fail(
            f"{pointer}/statement",
            "present exactly when a conflict exists",
            conflict["declaration"],
        )


def check_period(period: dict[str, str], pointer: str) -> None:
    """Check that a period does not end before it starts."""
    if period["end"] < period["start"]:
        raise fail(pointer, "start <= end", f"{period['start']} > {period['end']}", "record.period")


def check_roles(roles: list[str], pointer: str) -> None:
    """Check that a list of roles is sorted and names each once."""
    if roles != sorted(set(roles)):
        raise fail(pointer, "sorted, each role once", roles, "record.roles")


def check_ascending(
    items: Iterable[Any], key: Callable[[Any], Any], pointer: str, by: str = "code point"
) -> None:
    """Check that a list is strictly ascending, so that nothing in it stands twice.

    Args:
        items: the list, whose shape holds.
        key: what is compared, as text or tuples of texts and integers; text by code point.
        pointer: where the list stands.
        by: name of that key, for the message.
    """
    for position, (first, second) in enumerate(pairwise(key(item) for item in items)):
        if first >= second:
            raise fail(
                f"{pointer}/{position + 1}", f"strictly ascending by {by}", second, "record.order"
            )


def check_unique(items: list[Any], key: Callable[[Any], str], pointer: str) -> None:
    """Check that no name stands twice in a list whose order is free."""
    seen: set[str] = set()
    for position, item in enumerate(items):
        name = key(item)
        if name in seen:
            raise fail(f"{pointer}/{position}", "each name once", name)
        seen.add(name)
