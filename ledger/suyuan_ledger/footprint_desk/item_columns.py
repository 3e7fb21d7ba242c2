"""The columns of a table of line items: one row is one line of a FootprintStatement.

A factor is named, not typed: by its registry number, or by code and version; the ledger fills in
digest, value and unit. What needs a list of objects (evidence, the source of a conversion, an
official basis) stands in the header file, by the line's id.
"""

from __future__ import annotations

from suyuan_ledger.records.factor_columns import Column, Path, SheetForm

SEPARATOR = ";"
"""Between the ids of one cell."""

UNITS = ("KGM", "TNE", "KWH", "MWH", "MTQ", "LTR", "MTK", "TKM", "3B", "H87")
TYPES = ("activityFactor", "directEmission", "upstreamStatement", "external")


def _code(name: str, zh: str, *path: str) -> Column:
    return Column(name, zh, path, required=False)


def _text(name: str, zh: str, *path: str) -> Column:
    return Column(name, zh, path, required=False, text=True)


def _both(name: str, zh: str, *path: str) -> tuple[Column, Column]:
    return (
        _text(f"{name}Zh", f"{zh}（中文）", *path, "zh"),
        _text(f"{name}En", f"{zh}（英文）", *path, "en"),
    )


def _must(name: str, zh: str, *path: str, text: bool = False) -> Column:
    return Column(name, zh, path, required=True, text=text)


REGISTRY_NUMBER = _text("registryNumber", "入库编号")
FACTOR_CODE = _code("factorCode", "因子编码")
FACTOR_VERSION = _code("factorVersion", "因子版本")
UPSTREAM = _code("upstream", "上游声明摘要")
PARAMETERS = {
    name: _code(name, zh)
    for name, zh in (
        ("ash", "阳极灰分"),
        ("sulphur", "阳极硫分"),
        ("anodeEffectMinutes", "阳极效应分钟数"),
        ("slope", "斜率系数"),
        ("weightRatio", "C2F6与CF4质量比"),
    )
}
"""Parameters of the formulas, by their names (docs/spec/footprint.md)."""
PARAMETER_SOURCE = _text("parameterSource", "参数来源")
LISTS = {
    name: _text(name, zh, "electricity", name)
    for name, zh in (("certificateIds", "绿证编号"), ("transmissionOf", "所输配的明细"))
}
"""Columns of which a cell holds several ids."""

COLUMNS: tuple[Column, ...] = (
    _must("id", "明细编号", "id"),
    _must("type", "明细类型", "type"),
    _must("stage", "阶段", "stage"),
    _must("activityZh", "活动（中文）", "activity", "zh", text=True),
    _must("activityEn", "活动（英文）", "activity", "en", text=True),
    _must("category", "类别", "category"),
    _must("quantity", "活动数据", "quantity"),
    _must("unit", "单位", "unit"),
    _must("dataStatus", "数据状态", "dataStatus"),
    _must("activityDataSource", "活动数据来源", "activityDataSource"),
    REGISTRY_NUMBER,
    FACTOR_CODE,
    FACTOR_VERSION,
    UPSTREAM,
    _text("gas", "气体", "gas", "name"),
    _code("gwp", "GWP", "gas", "gwp"),
    _code("formula", "公式", "formula", "id"),
    *PARAMETERS.values(),
    PARAMETER_SOURCE,
    _text("database", "数据库", "external", "database"),
    _text("databaseVersion", "数据库版本", "external", "version"),
    _text("dataset", "数据集", "external", "dataset"),
    _code("externalValue", "外部因子值", "external", "value"),
    _code("externalUnit", "外部因子单位", "external", "valueUnit"),
    _code("conversionFactor", "换算系数", "conversion", "factor"),
    _code("conversionTo", "换算为单位", "conversion", "to"),
    *_both("conversionBasis", "换算依据", "conversion", "basis"),
    _text("allocationMethod", "分配方法", "allocation", "method"),
    _code("allocationShare", "分配比例", "allocation", "share"),
    *_both("allocationBasis", "分配依据", "allocation", "basis"),
    _code("instrument", "电力凭据", "electricity", "instrument"),
    _code("electricityStart", "电力期间起", "electricity", "period", "start"),
    _code("electricityEnd", "电力期间止", "electricity", "period", "end"),
    *LISTS.values(),
)
FORM = SheetForm("lineItems", "明细", "lineItems", COLUMNS)

OFFERED: dict[str, tuple[str, ...]] = {
    "type": TYPES,
    "stage": ("rawMaterial", "production", "distribution", "use", "endOfLife"),
    "category": ("fossil", "biogenic", "biogenicUptake", "landUseChange"),
    "unit": UNITS,
    "conversionTo": UNITS,
    "dataStatus": ("measured", "calculated", "officialTranscribed", "secondary", "illustrative"),
    "activityDataSource": ("primary", "secondary"),
    "formula": ("anodeOxidation", "pfcSlope"),
    "instrument": ("grid", "directLine", "own", "greenCertificate"),
}
"""What a column's cells are chosen from; a test compares it with the schema."""

PATHS: dict[Path, Column] = {column.path: column for column in COLUMNS if column.path}
"""The column that writes a member of the line."""
