"""Tables of line items for tests: rows by column, written as CSV or as a workbook."""

from __future__ import annotations

import csv
import io

import openpyxl
from suyuan_ledger.footprint_desk.item_columns import COLUMNS

NAMES = [column.name for column in COLUMNS]
HEADER = """
productIds = ["urn:gtin:09521101530001", "urn:example:ingot"]
declaredUnit = "TNE"
declaredAmount = "2"
systemBoundary = "cradleToGate"
gwpSet = "AR6"
product = { name = { zh = "示例铝锭", en = "Example ingot" } }
classification = [{ scheme = "EXAMPLE", code = "1", name = { zh = "示例", en = "Example" } }]
facility.name = { zh = "示例工厂", en = "Example works" }
facility.geography = { scheme = "ISO3166", code = "CN-YN" }
geography = { scheme = "ISO3166", code = "CN-YN" }
referencePeriod = { start = 2025-01-01, end = 2025-12-31 }
result = { unit = "tCO2e/TNE", scale = 3 }
"""
_COMMON = {
    "stage": "production",
    "activityZh": "示例活动",
    "activityEn": "Example activity",
    "category": "fossil",
    "dataStatus": "measured",
    "activityDataSource": "primary",
}
_YEAR = {"electricityStart": "2025-01-01", "electricityEnd": "2025-12-31"}


def line(**cells):
    """Return one row by column; what is common to all lines need not be said."""
    return {**_COMMON, **cells}


CARBON = line(
    id="A-CARBON", type="activityFactor", quantity="0.5", unit="TNE", registryNumber="EX-0001"
)
AVERAGE = line(
    id="B-GRID",
    type="activityFactor",
    quantity="1000",
    unit="KWH",
    factorCode="CN-ELEC-CFP-2024-NAT",
    factorVersion="1",
    instrument="grid",
    **_YEAR,
)
HYDRO = line(
    id="C-HYDRO",
    type="activityFactor",
    quantity="2",
    unit="MWH",
    registryNumber="EX-HYDRO",
    instrument="greenCertificate",
    certificateIds="GEC-2; GEC-1",
    **_YEAR,
)
LOSSES = line(
    id="D-LOSSES",
    type="activityFactor",
    quantity="2000",
    unit="KWH",
    registryNumber="EX-LOSSES",
    instrument="grid",
    transmissionOf="C-HYDRO",
    **_YEAR,
)
ANODE = line(
    id="E-ANODE",
    type="directEmission",
    quantity="100",
    unit="KGM",
    formula="anodeOxidation",
    ash="0.004",
    sulphur="0.02",
    parameterSource="Illustration",
)
GAS = line(id="F-GAS", type="directEmission", quantity="10.0", unit="KGM", gas="CO2", gwp="1")
OUTSIDE = line(
    id="G-OUTSIDE",
    type="external",
    stage="rawMaterial",
    quantity="3",
    unit="KGM",
    database="Example database",
    databaseVersion="1",
    dataset="Example dataset",
    externalValue="1.25",
    externalUnit="kgCO2e/KGM",
    activityDataSource="secondary",
)
GOOD = [CARBON, AVERAGE, HYDRO, LOSSES, ANODE, GAS, OUTSIDE]
"""One line of every type; their emissions:

    750 + 577.7 + 28.2 + 65.4 + 357.866667 + 10 + 3.75 kgCO2e for 2 t
"""
TOTAL = "1792.916667"


def csv_table(rows, lang="en"):
    """Write rows as CSV."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([column.zh if lang == "zh" else column.name for column in COLUMNS])
    writer.writerows([row.get(name, "") for name in NAMES] for row in rows)
    return stream.getvalue().encode()


def workbook(rows, lang="en"):
    """Write rows as a workbook whose cells are text."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "明细" if lang == "zh" else "lineItems"
    sheet.append([column.zh if lang == "zh" else column.name for column in COLUMNS])
    for row in rows:
        sheet.append([row.get(name) for name in NAMES])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
