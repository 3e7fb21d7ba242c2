"""What rules found and expect, in Chinese, for people who read a check.

A record says it in one wording, which is compared byte for byte; here it is translated for the
screen. What is not listed (numbers, units, pointers, intervals) is shown as it is.
"""

from __future__ import annotations

import re

_FORMS = [
    (re.compile(form), words)
    for form, words in (
        (r"notStated", "未写明"),
        (r"a system boundary", "系统边界"),
        (r"illustrative", "示例数据"),
        (r"data of a real product", "真实产品的数据"),
        (r"no evidence", "无证据"),
        (r"at least 1 item", "至少 1 项"),
        (r"gwpSet notStated", "未写明 GWP 版本"),
        (r"CO2 alone", "仅限 CO2"),
        (r"g, kg or t", "g、kg 或 t"),
        (r"(\S+), or a conversion to it", r"\1，或有规定的换算"),
        (r"(\S+), within (\S+)", r"\1，允差 \2"),
        (r"(\d+) of (\d+) items state an emission", r"\2 项中 \1 项写明排放量"),
        (r"before (\S+)", r"早于 \1"),
        (r"(\S+) to (\S+)", r"\1 至 \2"),
        (r"whole calendar years", "完整自然年"),
        (r"a country", "国家代码"),
        (r"0 of (\d+) sources", r"\1 个来源均不可查"),
        (
            r"a source with date, and documentNumber or locator",
            "至少一个来源写明日期，并写明文号或位置",
        ),
        (r"no interval for (\S+)", r"未规定 \1 的合理区间"),
        (r"(\S+) to (\S+) (\S+)", r"\1 至 \2 \3"),
        (r"(\S+) to (\S+) (\S+); likely (.+)", r"\1 至 \2 \3；可能的单位：\4"),
        (r"(\S+) to (\S+) (\S+), median (\S+) of (\d+)", r"\1 至 \2 \3（\5 个的中位数 \4）"),
        (
            r"(\S+) to (\S+) (\S+), median (\S+) of (\d+); likely (.+)",
            r"\1 至 \2 \3（\5 个的中位数 \4）；可能的单位：\6",
        ),
        (r"no admitted duplicate", "未入库的因子"),
        (r"(\d+) of (\d+) admitted factors", r"已入库同类因子 \1 个，至少需 \2 个"),
        (r"no spread among (\d+) admitted factors", r"\1 个已入库同类因子无离散"),
        (r"statistics of more than 34 digits", "统计量超过 34 位数字"),
        (r"no files given", "未提供文件"),
        (r"(\d+) of (\d+) items have no file", r"\2 项证据中 \1 项无文件"),
        (r"(\d+) files that the submission does not name", r"\1 个文件不在报送所列证据中"),
        (r"files of the (\d+) items that have none", r"尚缺文件的 \1 项证据"),
        (r"(\d+) bytes", r"\1 字节"),
        (r"no figures of other systems given", "未提供其他系统数据"),
        (r"no figures for this factor", "导出表中没有该因子的数据"),
        (r"(\d+) of (\d+) figures differ", r"\2 项数据中 \1 项不一致"),
        (r"differences within tolerance", "差异在容差内"),
    )
]


def in_chinese(text: str) -> str:
    """Return the Chinese of what a rule observed or expected, or the text itself."""
    for form, words in _FORMS:
        if form.fullmatch(text):
            return form.sub(words, text).replace(" or ", " 或 ")
    return text.replace(" or ", " 或 ")
