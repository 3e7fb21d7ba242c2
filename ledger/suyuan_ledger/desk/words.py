"""Chinese of what the desk shows: kinds, relations, tasks, states and codes.

English needs no table: there the names of the formats are shown as they are. A member or code
that is not listed is shown by its name; members are in `member_names`.
"""

from __future__ import annotations

from suyuan_ledger.desk.member_names import MEMBERS

KINDS = {
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
    "CbamInstallationData": "CBAM 设施排放数据",
    "StatusChange": "状态变更",
    "StatusList": "状态列表",
}
RELATIONS = {
    "about": "关于",
    "basedOn": "依据",
    "uses": "使用",
    "underRule": "适用规则",
    "supersedes": "取代",
    "corrects": "更正",
    "withdraws": "撤回",
    "responds": "回应",
    "enrolledBy": "登记于",
}
TASKS = {
    "check": "待溯源校验",
    "review": "待专家评审",
    "verify": "待主管部门验证",
    "admit": "待入库",
    "return": "未通过，待退回",
    "answer": "被退回，待补正",
    "withdraw": "入库已失效，待撤回或重新入库",
    "opinion": "待核查",
    "certify": "待认证",
    "file": "待备案",
    "label": "待发放标识",
    "surveil": "待获证后监督",
}
TASK_NAMES = {
    "check": "traceability check",
    "review": "expert review",
    "verify": "verification",
    "admit": "admission",
    "return": "return to the submitter",
    "answer": "answer to a return",
    "withdraw": "withdrawal or new admission: the old one is void",
    "opinion": "verification of the footprint",
    "certify": "certification",
    "file": "filing",
    "label": "issuance of the label",
    "surveil": "surveillance",
}
STATES = {
    "valid": "有效",
    "revoked": "已撤销",
    "suspended": "已中止",
    "replaced": "已被取代",
    "void": "无效（密钥已撤销）",
}
CODES = {
    "accept": "同意",
    "acceptWithChanges": "修改后同意",
    "reject": "不同意",
    "abstain": "弃权",
    "pass": "通过",
    "conditional": "有条件通过",
    "fail": "不通过",
    "verified": "验证通过",
    "refused": "不予通过",
    "recall": "召回",
    "noNewUse": "不得新用",
    "informOnly": "仅告知",
    "superseded": "更替",
    "ceased": "停用",
    "compromised": "密钥泄露",
    "active": "有效",
    "suspended": "中止",
    "revoked": "撤销",
    "cancelled": "注销",
    "notStated": "未写明",
    "illustrative": "示例",
    "measured": "实测",
    "calculated": "计算",
    "officialTranscribed": "官方数据转录",
    "secondary": "次级数据",
    "cradleToGate": "摇篮到大门",
    "cradleToGrave": "摇篮到坟墓",
    "gateToGate": "大门到大门",
    "gateToGrave": "大门到坟墓",
    "notApplicable": "不适用",
    "none": "无",
    "exists": "有",
    "minor": "轻微",
    "major": "较重",
    "critical": "严重",
    "withdraw": "撤回",
    "correct": "更正",
    "recheck": "复核",
    "explain": "说明",
    "filed": "已备案",
    "conforming": "符合",
    "nonconforming": "不符合",
    "limited": "有限保证",
    "reasonable": "合理保证",
    "rawMaterial": "原材料",
    "production": "生产",
    "distribution": "分销",
    "use": "使用",
    "endOfLife": "废弃处置",
    "fossil": "化石",
    "biogenic": "生物源",
    "biogenicUptake": "生物源吸收",
    "landUseChange": "土地利用变化",
    "activityFactor": "活动数据与因子",
    "directEmission": "直接排放",
    "upstreamStatement": "上游产品声明",
    "external": "外部数据库",
    "primary": "初级数据",
    "grid": "电网",
    "directLine": "专线直供",
    "own": "自发自用",
    "greenCertificate": "绿色电力证书",
    "average": "平均",
    "generation": "发电类型",
    "transmission": "输配电",
    "anodeOxidation": "阳极氧化",
    "pfcSlope": "全氟化碳斜率法",
    "documentReview": "文件审查",
    "siteInspection": "现场检查",
    "productTest": "产品检测",
    "verification": "再核查",
}


def kind_name(kind: str, lang: str) -> str:
    """Return a kind as people call it."""
    return KINDS.get(kind, kind) if lang == "zh" else kind


def relation_name(rel: str, lang: str) -> str:
    """Return a relation as people call it."""
    return RELATIONS.get(rel, rel) if lang == "zh" else rel


def member_name(name: str, lang: str) -> str:
    """Return a member's name."""
    return MEMBERS.get(name, name) if lang == "zh" else name


def code_name(code: str, lang: str) -> str:
    """Return a code, in Chinese with what it means."""
    words = CODES.get(code)
    return f"{code}（{words}）" if lang == "zh" and words else code


def state_name(state: str, lang: str) -> str:
    """Return a status as people call it."""
    return STATES.get(state, state) if lang == "zh" else state


def task_name(task: str, lang: str) -> str:
    """Return a task of the inbox as people call it."""
    return (TASKS if lang == "zh" else TASK_NAMES)[task]
