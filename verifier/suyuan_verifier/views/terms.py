"""Terms that the views share (docs/spec/views.md#terms)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from suyuan_verifier.canonical import canonical
from suyuan_verifier.views.sources import Source, Statement

PLACES = 12
"""Places of a quotient that does not end."""
_IN_KG = {"g": Fraction(1, 1000), "kg": Fraction(1), "t": Fraction(1000)}
_UNRESERVED = frozenset(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-"  # RFC 3986
)


class NoViewError(Exception):
    """The bundle has no such view.

    Attributes:
        expected: what the view would need.
    """

    def __init__(self, expected: str) -> None:
        super().__init__(expected)
        self.expected = expected


def plain(number: Fraction) -> str:
    """PLAIN: no exponent and no superfluous zero; of a number whose decimals end."""
    places, rest = 0, number.denominator
    while rest % 10 == 0:
        places, rest = places + 1, rest // 10
    for prime in (2, 5):
        while rest % prime == 0:
            places, rest = places + 1, rest // prime
    # Scaled by enough tens it is an integer; the point is put back by hand.
    digits = str(abs(int(number * 10**places))).zfill(places + 1)
    whole, fraction = digits[: len(digits) - places], digits[len(digits) - places :].rstrip("0")
    sign = "-" if number < 0 else ""
    return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"


def rounded(number: Fraction) -> Fraction:
    """Round to 12 places, half to even, once."""
    return Fraction(round(number * 10**PLACES), 10**PLACES)


def in_kg(value: str, unit: str) -> str:
    """KG: a value in the mass of its unit, written in kilograms."""
    prefix = unit.partition("CO2")[0]
    return plain(Fraction(value) * _IN_KG[prefix])


def name_uuid(*words: str) -> str:
    """UID: a version 8 UUID (RFC 9562 section 5.8) made of names."""
    data = bytearray(hashlib.sha256(canonical(list(words))).digest()[:16])
    data[6] = data[6] & 0x0F | 0x80
    data[8] = data[8] & 0x3F | 0x80
    text = data.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def class_urn(entry: dict[str, Any]) -> str:
    """CLASS: a classification entry as PACT names it."""
    scheme = "".join(c.lower() if c.isascii() else c for c in entry["scheme"])
    return f"urn:pact:productclassification:{_percent(scheme)}:{_percent(entry['code'])}"


def hex_digest(source: Source) -> str:
    """HEX: the 64 digits of a record's content digest."""
    return source.digest.removeprefix("sha256:")


def sri(source: Source) -> str:
    """SRI: the content digest as Subresource Integrity writes it."""
    return "sha256-" + base64.b64encode(bytes.fromhex(hex_digest(source))).decode("ascii")


def notice(source: Source, sealed: int = 0, items: int = 0) -> str:
    """NOTICE: where a view comes from and what kind of data it has, in one line.

    Args:
        source: what is projected.
        sealed: number of line items whose figures are not at hand.
        items: number of all line items.
    """
    status = source.subject["dataStatus"]
    text = f"Projected from {source.kind} {source.digest}. Data status: {status}."
    if status == "illustrative":
        text += " Illustrative data, not data of a real product."
    if sealed:
        text += f" Figures of {sealed} of {items} line items are not disclosed."
    return text + " The signed record governs."


def statement_notice(statement: Statement) -> str:
    """NOTICE of a statement, which says how many of its lines are sealed."""
    sealed = sum(item["figures"] == "sealed" for item in statement.items)
    return notice(statement.source, sealed, len(statement.items))


def distinct(words: Iterable[str]) -> list[str]:
    """Keep each word where it first stands."""
    return list(dict.fromkeys(words))


def present(members: dict[str, Any]) -> dict[str, Any]:
    """Leave out what has no source: None, and arrays that would be empty."""
    return {name: value for name, value in members.items() if value is not None and value != []}


def _percent(text: str) -> str:
    return "".join(
        chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in text.encode("utf-8")
    )
