"""What the producers of the demo state: tables of line items, headers, and the factors behind them.

The electricity factors are official. Everything else has no public source and says so: every other
factor and every quantity is `illustrative`, with round figures. The electricity of a tonne of
aluminium, 13,300 kWh, is such an illustration. What is named by its source: the standard
GB/T 44905-2024, the formulas and the default slope of 2006 IPCC Guidelines, Volume 3, Chapter 4.
"""

from __future__ import annotations

import base64
import csv
import io
from hashlib import sha256
from typing import Any

from suyuan_ledger.footprint_desk.item_columns import COLUMNS

FREIGHT_CODE = "EXAMPLE-ROAD-FREIGHT"
"""The factor that is corrected in the end."""
FREIGHT_WRONG, FREIGHT_RIGHT = "0.10", "0.12"
STANDARD = "GB/T 44905-2024"

_IPCC = "2006 IPCC Guidelines, Volume 3, Chapter 4, section 4.4, default for prebake cells (CWPB)"
_SOURCE = {
    "title": {
        "zh": "演示用数值，无公开来源（虚构）",
        "en": "Demo figure without public source (fictional)",
    },
    "publisher": {
        "zh": "示例原材料工业协会（虚构）",
        "en": "Example association of materials industries (fictional)",
    },
    "documentNumber": "notStated",
    "date": "notStated",
    "locator": "notStated",
}
_Row = tuple[str, str, str, str, str]
"""Code, Chinese and English name, value, unit."""
_FACTORS: tuple[_Row, ...] = (
    ("EXAMPLE-ALUMINA", "氧化铝", "Alumina", "1.20", "tCO2e/TNE"),
    ("EXAMPLE-PREBAKED-ANODE", "预焙阳极", "Prebaked anode", "0.80", "tCO2e/TNE"),
    ("EXAMPLE-FLUORIDE-SALT", "氟化盐", "Fluoride salt", "2.00", "kgCO2e/KGM"),
    (FREIGHT_CODE, "公路货运", "Road freight", FREIGHT_WRONG, "kgCO2e/TKM"),
    ("EXAMPLE-PHOSPHATE-ROCK", "磷矿石", "Phosphate rock", "0.06", "tCO2e/TNE"),
    ("EXAMPLE-SULPHURIC-ACID", "硫酸", "Sulphuric acid", "0.10", "tCO2e/TNE"),
    ("EXAMPLE-COAL", "原料煤", "Feedstock coal", "0.08", "tCO2e/TNE"),
)
EVIDENCE = "演示用证明材料（虚构） Demo evidence (fictional)\n".encode()
"""Stands for a file that stays with the producer; its digest is in the statement."""


def factors() -> list[dict[str, Any]]:
    """Return the subjects of the illustrative factors' submissions."""
    return [_factor("1", row, row[3]) for row in _FACTORS]


def freight(version: str, value: str) -> dict[str, Any]:
    """Return the subject of road freight's submission with another value."""
    return _factor(version, next(row for row in _FACTORS if row[0] == FREIGHT_CODE), value)


def method() -> dict[str, Any]:
    """Return the MethodReference of the standard, with what the sources at hand say of it."""
    return {
        "standardNumber": STANDARD,
        "title": {"zh": "电解铝（标准名称从简）", "en": "Primary aluminium (short title)"},
        "issueDate": "2024-10-26",
        "effectiveDate": "2025-05-01",
        "declaredUnit": "TNE",
        "allocationDefault": "notStated",
        "cutOff": {"single": "0.01", "total": "0.05"},
        "sources": [
            {
                "title": {"zh": STANDARD, "en": STANDARD},
                "publisher": {"zh": "未写明", "en": "not stated"},
                "documentNumber": STANDARD,
                "date": "2024-10-26",
                "locator": "notStated",
            }
        ],
    }


def _factor(version: str, row: _Row, value: str) -> dict[str, Any]:
    code, zh, en, _, unit = row
    return {
        "factorCode": code,
        "factorVersion": version,
        "seriesType": "PRODUCT_FOOTPRINT",
        "productName": {"zh": f"{zh}（示例值）", "en": f"{en} (illustrative)"},
        "declaredUnit": unit.partition("/")[2],
        "value": value,
        "valueUnit": unit,
        "systemBoundary": "cradleToGate",
        "gwpSet": "AR6",
        "referencePeriod": {"start": "2024-01-01", "end": "2024-12-31"},
        "geography": {"scheme": "ISO3166", "code": "CN-YN"},
        "dataStatus": "illustrative",
        "sources": [_SOURCE],
    }


Row = dict[str, str]
_COMMON = {
    "stage": "production",
    "category": "fossil",
    "dataStatus": "illustrative",
    "activityDataSource": "primary",
}
_MATERIAL = {"stage": "rawMaterial", "type": "activityFactor", "activityDataSource": "secondary"}
_POWER = {
    "type": "activityFactor",
    "unit": "KWH",
    "factorVersion": "1",
    "electricityStart": "2024-01-01",
    "electricityEnd": "2024-12-31",
}


