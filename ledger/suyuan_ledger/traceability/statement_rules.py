"""Record rules on what is stated beside the figures: boundary, period, place, sources, evidence."""

from __future__ import annotations

from suyuan_ledger.traceability.context import Submission
from suyuan_ledger.traceability.outcome import NOT_APPLICABLE, PASS, Finding, fail

_MISSING = "notStated"


def check_boundary(given: Submission) -> Finding:
    """boundary.stated: the system boundary is known."""
    boundary = given.subject["systemBoundary"]
    if boundary == "notApplicable":
        return NOT_APPLICABLE
    return fail(boundary, "a system boundary") if boundary == _MISSING else PASS


def check_period_past(given: Submission) -> Finding:
    """period.past: nothing is reported that has not happened yet."""
    end = given.subject["referencePeriod"]["end"]
    return PASS if end < given.day else fail(end, f"before {given.day}")


def check_period_year(given: Submission) -> Finding:
    """period.year: whole calendar years, so that seasons do not bias the figure."""
    period = given.subject["referencePeriod"]
    start, end = period["start"], period["end"]
    if start.endswith("-01-01") and end.endswith("-12-31"):
        return PASS
    return fail(f"{start} to {end}", "whole calendar years")


def check_geography(given: Submission) -> Finding:
    """series.geography: the place is one that the series is published for."""
    subject = given.subject
    scheme, code = subject["geography"]["scheme"], subject["geography"]["code"]
    if subject["seriesType"] == "GRID_CO2_ORG":
        return PASS
    if scheme == "CN-GRID":
        return fail(f"CN-GRID {code}", "ISO3166")
    official = subject["dataStatus"] == "officialTranscribed"
    if subject["seriesType"] != "ELEC_FOOTPRINT" or not official:
        return NOT_APPLICABLE
    # No official provincial footprint factor of electricity exists.
    return fail(code, "a country") if "-" in code else PASS


def check_sources(given: Submission) -> Finding:
    """sources.stated: somebody else can find at least one source."""
    if given.subject["dataStatus"] == "illustrative":
        return NOT_APPLICABLE
    sources = given.subject["sources"]
    for source in sources:
        numbered = source["documentNumber"] != _MISSING or source["locator"] != _MISSING
        if numbered and source["date"] != _MISSING:
            return PASS
    return fail(f"0 of {len(sources)} sources", "a source with date, and documentNumber or locator")


def check_evidence(given: Submission) -> Finding:
    """evidence.present: own measurements and calculations come with evidence."""
    if given.subject["dataStatus"] not in {"measured", "calculated"}:
        return NOT_APPLICABLE
    return PASS if given.subject.get("evidence") else fail("no evidence", "at least 1 item")


def check_illustrative(given: Submission) -> Finding:
    """data.illustrative: an illustration is not data."""
    if given.subject["dataStatus"] == "illustrative":
        return fail("illustrative", "data of a real product")
    return PASS
