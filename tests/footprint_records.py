"""What each record of a footprint says, from the rule set to the label, in the simplest form.

Every function returns a `credentialSubject` or a part of one; `changes` replace its members. The
organisations and products are fictional, and their figures illustrative. Only the electricity
factors are real: transcribed from the announcements that they name.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import governance_records as says
from governance_records import gate, governed, words

Subject = dict[str, Any]

GTIN = "09521234543213"
"""A GTIN of the prefix 952, which GS1 keeps for demonstrations and examples."""
PRODUCT_ID = f"urn:gtin:{GTIN}"
YEAR = {"start": "2025-01-01", "end": "2025-12-31"}
VALID_FROM, VALID_UNTIL = "2026-01-05T08:00:00Z", "2028-01-05T08:00:00Z"
"""Two years to the second: the longest that the rules' 24 months allow."""

AVERAGE = "CN-ELEC-CFP-2024-NAT"
HYDRO = "CN-ELEC-CFP-2024-HYDRO"
LINES = "CN-ELEC-CFP-2024-TD-NOLOSS"
LINES_WITH_LOSSES = "CN-ELEC-CFP-2024-TD-LOSS"
GRID_CO2 = "CN-GRID-CO2-2023-YN"

_OFFICES = {
    "zh": "生态环境部、国家统计局、国家能源局",
    "en": "Ministry of Ecology and Environment; National Bureau of Statistics; "
    "National Energy Administration",
}
_FOOTPRINT_SOURCE = {
    "title": {
        "zh": "关于发布2024年电力碳足迹因子数据的公告",
        "en": "Announcement on the release of the 2024 electricity carbon footprint factor data",
    },
    "publisher": _OFFICES,
    "documentNumber": "notStated",
    "date": "2025-09-28",
    "locator": "附件 表1-3",
}
_GRID_SOURCE = {
    "title": {
        "zh": "关于发布2023年电力二氧化碳排放因子的公告",
        "en": "Announcement on the release of the 2023 electricity carbon dioxide emission factors",
    },
    "publisher": {
        "zh": "生态环境部、国家统计局",
        "en": "Ministry of Ecology and Environment; National Bureau of Statistics",
    },
    "documentNumber": "公告2025年第47号",
    "date": "2025-12-31",
    "locator": "附件 表3",
}
_OFFICIAL = {
    AVERAGE: ("0.5777", "全国平均", "national average"),
    HYDRO: ("0.0141", "水力发电", "hydropower"),
    LINES: ("0.0046", "输配电，不含线损", "transmission and distribution without line losses"),
    LINES_WITH_LOSSES: ("0.0327", "输配电，含线损", "transmission and distribution with losses"),
}


def official(code: str) -> Subject:
    """What a transcriber changes in a FactorSubmission for an official electricity factor."""
    common = {
        "factorCode": code,
        "declaredUnit": "KWH",
        "gwpSet": "notStated",
        "dataStatus": "officialTranscribed",
    }
    if code == GRID_CO2:
        return common | {
            "seriesType": "GRID_CO2_ORG",
            "productName": {"zh": "电力（云南，省级平均）", "en": "Electricity, Yunnan, average"},
            "value": "0.1333",
            "valueUnit": "kgCO2/KWH",
            "systemBoundary": "notApplicable",
            "referencePeriod": {"start": "2023-01-01", "end": "2023-12-31"},
            "sources": [_GRID_SOURCE],
        }
    value, zh, en = _OFFICIAL[code]
    return common | {
        "seriesType": "ELEC_FOOTPRINT",
        "productName": {"zh": f"电力（{zh}）", "en": f"Electricity, {en}"},
        "value": value,
        "valueUnit": "kgCO2e/KWH",
        "systemBoundary": "notStated",
        "referencePeriod": {"start": "2024-01-01", "end": "2024-12-31"},
        "geography": {"scheme": "ISO3166", "code": "CN"},
        "sources": [_FOOTPRINT_SOURCE],
    }


# Rules


