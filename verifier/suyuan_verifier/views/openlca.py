"""Admitted factors as openLCA processes (docs/spec/views.md#openlca)."""

from __future__ import annotations

from typing import Any

from suyuan_verifier.views.factors import Factor, factors
from suyuan_verifier.views.sources import Sources
from suyuan_verifier.views.terms import name_uuid, notice, present
from suyuan_verifier.views.tokens import Number

FORMAT = "suyuan/view/openlca@v1"
_MASS = ("93a60a56-a3c8-11da-a746-0800200b9a66", "Mass")
_ENERGY = ("f6811440-ee37-11de-8a39-0800200c9a66", "Energy")
_VOLUME = ("93a60a56-a3c8-22da-a746-0800200c9a66", "Volume")
_AREA = ("93a60a56-a3c8-19da-a746-0800200c9a66", "Area")
_TRANSPORT = ("838aaa20-0117-11db-92e3-0800200c9a66", "Goods transport (mass*distance)")
_ITEMS = ("01846770-4cfe-4a25-8ad9-919d8d378345", "Number of items")
_KG = ("20aadc24-a391-41cf-b340-3e4529f44bde", "kg")
_T = ("83192ffa-5990-490b-a23a-b45ca072db6f", "t")
_UNITS = {
    "KGM": (_KG, _MASS),
    "TNE": (_T, _MASS),
    "KWH": (("86ad2244-1f0e-4912-af53-7865283103e4", "kWh"), _ENERGY),
    "MWH": (("92e3bd49-8ed5-4885-9db6-fc88c7afcfcb", "MWh"), _ENERGY),
    "3B": (("52765a6c-3896-43c2-b2f4-c679acf13efe", "MJ"), _ENERGY),
    "MTQ": (("1c3a9695-398d-4b1f-b07e-a8715b610f70", "m3"), _VOLUME),
    "LTR": (("b80a512e-e402-4363-8ad0-7d02dcf4a459", "l"), _VOLUME),
    "MTK": (("3ce61faa-5716-41c1-aef6-b5920054acc9", "m2"), _AREA),
    "TKM": (("0dea4ed8-bb6b-4049-b2b4-b2c413ef2180", "t*km"), _TRANSPORT),
    "H87": (("6dabe201-aaac-4509-92f0-d00c26cb72ab", "Item(s)"), _ITEMS),
}
"""Unit and flow property of a declared unit."""
_EMITTED = {"g": ("e1317ffc-7f83-4a85-bc65-4fb229a25cf8", "g"), "kg": _KG, "t": _T}
_WIDTHS = (2, 2, 3)
_NO_VERSION = "00.00.000"
_USE_ADVICE = "Organisation accounting series: not for product footprints."


def project_openlca(sources: Sources) -> dict[str, Any]:
    """Project every admitted factor of a bundle.

    Returns:
        The entries of the archive as JSON values, by name.

    Raises:
        NoViewError: if the bundle has no admission.
    """
    chosen = factors(sources)
    entries: dict[str, Any] = {"olca-schema.json": {"version": 2}}
    for factor in chosen:
        for thing in _things(factor):
            folder = f"{thing['@type'].lower()}{'es' if thing['@type'] == 'Process' else 's'}"
            entries[f"{folder}/{thing['@id']}.json"] = thing
    entries["suyuan-view.json"] = {
        "format": FORMAT,
        "factors": [_row(factor) for factor in sorted(chosen, key=lambda each: each.digest)],
    }
    return entries


def _things(factor: Factor) -> list[dict[str, Any]]:
    subject, submission = factor.subject, factor.submission
    geography = subject["geography"]
    issuer = submission.value["issuer"]
    actor = {
        **_actor(factor),
        "description": f"{issuer['nameZh']} {issuer['id']}",
    }
    location = {**_location(factor), "code": geography["code"], "description": geography["scheme"]}
    product = {
        **_product(factor),
        "description": subject["productName"]["zh"],
        "category": "Suyuan/products",
        "flowType": "PRODUCT_FLOW",
        "version": _version(subject["factorVersion"]),
        "lastChange": submission.value["proof"]["created"],
        "flowProperties": [_property_factor(_UNITS[subject["declaredUnit"]][1])],
    }
    emission = {
        **_emission(factor),
        "category": "Suyuan/emissions",
        "flowType": "ELEMENTARY_FLOW",
        "flowProperties": [_property_factor(_MASS)],
    }
    documents = [
        {**reference, **_bibliography(source)}
        for reference, source in zip(_documents(factor), subject["sources"], strict=True)
    ]
    return [actor, location, product, emission, *documents, _process(factor)]


def _process(factor: Factor) -> dict[str, Any]:
    subject, submission = factor.subject, factor.submission
    unit, quantity = _UNITS[subject["declaredUnit"]]
    emitted = _EMITTED[subject["valueUnit"].partition("CO2")[0]]
    unit_process = subject["systemBoundary"] == "gateToGate"
    return {
        **_ref("Process", factor.process, subject["productName"]["en"]),
        "description": _description(factor),
        "category": f"Suyuan/{subject['seriesType']}",
        "version": _version(subject["factorVersion"]),
        "lastChange": submission.value["proof"]["created"],
        "processType": "UNIT_PROCESS" if unit_process else "LCI_RESULT",
        "isInfrastructureProcess": False,
        "location": _location(factor),
        "tags": [subject["dataStatus"], *factor.events],
        "exchanges": [
            _exchange(1, "1", _product(factor), (unit, quantity), quantitative=True),
            _exchange(2, subject["value"], _emission(factor), (emitted, _MASS), quantitative=False),
        ],
        "lastInternalId": 2,
        "processDocumentation": _documentation(factor),
    }


