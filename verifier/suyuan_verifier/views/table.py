"""Line items and factors as tables (docs/spec/views.md#csv)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from suyuan_verifier.views.factors import Factor, factors
from suyuan_verifier.views.sources import Sources, Statement
from suyuan_verifier.views.terms import NoViewError
from suyuan_verifier.views.tokens import format_tokens, unknown

BOM = b"\xef\xbb\xbf"
ITEMS, FACTORS = "suyuan/view/items-csv@v1", "suyuan/view/factors-csv@v1"
MAX_ROWS, MAX_COLUMNS = 4097, 64
"""A header and a row for each of a bundle's records; a little more than either table has."""
Row = dict[str, str]
_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "'", "\t", "\r")
_FIELD = re.compile(r'"((?:[^"]++|"")*+)"(,|\r\n)')


def project_items(sources: Sources) -> list[Row]:
    """Project the line items of a bundle's statement.

    Raises:
        NoViewError: if the bundle has no statement.
    """
    statement = sources.statement()
    if statement is None:
        raise NoViewError("FootprintStatement")
    return [_item(statement, item) for item in statement.items]


def project_factors(sources: Sources) -> list[Row]:
    """Project every admitted factor of a bundle.

    Raises:
        NoViewError: if the bundle has no admission.
    """
    chosen = sorted(
        factors(sources),
        key=lambda each: (each.subject["factorCode"], each.subject["factorVersion"], each.digest),
    )
    return [_factor(factor) for factor in chosen]


def format_table(rows: list[Row]) -> bytes:
    """Write rows of the same columns, at least one: RFC 4180, all quoted, with byte-order mark."""
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    text = "".join(
        ",".join('"' + field.replace('"', '""') + '"' for field in line) + "\r\n" for line in lines
    )
    return BOM + text.encode("utf-8")


def read_table(data: bytes) -> list[list[str]]:
    """Read a table that is written as views are: every field quoted, CR LF, so in one spelling.

    Raises:
        MalformedError: `view.unknown`.
    """
    try:
        text = data.removeprefix(BOM).decode("utf-8")
    except UnicodeDecodeError:
        raise unknown("UTF-8") from None
    lines: list[list[str]] = [[]]
    at = 0
    while at < len(text):
        match = _FIELD.match(text, at)
        if len(lines) > MAX_ROWS or len(lines[-1]) >= MAX_COLUMNS:
            raise unknown(f"<= {MAX_ROWS} rows of <= {MAX_COLUMNS} fields")
        if match is None:
            raise unknown("fields in quotation marks, CR LF", f"character {at}")
        lines[-1].append(match[1].replace('""', '"'))
        if match[2] != ",":
            lines.append([])
        at = match.end()
    if lines.pop():
        raise unknown("CR LF at the end")
    return lines


def _item(statement: Statement, item: dict[str, Any]) -> Row:
    used: Row = next(
        (item[name] for name in ("factor", "statement", "external") if name in item), {}
    )
    external = item.get("external", {})
    conversion, allocation = item.get("conversion", {}), item.get("allocation", {})
    supply = item.get("electricity", {})
    period = supply.get("period", {})
    copied = ("quantity", "unit", "emission")
    return {
        "view": ITEMS,
        "statement": statement.source.digest,
        "statementDataStatus": statement.subject["dataStatus"],
        **{name: item[name] for name in ("id", "type", "stage", "category")},
        "activityZh": _text(item["activity"]["zh"]),
        "activityEn": _text(item["activity"]["en"]),
        **{name: item.get(name, "") for name in copied},
        "emissionUnit": "kgCO2e",
        **{name: item[name] for name in ("figures", "dataStatus", "activityDataSource")},
        "conversionFactor": conversion.get("factor", ""),
        "conversionTo": conversion.get("to", ""),
        "allocationMethod": _text(allocation.get("method", "")),
        "allocationShare": allocation.get("share", ""),
        **{
            name: used.get(name, "")
            for name in ("factorCode", "factorVersion", "value", "valueUnit")
        },
        "source": used.get("admission", used.get("contentDigest", "")),
        "database": _text(external.get("database", "")),
        "databaseVersion": _text(external.get("version", "")),
        "dataset": _text(external.get("dataset", "")),
        "gas": _text(item.get("gas", {}).get("name", "")),
        "gwp": item.get("gas", {}).get("gwp", ""),
        "formula": item.get("formula", {}).get("id", ""),
        "parameters": _array(item.get("formula", {}).get("parameters", [])),
        "instrument": supply.get("instrument", ""),
        "electricityStart": period.get("start", ""),
        "electricityEnd": period.get("end", ""),
        "certificateIds": _array(supply.get("certificateIds", [])),
        "transmissionOf": _array(supply.get("transmissionOf", [])),
    }


def _factor(factor: Factor) -> Row:
    subject, admitted = factor.subject, factor.admission.subject
    source = subject["sources"][0]
    period, geography = subject["referencePeriod"], subject["geography"]
    classes = subject.get("classification", [{}])[0]
    return {
        "view": FACTORS,
        "admission": factor.digest,
        "submission": factor.submission.digest,
        "registryNumber": admitted["registryNumber"],
        "effectiveFrom": admitted["effectiveFrom"],
        "events": " ".join(factor.events),
        **{name: subject[name] for name in ("factorCode", "factorVersion", "seriesType")},
        **_both("productName", subject["productName"]),
        **{
            name: subject[name]
            for name in ("declaredUnit", "value", "valueUnit", "systemBoundary", "gwpSet")
        },
        "periodStart": period["start"],
        "periodEnd": period["end"],
        "geographyScheme": geography["scheme"],
        "geographyCode": _text(geography["code"]),
        "dataStatus": subject["dataStatus"],
        **_both("sourceTitle", source["title"]),
        **_both("sourcePublisher", source["publisher"]),
        "sourceDocumentNumber": _text(source["documentNumber"]),
        "sourceDate": source["date"],
        "sourceLocator": _text(source["locator"]),
        **_both("variant", subject.get("variant", {})),
        **_both("technologyRoute", subject.get("technologyRoute", {})),
        "classificationScheme": _text(classes.get("scheme", "")),
        "classificationCode": _text(classes.get("code", "")),
        **_both("classificationName", classes.get("name", {})),
        **{name: subject.get(name, "") for name in ("primaryDataShare", "pedigree")},
        **_both("dataSetOwner", subject.get("dataSetOwner", {})),
        "licence": _text(subject.get("licence", "")),
    }


def _both(name: str, text: dict[str, str]) -> Row:
    return {f"{name}Zh": _text(text.get("zh", "")), f"{name}En": _text(text.get("en", ""))}


def _text(text: str) -> str:
    """Free text, guarded so that no spreadsheet takes it for a formula."""
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def _array(items: Iterable[Any]) -> str:
    chosen = list(items)
    return format_tokens(chosen).decode("utf-8") if chosen else ""
