"""The address in a label's code, made of what the label says (docs/spec/certification.md#qr)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from suyuan_ledger.label.digital_link import DigitalLink, format_digital_link, to_gtin14

_GTIN = "urn:gtin:"
_SCHEME = "https://"
# What the standard lets stand as a lot or serial number, and needs no escape.
_QUALIFIER = re.compile(r"[A-Za-z0-9._-]{1,20}")


def label_link(resolver: str, product_ids: Sequence[str], lots: Sequence[str], number: str) -> str:
    """Return a label's address under a resolver.

    A GS1 Digital Link if the product has a GTIN, with the lot if there is one alone and the label's
    number as the serial; otherwise the number is the last segment of the path.

    Args:
        resolver: such as `https://id.example.org`.
        product_ids: of the label.
        lots: of the label.
        number: of the label.

    Raises:
        RefusedError: `gs1.link`, `gs1.gtin`.
    """
    gtins = [name.removeprefix(_GTIN) for name in product_ids if name.startswith(_GTIN)]
    if not gtins:
        return f"{resolver.rstrip('/')}/{number}"
    host, *prefix = resolver.removeprefix(_SCHEME).rstrip("/").split("/")
    return format_digital_link(
        DigitalLink(
            host,
            to_gtin14(gtins[0]),
            tuple(prefix),
            lot=lots[0] if len(lots) == 1 and _QUALIFIER.fullmatch(lots[0]) else None,
            serial=number if _QUALIFIER.fullmatch(number) else None,
        )
    )
