"""FootprintStatement: stages of its boundary, electricity, and what may be sealed.

What follows from the figures is not a matter of shape: docs/spec/footprint.md.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.rules.values import (
    check_ascending,
    check_figure,
    check_period,
    check_product_ids,
    check_sorted,
    check_sources,
    check_whole_numbers,
)

_UPTAKE = "biogenicUptake"
STAGES = {
    "gateToGate": frozenset({"production"}),
    "cradleToGate": frozenset({"rawMaterial", "production"}),
    "gateToGrave": frozenset({"production", "distribution", "use", "endOfLife"}),
    "cradleToGrave": frozenset({"rawMaterial", "production", "distribution", "use", "endOfLife"}),
}
"""System boundary -> the life-cycle stages inside it."""


def check_statement(subject: dict[str, Any], at: str) -> None:
    """Check 产品碳足迹声明."""
    check_whole_numbers(subject, at)
    check_product_ids(subject["productIds"], f"{at}/productIds")
    check_period(subject["referencePeriod"], f"{at}/referencePeriod")
    check_figure(subject["result"], f"{at}/result", subject["declaredUnit"])
    items = subject["lineItems"]
    check_ascending(items, ("id",), f"{at}/lineItems")
    check_ascending(subject["byStage"], ("stage",), f"{at}/byStage")
    check_ascending(subject["byCategory"], ("category",), f"{at}/byCategory")
    boundary = subject["systemBoundary"]
    for place, item in enumerate(items):
        pointer = f"{at}/lineItems/{place}"
        if item["stage"] not in STAGES[boundary]:
            raise RefusedError(
                "record.stage",
                pointer=f"{pointer}/stage",
                expected=f"a stage of {boundary}",
                found=item["stage"],
            )
        _check_item(item, pointer)
    check_sealed(items, f"{at}/lineItems")


def _check_item(item: dict[str, Any], at: str) -> None:
    """Check the parts that some line items have."""
    if "source" in item.get("conversion", ()):
        check_sources([item["conversion"]["source"]], f"{at}/conversion/source")
    for place, file in enumerate(item.get("evidence", ())):
        if "period" in file:
            check_period(file["period"], f"{at}/evidence/{place}/period")
    if "formula" in item:
        check_ascending(item["formula"]["parameters"], ("name",), f"{at}/formula/parameters")
    if "electricity" in item:
        _check_electricity(item["electricity"], f"{at}/electricity")


def _check_electricity(use: dict[str, Any], at: str) -> None:
    check_period(use["period"], f"{at}/period")
    for name in ("certificateIds", "transmissionOf"):
        check_sorted(use.get(name, []), f"{at}/{name}")
    if "basis" in use:
        check_sources([use["basis"]], f"{at}/basis")
    by_certificate = use["instrument"] == "greenCertificate" and "transmissionOf" not in use
    if by_certificate != ("certificateIds" in use):
        raise RefusedError(
            "record.electricity",
            pointer=f"{at}/certificateIds",
            expected="present exactly for greenCertificate without transmissionOf",
            found=use["instrument"],
        )


def check_sealed(items: list[dict[str, Any]], at: str) -> None:
    """Refuse to seal what a subtotal, a formula, a transmission line or a twin gives away.

    Args:
        items: line items, whose shape holds.
        at: where the list stands.

    Raises:
        RefusedError: `record.sealed`.
    """
    hidden = {item["id"]: place for place, item in enumerate(items) if "_sd" in item}
    digests = [items[place]["_sd"][0] for place in hidden.values()]
    if len(set(digests)) < len(digests):
        twice = next(digest for digest, count in Counter(digests).items() if count > 1)
        raise _unsealed(at, "each digest once", twice)
    for name, place in hidden.items():
        if "formula" in items[place]:
            raise _unsealed(f"{at}/{place}", "no sealed item with a formula", name)
    known = {item["id"] for item in items}
    for place, item in enumerate(items):
        for name in known.intersection(_carried(item)):
            if (name in hidden) != (item["id"] in hidden):
                expected = "sealed together with the items that it transmits"
                raise _unsealed(f"{at}/{place}", expected, name)
    # How much a transmission line carries follows from others: it hides nothing beside them.
    shown = {name: items[place] for name, place in hidden.items()}
    telling = Counter(_ends(item) for item in shown.values() if not _carried(item))
    for name, item in shown.items():
        ends = _ends(item)
        alone = 0 if _carried(item) else 1
        others = [cell for cell, count in telling.items() if count > (cell == ends) * alone]
        if not _connected(ends, others):
            expected = "other sealed items between its stage and its category, transmission apart"
            raise _unsealed(f"{at}/{hidden[name]}", expected, name)


def _carried(item: dict[str, Any]) -> list[str]:
    """Return the items whose electricity a transmission line carries."""
    carried: list[str] = item.get("electricity", {}).get("transmissionOf", [])
    return carried


def _ends(item: dict[str, Any]) -> tuple[str, str]:
    """Return the subtotals that an item joins; what plants take up belongs to no stage."""
    return ("" if item["category"] == _UPTAKE else item["stage"], item["category"])


def _connected(ends: tuple[str, str], cells: list[tuple[str, str]]) -> bool:
    """Tell whether a stage and a category are connected by cells of the table that both span.

    An item whose subtotals nothing else connects is the difference of other subtotals: in the
    graph of stages and categories it is a bridge. Any other lies on a circle, around which
    emissions can be shifted without changing a sum.
    """
    reached, known = {ends[0]}, 0
    while known < len(reached):
        known = len(reached)
        reached.update(end for cell in cells if not reached.isdisjoint(cell) for end in cell)
    return ends[1] in reached


def _unsealed(pointer: str, expected: str, found: str) -> RefusedError:
    return RefusedError("record.sealed", pointer=pointer, expected=expected, found=found)
