"""What an error expected and found, in Chinese.

The rules say it in English, next to the code that asks; here are the Chinese words for what people
meet who fill in tables and settings. A phrase that is not listed is shown as it is.
"""

from __future__ import annotations

import re

from suyuan_ledger.footprint.words import FORMS as _FOOTPRINT_FORMS
from suyuan_ledger.footprint.words import PHRASES as _FOOTPRINT_PHRASES

_PHRASES = {
    "a decimal number such as 2.105": "十进制数，例如 2.105",
    "a decimal number above 0, such as 1000": "大于 0 的十进制数，例如 1000",
    "a decimal number of 0 or more, such as 0.05": "不小于 0 的十进制数，例如 0.05",
    "the name of a rule, such as sources.stated": "规则编号，例如 sources.stated",
    "a JSON Pointer, such as /credentialSubject/value": (
        "JSON 指针，例如 /credentialSubject/value"
    ),
    "letters, digits, dots, hyphens, underscores and slashes, at most 64": (
        "字母、数字、点、连字符、下划线与斜线，最多 64 个"
    ),
    "a decimal number from 0 to 1, such as 0.85": "0 到 1 之间的十进制数，例如 0.85",
    "a date such as 2024-12-31": "日期，例如 2024-12-31",
    "a date such as 2024-12-31, or notStated": "日期，例如 2024-12-31，或 notStated",
    "a time such as 2024-12-31T08:00:00Z": "时间，例如 2024-12-31T08:00:00Z",
    "letters, digits, dots, hyphens and underscores, at most 64": (
        "字母、数字、点、连字符与下划线，最多 64 个"
    ),
    "a version such as 1 or 2.1": "版本号，例如 1 或 2.1",
    "a unit such as kgCO2e/KGM": "单位，例如 kgCO2e/KGM",
    "a code of ISO 3166, such as CN or CN-YN": "ISO 3166 代码，例如 CN 或 CN-YN",
    "18 digits and capital letters, without I, O, S, V and Z": (
        "18 位数字与大写字母，不含 I、O、S、V、Z"
    ),
    "8 to 64 letters, digits, hyphens and underscores": "8 至 64 个字母、数字、连字符与下划线",
    "five scores from 1 to 5, such as (2;1;3;1;2)": "五个 1 至 5 的评分，例如 (2;1;3;1;2)",
    "capitals, digits, dots, hyphens, underscores and slashes, at most 64": (
        "大写字母、数字、点、连字符、下划线与斜线，最多 64 个"
    ),
    "a GTIN of 14 digits such as urn:gtin:09521234567899, or another urn": (
        "14 位 GTIN，例如 urn:gtin:09521234567899，或其他 urn"
    ),
    "an https address with a path, without % and dot segments, at most 300 ASCII characters": (
        "带路径的 https 地址，不含 % 及 .、.. 路径段，至多 300 个 ASCII 字符"
    ),
    "4, 6 or 8 digits of the Combined Nomenclature": "合并编码（CN）的 4、6 或 8 位数字",
    "a UN/LOCODE, such as CNKMG": "UN/LOCODE 代码，例如 CNKMG",
    "a currency of ISO 4217, such as CNY": "ISO 4217 货币代码，例如 CNY",
    "the check digit of GS1": "GS1 规定的校验位",
    "no sealed item with a formula": "使用公式的项目不得密封",
    "other sealed items between its stage and its category, transmission apart": (
        "除输配电外，有其他密封项目连接其阶段与碳来源"
    ),
    "each digest once": "每个摘要一次",
    "sealed together with the items that it transmits": "与其输送的用电项目一同密封或一同公开",
    "present exactly for greenCertificate without transmissionOf": (
        "仅在 greenCertificate 且无 transmissionOf 时填写，且必须填写"
    ),
    "kg of fossil carbon per declared unit, zero or more": (
        "每声明单位产品所含化石碳的千克数，不小于零"
    ),
    "a day of the calendar": "真实存在的日期",
    "start <= end": "开始不晚于结束",
    "a stated value, unless dataStatus is officialTranscribed": (
        "写明的取值；仅 dataStatus 为 officialTranscribed 时可不写"
    ),
    "the check character of GB 32100": "GB 32100 规定的校验位",
    "sorted, without repetition": "排序且无重复",
    "each once": "每项一次",
    "strictly ascending": "严格升序",
    "another status": "另一状态",
    "low < high": "low 小于 high",
    "two units that differ": "两个不同的单位",
    "no kind before itself": "任何记录类型不得先于其自身",
    "reject and tolerate, or neither": "reject 与 tolerate 同时写明或同时省略",
    "u and base64url without padding": "u 加无填充的 base64url",
    "at least one bit set": "至少一位置位",
    "UTF-8 or GB18030": "UTF-8 或 GB18030",
    "sha256: and 64 hex digits": "sha256: 加 64 位十六进制",
    "0x and 40 hex digits": "0x 加 40 位十六进制",
    "the checksum of EIP-55, or lower case": "EIP-55 校验大小写，或全部小写",
    "a name without blanks and plus signs": "不含空格与加号的名称",
    "did:key of a sound Ed25519 key": "有效 Ed25519 密钥的 did:key",
    "an http or https address": "http 或 https 地址",
    "a text in UTF-8": "UTF-8 文本",
    "finalized, safe, or nothing": "finalized、safe 或留空",
    "digests, indexes or factor codes, or --all alone": "摘要、序号或因子编码，或单独使用 --all",
    "an object": "JSON 对象",
    "--zh and --en": "--zh 与 --en",
    "--key or --out": "--key 或 --out",
    "neither": "均未给出",
    "none": "无",
    "a RuleSet in the log": "日志中有规则集",
    "a text of the submission": "报送记录中的文字",
    "text": "文本",
    "more": "更多",
    "each name once": "每个名称一次",
    "a name twice": "名称重复",
    "a part": "该部分",
    "plain deflate": "普通 deflate 压缩",
    "no document type": "没有文档类型声明",
    "a reference such as F7": "F7 之类的单元格引用",
    "ascending rows": "行号递增",
    "ascending cells": "单元格递增",
    "a number": "数字",
    "absent": "缺失",
    "not set": "未设置",
    "8, 12, 13 or 14 digits": "8、12、13 或 14 位数字",
    "a domain name": "域名",
    "letters, digits, -._~": "字母、数字与 -._~",
    "a font file": "字体文件",
    "none of those that are looked for": "未找到任何已知字体",
    "VALID": "有效",
    ".svg or .png": ".svg 或 .png",
}
_FORMS = (
    (re.compile(r"one of (.+)"), r"下列之一：\1"),
    (re.compile(r"per (\S+)"), r"每 \1"),
    (re.compile(r"strictly ascending by (.+)"), r"按 \1 严格升序"),
    (re.compile(r"CO2e per ([A-Z0-9]{2,3})"), r"每 \1 的 CO2e"),
    (re.compile(r"CO2e per declared unit"), "每声明单位的 CO2e"),
    (re.compile(r"a stage of (\w+)"), r"\1 边界内的阶段"),
    (re.compile(r"(\d+) cells"), r"\1 个单元格"),
    (re.compile(r"(\d+) parts, separated by (.)"), r"以 \2 分隔的 \1 部分"),
    (re.compile(r"once, in row (\d+)"), r"只在第 \1 行出现一次"),
    (re.compile(r"(\d+) digits after the point"), r"小数点后 \1 位"),
    (re.compile(r"an index below (\d+)"), r"小于 \1 的序号"),
    (re.compile(r"the check digit (\d)"), r"校验位 \1"),
    (re.compile(r"1 to (\d+) letters, digits, -\._"), r"1 至 \1 个字母、数字与 -._"),
    (re.compile(r"(<= \d+|\d+) characters"), r"\1 个字符"),
    (re.compile(r"a QR symbol (\S+)"), r"\1 型二维码"),
    (re.compile(r"unknown: (.+)"), r"未定义：\1"),
)


