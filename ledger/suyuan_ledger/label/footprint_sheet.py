"""The footprint on a certificate: line items, totals, factors with sources, statements used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from suyuan_ledger.label import wording
from suyuan_ledger.label.columns import (
    ACTIVITY,
    BASIS,
    ID,
    NAME,
    QUANTITY,
    REGISTRY,
    VALUE,
    Row,
    breakable,
    set_text,
)
from suyuan_ledger.label.wording import NOT_STATED_WORD, Text, pair

if TYPE_CHECKING:
    from suyuan_ledger.label.provenance import Factor, Line, Provenance
    from suyuan_ledger.label.source import Logged


def footprint_sheet(found: Provenance) -> dict[str, Any]:
    """Collect what is printed of the statement.

    Args:
        found: the records behind the label.
    """
    marks = _marks(found)
    return {
        "lines": [_line(line, marks) for line in found.lines],
        "sealed": any(line.sealed for line in found.lines),
        "totals": _totals(found.statement.subject),
        "factors": [_factor(factor, marks) for factor in found.factors],
        "upstream": [_upstream(record, marks) for record in found.upstream],
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
        "activity": set_text(item["activity"], ACTIVITY),
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
        "name": set_text(subject["productName"], NAME),
        "code": breakable(f"{subject['factorCode']} v{subject['factorVersion']}", NAME),
        "value": breakable(
            f"{subject['value']} {wording.emission_unit(subject['valueUnit'])}", VALUE
        ),
        "status": wording.DATA_STATUS[subject["dataStatus"]],
        "illustrative": subject["dataStatus"] == wording.ILLUSTRATIVE,
        "boundary": wording.boundary(subject["systemBoundary"]),
        "period": f"{period['start']} – {period['end']}",
        "issuer": set_text(factor.submission.issuer, NAME),
        "index": str(factor.admission.index),
        "sources": [_source(each) for each in subject["sources"]],
    }


def _source(source: dict[str, Any]) -> Text:
    """Cite a document: title, publisher, number and date as far as stated, place in it."""
    members = ("documentNumber", "date", "locator")
    stated = [source[name] for name in members if source[name] != NOT_STATED_WORD]
    parts = {
        lang: [source["title"][lang], source["publisher"][lang], *stated] for lang in ("zh", "en")
    }
    return set_text(pair("，".join(parts["zh"]), ", ".join(parts["en"])), NAME)


def _upstream(record: Logged, marks: dict[str, str]) -> dict[str, Any]:
    result = record.subject["result"]
    return {
        "mark": marks[record.content],
        "name": set_text(record.subject["product"]["name"], NAME),
        "value": breakable(f"{result['value']} {wording.emission_unit(result['unit'])}", VALUE),
        "status": wording.DATA_STATUS[record.subject["dataStatus"]],
        "illustrative": record.subject["dataStatus"] == wording.ILLUSTRATIVE,
        "issuer": set_text(record.issuer, REGISTRY),
        "index": str(record.index),
        "content": record.content,
    }
