"""What a certificate prints, as plain texts in Chinese and English for the template to set.

Figures are copied as signed. A text is `{"zh", "en"}`, a paragraph a plain string; the template
knows no record and no rule.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import ledger_codes
from suyuan_ledger.label import wording
from suyuan_ledger.label.measure import EM, cut, pieces, width
from suyuan_ledger.label.wording import Text, pair
from suyuan_ledger.log.checkpoint import parse_checkpoint
from suyuan_ledger.log.note import parse_note

if TYPE_CHECKING:
    from suyuan_ledger.label.provenance import Factor, Line, Provenance
    from suyuan_ledger.label.source import LabelSource, Logged

SIZE = 9
"""Font size of the certificate in points; some columns have a smaller one and more room."""
HEAD, FACT = 380, 345
"""Points that a word has in the heading, and beside the caption of a fact."""
NUMBER, ISSUER = 85, 120
"""The same in the columns of the signed records."""
ID, ACTIVITY, QUANTITY, BASIS = 52, 150, 66, 114
"""The same in the columns of the line items; an emission has as much as a quantity."""
REGISTRY, NAME, VALUE = 98, 260, 86
"""The same in the columns of factors and upstream statements."""

_ZERO_WIDTH_SPACE = "\u200b"
_PARTS = re.compile(r"[^-/]*[-/]|[^-/]+")
_NOT_STATED = "notStated"
Row = tuple[Text, list[Text | str]]
"""A caption, and paragraphs of what it stands for."""


def breakable(text: str, room: int, size: int = SIZE) -> str:
    """Let a word that may be wider than its column break; every other text stays as it is.

    It breaks behind hyphens and slashes and, where they are too far apart, anywhere. The marks are
    zero-width spaces, which are copied with the text: hence none where none is needed.

    Args:
        text: what is printed; white space of any kind becomes one blank.
        room: width of its column in points.
        size: font size in points.
    """
    limit = room * EM // size
    words = ""
    for gap, piece in pieces(text):
        whole = piece
        if width(piece) > limit:
            parts = (cut(part, limit) for part in _PARTS.findall(piece))
            whole = _ZERO_WIDTH_SPACE.join(itertools.chain.from_iterable(parts))
        words += (gap if words else "") + whole
    return words


def make_sheet(source: LabelSource, found: Provenance) -> dict[str, Any]:
    """Collect what is printed, the QR codes aside.

    Args:
        source: the verified bundle.
        found: the records behind the label.
    """
    label = found.label.subject
    marks = _marks(found)
    return {
        "number": label["labelNumber"],
        "illustrative": label["dataStatus"] == wording.ILLUSTRATIVE,
        "undecided": _undecided(source),
        "product": _text(label["product"]["name"], HEAD, 13),
        "specification": (
            _text(label["product"]["specification"], HEAD)
            if "specification" in label["product"]
            else None
        ),
        "value": label["displayed"]["value"],
        "unit": wording.emission_unit(label["displayed"]["unit"]),
        "status": wording.DATA_STATUS[label["dataStatus"]],
        "facts": _facts(source, found),
        "records": [_record(record) for record in _trail(found)],
        "lines": [_line(line, marks) for line in found.lines],
        "sealed": any(line.sealed for line in found.lines),
        "totals": _totals(found.statement.subject),
        "factors": [_factor(factor, marks) for factor in found.factors],
        "upstream": [_upstream(record, marks) for record in found.upstream],
        "log": _log(source, found),
        "uri": label["qr"],
    }


def _undecided(source: LabelSource) -> list[Text]:
    """Say what the verifier left open, in words; empty if nothing."""
    if source.standing.valid:
        return []
    rows = [ledger_codes()[code] for code in source.standing.open]
    return [
        pair(f"{row.message['zh']} [{row.id}]", f"{row.message['en']} [{row.id}]") for row in rows
    ]


def _facts(source: LabelSource, found: Provenance) -> list[Row]:
    label, certificate = found.label, found.certificate
    statement = found.statement.subject
    period = statement["referencePeriod"]
    rows: list[Row] = [
        (pair("系统边界", "System boundary"), [_boundary(label.subject["systemBoundary"])]),
        (pair("数据期", "Reference period"), [f"{period['start']} – {period['end']}"]),
        (pair("标识编号", "Label number"), [label.subject["labelNumber"]]),
        (pair("标识有效期", "Label valid"), [_validity(label)]),
        (pair("证书编号", "Certificate number"), [certificate.subject["certificateNumber"]]),
        (pair("证书有效期", "Certificate valid"), [_validity(certificate)]),
        (pair("认证机构", "Certifier"), [certificate.issuer]),
        (
            pair("认证依据", "Certification rule"),
            [_stated(certificate.subject["basis"])],
        ),
        (pair("核算主体", "Producer"), [found.statement.issuer]),
        (pair("设施", "Facility"), [statement["facility"]["name"]]),
        (pair("产品标识", "Product ids"), list(label.subject["productIds"])),
        (pair("核算方法", "Method"), _methods(source, found)),
        (pair("标签上的二维码", "Code on the label"), [label.subject["qr"]]),
    ]
    quantity = label.subject.get("authorised")
    if quantity:
        text = f"{quantity['quantity']} {wording.unit(quantity['unit'])}"
        rows.append((pair("授权数量", "Authorised quantity"), [text]))
    if "lots" in label.subject:
        rows.append((pair("批次", "Lots"), [", ".join(label.subject["lots"])]))
    if "grade" in label.subject:
        rows.append((pair("等级", "Grade"), [label.subject["grade"]]))
    if "conditions" in certificate.subject:
        rows.append((pair("附加条件", "Conditions"), [certificate.subject["conditions"]]))
    return [(caption, _breakable(paragraphs)) for caption, paragraphs in rows]


def _methods(source: LabelSource, found: Provenance) -> list[Text | str]:
    """Name the standards that the statement says it follows."""
    named = [source.records[digest].subject for digest in found.statement.links("basedOn")]
    return [
        pair(
            f"{each['standardNumber']} {each['title']['zh']}",
            f"{each['standardNumber']} {each['title']['en']}",
        )
        for each in named
    ] or [wording.NOT_STATED]


def _trail(found: Provenance) -> list[Logged]:
    return [
        found.statement,
        *found.verifications,
        found.certificate,
        *found.filings,
        found.label,
    ]


def _record(record: Logged) -> dict[str, Any]:
    """One signed record: what it is, who signed it, where in the log it is."""
    subject = record.subject
    number = next(
        (
            subject[name]
            for name in ("certificateNumber", "filingNumber", "labelNumber")
            if name in subject
        ),
        "",
    )
    note = None
    if record.kind == "FootprintVerification":
        level = wording.LEVELS[subject["level"]]
        said = (
            pair("核查通过", "verified")
            if subject["result"] == "verified"
            else pair("不予通过", "refused")
        )
        note = pair(f"{said['zh']}，{level['zh']}", f"{said['en']}, {level['en']}")
    elif record.kind == "Filing":
        filed = subject["decision"] == "filed"
        note = pair("已备案", "filed") if filed else pair("不予备案", "refused")
    return {
        "kind": wording.KINDS[record.kind],
        "number": breakable(number, NUMBER, 8),
        "note": note,
        "issuer": _text(record.issuer, ISSUER),
        "index": str(record.index),
        "time": record.time,
        "content": record.content,
    }


def _marks(found: Provenance) -> dict[str, str]:
    """Name each factor and upstream statement by a short mark that the line items refer to."""
    factors = {factor.admission.content: f"F{n}" for n, factor in enumerate(found.factors, 1)}
    upstream = {record.content: f"S{n}" for n, record in enumerate(found.upstream, 1)}
    return factors | upstream


def _line(line: Line, marks: dict[str, str]) -> dict[str, Any]:
    item = line.item
    return {
        "id": breakable(item["id"], ID),
        "stage": wording.STAGES[item["stage"]],
        "category": wording.CATEGORIES[item["category"]],
        "activity": _text(item["activity"], ACTIVITY),
        "sealed": line.sealed,
        "quantity": "" if line.sealed else breakable(item["quantity"], QUANTITY),
        "unit": wording.unit(item["unit"]),
        "emission": "" if line.sealed else breakable(item["emission"], QUANTITY),
        "basis": [breakable(text, BASIS) for text in _basis(line, marks)],
        "electricity": (
            wording.INSTRUMENTS[item["electricity"]["instrument"]]
            if "electricity" in item
            else None
        ),
        "status": wording.DATA_STATUS[item["dataStatus"]],
        "illustrative": item["dataStatus"] == wording.ILLUSTRATIVE,
    }


def _basis(line: Line, marks: dict[str, str]) -> list[str]:
    """Say what a quantity is multiplied with, as signed."""
    item = line.item
    if line.factor is not None:
        named = item["factor"]
        unit = wording.emission_unit(named["valueUnit"])
        texts = [f"{marks[line.factor.admission.content]}: {named['value']} {unit}"]
    elif line.upstream is not None:
        named = item["statement"]
        unit = wording.emission_unit(named["valueUnit"])
        texts = [f"{marks[line.upstream.content]}: {named['value']} {unit}"]
    elif "external" in item:
        named = item["external"]
        unit = wording.emission_unit(named["valueUnit"])
        texts = [
            f"{named['value']} {unit}",
            f"{named['database']} {named['version']}: {named['dataset']}",
        ]
    elif "gas" in item:
        texts = [f"{item['gas']['name']}, GWP {item['gas']['gwp']}"]
    else:
        formula = item["formula"]
        texts = [formula["id"]]
        texts += [f"{each['name']} = {each['value']}" for each in formula["parameters"]]
    if "conversion" in item:
        conversion = item["conversion"]
        texts.append(
            f"× {conversion['factor']} {wording.unit(conversion['to'])}"
            f"/{wording.unit(item['unit'])}"
        )
    if "allocation" in item:
        texts.append(f"× {item['allocation']['share']} ({item['allocation']['method']})")
    return texts


def _totals(statement: dict[str, Any]) -> list[Row]:
    amount = f"{statement['declaredAmount']} {wording.unit(statement['declaredUnit'])}"
    kilograms = "kg CO₂e"
    rows: list[Row] = [
        (
            pair(f"合计（{amount}）", f"Total for {amount}"),
            [f"{statement['total']} {kilograms}"],
        )
    ]
    for member, key, words in (
        ("byStage", "stage", wording.STAGES),
        ("byCategory", "category", wording.CATEGORIES),
    ):
        rows += [
            (words[part[key]], [f"{part['emission']} {kilograms}"]) for part in statement[member]
        ]
    result = statement["result"]
    share = statement["primaryDataShare"]
    rows += [
        (
            pair("结果", "Result"),
            [f"{result['value']} {wording.emission_unit(result['unit'])}"],
        ),
        (
            pair("初级数据占比：活动/因子/两者", "Primary data: activity / factor / both"),
            [f"{share['activity']} / {share['factor']} / {share['both']}"],
        ),
    ]
    return rows


def _factor(factor: Factor, marks: dict[str, str]) -> dict[str, Any]:
    subject = factor.submission.subject
    period = subject["referencePeriod"]
    return {
        "mark": marks[factor.admission.content],
        "number": breakable(factor.admission.subject["registryNumber"], REGISTRY),
        "name": _text(subject["productName"], NAME),
        "code": breakable(f"{subject['factorCode']} v{subject['factorVersion']}", NAME),
        "value": breakable(
            f"{subject['value']} {wording.emission_unit(subject['valueUnit'])}", VALUE
        ),
        "status": wording.DATA_STATUS[subject["dataStatus"]],
        "illustrative": subject["dataStatus"] == wording.ILLUSTRATIVE,
        "boundary": _boundary(subject["systemBoundary"]),
        "period": f"{period['start']} – {period['end']}",
        "issuer": _text(factor.submission.issuer, NAME),
        "index": str(factor.admission.index),
        "sources": [_source(each) for each in subject["sources"]],
    }


def _source(source: dict[str, Any]) -> Text:
    """Cite a document: title, publisher, number and date as far as stated, place in it."""
    members = ("documentNumber", "date", "locator")
    stated = [source[name] for name in members if source[name] != _NOT_STATED]
    parts = {
        lang: [source["title"][lang], source["publisher"][lang], *stated] for lang in ("zh", "en")
    }
    return _text(pair("，".join(parts["zh"]), ", ".join(parts["en"])), NAME)


def _upstream(record: Logged, marks: dict[str, str]) -> dict[str, Any]:
    result = record.subject["result"]
    return {
        "mark": marks[record.content],
        "name": _text(record.subject["product"]["name"], NAME),
        "value": breakable(f"{result['value']} {wording.emission_unit(result['unit'])}", VALUE),
        "status": wording.DATA_STATUS[record.subject["dataStatus"]],
        "illustrative": record.subject["dataStatus"] == wording.ILLUSTRATIVE,
        "issuer": _text(record.issuer, REGISTRY),
        "index": str(record.index),
        "content": record.content,
    }


def _log(source: LabelSource, found: Provenance) -> list[Row]:
    """Say where all of this is proven: checkpoint, anchor, status list, policy."""
    checkpoint = parse_checkpoint(parse_note(source.checkpoint.encode()).text)
    standing = source.standing
    rows: list[Row] = [
        (pair("日志", "Log"), [checkpoint.origin]),
        (pair("检查点大小", "Checkpoint size"), [str(checkpoint.size)]),
        (pair("检查点根", "Checkpoint root"), [checkpoint.root.hex()]),
        (pair("标识在日志中的序号", "Log index of the label"), [str(found.label.index)]),
        (pair("标识的内容摘要", "Content digest of the label"), [found.label.content]),
        (
            pair("适用规则集", "Rule set"),
            list(found.label.links("underRule")),
        ),
    ]
    anchor = standing.anchor
    if anchor is None:
        rows.append(
            (pair("锚定", "Anchor"), [pair("本证书未证明锚定", "not proven for this print")])
        )
    else:
        rows += [
            (pair("锚定合约", "Anchor contract"), [anchor["contract"]]),
            (
                pair("锚定区块", "Anchor block"),
                [
                    pair(
                        f"链 {anchor['chainId']}，区块 {anchor['anchorBlock']}，"
                        f"{anchor['anchoredAt']}",
                        f"chain {anchor['chainId']}, block {anchor['anchorBlock']}, "
                        f"{anchor['anchoredAt']}",
                    )
                ],
            ),
            (
                pair("证明区块", "Proven at block"),
                [f"{anchor['block']} ({anchor['basis']})", anchor["blockHash"]],
            ),
        ]
    lists = [record for record in source.records.values() if record.index in source.status_lists]
    rows += [
        (
            pair("状态列表", "Status list"),
            [
                pair(
                    f"{each.issuer['zh']}，序号 {each.index}，{each.time}",
                    f"{each.issuer['en']}, index {each.index}, {each.time}",
                )
            ],
        )
        for each in lists
    ]
    steps = ", ".join(str(step) for step in standing.steps)
    word = pair("有效", "VALID") if standing.valid else pair("未定", "UNDECIDED")
    rows += [
        (pair("信任策略", "Trust policy"), [standing.policy]),
        (
            pair("印制前核验", "Verified before printing"),
            [pair(f"{word['zh']}（步骤 {steps}）", f"{word['en']} (steps {steps})")],
        ),
    ]
    return rows


def _boundary(name: str) -> Text:
    return wording.BOUNDARIES[name]


def _validity(record: Logged) -> str:
    return f"{record.value['validFrom']} – {record.value.get('validUntil', '')}"


def _stated(text: str) -> Text | str:
    return wording.NOT_STATED if text == _NOT_STATED else text


def _text(text: Text, room: int, size: int = SIZE) -> Text:
    return {lang: breakable(words, room, size) for lang, words in text.items()}


def _breakable(paragraphs: list[Text | str]) -> list[Text | str]:
    return [
        breakable(each, FACT) if isinstance(each, str) else _text(each, FACT) for each in paragraphs
    ]
