"""JSON whose numbers keep their digits (docs/spec/views.md#json).

RFC 8785 in all but one point: a quantity that the target format wants as a number is written with
the digits that it has as text. RFC 8785 would take it through a double and lose them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Digits:
    """A quantity that is written as a JSON number.

    Attributes:
        text: its digits.
    """

    text: str

    def __post_init__(self) -> None:
        if not _NUMBER.fullmatch(self.text):
            raise ValueError(f"not a quantity: {self.text}")


def present(**members: Any) -> dict[str, Any]:
    """Return an object without the members that are None or an empty list.

    A trailing underscore, as in `type_`, keeps a name from being one of Python's; the member's name
    has none.
    """
    return {
        name.rstrip("_"): member for name, member in members.items() if member not in (None, [])
    }


def write_json(value: Any) -> bytes:
    """Write a value: UTF-8, names sorted, no blanks.

    Args:
        value: objects, arrays, text, whole numbers, truth values and `Digits`.

    Raises:
        TypeError: anything else, a float above all.
    """
    return "".join(_parts(value)).encode("utf-8")


def write_json_file(value: Any) -> bytes:
    """Write a value as a file: the same and one line feed."""
    return write_json(value) + b"\n"


def _parts(value: Any) -> list[str]:
    if isinstance(value, Digits):
        return [value.text]
    if isinstance(value, str):
        return [json.dumps(value, ensure_ascii=False)]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, int):
        return [str(value)]
    if isinstance(value, Mapping):
        members = [[*_parts(name), ":", *_parts(member)] for name, member in sorted(value.items())]
        return ["{", *_joined(members), "}"]
    if isinstance(value, list | tuple):
        return ["[", *_joined([_parts(member) for member in value]), "]"]
    raise TypeError(f"no {type(value).__name__} belongs into a view")


def _joined(members: list[list[str]]) -> list[str]:
    return [
        part
        for place, member in enumerate(members)
        for part in ([",", *member] if place else member)
    ]
