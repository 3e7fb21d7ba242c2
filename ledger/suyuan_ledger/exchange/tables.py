"""Line items and admitted factors as tables (docs/spec/views.md#csv)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from suyuan_ledger.exchange.admitted import Factor, admitted_factors
from suyuan_ledger.exchange.csv_text import harmless, write_csv
from suyuan_ledger.exchange.dossier import Dossier
from suyuan_ledger.exchange.json_text import write_json
from suyuan_ledger.exchange.line_items import Item, open_items

ITEMS_FORMAT = "suyuan/view/items-csv@v1"
FACTORS_FORMAT = "suyuan/view/factors-csv@v1"
EMISSION_UNIT = "kgCO2e"

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        name: its header.
        paths: where its value stands; the first that is there counts.
        text: free text, which a spreadsheet must not take for a formula.
        listed: a list, written as JSON.
    """

    name: str
    paths: tuple[Path, ...]
    text: bool = False
    listed: bool = False

    def read(self, value: Any) -> str:
        """Return the field of a line item or a factor, empty where it says nothing."""
        found = next((hit for path in self.paths if (hit := _at(value, path)) is not None), None)
        if found is None:
            return ""
        if self.listed:
            return write_json(found).decode("utf-8")
        return harmless(found) if self.text else str(found)


def _column(name: str, path: str = "", *more: str, text: bool = False) -> Column:
    paths = (path or name, *more)
    return Column(name, tuple(_path(one) for one in paths), text=text)


def _listed(name: str, path: str) -> Column:
    return Column(name, (_path(path),), listed=True)


def _path(text: str) -> Path:
    return tuple(int(part) if part.isdecimal() else part for part in text.split("."))


def _bilingual(name: str, path: str = "") -> tuple[Column, Column]:
    at = path or name
    return (
        _column(f"{name}Zh", f"{at}.zh", text=True),
        _column(f"{name}En", f"{at}.en", text=True),
    )


_ITEM_COLUMNS = (
    _column("id"),
    _column("type"),
    _column("stage"),
    _column("category"),
    *_bilingual("activity"),
    _column("quantity"),
    _column("unit"),
    _column("emission"),
    _column("emissionUnit"),
    _column("figures"),
    _column("dataStatus"),
    _column("activityDataSource"),
    _column("conversionFactor", "conversion.factor"),
    _column("conversionTo", "conversion.to"),
    _column("allocationMethod", "allocation.method", text=True),
    _column("allocationShare", "allocation.share"),
    _column("factorCode", "factor.factorCode"),
    _column("factorVersion", "factor.factorVersion"),
    _column("value", "factor.value", "statement.value", "external.value"),
    _column("valueUnit", "factor.valueUnit", "statement.valueUnit", "external.valueUnit"),
    _column("source", "factor.admission", "statement.contentDigest"),
    _column("database", "external.database", text=True),
    _column("databaseVersion", "external.version", text=True),
    _column("dataset", "external.dataset", text=True),
    _column("gas", "gas.name", text=True),
    _column("gwp", "gas.gwp"),
    _column("formula", "formula.id"),
    _listed("parameters", "formula.parameters"),
    _column("instrument", "electricity.instrument"),
    _column("electricityStart", "electricity.period.start"),
    _column("electricityEnd", "electricity.period.end"),
    _listed("certificateIds", "electricity.certificateIds"),
    _listed("transmissionOf", "electricity.transmissionOf"),
)
_FACTOR_COLUMNS = (
    _column("factorCode"),
    _column("factorVersion"),
    _column("seriesType"),
    *_bilingual("productName"),
    _column("declaredUnit"),
    _column("value"),
    _column("valueUnit"),
    _column("systemBoundary"),
    _column("gwpSet"),
    _column("periodStart", "referencePeriod.start"),
    _column("periodEnd", "referencePeriod.end"),
    _column("geographyScheme", "geography.scheme"),
    _column("geographyCode", "geography.code", text=True),
    _column("dataStatus"),
    *_bilingual("sourceTitle", "sources.0.title"),
    *_bilingual("sourcePublisher", "sources.0.publisher"),
    _column("sourceDocumentNumber", "sources.0.documentNumber", text=True),
    _column("sourceDate", "sources.0.date"),
    _column("sourceLocator", "sources.0.locator", text=True),
    *_bilingual("variant"),
    *_bilingual("technologyRoute"),
    _column("classificationScheme", "classification.0.scheme", text=True),
    _column("classificationCode", "classification.0.code", text=True),
    *_bilingual("classificationName", "classification.0.name"),
    _column("primaryDataShare"),
    _column("pedigree"),
    *_bilingual("dataSetOwner"),
    _column("licence", text=True),
)
_LEADING_FACTOR_COLUMNS: tuple[tuple[str, Callable[[Factor], str]], ...] = (
    ("view", lambda _factor: FACTORS_FORMAT),
    ("admission", lambda factor: factor.admission.digest),
    ("submission", lambda factor: factor.submission.digest),
    ("registryNumber", lambda factor: str(factor.admission.subject["registryNumber"])),
    ("effectiveFrom", lambda factor: str(factor.admission.subject["effectiveFrom"])),
    ("events", lambda factor: " ".join(factor.events)),
)


def write_items(dossier: Dossier) -> bytes:
    """Write the line items of a statement as CSV.

    Raises:
        RefusedError: `export.subject`.
    """
    statement = dossier.statement
    leading = [ITEMS_FORMAT, statement.digest, statement.subject["dataStatus"]]
    return write_csv(
        ["view", "statement", "statementDataStatus", *(column.name for column in _ITEM_COLUMNS)],
        [leading + _item_fields(item) for item in open_items(dossier, statement)],
    )


def write_factors(dossier: Dossier) -> bytes:
    """Write the admitted factors of a bundle as CSV.

    Raises:
        RefusedError: `export.subject` if it carries none.
    """
    factors = sorted(admitted_factors(dossier), key=_factor_order)
    return write_csv(
        [name for name, _ in _LEADING_FACTOR_COLUMNS] + [column.name for column in _FACTOR_COLUMNS],
        [
            [read(factor) for _, read in _LEADING_FACTOR_COLUMNS]
            + [column.read(factor.says) for column in _FACTOR_COLUMNS]
            for factor in factors
        ],
    )


def _item_fields(item: Item) -> list[str]:
    known = {"figures": item.figures, "emissionUnit": EMISSION_UNIT}
    return [column.read(item.value | known) for column in _ITEM_COLUMNS]


def _factor_order(factor: Factor) -> tuple[str, str, str]:
    says = factor.says
    return says["factorCode"], says["factorVersion"], factor.admission.digest


def _at(value: Any, path: Path) -> Any:
    """Follow a path; None where it ends early."""
    for part in path:
        if isinstance(part, int):
            value = value[part] if isinstance(value, list) and part < len(value) else None
        else:
            value = value.get(part) if isinstance(value, Mapping) else None
    return value
