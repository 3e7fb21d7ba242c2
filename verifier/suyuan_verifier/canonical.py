"""Strict JSON in, canonical JSON out.

The parser refuses, before anything is hashed, what two readers could understand differently:
duplicate keys, NaN and Infinity, numbers that are not small integers, lone surrogates, a byte-order
mark, nesting beyond a bound. What is hashed is the canonical form of exactly what was parsed.

Inside this profile (ASCII keys, integers below 2^53, no floats) the output of `canonical` equals
RFC 8785 (JCS); a property test holds it to an independent implementation.
"""

from __future__ import annotations

import hashlib
import json
import re
from array import array
from itertools import accumulate
from typing import Any, NoReturn

from suyuan_verifier.errors import MalformedError

MAX_SAFE_INTEGER = 2**53 - 1
"""RFC 8785 section 3.2.2.3: integers beyond this lose digits in an IEEE 754 double."""

MAX_CONTAINERS = 2**20
"""Objects and arrays in one text: as Python values each takes a hundred bytes and more. Only a
bundle can have more, and no bundle of records needs them."""

# Made once: the standard library would build one for every call with options.
_ENCODER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))

_BOM = b"\xef\xbb\xbf"
_LEVELS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")
_CHUNK = 2**20
_OTHERS = bytes(set(range(256)) - set(b"[{]}"))


def parse_json(data: bytes, *, prefix: str, max_bytes: int, max_depth: int) -> Any:
    """Parse one JSON text under the profile's lexical rules.

    Args:
        data: the bytes as received.
        prefix: first part of the error codes (`record`, `bundle` or `policy`).
        max_bytes: bound on the input, checked first.
        max_depth: bound on nesting; the outermost array or object is depth 1.

    Raises:
        MalformedError: `too_large`, `bom`, `encoding`, `depth`, `too_many`, `syntax`,
            `duplicate_key`, `number` or `surrogate`, each after the prefix.
    """
    if len(data) > max_bytes:
        raise MalformedError(
            f"{prefix}.too_large", expected=f"<= {max_bytes} bytes", found=f"{len(data)} bytes"
        )
    if data.startswith(_BOM):
        raise MalformedError(f"{prefix}.bom", found="EF BB BF")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError(f"{prefix}.encoding", found=f"byte {error.start}") from None
    check_nesting(data, prefix, max_depth)

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members: dict[str, Any] = {}
        for key, member in pairs:
            if key in members:
                raise MalformedError(f"{prefix}.duplicate_key", found=_printable(key))
            members[key] = member
        return members

    def integer(digits: str) -> int:
        # The grammar of JSON has seen to the rest; 17 characters bound what is converted.
        if len(digits) > 17 or digits == "-0" or abs(int(digits)) > MAX_SAFE_INTEGER:
            number(digits)
        return int(digits)

    def number(token: str) -> NoReturn:
        raise MalformedError(
            f"{prefix}.number", expected="an integer with |n| <= 2^53-1", found=token
        )

    try:
        value = json.loads(
            text,
            object_pairs_hook=unique,
            parse_int=integer,
            parse_float=number,
            parse_constant=number,
        )
    except json.JSONDecodeError as error:
        raise MalformedError(f"{prefix}.syntax", found=f"{error.msg} at {error.pos}") from None
    if "\\u" in text:
        # Only an escape can smuggle half of a surrogate pair past the UTF-8 decoder.
        _refuse_surrogates(value, prefix)
    return value


def canonical(value: Any) -> bytes:
    """Return the canonical bytes of a value that the parser accepted (RFC 8785).

    Raises:
        MalformedError: `record.surrogate` if a string is not valid Unicode.
    """
    try:
        return _ENCODER.encode(value).encode("utf-8")
    except UnicodeEncodeError:
        raise MalformedError("record.surrogate") from None


def canonical_around(value: dict[str, Any], name: str) -> tuple[bytes, bytes]:
    """Return the canonical bytes of an object, and those of it without one member.

    What comes before the member and what comes after it is written once for both.
    """
    before = {key: member for key, member in value.items() if key < name}
    after = {key: member for key, member in value.items() if key > name}
    middle = {name: value[name]} if name in value else {}
    first, second, third = (canonical(part)[1:-1] for part in (before, middle, after))
    return _braced(first, second, third), _braced(first, third)


def _braced(*parts: bytes) -> bytes:
    return b"{" + b",".join(part for part in parts if part) + b"}"


def sha256(data: bytes) -> bytes:
    """SHA-256 (FIPS 180-4), 32 bytes."""
    return hashlib.sha256(data).digest()


def format_digest(digest: bytes) -> str:
    """Write a digest the way records link to each other: `sha256:` and 64 lower-case hex digits."""
    return "sha256:" + digest.hex()


_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def is_digest(value: object) -> bool:
    """Tell whether `value` is a digest in its only accepted spelling."""
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def check_nesting(data: bytes, prefix: str, max_depth: int) -> None:
    """Bound nesting and the number of objects and arrays before the parser builds them.

    The standard library's parser recurses; where the interpreter's recursion limit was raised, deep
    nesting would end the process instead of raising an error.

    Without escapes every second piece between quotation marks is outside of strings; brackets there
    count as +1 and -1. A loop over tokens in Python takes ten times as long on hostile input, and
    all pieces at once take half a gigabyte: hence a chunk at a time.
    """
    plain = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    inside = depth = opened = 0
    for start in range(0, len(plain), _CHUNK):
        pieces = plain[start : start + _CHUNK].split(b'"')
        outside = b"".join(pieces[inside::2])
        inside ^= (len(pieces) - 1) & 1
        steps = array("b", outside.translate(_LEVELS, _OTHERS))
        if max(accumulate(steps, initial=depth)) > max_depth:
            raise MalformedError(f"{prefix}.depth", expected=f"<= {max_depth}")
        depth += sum(steps)
        opened += steps.count(1)
    if opened > MAX_CONTAINERS:
        raise MalformedError(
            f"{prefix}.too_many", expected=f"<= {MAX_CONTAINERS} objects and arrays", found=opened
        )


def _refuse_surrogates(value: Any, prefix: str) -> None:
    if isinstance(value, dict):
        for key, member in value.items():
            _refuse_surrogates(key, prefix)
            _refuse_surrogates(member, prefix)
    elif isinstance(value, list):
        for item in value:
            _refuse_surrogates(item, prefix)
    elif isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise MalformedError(f"{prefix}.surrogate", found=_printable(value)) from None


def _printable(text: str) -> str:
    """Escape what a report must not carry."""
    return text.encode("unicode_escape").decode("ascii")
