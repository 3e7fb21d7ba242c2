"""FootprintStatement and FootprintVerification (docs/spec/kinds.md#footprintstatement)."""

from __future__ import annotations

from suyuan_verifier import shape
from suyuan_verifier.kinds.line_item import (
    CATEGORIES,
    STAGES,
    check_line_item,
    check_sealed,
    line_item,
)
from suyuan_verifier.kinds.outcomes import OUTCOMES
from suyuan_verifier.kinds.product import PRODUCT, PRODUCT_IDS, check_product_ids
from suyuan_verifier.kinds.terms import (
    AT,
    BOUNDARIES,
    CLASSIFICATION,
    CONFLICT,
    EMISSION_UNIT,
    FINDINGS,
    GEOGRAPHY,
    NAME,
    PERIOD,
    SHARE,
    UNITS,
    Subject,
    check_ascending,
    check_conflict,
    check_geography,
    check_period,
    positive,
)
from suyuan_verifier.shape import array, bilingual, fail, integer, obj, one_of

MAX_LINE_ITEMS = 480

FIGURE = obj(
    {"value": shape.decimal, "unit": EMISSION_UNIT, "scale": integer(0, shape.MAX_FRACTION_DIGITS)}
)
"""A total per declared unit, rounded once to so many places."""

_STAGES_WITHIN = {
    "cradleToGate": {"production", "rawMaterial"},
    "cradleToGrave": set(STAGES),
    "gateToGate": {"production"},
    "gateToGrave": set(STAGES) - {"rawMaterial"},
}
_STATEMENT = obj(
    {
        "product": PRODUCT,
        "productIds": PRODUCT_IDS,
        "classification": CLASSIFICATION,
        "facility": obj({"name": bilingual(), "geography": GEOGRAPHY}, {"id": NAME}),
        "geography": GEOGRAPHY,
        "declaredUnit": one_of(*UNITS),
        "declaredAmount": positive,
        "systemBoundary": one_of(*BOUNDARIES),
        "gwpSet": one_of("AR4", "AR5", "AR6"),
        "referencePeriod": PERIOD,
        "dataStatus": one_of("calculated", "illustrative"),
        "cutOff": obj(
            {
                "items": array(
                    obj({"name": bilingual(), "share": SHARE, "reason": bilingual()}), 0, 64
                )
            }
        ),
        "lineItems": array(line_item, 1, MAX_LINE_ITEMS),
        "total": shape.decimal,
        "byStage": array(
            obj({"stage": one_of(*STAGES), "emission": shape.decimal}), 1, len(STAGES)
        ),
        "byCategory": array(
            obj({"category": one_of(*CATEGORIES), "emission": shape.decimal}), 1, len(CATEGORIES)
        ),
        "primaryDataShare": obj({"activity": SHARE, "factor": SHARE, "both": SHARE}),
        "result": FIGURE,
    },
    {"productMass": positive},
)
_VERIFICATION = obj(
    {
        "result": one_of(*OUTCOMES["FootprintVerification"][1]),
        "level": one_of("limited", "reasonable"),
        "standard": NAME,
        "materiality": SHARE,
        "conflictOfInterest": CONFLICT,
        "completedOn": shape.day,
    },
    {"findings": FINDINGS},
)


def check_statement(subject: Subject) -> None:
    """产品碳足迹声明: a product's footprint, line by line."""
    _STATEMENT(subject, AT)
    check_product_ids(subject["productIds"], f"{AT}/productIds")
    check_geography(subject["geography"], f"{AT}/geography")
    check_geography(subject["facility"]["geography"], f"{AT}/facility/geography")
    check_period(subject["referencePeriod"], f"{AT}/referencePeriod")
    items, at = subject["lineItems"], f"{AT}/lineItems"
    check_ascending(items, lambda item: item["id"], at, "id")
    stages = _STAGES_WITHIN[subject["systemBoundary"]]
    for position, item in enumerate(items):
        if item["stage"] not in stages:
            raise fail(
                f"{at}/{position}/stage", " | ".join(sorted(stages)), item["stage"], "record.stage"
            )
        check_line_item(item, f"{at}/{position}")
    check_sealed(items, at)
    check_ascending(subject["byStage"], lambda row: row["stage"], f"{AT}/byStage", "stage")
    check_ascending(
        subject["byCategory"], lambda row: row["category"], f"{AT}/byCategory", "category"
    )
    check_figure(subject["result"], f"{AT}/result", subject["declaredUnit"])


def check_figure(figure: Subject, pointer: str, declared_unit: str | None = None) -> None:
    """Check that a figure is of CO2 equivalents, and per the declared unit if one is known."""
    gas, _, denominator = figure["unit"].partition("/")
    if not gas.endswith("CO2e") or denominator not in (
        UNITS if declared_unit is None else (declared_unit,)
    ):
        raise fail(
            f"{pointer}/unit",
            f"CO2e per {declared_unit or 'declared unit'}",
            figure["unit"],
            "record.unit",
        )


def check_footprint_verification(subject: Subject) -> None:
    """核查意见: whether an independent body confirms a statement."""
    _VERIFICATION(subject, AT)
    check_conflict(subject["conflictOfInterest"], f"{AT}/conflictOfInterest")
