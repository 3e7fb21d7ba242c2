"""The columns of a table of factor submissions, and the further sheets of a workbook.

One row of the table is one factor with one source. A workbook has further sheets for members that
are lists (more sources, classifications, gases, line items); their rows name the factor that they
belong to by its code and version. What still needs more (evidence, uncertainty, allocation) is
written as JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from suyuan_ledger.records.shape import load_schema, pattern_words

KIND = "FactorSubmission"
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column of a sheet; itself a key, equal to no other, because each cell is found by it.

    Attributes:
        name: header in English, the member's own name where there is one.
        zh: header in Chinese; either is accepted.
        path: where the cell goes, from the place that the row describes; empty for a key.
        required: an empty cell is a problem.
        text: free text for people; every other column is a code, a number or a date.
    """

    name: str
    zh: str
    path: Path
    required: bool = True
    text: bool = False


@dataclass(frozen=True, slots=True)
class SheetForm:
    """One sheet of a workbook.

    Attributes:
        name: its name in English, the member's own for a list.
        zh: its name in Chinese; either is accepted.
        member: the list that its rows extend; empty for the sheet of the factors themselves.
        columns: what a row says.
    """

    name: str
    zh: str
    member: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, str]:
        """Both names."""
        return self.name, self.zh


def _bilingual(name: str, zh: str, path: Path, *, required: bool = True) -> tuple[Column, Column]:
    return (
        Column(f"{name}Zh", f"{zh}（中文）", (*path, "zh"), required, text=True),
        Column(f"{name}En", f"{zh}（英文）", (*path, "en"), required, text=True),
    )


def _source(title: str, zh: str, at: Path) -> tuple[Column, ...]:
    """Columns of one source; their headers say so where the sheet's name does not."""

    def named(name: str) -> str:
        return title + name[0].upper() + name[1:] if title else name

    return (
        *_bilingual(named("title"), f"{zh}标题", (*at, "title")),
        *_bilingual(named("publisher"), f"{zh}发布单位", (*at, "publisher")),
        Column(named("documentNumber"), f"{zh}文号", (*at, "documentNumber"), text=True),
        Column(named("date"), f"{zh}日期", (*at, "date")),
        Column(named("locator"), f"{zh}位置", (*at, "locator"), text=True),
    )


_CLASS: Path = ("classification", 0)
_KEYS = (Column("factorCode", "因子编码", ()), Column("factorVersion", "因子版本", ()))

COLUMNS: tuple[Column, ...] = (
    Column("factorCode", "因子编码", ("factorCode",)),
    Column("factorVersion", "因子版本", ("factorVersion",)),
    Column("seriesType", "因子类型", ("seriesType",)),
    *_bilingual("productName", "产品名称", ("productName",)),
    Column("declaredUnit", "声明单位", ("declaredUnit",)),
    Column("value", "因子值", ("value",)),
    Column("valueUnit", "因子单位", ("valueUnit",)),
    Column("systemBoundary", "系统边界", ("systemBoundary",)),
    Column("gwpSet", "GWP版本", ("gwpSet",)),
    Column("periodStart", "数据期起", ("referencePeriod", "start")),
    Column("periodEnd", "数据期止", ("referencePeriod", "end")),
    Column("geographyScheme", "地域代码体系", ("geography", "scheme")),
    Column("geographyCode", "地域代码", ("geography", "code"), text=True),
    Column("dataStatus", "数据状态", ("dataStatus",)),
    *_source("source", "来源", ("sources", 0)),
    *_bilingual("variant", "规格型号", ("variant",), required=False),
    *_bilingual("technologyRoute", "技术路线", ("technologyRoute",), required=False),
    Column("classificationScheme", "分类体系", (*_CLASS, "scheme"), required=False, text=True),
    Column("classificationCode", "分类代码", (*_CLASS, "code"), required=False),
    *_bilingual("classificationName", "分类名称", (*_CLASS, "name"), required=False),
    Column("primaryDataShare", "初级数据占比", ("primaryDataShare",), required=False),
    Column("pedigree", "数据质量谱系", ("pedigree",), required=False),
    *_bilingual("dataSetOwner", "数据所有者", ("dataSetOwner",), required=False),
    Column("licence", "许可", ("licence",), required=False, text=True),
)

FACTORS = SheetForm("factors", "因子", "", COLUMNS)
LISTS = (
    SheetForm("sources", "来源", "sources", (*_KEYS, *_source("", "来源", ()))),
    SheetForm(
        "classification",
        "分类",
        "classification",
        (
            *_KEYS,
            Column("scheme", "分类体系", ("scheme",), text=True),
            Column("code", "分类代码", ("code",)),
            *_bilingual("name", "分类名称", ("name",)),
        ),
    ),
    SheetForm(
        "gases",
        "温室气体",
        "gases",
        (
            *_KEYS,
            Column("gas", "气体", ("gas",)),
            Column("amount", "数量", ("amount",)),
            Column("unit", "单位", ("unit",)),
            Column("gwp", "GWP", ("gwp",)),
        ),
    ),
    SheetForm(
        "byStage",
        "分阶段",
        "byStage",
        (*_KEYS, Column("stage", "阶段", ("stage",)), Column("value", "因子值", ("value",))),
    ),
    SheetForm(
        "dqi",
        "数据质量",
        "dqi",
        (
            *_KEYS,
            Column("indicator", "指标", ("indicator",), text=True),
            Column("score", "得分", ("score",)),
        ),
    ),
    SheetForm(
        "inventory",
        "清单",
        "inventory",
        (
            *_KEYS,
            *_bilingual("activity", "活动", ("activity",)),
            Column("quantity", "活动数据", ("quantity",)),
            Column("unit", "单位", ("unit",)),
            Column("source", "数据来源", ("source",), required=False, text=True),
            Column("factorValue", "所用因子值", ("factorValue",), required=False),
            Column("factorUnit", "所用因子单位", ("factorUnit",), required=False),
            Column("emission", "排放量", ("emission",), required=False),
        ),
    ),
)
HELP_SHEETS = ("help", "说明")


@cache
def choices(path: Path) -> tuple[str, ...]:
    """List what a member of the subject may be, from its schema; empty if it is not a list."""
    return tuple(_resolved(_schema_at(path)).get("enum", ()))


def rule_words(path: Path) -> str | None:
    """Say what a member of the subject looks like, None for free text."""
    schema = _schema_at(path)
    name = str(schema["$ref"]).rpartition("/")[2] if "$ref" in schema else str(path[-1])
    # The pattern of a place's code hangs on its scheme, beside the member.
    patterned = "pattern" in _resolved(schema) or path == ("geography", "code")
    return pattern_words(name) or pattern_words(str(path[-1])) if patterned else None


def _schema_at(path: Path) -> dict[str, Any]:
    place: dict[str, Any] = load_schema(KIND)["properties"]["credentialSubject"]
    for step in path:
        inside = _resolved(place)
        place = inside["items"] if isinstance(step, int) else inside["properties"][step]
    return place


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    definition: dict[str, Any] = load_schema("Terms")["$defs"][schema["$ref"].rpartition("/")[2]]
    return definition
