"""PACT v3 ProductFootprint of a footprint statement (docs/spec/views.md#pact).

Names and enumerations are those of the OpenAPI schema of the PACT Technical Specifications 3.0.0.
PACT demands two members that no record carries; whoever exports says them (`PactFacts`), and the
view says that it was so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from suyuan_ledger.errors import LedgerError, RefusedError
from suyuan_ledger.exchange.admitted import factor_of
from suyuan_ledger.exchange.dossier import STATEMENT, Dossier, Held
from suyuan_ledger.exchange.exact import divided, number, percent, plain
from suyuan_ledger.exchange.identifiers import class_urn
from suyuan_ledger.exchange.json_text import present, write_json_file
from suyuan_ledger.exchange.line_items import open_items
from suyuan_ledger.exchange.notice import notice
from suyuan_ledger.footprint.figures import number as quantity

FORMAT = "suyuan/view/pact@v1"
SPEC_VERSION = "3.0.0"
EXTENSION_VERSION = "2.0.0"
DATA_SCHEMA = "https://suyuan.example/ns/v1/views#pact"
"""Under the reserved top-level domain `.example`: a name, nothing is ever fetched from it."""
STANDARDS = (
    "GHGP-Product",
    "ISO14040-44",
    "ISO14067",
    "ISO14083",
    "PACT-1.0",
    "PACT-2.0",
    "PACT-3.0",
    "PEF",
)
"""`crossSectoralStandards` of PACT 3.0.0."""
SAID_BY_EXPORTER = ["crossSectoralStandards", "fossilCarbonContent"]
BOUNDARY = "cradleToGate"

_COMPANY = "urn:pact:company:customcode:supplier-id:"
_UNITS = {
    "KGM": ("kilogram", "1"),
    "TNE": ("kilogram", "1000"),
    "KWH": ("kilowatt hour", "1"),
    "MWH": ("kilowatt hour", "1000"),
    "MTQ": ("cubic meter", "1"),
    "LTR": ("liter", "1"),
    "MTK": ("square meter", "1"),
    "TKM": ("ton kilometer", "1"),
    "3B": ("megajoule", "1"),
    "H87": ("piece", "1"),
}
_MASS = {"KGM": "1", "TNE": "1000", "KWH": "0", "MWH": "0", "3B": "0", "TKM": "0"}
"""kg per declared unit; of energy and transport it is zero, as PACT has it."""
_YEARS = 3
_LAST_YEAR = date.max.year - _YEARS
_MIDNIGHT = "T00:00:00Z"
_DAY = len("YYYY-MM-DD")
_LEAP_DAY = "-02-29"
_COUNTRY = 2


@dataclass(frozen=True, slots=True)
class PactFacts:
    """What PACT asks and no record says.

    Attributes:
        fossil_carbon_content: kg of fossil carbon in the product per declared unit of the view, a
            quantity of zero or more.
        standards: some of `STANDARDS`, sorted, each once.
    """

    fossil_carbon_content: str
    standards: tuple[str, ...]

    @classmethod
    def read(cls, fossil_carbon_content: str | None, standards: Iterable[str]) -> PactFacts:
        """Take what whoever exports says.

        Raises:
            RefusedError: `export.fact`.
        """
        named = tuple(sorted(set(standards)))
        if not named or not set(named) <= set(STANDARDS):
            raise RefusedError(
                "export.fact",
                pointer="crossSectoralStandards",
                expected=" | ".join(STANDARDS),
                found=", ".join(named),
            )
        if not _is_zero_or_more(fossil_carbon_content):
            raise RefusedError(
                "export.fact",
                pointer="fossilCarbonContent",
                expected="kg of fossil carbon per declared unit, zero or more",
                found=fossil_carbon_content,
            )
        return cls(str(fossil_carbon_content), named)


def write_pact(dossier: Dossier, facts: PactFacts) -> bytes:
    """Write a ProductFootprint.

    Args:
        dossier: the bundle.
        facts: what no record says.

    Raises:
        RefusedError: `export.subject`; `export.boundary`, `export.mass`, `export.period` where
            PACT has no place for the statement.
    """
    statement = dossier.statement
    says = statement.subject
    if says["systemBoundary"] != BOUNDARY:
        raise RefusedError("export.boundary", expected=BOUNDARY, found=says["systemBoundary"])
    preceding = dossier.superseded(statement)
    end = _exclusive_end(says["referencePeriod"]["end"])
    start_of_use, end_of_use = _validity(statement, end)
    return write_json_file(
        present(
            id=statement.uuid,
            specVersion=SPEC_VERSION,
            precedingPfIds=[preceding.uuid] if preceding else None,
            created=statement.created,
            status=_status(dossier, statement),
            validityPeriodStart=start_of_use,
            validityPeriodEnd=end_of_use,
            companyName=statement.issuer["name"],
            companyIds=[_company(dossier, statement.issuer["id"])],
            productDescription=says["product"].get("specification", says["product"]["name"])["en"],
            productIds=says["productIds"],
            productClassifications=list(dict.fromkeys(map(class_urn, says["classification"]))),
            productNameCompany=says["product"]["name"]["en"],
            comment=notice(dossier, statement),
            pcf=_carbon_footprint(dossier, statement, facts, end),
            extensions=[_extension(dossier, statement, preceding)],
        )
    )


def _carbon_footprint(
    dossier: Dossier, statement: Held, facts: PactFacts, end: str
) -> dict[str, Any]:
    says = statement.subject
    unit, amount = _UNITS[says["declaredUnit"]]
    method = dossier.method(statement)
    emissions = _emissions(says)
    excluding = emissions["fossil"] + emissions["biogenic"] + emissions["landUseChange"]
    left_out = says["cutOff"]["items"]
    stated = {entry["category"] for entry in says["byCategory"]}
    return present(
        declaredUnitOfMeasurement=unit,
        declaredUnitAmount=amount,
        productMassPerDeclaredUnit=_mass(says),
        referencePeriodStart=says["referencePeriod"]["start"] + _MIDNIGHT,
        referencePeriodEnd=end,
        **_geography(says["geography"]),
        boundaryProcessesDescription=_processes(says["lineItems"]),
        pcfExcludingBiogenicUptake=plain(excluding),
        pcfIncludingBiogenicUptake=plain(excluding + emissions["biogenicUptake"]),
        fossilGhgEmissions=plain(emissions["fossil"]),
        landUseChangeGhgEmissions=(
            plain(emissions["landUseChange"]) if "landUseChange" in stated else None
        ),
        biogenicCO2Uptake=(
            plain(emissions["biogenicUptake"]) if "biogenicUptake" in stated else None
        ),
        fossilCarbonContent=facts.fossil_carbon_content,
        ipccCharacterizationFactors=[says["gwpSet"]],
        crossSectoralStandards=list(facts.standards),
        productOrSectorSpecificRules=[_rules(method)] if method else None,
        exemptedEmissionsPercent=percent(
            sum((number(item["share"]) for item in left_out), Fraction())
        ),
        exemptedEmissionsDescription=_joined(
            f"{item['name']['en']}: {item['reason']['en']}" for item in left_out
        ),
        allocationRulesDescription=_joined(
            dict.fromkeys(
                f"{item['allocation']['method']}: {item['allocation']['basis']['en']}"
                for item in says["lineItems"]
                if "allocation" in item
            )
        ),
        secondaryEmissionFactorSources=_secondary_sources(dossier, says["lineItems"]),
        primaryDataShare=percent(number(says["primaryDataShare"]["both"])),
        verification=_verification(dossier.opinion(statement)),
    )


def _emissions(says: dict[str, Any]) -> dict[str, Fraction]:
    """Emissions by category in kgCO2e per declared unit.

    They are rounded one by one and added afterwards, so that what is exported adds up.
    """
    amount = number(says["declaredAmount"])
    found = dict.fromkeys(("fossil", "biogenic", "biogenicUptake", "landUseChange"), Fraction())
    for entry in says["byCategory"]:
        found[entry["category"]] = divided(number(entry["emission"]), amount)
    return found


def _extension(dossier: Dossier, statement: Held, preceding: Held | None) -> dict[str, Any]:
    """Everything that the statement says, with each factor's digest: PACT has no place for it."""
    sources = (statement, dossier.opinion(statement), dossier.method(statement), preceding)
    items = [item.value | {"figures": item.figures} for item in open_items(dossier, statement)]
    return {
        "specVersion": EXTENSION_VERSION,
        "dataSchema": DATA_SCHEMA,
        "data": {
            "format": FORMAT,
            "record": statement.digest,
            "recordId": statement.id,
            "sources": [source.digest for source in sources if source is not None],
            "dataStatus": statement.subject["dataStatus"],
            "issuer": statement.issuer,
            "saidByExporter": SAID_BY_EXPORTER,
            "statement": statement.subject | {"lineItems": items},
        },
    }


