"""The figures that a recall reaches, as JSON and CSV for scripts and as text for people."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from suyuan_ledger.desk.words import KINDS
from suyuan_ledger.errors import ledger_codes
from suyuan_ledger.recall.bases import ENDED, REPLACED
from suyuan_ledger.recall.labels import FIGURE_KINDS
from suyuan_ledger.recall.recompute import (
    NO_REPLACEMENT,
    RECOMPUTED,
    SEALED,
    STANDS,
    UNREADABLE,
    UPSTREAM,
)
from suyuan_ledger.records.profile import format_digest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from suyuan_ledger.recall.bases import Base
    from suyuan_ledger.recall.labels import Figures, Row

COLUMNS = (
    "kind",
    "index",
    "content",
    "number",
    "productZh",
    "productEn",
    "unit",
    "stated",
    "recomputed",
    "changes",
    "outcome",
    "share",
)
_MEMBERS = dict(zip(FIGURE_KINDS, ("footprints", "certificates", "labels"), strict=True))
# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t")
_REASONS = {
    NO_REPLACEMENT: {
        "en": "cannot be recomputed: nothing takes its place",
        "zh": "无法重新计算：没有替代因子",
    },
    UPSTREAM: {
        "en": "cannot be recomputed: an upstream footprint cannot be",
        "zh": "无法重新计算：所用上游声明无法重新计算",
    },
    SEALED: {
        "en": "cannot be recomputed without the holder's disclosures",
        "zh": "未取得持有人的披露，无法重新计算",
    },
    UNREADABLE: {
        "en": "cannot be recomputed: the record is not what the log committed to",
        "zh": "无法重新计算：记录与日志条目不符",
    },
}


def figures_to_json(figures: Figures) -> dict[str, Any]:
    """Return the members that figures add to the report of a recall."""
    found: dict[str, Any] = {name: [] for name in _MEMBERS.values()}
    for row in figures.rows:
        found[_MEMBERS[row.record.kind]].append(_row(row))
    return {
        "bases": [_base(base, figures) for base in figures.bases],
        "figures": {**found, "counts": _counts(figures)},
    }


def figures_to_csv(figures: Figures) -> str:
    """Write one line per figure: RFC 4180, UTF-8, in the order of the log.

    A cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for row in figures.rows:
        writer.writerow(
            (
                row.record.kind,
                row.record.index,
                format_digest(row.record.content),
                _cell(row.number),
                *map(_cell, row.product),
                row.unit,
                row.stated,
                row.recomputed,
                {True: "yes", False: "no", None: ""}[row.changes],
                row.outcome,
                row.share,
            )
        )
    return stream.getvalue()


def figures_to_text(figures: Figures, lang: str) -> Iterator[str]:
    """Yield the lines that figures add to a recall; the labels first, those that change before."""
    zh = lang == "zh"
    for base in figures.bases:
        yield _base_line(base, figures, zh=zh)
    if not figures.rows:
        yield (
            "没有产品碳足迹声明、证书或标识使用它"
            if zh
            else "no footprint, certificate or label uses it"
        )
        return
    counts = _counts(figures)
    yield (
        f"产品碳足迹声明、证书与标识：{counts['reached']} 条；显示值改变 {counts['change']} 条，"
        f"不变 {counts['same']} 条，无法重新计算 {counts['unknown']} 条"
        if zh
        else f"footprints, certificates and labels: {counts['reached']}; displayed figure changes: "
        f"{counts['change']}, stays: {counts['same']}, cannot be recomputed: {counts['unknown']}"
    )
    for kind in reversed(FIGURE_KINDS):
        rows = [row for row in figures.rows if row.record.kind == kind]
        for row in sorted(rows, key=lambda row: (row.changes is not True, row.record.index)):
            yield _line(row, lang)


def _counts(figures: Figures) -> dict[str, int]:
    judged = [row.changes for row in figures.rows]
    return {
        "reached": len(judged),
        "change": judged.count(True),
        "same": judged.count(False),
        "unknown": judged.count(None),
    }


def _row(row: Row) -> dict[str, Any]:
    found: dict[str, Any] = {
        "index": row.record.index,
        "content": format_digest(row.record.content),
        "product": dict(zip(("zh", "en"), row.product, strict=True)),
        "unit": row.unit,
        "stated": row.stated,
        "outcome": row.outcome,
    }
    optional = {
        "number": row.number or None,
        "recomputed": row.recomputed,
        "changes": row.changes,
        "share": row.share,
    }
    return found | {name: value for name, value in optional.items() if value is not None}


def _base(base: Base, figures: Figures) -> dict[str, Any]:
    found: dict[str, Any] = {
        "index": base.record.index,
        "content": format_digest(base.record.content),
        "kind": base.record.kind,
        "state": base.state,
    }
    if base.event is not None:
        found["event"] = base.event
    if base.replacement is not None:
        number, value, unit = figures.values[base.replacement]
        found["replacement"] = {"content": base.replacement, "value": value, "valueUnit": unit}
        if number:
            found["replacement"]["registryNumber"] = number
    return found


def _base_line(base: Base, figures: Figures, *, zh: bool) -> str:
    kind = KINDS.get(base.record.kind, base.record.kind) if zh else base.record.kind
    name = f"{kind} {base.record.index}"
    event = "" if base.event is None else (f"（{base.event}）" if zh else f" (by {base.event})")
    if base.state == REPLACED and base.replacement is not None:
        number, value, unit = figures.values[base.replacement]
        by = f"{number or base.replacement}  {value} {unit}"
        return f"{name} 由 {by} 替代{event}" if zh else f"{name} is replaced by {by}{event}"
    if base.state == ENDED:
        return f"{name} 已终止，没有替代{event}" if zh else f"{name} has ended, unreplaced{event}"
    return f"{name} 有效，未被替代" if zh else f"{name} stands, nothing replaces it"


def _line(row: Row, lang: str) -> str:
    zh = lang == "zh"
    kind = KINDS.get(row.record.kind, row.record.kind) if zh else row.record.kind
    name = " ".join(part for part in (row.number, row.product[0 if zh else 1]) if part)
    return f"{row.record.index:>8}  {kind}  {name}  {_figure(row, lang)}"


def _figure(row: Row, lang: str) -> str:
    zh = lang == "zh"
    resting = "" if row.share is None else (f"，占比 {row.share}" if zh else f", share {row.share}")
    if row.outcome == STANDS:
        return f"{row.stated} {row.unit} " + ("不受影响" if zh else "stands") + resting
    if row.outcome == RECOMPUTED:
        word = {True: ("改变", "changes"), False: ("不变", "stays")}[row.changes is True]
        return f"{row.stated} -> {row.recomputed} {row.unit} {word[0 if zh else 1]}{resting}"
    reason = _REASONS.get(row.outcome)
    if reason is None:
        reason = {
            "en": f"cannot be recomputed: {_message(row.outcome, 'en')}",
            "zh": f"无法重新计算：{_message(row.outcome, 'zh')}",
        }
    return f"{row.stated} {row.unit} {reason[lang]}{resting}"


def _message(code: str, lang: str) -> str:
    """Say what the door would: the replacement is not one for this footprint."""
    row = ledger_codes().get(code)
    return code if row is None else f"{row.message[lang]} [{code}]"


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