def in_chinese(text: str) -> str:
    """Return the Chinese of an expectation or a finding, or the text itself."""
    known = _PHRASES.get(text) or _FOOTPRINT_PHRASES.get(text)
    if known is not None:
        return known
    for form, words in (*_FORMS, *_FOOTPRINT_FORMS):
        if form.fullmatch(text):
            return form.sub(words, text)
    return text


RESULT_NAMES = {
    "address": "地址",
    "anchored": "已锚定",
    "anchoredFinal": "已最终锚定",
    "anchorer": "锚定密钥",
    "anchors": "锚定数",
    "block": "区块",
    "chainId": "链标识",
    "checkpoints": "检查点数",
    "clean": "完好",
    "code": "代码",
    "codeHash": "代码哈希",
    "content": "内容摘要",
    "contract": "合约",
    "contracts": "合约",
    "did": "密钥标识",
    "document": "DID 文档",
    "duplicate": "此前已在日志中",
    "enrolment": "登记",
    "entries": "条目数",
    "home": "账本文件夹",
    "index": "序号",
    "key": "密钥",
    "issuer": "签发者",
    "kind": "种类",
    "lastIndex": "末次锚定序号",
    "log": "日志",
    "note": "检查点",
    "origin": "日志名称",
    "problem": "问题",
    "record": "记录",
    "removed": "已删除",
    "request": "申请",
    "retired": "已停用",
    "root": "根哈希",
    "roots": "根机构",
    "settled": "已确认",
    "size": "日志大小",
    "successor": "后继合约",
    "time": "时间",
    "trust": "信任策略",
    "view": "视图",
    "vkey": "验证密钥",
    "waiting": "待锚定",
    "written": "已写入",
}
"""What commands print about what they did; a name that is not listed is shown as it is."""

PROGRESS_NAMES = {
    "bundles": "证明包",
    "checking": "检查",
    "signing": "签名",
    "submitting": "提交",
}
"""What progress bars are called."""
