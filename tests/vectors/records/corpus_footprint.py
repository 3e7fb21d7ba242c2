"""A sound subject of each kind from footprint to label, and of the least that each can say.

Fictional throughout; GTINs begin with 952, which GS1 keeps for examples. Here figures only have
their form: whether they fit together is judged where a record is logged.
"""

from __future__ import annotations

import base64
from hashlib import sha256

from corpus_base import Value, product_factor, text
from corpus_governance import review, without

GTIN = "urn:gtin:09521234567899"
_PERIOD = {"start": "2025-01-01", "end": "2025-12-31"}
_SOURCE = product_factor()["sources"][0]


def digest(seed: str) -> str:
    """Name some content."""
    return "sha256:" + sha256(seed.encode()).hexdigest()


def line(name: str, kind: str, **members: object) -> Value:
    """One line item in the open, unless it says that it is sealed."""
    figures = {} if "_sd" in members else {"quantity": "2", "emission": "1.1554"}
    return {
        "id": name,
        "type": kind,
        "stage": "production",
        "activity": text("示例活动", "example activity"),
        "category": "fossil",
        "unit": "KWH",
        "dataStatus": "illustrative",
        "activityDataSource": "primary",
        **figures,
        **members,
    }


def factor(code: str, value: str = "0.5777") -> Value:
    """How a line item names an admitted factor."""
    return {
        "admission": digest(code),
        "factorCode": code,
        "factorVersion": "1",
        "value": value,
        "valueUnit": "kgCO2e/KWH",
    }


def electricity(instrument: str, **members: object) -> Value:
    """Where the electricity of a line item comes from."""
    return {"instrument": instrument, "period": _PERIOD, **members}


def gas_line(name: str, **members: object) -> Value:
    """The shortest line item: a gas that is let off."""
    gas = {"name": "CO2", "gwp": "1"}
    return line(name, "directEmission", unit="KGM", gas=gas, **members)


def formula_line(name: str) -> Value:
    """What electrolysis emits by its anodes."""
    parameters = [
        {"name": "ash", "value": "0.004", "source": "laboratory report (fictional)"},
        {"name": "sulphur", "value": "0.02"},
    ]
    formula = {"id": "anodeOxidation", "parameters": parameters}
    return line(name, "directEmission", unit="TNE", formula=formula)


def sealed_line(name: str, **members: object) -> Value:
    """A line item whose figures are a digest, each another one."""
    sealed = base64.urlsafe_b64encode(sha256(name.encode()).digest()).rstrip(b"=").decode()
    return line(name, "activityFactor", **{"factor": factor(name), "_sd": [sealed], **members})


LINES = [
    gas_line("a-gas"),
    line(
        "b-power",
        "activityFactor",
        factor=factor("EXAMPLE-HYDRO"),
        electricity=electricity("greenCertificate", certificateIds=["GEC-1", "GEC-2"]),
    ),
    line(
        "c-grid",
        "activityFactor",
        factor=factor("EXAMPLE-TD"),
        electricity=electricity("grid", transmissionOf=["a-gas", "b-power"], basis=_SOURCE),
    ),
    formula_line("d-anodes"),
    sealed_line("e-sealed"),
    sealed_line("f-sealed"),
    line(
        "g-upstream",
        "upstreamStatement",
        stage="rawMaterial",
        statement={
            "contentDigest": digest("upstream"),
            "value": "12.5",
            "valueUnit": "tCO2e/TNE",
        },
    ),
    line(
        "h-external",
        "external",
        stage="rawMaterial",
        category="biogenicUptake",
        activityDataSource="secondary",
        emission="-3",
        conversion={
            "factor": "0.85",
            "to": "KGM",
            "basis": text("示例密度", "an example density"),
            "source": _SOURCE,
        },
        allocation={"method": "mass", "share": "0.5", "basis": text("质量", "mass")},
        evidence=product_factor()["evidence"],
        external={
            "database": "Example database (fictional)",
            "version": "3.1",
            "dataset": "wood chips",
            "value": "-1.5",
            "valueUnit": "kgCO2e/KGM",
        },
    ),
]


def statement() -> Value:
    """A fictional footprint with each type of line item."""
    return {
        "product": {
            "name": text("示例铝锭", "Example aluminium ingot"),
            "specification": text("示例牌号", "example grade"),
        },
        "productIds": [GTIN, "urn:uuid:0191a1f0-0000-7000-8000-000000000001"],
        "classification": product_factor()["classification"],
        "facility": {
            "name": text("示例工厂", "Example works"),
            "id": "EX-1",
            "geography": {"scheme": "ISO3166", "code": "CN-YN"},
        },
        "geography": {"scheme": "CN-GRID", "code": "南方"},
        "declaredUnit": "TNE",
        "declaredAmount": "1",
        "systemBoundary": "cradleToGate",
        "gwpSet": "AR6",
        "referencePeriod": _PERIOD,
        "dataStatus": "illustrative",
        "productMass": "1000",
        "cutOff": {
            "items": [
                {
                    "name": text("包装", "packaging"),
                    "share": "0.004",
                    "reason": text("影响小", "small"),
                }
            ]
        },
        "lineItems": LINES,
        "total": "12.5",
        "byStage": [
            {"stage": "production", "emission": "10"},
            {"stage": "rawMaterial", "emission": "2.5"},
        ],
        "byCategory": [
            {"category": "biogenicUptake", "emission": "-3"},
            {"category": "fossil", "emission": "12.5"},
        ],
        "primaryDataShare": {"activity": "0.8500", "factor": "0.7000", "both": "0.6000"},
        "result": {"value": "12.50", "unit": "kgCO2e/TNE", "scale": 2},
    }


