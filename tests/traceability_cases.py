"""Submissions that break, pass or escape each record rule: one table for both packages.

All figures are made up to add up; the organisation is fictional.
"""

from __future__ import annotations

from copy import deepcopy
from typing import NamedTuple

VALID_FROM = "2026-03-01T08:00:00Z"
RULE_SET = {
    "traceability": {
        "rules": [
            {"ruleId": name, "severity": severity}
            for name, severity in (
                ("allocation.share", "error"),
                ("boundary.stated", "info"),
                ("data.illustrative", "info"),
                ("duplicate.admitted", "error"),
                ("evidence.files", "error"),
                ("evidence.present", "warning"),
                ("gases.gwp", "error"),
                ("gases.sum", "error"),
                ("inventory.emission", "error"),
                ("inventory.series", "error"),
                ("inventory.sum", "error"),
                ("period.past", "error"),
                ("period.year", "warning"),
                ("range.robust", "warning"),
                ("series.geography", "error"),
                ("sources.stated", "error"),
                ("stages.sum", "error"),
                ("systems.cross-check", "error"),
                ("uncertainty.range", "error"),
                ("unit.dimension", "error"),
                ("unit.magnitude", "warning"),
                ("value.sign", "warning"),
            )
        ],
        "plausible": [
            {"unit": "KGM", "low": "0.001", "high": "100"},
            {"unit": "KWH", "low": "0.001", "high": "2"},
            {"unit": "MWH", "low": "1", "high": "2000"},
            {"unit": "TNE", "low": "1", "high": "100000"},
        ],
        "range": {"minimumSample": 3, "spread": "5"},
        "tolerances": [{"system": "energyMonitoring", "relative": "0.05"}],
    },
    "conversions": [{"from": "MWH", "to": "KWH", "factor": "1000"}],
}


def text(words: str) -> dict:
    """Text for people."""
    return {"zh": words, "en": words}


def sound() -> dict:
    """A submission to which every rule applies that can apply to a product, and which keeps all."""
    return {
        "factorCode": "EXAMPLE-INGOT",
        "factorVersion": "1",
        "seriesType": "PRODUCT_FOOTPRINT",
        "productName": text("示例铝锭（虚构）"),
        "declaredUnit": "TNE",
        "value": "5.31",
        "valueUnit": "tCO2e/TNE",
        "systemBoundary": "cradleToGate",
        "gwpSet": "AR6",
        "referencePeriod": {"start": "2025-01-01", "end": "2025-12-31"},
        "geography": {"scheme": "ISO3166", "code": "CN-YN"},
        "dataStatus": "calculated",
        "sources": [
            {
                "title": text("示例报告（虚构）"),
                "publisher": text("示例厂（虚构）"),
                "documentNumber": "notStated",
                "date": "2026-01-31",
                "locator": "p. 3",
            }
        ],
        "gases": [
            {"gas": "CO2", "amount": "5.0", "unit": "TNE", "gwp": "1"},
            {"gas": "CF4", "amount": "42", "unit": "g", "gwp": "7380"},
        ],
        "byStage": [{"stage": "A1", "value": "2.3"}, {"stage": "A3", "value": "3.01"}],
        "inventory": [
            {
                "activity": text("电力"),
                "quantity": "13.5",
                "unit": "MWH",
                "factorValue": "0.20",
                "factorUnit": "kgCO2e/KWH",
                "emission": "2700",
            },
            {
                "activity": text("氧化铝"),
                "quantity": "1.93",
                "unit": "TNE",
                "factorValue": "1.35",
                "factorUnit": "tCO2e/TNE",
                "emission": "2.61",
            },
        ],
        "evidence": [
            {
                "role": "meter",
                "digestSRI": "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
                "mediaType": "text/plain",
                "size": 3,
                "disclosure": "members",
            }
        ],
        "uncertainty": {
            "distribution": "normal",
            "lower": "5.0",
            "upper": "5.6",
            "confidence": "0.95",
        },
        "allocation": {"method": "mass", "share": "1", "basis": text("质量")},
    }


