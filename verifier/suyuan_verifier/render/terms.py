"""The words of footprints, certificates and labels, in English and Chinese."""

from __future__ import annotations

from suyuan_verifier.render.words import Pair, pick

FACTS: dict[str, Pair] = {
    "label": ("label", "标识"),
    "certificate": ("certificate", "证书"),
    "filing": ("filing", "备案"),
    "verification": ("verification", "核查"),
    "footprint": ("footprint", "碳足迹"),
    "item": ("item", "清单项"),
    "factor": ("factor", "因子"),
    "statement": ("upstream statement", "上游声明"),
    "external": ("external database", "外部数据库"),
    "submitter": ("submitted by", "报送"),
    "admitter": ("admitted by", "入库"),
    "source": ("source", "来源"),
    "signer": ("signed by", "签名者"),
    "logged": ("logged", "写入日志"),
    "digest": ("digest", "摘要"),
    "product": ("product", "产品"),
    "productIds": ("product ids", "产品编码"),
    "facility": ("facility", "生产设施"),
    "boundary": ("boundary", "系统边界"),
    "period": ("period", "核算期"),
    "valid": ("valid", "有效期"),
    "declaredFor": ("line items are for", "清单对应数量"),
    "total": ("total", "合计"),
    "result": ("result", "结果"),
    "displayed": ("displayed value", "标示值"),
    "declared": ("declared value", "证书载明值"),
    "byStage": ("by stage", "按阶段"),
    "byCategory": ("by category", "按类别"),
    "primaryData": ("primary data share", "初级数据占比"),
    "cutOff": ("cut off", "取舍"),
    "recomputed": ("recomputed", "复算"),
    "basis": ("basis", "认证依据"),
    "authorised": ("authorised quantity", "授权数量"),
    "lots": ("lots", "批次"),
    "conditions": ("conditions", "条件"),
    "qr": ("QR code", "二维码"),
    "grade": ("grade", "等级"),
    "number": ("number", "编号"),
    "conversion": ("conversion", "换算"),
    "allocation": ("allocation", "分配"),
    "electricity": ("electricity", "用电方式"),
    "gas": ("gas", "气体"),
    "formula": ("formula", "公式"),
    "data": ("data", "数据"),
    "gwpSet": ("GWP set", "GWP 取值"),
    "stage": ("stage", "阶段"),
    "activity": ("activity", "活动"),
    "quantity": ("quantity", "数量"),
    "unit": ("unit", "单位"),
    "emission": ("emission, kgCO2e", "排放量，kgCO2e"),
    "share": ("share", "占比"),
    "status": ("data status", "数据状态"),
    "role": ("what", "事项"),
    "organisation": ("organisation", "机构"),
    "time": ("time", "时间"),
    "place": ("place in the log", "日志位置"),
    "opinion": ("opinion", "意见"),
}
"""What labels a fact, a branch of the tree or a column."""

_TERMS: dict[str, Pair] = {
    "rawMaterial": ("raw materials", "原材料获取"),
    "production": ("production", "生产制造"),
    "distribution": ("distribution", "分销"),
    "use": ("use", "使用"),
    "endOfLife": ("end of life", "生命末期"),
    "fossil": ("fossil", "化石源"),
    "biogenic": ("biogenic", "生物源"),
    "biogenicUptake": ("biogenic uptake", "生物源吸收"),
    "landUseChange": ("land use change", "土地利用变化"),
    "cradleToGate": ("cradle to gate", "摇篮到大门"),
    "cradleToGrave": ("cradle to grave", "摇篮到坟墓"),
    "gateToGate": ("gate to gate", "大门到大门"),
    "gateToGrave": ("gate to grave", "大门到坟墓"),
    "primary": ("primary", "初级"),
    "secondary": ("secondary", "次级"),
    "activity": ("activity", "活动数据"),
    "factor": ("factor", "因子"),
    "both": ("both", "两者"),
    "grid": ("grid", "电网"),
    "directLine": ("direct line", "直供"),
    "own": ("own generation", "自发自用"),
    "greenCertificate": ("green certificate", "绿证"),
    "limited": ("limited assurance", "有限保证"),
    "reasonable": ("reasonable assurance", "合理保证"),
    "notStated": ("not stated", "未说明"),
}

SEALED: Pair = ("sealed", "保密")
DISCLOSED: Pair = ("sealed, disclosed to you", "保密项，已向您披露")
APART: Pair = ("not in the total", "不计入合计")
AS_ABOVE: Pair = ("as above", "同上")
ILLUSTRATIVE: Pair = (
    "ILLUSTRATIVE: this rests on example data, not on real data",
    "示例：本数值以示例数据为依据，并非真实数据",
)


def fact_name(key: str, lang: str) -> str:
    """Label a fact."""
    return pick(FACTS[key], lang)


def term(code: str, lang: str) -> str:
    """Say a word of a closed list; one that is not in it stays as it is."""
    return pick(_TERMS.get(code, (code, code)), lang)
