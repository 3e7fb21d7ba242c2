"""What a statement says beside its lines: a TOML or JSON file of a few members.

The members are those of the FootprintStatement (docs/spec/kinds.md), and three more:
`method` and `supersedes` name records of the log, `items` holds, by the line's id, what a table
has no column for. Quantities are text: TOML and JSON numbers lose the digits that were meant.
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from suyuan_ledger.errors import RefusedError

REQUIRED = (
    "product",
    "productIds",
    "classification",
    "facility",
    "geography",
    "declaredUnit",
    "declaredAmount",
    "systemBoundary",
    "gwpSet",
    "referencePeriod",
    "result",
)
OPTIONAL = ("productMass", "cutOff")
BESIDE = ("method", "supersedes", "items")
"""Not members of the statement: links, and members of its lines."""


@dataclass(frozen=True, slots=True)
class Header:
    """A header that was read.

    Attributes:
        members: of the statement; of `result` only unit and scale.
        method: which MethodReference it follows, or None.
        supersedes: which statement it replaces, or None.
        items: further members of lines, by the line's id.
    """

    members: dict[str, Any]
    method: str | None
    supersedes: str | None
    items: dict[str, dict[str, Any]]


def read_header(data: bytes) -> Header:
    """Read a header, JSON if it begins like an object, else TOML.

    Raises:
        RefusedError: `statement.header`, `statement.number`.
    """
    stated = read_members(data)
    unknown = stated.keys() - {*REQUIRED, *OPTIONAL, *BESIDE}
    missing = [name for name in REQUIRED if name not in stated]
    if unknown or missing:
        raise RefusedError(
            "statement.header",
            expected="; ".join([", ".join(REQUIRED), f"perhaps {', '.join((*OPTIONAL, *BESIDE))}"]),
            found=f"unknown: {', '.join(sorted(unknown))}" if unknown else f"no {missing[0]}",
        )
    items = stated.pop("items", {})
    if not isinstance(items, dict) or not all(isinstance(one, dict) for one in items.values()):
        raise RefusedError("statement.header", pointer="items", expected="a table per line")
    links = [stated.pop(name, None) for name in ("method", "supersedes")]
    if not all(link is None or isinstance(link, str) for link in links):
        raise RefusedError("statement.header", pointer="method, supersedes", expected="text")
    figure = stated["result"]
    if not isinstance(figure, dict) or figure.keys() != {"unit", "scale"}:
        expected = "unit and scale; the value is calculated"
        raise RefusedError("statement.header", pointer="result", expected=expected, found=figure)
    stated.setdefault("cutOff", {"items": []})
    if isinstance(stated["productIds"], list):
        # Their order says nothing to a person, and has to be this one.
        stated["productIds"].sort(key=str)
    return Header(stated, links[0], links[1], items)


def read_members(data: bytes) -> dict[str, Any]:
    """Read the members of a file, JSON if it begins like an object, else TOML.

    Raises:
        RefusedError: `statement.header`, `statement.number`.
    """
    try:
        text = data.decode("utf-8-sig")
        value = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise RefusedError("statement.header", expected="TOML or JSON", found=error) from None
    plain: dict[str, Any] = _plain(value, "")
    return plain


def _plain(value: Any, place: str) -> Any:
    """Return what records are made of: text, integers, lists and objects.

    A TOML date is the day that it shows. Any other number would have to be text.
    """
    if isinstance(value, dict):
        return {name: _plain(member, f"{place}.{name}") for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(member, f"{place}.{number}") for number, member in enumerate(value)]
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise RefusedError(
        "statement.number", pointer=place.lstrip("."), expected='text such as "1000"', found=value
    )