def official_electricity() -> dict:
    """The shape of an official electricity footprint factor; the figure is illustrative."""
    base = sound()
    for name in ("gases", "byStage", "inventory", "evidence", "uncertainty", "allocation"):
        del base[name]
    return base | {
        "seriesType": "ELEC_FOOTPRINT",
        "declaredUnit": "KWH",
        "value": "0.5",
        "valueUnit": "kgCO2e/KWH",
        "systemBoundary": "notStated",
        "gwpSet": "notStated",
        "geography": {"scheme": "ISO3166", "code": "CN"},
        "dataStatus": "officialTranscribed",
    }


class RuleCase(NamedTuple):
    """One submission under one rule."""

    rule: str
    name: str
    outcome: str
    change: dict
    observed: str | None = None
    expected: str | None = None
    base: str = "sound"


def _item(member: str, place: int, **changes: object) -> dict:
    items = deepcopy(sound()[member])
    items[place].update(changes)
    return {member: items}


GRID = {"seriesType": "GRID_CO2_ORG", "valueUnit": "kgCO2/KWH", "systemBoundary": "notApplicable"}
NA, NE = "notApplicable", "notEvaluated"
GAS = _item("gases", 0)["gases"][0]
_SOURCE = sound()["sources"][0]
_PLAIN = _item("inventory", 0)["inventory"][0]
_BARE = {name: _PLAIN[name] for name in ("activity", "quantity", "unit")}

