"""JSON of a view: strict reading, one way of writing, and where two of them differ first.

A number is kept as the digits of its token, never as a float: `8.120` is not `8.12`
(docs/spec/views.md#json).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import Any, NoReturn

from suyuan_verifier.canonical import check_nesting
from suyuan_verifier.errors import MalformedError
from suyuan_verifier.shape import escape

MAX_DEPTH = 64
"""A statement inside of an extension stands a few levels deeper than a record may."""
ABSENT = "absent"


class Number(str):
    """A number by the digits of its token."""

    __slots__ = ()


def parse_tokens(data: bytes) -> Any:
    """Parse JSON; numbers become `Number`, whatever else is as in Python.

    Raises:
        MalformedError: `view.unknown`, for what is no JSON, is nested too deeply, names a member
            twice, or has half of a surrogate pair.
    """

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) != len(pairs):
            raise unknown("each member once")
        return members

    # A number that stands there a million times is kept once.
    number = cache(Number)

    def refuse(token: str) -> NoReturn:
        raise unknown("JSON", token)

    try:
        check_nesting(data, "view", MAX_DEPTH)
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=unique,
            parse_int=number,
            parse_float=number,
            parse_constant=refuse,
        )
        # An escape can smuggle half of a surrogate pair past the decoder.
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except MalformedError as error:
        raise unknown(f"JSON of at most {MAX_DEPTH} levels", error.found) from None
    except (ValueError, UnicodeError):
        raise unknown("JSON in UTF-8") from None
    return value


def format_tokens(value: Any) -> bytes:
    """Write JSON: names sorted by code point, no blanks, numbers by their digits."""
    return "".join(_pieces(value)).encode("utf-8")


def first_difference(expected: Any, found: Any) -> tuple[str, str, str] | None:
    """Compare two values that `parse_tokens` returned.

    Returns:
        JSON Pointer, what is expected there and what was found, as JSON or `absent`; None if the
        values are equal.
    """
    path: list[str] = []
    while True:
        key = _differing(expected, found)
        if key is None:
            break
        path.append("/" + escape(str(key)))
        expected, found = _member(expected, key), _member(found, key)
    if _equal(expected, found):
        return None
    return "".join(path), _shown(expected), _shown(found)


def unknown(expected: str, found: object = None) -> MalformedError:
    """Build the refusal of a file that is no view."""
    return MalformedError("view.unknown", expected=expected, found=found)


class _Absent:
    """Stands where one side has no such member."""


_ABSENT = _Absent()


def _differing(expected: Any, found: Any) -> Any:
    """Return the first key or position at which two objects or arrays differ, None for leaves."""
    keys: Iterable[Any]
    if isinstance(expected, dict) and isinstance(found, dict):
        keys = sorted(expected.keys() | found.keys())
    elif isinstance(expected, list) and isinstance(found, list):
        keys = range(max(len(expected), len(found)))
    else:
        return None
    return next(
        (key for key in keys if not _equal(_member(expected, key), _member(found, key))), None
    )


def _member(value: Any, key: Any) -> Any:
    if isinstance(value, dict):
        return value.get(key, _ABSENT)
    return value[key] if key < len(value) else _ABSENT


def _equal(expected: Any, found: Any) -> bool:
    """Equal in type too: the text `1` is not the number 1, and true is not 1."""
    if type(expected) is not type(found):
        return False
    if isinstance(expected, dict):
        return expected.keys() == found.keys() and all(
            _equal(value, found[key]) for key, value in expected.items()
        )
    if isinstance(expected, list):
        return len(expected) == len(found) and all(map(_equal, expected, found))
    return bool(expected == found)


def _shown(value: Any) -> str:
    return ABSENT if value is _ABSENT else format_tokens(value).decode("utf-8")


def _pieces(value: Any) -> Iterable[str]:
    if isinstance(value, Number):
        yield value
    elif isinstance(value, dict):
        separator = "{"
        for name in sorted(value):
            yield f"{separator}{json.dumps(name, ensure_ascii=False)}:"
            yield from _pieces(value[name])
            separator = ","
        yield "}" if value else "{}"
    elif isinstance(value, list):
        separator = "["
        for item in value:
            yield separator
            yield from _pieces(item)
            separator = ","
        yield "]" if value else "[]"
    else:
        yield json.dumps(value, ensure_ascii=False)
