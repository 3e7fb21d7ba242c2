"""What rules on footprints, certificates and labels expect, in Chinese.

Producers meet these when a draft does not hold; `suyuan_ledger.words` looks here too.
"""

from __future__ import annotations

import re

PHRASES = {
    "a decimal of at most 34 digits, 18 of them after the point": (
        "十进制数，至多 34 位，其中小数至多 18 位"
    ),
    "a figure of at most 34 digits, 18 of them after the point": (
        "至多 34 位的数，其中小数至多 18 位；请减少活动数据的位数"
    ),
    "more than zero": "大于零",
    "at most 34 digits": "至多 34 位",
    "CO2 equivalents, CO2e": "二氧化碳当量 CO2e",
    "a unit of another kind; like units convert as the rule set says": (
        "另一类量的单位；同类单位只按规则集换算"
    ),
    "a quantity in KGM or TNE, without a conversion": "以 KGM 或 TNE 计的数量，且不带换算",
    "evidence, or a source of every parameter": "证据文件，或每个参数的来源",
    "ash and sulphur of at most 1 together": "灰分与硫分之和不大于 1",
    "no formula": "不使用公式",
    "a record that is at hand and of the right kind": "已有且类型相符的记录",
    "a rule set with the member footprint": "含 footprint 部分的规则集",
    "a draft with all its figures; they are sealed when they are calculated": (
        "含全部数据的草稿；计算之后再密封"
    ),
    "line items of the statement with their figures": "声明中带有数据的活动项",
    "zero or less for biogenicUptake, zero or more for every other category": (
        "biogenicUptake 不大于零，其他类别不小于零"
    ),
    "a life-cycle factor; GRID_CO2_ORG is for the accounts of organisations": (
        "生命周期因子；GRID_CO2_ORG 仅用于组织层面核算"
    ),
    "present exactly for a factor of ELEC_FOOTPRINT": (
        "仅在因子为 ELEC_FOOTPRINT 时填写，且必须填写"
    ),
    "grid without transmissionOf, for an average factor": ("平均因子：grid，且不填 transmissionOf"),
    "grid with transmissionOf, for a factor of transmission": (
        "输配电因子：grid，且填写 transmissionOf"
    ),
    "directLine, own or greenCertificate: where power comes through the grid, being near a plant "
    "entitles nobody to its factor": (
        "directLine、own 或 greenCertificate：经电网购电时，临近电站并不能使用其发电因子"
    ),
    "an item with green certificates, or an average one if an official text that says so is the "
    "basis": "以绿证购电的活动项；或平均因子的活动项，并以官方文件为依据",
    "one item on transmission and distribution that names it": "恰有一个输配电活动项指明该项",
    "quantities that convert to KWH": "可换算为 KWH 的数量",
    "a link of relation uses to it": "指向它的 uses 关联",
    "a record that a line item names": "某活动项所引用的记录",
    "a record that is logged before the statement": "先于该声明写入日志的记录",
    "a system boundary that the rule set provides for": "规则集所规定的系统边界",
    "no precursor of the same maker, product and time": (
        "上游不含同一主体、同一产品、同一时期的声明"
    ),
    "a certificate that only statements use which this one replaces": (
        "未被使用、或仅被本声明所取代的声明使用过的绿证"
    ),
    "a number that is not in use": "未被使用的编号",
    "lots of the certificate": "证书所列批次",
    "a certificate whose statement is in the log": "其声明已在日志中的证书",
    'base64url of [salt, "figures", {"emission", "quantity"}]': (
        '[盐, "figures", {"emission", "quantity"}] 的 base64url'
    ),
    "a digest of the statement": "声明中的摘要",
}
FORMS = (
    (
        re.compile(r"(\w+), or a conversion of the rule set from (\w+) to it"),
        r"\1，或规则集中由 \2 换算的单位",
    ),
    (re.compile(r"(\w+), or a unit that the rule set converts to it"), r"\1，或规则集可换算的单位"),
    (re.compile(r"a gas of the table of (\w+)"), r"\1 列有的气体"),
    (re.compile(r"(.+) for (cradleToGate|cradleToGrave|gateToGate|gateToGrave)"), r"\2 可用：\1"),
    (
        re.compile(r"a factor of at most (\d+) years before (\S+), begun by (\S+)"),
        r"时期结束不早于 \2 前 \1 年、开始不晚于 \3 的因子",
    ),
    (re.compile(r"at least (\S+)"), r"至少 \1"),
    (re.compile(r"(\S+) together"), r"合计 \1"),
    (re.compile(r"(\d+) significant digits"), r"\1 位有效数字"),
    (re.compile(r"at most (\S+) kgCO2e in items of type external"), r"external 项至多 \1 kgCO2e"),
    (re.compile(r"(\S+), by (.+)"), r"\1（依据 \2）"),
    (re.compile(r"within (\S+) to (\S+)"), r"在 \1 至 \2 之内"),
    (re.compile(r"losses of (\S+) in (\S+) alone"), r"\1 的输配电仅列于 \2"),
    (re.compile(r"(\S+) in (\S+) alone"), r"\1 仅列于 \2"),
    (re.compile(r"evidence of (\w+)"), r"\1 的证据文件"),
    (re.compile(r"(\w+) in force at index (\d+), (\S+)"), r"序号 \2、时间 \3 时有效的 \1"),
    (re.compile(r"a record in force at index (\d+), (\S+)"), r"序号 \1、时间 \2 时有效的记录"),
    (
        re.compile(r"at most (\S+), (\d+) months after validFrom"),
        r"不晚于 \1（validFrom 后 \2 个月）",
    ),
    (re.compile(r"at most (\S+), as the certificate's"), r"不晚于证书的 \1"),
    (re.compile(r"not before (\S+), as the certificate's"), r"不早于证书的 \1"),
    (
        re.compile(r"at most (\S+) (\w+) with all labels of the certificate"),
        r"该证书全部标识合计至多 \1 \2",
    ),
    (re.compile(r"a quantity, as the certificate's (\S+) (\w+)"), r"数量；证书为 \1 \2"),
    (re.compile(r"(\S+), which issued the certificate"), r"\1（发证机构）"),
    (re.compile(r"a (\w+) of the same organisation"), r"同一机构的 \1"),
    (re.compile(r"a (\w+) of the same product"), r"同一产品的 \1"),
    (re.compile(r"a (\w+) of the same time"), r"时期重叠的 \1"),
    (re.compile(r"at most (\S+)"), r"至多 \1"),
)
