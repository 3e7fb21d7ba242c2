"""Which electricity factor a supply may claim (docs/spec/footprint.md#electricity).

The average of a grid is for power from the grid. The factor of one way of generation is for power
from a direct line or one's own plant, or for power claimed by green certificates: that came
through the grid, and the losses on the way are one line more. That a plant stands in a province
with much hydropower entitles nobody's grid power to the factor of hydropower.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from suyuan_verifier.errors import ProofError
from suyuan_verifier.footprint.emission import allocated, converted
from suyuan_verifier.footprint.exact import ZERO, brief, product, total
from suyuan_verifier.footprint.factors import Named
from suyuan_verifier.footprint.rules import FootprintRules
from suyuan_verifier.footprint.statement import Line, Statement

_OWN_LINE = frozenset({"directLine", "own"})


@dataclass(frozen=True, slots=True)
class _Supply:
    """A line of electricity, with the type of its factor: average, generation, transmission."""

    line: Line
    kind: str

    @property
    def claims(self) -> dict[str, Any]:
        claims: dict[str, Any] = self.line.item["electricity"]
        return claims

    @property
    def certified(self) -> bool:
        return self.kind == "generation" and self.claims["instrument"] == "greenCertificate"


def check_electricity(
    statement: Statement, named: Named, rules: FootprintRules
) -> Iterator[ProofError]:
    """Check the electricity lines of a statement.

    Args:
        statement: the statement.
        named: what its lines rest on; a line without a known factor is left out.
        rules: which factor is of which type, and exact conversions.
    """
    supplies: dict[str, _Supply] = {}
    for line in statement.lines:
        factor = named.factors.get(line.item["id"])
        if factor is None:
            continue
        electric = factor["seriesType"] == "ELEC_FOOTPRINT"
        if electric != ("electricity" in line.item):
            yield line.problem(
                "footprint.electricity",
                "electricity",
                expected="present exactly for a factor of ELEC_FOOTPRINT",
                found=factor["seriesType"],
            )
        elif electric:
            supplies[line.item["id"]] = _Supply(line, _type_of(factor, rules))
    for supply in supplies.values():
        yield from _check_supply(statement, supply)
    yield from _check_transmission(supplies, rules)
    yield from _check_twice(statement)


def _type_of(factor: dict[str, Any], rules: FootprintRules) -> str:
    """Only official figures are averages or losses: anybody can write the code of one."""
    if factor["dataStatus"] != "officialTranscribed":
        return "generation"
    return rules.electricity.get(factor["factorCode"], "generation")


def _check_supply(statement: Statement, supply: _Supply) -> Iterator[ProofError]:
    line, claims = supply.line, supply.claims
    instrument, transmits = claims["instrument"], "transmissionOf" in claims
    if supply.kind == "generation":
        expected = "directLine or own with evidence, or greenCertificate"
        right = not transmits and (
            instrument == "greenCertificate"
            or (instrument in _OWN_LINE and "evidence" in line.item)
        )
    else:
        wanted = supply.kind == "transmission"
        expected = "grid" + (", and what it transmits" if wanted else "")
        right = instrument == "grid" and transmits == wanted
    if not right:
        yield line.problem(
            "footprint.electricity",
            "electricity",
            expected=f"{supply.kind}: {expected}",
            found=instrument,
        )
    own, period = statement.subject["referencePeriod"], claims["period"]
    if period["start"] < own["start"] or period["end"] > own["end"]:
        yield line.problem(
            "footprint.electricity_period",
            "electricity/period",
            expected=f"within {own['start']} to {own['end']}",
            found=f"{period['start']} to {period['end']}",
        )


def _check_transmission(
    supplies: dict[str, _Supply], rules: FootprintRules
) -> Iterator[ProofError]:
    """Losses on the way: once for power by certificate, else only by an official text."""
    carried: Counter[str] = Counter()
    for supply in supplies.values():
        if supply.kind != "transmission":
            continue
        names = supply.claims.get("transmissionOf", ())
        for name in names:
            target = supplies.get(name)
            allowed = target is not None and (
                target.certified or (target.kind == "average" and "basis" in supply.claims)
            )
            if not allowed:
                yield supply.line.problem(
                    "footprint.td",
                    "electricity/transmissionOf",
                    expected="power by green certificate, or of the grid by an official text",
                    found=name,
                )
        carried.update(names)
        yield from _check_carried(
            supply, [supplies[name] for name in names if name in supplies], rules
        )
    for name, supply in supplies.items():
        if carried[name] > 1:
            yield supply.line.problem("footprint.td_twice", expected="1", found=carried[name])
        elif supply.certified and not carried[name]:
            yield supply.line.problem(
                "footprint.td_missing", expected="a transmission item that names it", found="none"
            )


def _check_carried(
    supply: _Supply, targets: list[_Supply], rules: FootprintRules
) -> Iterator[ProofError]:
    lines = [supply.line, *(target.line for target in targets)]
    if any(line.quantity is None for line in lines):
        return
    try:
        own, *carried = [_carried_power(line, rules) for line in lines]
    except ProofError as error:
        yield supply.line.problem("footprint.td_quantity", "unit", "KWH", error.found)
        return
    expected = total(carried)
    if own != expected:
        yield supply.line.problem(
            "footprint.td_quantity",
            "quantity",
            expected=f"{brief(expected)} KWH",
            found=f"{brief(own)} KWH",
        )


def _carried_power(line: Line, rules: FootprintRules) -> Decimal:
    """Return how many kWh of a line count for the product.

    After conversion and allocation: else losses could be stated for the right amount of power, and
    then be allocated away.
    """
    exact = converted(line, "KWH", rules)
    return product(line.quantity or ZERO, exact, allocated(line))


def _check_twice(statement: Statement) -> Iterator[ProofError]:
    seen: set[str] = set()
    for line in statement.lines:
        claimed = certificates_of(line)
        again = next((certificate for certificate in claimed if certificate in seen), None)
        if again is not None:
            yield line.problem(
                "footprint.certificate_twice",
                "electricity/certificateIds",
                expected="each certificate once",
                found=again,
            )
        seen.update(claimed)


def certificates_of(line: Line) -> list[str]:
    """Return the green certificates that a line claims."""
    certificates: list[str] = line.item.get("electricity", {}).get("certificateIds", [])
    return certificates
