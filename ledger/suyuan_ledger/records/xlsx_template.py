"""Writes the workbook to fill in: one sheet for factors, one per list, and one that explains.

Every column is formatted as text, so that a spreadsheet program keeps what is typed. Columns with a
list of codes offer it.
"""

from __future__ import annotations

import io
from functools import partial
from typing import TYPE_CHECKING, Any

from suyuan_ledger.records.factor_columns import (
    FACTORS,
    HELP_SHEETS,
    LISTS,
    SheetForm,
    choices,
    rule_words,
)
from suyuan_ledger.records.factor_rows import member_text
from suyuan_ledger.records.xlsx_reader import column_letter
from suyuan_ledger.words import in_chinese

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from suyuan_ledger.records.factor_columns import Column, Path

_LAST_ROW = 1_048_576
AS_TEXT = "@"
"""The number format of text: what is typed stays as it is."""
_WIDTH = 18

_ZH = {
    "sheet": "工作表",
    "column": "列",
    "header": "表头",
    "must": "必填",
    "rule": "规则",
    "yes": "是",
    "no": "否",
    "text": "文本",
    "codes": "代码之一：",
    "key": "因子工作表中该因子的取值",
}
_EN = {
    "sheet": "sheet",
    "column": "column",
    "header": "header",
    "must": "required",
    "rule": "rule",
    "yes": "yes",
    "no": "no",
    "text": "text",
    "codes": "one of: ",
    "key": "as in the sheet of factors",
}
_NOTES_ZH = (
    "每个单元格都按文本填写：0.9240 与 0.924 不同，Excel 会丢掉数值末尾的零。",
    "不要使用公式、合并单元格、日期单元格、全角数字；不要隐藏行或列。",
    "一行是一个因子及其第一个来源；其余来源、分类、气体、清单等写在各自的工作表，每行注明因子编码与版本。",
    "请先执行 suyuan import 文件.xlsx --dry-run 检查，再正式导入。",
)
_NOTES_EN = (
    "Every cell is text: 0.9240 is not 0.924, and Excel drops the zeros at a number's end.",
    "No formulas, merged cells, date cells or full-width digits; no hidden rows or columns.",
    "One row is one factor with its first source.",
    "More sources, classifications, gases and line items stand in their own sheets, by factor.",
    "Check with: suyuan import FILE.xlsx --dry-run",
)


def write_template(example: dict[str, Any], lang: str = "en") -> bytes:
    """Return an XLSX workbook with headers, code lists, an example row and a sheet of help.

    Args:
        example: the subject that the first row shows, to be deleted.
        lang: `en` or `zh`: language of headers, names of sheets, and help.
    """
    from openpyxl import Workbook  # noqa: PLC0415 - slow import

    book = Workbook()
    book.remove(book.active)
    for form in (FACTORS, *LISTS):
        sheet = book.create_sheet(form.zh if lang == "zh" else form.name)
        write_form(sheet, form, lang, partial(_offered, form))
        if form is FACTORS:
            for place, column in enumerate(form.columns, 1):
                if text := member_text(example, column.path):
                    sheet.cell(2, place, text).number_format = AS_TEXT
    _write_help(book.create_sheet(HELP_SHEETS[lang == "zh"]), lang)
    book.properties.creator = "suyuan"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def write_form(
    sheet: Worksheet, form: SheetForm, lang: str, offered: Callable[[Column], Sequence[str]]
) -> None:
    """Write the header of a sheet, its columns as text.

    Args:
        sheet: an empty sheet.
        form: its columns.
        lang: `en` or `zh`.
        offered: the codes that a column's cells are chosen from, if there are any.
    """
    from openpyxl.styles import Font  # noqa: PLC0415 - slow import
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415

    sheet.freeze_panes = "A2"
    for place, column in enumerate(form.columns, 1):
        letter = column_letter(place)
        header = sheet.cell(1, place, column.zh if lang == "zh" else column.name)
        header.font = Font(bold=column.required)
        sheet.column_dimensions[letter].width = _WIDTH
        sheet.column_dimensions[letter].number_format = AS_TEXT
        if codes := offered(column):
            offer = DataValidation("list", formula1=f'"{",".join(codes)}"', allow_blank=True)
            offer.showErrorMessage = True
            sheet.add_data_validation(offer)
            offer.add(f"{letter}2:{letter}{_LAST_ROW}")


def _write_help(sheet: Worksheet, lang: str) -> None:
    words = _ZH if lang == "zh" else _EN
    for line in _NOTES_ZH if lang == "zh" else _NOTES_EN:
        sheet.append([line])
    sheet.append([])
    sheet.append([words[name] for name in ("sheet", "column", "header", "must", "rule")])
    for form in (FACTORS, *LISTS):
        for place, column in enumerate(form.columns, 1):
            sheet.append(
                [
                    form.zh if lang == "zh" else form.name,
                    column_letter(place),
                    column.zh if lang == "zh" else column.name,
                    words["yes" if column.required else "no"],
                    _rule(form, column, lang),
                ]
            )
    for letter, width in zip("ABCDE", (16, 8, 28, 10, 100), strict=True):
        sheet.column_dimensions[letter].width = width


def _rule(form: SheetForm, column: Column, lang: str) -> str:
    words = _ZH if lang == "zh" else _EN
    if not column.path:
        return words["key"]
    path = _whole(form, column)
    if codes := choices(path):
        return words["codes"] + ", ".join(codes)
    rule = rule_words(path)
    if rule is None:
        return words["text"]
    return in_chinese(rule) if lang == "zh" else rule


def _offered(form: SheetForm, column: Column) -> tuple[str, ...]:
    return choices(_whole(form, column))


def _whole(form: SheetForm, column: Column) -> Path:
    """Return where a column's cells go, from the subject itself; nowhere for a key."""
    return (form.member, 0, *column.path) if form.member and column.path else column.path
