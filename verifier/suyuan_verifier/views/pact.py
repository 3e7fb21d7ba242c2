"""A statement as PACT ProductFootprint (docs/spec/views.md#pact)."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from suyuan_verifier.errors import MalformedError
from suyuan_verifier.kinds.terms import not_negative
from suyuan_verifier.views.sources import Source, Sources, Statement
from suyuan_verifier.views.terms import (
    NoViewError,
    class_urn,
    distinct,
    plain,
    present,
    rounded,
    statement_notice,
)
from suyuan_verifier.views.tokens import Number

FORMAT = "suyuan/view/pact@v1"
BOUNDARY = "cradleToGate"
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
_CROSS_SECTORAL = (
    "GHGP-Product",
    "ISO14040-44",
    "ISO14067",
    "ISO14083",
    "PACT-1.0",
    "PACT-2.0",
    "PACT-3.0",
    "PEF",
)
_SAID_BY_EXPORTER = ("crossSectoralStandards", "fossilCarbonContent")
_YEARS = 3
"""How long PACT takes a footprint to be valid where nothing is said."""
_LAST_YEAR = 9995
"""Of a reference period: later ones leave the calendar."""


def project_pact(sources: Sources, view: dict[str, Any]) -> dict[str, Any]:
    """Project the statement of a bundle.

    Args:
        sources: the bundle.
        view: the file compared, from which come the two members that no record says.

    Raises:
        NoViewError: if the bundle has no such view.
    """
    statement = sources.statement()
    if statement is None:
        raise NoViewError("FootprintStatement")
    if statement.subject["systemBoundary"] != BOUNDARY:
        raise NoViewError(f"systemBoundary {BOUNDARY}")
    if statement.subject["referencePeriod"]["end"] >= f"{_LAST_YEAR + 1}":
        raise NoViewError(f"a referencePeriod that ends by {_LAST_YEAR}")
    return _Projection(sources, statement).footprint(_said(view))


def _said(view: dict[str, Any]) -> dict[str, Any]:
    """Take what whoever exported had to say, as far as it is in order."""
    pcf = view.get("pcf")
    given = pcf if isinstance(pcf, dict) else {}
    standards, content = (given.get(name) for name in _SAID_BY_EXPORTER)
    said: dict[str, Any] = {}
    if isinstance(standards, list) and _are_standards(standards):
        said["crossSectoralStandards"] = standards
    if _is_quantity(content):
        said["fossilCarbonContent"] = content
    return said


def _are_standards(names: list[Any]) -> bool:
    """Tell whether these are standards that PACT knows, at least one, sorted, each once."""
    known = [name for name in _CROSS_SECTORAL if name in names]
    return bool(known) and names == known


def _is_quantity(value: Any) -> bool:
    """Tell whether a value is a quantity of zero or more, as text: a number token is none."""
    try:
        not_negative(value, "")
    except MalformedError:
        return False
    return not isinstance(value, Number)


class _Projection:
    """One statement on its way into PACT's words."""

    def __init__(self, sources: Sources, statement: Statement) -> None:
        self._sources = sources
        self._statement = statement
        self._source = statement.source
        self._subject = statement.subject
        opinions = [
            each
            for each in sources.naming("FootprintVerification", "about", self._source.digest)
            if each.subject["result"] == "verified"
        ]
        self._opinion = opinions[-1] if opinions else None
        self._method = sources.method(self._source)
        preceding = [sources.find(digest) for digest in self._source.targets("supersedes")]
        self._preceding = [source for source in preceding if source is not None]

    def footprint(self, said: dict[str, Any]) -> dict[str, Any]:
        value, subject = self._source.value, self._subject
        start = _time(subject["referencePeriod"]["start"])
        end = _time_after(subject["referencePeriod"]["end"])
        issuer = value["issuer"]
        name = self._sources.registered_id(issuer["id"]) or issuer["id"].removeprefix("did:key:")
        specification = subject["product"].get("specification", subject["product"]["name"])
        classes = distinct(class_urn(entry) for entry in subject["classification"])
        return present(
            {
                "id": self._source.uuid,
                "specVersion": "3.0.0",
                "precedingPfIds": [source.uuid for source in self._preceding],
                "created": value["proof"]["created"],
                "status": self._status(),
                **self._validity(end),
                "companyName": issuer["name"],
                "companyIds": [f"urn:pact:company:customcode:supplier-id:{name}"],
                "productDescription": specification["en"],
                "productIds": subject["productIds"],
                "productClassifications": classes,
                "productNameCompany": subject["product"]["name"]["en"],
                "comment": statement_notice(self._statement),
                "pcf": self._pcf(start, end, said),
                "extensions": [self._extension()],
            }
        )

    def _status(self) -> str:
        digest = self._source.digest
        replaced = self._sources.naming("FootprintStatement", "supersedes", digest)
        state = self._sources.last_state(digest)
        return "Deprecated" if replaced or state not in (None, "active") else "Active"

    def _validity(self, period_end: str) -> dict[str, str]:
        """Validity as signed, within what PACT allows after the reference period."""
        value = self._source.value
        if "validUntil" not in value:
            return {}
        last = f"{int(period_end[:4]) + _YEARS:04}{period_end[4:]}".replace("-02-29T", "-02-28T")
        start, end = max(value["validFrom"], period_end), min(value["validUntil"], last)
        if start >= end:
            return {}
        return {"validityPeriodStart": start, "validityPeriodEnd": end}

    def _pcf(self, start: str, end: str, said: dict[str, Any]) -> dict[str, Any]:
        subject = self._subject
        unit, amount = _UNITS[subject["declaredUnit"]]
        mass = _MASS.get(subject["declaredUnit"], subject.get("productMass"))
        if mass is None:
            raise NoViewError("productMass")
        shares = sum((Fraction(item["share"]) for item in subject["cutOff"]["items"]), Fraction(0))
        return present(
            {
                "declaredUnitOfMeasurement": unit,
                "declaredUnitAmount": amount,
                "productMassPerDeclaredUnit": mass,
                "referencePeriodStart": start,
                "referencePeriodEnd": end,
                **_geography(subject["geography"]),
                "boundaryProcessesDescription": self._processes(),
                **self._emissions(),
                "ipccCharacterizationFactors": [subject["gwpSet"]],
                "productOrSectorSpecificRules": self._rules(),
                "exemptedEmissionsPercent": plain(100 * shares),
                "exemptedEmissionsDescription": self._exempted(),
                "allocationRulesDescription": self._allocations(),
                "secondaryEmissionFactorSources": self._secondary(),
                "primaryDataShare": plain(100 * Fraction(subject["primaryDataShare"]["both"])),
                "verification": self._verification(),
                **said,
            }
        )

    def _emissions(self) -> dict[str, str | None]:
        """Figures per declared unit, rounded apart and then added, so that they add up."""
        per = Fraction(self._subject["declaredAmount"])
        parts = {
            row["category"]: rounded(Fraction(row["emission"]) / per)
            for row in self._subject["byCategory"]
        }
        kept = ("fossil", "biogenic", "landUseChange")
        emitted = sum((parts.get(category, Fraction(0)) for category in kept), Fraction(0))
        uptake, land = parts.get("biogenicUptake"), parts.get("landUseChange")
        return {
            "pcfExcludingBiogenicUptake": plain(emitted),
            "pcfIncludingBiogenicUptake": plain(emitted + (uptake or 0)),
            "fossilGhgEmissions": plain(parts.get("fossil", Fraction(0))),
            "landUseChangeGhgEmissions": None if land is None else plain(land),
            "biogenicCO2Uptake": None if uptake is None else plain(uptake),
        }

    def _processes(self) -> str:
        stages = sorted({item["stage"] for item in self._statement.items})
        return " | ".join(
            f"{stage}: "
            + "; ".join(
                distinct(
                    item["activity"]["en"]
                    for item in self._statement.items
                    if item["stage"] == stage
                )
            )
            for stage in stages
        )

    def _rules(self) -> list[dict[str, Any]]:
        if self._method is None:
            return []
        subject = self._method.subject
        return [
            {
                "operator": "Other",
                "otherOperatorName": subject["sources"][0]["publisher"]["en"],
                "ruleNames": [subject["standardNumber"]],
            }
        ]

    def _exempted(self) -> str | None:
        items = self._subject["cutOff"]["items"]
        return "; ".join(f"{item['name']['en']}: {item['reason']['en']}" for item in items) or None

    def _allocations(self) -> str | None:
        used = [item["allocation"] for item in self._statement.items if "allocation" in item]
        said = distinct(f"{each['method']}: {each['basis']['en']}" for each in used)
        return "; ".join(said) or None

    def _secondary(self) -> list[dict[str, str]]:
        named = set()
        for item in self._statement.items:
            if item["type"] == "external":
                named.add((item["external"]["database"], item["external"]["version"]))
            elif item["type"] == "activityFactor" and not self._is_measured(item["factor"]):
                named.add((item["factor"]["factorCode"], item["factor"]["factorVersion"]))
        return [{"name": name, "version": version} for name, version in sorted(named)]

    def _is_measured(self, factor: dict[str, Any]) -> bool:
        admission = self._sources.find(factor["admission"])
        submission = (
            None if admission is None else self._sources.find(admission.targets("about")[0])
        )
        return submission is not None and submission.subject.get("dataStatus") == "measured"

    def _verification(self) -> dict[str, str] | None:
        opinion = self._opinion
        if opinion is None:
            return None
        subject = opinion.subject
        said = (
            f"Level: {subject['level']}. Materiality: {subject['materiality']}. "
            "Not stated: whether in line with the PACT Methodology."
        )
        standard = subject["standard"]
        return present(
            {
                "coverage": "product level",
                "providerName": opinion.value["issuer"]["name"],
                "completedAt": _time(subject["completedOn"]),
                "standardName": None if standard == "notStated" else standard,
                "comments": f"{said} Record: {opinion.digest}.",
            }
        )

    def _extension(self) -> dict[str, Any]:
        used: list[Source | None] = [self._source, self._opinion, self._method, *self._preceding]
        return {
            "specVersion": "2.0.0",
            "dataSchema": "https://suyuan.example/ns/v1/views#pact",
            "data": {
                "format": FORMAT,
                "record": self._source.digest,
                "recordId": self._source.record.id,
                "sources": [source.digest for source in used if source is not None],
                "dataStatus": self._subject["dataStatus"],
                "issuer": self._source.value["issuer"],
                "saidByExporter": list(_SAID_BY_EXPORTER),
                "statement": {**self._subject, "lineItems": self._statement.items},
            },
        }


def _geography(geography: dict[str, str]) -> dict[str, str]:
    code = geography["code"]
    if geography["scheme"] == "CN-GRID":
        return {"geographyCountry": "CN"}
    if len(code) == 2:
        return {"geographyCountry": code}
    return {"geographyCountrySubdivision": code}


def _time(day: str) -> str:
    return f"{day}T00:00:00Z"


def _time_after(day: str) -> str:
    """Return the beginning of the next day: PACT's periods end before their end."""
    return _time((date.fromisoformat(day) + timedelta(days=1)).isoformat())
