"""What a line item says about its factor, held against the factor as it was admitted.

A line item repeats value and unit, so that a reader sees the calculation in one place; the copy is
worth nothing unless it is the original's, text by text (docs/spec/footprint.md#factors).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.footprint.foundations import AT, Foundations, Rules, Subject

ILLUSTRATIVE = "illustrative"
_NOT_STATED = "notStated"
_COPIED = ("factorCode", "factorVersion", "value", "valueUnit")


def check_claims(
    subject: Mapping[str, Any], item: Subject, foundations: Foundations, rules: Rules, pointer: str
) -> None:
    """Hold a line item's factor or upstream statement against the record that it names.

    Args:
        subject: the statement.
        item: the line item, of any type.
        foundations: the records that it may name.
        rules: what the rule set in force says.
        pointer: where the item stands.

    Raises:
        RefusedError: `footprint.not_admitted`, `footprint.factor`, `footprint.series`,
            `footprint.boundary`, `footprint.period`, `footprint.gwp_set`, `footprint.upstream`.
    """
    if item["type"] == "activityFactor":
        factor = foundations.factor_of(item, pointer)
        at = f"{pointer}/factor"
        for name in _COPIED:
            _hold("footprint.factor", f"{at}/{name}", factor[name], item["factor"][name])
        check_fitness(subject, factor, rules, at)
    elif item["type"] == "upstreamStatement":
        upstream = foundations.statement_of(item, pointer)
        at = f"{pointer}/statement"
        result = upstream["result"]
        _hold("footprint.upstream", f"{at}/value", result["value"], item["statement"]["value"])
        _hold(
            "footprint.upstream", f"{at}/valueUnit", result["unit"], item["statement"]["valueUnit"]
        )
        _hold("footprint.upstream", f"{AT}/gwpSet", upstream["gwpSet"], subject["gwpSet"])
        # As of a factor: else one statement in between would wash off what a rule refuses.
        _check_reach(subject, upstream, rules, at)


def rests_on_illustration(items: list[Subject], foundations: Foundations) -> bool:
    """Tell whether an item, or a factor or statement that it names, is only illustrative."""
    for place, item in enumerate(items):
        pointer = f"{AT}/lineItems/{place}"
        named: Subject = {}
        if item["type"] == "activityFactor":
            named = foundations.factor_of(item, pointer)
        elif item["type"] == "upstreamStatement":
            named = foundations.statement_of(item, pointer)
        if ILLUSTRATIVE in (item["dataStatus"], named.get("dataStatus")):
            return True
    return False


def check_fitness(subject: Mapping[str, Any], factor: Subject, rules: Rules, pointer: str) -> None:
    """Refuse a factor that is not one for this footprint.

    Args:
        subject: the statement.
        factor: `credentialSubject` of the submission.
        rules: what the rule set in force says.
        pointer: where the factor is named.

    Raises:
        RefusedError: `footprint.series`, `footprint.boundary`, `footprint.period`,
            `footprint.gwp_set`.
    """
    if factor["seriesType"] == "GRID_CO2_ORG":
        raise RefusedError(
            "footprint.series",
            pointer=pointer,
            expected="a life-cycle factor; GRID_CO2_ORG is for the accounts of organisations",
            found=factor["seriesType"],
        )
    _check_reach(subject, factor, rules, pointer)
    if factor["gwpSet"] not in (_NOT_STATED, subject["gwpSet"]):
        raise RefusedError(
            "footprint.gwp_set",
            pointer=pointer,
            expected=subject["gwpSet"],
            found=factor["gwpSet"],
        )


def _check_reach(subject: Mapping[str, Any], used: Subject, rules: Rules, pointer: str) -> None:
    """Refuse a factor or statement of another boundary or period than the rules allow."""
    allowed = rules.boundaries.get(subject["systemBoundary"], frozenset())
    if used["systemBoundary"] not in allowed:
        raise RefusedError(
            "footprint.boundary",
            pointer=pointer,
            expected=f"{' | '.join(sorted(allowed))} for {subject['systemBoundary']}"
            if allowed
            else "a system boundary that the rule set provides for",
            found=used["systemBoundary"],
        )
    own, period = subject["referencePeriod"], used["referencePeriod"]
    if _years_after(period["end"], rules.factor_age) < own["start"] or period["start"] > own["end"]:
        raise RefusedError(
            "footprint.period",
            pointer=pointer,
            expected=f"a factor of at most {rules.factor_age} years before {own['start']}, "
            f"begun by {own['end']}",
            found=f"{period['start']} to {period['end']}",
        )


def _years_after(day: str, years: int) -> str:
    """Return the same day so many years later, only to compare: 29 February may not exist there."""
    return f"{int(day[:4]) + years:04}{day[4:]}"


def _hold(code: str, pointer: str, expected: str, found: str) -> None:
    if expected != found:
        raise RefusedError(code, pointer=pointer, expected=expected, found=found)