def _row(id_: str, zh: str, en: str, quantity: str, **cells: str) -> Row:
    return {
        **_COMMON,
        "id": id_,
        "activityZh": f"{zh}（示例）",
        "activityEn": f"{en} (illustrative)",
        "quantity": quantity,
        **cells,
    }


def _grid(id_: str, quantity: str) -> Row:
    average = {**_POWER, "factorCode": "CN-ELEC-CFP-2024-NAT", "instrument": "grid"}
    return _row(id_, "电网用电", "Electricity from the grid", quantity, **average)


def _material(id_: str, names: tuple[str, str], quantity: str, unit: str, code: str) -> Row:
    named = {**_MATERIAL, "factorCode": code, "factorVersion": "1"}
    return _row(id_, *names, quantity, unit=unit, **named)


HYDRO_LINE = "P-02-HYDRO"
ALUMINIUM: tuple[Row, ...] = (
    _grid("P-01-GRID", "3300"),
    _row(
        HYDRO_LINE,
        "水电（绿证）",
        "Hydropower by green certificates",
        "10.0",
        **{
            **_POWER,
            "unit": "MWH",
            "factorCode": "CN-ELEC-CFP-2024-HYDRO",
            "instrument": "greenCertificate",
            "certificateIds": "DEMO-GEC-0001; DEMO-GEC-0002",
        },
    ),
    _row(
        "P-03-LOSSES",
        "上述水电的输配电（含线损）",
        "Transmission and distribution of it, with losses",
        "10000",
        **{
            **_POWER,
            "factorCode": "CN-ELEC-CFP-2024-TD-LOSS",
            "instrument": "grid",
            "transmissionOf": HYDRO_LINE,
        },
    ),
    _row(
        "P-04-ANODE",
        "阳极氧化",
        "Oxidation of the anodes",
        "410",
        type="directEmission",
        unit="KGM",
        formula="anodeOxidation",
        ash="0.005",
        sulphur="0.02",
        parameterSource="illustrative",
    ),
    _row(
        "P-05-PFC",
        "全氟化碳",
        "Perfluorocarbons",
        "1",
        type="directEmission",
        unit="TNE",
        formula="pfcSlope",
        anodeEffectMinutes="0.10",
        slope="0.143",
        weightRatio="0.10",
        parameterSource=f"slope: {_IPCC}; the others: illustrative",
    ),
    _row(
        "P-06-FURNACE",
        "铸造炉燃气",
        "Gas of the casting furnace",
        "40",
        type="external",
        unit="MTQ",
        activityDataSource="secondary",
        database="Example background database (fictional)",
        databaseVersion="1",
        dataset="gas, combustion included (illustrative)",
        externalValue="2.00",
        externalUnit="kgCO2e/MTQ",
    ),
    _material("R-01-ALUMINA", ("氧化铝", "Alumina"), "1.92", "TNE", "EXAMPLE-ALUMINA"),
    _material("R-02-ANODE", ("预焙阳极", "Anodes"), "0.41", "TNE", "EXAMPLE-PREBAKED-ANODE"),
    _material("R-03-FLUORIDE", ("氟化盐", "Fluoride salt"), "18", "KGM", "EXAMPLE-FLUORIDE-SALT"),
    _material("R-04-FREIGHT", ("公路运输", "Road freight"), "100", "TKM", FREIGHT_CODE),
)
SECRETS = ("P-01-GRID", HYDRO_LINE, "P-03-LOSSES", "R-01-ALUMINA", "R-02-ANODE")
"""The smelter's trade secrets: power and raw materials of a tonne."""
SHOWN_TO_THE_IMPORTER = ("R-01-ALUMINA", "R-02-ANODE")
"""What it discloses to one importer; its power stays its own."""

AMMONIA: tuple[Row, ...] = (
    _grid("P-01-GRID", "900"),
    _row(
        "P-02-PROCESS",
        "工艺二氧化碳",
        "Carbon dioxide of the process",
        "2300",
        type="directEmission",
        unit="KGM",
        gas="CO2",
        gwp="1",
    ),
    _material("R-01-COAL", ("原料煤", "Feedstock coal"), "1.2", "TNE", "EXAMPLE-COAL"),
)
_PHOSPHATE: tuple[Row, ...] = (
    _grid("P-01-GRID", "180"),
    _row(
        "P-02-STEAM",
        "蒸汽锅炉直接排放",
        "Direct emission of the steam boiler",
        "40",
        type="directEmission",
        unit="KGM",
        gas="CO2",
        gwp="1",
    ),
    _material("R-01-ROCK", ("磷矿石", "Phosphate rock"), "1.6", "TNE", "EXAMPLE-PHOSPHATE-ROCK"),
    _material("R-02-ACID", ("硫酸", "Sulphuric acid"), "1.4", "TNE", "EXAMPLE-SULPHURIC-ACID"),
    _material("R-04-FREIGHT", ("公路运输", "Road freight"), "400", "TKM", FREIGHT_CODE),
)


