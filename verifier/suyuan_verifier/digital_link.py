"""A label's code on the goods: GS1 Digital Link, or another URI.

See docs/spec/certification.md#qr.

    https://host[/prefix...]/01/GTIN14[/22/variant][/10/lot][/21/serial]

is read as a GS1 Digital Link (GS1 Digital Link standard: URI syntax; ISO/IEC 18975). A URI without
a GTIN names its label by its last path segment instead. Nothing is ever fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_URI_BYTES = 300
"""A code of this length still prints at 20 mm (docs/spec/certification.md#qr)."""

_URI = re.compile(r"https://[a-z0-9.-]{1,253}(?::[0-9]{1,5})?(?P<path>(?:/[!$&-;=@-Z_a-z~%]+)+)")
_LINK = re.compile(
    r"(?:/[^/]+)*?/01/(?P<gtin>[0-9]{14})(?:/22/[^/]+)?(?:/10/(?P<lot>[^/]+))?(?:/21/[^/]+)?"
)
_GTIN_LENGTHS = frozenset({8, 12, 13, 14})


@dataclass(frozen=True, slots=True)
class Code:
    """What a code says of the goods.

    Attributes:
        gtin: 14 digits, None if the URI names no trade item.
        lot: batch or lot number (application identifier 10), None if it names none.
        last: last segment of the path.
    """

    gtin: str | None
    lot: str | None
    last: str


def is_gtin(digits: str) -> bool:
    """Tell whether a number of 8, 12, 13 or 14 digits has a right check digit.

    GS1 General Specifications, section 7.9: weights 3 and 1 alternate from the right.
    """
    if len(digits) not in _GTIN_LENGTHS or not (digits.isascii() and digits.isdigit()):
        return False
    total = sum(
        int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits))
    )
    return total % 10 == 0


def read_code(uri: str) -> Code | None:
    """Read a code's URI; None if it is none that a label may carry."""
    match = _URI.fullmatch(uri) if len(uri) <= MAX_URI_BYTES else None
    if match is None:
        return None
    path = match["path"]
    last = path.rpartition("/")[2]
    link = _LINK.fullmatch(path)
    if link is None:
        return Code(None, None, last)
    return Code(link["gtin"], link["lot"], last) if is_gtin(link["gtin"]) else None
