"""A statement's lines and figures as a person reads them: every multiplication in one line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from suyuan_ledger.desk.words import code_name, member_name
from suyuan_ledger.records.factor_rows import ascii_safe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Note = Callable[[Mapping[str, Any]], str]
    """Says more about a line item, such as who admitted its factor; empty for nothing."""

_ILLUSTRATIVE = "illustrative"
_SOURCES = {"activityFactor": "factor", "upstreamStatement": "statement", "external": "external"}


def result_lines(subject: Mapping[str, Any], lang: str, note: Note = lambda _item: "") -> list[str]:
    """Write a statement's line items and what follows from them.

    Args:
        subject: `credentialSubject` of a FootprintStatement whose shape holds.
        lang: `en` or `zh`.
        note: says more about a line.
    """
    lines: list[str] = []
    for item in subject["lineItems"]:
        lines += _item_lines(item, lang, note(item))
    lines.append(f"{_name('total', lang)}: {subject['total']} kgCO2e")
    for member, by in (("byStage", "stage"), ("byCategory", "category")):
        parts = (f"{code_name(one[by], lang)} {one['emission']}" for one in subject[member])
        lines.append(f"{_name(member, lang)}: {', '.join(parts)}")
    shares = subject["primaryDataShare"]
    parts = (f"{_name(name, lang)} {shares[name]}" for name in ("activity", "factor", "both"))
    lines.append(f"{_name('primaryDataShare', lang)}: {', '.join(parts)}")
    result = subject["result"]
    lines.append(f"{_name('result', lang)}: {result['value']} {result['unit']}")
    lines.append(f"{_name('dataStatus', lang)}: {code_name(subject['dataStatus'], lang)}")
    return lines


def formula_text(item: Mapping[str, Any], lang: str) -> str:
    """Write how a line's emission follows, such as `1000 KWH x 0.5777 kgCO2e/KWH = 577.7 kgCO2e`.

    Args:
        item: the line item.
        lang: `en` or `zh`.
    """
    source = _SOURCES.get(item["type"])
    if source is not None:
        by = f"{item[source]['value']} {item[source]['valueUnit']}"
    elif "gas" in item:
        by = f"GWP {item['gas']['gwp']} ({ascii_safe(item['gas']['name'])})"
    else:
        given = ", ".join(f"{one['name']} {one['value']}" for one in item["formula"]["parameters"])
        by = f"{item['formula']['id']}({given})"
    for member, name in (("conversion", "factor"), ("allocation", "share")):
        if member in item:
            by += f" × {item[member][name]}"
    if "quantity" not in item:
        hidden = "已封存" if lang == "zh" else "sealed"
        return f"[{hidden}] {item['unit']} × {by}"
    return f"{item['quantity']} {item['unit']} × {by} = {item['emission']} kgCO2e"


def _item_lines(item: Mapping[str, Any], lang: str, more: str) -> Iterator[str]:
    activity = ascii_safe(item["activity"]["zh" if lang == "zh" else "en"])
    mark = ""
    if item["dataStatus"] == _ILLUSTRATIVE:
        mark = f" [{code_name(_ILLUSTRATIVE, lang)}]"
    yield f"{item['id']}  {code_name(item['stage'], lang)}  {activity}{mark}"
    yield f"    {formula_text(item, lang)}"
    if more:
        yield f"    {more}"


def _name(member: str, lang: str) -> str:
    return member_name(member, lang)
