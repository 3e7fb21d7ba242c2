"""GS1 Digital Link URIs of labelled goods (GS1 Digital Link standard: URI syntax; ISO/IEC 18975).

    https://host[/prefix...]/01/GTIN14[/22/variant][/10/lot][/21/serial]

One spelling per meaning: a GTIN of 14 digits, qualifiers in the standard's order and of characters
that need no escape, because a label's code has none (docs/spec/certification.md#qr); no port, no
query, no fragment. `parse_digital_link` accepts what `format_digital_link` writes, and no more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.gtin import check_digit

MAX_URI_BYTES = 300
MAX_VALUE = 20
"""Characters of a variant, lot or serial number (GS1 General Specifications: format X..20)."""

_SCHEME = "https://"
_GTIN_KEY = "01"
_QUALIFIERS = (("22", "variant"), ("10", "lot"), ("21", "serial"))
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?!.{{254}}){_LABEL}(?:\.{_LABEL})+")
_SEGMENT = re.compile(r"[A-Za-z0-9._~-]+")
# Of character set 82 (GS1 General Specifications, figure 7.11-1) what RFC 3986 calls unreserved.
_VALUE = re.compile(rf"(?!\.{{1,2}}\Z)[A-Za-z0-9._-]{{1,{MAX_VALUE}}}")


@dataclass(frozen=True, slots=True)
class DigitalLink:
    """What a GS1 Digital Link says.

    Attributes:
        host: domain name in lower case.
        gtin: 14 digits.
        prefix: path segments before the key.
        variant: consumer product variant, application identifier 22.
        lot: batch or lot number, application identifier 10.
        serial: serial number, application identifier 21.
    """

    host: str
    gtin: str
    prefix: tuple[str, ...] = ()
    variant: str | None = None
    lot: str | None = None
    serial: str | None = None

    def element_string(self) -> str:
        """Return the text that people read beside the symbol: `(01)09521234543213(10)LOT-1`."""
        text = f"({_GTIN_KEY}){self.gtin}"
        for key, name in _QUALIFIERS:
            if getattr(self, name) is not None:
                text += f"({key}){getattr(self, name)}"
        return text


def to_gtin14(digits: str) -> str:
    """Write a GTIN of 8, 12, 13 or 14 digits with 14.

    Raises:
        RefusedError: `gs1.gtin`, for another length or a wrong check digit.
    """
    try:
        right = check_digit(digits[:-1])
    except ValueError:
        raise RefusedError("gs1.gtin", expected="8, 12, 13 or 14 digits", found=digits) from None
    if digits[-1] != right:
        raise RefusedError("gs1.gtin", expected=f"the check digit {right}", found=digits)
    return digits.zfill(14)


def format_digital_link(link: DigitalLink) -> str:
    """Write the URI.

    Raises:
        RefusedError: `gs1.gtin`; `gs1.link` for a host, prefix or qualifier that cannot stand in
            one, or more than 300 bytes.
    """
    if not _HOST.fullmatch(link.host):
        raise RefusedError("gs1.link", pointer="host", expected="a domain name", found=link.host)
    if to_gtin14(link.gtin) != link.gtin:
        raise RefusedError("gs1.gtin", expected="14 digits", found=link.gtin)
    for segment in link.prefix:
        if segment == _GTIN_KEY or not _SEGMENT.fullmatch(segment) or not segment.strip("."):
            raise RefusedError(
                "gs1.link", pointer="prefix", expected="letters, digits, -._~", found=segment
            )
    path = [*link.prefix, _GTIN_KEY, link.gtin]
    for key, name in _QUALIFIERS:
        value = getattr(link, name)
        if value is None:
            continue
        if not _VALUE.fullmatch(value):
            raise RefusedError(
                "gs1.link",
                pointer=name,
                expected=f"1 to {MAX_VALUE} letters, digits, -._",
                found=value,
            )
        path += [key, value]
    uri = _SCHEME + "/".join([link.host, *path])
    if len(uri) > MAX_URI_BYTES:
        raise RefusedError("gs1.link", expected=f"<= {MAX_URI_BYTES} bytes", found=len(uri))
    return uri


def parse_digital_link(uri: str) -> DigitalLink:
    """Read a URI in the one spelling that `format_digital_link` writes.

    Raises:
        RefusedError: `gs1.link`, `gs1.gtin`.
    """
    host, *path = uri.removeprefix(_SCHEME).split("/")
    if not uri.startswith(_SCHEME) or _GTIN_KEY not in path[:-1]:
        raise RefusedError("gs1.link", expected="https://host/01/GTIN", found=uri)
    place = path.index(_GTIN_KEY)
    gtin, rest = path[place + 1], path[place + 2 :]
    values = dict(zip(rest[::2], rest[1::2], strict=False))
    link = DigitalLink(
        host,
        gtin,
        tuple(path[:place]),
        **{name: values[key] for key, name in _QUALIFIERS if key in values},
    )
    right = format_digital_link(link)
    if right != uri:
        raise RefusedError("gs1.link", expected=right, found=uri)
    return link
