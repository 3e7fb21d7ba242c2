"""The constraints of PACT's public OpenAPI schema, restated: what is wrong with a ProductFootprint.

Source: PACT Technical Specifications 3.0.0, `spec/v3/openapi.yaml` of wbcsd/data-exchange-protocol,
components ProductFootprint, CarbonFootprint, DataModelExtension, ProductOrSectorSpecificRule,
EmissionFactorSource, Verification; the window of validity and the rule of one geography: `index.md`
(Validity Period) and the description of CarbonFootprint (Scope). Written from the schema, without
the exporter's code.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

Rule = Callable[[Any], bool]


def _matches(pattern: str) -> Rule:
    """A string that a pattern of the schema finds something in (JSON Schema does not anchor)."""
    compiled = re.compile(pattern, re.ASCII)
    return lambda value: isinstance(value, str) and compiled.search(value) is not None


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _non_empty(value: Any) -> bool:
    return isinstance(value, str) and len(value) >= 1


def _one_of(*words: str) -> Rule:
    return lambda value: isinstance(value, str) and value in words


def _uuid(value: Any) -> bool:
    try:
        return isinstance(value, str) and str(uuid.UUID(value)) == value
    except ValueError:
        return False


def _moment(value: Any) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _some(rule: Rule) -> Rule:
    """An array with minItems 1 and uniqueItems."""

    def check(value: Any) -> bool:
        return (
            isinstance(value, list)
            and len(value) >= 1
            and all(rule(item) for item in value)
            and all(item not in value[:place] for place, item in enumerate(value))
        )

    return check


def _object(rules: dict[str, Rule], required: str) -> Rule:
    return lambda value: not list(_broken(value, rules, required, ""))


_urn = _matches(r"^([uU][rR][nN]):")
_decimal = _matches(r"^[+-]?\d+(\.\d+)?$")
_positive = _matches(r"^[+]?(\d*[1-9]\d*)(\.\d+)?|(0+\.\d*[1-9]\d*)$")
_zero_or_more = _matches(r"^[+]?\d+(\.\d+)?$")
_zero_or_less = _matches(r"^(-\d+(\.\d+)?)|0+(\.0+)?$")

_RULES = _object(
    {
        "operator": _one_of("PEF", "EPD International", "Other"),
        "ruleNames": _some(_non_empty),
        "otherOperatorName": _non_empty,
    },
    "operator ruleNames",
)
_SOURCE = _object({"name": _non_empty, "version": _non_empty}, "name version")
_VERIFICATION = _object(
    {
        "coverage": _one_of("PCF calculation model", "PCF program", "product level"),
        "providerName": _non_empty,
        "completedAt": _moment,
        "standardName": _text,
        "comments": _text,
    },
    "",
)
_EXTENSION = _object(
    {
        "specVersion": _matches(r"^\d+\.\d+\.\d+$"),
        "dataSchema": _matches(r"^https://"),
        "documentation": _matches(r"^https://"),
        "data": lambda value: isinstance(value, dict),
    },
    "specVersion dataSchema data",
)
_PCF = {
    "declaredUnitOfMeasurement": _one_of(
        "liter",
        "kilogram",
        "cubic meter",
        "kilowatt hour",
        "megajoule",
        "ton kilometer",
        "square meter",
        "piece",
        "hour",
        "megabit second",
    ),
    "declaredUnitAmount": _positive,
    "productMassPerDeclaredUnit": _decimal,
    "referencePeriodStart": _moment,
    "referencePeriodEnd": _moment,
    "geographyCountry": _matches(r"^[A-Z]{2}$"),
    "geographyCountrySubdivision": _matches(r"^[A-Z]{2}-[A-Z0-9]{1,3}$"),
    "boundaryProcessesDescription": _text,
    "pcfExcludingBiogenicUptake": _decimal,
    "pcfIncludingBiogenicUptake": _decimal,
    "fossilCarbonContent": _zero_or_more,
    "fossilGhgEmissions": _zero_or_more,
    "landUseChangeGhgEmissions": _zero_or_more,
    "biogenicCO2Uptake": _zero_or_less,
    "ipccCharacterizationFactors": _some(_matches(r"^AR\d+$")),
    "crossSectoralStandards": _some(
        _one_of(
            "ISO14067",
            "ISO14083",
            "ISO14040-44",
            "GHGP-Product",
            "PEF",
            "PACT-1.0",
            "PACT-2.0",
            "PACT-3.0",
        )
    ),
    "productOrSectorSpecificRules": _some(_RULES),
    "exemptedEmissionsPercent": _decimal,
    "exemptedEmissionsDescription": _text,
    "allocationRulesDescription": _text,
    "secondaryEmissionFactorSources": _some(_SOURCE),
    "primaryDataShare": _decimal,
    "verification": _VERIFICATION,
}
"""Those members that a view may have; any other is a slip of ours, though PACT knows more."""
_PCF_REQUIRED = (
    "declaredUnitOfMeasurement declaredUnitAmount productMassPerDeclaredUnit referencePeriodStart "
    "referencePeriodEnd pcfExcludingBiogenicUptake pcfIncludingBiogenicUptake fossilGhgEmissions "
    "fossilCarbonContent ipccCharacterizationFactors crossSectoralStandards "
    "exemptedEmissionsPercent"
)
_FOOTPRINT = {
    "id": _uuid,
    "specVersion": _matches(r"^\d+\.\d+\.\d+(-\d{8})?$"),
    "precedingPfIds": _some(_uuid),
    "created": _moment,
    "status": _one_of("Active", "Deprecated"),
    "validityPeriodStart": _moment,
    "validityPeriodEnd": _moment,
    "companyName": _non_empty,
    "companyIds": _some(_urn),
    "productDescription": _text,
    "productIds": _some(_urn),
    "productClassifications": _some(_urn),
    "productNameCompany": _non_empty,
    "comment": _text,
    "pcf": lambda value: isinstance(value, dict),
    "extensions": _some(_EXTENSION),
}
_FOOTPRINT_REQUIRED = (
    "id specVersion created status companyName companyIds productDescription productIds "
    "productNameCompany pcf"
)


def problems(value: Any) -> list[str]:
    """Say what a ProductFootprint breaks; nothing is good."""
    found = list(_broken(value, _FOOTPRINT, _FOOTPRINT_REQUIRED, ""))
    pcf = value.get("pcf") if isinstance(value, dict) else None
    if isinstance(pcf, dict):
        found += _broken(pcf, _PCF, _PCF_REQUIRED, "/pcf")
    return found or list(_across(value))


def _broken(value: Any, rules: dict[str, Rule], required: str, at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{at}: not an object"
        return
    for name in required.split():
        if name not in value:
            yield f"{at}/{name}: required"
    for name, member in value.items():
        if name not in rules:
            yield f"{at}/{name}: unknown"
        elif not rules[name](member):
            yield f"{at}/{name}: {member!r}"


def _across(value: dict[str, Any]) -> Iterator[str]:
    """Rules between members."""
    pcf = value["pcf"]
    if len(pcf.keys() & {"geographyCountry", "geographyCountrySubdivision"}) > 1:
        yield "/pcf: more than one geography"
    start, end = (
        datetime.fromisoformat(pcf[f"referencePeriod{name}"]) for name in ("Start", "End")
    )
    if start >= end:
        yield "/pcf/referencePeriodEnd: not after the start"
    valid = [value.get(f"validityPeriod{name}") for name in ("Start", "End")]
    if (valid[0] is None) != (valid[1] is None):
        yield "/validityPeriodStart: alone"
    elif valid[0] is not None:
        first, last = map(datetime.fromisoformat, valid)
        latest_day = 28 if (end.month, end.day) == (2, 29) else end.day
        if not end <= first < last <= end.replace(year=end.year + 3, day=latest_day):
            yield "/validityPeriodEnd: outside the three years after the reference period"
    for rule in pcf.get("productOrSectorSpecificRules", []):
        if (rule["operator"] == "Other") != ("otherOperatorName" in rule):
            yield "/pcf/productOrSectorSpecificRules: an operator without a name"
