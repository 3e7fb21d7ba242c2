"""Total, subtotals and the result that is displayed.

What a plant took up from the air stands apart: the total and the stages are without it, the
categories list it beside the others (docs/spec/footprint.md#total).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.footprint.figures import exact_text, fits, fixed_text, number, shown
from suyuan_ledger.footprint.foundations import AT
from suyuan_ledger.footprint.units import read_emission_unit

UPTAKE = "biogenicUptake"
RESULT_DIGITS = 3
"""Significant digits that a result keeps: other statements may rest on it."""
DISPLAYED_DIGITS = 2
"""Significant digits that the figure of a certificate or a label keeps."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line item and its emission.

    Attributes:
        pointer: where it stands.
        item: the item itself.
        emission: kilograms of CO2e; None while its figures are sealed.
    """

    pointer: str
    item: Mapping[str, Any]
    emission: Fraction | None


def sum_total(lines: Iterable[Line]) -> Fraction:
    """Add up what counts towards the total and is not sealed."""
    return sum(_counted(lines), Fraction(0))


def subtotals(lines: Sequence[Line], by: str) -> dict[str, Fraction]:
    """Add up by `stage` or by `category`, ascending; a group of sealed items alone gives zero."""
    chosen = [line for line in lines if by == "category" or not is_uptake(line)]
    found: dict[str, Fraction] = {}
    for line in sorted(chosen, key=lambda line: str(line.item[by])):
        word = line.item[by]
        found[word] = found.get(word, Fraction(0)) + (line.emission or 0)
    return found


def result_text(
    total: Fraction, declared_amount: Fraction, unit: str, scale: int, pointer: str
) -> str:
    """Write a total per declared unit, rounded once, half to even, with exactly `scale` places.

    Args:
        total: in kilograms of CO2e.
        declared_amount: declared units that it is for.
        unit: of the result, for example `kgCO2e/TNE`.
        scale: places after the point.
        pointer: where the result stands.

    Raises:
        RefusedError: `footprint.result`, it has more digits than a record has room for.
    """
    value = total / declared_amount / read_emission_unit(unit).kilograms
    text = fixed_text(value, scale)
    if not fits(text):
        raise RefusedError(
            "footprint.result", pointer=pointer, expected="at most 34 digits", found=text
        )
    return text


def check_digits(
    statement: Mapping[str, Any], figure: Mapping[str, Any], digits: int, code: str, pointer: str
) -> None:
    """Refuse a figure that rounding left too little of: half a tonne shown as "0" tonnes.

    Args:
        statement: the statement whose total it is per declared unit.
        figure: `value`, `unit` and `scale`; the value is the right one.
        digits: significant digits that have to be left, unless nothing was rounded away.
        code: of the refusal.
        pointer: where the figure stands.

    Raises:
        RefusedError: with `code`.
    """
    value = number(figure["value"], f"{pointer}/value")
    if abs(value) * 10 ** figure["scale"] >= 10 ** (digits - 1):
        return
    mass = read_emission_unit(figure["unit"]).kilograms
    if value * number(statement["declaredAmount"]) * mass != number(statement["total"]):
        raise RefusedError(
            code,
            pointer=f"{pointer}/scale",
            expected=f"{digits} significant digits",
            found=figure["value"],
        )


def check_total(subject: Mapping[str, Any], lines: Sequence[Line]) -> Fraction:
    """Hold the stated total against the line items, and return it.

    Raises:
        RefusedError: `footprint.total`.
    """
    stated = number(subject["total"], f"{AT}/total")
    _hold("footprint.total", f"{AT}/total", stated, sum_total(lines), sealed=_hides(lines))
    return stated


def check_subtotals(subject: Mapping[str, Any], lines: Sequence[Line], total: Fraction) -> None:
    """Hold the stated stages and categories against the line items and the total.

    Raises:
        RefusedError: `footprint.subtotal`.
    """
    for by, member in (("stage", "byStage"), ("category", "byCategory")):
        at = f"{AT}/{member}"
        found = subtotals(lines, by)
        words = [row[by] for row in subject[member]]
        if words != list(found):
            raise RefusedError(
                "footprint.subtotal", pointer=at, expected=", ".join(found), found=", ".join(words)
            )
        whole = Fraction(0)
        for place, row in enumerate(subject[member]):
            pointer = f"{at}/{place}/emission"
            stated = number(row["emission"], pointer)
            group = [line for line in lines if line.item[by] == row[by]]
            if by == "stage":
                group = [line for line in group if not is_uptake(line)]
            # Uptake is below zero, so that what is disclosed of it bounds it from the other side.
            least, most = found[row[by]], stated
            if row[by] == UPTAKE:
                least, most = -least, -most
            _hold("footprint.subtotal", pointer, most, least, sealed=_hides(group))
            whole += stated if row[by] != UPTAKE else 0
        if whole != total:
            raise RefusedError(
                "footprint.subtotal",
                pointer=at,
                expected=f"{shown(total)} together",
                found=shown(whole),
            )


def check_result(subject: Mapping[str, Any], total: Fraction) -> None:
    """Hold the displayed result against the total.

    Raises:
        RefusedError: `footprint.result`.
    """
    result = subject["result"]
    pointer = f"{AT}/result/value"
    amount = number(subject["declaredAmount"], f"{AT}/declaredAmount")
    expected = result_text(total, amount, result["unit"], result["scale"], pointer)
    if result["value"] != expected:
        raise RefusedError(
            "footprint.result", pointer=pointer, expected=expected, found=result["value"]
        )
    check_digits(subject, result, RESULT_DIGITS, "footprint.result", f"{AT}/result")


def as_member(value: Fraction, code: str, pointer: str) -> str:
    """Write a sum as a record states it.

    Raises:
        RefusedError: with `code`, it has more digits than a record has room for.
    """
    text = exact_text(value)
    if text is None:
        raise RefusedError(
            code,
            pointer=pointer,
            expected="a figure of at most 34 digits, 18 of them after the point",
            found=shown(value),
        )
    return text


def _hold(code: str, pointer: str, stated: Fraction, summed: Fraction, *, sealed: bool) -> None:
    """Refuse a sum that differs; while items are sealed, one that is less than what is not."""
    if stated == summed or (sealed and stated > summed):
        return
    raise RefusedError(
        code,
        pointer=pointer,
        expected=("at least " if sealed else "") + shown(summed),
        found=shown(stated),
    )


def _counted(lines: Iterable[Line]) -> list[Fraction]:
    return [line.emission for line in lines if line.emission is not None and not is_uptake(line)]


def _hides(lines: Iterable[Line]) -> bool:
    return any(line.emission is None for line in lines)


def is_uptake(line: Line) -> bool:
    """Tell whether a line item is about what plants took up."""
    return bool(line.item["category"] == UPTAKE)
