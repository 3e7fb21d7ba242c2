"""What is printed in place of the formats' names, in Chinese and English."""

from __future__ import annotations

import re

Text = dict[str, str]
"""A text for people, by language: `zh` and `en`."""

ILLUSTRATIVE = "illustrative"


def pair(zh: str, en: str) -> Text:
    """Put the two languages of a text together."""
    return {"zh": zh, "en": en}


NOT_STATED_WORD = "notStated"
NOT_STATED = pair("未说明", "not stated")
BOUNDARIES = {
    "cradleToGate": pair("摇篮到大门", "cradle to gate"),
    "cradleToGrave": pair("摇篮到坟墓", "cradle to grave"),
    "gateToGate": pair("大门到大门", "gate to gate"),
    "gateToGrave": pair("大门到坟墓", "gate to grave"),
    "notApplicable": pair("不适用", "not applicable"),
    "notStated": NOT_STATED,
}
DATA_STATUS = {
    "measured": pair("实测", "measured"),
    "calculated": pair("计算", "calculated"),
    "officialTranscribed": pair("官方数据转录", "official, transcribed"),
    "secondary": pair("次级数据", "secondary"),
    ILLUSTRATIVE: pair("示例数据", "illustrative"),
}
STAGES = {
    "rawMaterial": pair("原材料获取", "raw material"),
    "production": pair("生产", "production"),
    "distribution": pair("分销", "distribution"),
    "use": pair("使用", "use"),
    "endOfLife": pair("生命末期", "end of life"),
}
CATEGORIES = {
    "fossil": pair("化石", "fossil"),
    "biogenic": pair("生物源", "biogenic"),
    "biogenicUptake": pair("生物源吸收", "biogenic uptake"),
    "landUseChange": pair("土地利用变化", "land use change"),
}
INSTRUMENTS = {
    "grid": pair("电网", "grid"),
    "directLine": pair("直供线路", "direct line"),
    "own": pair("自发自用", "own generation"),
    "greenCertificate": pair("绿色电力证书", "green certificate"),
}
LEVELS = {
    "limited": pair("有限保证", "limited assurance"),
    "reasonable": pair("合理保证", "reasonable assurance"),
}
KINDS = {
    "FootprintStatement": pair("产品碳足迹声明", "Footprint statement"),
    "FootprintVerification": pair("核查意见", "Footprint verification"),
    "Certificate": pair("认证证书", "Certificate"),
    "Filing": pair("备案", "Filing"),
    "LabelIssuance": pair("标识发放", "Label issuance"),
}
_UNITS = {
    "KGM": "kg",
    "TNE": "t",
    "KWH": "kWh",
    "MWH": "MWh",
    "MTQ": "m³",
    "LTR": "L",
    "MTK": "m²",
    "TKM": "t·km",
    "3B": "MJ",
    "H87": "件 (piece)",
}
_EMISSION_UNIT = re.compile(r"(g|kg|t)CO2(e?)/([A-Z0-9]{2,3})")

EXAMPLE = pair("示例数据，并非真实数据", "ILLUSTRATIVE, not real data")
NOT_OFFICIAL = pair("本标签并非官方标志", "Not an official mark")
UNDECIDED = pair("核验未完成", "NOT FULLY VERIFIED")


def boundary(name: str) -> Text:
    """Say a system boundary."""
    return BOUNDARIES[name]


def unit(code: str) -> str:
    """Return the symbol of a unit of UN/ECE Recommendation 20."""
    return _UNITS.get(code, code)


def emission_unit(text: str) -> str:
    """Return `kg CO₂e/t` for `kgCO2e/TNE`."""
    match = _EMISSION_UNIT.fullmatch(text)
    if match is None:
        return text
    return f"{match[1]} CO₂{match[2]}/{unit(match[3])}"
