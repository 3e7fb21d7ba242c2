"""The report as text for a terminal, in English or Chinese.

One line per step, the same numbers as in the spec; a failure says expected, found, hint and where
to read on. Hostile bytes never reach the terminal raw.
"""

from __future__ import annotations

from typing import Any

from suyuan_verifier.codes import codes
from suyuan_verifier.report import ASSERTED, Check, Outcome, Report, Verdict

STEP_NAMES = {
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
}
_OUTCOMES = {
    Outcome.PASS: ("ok", "通过"),
    Outcome.FAIL: ("FAIL", "不通过"),
    Outcome.UNKNOWN: ("unknown", "无法判定"),
    Outcome.NOT_APPLICABLE: ("n/a", "不适用"),
    Outcome.NOT_RUN: ("not run", "未执行"),
}
_VERDICTS = {
    Verdict.VALID: ("VALID", "有效"),
    Verdict.INVALID: ("INVALID", "无效"),
    Verdict.UNREADABLE: ("UNREADABLE", "无法读取"),
    Verdict.UNDECIDED: ("UNDECIDED", "未定"),
}
_WORDS = {
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
_NOTES = ASSERTED | {
    "workflow.dissent",
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
}
NOT_STATED = "notStated"
# In words, so that nobody takes an example for a figure.
_STATUS = {
    "measured": ("measured", "实测"),
    "calculated": ("calculated", "计算"),
    "officialTranscribed": ("official figure, transcribed", "官方数据转录"),
    "secondary": ("secondary", "次级数据"),
    "illustrative": ("ILLUSTRATIVE, not real data", "示例数据，并非真实数据"),
}
MEANING = (
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


def verdict_text(report: Report, lang: str) -> str:
    """Say the verdict, and for VALID which steps it rests on."""
    word = _VERDICTS[report.verdict][_at(lang)]
    if report.verdict is not Verdict.VALID:
        return word
    return f"{word} ({_word('steps', lang)} {format_steps(report.required_steps)})"


def format_steps(steps: tuple[int, ...]) -> str:
    """Write step numbers as ranges: `1-7` or `1-3, 5`."""
    ranges: list[list[int]] = []
    for step in steps:
        if ranges and ranges[-1][1] == step - 1:
            ranges[-1][1] = step
        else:
            ranges.append([step, step])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in ranges)


def render(name: str, report: Report, lang: str) -> str:
    """Return the text report of one file, without the closing explanation."""
    lines = [f"{printable(name)}  {verdict_text(report, lang)}"]
    if report.record is not None:
        lines += _record_lines(report.record, lang)
    for step in STEP_NAMES:
        checks = [check for check in report.checks if check.step == step]
        if checks:
            lines += _step_lines(step, checks, report, lang)
    return "\n".join(lines)


def _record_lines(record: dict[str, Any], lang: str) -> list[str]:
    """Show the claim, who signed it, and the documents that it states as its sources."""
    claim = record["claim"]
    shown = _kind(record["kind"], lang)
    if "registryNumber" in claim:
        shown += f"  {claim['registryNumber']}"
    if "value" in claim:
        shown = _figure(claim, lang)
    lines = [
        f"  {_word('record', lang)}: {printable(shown)}",
        f"  {_word('signer', lang)}: {_name(record, lang)}  {record['contentDigest']}",
    ]
    factor = record.get("factor")
    if factor is not None:
        claim = factor["claim"]
        lines += [
            f"  {_word('factor', lang)}: {printable(_figure(claim, lang))}",
            f"  {_word('signer', lang)}: {_name(factor, lang)}  {factor['contentDigest']}",
        ]
    for source in claim.get("sources", []):
        parts = [source["title"][lang], source["publisher"][lang]]
        parts += [source[name] for name in ("documentNumber", "date") if source[name] != NOT_STATED]
        parts.append(source["locator"])
        lines.append(f"  {_word('source', lang)}: {printable(', '.join(parts))}")
    for opinion in record.get("basedOn", []):
        outcome = opinion["outcome"] or ""
        words = [
            _kind(opinion["kind"], lang),
            _OPINIONS.get(outcome, outcome) if lang == "zh" else outcome,
            _name(opinion, lang),
            opinion["time"],
        ]
        said = "  ".join(word for word in words if word)
        lines.append(f"  {_word('basedOn', lang)}: {printable(said)}")
    return lines


def _figure(claim: dict[str, Any], lang: str) -> str:
    """Say what a factor claims in one line, and of what kind its data are."""
    status = _STATUS.get(claim["dataStatus"], (claim["dataStatus"],) * 2)[_at(lang)]
    return f"{claim['productName'][lang]}  {claim['value']} {claim['valueUnit']}  ({status})"


def _kind(kind: str, lang: str) -> str:
    return _KINDS.get(kind, kind) if lang == "zh" else kind


def _name(item: dict[str, Any], lang: str) -> str:
    return printable(item["issuer"]["nameZh" if lang == "zh" else "name"])


def _step_lines(step: int, checks: list[Check], report: Report, lang: str) -> list[str]:
    outcome = report.outcome(step)
    name = STEP_NAMES[step][_at(lang)]
    detail = f"{len(checks)}" if outcome is Outcome.PASS and len(checks) > 1 else ""
    if outcome is Outcome.PASS and step == 7 and report.trust_basis:
        basis = report.trust_basis
        detail = (
            f"{_word('basis', lang)}: {basis['basis']}, chain {basis['chainId']}, "
            f"block {basis['block']}, {basis['anchoredAt']}"
        )
    lines = [
        f"  {step:>2} {_pad(name, 11)} {_pad(_OUTCOMES[outcome][_at(lang)], 9)}{detail}".rstrip()
    ]
    for check in checks:
        if check.code in _NOTES:
            said = f"{_word('note', lang)}: {codes()[check.code].message[lang]}"
            lines.append(f"       {said}" + (f": {printable(check.found)}" if check.found else ""))
        elif check.outcome in (Outcome.FAIL, Outcome.UNKNOWN):
            lines += _problem_lines(check, lang)
    return lines


def _problem_lines(check: Check, lang: str) -> list[str]:
    row = codes()[check.code]
    where = " ".join(part for part in (check.record, check.pointer) if part)
    lines = [f"       {row.message[lang]} [{check.code}]"]
    if where:
        lines.append(f"         @ {printable(where)}")
    for label, value in (("expected", check.expected), ("found", check.found)):
        if value is not None:
            lines.append(f"         {_word(label, lang)}: {printable(value)}")
    if row.hint[lang]:
        lines.append(f"         {_word('hint', lang)}: {row.hint[lang]}")
    lines.append(f"         {_word('see', lang)}: docs/spec/{row.spec}")
    return lines


def printable(text: object) -> str:
    """Escape control and bidirectional characters, so that a report cannot be made to lie."""
    return "".join(
        symbol if symbol.isprintable() else symbol.encode("unicode_escape").decode("ascii")
        for symbol in str(text)
    )


def _pad(text: str, width: int) -> str:
    """Pad to a terminal width in which a Chinese character takes two columns."""
    columns = sum(1 if symbol.isascii() else 2 for symbol in text)
    return text + " " * max(1, width - columns)


def _word(key: str, lang: str) -> str:
    return _WORDS[key][_at(lang)]


def _at(lang: str) -> int:
    return 1 if lang == "zh" else 0
