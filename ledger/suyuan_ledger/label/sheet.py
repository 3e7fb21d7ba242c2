"""What a certificate prints, as plain texts in Chinese and English for the template to set.

Figures are copied as signed. A text is `{"zh", "en"}`, a paragraph a plain string; the template
knows no record and no rule.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import ledger_codes
from suyuan_ledger.label import wording
from suyuan_ledger.label.columns import (
    HEAD,
    ISSUER,
    NUMBER,
    Row,
    breakable,
    set_paragraphs,
    set_text,
)
from suyuan_ledger.label.footprint_sheet import footprint_sheet
from suyuan_ledger.label.wording import Text, pair
from suyuan_ledger.log.checkpoint import parse_checkpoint
from suyuan_ledger.log.note import parse_note

if TYPE_CHECKING:
    from suyuan_ledger.label.provenance import Provenance
    from suyuan_ledger.label.source import LabelSource, Logged


def make_sheet(source: LabelSource, found: Provenance) -> dict[str, Any]:
    """Collect what is printed, the QR codes aside.

    Args:
        source: the verified bundle.
        found: the records behind the label.
    """
    label = found.label.subject
    return {
        "number": label["labelNumber"],
        "illustrative": label["dataStatus"] == wording.ILLUSTRATIVE,
        "undecided": _undecided(source),
        "product": set_text(label["product"]["name"], HEAD, 13),
        "specification": (
            set_text(label["product"]["specification"], HEAD)
            if "specification" in label["product"]
            else None
        ),
        "value": label["displayed"]["value"],
        "unit": wording.emission_unit(label["displayed"]["unit"]),
        "status": wording.DATA_STATUS[label["dataStatus"]],
        "facts": _facts(source, found),
        "records": [_record(record) for record in _trail(found)],
        **footprint_sheet(found),
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
        (pair("系统边界", "System boundary"), [wording.boundary(label.subject["systemBoundary"])]),
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
    return [(caption, set_paragraphs(paragraphs)) for caption, paragraphs in rows]


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
        "issuer": set_text(record.issuer, ISSUER),
        "index": str(record.index),
        "time": record.time,
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


def _validity(record: Logged) -> str:
    return f"{record.value['validFrom']} – {record.value.get('validUntil', '')}"


def _stated(text: str) -> Text | str:
    return wording.NOT_STATED if text == wording.NOT_STATED_WORD else text
