"""Shares of a footprint: of primary data, of external data, of what is cut off.

Each is a share of the sum of |emission| over the line items that count in the total. What plants
took up does not: a large uptake would make every other share small
(docs/spec/footprint.md#shares).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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
    whole = _magnitude(lines)
    return {
        name: fixed_text(_of(_magnitude(filter(holds, lines)), whole), places)
        for name, holds in _questions(foundations).items()
    }


def check_primary_shares(
    subject: Mapping[str, Any], lines: Sequence[Line], foundations: Foundations, rules: Rules
) -> None:
    """Hold the stated shares of primary data against the line items.

    While some are sealed, a share lies between what is open and that with everything sealed, if a
    sealed item is of the kind that counts.

    Raises:
        RefusedError: `footprint.primary_share`.
    """
    whole, sealed = _whole(subject, lines)
    for name, holds in _questions(foundations).items():
        chosen = [line for line in lines if holds(line) and not is_uptake(line)]
        least = _magnitude(chosen)
        most = least + sealed if any(line.emission is None for line in chosen) else least
        low, high = (fixed_text(_of(part, whole), rules.share_scale) for part in (least, most))
        found = subject["primaryDataShare"][name]
        written = len(found.partition(".")[2]) == rules.share_scale
        if not (written and Fraction(low) <= Fraction(found) <= Fraction(high)):
            raise RefusedError(
                "footprint.primary_share",
                pointer=f"{AT}/primaryDataShare/{name}",
                expected=low if low == high else f"{low} to {high}",
                found=found,
            )


def check_external(subject: Mapping[str, Any], lines: Sequence[Line], rules: Rules) -> None:
    """Refuse more than the cap from databases outside the register, as far as items are open.

    Raises:
        RefusedError: `footprint.external`.
    """
    whole, _ = _whole(subject, lines)
    external = _magnitude(line for line in lines if line.item["type"] == "external")
    most = rules.cap("externalShare") * whole
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


def _questions(foundations: Foundations) -> dict[str, Callable[[Line], bool]]:
    """Say for each share which line items count for it."""

    def by_activity(line: Line) -> bool:
        return bool(line.item["activityDataSource"] == "primary")

    def by_factor(line: Line) -> bool:
        return _is_primary(line, foundations)

    return {
        "activity": by_activity,
        "factor": by_factor,
        "both": lambda line: by_activity(line) and by_factor(line),
    }


def _whole(subject: Mapping[str, Any], lines: Sequence[Line]) -> tuple[Fraction, Fraction]:
    """Return what shares are of, and how much of it is sealed."""
    known = _magnitude(lines)
    if all(line.emission is not None for line in lines):
        return known, Fraction(0)
    stated = Fraction(subject["total"])
    return stated, stated - known


def _of(part: Fraction, whole: Fraction) -> Fraction:
    return part / whole if whole else whole


def _magnitude(lines: Iterable[Line]) -> Fraction:
    emissions = (line.emission for line in lines if line.emission and not is_uptake(line))
    return sum(map(abs, emissions), Fraction(0))
