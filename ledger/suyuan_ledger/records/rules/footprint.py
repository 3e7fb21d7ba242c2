"""FootprintStatement: stages of its boundary, electricity, and what may be sealed.

What follows from the figures is not a matter of shape: docs/spec/footprint.md.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.rules.values import (
    check_ascending,
    check_period,
    check_product_ids,
    check_sorted,
    check_sources,
    check_whole_numbers,
)

_AT_LEAST = 2
"""Sealed items of one stage: what is alone follows from the subtotal."""
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
    unit, declared = subject["result"]["unit"], subject["declaredUnit"]
    if unit.partition("/")[2] != declared:
        raise RefusedError(
            "record.unit", pointer=f"{at}/result/unit", expected=f"per {declared}", found=unit
        )
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
    _check_sealed(items, f"{at}/lineItems")


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


def _check_sealed(items: list[dict[str, Any]], at: str) -> None:
    """Refuse to seal what a subtotal or a formula gives away."""
    for place, item in enumerate(items):
        if "_sd" in item and "formula" in item:
            raise RefusedError(
                "record.sealed",
                pointer=f"{at}/{place}/_sd",
                expected="no sealed item with a formula",
                found=item["id"],
            )
    sealed = Counter(item["stage"] for item in items if "_sd" in item)
    for stage, count in sealed.items():
        if count < _AT_LEAST:
            raise RefusedError(
                "record.sealed",
                pointer=at,
                expected=f"{_AT_LEAST} sealed items or none in each stage",
                found=f"{count} in {stage}",
            )
