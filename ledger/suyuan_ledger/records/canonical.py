"""Bytes to JSON value and back, by the rules that hold before anything is hashed.

The parser is strict where Python's is lenient (RFC 8259 section 4: duplicate names; RFC 8785
section 3.1: I-JSON): duplicate names, NaN, floats, lone surrogates and a byte-order mark are
refused, and nesting is bounded before the parser recurses. Inside the profile that `check_values`
describes, orjson with sorted keys writes the bytes of RFC 8785 (a property test holds the two and
the standard library together); outside it they differ, so nothing else is ever hashed.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

import orjson

from suyuan_ledger.errors import RefusedError

MAX_CANONICAL_BYTES = 256 * 1024
# Input may be indented and escaped; what counts is its canonical size. Four times leaves room for
# both and bounds the work done before that size is known.
MAX_RAW_BYTES = 4 * MAX_CANONICAL_BYTES
MAX_DEPTH = 32
MAX_INTEGER = 2**53 - 1

FORBIDDEN_TEXT = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,15}")
# Possessive, and a string without an end reaches to the end of the input: one pass over any text,
# where a backtracking expression would start again at each escaped quotation mark.
_STRINGS_AND_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)
_BOM = b"\xef\xbb\xbf"


def write_canonical(value: object) -> bytes:
    """Write RFC 8785 (JCS) bytes of a value inside the profile."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def parse_strict(raw: bytes) -> Any:
    """Read JSON bytes, refusing whatever two parsers could read differently.

    Raises:
        RefusedError: `record.too_large`, `record.bom`, `record.encoding`, `record.depth`,
            `record.duplicate_key`, `record.number`, `record.syntax`.
    """
    if len(raw) > MAX_RAW_BYTES:
        raise RefusedError("record.too_large", expected=f"<= {MAX_RAW_BYTES}", found=len(raw))
    if raw.startswith(_BOM):
        raise RefusedError("record.bom")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RefusedError(
            "record.encoding", expected="UTF-8", found=f"byte {error.start}: {error.reason}"
        ) from None
    _check_depth(text)
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
        )
    except json.JSONDecodeError as error:
        raise RefusedError(
            "record.syntax", found=f"line {error.lineno}, column {error.colno}: {error.msg}"
        ) from None


_Path = tuple[str] | tuple["_Path", str | int]
"""Where a value stands: the start's pointer, or the place of its parent and the step from there."""


def check_values(value: object, pointer: str = "") -> None:
    """Walk a parsed value and refuse what the profile does not know.

    Raises:
        RefusedError: `record.null`, `record.number`, `record.key`, `record.surrogate`,
            `record.text`, `record.nfc`, `record.depth`.
    """
    _walk(value, (pointer,), 1)


def _walk(value: object, path: _Path, depth: int) -> None:
    if isinstance(value, str):
        # Most texts are codes, digits and English; the others are looked at closely.
        if not (value.isascii() and value.isprintable()):
            _check_text(value, path)
    elif value is None:
        raise RefusedError("record.null", pointer=_pointer(path))
    elif isinstance(value, dict):
        _check_level(depth, path)
        for key, item in value.items():
            _check_key(key, path)
            _walk(item, (path, key), depth + 1)
    elif isinstance(value, list):
        _check_level(depth, path)
        for index, item in enumerate(value):
            _walk(item, (path, index), depth + 1)
    elif isinstance(value, float) or (
        isinstance(value, int) and not -MAX_INTEGER <= value <= MAX_INTEGER
    ):
        raise RefusedError(
            "record.number",
            pointer=_pointer(path),
            expected="an integer within 2^53 - 1",
            found=value,
        )


def _pointer(path: _Path) -> str:
    """Write a path as a JSON Pointer; only for errors, because it costs more than the walk."""
    if len(path) == 1:
        return path[0]
    parent, step = path
    return f"{_pointer(parent)}/{escape_pointer(str(step))}"


def escape_pointer(key: str) -> str:
    """Escape one reference token of a JSON Pointer (RFC 6901 section 3)."""
    return key.replace("~", "~0").replace("/", "~1").encode("ascii", "backslashreplace").decode()


def _check_level(depth: int, path: _Path) -> None:
    if depth > MAX_DEPTH:
        raise RefusedError("record.depth", pointer=_pointer(path), expected=f"<= {MAX_DEPTH}")


def _check_key(key: str, path: _Path) -> None:
    if key.isascii() and key.isprintable():
        return
    code = "record.surrogate" if _SURROGATE.search(key) else "record.key"
    expected = "printable ASCII" if code == "record.key" else None
    raise RefusedError(code, pointer=_pointer(path), expected=expected, found=ascii(key))


def _check_text(text: str, path: _Path) -> None:
    if _SURROGATE.search(text):
        raise RefusedError("record.surrogate", pointer=_pointer(path), found=ascii(text))
    if match := FORBIDDEN_TEXT.search(text):
        raise RefusedError(
            "record.text", pointer=_pointer(path), found=f"U+{ord(match.group()):04X}"
        )
    if not unicodedata.is_normalized("NFC", text):
        raise RefusedError(
            "record.nfc",
            pointer=_pointer(path),
            expected=ascii(unicodedata.normalize("NFC", text)),
            found=ascii(text),
        )


def _check_depth(text: str) -> None:
    depth = 0
    for match in _STRINGS_AND_BRACKETS.finditer(text):
        bracket = match.group()
        if bracket in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise RefusedError(
                    "record.depth", expected=f"<= {MAX_DEPTH}", found=f"offset {match.start()}"
                )
        elif bracket in "]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise RefusedError("record.duplicate_key", found=ascii(key))
            seen.add(key)
    return value


def _integer(token: str) -> int:
    if not _INTEGER.fullmatch(token) or abs(int(token)) > MAX_INTEGER:
        _refuse_number(token)
    return int(token)


def _refuse_number(token: str) -> Any:
    raise RefusedError(
        "record.number", expected="an integer within 2^53 - 1, or a decimal string", found=token
    )