def _description(factor: Factor) -> str:
    subject = factor.subject
    code = f"{subject['factorCode']} {subject['factorVersion']}"
    return "\n".join(
        [
            subject["productName"]["zh"],
            f"Factor {code}, {subject['seriesType']}",
            f"Value as signed: {subject['value']} {subject['valueUnit']}",
            f"Admission {factor.admission.subject['registryNumber']} {factor.digest}",
            notice(factor.submission),
        ]
    )


def _documentation(factor: Factor) -> dict[str, Any]:
    subject = factor.subject
    period, geography = subject["referencePeriod"], subject["geography"]
    organisational = subject["seriesType"] == "GRID_CO2_ORG"
    return present(
        {
            "creationDate": factor.submission.value["proof"]["created"],
            "validFrom": period["start"],
            "validUntil": period["end"],
            "timeDescription": f"Reference period {period['start']} to {period['end']}",
            "geographyDescription": f"{geography['scheme']} {geography['code']}",
            "technologyDescription": subject.get("technologyRoute", {}).get("en"),
            "completenessDescription": f"System boundary: {subject['systemBoundary']}",
            "restrictionsDescription": subject.get("licence"),
            "useAdvice": _USE_ADVICE if organisational else None,
            "dataDocumentor": _actor(factor),
            "sources": _documents(factor),
        }
    )


def _exchange(
    number: int,
    amount: str,
    flow: dict[str, str],
    measured: tuple[tuple[str, str], tuple[str, str]],
    *,
    quantitative: bool,
) -> dict[str, Any]:
    unit, quantity = measured
    return {
        "internalId": number,
        "amount": Number(amount),
        "flow": flow,
        "flowProperty": _ref("FlowProperty", *quantity),
        "unit": _ref("Unit", *unit),
        "isInput": False,
        "isAvoidedProduct": False,
        "isQuantitativeReference": quantitative,
    }


def _property_factor(quantity: tuple[str, str]) -> dict[str, Any]:
    return {
        "conversionFactor": 1,
        "flowProperty": _ref("FlowProperty", *quantity),
        "isRefFlowProperty": True,
    }


def _ref(kind: str, identifier: str, name: str) -> dict[str, str]:
    return {"@type": kind, "@id": identifier, "name": name}


def _actor(factor: Factor) -> dict[str, str]:
    issuer = factor.submission.value["issuer"]
    return _ref("Actor", name_uuid("openlca", "Actor", issuer["id"]), issuer["name"])


def _location(factor: Factor) -> dict[str, str]:
    scheme, code = (factor.subject["geography"][name] for name in ("scheme", "code"))
    return _ref("Location", name_uuid("openlca", "Location", scheme, code), code)


def _product(factor: Factor) -> dict[str, str]:
    identifier = name_uuid("openlca", "Flow", factor.digest)
    return _ref("Flow", identifier, factor.subject["productName"]["en"])


def _emission(factor: Factor) -> dict[str, str]:
    """The flow that a factor's value is an amount of: carbon dioxide, or its equivalents."""
    subject = factor.subject
    if subject["valueUnit"].partition("/")[0].endswith("e"):
        gwp_set = subject["gwpSet"]
        name = f"Greenhouse gases, CO2 equivalents, GWP set {gwp_set}"
        return _ref("Flow", name_uuid("openlca", "Flow", "CO2e", gwp_set), name)
    name = "Carbon dioxide, organisation accounting"
    return _ref("Flow", name_uuid("openlca", "Flow", "CO2"), name)


def _documents(factor: Factor) -> list[dict[str, str]]:
    digest = factor.submission.digest
    return [
        _ref("Source", name_uuid("openlca", "Source", digest, str(place)), source["title"]["en"])
        for place, source in enumerate(factor.subject["sources"])
    ]


def _bibliography(source: dict[str, Any]) -> dict[str, Any]:
    words = [source["publisher"]["en"], source["documentNumber"], source["date"], source["locator"]]
    dated = source["date"] != "notStated"
    return present(
        {
            "description": source["title"]["zh"],
            "textReference": "; ".join(words),
            "year": int(source["date"][:4]) if dated else None,
        }
    )


def _version(text: str) -> str:
    parts = [*text.split("."), "0", "0"][:3]
    padded = [part.lstrip("0").zfill(width) for part, width in zip(parts, _WIDTHS, strict=True)]
    fits = all(len(part) == width for part, width in zip(padded, _WIDTHS, strict=True))
    return ".".join(padded) if fits else _NO_VERSION


def _row(factor: Factor) -> dict[str, Any]:
    subject = factor.subject
    copied = ("factorCode", "factorVersion", "value", "valueUnit", "dataStatus")
    return {
        "admission": factor.digest,
        "submission": factor.submission.digest,
        "process": factor.process,
        "registryNumber": factor.admission.subject["registryNumber"],
        **{name: subject[name] for name in copied},
        "events": factor.events,
    }