def _is_zero_or_more(text: str | None) -> bool:
    try:
        return text is not None and quantity(text) >= 0
    except LedgerError:
        return False


def _status(dossier: Dossier, statement: Held) -> str:
    replaced = dossier.linking(STATEMENT, "supersedes", statement)
    ended = dossier.last_state(statement) not in (None, "active")
    return "Deprecated" if replaced or ended else "Active"


def _company(dossier: Dossier, did: str) -> str:
    return _COMPANY + (dossier.registered_id(did) or did.removeprefix("did:key:"))


def _exclusive_end(last_day: str) -> str:
    """Return the end of a period as PACT counts it: the moment after its last day."""
    day = date.fromisoformat(last_day)
    # The day after, and the three years that PACT counts from there, have to be days.
    if day.year >= _LAST_YEAR:
        raise RefusedError("export.period", expected=f"< {_LAST_YEAR}", found=last_day)
    return (day + timedelta(days=1)).isoformat() + _MIDNIGHT


def _validity(statement: Held, earliest: str) -> tuple[str | None, str | None]:
    """Cut a statement's validity down to the window that PACT allows."""
    until = statement.value.get("validUntil")
    if until is None:
        return None, None
    day = earliest[:_DAY]
    latest = f"{int(day[:4]) + _YEARS:04}" + day[4:].replace(_LEAP_DAY, "-02-28") + _MIDNIGHT
    # Times of one form compare as text.
    start, end = max(statement.value["validFrom"], earliest), min(until, latest)
    return (start, end) if start < end else (None, None)


