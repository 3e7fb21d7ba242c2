"""Totals, subtotals, shares and caps of one statement (docs/spec/footprint.md#total and #shares).

All from the emissions that the lines state; that each of them is right was judged line by line.
While lines are sealed, what is disclosed may not exceed what is stated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from suyuan_verifier.errors import ProofError
from suyuan_verifier.footprint.emission import KILOGRAMS
from suyuan_verifier.footprint.exact import (
    ZERO,
    brief,
    difference,
    plain,
    product,
    quotient,
    total,
)
from suyuan_verifier.footprint.factors import Named
from suyuan_verifier.footprint.rules import FootprintRules
from suyuan_verifier.footprint.statement import UPTAKE, Line, Statement
from suyuan_verifier.kinds.terms import AT

RESULT_DIGITS = 3
"""Significant digits that are left of a result, on which other statements may rest."""
DISPLAYED_DIGITS = 2
"""Significant digits that are left of the figure of a certificate or a label."""


def check_totals(statement: Statement) -> Iterator[ProofError]:
    """Compare total, subtotals and result with the emissions of the lines."""
    subject = statement.subject
    counted = [line for line in statement.lines if not line.uptake]
    yield from _compare(counted, subject["total"], "footprint.total", f"{AT}/total")
    yield from _subtotals(counted, subject["byStage"], "stage", f"{AT}/byStage")
    yield from _subtotals(statement.lines, subject["byCategory"], "category", f"{AT}/byCategory")
    if statement.undisclosed:
        # With every line at hand the total was compared with them, and so was every subtotal.
        yield from _check_sums(subject)
    result = subject["result"]
    expected = per_unit(subject, result["unit"], result["scale"])
    if result["value"] != expected:
        yield ProofError(
            "footprint.result",
            pointer=f"{AT}/result/value",
            expected=expected,
            found=result["value"],
        )
    elif is_coarse(subject, result, RESULT_DIGITS):
        yield ProofError(
            "footprint.result",
            pointer=f"{AT}/result/scale",
            expected=f"{RESULT_DIGITS} significant digits",
            found=result["value"],
        )


def is_coarse(statement: dict[str, Any], figure: dict[str, Any], digits: int) -> bool:
    """Tell whether rounding left fewer significant digits than asked for, and lost something.

    Half a tonne that is shown as zero tonnes would be half a tonne that nobody counts.

    Args:
        statement: `credentialSubject` of a FootprintStatement.
        figure: `value`, `unit` and `scale`; the value is the right one.
        digits: how many have to be left.
    """
    value = Decimal(figure["value"])
    if value.copy_abs() >= Decimal(1).scaleb(digits - 1 - figure["scale"]):
        return False
    mass = KILOGRAMS[figure["unit"].partition("C")[0]]
    exact = product(value, Decimal(statement["declaredAmount"]), mass)
    return exact != Decimal(statement["total"])


def _check_sums(subject: dict[str, Any]) -> Iterator[ProofError]:
    """Subtotals add up to the total, also while lines are sealed."""
    for name, key in (("byStage", "stage"), ("byCategory", "category")):
        found = total(Decimal(row["emission"]) for row in subject[name] if row[key] != UPTAKE)
        if found != Decimal(subject["total"]):
            yield ProofError(
                "footprint.subtotal",
                pointer=f"{AT}/{name}",
                expected=subject["total"],
                found=brief(found),
            )


def per_unit(statement: dict[str, Any], unit: str, scale: int) -> str:
    """Return a statement's total per declared unit, rounded once, with exactly `scale` places.

    Args:
        statement: `credentialSubject` of a FootprintStatement.
        unit: what it is written in, such as `tCO2e/TNE`; per the statement's declared unit.
        scale: places after the point.
    """
    per = product(Decimal(statement["declaredAmount"]), KILOGRAMS[unit.partition("C")[0]])
    return plain(quotient(Decimal(statement["total"]), per, scale))


def check_shares(statement: Statement, named: Named, rules: FootprintRules) -> Iterator[ProofError]:
    """Compare primary data shares and the share of databases outside with the lines.

    While lines are sealed, each share lies between what is known to count and that with all that
    is still sealed, if a sealed line is of the kind that counts: else two sealed zeros would hide
    what everybody can see.
    """
    # Without uptake, as the total: else a large uptake would make every other share small.
    lines = [line for line in statement.lines if not line.uptake]
    whole = Decimal(statement.subject["total"])
    rest = difference(whole, _magnitude(lines))  # zero if nothing is sealed, or refused already
    if not statement.undisclosed:
        whole, rest = _magnitude(lines), ZERO

    def measured(line: Line) -> bool:
        kind = line.item["type"]
        if kind == "activityFactor":
            factor = named.factors.get(line.item["id"])
            return factor is not None and factor["dataStatus"] == "measured"
        return bool(kind != "external")

    def primary(line: Line) -> bool:
        return bool(line.item["activityDataSource"] == "primary")

    rows: tuple[tuple[str, Callable[[Line], bool]], ...] = (
        ("activity", primary),
        ("factor", measured),
        ("both", lambda line: primary(line) and measured(line)),
    )
    for name, chosen in rows:
        counted = [line for line in lines if chosen(line)]
        least = _magnitude(counted)
        most = total([least, rest]) if any(line.emission is None for line in counted) else least
        low, high = (_share(part, whole, rules.share_scale) for part in (least, most))
        found = statement.subject["primaryDataShare"][name]
        if not (
            Decimal(low) <= Decimal(found) <= Decimal(high)
            and len(found.partition(".")[2]) == rules.share_scale
        ):
            yield ProofError(
                "footprint.primary_share",
                pointer=f"{AT}/primaryDataShare/{name}",
                expected=low if low == high else f"{low} to {high}",
                found=found,
            )
    external = _magnitude(line for line in lines if line.item["type"] == "external")
    if external > product(rules.external_share, whole):
        yield ProofError(
            "footprint.external",
            pointer=f"{AT}/lineItems",
            expected=f"<= {rules.external_share} of {brief(whole)}",
            found=brief(external),
        )


def check_cut_off(
    statement: Statement, method: dict[str, Any] | None, rules: FootprintRules
) -> Iterator[ProofError]:
    """Compare what was neglected with what the rule set, and the method, allow."""
    single, most = rules.cut_off_single, rules.cut_off_total
    if method is not None and "cutOff" in method:
        single = min(single, Decimal(method["cutOff"]["single"]))
        most = min(most, Decimal(method["cutOff"]["total"]))
    items = statement.subject["cutOff"]["items"]
    for position, item in enumerate(items):
        if Decimal(item["share"]) > single:
            yield ProofError(
                "footprint.cut_off",
                pointer=f"{AT}/cutOff/items/{position}/share",
                expected=f"<= {single}",
                found=item["share"],
            )
    neglected = total(Decimal(item["share"]) for item in items)
    if neglected > most:
        yield ProofError(
            "footprint.cut_off",
            pointer=f"{AT}/cutOff/items",
            expected=f"<= {most} together",
            found=brief(neglected),
        )
    unit = statement.subject["declaredUnit"]
    if method is not None and method["declaredUnit"] not in (unit, "notStated"):
        yield ProofError(
            "footprint.method",
            pointer=f"{AT}/declaredUnit",
            expected=method["declaredUnit"],
            found=unit,
        )


def check_data_status(statement: Statement, named: Named) -> Iterator[ProofError]:
    """An example stays an example: what rests on one says so, and nothing else does."""
    sources = [line.item for line in statement.lines]
    sources += named.factors.values()
    sources += [item.record.subject for item in named.statements.values()]
    illustrative = any(source["dataStatus"] == "illustrative" for source in sources)
    expected = "illustrative" if illustrative else "calculated"
    found = statement.subject["dataStatus"]
    if found != expected:
        yield ProofError(
            "footprint.data_status", pointer=f"{AT}/dataStatus", expected=expected, found=found
        )


def _subtotals(
    lines: Iterable[Line], rows: list[dict[str, Any]], name: str, pointer: str
) -> Iterator[ProofError]:
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.item[name], []).append(line)
    listed = [row[name] for row in rows]
    if listed != sorted(groups):
        yield ProofError(
            "footprint.subtotal",
            pointer=pointer,
            expected=", ".join(sorted(groups)) or "none",
            found=", ".join(listed),
        )
        return
    for position, row in enumerate(rows):
        yield from _compare(
            groups[row[name]], row["emission"], "footprint.subtotal", f"{pointer}/{position}"
        )


def _compare(lines: list[Line], stated: str, code: str, pointer: str) -> Iterator[ProofError]:
    known = [line.emission for line in lines if line.emission is not None]
    found = total(known)
    if len(known) == len(lines):
        if found != Decimal(stated):
            yield ProofError(code, pointer=pointer, expected=brief(found), found=stated)
    elif all(not line.uptake for line in lines) and found > Decimal(stated):
        # Emissions are not negative, so what is still sealed cannot make up for it.
        yield ProofError(code, pointer=pointer, expected=f">= {brief(found)}", found=stated)


def _magnitude(lines: Iterable[Line]) -> Decimal:
    return total(line.emission.copy_abs() for line in lines if line.emission is not None)


def _share(part: Decimal, whole: Decimal, scale: int) -> str:
    """Write a share of a whole; of nothing every share is zero."""
    return plain(quotient(part, whole, scale) if whole > 0 else quotient(ZERO, Decimal(1), scale))