def footprint_rules(**changes: Any) -> Subject:
    """The member `footprint` of a rule set."""
    fossil = ("BIOMASS", "COAL", "CSP", "GAS", "HYDRO")
    kinds = [
        *((name, "generation") for name in fossil),
        ("NAT", "average"),
        ("NUCLEAR", "generation"),
        ("PV", "generation"),
        ("TD-LOSS", "transmission"),
        ("TD-NOLOSS", "transmission"),
        ("WIND", "generation"),
    ]
    within = {
        "cradleToGate": ["cradleToGate", "gateToGate", "notStated"],
        "cradleToGrave": ["cradleToGate", "cradleToGrave", "gateToGate", "gateToGrave"],
        "gateToGate": ["cradleToGate", "gateToGate", "notStated"],
        "gateToGrave": ["cradleToGate", "gateToGate", "gateToGrave", "notStated"],
    }
    within["cradleToGrave"].append("notStated")
    return {
        "boundaries": [{"statement": name, "factors": within[name]} for name in sorted(within)],
        "factorAgeYears": 5,
        "electricity": [
            {"factorCode": f"CN-ELEC-CFP-2024-{name}", "type": kind} for name, kind in kinds
        ],
        "formulas": [{"id": "anodeOxidation", "scale": 6}, {"id": "pfcSlope", "scale": 18}],
        "shareScale": 4,
        **changes,
    }


def workflow(**changes: Subject) -> list[Subject]:
    """Who does what after what, down to the label; `changes` replace members of a kind's entry.

    A factor is admitted after one check alone, so that a bundle stays short: what governs an
    admission is not what these stories are about.
    """
    checked = {"accept": ["pass"], "reject": ["fail"], "tolerate": 0}
    verified = {"accept": ["verified"], "reject": ["refused"], "tolerate": 0}
    filed = {"accept": ["filed"], "reject": ["refused"], "tolerate": 0}
    entries = [
        governed("CbamInstallationData", "producer", []),
        governed(
            "Certificate",
            "certifier",
            [
                gate("FootprintStatement"),
                gate("FootprintVerification", "basedOn", **verified),
            ],
            independence="group",
        ),
        governed(
            "FactorAdmission",
            "admitter",
            [gate("FactorSubmission"), gate("TraceabilityCheck", "basedOn", **checked)],
        ),
        governed("FactorWithdrawal", "admitter", [gate("FactorAdmission", "withdraws")]),
        governed("Filing", "filingOffice", [gate("Certificate")], independence="organisation"),
        governed("FootprintStatement", "producer", []),
        governed(
            "FootprintVerification",
            "certifier verificationBody",
            [gate("FootprintStatement")],
            independence="group",
        ),
        governed(
            "LabelIssuance",
            "certifier",
            [gate("Certificate"), gate("Filing", "basedOn", **filed)],
        ),
        governed("Surveillance", "certifier supervisor", []),
        governed(
            "TraceabilityCheck",
            "checker",
            [gate("FactorSubmission")],
            independence="organisation",
        ),
    ]
    return [{**entry, **changes.get(entry["kind"], {})} for entry in entries]


def rule_set(**changes: Any) -> Subject:
    """RuleSet that provides for footprints."""
    return says.rule_set(
        **{
            "workflow": workflow(),
            "conversions": [
                {"from": "MWH", "to": "KWH", "factor": "1000"},
                {"from": "TNE", "to": "KGM", "factor": "1000"},
            ],
            "footprint": footprint_rules(),
            **changes,
        }
    )


# A statement and its line items


def line(name: str, kind: str, **members: Any) -> Subject:
    """One line item of production; its figures have to be told."""
    return {
        "id": name,
        "type": kind,
        "stage": "production",
        "activity": words(f"Example activity {name} (fictional)"),
        "category": "fossil",
        "dataStatus": "illustrative",
        "activityDataSource": "primary",
        **members,
    }


def conversion(factor: str, to: str, **changes: Any) -> Subject:
    """A sourced conversion of an activity's unit, a density for example."""
    return {"factor": factor, "to": to, "basis": words("Example conversion"), **changes}


def allocation(share: str) -> Subject:
    """The part of an activity that belongs to the product."""
    return {"method": "mass", "share": share, "basis": words("Example allocation")}


def electricity(instrument: str = "grid", **changes: Any) -> Subject:
    """How electricity was obtained."""
    return {"instrument": instrument, "period": YEAR, **changes}


def evidence(role: str = "meter reading") -> Subject:
    """A document that the verifying party does not get."""
    digest = base64.b64encode(hashlib.sha256(role.encode()).digest()).decode()
    return {
        "role": role,
        "digestSRI": f"sha256-{digest}",
        "mediaType": "application/pdf",
        "size": 1000,
        "disclosure": "authority",
    }


