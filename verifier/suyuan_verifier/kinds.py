"""Shapes of the record kinds (docs/spec/record.md#kinds).

The verifier's own small code, on purpose apart from the ledger's JSON Schemas: one corpus of
accepted and refused records holds both together.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from suyuan_verifier import shape
from suyuan_verifier.errors import MalformedError
from suyuan_verifier.multibase import parse_did_key
from suyuan_verifier.shape import array, bilingual, integer, obj, one_of, pattern, text
from suyuan_verifier.uscc import is_credit_code

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
SERIES = ("GRID_CO2_ORG", "ELEC_FOOTPRINT", "PRODUCT_FOOTPRINT", "DIRECT_EF")
UNITS = ("KGM", "TNE", "KWH", "MWH", "MTQ", "LTR", "MTK", "TKM", "3B", "H87")
"""UN/ECE Recommendation 20 codes of the declared units."""

_ORGANISATION_TYPES = (
    "association",
    "enterprise",
    "institute",
    "authority",
    "certificationBody",
    "verificationBody",
    "ledgerOperator",
)
_DIGEST = pattern(r"sha256:[0-9a-f]{64}")
_NAME = text(200)
_CREDIT_CODE = pattern(r"[0-9A-HJ-NP-RTUWXY]{18}", "record.uscc")
_COUNTRY = pattern(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")  # ISO 3166-1 alpha-2 or ISO 3166-2
_PERIOD = obj({"start": shape.day, "end": shape.day})

_ORGANISATION = obj(
    {
        "registeredId": _CREDIT_CODE,
        "name": _NAME,
        "nameZh": _NAME,
        "orgType": one_of(*_ORGANISATION_TYPES),
    },
    {"parentGroupId": _CREDIT_CODE},
)
_PERSON = pattern(r"[A-Za-z0-9_-]{8,64}")
_ROLE_LIST = array(one_of(*ROLES), 1, len(ROLES))


def _ed25519_did(value: Any, pointer: str) -> None:
    """Whether the key is sound is judged where it signs: in the request that is answered."""
    try:
        parse_did_key(value if isinstance(value, str) else "")
    except MalformedError as error:
        raise MalformedError(
            "record.shape", pointer=pointer, expected=error.expected, found=value
        ) from None


_SOURCE = obj(
    {
        "title": bilingual(),
        "publisher": bilingual(),
        "documentNumber": _NAME,
        "date": pattern(r"notStated|[0-9]{4}-[0-9]{2}-[0-9]{2}", "record.time"),
        "locator": text(500),
    }
)

_FACTOR_REQUIRED = {
    "factorCode": pattern(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
    "factorVersion": pattern(r"[0-9]+(?:\.[0-9]+){0,2}"),
    "seriesType": one_of(*SERIES),
    "productName": bilingual(),
    "declaredUnit": one_of(*UNITS),
    "value": shape.decimal,
    "valueUnit": pattern(r"(?:g|kg|t)CO2e?/[A-Z0-9]{2,3}"),
    "systemBoundary": one_of(
        "gateToGate", "cradleToGate", "gateToGrave", "cradleToGrave", "notApplicable", "notStated"
    ),
    "gwpSet": one_of("AR4", "AR5", "AR6", "notStated"),
    "referencePeriod": _PERIOD,
    "geography": obj({"scheme": one_of("ISO3166", "CN-GRID"), "code": text(32)}),
    "dataStatus": one_of(
        "measured", "calculated", "officialTranscribed", "secondary", "illustrative"
    ),
    "sources": array(_SOURCE, 1, 32),
}
_FACTOR_OPTIONAL = {
    "variant": bilingual(),
    "classification": array(
        obj({"scheme": text(64), "code": text(64), "name": bilingual()}), 1, 16
    ),
    "technologyRoute": bilingual(),
    "gases": array(
        obj(
            {
                "gas": text(32),
                "amount": shape.decimal,
                "unit": text(32),
                "gwp": shape.decimal,
            }
        ),
        1,
        32,
    ),
    "byStage": array(obj({"stage": text(64), "value": shape.decimal}), 1, 32),
    "uncertainty": obj(
        {"distribution": one_of("lognormal", "normal", "uniform", "triangular", "notStated")},
        {"lower": shape.decimal, "upper": shape.decimal, "confidence": shape.decimal},
    ),
    "dqi": array(obj({"indicator": text(64), "score": shape.decimal}), 1, 16),
    "pedigree": pattern(r"\([1-5](?:;[1-5]){4}\)"),
    "primaryDataShare": pattern(r"0(?:\.[0-9]{1,18})?|1(?:\.0{1,18})?", "record.decimal"),
    "allocation": obj({"method": text(64), "share": shape.decimal, "basis": bilingual()}),
    "method": _DIGEST,
    "inventory": array(
        obj(
            {"activity": bilingual(), "quantity": shape.decimal, "unit": text(32)},
            {"source": text(500)},
        ),
        1,
        256,
    ),
    "evidence": array(
        obj(
            {
                "role": text(64),
                "digestSRI": pattern(shape.DIGEST_SRI),
                "mediaType": pattern(r"[a-z0-9!#$&^_.+-]{1,64}/[a-z0-9!#$&^_.+-]{1,64}"),
                "size": integer(0, 2**53 - 1),
                "disclosure": one_of("public", "members", "authority", "sealed"),
            },
            {"period": _PERIOD, "custodian": bilingual()},
        ),
        1,
        64,
    ),
    "dataSetOwner": bilingual(),
    "licence": text(200),
}
_FACTOR = obj(_FACTOR_REQUIRED, _FACTOR_OPTIONAL)
_REQUEST = obj({"organisation": _ORGANISATION, "roles": _ROLE_LIST}, {"personId": _PERSON})
_ENROLMENT = obj(
    {
        "id": _ed25519_did,
        "organisation": _ORGANISATION,
        "roles": _ROLE_LIST,
        "scope": obj(
            {},
            {
                "classification": array(obj({"scheme": text(64), "prefix": text(64)}), 1, 64),
                "geography": array(text(32), 1, 64),
                "series": array(one_of(*SERIES), 1, len(SERIES)),
            },
        ),
        "notBefore": shape.time,
        "notAfter": shape.time,
    },
    {"personId": _PERSON},
)


def check_kind(kind: str, subject: dict[str, Any], links: list[dict[str, str]]) -> None:
    """Check the `credentialSubject` of one record, and the links its kind must carry.

    Raises:
        MalformedError: `record.kind` for a kind this version does not know, else the rule broken.
    """
    check = _KINDS.get(kind)
    if check is None:
        raise MalformedError(
            "record.kind", pointer="/type/1", expected=" | ".join(sorted(_KINDS)), found=kind
        )
    check(subject, links)


def _check_factor(subject: dict[str, Any], _links: list[dict[str, str]]) -> None:
    at = "/credentialSubject"
    _FACTOR(subject, at)
    for position, source in enumerate(subject["sources"]):
        if source["date"] != "notStated":
            shape.day(source["date"], f"{at}/sources/{position}/date")
    if subject["geography"]["scheme"] == "ISO3166":
        _COUNTRY(subject["geography"]["code"], f"{at}/geography/code")
    _check_periods(subject)
    gas, _, denominator = subject["valueUnit"].partition("/")
    if denominator != subject["declaredUnit"]:
        raise MalformedError(
            "record.unit",
            pointer=f"{at}/valueUnit",
            expected=f"per {subject['declaredUnit']}",
            found=subject["valueUnit"],
        )
    organisational = subject["seriesType"] == "GRID_CO2_ORG"
    if organisational != (subject["systemBoundary"] == "notApplicable"):
        raise MalformedError(
            "record.series",
            pointer=f"{at}/systemBoundary",
            expected="notApplicable exactly for GRID_CO2_ORG",
            found=subject["systemBoundary"],
        )
    if organisational == gas.endswith("e"):
        raise MalformedError(
            "record.series",
            pointer=f"{at}/valueUnit",
            expected="CO2 for GRID_CO2_ORG, CO2e otherwise",
            found=subject["valueUnit"],
        )
    for name in ("systemBoundary", "gwpSet"):
        if subject[name] == "notStated" and subject["dataStatus"] != "officialTranscribed":
            raise MalformedError(
                "record.not_stated",
                pointer=f"{at}/{name}",
                expected="a stated value unless dataStatus is officialTranscribed",
                found="notStated",
            )


def _check_periods(subject: dict[str, Any]) -> None:
    periods = [("/credentialSubject/referencePeriod", subject["referencePeriod"])]
    for position, item in enumerate(subject.get("evidence", [])):
        if "period" in item:
            periods.append((f"/credentialSubject/evidence/{position}/period", item["period"]))
    for pointer, period in periods:
        if period["end"] < period["start"]:
            raise MalformedError(
                "record.period",
                pointer=pointer,
                expected="start <= end",
                found=f"{period['start']} > {period['end']}",
            )


def _check_request(subject: dict[str, Any], _links: list[dict[str, str]]) -> None:
    _REQUEST(subject, "/credentialSubject")
    _check_organisation_and_roles(subject)


def _check_enrolment(subject: dict[str, Any], links: list[dict[str, str]]) -> None:
    _ENROLMENT(subject, "/credentialSubject")
    _check_organisation_and_roles(subject)
    if subject["notAfter"] < subject["notBefore"]:
        raise MalformedError(
            "record.period",
            pointer="/credentialSubject/notAfter",
            expected="notBefore <= notAfter",
            found=f"{subject['notBefore']} > {subject['notAfter']}",
        )
    if [link["rel"] for link in links] != ["about"]:
        raise MalformedError(
            "record.links",
            pointer="/links",
            expected="exactly one link, rel about, to the EnrolmentRequest",
            found=[link["rel"] for link in links],
        )


def _check_organisation_and_roles(subject: dict[str, Any]) -> None:
    organisation = subject["organisation"]
    for name in ("registeredId", "parentGroupId"):
        if name in organisation and not is_credit_code(organisation[name]):
            raise MalformedError(
                "record.uscc",
                pointer=f"/credentialSubject/organisation/{name}",
                expected="a check character that fits (GB 32100)",
                found=organisation[name],
            )
    roles = subject["roles"]
    if roles != sorted(set(roles)):
        raise MalformedError(
            "record.roles",
            pointer="/credentialSubject/roles",
            expected="sorted, each role once",
            found=roles,
        )


_KINDS: dict[str, Callable[[dict[str, Any], list[dict[str, str]]], None]] = {
    "FactorSubmission": _check_factor,
    "EnrolmentRequest": _check_request,
    "Enrolment": _check_enrolment,
}
