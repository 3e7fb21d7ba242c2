"""Shares of a footprint: of primary data, of external data, of what is cut off.

Each is a share of the sum of |emission| over the line items that count in the total. What plants
took up does not: a large uptake would make every other share small
(docs/spec/footprint.md#shares).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.footprint.figures import fixed_text, number, shown
from suyuan_ledger.footprint.foundations import AT, Foundations, Rules
from suyuan_ledger.footprint.totals import Line, is_uptake

_NOT_STATED = "notStated"


def primary_shares(lines: Sequence[Line], foundations: Foundations, places: int) -> dict[str, str]:
    """Return `primaryDataShare`, rounded half to even.

    Args:
        lines: every line item with its emission.
        foundations: the factors that they name.
        places: the rule set's `shareScale`.
    """

    def by_activity(line: Line) -> bool:
        return bool(line.item["activityDataSource"] == "primary")

    def by_factor(line: Line) -> bool:
        return _is_primary(line, foundations)

    questions: dict[str, Callable[[Line], bool]] = {
        "activity": by_activity,
        "factor": by_factor,
        "both": lambda line: by_activity(line) and by_factor(line),
    }
    whole = _magnitude(lines)
    return {
        name: fixed_text(
            _magnitude([line for line in lines if holds(line)]) / whole if whole else whole,
            places,
        )
        for name, holds in questions.items()
    }


def check_primary_shares(
    subject: Mapping[str, Any], lines: Sequence[Line], foundations: Foundations, rules: Rules
) -> None:
    """Hold the stated shares of primary data against the line items, none of them sealed.

    Raises:
        RefusedError: `footprint.primary_share`.
    """
    for name, expected in primary_shares(lines, foundations, rules.share_scale).items():
        found = subject["primaryDataShare"][name]
        if found != expected:
            raise RefusedError(
                "footprint.primary_share",
                pointer=f"{AT}/primaryDataShare/{name}",
                expected=expected,
                found=found,
            )


def check_external(lines: Sequence[Line], rules: Rules) -> None:
    """Refuse more than the cap from databases outside the register; no item may be sealed.

    Raises:
        RefusedError: `footprint.external`.
    """
    external = _magnitude([line for line in lines if line.item["type"] == "external"])
    most = rules.cap("externalShare") * _magnitude(lines)
    if external > most:
        raise RefusedError(
            "footprint.external",
            pointer=f"{AT}/lineItems",
            expected=f"at most {shown(most)} kgCO2e in items of type external",
            found=shown(external),
        )


def check_method(
    subject: Mapping[str, Any], method: Mapping[str, Any] | None, rules: Rules
) -> None:
    """Hold declared unit and cut-off against the method and the caps of the rule set.

    Raises:
        RefusedError: `footprint.method`, `footprint.cut_off`.
    """
    if method is not None and method["declaredUnit"] not in (
        _NOT_STATED,
        subject["declaredUnit"],
    ):
        raise RefusedError(
            "footprint.method",
            pointer=f"{AT}/declaredUnit",
            expected=f"{method['declaredUnit']}, by {method['standardNumber']}",
            found=subject["declaredUnit"],
        )
    items = subject["cutOff"]["items"]
    stated = (method or {}).get("cutOff")
    single, whole = rules.cap("cutOffSingle"), rules.cap("cutOffTotal")
    if stated is not None:
        single = min(single, Fraction(stated["single"]))
        whole = min(whole, Fraction(stated["total"]))
    shares = [
        number(item["share"], f"{AT}/cutOff/items/{place}/share")
        for place, item in enumerate(items)
    ]
    for place, share in enumerate(shares):
        if share > single:
            raise _cut_off(f"{AT}/cutOff/items/{place}/share", single, share)
    if sum(shares) > whole:
        raise _cut_off(f"{AT}/cutOff/items", whole, Fraction(sum(shares)))


def _cut_off(pointer: str, most: Fraction, found: Fraction) -> RefusedError:
    return RefusedError(
        "footprint.cut_off", pointer=pointer, expected=f"at most {shown(most)}", found=shown(found)
    )


def _is_primary(line: Line, foundations: Foundations) -> bool:
    """Tell whether an item's factor is primary: measured, one's own, or a supplier's footprint."""
    if line.item["type"] != "activityFactor":
        return line.item["type"] in {"directEmission", "upstreamStatement"}
    return bool(foundations.factor_of(line.item, line.pointer)["dataStatus"] == "measured")


def _magnitude(lines: Sequence[Line]) -> Fraction:
    emissions = (line.emission for line in lines if line.emission and not is_uptake(line))
    return sum(map(abs, emissions), Fraction(0))