def formula(name: str, **parameters: str) -> Subject:
    """A formula of the rule set with its parameters, each with a source."""
    source = "Example record (fictional)"
    return {
        "id": name,
        "parameters": [
            {"name": key, "value": parameters[key], "source": source} for key in sorted(parameters)
        ],
    }


def external(value: str, unit: str, **changes: Any) -> Subject:
    """A figure of a database that nobody admitted."""
    return {
        "database": "Example database (fictional)",
        "version": "1",
        "dataset": "Example data set (fictional)",
        "value": value,
        "valueUnit": unit,
        **changes,
    }


def statement(**changes: Any) -> Subject:
    """FootprintStatement without its line items and what follows from them, `dataStatus` too."""
    return {
        "product": {"name": words("Example ingot (fictional)")},
        "productIds": [PRODUCT_ID],
        "classification": [{"scheme": "EXAMPLE", "code": "0000", "name": words("Example class")}],
        "facility": {
            "name": words("Example plant (fictional)"),
            "geography": {"scheme": "ISO3166", "code": "CN-YN"},
        },
        "geography": {"scheme": "ISO3166", "code": "CN-YN"},
        "declaredUnit": "TNE",
        "declaredAmount": "1",
        "systemBoundary": "cradleToGate",
        "gwpSet": "AR6",
        "referencePeriod": YEAR,
        "cutOff": {"items": []},
        **changes,
    }


def cut_off(*shares: str) -> Subject:
    """What a statement leaves out, by share of the total."""
    items = [
        {"name": words(f"Example input {place}"), "share": share, "reason": words("Too small")}
        for place, share in enumerate(shares)
    ]
    return {"items": items}


# From the statement to the label


def verification(**changes: Any) -> Subject:
    """FootprintVerification."""
    return {
        "result": "verified",
        "level": "limited",
        "standard": "notStated",
        "materiality": "0.05",
        "conflictOfInterest": {"declaration": "none"},
        "completedOn": "2026-01-04",
        **changes,
    }


_CLAIM = ("product", "productIds", "systemBoundary", "dataStatus")


def claim(of: Subject, *more: str) -> Subject:
    """What a certificate repeats of its statement, and a label of its certificate."""
    return {name: of[name] for name in (*_CLAIM, *more)}


def certificate(of: Subject, **changes: Any) -> Subject:
    """Certificate of a statement whose value it declares as the statement does."""
    return {
        "certificateNumber": "EXAMPLE-CERT-0001",
        **claim(of, "referencePeriod"),
        "declared": of["result"],
        "basis": "notStated",
        "authorised": {"quantity": "100", "unit": "TNE"},
        "lots": ["LOT-1", "LOT-2"],
        **changes,
    }


def filing(**changes: Any) -> Subject:
    """Filing."""
    return {
        "filingNumber": "EXAMPLE-FILING-0001",
        "decision": "filed",
        "receivedOn": "2026-01-04",
        **changes,
    }


def label(of: Subject, **changes: Any) -> Subject:
    """LabelIssuance for one lot of a certificate."""
    return {
        "labelNumber": "EXAMPLE-LABEL-0001",
        **claim(of),
        "displayed": of["declared"],
        "authorised": {"quantity": "60", "unit": "TNE"},
        "lots": ["LOT-1"],
        "qr": f"https://id.example/01/{GTIN}/10/LOT-1",
        **changes,
    }


def surveillance(**changes: Any) -> Subject:
    """Surveillance."""
    return {
        "result": "conforming",
        "method": "documentReview",
        "performedOn": "2026-01-04",
        **changes,
    }


def cbam(**changes: Any) -> Subject:
    """CbamInstallationData; the figures are illustrative and the installation fictional."""
    return {
        "cnCode": "76011000",
        "goods": words("Example goods (fictional)"),
        "productionRoute": words("Example route"),
        "installation": {"name": words("Example installation (fictional)"), "country": "CN"},
        "reportingPeriod": YEAR,
        "direct": {"value": "1.5", "unit": "tCO2e/TNE"},
        "precursors": [],
        "carbonPricePaid": [],
        "verifier": "notStated",
        "dataStatus": "illustrative",
        "sources": says.method_reference()["sources"],
        **changes,
    }
