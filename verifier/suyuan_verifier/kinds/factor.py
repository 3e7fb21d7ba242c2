"""FactorSubmission (docs/spec/kinds.md#factorsubmission)."""

from __future__ import annotations

from suyuan_verifier import shape
from suyuan_verifier.kinds.terms import (
    AT,
    BOUNDARIES,
    CLASSIFICATION,
    CODE,
    DATA_STATUS,
    DIGEST,
    EMISSION_UNIT,
    EVIDENCE,
    GEOGRAPHY,
    NOT_STATED,
    PERIOD,
    SERIES,
    SHARE,
    SOURCE,
    UNITS,
    VERSION,
    Subject,
    check_evidence,
    check_geography,
    check_period,
    check_sources,
)
from suyuan_verifier.shape import array, bilingual, fail, obj, one_of, pattern, text

_REQUIRED = {
    "factorCode": CODE,
    "factorVersion": VERSION,
    "seriesType": one_of(*SERIES),
    "productName": bilingual(),
    "declaredUnit": one_of(*UNITS),
    "value": shape.decimal,
    "valueUnit": EMISSION_UNIT,
    "systemBoundary": one_of(*BOUNDARIES, "notApplicable", NOT_STATED),
    "gwpSet": one_of("AR4", "AR5", "AR6", "notStated"),
    "referencePeriod": PERIOD,
    "geography": GEOGRAPHY,
    "dataStatus": one_of(*DATA_STATUS),
    "sources": array(SOURCE, 1, 32),
}
_INVENTORY_FACTOR = {
    "factorValue": shape.decimal,
    "factorUnit": EMISSION_UNIT,
    "emission": shape.decimal,
}
"""How a line of the inventory was calculated: all three members or none."""
_OPTIONAL = {
    "variant": bilingual(),
    "classification": CLASSIFICATION,
    "technologyRoute": bilingual(),
    "gases": array(
        obj(
            {
                "gas": text(32),
                "amount": shape.decimal,
                "unit": text(32),
                "gwp": shape.decimal,
            }
        ),
        1,
        32,
    ),
    "byStage": array(obj({"stage": text(64), "value": shape.decimal}), 1, 32),
    "uncertainty": obj(
        {"distribution": one_of("lognormal", "normal", "uniform", "triangular", "notStated")},
        {"lower": shape.decimal, "upper": shape.decimal, "confidence": shape.decimal},
    ),
    "dqi": array(obj({"indicator": text(64), "score": shape.decimal}), 1, 16),
    "pedigree": pattern(r"\([1-5](?:;[1-5]){4}\)"),
    "primaryDataShare": SHARE,
    "allocation": obj({"method": text(64), "share": shape.decimal, "basis": bilingual()}),
    "method": DIGEST,
    "inventory": array(
        obj(
            {"activity": bilingual(), "quantity": shape.decimal, "unit": text(32)},
            {"source": text(500), **_INVENTORY_FACTOR},
        ),
        1,
        256,
    ),
    "evidence": array(EVIDENCE, 1, 64),
    "dataSetOwner": bilingual(),
    "licence": text(200),
}
_FACTOR = obj(_REQUIRED, _OPTIONAL)


def check_factor(subject: Subject) -> None:
    """因子报送: emissions per declared unit of a product or activity."""
    _FACTOR(subject, AT)
    check_sources(subject["sources"], f"{AT}/sources")
    check_geography(subject["geography"], f"{AT}/geography")
    check_period(subject["referencePeriod"], f"{AT}/referencePeriod")
    check_evidence(subject.get("evidence", ()), f"{AT}/evidence")
    for position, item in enumerate(subject.get("inventory", ())):
        given = sorted(_INVENTORY_FACTOR.keys() & item.keys())
        if given and len(given) != len(_INVENTORY_FACTOR):
            raise fail(
                f"{AT}/inventory/{position}", f"all of {sorted(_INVENTORY_FACTOR)} or none", given
            )
    _check_series(subject)
    for name in ("systemBoundary", "gwpSet"):
        if subject[name] == NOT_STATED and subject["dataStatus"] != "officialTranscribed":
            raise fail(
                f"{AT}/{name}",
                "a stated value unless dataStatus is officialTranscribed",
                NOT_STATED,
                "record.not_stated",
            )


def _check_series(subject: Subject) -> None:
    gas, _, denominator = subject["valueUnit"].partition("/")
    if denominator != subject["declaredUnit"]:
        raise fail(
            f"{AT}/valueUnit", f"per {subject['declaredUnit']}", subject["valueUnit"], "record.unit"
        )
    organisational = subject["seriesType"] == "GRID_CO2_ORG"
    if organisational != (subject["systemBoundary"] == "notApplicable"):
        raise fail(
            f"{AT}/systemBoundary",
            "notApplicable exactly for GRID_CO2_ORG",
            subject["systemBoundary"],
            "record.series",
        )
    if organisational == gas.endswith("e"):
        raise fail(
            f"{AT}/valueUnit",
            "CO2 for GRID_CO2_ORG, CO2e otherwise",
            subject["valueUnit"],
            "record.series",
        )
