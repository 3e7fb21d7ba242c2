"""Rules of the record kinds that a JSON Schema cannot say.

They run after the schema has passed, so every member they touch has its form. Source: the
tables of docs/spec/record.md, section "Kinds".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.did import parse_did_key
from suyuan_ledger.records.uscc import is_uscc

GRID = "GRID_CO2_ORG"
NOT_STATED = "notStated"
CLOSED_RELS = frozenset({"about", "basedOn", "uses", "underRule"})
"""Links whose targets a bundle carries (docs/spec/bundle.md#closure), so that the log has them."""


@lru_cache(maxsize=4096)
def is_date(text: str) -> bool:
    """Tell whether `YYYY-MM-DD` is a day of the Gregorian calendar (year 1 to 9999)."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def check_time(text: str, pointer: str) -> None:
    """Refuse a time whose form is right but whose day does not exist."""
    if not is_date(text[:10]):
        raise RefusedError(
            "record.time", pointer=pointer, expected="a day of the calendar", found=text
        )


def check_order(start: str, end: str, pointer: str) -> None:
    """Refuse a period that ends before it starts; the fixed forms sort as text."""
    if start > end:
        raise RefusedError(
            "record.period", pointer=pointer, expected="start <= end", found=f"{start} > {end}"
        )


def check_links(links: list[dict[str, str]]) -> None:
    """Refuse links that are not strictly ascending by (rel, contentDigest)."""
    keys = [(link["rel"], link["contentDigest"]) for link in links]
    for place in range(1, len(keys)):
        if keys[place - 1] >= keys[place]:
            raise RefusedError(
                "record.links",
                pointer=f"/links/{place}",
                expected="sorted by (rel, contentDigest), no duplicates",
                found=" ".join(keys[place]),
            )


def check_kind(kind: str, subject: dict[str, Any]) -> None:
    """Run the rules of one kind over its `credentialSubject`.

    Raises:
        RefusedError: `record.unit`, `record.series`, `record.not_stated`, `record.time`,
            `record.period`, `record.number`, `record.uscc`, `record.roles`, `record.shape`.
    """
    _CHECKS[kind](subject, "/credentialSubject")


def _check_factor(subject: dict[str, Any], at: str) -> None:
    series = subject["seriesType"]
    boundary = subject["systemBoundary"]
    unit = subject["valueUnit"]
    emission, _, denominator = unit.partition("/")
    if denominator != subject["declaredUnit"]:
        raise RefusedError(
            "record.unit",
            pointer=f"{at}/valueUnit",
            expected=f"per {subject['declaredUnit']}",
            found=unit,
        )
    if (series == GRID) != (boundary == "notApplicable"):
        raise RefusedError(
            "record.series",
            pointer=f"{at}/systemBoundary",
            expected=f"notApplicable for {GRID}, and for it alone",
            found=f"{boundary} with {series}",
        )
    if (series == GRID) == emission.endswith("e"):
        raise RefusedError(
            "record.series",
            pointer=f"{at}/valueUnit",
            expected=f"CO2 for {GRID}, CO2e for every other series",
            found=f"{unit} with {series}",
        )
    if subject["dataStatus"] != "officialTranscribed":
        for name in ("systemBoundary", "gwpSet"):
            if subject[name] == NOT_STATED:
                raise RefusedError(
                    "record.not_stated",
                    pointer=f"{at}/{name}",
                    expected="a stated value, unless dataStatus is officialTranscribed",
                    found=NOT_STATED,
                )
    _check_period(subject["referencePeriod"], f"{at}/referencePeriod")
    for place, source in enumerate(subject["sources"]):
        if source["date"] != NOT_STATED:
            check_time(source["date"], f"{at}/sources/{place}/date")
    for place, item in enumerate(subject.get("evidence", ())):
        # JSON Schema counts 1.0 as an integer, and the quick reading takes it; here it ends.
        if type(item["size"]) is not int:
            raise RefusedError(
                "record.number", pointer=f"{at}/evidence/{place}/size", found=item["size"]
            )
        if "period" in item:
            _check_period(item["period"], f"{at}/evidence/{place}/period")


def _check_period(period: dict[str, str], at: str) -> None:
    check_time(period["start"], f"{at}/start")
    check_time(period["end"], f"{at}/end")
    check_order(period["start"], period["end"], at)


def _check_request(subject: dict[str, Any], at: str) -> None:
    organisation = subject["organisation"]
    for name in ("registeredId", "parentGroupId"):
        if name in organisation and not is_uscc(organisation[name]):
            raise RefusedError(
                "record.uscc",
                pointer=f"{at}/organisation/{name}",
                expected="the check character of GB 32100",
                found=organisation[name],
            )
    roles = subject["roles"]
    if roles != sorted(set(roles)):
        raise RefusedError(
            "record.roles",
            pointer=f"{at}/roles",
            expected="sorted, without repetition",
            found=", ".join(roles),
        )


def _check_enrolment(subject: dict[str, Any], at: str) -> None:
    _check_request(subject, at)
    try:
        # Whether the key is sound is judged where it signs: in the request that this links to.
        parse_did_key(subject["id"])
    except ValueError:
        raise RefusedError(
            "record.shape",
            pointer=f"{at}/id",
            expected="did:key of an Ed25519 key",
            found=subject["id"],
        ) from None
    check_time(subject["notBefore"], f"{at}/notBefore")
    check_time(subject["notAfter"], f"{at}/notAfter")
    check_order(subject["notBefore"], subject["notAfter"], at)


_CHECKS: dict[str, Callable[[dict[str, Any], str], None]] = {
    "FactorSubmission": _check_factor,
    "EnrolmentRequest": _check_request,
    "Enrolment": _check_enrolment,
}
