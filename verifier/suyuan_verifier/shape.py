"""Small strict shape checks for JSON values, composed into the shape of each record kind.

A check takes a value and its JSON Pointer and raises `MalformedError`; it never converts anything.
Objects are closed: a member that a shape does not name is refused, and nothing is ever null.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from suyuan_verifier.errors import MalformedError

Check = Callable[[Any, str], None]

MAX_TEXT = 2000
"""Longest text for people, in characters (docs/spec/record.md#text)."""

DIGEST_SRI = r"sha256-[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]="
"""SHA-256 as in Subresource Integrity; the unused bits of the last base64 symbol are zero."""

_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z")
MAX_DIGITS = 34
MAX_FRACTION_DIGITS = 18


def fail(
    pointer: str, expected: object, found: object, code: str = "record.shape"
) -> MalformedError:
    """Build the refusal of one value."""
    return MalformedError(code, pointer=pointer, expected=expected, found=found)


def escape(key: str) -> str:
    """Write a member's name as one step of a JSON Pointer (RFC 6901 section 3)."""
    return key.replace("~", "~0").replace("/", "~1")


def obj(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with exactly these members, the optional ones absent or present."""
    optional = optional or {}

    def check(value: Any, pointer: str) -> None:
        if not isinstance(value, dict):
            raise fail(pointer, "an object", type(value).__name__)
        for name in required:
            if name not in value:
                raise fail(f"{pointer}/{name}", "a required member", "absent")
        for name, member in value.items():
            rule = required.get(name) or optional.get(name)
            if rule is None:
                raise fail(f"{pointer}/{escape(name)}", "no member of this name", name)
            rule(member, f"{pointer}/{name}")

    return check


def array(item: Check, low: int, high: int) -> Check:
    """An array of `low` to `high` items of one shape."""

    def check(value: Any, pointer: str) -> None:
        if not isinstance(value, list):
            raise fail(pointer, "an array", type(value).__name__)
        if not low <= len(value) <= high:
            raise fail(pointer, f"{low} to {high} items", len(value))
        for position, entry in enumerate(value):
            item(entry, f"{pointer}/{position}")

    return check


def text(limit: int = MAX_TEXT, *, least: int = 1) -> Check:
    """A string of `least` to `limit` characters."""

    def check(value: Any, pointer: str) -> None:
        if not isinstance(value, str):
            raise fail(pointer, "a string", type(value).__name__)
        if not least <= len(value) <= limit:
            raise fail(pointer, f"{least} to {limit} characters", len(value))

    return check


def pattern(expression: str, code: str = "record.shape") -> Check:
    """A string that matches the whole expression."""
    compiled = re.compile(expression)

    def check(value: Any, pointer: str) -> None:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            raise fail(pointer, expression, value, code)

    return check


def one_of(*choices: str) -> Check:
    """One of a closed list of names."""

    def check(value: Any, pointer: str) -> None:
        if not isinstance(value, str) or value not in choices:
            raise fail(pointer, " | ".join(choices), value)

    return check


def integer(low: int, high: int) -> Check:
    """An integer within bounds; booleans are not integers here."""

    def check(value: Any, pointer: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise fail(pointer, f"an integer from {low} to {high}", value)

    return check


def decimal(value: Any, pointer: str) -> None:
    """A decimal string: official digits kept, no exponent, no negative zero, bounded length."""
    if not isinstance(value, str) or len(value) > MAX_DIGITS + 2 or not _DECIMAL.fullmatch(value):
        raise fail(pointer, "-?(0|[1-9][0-9]*)(.[0-9]+)?", value, "record.decimal")
    digits = value.lstrip("-")
    whole, _, fraction = digits.partition(".")
    if len(whole) + len(fraction) > MAX_DIGITS or len(fraction) > MAX_FRACTION_DIGITS:
        raise fail(
            pointer,
            f"<= {MAX_DIGITS} digits, <= {MAX_FRACTION_DIGITS} after the point",
            value,
            "record.decimal",
        )
    if value.startswith("-") and not digits.strip("0."):
        raise fail(pointer, "no negative zero", value, "record.decimal")


def day(value: Any, pointer: str) -> None:
    """A real Gregorian date `YYYY-MM-DD`."""
    if not isinstance(value, str) or not _DATE.fullmatch(value) or not _is_real_day(value):
        raise fail(pointer, "YYYY-MM-DD", value, "record.time")


def time(value: Any, pointer: str) -> None:
    """A UTC time `YYYY-MM-DDThh:mm:ssZ`, no leap second, no 24:00."""
    if not is_time(value):
        raise fail(pointer, "YYYY-MM-DDThh:mm:ssZ", value, "record.time")


def is_time(value: Any) -> bool:
    """Tell whether `value` is a time in the one accepted spelling."""
    if not isinstance(value, str):
        return False
    match = _TIME.fullmatch(value)
    return match is not None and _is_real_day(match.group(1))


def _is_real_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def bilingual(limit: int = MAX_TEXT) -> Check:
    """Text for people in Chinese and English, both required."""
    return obj({"zh": text(limit), "en": text(limit)})