CASES = [
    RuleCase(
        "allocation.share",
        "nothing",
        "fail",
        {"allocation": {"method": "m", "share": "0", "basis": text("b")}},
        "0",
        "> 0, <= 1",
    ),
    RuleCase(
        "allocation.share",
        "more than all",
        "fail",
        {"allocation": {"method": "m", "share": "1.000000000000000001", "basis": text("b")}},
        "1.000000000000000001",
        "> 0, <= 1",
    ),
    RuleCase("allocation.share", "absent", NA, {"allocation": None}),
    RuleCase(
        "boundary.stated", "not stated", "fail", {}, "notStated", "a system boundary", "electricity"
    ),
    RuleCase("boundary.stated", "has none", NA, GRID, base="electricity"),
    RuleCase(
        "data.illustrative",
        "illustrative",
        "fail",
        {"dataStatus": "illustrative"},
        "illustrative",
        "data of a real product",
    ),
    RuleCase(
        "evidence.present",
        "calculated from nothing",
        "fail",
        {"evidence": None},
        "no evidence",
        "at least 1 item",
    ),
    RuleCase(
        "evidence.present", "published elsewhere", NA, {"evidence": None, "dataStatus": "secondary"}
    ),
    RuleCase(
        "gases.gwp", "another set", "fail", {"gwpSet": "AR5"}, "/gases/1/gwp 7380", "6630 (AR5)"
    ),
    RuleCase("gases.gwp", "same number, other digits", "pass", _item("gases", 1, gwp="7380.00")),
    RuleCase(
        "gases.gwp",
        "methane of unknown origin",
        "fail",
        _item("gases", 1, gas="CH4", gwp="28"),
        "/gases/1/gwp 28",
        "27.9 or 27 or 29.8 (AR6)",
    ),
    RuleCase(
        "gases.gwp", "fossil methane", "pass", _item("gases", 1, gas="CH4-fossil", gwp="29.8")
    ),
    RuleCase(
        "gases.gwp", "spelt another way", "pass", _item("gases", 1, gas="hfc134A", gwp="1530")
    ),
    RuleCase(
        "gases.gwp",
        "a blend",
        NE,
        _item("gases", 1, gas="R-410A", gwp="2088"),
        "/gases/1/gas R-410A",
    ),
    RuleCase(
        "gases.gwp",
        "a blend beside a wrong one",
        "fail",
        {"gases": [{**GAS, "gas": "R-410A"}, {**GAS, "gwp": "2"}]},
        "/gases/1/gwp 2",
        "1 (AR6)",
    ),
    RuleCase("gases.gwp", "no set", NE, {"gwpSet": "notStated"}, "gwpSet notStated"),
    RuleCase("gases.gwp", "no gases", NA, {"gases": None}),
    RuleCase("gases.sum", "at half of the last place", "pass", _item("gases", 0, amount="5.00504")),
    RuleCase(
        "gases.sum",
        "just beyond it",
        "fail",
        _item("gases", 0, amount="5.00504000000000001"),
        "5.31500000000000001",
        "5.31, within 0.005",
    ),
    RuleCase(
        "gases.sum",
        "below",
        "fail",
        _item("gases", 0, amount="4.99503999"),
        "5.30499999",
        "5.31, within 0.005",
    ),
    RuleCase(
        "gases.sum",
        "a volume",
        "fail",
        _item("gases", 1, unit="MTQ"),
        "/gases/1/unit MTQ",
        "g, kg or t",
    ),
    RuleCase(
        "gases.sum",
        "methane in a CO2 factor",
        "fail",
        {**GRID, "gases": [GAS, {**GAS, "gas": "CH4"}]},
        "/gases/1/gas CH4",
        "CO2 alone",
        "electricity",
    ),
    RuleCase(
        "gases.sum",
        "CO2 in a CO2 factor",
        "pass",
        {**GRID, "gases": [{**GAS, "amount": "500", "unit": "g"}]},
        base="electricity",
    ),
    RuleCase("gases.sum", "no gases", NA, {"gases": None}),
    RuleCase(
        "inventory.emission",
        "off by more than its rounding",
        "fail",
        _item("inventory", 1, emission="2.62"),
        "/inventory/1/emission 2.62",
        "2.6055, within 0.005",
    ),
    RuleCase(
        "inventory.emission",
        "exactly half a place off",
        "pass",
        _item("inventory", 1, quantity="1", factorValue="2.615"),
    ),
    RuleCase(
        "inventory.emission",
        "no conversion",
        "fail",
        _item("inventory", 0, unit="KGM"),
        "/inventory/0/unit KGM",
        "KWH, or a conversion to it",
    ),
    RuleCase(
        "inventory.emission",
        "a conversion is not turned round",
        "fail",
        _item("inventory", 0, unit="KWH", factorUnit="kgCO2e/MWH"),
        "/inventory/0/unit KWH",
        "MWH, or a conversion to it",
    ),
    RuleCase("inventory.emission", "no factors", NA, {"inventory": [_BARE]}),
    RuleCase(
        "inventory.series",
        "a grid factor in a footprint",
        "fail",
        _item("inventory", 0, factorUnit="kgCO2/KWH"),
        "/inventory/0/factorUnit kgCO2/KWH",
        "CO2e",
    ),
    RuleCase("inventory.series", "no factors", NA, {"inventory": [_BARE]}),
    RuleCase(
        "inventory.sum", "does not add up", "fail", {"value": "5.33"}, "5.31", "5.33, within 0.0105"
    ),
    RuleCase("inventory.sum", "within the rounding of all", "pass", {"value": "5.32"}),
    RuleCase(
        "inventory.sum",
        "some items without",
        NE,
        {"inventory": [_PLAIN, _BARE]},
        "1 of 2 items state an emission",
    ),
    RuleCase("inventory.sum", "no inventory", NA, {"inventory": None}),
    RuleCase(
        "gases.sum",
        "nothing at all",
        "fail",
        {"gases": [{**GAS, "amount": "0"}]},
        "0",
        "5.31, within 0.005",
    ),
    RuleCase(
        "inventory.emission",
        "just beyond half a place",
        "fail",
        _item("inventory", 1, quantity="1", factorValue="2.6150000001"),
        "/inventory/1/emission 2.61",
        "2.6150000001, within 0.005",
    ),
    RuleCase(
        "uncertainty.range",
        "no confidence",
        "fail",
        {"uncertainty": {"distribution": "normal", "confidence": "0"}},
        "value 5.31, confidence 0",
        "lower <= value <= upper, 0 < confidence < 1",
    ),
    RuleCase(
        "uncertainty.range",
        "certainty",
        "fail",
        {"uncertainty": {"distribution": "normal", "confidence": "1.0"}},
        "value 5.31, confidence 1.0",
        "lower <= value <= upper, 0 < confidence < 1",
    ),
    RuleCase(
        "unit.magnitude", "at the lower bound", "pass", {"value": "0.001"}, base="electricity"
    ),
    RuleCase(
        "period.past",
        "ends on the day",
        "fail",
        {"referencePeriod": {"start": "2025-01-01", "end": "2026-03-01"}},
        "2026-03-01",
        "before 2026-03-01",
    ),
    RuleCase(
        "period.past",
        "ended the day before",
        "pass",
        {"referencePeriod": {"start": "2025-01-01", "end": "2026-02-28"}},
    ),
    RuleCase(
        "period.year",
        "starts late",
        "fail",
        {"referencePeriod": {"start": "2025-01-02", "end": "2025-12-31"}},
        "2025-01-02 to 2025-12-31",
        "whole calendar years",
    ),
    RuleCase(
        "period.year",
        "ends early",
        "fail",
        {"referencePeriod": {"start": "2025-01-01", "end": "2025-12-30"}},
        "2025-01-01 to 2025-12-30",
        "whole calendar years",
    ),
    RuleCase(
        "period.year",
        "two years",
        "pass",
        {"referencePeriod": {"start": "2024-01-01", "end": "2025-12-31"}},
    ),
    RuleCase(
        "series.geography",
        "a grid region of a product",
        "fail",
        {"geography": {"scheme": "CN-GRID", "code": "南方"}},
        "CN-GRID 南方",
        "ISO3166",
    ),
    RuleCase(
        "series.geography",
        "a grid region of the grid series",
        "pass",
        {**GRID, "geography": {"scheme": "CN-GRID", "code": "南方"}},
        base="electricity",
    ),
    RuleCase(
        "series.geography",
        "an official provincial footprint",
        "fail",
        {"geography": {"scheme": "ISO3166", "code": "CN-YN"}},
        "CN-YN",
        "a country",
        "electricity",
    ),
    RuleCase("series.geography", "an official national footprint", "pass", {}, base="electricity"),
    RuleCase(
        "series.geography",
        "a province's own footprint",
        NA,
        {"dataStatus": "measured", "geography": {"scheme": "ISO3166", "code": "CN-YN"}},
        base="electricity",
    ),
    RuleCase(
        "sources.stated",
        "no date",
        "fail",
        {"sources": [{**_SOURCE, "date": "notStated"}]},
        "0 of 1 sources",
        "a source with date, and documentNumber or locator",
    ),
    RuleCase(
        "sources.stated",
        "no place",
        "fail",
        {"sources": [{**_SOURCE, "locator": "notStated"}, {**_SOURCE, "date": "notStated"}]},
        "0 of 2 sources",
        "a source with date, and documentNumber or locator",
    ),
    RuleCase(
        "sources.stated",
        "a number instead of a place",
        "pass",
        {"sources": [{**_SOURCE, "locator": "notStated", "documentNumber": "7"}]},
    ),
    RuleCase(
        "sources.stated",
        "an illustration",
        NA,
        {"dataStatus": "illustrative", "sources": [{**_SOURCE, "date": "notStated"}]},
    ),
    RuleCase(
        "stages.sum",
        "does not add up",
        "fail",
        _item("byStage", 0, value="2.4"),
        "5.41",
        "5.31, within 0.06",
    ),
    RuleCase(
        "stages.sum",
        "within the rounding of all",
        "pass",
        _item("byStage", 1, value="3.07"),
    ),
    RuleCase("stages.sum", "no stages", NA, {"byStage": None}),
    RuleCase(
        "uncertainty.range",
        "below",
        "fail",
        {"uncertainty": {"distribution": "normal", "lower": "5.32"}},
        "lower 5.32, value 5.31",
        "lower <= value <= upper, 0 < confidence < 1",
    ),
    RuleCase(
        "uncertainty.range",
        "above",
        "fail",
        {"uncertainty": {"distribution": "normal", "upper": "5.3"}},
        "value 5.31, upper 5.3",
        "lower <= value <= upper, 0 < confidence < 1",
    ),
    RuleCase(
        "uncertainty.range",
        "confidence in percent",
        "fail",
        {"uncertainty": {"distribution": "normal", "confidence": "95"}},
        "value 5.31, confidence 95",
        "lower <= value <= upper, 0 < confidence < 1",
    ),
    RuleCase(
        "uncertainty.range",
        "at the bound",
        "pass",
        {"uncertainty": {"distribution": "normal", "lower": "5.310", "upper": "5.31"}},
    ),
    RuleCase("uncertainty.range", "no bounds", NA, {"uncertainty": {"distribution": "normal"}}),
    RuleCase(
        "unit.dimension",
        "electricity per kilogram",
        "fail",
        {"declaredUnit": "KGM", "valueUnit": "kgCO2e/KGM"},
        "KGM",
        "KWH or MWH",
        "electricity",
    ),
    RuleCase(
        "unit.dimension",
        "electricity per MWh",
        "pass",
        {"declaredUnit": "MWH", "valueUnit": "kgCO2e/MWH"},
        base="electricity",
    ),
    RuleCase("unit.dimension", "a product", NA, {}),
    RuleCase(
        "unit.magnitude",
        "tonnes per kilogram",
        "fail",
        {"value": "29.004", "declaredUnit": "KGM", "valueUnit": "tCO2e/KGM"},
        "29004 kgCO2e/KGM",
        "0.001 to 100 kgCO2e/KGM; likely kgCO2e/KGM or tCO2e/TNE",
    ),
    RuleCase(
        "unit.magnitude",
        "kilograms for grams",
        "fail",
        {"value": "577.7"},
        "577.7 kgCO2e/KWH",
        "0.001 to 2 kgCO2e/KWH; likely gCO2e/KWH or kgCO2e/MWH",
        "electricity",
    ),
    RuleCase(
        "unit.magnitude",
        "kilograms for tonnes",
        "fail",
        {"value": "-0.00058", "valueUnit": "tCO2e/MWH", "declaredUnit": "MWH"},
        "0.58 kgCO2e/MWH",
        "1 to 2000 kgCO2e/MWH; likely tCO2e/KWH",
        "electricity",
    ),
    RuleCase(
        "unit.magnitude",
        "beyond any slip",
        "fail",
        {"value": "99999999999", "valueUnit": "kgCO2e/KGM", "declaredUnit": "KGM"},
        "99999999999 kgCO2e/KGM",
        "0.001 to 100 kgCO2e/KGM",
    ),
    RuleCase("unit.magnitude", "at the bound", "pass", {"value": "2"}, base="electricity"),
    RuleCase(
        "unit.magnitude",
        "no interval",
        NE,
        {"declaredUnit": "H87", "valueUnit": "kgCO2e/H87"},
        "no interval for H87",
    ),
    RuleCase("unit.magnitude", "zero", NA, {"value": "0.00"}),
    RuleCase(
        "unit.magnitude",
        "a battery per kWh of capacity",
        NA,
        {"declaredUnit": "KWH", "valueUnit": "kgCO2e/KWH", "value": "74"},
    ),
    RuleCase("value.sign", "negative", "fail", {"value": "-5.31"}, "-5.31", "> 0"),
    RuleCase("value.sign", "zero", "fail", {"value": "0.0"}, "0.0", "> 0"),
]


def record_of(case: RuleCase) -> dict:
    """The submission of a case, unsigned."""
    subject = sound() if case.base == "sound" else official_electricity()
    for name, value in case.change.items():
        if value is None:
            del subject[name]
        else:
            subject[name] = deepcopy(value)
    return submission(subject)


def submission(subject: dict, links: list | None = None) -> dict:
    """The parts of a FactorSubmission that the rules read."""
    record = {
        "validFrom": VALID_FROM,
        "issuer": {"id": "did:key:z", "name": "Example Works", "nameZh": "示例厂"},
        "credentialSubject": subject,
    }
    return record | ({"links": links} if links else {})