def small_statement() -> Value:
    """The least that a footprint can say."""
    subject = without(statement(), "productMass")
    return {
        **subject,
        "product": without(subject["product"], "specification"),
        "productIds": [GTIN],
        "facility": without(subject["facility"], "id"),
        "cutOff": {"items": []},
        "lineItems": [gas_line("a")],
        "byStage": subject["byStage"][:1],
        "byCategory": subject["byCategory"][1:],
    }


_FIGURE = {"value": "12.50", "unit": "kgCO2e/TNE", "scale": 2}
_AUTHORISED = {"quantity": "5000", "unit": "TNE"}
_INSTALLATION = {"value": "1.6", "unit": "tCO2e/TNE"}

FOOTPRINT_FULL: dict[str, Value] = {
    "FootprintStatement": statement(),
    "FootprintVerification": {
        "result": "verified",
        "level": "reasonable",
        "standard": "notStated",
        "materiality": "0.05",
        "conflictOfInterest": review()["conflictOfInterest"],
        "completedOn": "2026-02-28",
        "findings": review()["findings"],
    },
    "Certificate": {
        "certificateNumber": "EX/CFP-2026-0001",
        "product": statement()["product"],
        "productIds": statement()["productIds"],
        "declared": _FIGURE,
        "systemBoundary": "cradleToGate",
        "referencePeriod": _PERIOD,
        "dataStatus": "illustrative",
        "basis": "notStated",
        "authorised": _AUTHORISED,
        "lots": ["LOT-1", "LOT-2"],
        "conditions": text("示例条件", "an example condition"),
    },
    "Filing": {
        "filingNumber": "EX/2026-7",
        "decision": "filed",
        "receivedOn": "2026-03-01",
        "system": "Example filing system (fictional)",
    },
    "LabelIssuance": {
        "labelNumber": "EX-LABEL-1",
        "product": statement()["product"],
        "productIds": [GTIN],
        "displayed": _FIGURE,
        "systemBoundary": "cradleToGate",
        "dataStatus": "illustrative",
        "qr": "https://label.example/01/09521234567899/10/LOT-1",
        "authorised": _AUTHORISED,
        "lots": ["LOT-1"],
        "grade": text("示例等级", "an example grade"),
    },
    "Surveillance": {
        "result": "conforming",
        "method": "productTest",
        "performedOn": "2026-09-01",
        "sample": text("示例样品", "an example sample"),
        "findings": review()["findings"],
    },
    "CbamInstallationData": {
        "cnCode": "76011010",
        "goods": text("示例铝锭", "Example aluminium ingot"),
        "productionRoute": text("电解", "electrolysis"),
        "installation": {
            "name": text("示例工厂", "Example works"),
            "country": "CN",
            "unLocode": "CN KMG",
            "id": "EX-1",
        },
        "reportingPeriod": _PERIOD,
        "direct": _INSTALLATION,
        "indirect": _INSTALLATION,
        "precursors": [
            {
                "cnCode": "2818",
                "name": text("示例氧化铝", "Example alumina"),
                "quantity": "1.93",
                "direct": _INSTALLATION,
                "indirect": _INSTALLATION,
                "installation": text("示例精炼厂", "Example refinery"),
            }
        ],
        "carbonPricePaid": [
            {
                "amount": "0",
                "currency": "CNY",
                "instrument": text("示例碳市场", "Example carbon market"),
                "basis": text("示例依据", "example basis"),
            }
        ],
        "verifier": {"name": text("示例核查机构", "Example verifier"), "accreditation": "EX-V-1"},
        "dataStatus": "illustrative",
        "sources": [_SOURCE],
    },
}
"""Every member of each kind."""

FOOTPRINT_SMALL: dict[str, Value] = {
    "FootprintStatement": small_statement(),
    "FootprintVerification": {
        **without(FOOTPRINT_FULL["FootprintVerification"], "findings"),
        "conflictOfInterest": {"declaration": "none"},
    },
    "Certificate": without(FOOTPRINT_FULL["Certificate"], "authorised", "lots", "conditions"),
    "Filing": without(FOOTPRINT_FULL["Filing"], "system"),
    "LabelIssuance": without(FOOTPRINT_FULL["LabelIssuance"], "authorised", "grade"),
    "Surveillance": without(FOOTPRINT_FULL["Surveillance"], "sample", "findings"),
    "CbamInstallationData": {
        **without(FOOTPRINT_FULL["CbamInstallationData"], "indirect"),
        "installation": without(
            FOOTPRINT_FULL["CbamInstallationData"]["installation"], "unLocode", "id"
        ),
        "precursors": [],
        "carbonPricePaid": [],
        "verifier": "notStated",
    },
}
"""Required members only."""
