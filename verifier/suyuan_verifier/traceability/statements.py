"""Rules on what a submission says beside its figures: boundary, period, place, sources."""

from __future__ import annotations

from suyuan_verifier.traceability.case import Case
from suyuan_verifier.traceability.result import (
    NOT_APPLICABLE,
    PASSED,
    Finding,
    failed,
    passed_if,
)

NOT_STATED = "notStated"


def boundary_stated(case: Case) -> Finding:
    """The system boundary is stated, where the series has one."""
    boundary = case.subject["systemBoundary"]
    if boundary == "notApplicable":
        return NOT_APPLICABLE
    return passed_if(
        holds=boundary != NOT_STATED, observed=NOT_STATED, expected="a system boundary"
    )


def period_past(case: Case) -> Finding:
    """The reference period was over when the submission was made."""
    end = case.subject["referencePeriod"]["end"]
    return passed_if(holds=end < case.day, observed=end, expected=f"before {case.day}")


def period_year(case: Case) -> Finding:
    """The reference period is made of whole calendar years."""
    start, end = (case.subject["referencePeriod"][name] for name in ("start", "end"))
    return passed_if(
        holds=start[4:] == "-01-01" and end[4:] == "-12-31",
        observed=f"{start} to {end}",
        expected="whole calendar years",
    )


def series_geography(case: Case) -> Finding:
    """Grid regions are places of the grid series alone; official footprint factors are national."""
    scheme, code = (case.subject["geography"][name] for name in ("scheme", "code"))
    series = case.subject["seriesType"]
    if series == "GRID_CO2_ORG":
        return PASSED
    if scheme == "CN-GRID":
        return failed(f"{scheme} {code}", "ISO3166")
    if series == "ELEC_FOOTPRINT" and case.subject["dataStatus"] == "officialTranscribed":
        return passed_if(holds="-" not in code, observed=code, expected="a country")
    return NOT_APPLICABLE


def sources_stated(case: Case) -> Finding:
    """At least one source can be found: it has a date, and a document number or a locator."""
    if case.subject["dataStatus"] == "illustrative":
        return NOT_APPLICABLE
    sources = case.subject["sources"]
    found = any(
        source["date"] != NOT_STATED
        and (source["documentNumber"] != NOT_STATED or source["locator"] != NOT_STATED)
        for source in sources
    )
    return passed_if(
        holds=found,
        observed=f"0 of {len(sources)} sources",
        expected="a source with date, and documentNumber or locator",
    )


def evidence_present(case: Case) -> Finding:
    """What somebody measured or calculated is shown by evidence."""
    if case.subject["dataStatus"] not in {"measured", "calculated"}:
        return NOT_APPLICABLE
    return passed_if(
        holds="evidence" in case.subject, observed="no evidence", expected="at least 1 item"
    )


def data_illustrative(case: Case) -> Finding:
    """The data are not an illustration."""
    status = case.subject["dataStatus"]
    return passed_if(
        holds=status != "illustrative", observed=status, expected="data of a real product"
    )
