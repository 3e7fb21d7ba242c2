"""The line items of a footprint as rows: what a tree and a table both show.

A share is display: a tenth of a percent, rounded half to even from the exact quotient. Nothing is
decided by it; step 9 has judged the figures themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from suyuan_verifier import shape
from suyuan_verifier.errors import MalformedError
from suyuan_verifier.render.terms import APART, DISCLOSED, SEALED, term
from suyuan_verifier.render.words import pick, status_name

NONE = "—"


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line item in one language; texts as signed, not escaped.

    Attributes:
        quantity: with its unit, or the word for sealed.
        factor: what the quantity is multiplied by, with unit; a dash where nothing is.
        share: of the total, in percent.
        note: that a sealed item was disclosed; empty otherwise.
    """

    id: str
    stage: str
    category: str
    activity: str
    quantity: str
    factor: str
    emission: str
    share: str
    status: str
    source: str
    note: str
    illustrative: bool


def line_rows(footprint: dict[str, Any], lang: str) -> Iterator[LineRow]:
    """Yield the rows of `report.record.footprint`, in the order of the statement."""
    total = _exact(footprint["claim"].get("total"))
    for item in footprint["lineItems"]:
        sealed = pick(SEALED, lang)
        open_ = "quantity" in item and "emission" in item
        yield LineRow(
            id=item["id"],
            stage=term(item["stage"], lang),
            category=term(item["category"], lang),
            activity=item["activity"][lang],
            quantity=f"{item['quantity'] if open_ else sealed} {item['unit']}",
            factor=_factor(item),
            emission=item["emission"] if open_ else sealed,
            share=_share(item, total, lang) if open_ else sealed,
            status=status_name(item["dataStatus"], lang),
            source=term(item["activityDataSource"], lang),
            note=pick(DISCLOSED, lang) if open_ and item["sealed"] else "",
            illustrative=rests_on_example(item),
        )


def rests_on_example(item: dict[str, Any]) -> bool:
    """Tell whether an item or the factor that it uses is illustrative."""
    return "illustrative" in (
        item["dataStatus"],
        item.get("factor", {}).get("dataStatus"),
        item.get("statement", {}).get("dataStatus"),
    )


def _factor(item: dict[str, Any]) -> str:
    for name in ("factor", "statement", "external"):
        if name in item:
            return f"{item[name]['value']} {item[name]['valueUnit']}"
    if "gas" in item:
        return f"GWP {item['gas']['gwp']} ({item['gas']['name']})"
    if "formula" in item:
        return f"{item['formula']['id']}{_parameters(item['formula'])}"
    return NONE


def _parameters(formula: dict[str, Any]) -> str:
    named = ", ".join(f"{each['name']}={each['value']}" for each in formula["parameters"])
    return f"({named})"


def _share(item: dict[str, Any], total: Fraction | None, lang: str) -> str:
    if item["category"] == "biogenicUptake":
        return pick(APART, lang)
    emission = _exact(item["emission"])
    return NONE if emission is None or not total else percent(emission / total)


def percent(share: Fraction) -> str:
    """Write a share in percent with one place; what is there never reads as nothing."""
    tenths = round(share * 1000)
    if not tenths and share:
        return "<0.1 %"
    return f"{tenths // 10}.{tenths % 10} %"


def _exact(text: Any) -> Fraction | None:
    """Return a bounded decimal exactly, None for anything else: a report of refused figures."""
    try:
        shape.decimal(text, "")
    except MalformedError:
        return None
    return Fraction(text)
