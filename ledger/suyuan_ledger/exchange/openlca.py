"""The admitted factors of a bundle for openLCA (olca-schema 2, docs/spec/views.md#openlca).

A factor becomes a process with two exchanges: one declared unit of the product, and its emission
with the digits that were signed. Units are those of openLCA's own reference data.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from suyuan_ledger.exchange.admitted import Factor, admitted_factors
from suyuan_ledger.exchange.archive import write_archive
from suyuan_ledger.exchange.dossier import Dossier, Held
from suyuan_ledger.exchange.identifiers import derived_uuid
from suyuan_ledger.exchange.json_text import Digits, present, write_json_file
from suyuan_ledger.exchange.notice import notice

FORMAT = "suyuan/view/openlca@v1"
SCHEMA_VERSION = 2

_MASS = ("93a60a56-a3c8-11da-a746-0800200b9a66", "Mass")
_ENERGY = ("f6811440-ee37-11de-8a39-0800200c9a66", "Energy")
_VOLUME = ("93a60a56-a3c8-22da-a746-0800200c9a66", "Volume")
_AREA = ("93a60a56-a3c8-19da-a746-0800200c9a66", "Area")
_TRANSPORT = ("838aaa20-0117-11db-92e3-0800200c9a66", "Goods transport (mass*distance)")
_ITEMS = ("01846770-4cfe-4a25-8ad9-919d8d378345", "Number of items")
# Identifier and name of the unit, and its flow property.
_UNITS = {
    "KGM": ("20aadc24-a391-41cf-b340-3e4529f44bde", "kg", _MASS),
    "TNE": ("83192ffa-5990-490b-a23a-b45ca072db6f", "t", _MASS),
    "KWH": ("86ad2244-1f0e-4912-af53-7865283103e4", "kWh", _ENERGY),
    "MWH": ("92e3bd49-8ed5-4885-9db6-fc88c7afcfcb", "MWh", _ENERGY),
    "3B": ("52765a6c-3896-43c2-b2f4-c679acf13efe", "MJ", _ENERGY),
    "MTQ": ("1c3a9695-398d-4b1f-b07e-a8715b610f70", "m3", _VOLUME),
    "LTR": ("b80a512e-e402-4363-8ad0-7d02dcf4a459", "l", _VOLUME),
    "MTK": ("3ce61faa-5716-41c1-aef6-b5920054acc9", "m2", _AREA),
    "TKM": ("0dea4ed8-bb6b-4049-b2b4-b2c413ef2180", "t*km", _TRANSPORT),
    "H87": ("6dabe201-aaac-4509-92f0-d00c26cb72ab", "Item(s)", _ITEMS),
}
_EMITTED = {
    "g": ("e1317ffc-7f83-4a85-bc65-4fb229a25cf8", "g"),
    "kg": _UNITS["KGM"][:2],
    "t": _UNITS["TNE"][:2],
}
_VERSION_DIGITS = (2, 2, 3)
_NO_VERSION = "00.00.000"
_YEAR = len("YYYY")


class _Collection:
    """Entities by path; what stands under one name twice stands once, as it came first."""

    def __init__(self) -> None:
        self.entries: dict[str, bytes] = {}

    def add(self, folder: str, type_: str, identifier: str, /, **members: Any) -> str:
        """Add an entity and return its identifier."""
        entity = {"@type": type_, "@id": identifier} | present(**members)
        self.entries.setdefault(f"{folder}/{identifier}.json", write_json_file(entity))
        return identifier


def write_openlca(dossier: Dossier) -> bytes:
    """Write the admitted factors of a bundle as a zip archive.

    Raises:
        RefusedError: `export.subject` if it carries none.
    """
    found = _Collection()
    factors = admitted_factors(dossier)
    for factor in sorted(factors, key=lambda factor: factor.submission.index):
        _add_process(found, dossier, factor)
    listed = sorted(factors, key=lambda factor: factor.admission.digest)
    found.entries["olca-schema.json"] = write_json_file({"version": SCHEMA_VERSION})
    found.entries["suyuan-view.json"] = write_json_file(
        {"format": FORMAT, "factors": [_listed(factor) for factor in listed]}
    )
    return write_archive(found.entries)


def _listed(factor: Factor) -> dict[str, Any]:
    says = factor.says
    return {
        "admission": factor.admission.digest,
        "submission": factor.submission.digest,
        "process": _process_id(factor),
        "registryNumber": factor.admission.subject["registryNumber"],
        **{
            name: says[name]
            for name in ("factorCode", "factorVersion", "value", "valueUnit", "dataStatus")
        },
        "events": list(factor.events),
    }


def _add_process(found: _Collection, dossier: Dossier, factor: Factor) -> None:
    says, submission = factor.says, factor.submission
    place = says["geography"]
    location = found.add(
        "locations",
        "Location",
        derived_uuid("openlca", "Location", place["scheme"], place["code"]),
        code=place["code"],
        name=place["code"],
        description=place["scheme"],
    )
    found.add(
        "processes",
        "Process",
        _process_id(factor),
        name=says["productName"]["en"],
        description=_description(dossier, factor),
        category=f"Suyuan/{says['seriesType']}",
        version=olca_version(says["factorVersion"]),
        lastChange=submission.created,
        processType="UNIT_PROCESS" if says["systemBoundary"] == "gateToGate" else "LCI_RESULT",
        isInfrastructureProcess=False,
        location=_ref("Location", location, place["code"]),
        tags=[says["dataStatus"], *factor.events],
        exchanges=[_product_exchange(found, factor), _emission_exchange(found, says)],
        lastInternalId=2,
        processDocumentation=_documentation(found, submission),
    )


def _description(dossier: Dossier, factor: Factor) -> str:
    says = factor.says
    return "\n".join(
        (
            says["productName"]["zh"],
            f"Factor {says['factorCode']} {says['factorVersion']}, {says['seriesType']}",
            f"Value as signed: {says['value']} {says['valueUnit']}",
            f"Admission {factor.admission.subject['registryNumber']} {factor.admission.digest}",
            notice(dossier, factor.submission),
        )
    )


def _product_exchange(found: _Collection, factor: Factor) -> dict[str, Any]:
    says = factor.says
    unit, unit_name, quantity = _UNITS[says["declaredUnit"]]
    flow = found.add(
        "flows",
        "Flow",
        derived_uuid("openlca", "Flow", factor.admission.digest),
        name=says["productName"]["en"],
        description=says["productName"]["zh"],
        category="Suyuan/products",
        flowType="PRODUCT_FLOW",
        version=olca_version(says["factorVersion"]),
        lastChange=factor.submission.created,
        flowProperties=_properties(quantity),
    )
    return {
        "internalId": 1,
        "amount": 1,
        "flow": _ref("Flow", flow, says["productName"]["en"]),
        "flowProperty": _ref("FlowProperty", *quantity),
        "unit": _ref("Unit", unit, unit_name),
        "isInput": False,
        "isAvoidedProduct": False,
        "isQuantitativeReference": True,
    }


def _emission_exchange(found: _Collection, says: Mapping[str, Any]) -> dict[str, Any]:
    mass, _, rest = says["valueUnit"].partition("CO2")
    if rest.startswith("e"):
        words: tuple[str, ...] = ("CO2e", says["gwpSet"])
        name = f"Greenhouse gases, CO2 equivalents, GWP set {says['gwpSet']}"
    else:
        words = ("CO2",)
        name = "Carbon dioxide, organisation accounting"
    flow = found.add(
        "flows",
        "Flow",
        derived_uuid("openlca", "Flow", *words),
        name=name,
        category="Suyuan/emissions",
        flowType="ELEMENTARY_FLOW",
        flowProperties=_properties(_MASS),
    )
    return {
        "internalId": 2,
        "amount": Digits(says["value"]),
        "flow": _ref("Flow", flow, name),
        "flowProperty": _ref("FlowProperty", *_MASS),
        "unit": _ref("Unit", *_EMITTED[mass]),
        "isInput": False,
        "isAvoidedProduct": False,
        "isQuantitativeReference": False,
    }


def _documentation(found: _Collection, submission: Held) -> dict[str, Any]:
    says = submission.subject
    period, place = says["referencePeriod"], says["geography"]
    issuer = submission.issuer
    actor = found.add(
        "actors",
        "Actor",
        derived_uuid("openlca", "Actor", issuer["id"]),
        name=issuer["name"],
        description=f"{issuer['nameZh']} {issuer['id']}",
    )
    organisation_only = says["seriesType"] == "GRID_CO2_ORG"
    return present(
        creationDate=submission.created,
        validFrom=period["start"],
        validUntil=period["end"],
        timeDescription=f"Reference period {period['start']} to {period['end']}",
        geographyDescription=f"{place['scheme']} {place['code']}",
        technologyDescription=says.get("technologyRoute", {}).get("en"),
        completenessDescription=f"System boundary: {says['systemBoundary']}",
        restrictionsDescription=says.get("licence"),
        useAdvice=(
            "Organisation accounting series: not for product footprints."
            if organisation_only
            else None
        ),
        dataDocumentor=_ref("Actor", actor, issuer["name"]),
        sources=[
            _add_source(found, submission, place, source)
            for place, source in enumerate(says["sources"])
        ],
    )


def _add_source(
    found: _Collection, submission: Held, place: int, source: Mapping[str, Any]
) -> dict[str, Any]:
    cited = (source["publisher"]["en"], *(source[n] for n in ("documentNumber", "date", "locator")))
    name = found.add(
        "sources",
        "Source",
        derived_uuid("openlca", "Source", submission.digest, str(place)),
        name=source["title"]["en"],
        description=source["title"]["zh"],
        textReference="; ".join(cited),
        year=None if source["date"] == "notStated" else int(source["date"][:_YEAR]),
    )
    return _ref("Source", name, source["title"]["en"])


def olca_version(version: str) -> str:
    """Write a factor's version as openLCA does, zeros if it does not fit."""
    parts = [int(part) for part in version.split(".")] + [0, 0]
    texts = [f"{part:0{digits}}" for part, digits in zip(parts, _VERSION_DIGITS, strict=False)]
    fits = [len(text) for text in texts] == list(_VERSION_DIGITS)
    return ".".join(texts) if fits else _NO_VERSION


def _process_id(factor: Factor) -> str:
    return derived_uuid("openlca", "Process", factor.admission.digest)


def _properties(quantity: tuple[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "conversionFactor": 1,
            "flowProperty": _ref("FlowProperty", *quantity),
            "isRefFlowProperty": True,
        }
    ]


def _ref(type_: str, name_id: str, name: str) -> dict[str, str]:
    return {"@type": type_, "@id": name_id, "name": name}
