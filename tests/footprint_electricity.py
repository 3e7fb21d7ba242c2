"""The rules of electricity in a footprint, once more and apart from the verifier.

Average electricity comes from the grid and carries its transmission. Generated electricity comes
by a direct line, from an own plant, or by a certificate, and then one line item says what it took
to transmit it. That a plant of that kind stands in the province says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from footprint_figures import Unjudged, quantity_in, share_of

Subject = dict[str, Any]
Kinds = list[tuple[Subject, str]]
"""Line items, each with `average`, `generation`, `transmission`, or nothing."""


def electricity(subject: Subject, rules: Subject, kinds: Kinds) -> Iterator[str]:
    """Name each rule that the line items of a statement break."""
    green = {line["id"] for line, kind in kinds if _is_certified(line, kind)}
    period = subject["referencePeriod"]
    carried: list[str] = []
    for line, kind in kinds:
        said = line.get("electricity")
        if (said is None) != (kind == ""):
            yield "footprint.electricity"
            continue
        if said is None:
            continue
        if not _instrument_fits(kind, said, line):
            yield "footprint.electricity"
        if said["period"]["start"] < period["start"] or said["period"]["end"] > period["end"]:
            yield "footprint.electricity_period"
        if kind == "transmission":
            carried += said.get("transmissionOf", [])
            yield from _transmitted(line, kinds, green, rules)
    for name in green:
        if name not in carried:
            yield "footprint.td_missing"
        if carried.count(name) > 1:
            yield "footprint.td_twice"


def _is_certified(line: Subject, kind: str) -> bool:
    instrument = line.get("electricity", {}).get("instrument")
    return kind == "generation" and instrument == "greenCertificate"


def _instrument_fits(kind: str, said: Subject, line: Subject) -> bool:
    if ("transmissionOf" in said) != (kind == "transmission"):
        return False
    instrument = said["instrument"]
    if kind in ("average", "transmission"):
        return instrument == "grid"
    if instrument in ("directLine", "own"):
        return "evidence" in line
    return instrument == "greenCertificate"


def _transmitted(line: Subject, kinds: Kinds, green: set[str], rules: Subject) -> Iterator[str]:
    """What one transmission item says of the items that it names."""
    names = line["electricity"].get("transmissionOf", [])
    average = {other["id"] for other, kind in kinds if kind == "average"}
    fits = green | (average if "basis" in line["electricity"] else set())
    if not set(names) <= fits:
        yield "footprint.td"
    supplies = [other for other, kind in kinds if kind and "electricity" in other]
    moved = [other for other in supplies if other["id"] in names]
    if not all("quantity" in each for each in (line, *moved)):
        return
    try:
        own, *others = (quantity_in(each, "KWH", rules) * share_of(each) for each in (line, *moved))
    except Unjudged:
        yield "footprint.td_quantity"
        return
    if own != sum(others):
        yield "footprint.td_quantity"
