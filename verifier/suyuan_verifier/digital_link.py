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
"""A code of this length is 31 mm wide in print, at GS1's least size (docs/spec/label.md)."""

URI = (
    rf"(?!.{{{MAX_URI_BYTES + 1}}})"
    r"https://[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?"
    r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~!$&'()*+,;=:@-]+)+"
)
"""A code's URI: RFC 3986 with a lower-case host and a path of segments.

None of them is empty, a dot or two, or has an escape: whoever resolves it would read another path.
"""

_URI = re.compile(URI)
_PIECE = re.compile(r"[0-9]{18}")
_ITEM = re.compile(r"[0-9]{8}|[0-9]{12,14}")
_LINK = re.compile(r"/01/(?P<gtin>[0-9]{14})(?:/22/[^/]+)?(?:/10/(?P<lot>[^/]+))?(?:/21/[^/]+)?")


@dataclass(frozen=True, slots=True)
class Code:
    """What a code says of the goods.

    Attributes:
        prefix: what stands before what was read: host, and the path up to there.
        gtin: 14 digits, whatever their check digit; None if the URI names no trade item.
        lot: batch or lot number (application identifier 10), None if it names none.
        last: last segment of the path.
    """

    prefix: str
    gtin: str | None
    lot: str | None
    last: str


def is_gtin(digits: str) -> bool:
    """Tell whether this is a GTIN of 14 digits with a right check digit.

    GS1 General Specifications, section 7.9: weights 3 and 1 alternate from the right. Shorter ones
    are written with zeros in front, so that a product has one spelling.
    """
    if len(digits) != 14 or not (digits.isascii() and digits.isdigit()):
        return False
    total = sum(
        int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits))
    )
    return total % 10 == 0


def read_code(uri: str) -> Code | None:
    """Read a code's URI.

    None if it is none that a label may carry, or one that names a trade item in another form than
    the one above: what a resolver makes of that is not ours to guess.
    """
    if _URI.fullmatch(uri) is None:
        return None
    host = uri.index("/", len("https://"))
    segments = uri[host + 1 :].split("/")
    named = [
        place for place in range(len(segments) - 1) if _names_item(*segments[place : place + 2])
    ]
    if not named:
        return Code(uri.rpartition("/")[0], None, None, segments[-1])
    link = _LINK.fullmatch("/" + "/".join(segments[named[0] :]))
    if link is None or len(named) > 1:
        return None  # a resolver might lead somewhere else than we read
    prefix = "/".join([uri[:host], *segments[: named[0]]])
    return Code(prefix, link["gtin"], link["lot"], segments[-1])


def _names_item(key: str, value: str) -> bool:
    """Tell whether two segments name a trade item, in any of the ways that resolvers know."""
    if key.lower() in {"8006", "itip"}:  # a piece of an item: its GTIN, and which piece
        return bool(_PIECE.fullmatch(value))
    return key.lower() in {"01", "gtin"} and bool(_ITEM.fullmatch(value))
