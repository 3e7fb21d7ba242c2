"""The rules by id: scope, usual severity, and what people call them.

docs/spec/traceability.md says what each asks for. A rule set names the rules that count and gives
each its severity; the severities here are only what the default rule set starts from.
"""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    """One rule.

    Attributes:
        scope: record (the submission alone), set (with what is admitted), files, systems.
        severity: in the default rule set.
        en: name in English.
        zh: name in Chinese.
    """

    scope: str
    severity: str
    en: str
    zh: str


RULES: dict[str, Rule] = {
    "allocation.share": Rule("record", "error", "allocated share", "分配比例"),
    "boundary.stated": Rule("record", "info", "system boundary stated", "已写明系统边界"),
    "data.illustrative": Rule("record", "info", "not an illustration", "非示例数据"),
    "duplicate.admitted": Rule("set", "error", "not admitted before", "未与已入库因子重复"),
    "evidence.files": Rule("files", "error", "evidence files agree", "证据文件一致"),
    "evidence.present": Rule("record", "warning", "evidence is named", "已列明证据"),
    "gases.gwp": Rule("record", "error", "GWP of the stated set", "GWP 取值符合所列版本"),
    "gases.sum": Rule("record", "error", "gases add up", "分气体合计一致"),
    "inventory.emission": Rule("record", "error", "line items recomputed", "清单逐项复算一致"),
    "inventory.series": Rule("record", "error", "line items of the same kind", "清单因子类型一致"),
    "inventory.sum": Rule("record", "error", "line items add up", "清单合计一致"),
    "period.past": Rule("record", "error", "period is over", "数据期已结束"),
    "period.year": Rule("record", "warning", "whole calendar years", "数据期为完整自然年"),
    "range.robust": Rule("set", "warning", "near its admitted peers", "与同类已入库因子相近"),
    "series.geography": Rule("record", "error", "place fits the series", "地域与因子类型相符"),
    "sources.stated": Rule("record", "error", "source can be found", "来源可查"),
    "stages.sum": Rule("record", "error", "stages add up", "分阶段合计一致"),
    "systems.cross-check": Rule("systems", "error", "agrees with other systems", "与其他系统一致"),
    "uncertainty.range": Rule("record", "error", "value within its bounds", "数值在不确定性区间内"),
    "unit.dimension": Rule("record", "error", "unit of electricity", "电力因子单位"),
    "unit.magnitude": Rule("record", "warning", "plausible magnitude", "数量级合理"),
    "value.sign": Rule("record", "warning", "positive value", "数值为正"),
}
RECORD_RULES = frozenset(name for name, rule in RULES.items() if rule.scope == "record")
"""Rules that need nothing but the submission, and that the verifier executes again."""
