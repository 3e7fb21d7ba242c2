"""The table and the header to fill in, with two lines that show how."""

from __future__ import annotations

import codecs
import csv
import io

from suyuan_ledger.footprint_desk.item_columns import COLUMNS, FORM, OFFERED
from suyuan_ledger.records.factor_columns import HELP_SHEETS, Column
from suyuan_ledger.records.xlsx_reader import column_letter
from suyuan_ledger.records.xlsx_template import AS_TEXT, write_form

_EXAMPLES: tuple[dict[str, str], ...] = (
    {
        "id": "P-01-ELECTRICITY",
        "type": "activityFactor",
        "stage": "production",
        "activityZh": "示例用电（请改写）",
        "activityEn": "Example electricity (change this)",
        "category": "fossil",
        "quantity": "1000",
        "unit": "KWH",
        "dataStatus": "illustrative",
        "activityDataSource": "primary",
        "factorCode": "CN-ELEC-CFP-2024-NAT",
        "factorVersion": "1",
        "instrument": "grid",
        "electricityStart": "2024-01-01",
        "electricityEnd": "2024-12-31",
    },
    {
        "id": "P-02-GAS",
        "type": "directEmission",
        "stage": "production",
        "activityZh": "示例直接排放（请改写）",
        "activityEn": "Example direct emission (change this)",
        "category": "fossil",
        "quantity": "10.0",
        "unit": "KGM",
        "dataStatus": "illustrative",
        "activityDataSource": "primary",
        "gas": "CO2",
        "gwp": "1",
    },
)
_NOTES_ZH = (
    "每个单元格都按文本填写：10.0 与 10 不同，Excel 会丢掉数值末尾的零。",
    "一行是一条明细。因子只需写入库编号，或写因子编码与版本；数值与单位由账本填入。",
    "activityFactor 用入库因子；directEmission 用气体与 GWP，或公式与参数。",
    "upstreamStatement 用上游声明的内容摘要；external 用外部数据库。",
    "一格中的多个编号以 ; 分隔。证据等没有列的内容写在表头文件的 items 中，按明细编号。",
)
_NOTES_EN = (
    "Every cell is text: 10.0 is not 10, and Excel drops the zeros at a number's end.",
    "A row is a line item. Name a factor by registry number, or by code and version.",
    "Value and unit of a factor are filled in by the ledger.",
    "activityFactor: an admitted factor. directEmission: gas and GWP, or formula and parameters.",
    "upstreamStatement: content digest of another statement. external: a database outside.",
    "Several ids in one cell are separated by ;",
    "What has no column (evidence) stands in the header file under items, by the line's id.",
)
_HEADER = """\
# {about}
productIds = ["urn:example:product:1"]
declaredUnit = "TNE"
declaredAmount = "1"           # {amount}
systemBoundary = "cradleToGate"
gwpSet = "AR6"
# method = "..."               # {method}

[product.name]
zh = "示例产品（请改写）"
en = "Example product (change this)"

[[classification]]
scheme = "EXAMPLE"
code = "1"
name = {{ zh = "示例分类", en = "Example class" }}

[facility]
name = {{ zh = "示例工厂", en = "Example works" }}
geography = {{ scheme = "ISO3166", code = "CN-YN" }}

[geography]
scheme = "ISO3166"
code = "CN-YN"

[referencePeriod]
start = "2024-01-01"
end = "2024-12-31"

[result]
unit = "kgCO2e/TNE"
scale = 0

# {items}
# [[items.P-01-ELECTRICITY.evidence]]
# role = "meter reading"
# digestSRI = "sha256-..."
# mediaType = "application/pdf"
# size = 12345
# disclosure = "sealed"
"""
_WORDS = {
    "en": {
        "about": "What the statement says beside its lines. Quantities stand in quotes.",
        "amount": "the lines are for this many declared units",
        "method": "standard number, content digest or index of a MethodReference in the log",
        "items": "What a table has no column for, by the line's id:",
    },
    "zh": {
        "about": "声明中明细以外的内容。数量一律加引号。",
        "amount": "明细对应的声明单位数量",
        "method": "日志中方法登记的标准号、内容摘要或序号",
        "items": "表格没有对应列的内容，按明细编号：",
    },
}


def header_template(lang: str) -> bytes:
    """Return a header to fill in, TOML.

    Args:
        lang: `en` or `zh`: language of its comments.
    """
    return _HEADER.format(**_WORDS[lang]).encode()


def table_template(lang: str) -> bytes:
    """Return a table of line items to fill in, CSV.

    It starts with a byte-order mark, without which Excel takes UTF-8 for the local code page.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([_title(column, lang) for column in COLUMNS])
    for example in _EXAMPLES:
        writer.writerow([example.get(column.name, "") for column in COLUMNS])
    return codecs.BOM_UTF8 + stream.getvalue().encode("utf-8")


def workbook_template(lang: str) -> bytes:
    """Return the same as a workbook that offers codes and explains itself."""
    from openpyxl import Workbook  # noqa: PLC0415 - slow import

    book = Workbook()
    sheet = book.active
    sheet.title = FORM.zh if lang == "zh" else FORM.name
    write_form(sheet, FORM, lang, lambda column: OFFERED.get(column.name, ()))
    for row, example in enumerate(_EXAMPLES, 2):
        for place, column in enumerate(COLUMNS, 1):
            if text := example.get(column.name):
                sheet.cell(row, place, text).number_format = AS_TEXT
    explained = book.create_sheet(HELP_SHEETS[lang == "zh"])
    for line in _NOTES_ZH if lang == "zh" else _NOTES_EN:
        explained.append([line])
    explained.append([])
    for place, column in enumerate(COLUMNS, 1):
        codes = ", ".join(OFFERED.get(column.name, ()))
        explained.append([column_letter(place), _title(column, lang), codes])
    book.properties.creator = "suyuan"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _title(column: Column, lang: str) -> str:
    return column.zh if lang == "zh" else column.name
