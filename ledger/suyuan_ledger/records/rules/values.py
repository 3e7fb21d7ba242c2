"""Rules of single values and lists that every kind shares: real days, order, whole numbers.

They run after the schema has passed, so every value has its form already.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.did import parse_did_key
from suyuan_ledger.records.gtin import is_gtin
from suyuan_ledger.records.shape import load_schema

NOT_STATED = "notStated"
_GTIN = "urn:gtin:"


@lru_cache(maxsize=4096)
def is_date(text: str) -> bool:
    """Tell whether `YYYY-MM-DD` is a day of the Gregorian calendar (year 1 to 9999)."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def check_time(text: str, pointer: str) -> None:
    """Refuse a time or date whose form is right but whose day does not exist."""
    if not is_date(text[:10]):
        raise RefusedError(
            "record.time", pointer=pointer, expected="a day of the calendar", found=text
        )


def check_date_if_stated(text: str, pointer: str) -> None:
    """Refuse a day that does not exist; `notStated` is none and passes."""
    if text != NOT_STATED:
        check_time(text, pointer)


def check_order(start: str, end: str, pointer: str) -> None:
    """Refuse a period that ends before it starts; the fixed forms sort as text."""
    if start > end:
        raise RefusedError(
            "record.period", pointer=pointer, expected="start <= end", found=f"{start} > {end}"
        )


def check_period(period: dict[str, str], at: str) -> None:
    """Refuse a period of days that do not exist, or that ends before it starts."""
    check_time(period["start"], f"{at}/start")
    check_time(period["end"], f"{at}/end")
    check_order(period["start"], period["end"], at)


def check_sources(sources: list[dict[str, Any]], at: str) -> None:
    """Refuse a source of a day that does not exist."""
    for place, source in enumerate(sources):
        check_date_if_stated(source["date"], f"{at}/{place}/date")


def check_roles(roles: list[str], at: str) -> None:
    """Refuse roles that are not sorted or name one twice."""
    if roles != sorted(set(roles)):
        raise RefusedError(
            "record.roles",
            pointer=at,
            expected="sorted, without repetition",
            found=", ".join(roles),
        )


def check_did(did: str, at: str) -> None:
    """Refuse what only looks like a did:key; whether the key is sound is judged where it signs."""
    try:
        parse_did_key(did)
    except ValueError:
        raise RefusedError(
            "record.shape", pointer=at, expected="did:key of an Ed25519 key", found=did
        ) from None


def check_ascending(items: Iterable[dict[str, Any]], names: tuple[str, ...], at: str) -> None:
    """Refuse a list that is not strictly ascending by some of its members.

    Args:
        items: objects whose members `names` are texts or integers; texts compare by code point.
        names: the members that make up the key.
        at: where the list stands.
    """
    keys = list(map(itemgetter(*names), items))
    for place in range(1, len(keys)):
        if keys[place - 1] >= keys[place]:
            key = keys[place] if len(names) > 1 else (keys[place],)
            raise RefusedError(
                "record.order",
                pointer=f"{at}/{place}",
                expected="strictly ascending by " + ", ".join(names),
                found=", ".join(map(str, key)),
            )


def check_sorted(texts: list[str], at: str) -> None:
    """Refuse a list of texts that is not strictly ascending by code point."""
    for place in range(1, len(texts)):
        if texts[place - 1] >= texts[place]:
            raise RefusedError(
                "record.order",
                pointer=f"{at}/{place}",
                expected="strictly ascending",
                found=texts[place],
            )


def check_product_ids(names: list[str], at: str) -> None:
    """Refuse names of a product that are out of order, or a GTIN of another check digit."""
    for place, name in enumerate(names):
        if name.startswith(_GTIN) and not is_gtin(name.removeprefix(_GTIN)):
            raise RefusedError(
                "record.product_id",
                pointer=f"{at}/{place}",
                expected="the check digit of GS1",
                found=name,
            )
    check_sorted(names, at)


def check_figure(figure: dict[str, Any], at: str, declared_unit: str | None = None) -> None:
    """Refuse a footprint that is not of CO2 equivalents per declared unit.

    Args:
        figure: `{"value", "unit", "scale"}`.
        at: where it stands.
        declared_unit: None where the record does not say it; any unit will do then.
    """
    gas, _, denominator = figure["unit"].partition("/")
    units = load_schema("Terms")["$defs"]["unit"]["enum"]
    if not gas.endswith("e") or denominator not in ([declared_unit] if declared_unit else units):
        raise RefusedError(
            "record.unit",
            pointer=f"{at}/unit",
            expected=f"CO2e per {declared_unit or 'declared unit'}",
            found=figure["unit"],
        )


def check_named_once(items: Iterable[dict[str, str]], name: str, at: str) -> None:
    """Refuse a list, in any order, in which two items carry the same name."""
    seen = set()
    for place, item in enumerate(items):
        if item[name] in seen:
            raise RefusedError(
                "record.shape",
                pointer=f"{at}/{place}/{name}",
                expected="each once",
                found=item[name],
            )
        seen.add(item[name])


def check_whole_numbers(value: Any, at: str) -> None:
    """Refuse a number that is not written as an integer.

    JSON Schema counts 1.0 as an integer, and the quick reading takes it; here it ends.
    """
    # Pointers cost more than the walk, and nearly nothing holds such a number.
    if _holds_float(value):
        _refuse_float(value, at)


def _holds_float(value: Any) -> bool:
    # Grows while it is walked: a call for each member costs several times as much.
    members = [value]
    for member in members:
        if isinstance(member, str):
            continue
        if isinstance(member, dict):
            members += member.values()
        elif isinstance(member, list):
            members += member
        elif isinstance(member, float):
            return True
    return False


def _refuse_float(value: Any, at: str) -> None:
    if isinstance(value, float):
        raise RefusedError("record.number", pointer=at, found=value)
    if isinstance(value, dict):
        for name, member in value.items():
            _refuse_float(member, f"{at}/{name}")
    elif isinstance(value, list):
        for place, item in enumerate(value):
            _refuse_float(item, f"{at}/{place}")