def phosphate(upstream: str) -> tuple[Row, ...]:
    """Return the lines of ammonium phosphate.

    Args:
        upstream: content digest of the statement on its ammonia.
    """
    cells = {**_MATERIAL, "type": "upstreamStatement", "upstream": upstream, "unit": "TNE"}
    return (*_PHOSPHATE, _row("R-03-AMMONIA", "合成氨", "Ammonia", "0.14", **cells))


def table(rows: tuple[Row, ...], **changed: Row) -> bytes:
    """Write lines as CSV, as `suyuan footprint template` lays it out.

    Args:
        rows: the lines.
        changed: cells that are other, by the line's id with underscores for hyphens.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([column.name for column in COLUMNS])
    for row in rows:
        whole = row | changed.get(row["id"].replace("-", "_"), {})
        writer.writerow([whole.get(column.name, "") for column in COLUMNS])
    return stream.getvalue().encode()


def header(
    names: tuple[str, str],
    product_id: str,
    result: tuple[str, int],
    facility: tuple[str, str],
    more: str = "",
) -> bytes:
    """Write the header of a statement, TOML.

    Args:
        names: of the product, Chinese and English.
        product_id: its id.
        result: unit and scale.
        facility: its name, Chinese and English.
        more: further lines.
    """
    return f"""{more}productIds = ["{product_id}"]
declaredUnit = "TNE"
declaredAmount = "1"
systemBoundary = "cradleToGate"
gwpSet = "AR6"
geography = {{ scheme = "ISO3166", code = "CN-YN" }}
referencePeriod = {{ start = 2024-01-01, end = 2024-12-31 }}
result = {{ unit = "{result[0]}", scale = {result[1]} }}
product = {{ name = {{ zh = "{names[0]}", en = "{names[1]}" }} }}

[[classification]]
scheme = "DEMO"
code = "{product_id.rpartition(":")[2]}"
name = {{ zh = "{names[0]}", en = "{names[1]}" }}

[facility]
name = {{ zh = "{facility[0]}", en = "{facility[1]}" }}
geography = {{ scheme = "ISO3166", code = "CN-YN" }}

[[items.P-01-GRID.evidence]]
role = "meter reading (fictional)"
digestSRI = "sha256-{base64.b64encode(sha256(EVIDENCE).digest()).decode()}"
mediaType = "text/plain"
size = {len(EVIDENCE)}
disclosure = "sealed"
""".encode()


INGOT_GTIN, PHOSPHATE_GTIN = "urn:gtin:02000000000015", "urn:gtin:02000000000022"
"""Restricted circulation numbers (prefix 02): nobody's trade items."""


def ingot_header() -> bytes:
    """Return the header of the aluminium statement."""
    return header(
        ("重熔用铝锭（示例）", "Aluminium ingot for remelting (example)"),
        INGOT_GTIN,
        ("tCO2e/TNE", 2),
        ("示例铝业公司一分厂（虚构）", "Example aluminium smelter, works 1 (fictional)"),
        f'method = "{STANDARD}"\n',
    )


def phosphate_header() -> bytes:
    """Return the header of the statement on ammonium phosphate; no standard is named for it."""
    return header(
        ("磷铵（示例）", "Ammonium phosphate (example)"),
        PHOSPHATE_GTIN,
        ("kgCO2e/TNE", 0),
        ("示例磷肥公司一分厂（虚构）", "Example fertiliser works, works 1 (fictional)"),
    )


def ammonia_header() -> bytes:
    """Return the header of the statement on ammonia."""
    return header(
        ("合成氨（示例）", "Ammonia (example)"),
        "urn:example:demo:ammonia",
        ("tCO2e/TNE", 3),
        ("示例合成氨厂（虚构）", "Example ammonia works (fictional)"),
    )


def cbam_data() -> dict[str, Any]:
    """Return an installation's data for the border mechanism, all of them illustrative."""
    period = {"start": "2024-01-01", "end": "2024-12-31"}
    return {
        "cnCode": "760110",
        "goods": {
            "zh": "未锻轧的非合金铝（示例）",
            "en": "Unwrought aluminium, not alloyed (example)",
        },
        "productionRoute": {"zh": "电解（示例）", "en": "Electrolysis (example)"},
        "installation": {
            "name": {
                "zh": "示例铝业公司一分厂（虚构）",
                "en": "Example aluminium smelter, works 1 (fictional)",
            },
            "country": "CN-YN",
        },
        "reportingPeriod": period,
        "direct": {"value": "1.6", "unit": "tCO2e/TNE"},
        "precursors": [],
        "carbonPricePaid": [],
        "verifier": "notStated",
        "dataStatus": "illustrative",
        "sources": [_SOURCE],
    }
