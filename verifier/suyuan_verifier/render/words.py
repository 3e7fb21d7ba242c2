"""What a report calls things, in English and Chinese; messages of codes stand in `codes.json`."""

from __future__ import annotations

from typing import Any

from suyuan_verifier.report import ASSERTED, Check, Outcome, Report, Verdict

Pair = tuple[str, str]
"""English, Chinese."""

STEP_NAMES: dict[int, Pair] = {
    1: ("format", "格式"),
    2: ("records", "记录"),
    3: ("signatures", "签名"),
    4: ("authority", "授权"),
    5: ("inclusion", "收录"),
    6: ("checkpoint", "检查点"),
    7: ("anchor", "锚定"),
    8: ("workflow", "流程"),
    9: ("arithmetic", "算术"),
    10: ("status", "状态"),
    0: ("compared", "比对"),
}
"""In the order of a report; 0 is what the command line asked for besides the steps."""
OUTCOMES: dict[Outcome, Pair] = {
    Outcome.PASS: ("ok", "通过"),
    Outcome.FAIL: ("FAIL", "不通过"),
    Outcome.UNKNOWN: ("unknown", "无法判定"),
    Outcome.NOT_APPLICABLE: ("n/a", "不适用"),
    Outcome.NOT_RUN: ("not run", "未执行"),
}
VERDICTS: dict[Verdict, Pair] = {
    Verdict.VALID: ("VALID", "有效"),
    Verdict.INVALID: ("INVALID", "无效"),
    Verdict.UNREADABLE: ("UNREADABLE", "无法读取"),
    Verdict.UNDECIDED: ("UNDECIDED", "未定"),
}
WORDS: dict[str, Pair] = {
    "expected": ("expected", "应为"),
    "found": ("found", "实为"),
    "hint": ("hint", "提示"),
    "see": ("see", "参见"),
    "record": ("record", "记录"),
    "signer": ("signer", "签名者"),
    "source": ("source", "来源"),
    "basis": ("trust basis", "信任依据"),
    "steps": ("steps", "步骤"),
    "factor": ("factor", "因子"),
    "basedOn": ("based on", "依据"),
    "note": ("note", "说明"),
}
# Passed, but a reader should know; `status.valid` says whose word it is, and how old.
_NOTES = {
    "workflow.dissent",
    "workflow.adverse",
    "footprint.partial",
    "status.valid",
    "status.replaced",
    "status.no_new_use",
    "status.inform",
    "status.enrolment_revoked",
}
_KINDS = {
    "RuleSet": "规则集",
    "MethodReference": "方法登记",
    "EnrolmentRequest": "登记申请",
    "Enrolment": "主体与密钥登记",
    "EnrolmentRevocation": "登记撤销",
    "FactorSubmission": "因子报送",
    "TraceabilityCheck": "数据溯源性校验",
    "ExpertReview": "专家评审意见",
    "AuthorityVerification": "行业主管部门验证",
    "Assignment": "评审分派",
    "Return": "退回补正",
    "Objection": "异议",
    "FactorAdmission": "入库",
    "FactorSupersession": "更替",
    "FactorWithdrawal": "撤回",
    "FactorErratum": "勘误",
    "FootprintStatement": "产品碳足迹声明",
    "FootprintVerification": "核查意见",
    "Certificate": "产品碳足迹标识认证证书",
    "Filing": "备案",
    "LabelIssuance": "标识发放",
    "Surveillance": "获证后监督",
    "CbamInstallationData": "CBAM 装置数据",
    "StatusChange": "状态变更",
    "StatusList": "状态列表",
}
_OPINIONS = {
    "pass": "通过",
    "conditional": "有条件通过",
    "fail": "不通过",
    "accept": "同意",
    "acceptWithChanges": "修改后同意",
    "reject": "不同意",
    "abstain": "弃权",
    "verified": "验证通过",
    "refused": "不予通过",
    "filed": "已备案",
    "conforming": "符合",
    "nonconforming": "不符合",
}
# In words, so that nobody takes an example for a figure.
_STATUS: dict[str, Pair] = {
    "measured": ("measured", "实测"),
    "calculated": ("calculated", "计算"),
    "officialTranscribed": ("official figure, transcribed", "官方数据转录"),
    "secondary": ("secondary", "次级数据"),
    "illustrative": ("ILLUSTRATIVE, not real data", "示例数据，并非真实数据"),
}
MEANING: Pair = (
    (
        "VALID means: who signed, in which order it was logged and anchored, and under whose "
        "authority is proven, for the steps named above. It does not say that a meter was right, "
        "nor that CBAM or any other scheme accepts the figure."
    ),
    (
        "“有效”的含义：在上列步骤范围内，签名者、收录与锚定的先后、签名者的授权均已证明；"
        "并不表示计量仪表准确，也不表示 CBAM 或任何其他制度接受该数值。"
    ),
)


def pick(pair: Pair, lang: str) -> str:
    """Return one language of a pair."""
    return pair[1 if lang == "zh" else 0]


def word(key: str, lang: str) -> str:
    """Say a word that labels a line of the report."""
    return pick(WORDS[key], lang)


def kind_name(kind: str, lang: str) -> str:
    """Call a kind of record by its name; English uses the kind itself."""
    return _KINDS.get(kind, kind) if lang == "zh" else kind


def kind_title(kind: str, lang: str) -> str:
    """Call a kind of record by words that fit into a line of text or a narrow column."""
    if lang == "zh":
        return kind_name(kind, lang)
    return "".join(f" {c.lower()}" if c.isupper() else c for c in kind).strip()


def opinion_name(outcome: str, lang: str) -> str:
    """Say how an opinion came out; English uses the word of the record."""
    return _OPINIONS.get(outcome, outcome) if lang == "zh" else outcome


def status_name(status: str, lang: str) -> str:
    """Say of what kind a figure's data are; nothing where it says nothing."""
    return pick(_STATUS.get(status, (status, status)), lang)


def issuer_name(item: dict[str, Any], lang: str) -> str:
    """Name the signer of a part of the report in one language."""
    name: str = item["issuer"]["nameZh" if lang == "zh" else "name"]
    return name


def is_note(check: Check) -> bool:
    """Tell whether a check blocks nothing and yet has something to say."""
    if check.outcome is Outcome.PASS:
        return check.code in _NOTES or check.step == 0
    return check.code in ASSERTED


def verdict_text(report: Report, lang: str) -> str:
    """Say the verdict, and for VALID which steps it rests on."""
    said = pick(VERDICTS[report.verdict], lang)
    if report.verdict is not Verdict.VALID:
        return said
    return f"{said} ({word('steps', lang)} {format_steps(report.required_steps)})"


def format_steps(steps: tuple[int, ...]) -> str:
    """Write step numbers as ranges: `1-7` or `1-3, 5`."""
    ranges: list[list[int]] = []
    for step in steps:
        if ranges and ranges[-1][1] == step - 1:
            ranges[-1][1] = step
        else:
            ranges.append([step, step])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in ranges)