def _mass(says: dict[str, Any]) -> str:
    unit = says["declaredUnit"]
    mass: str | None = _MASS.get(unit, says.get("productMass"))
    if mass is None:
        raise RefusedError("export.mass", expected="productMass", found=unit)
    return mass


def _geography(place: dict[str, str]) -> dict[str, str]:
    if place["scheme"] != "ISO3166":
        # The only other scheme names parts of China's grid.
        return {"geographyCountry": "CN"}
    whole = len(place["code"]) == _COUNTRY
    return {"geographyCountry" if whole else "geographyCountrySubdivision": place["code"]}


def _processes(items: Sequence[dict[str, Any]]) -> str:
    stages: dict[str, dict[str, None]] = {}
    for item in items:
        stages.setdefault(item["stage"], {})[item["activity"]["en"]] = None
    return " | ".join(f"{stage}: {'; '.join(stages[stage])}" for stage in sorted(stages))


def _rules(method: Held) -> dict[str, Any]:
    return {
        "operator": "Other",
        "otherOperatorName": method.subject["sources"][0]["publisher"]["en"],
        "ruleNames": [method.subject["standardNumber"]],
    }


def _secondary_sources(dossier: Dossier, items: Sequence[dict[str, Any]]) -> list[dict[str, str]]:
    """Name the factors and databases whose figures were not measured for this product."""
    found = set()
    for item in items:
        if item["type"] == "external":
            found.add((item["external"]["database"], item["external"]["version"]))
        elif item["type"] == "activityFactor":
            factor = item["factor"]
            submission = factor_of(dossier, factor["admission"])
            if submission is None or submission.subject["dataStatus"] != "measured":
                found.add((factor["factorCode"], factor["factorVersion"]))
    return [{"name": name, "version": version} for name, version in sorted(found)]


def _verification(opinion: Held | None) -> dict[str, Any] | None:
    if opinion is None:
        return None
    says = opinion.subject
    return present(
        coverage="product level",
        providerName=opinion.issuer["name"],
        completedAt=says["completedOn"] + _MIDNIGHT,
        standardName=None if says["standard"] == "notStated" else says["standard"],
        comments=(
            # To PACT, a verification is one by its own methodology; no record says that.
            f"Level: {says['level']}. Materiality: {says['materiality']}. "
            f"Not stated: whether in line with the PACT Methodology. Record: {opinion.digest}."
        ),
    )


def _joined(parts: Iterable[str]) -> str | None:
    return "; ".join(parts) or None
