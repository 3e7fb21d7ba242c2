"""The certificate of a label as PDF/A, set by typst (docs/spec/label.md#certificate).

Two QR codes: the one that the label carries, and the signed label record itself, which a phone
without a network checks. The same bundle, policy, verdict and font give the same bytes: nothing of
the machine and nothing of the moment of printing gets in.
"""

from __future__ import annotations

import calendar
import json
import tempfile
import time
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import typst

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.label.code import checked_code
from suyuan_ledger.label.fonts import open_font
from suyuan_ledger.label.provenance import trace
from suyuan_ledger.label.sheet import make_sheet
from suyuan_ledger.label.symbol import MIN_MODULE, Symbol, make_symbol, symbol_svg

if TYPE_CHECKING:
    from suyuan_ledger.label.source import LabelSource

URI_SIDE = Decimal(28)


def print_certificate(source: LabelSource, font: Path | None = None) -> bytes:
    """Set the certificate.

    Args:
        source: the verified bundle of the label.
        font: a font file with Chinese characters; None looks for one.

    Returns:
        A PDF file.

    Raises:
        RefusedError: `print.font`, `print.glyph` if the font lacks a character, `print.incomplete`,
            `print.too_long` if the label record fits no QR symbol.
    """
    sheet = make_sheet(source, trace(source))
    uri = make_symbol(sheet["uri"])
    code = make_symbol(checked_code(source.label.value), "L")
    sheet["codes"] = {"uri": _drawn(uri, uri.module_width(URI_SIDE)), "record": _drawn(code)}
    with tempfile.TemporaryDirectory() as folder:
        chinese = open_font(font, Path(folder))
        sheet["families"] = list(chinese.families)
        inputs = {"sheet": json.dumps(sheet, ensure_ascii=False, sort_keys=True)}
        try:
            pdf = typst.compile(
                files("suyuan_ledger.label").joinpath("certificate.typ").read_bytes(),
                font_paths=chinese.fonts,
                ignore_system_fonts=True,
                sys_inputs=inputs,
                format="pdf",
                # Archived, searched, read aloud: ISO 19005-2 and ISO 14289-1.
                pdf_standards=["a-2a", "ua-1"],
                timestamp=_seconds(source.label.value["validFrom"]),
            )
        except typst.TypstError as error:
            raise RefusedError(
                "print.glyph", pointer=str(chinese.path), found=error.message
            ) from None
    return bytes(pdf)


def _drawn(symbol: Symbol, module: Decimal = MIN_MODULE) -> dict[str, str]:
    """Return the drawing of a symbol and its side in mm."""
    svg = symbol_svg(symbol, module).decode("ascii")
    return {"svg": svg, "side": str(symbol.modules * module)}


def _seconds(moment: str) -> int:
    """Read the time of a record, UTC, as seconds since 1970."""
    return calendar.timegm(time.strptime(moment, "%Y-%m-%dT%H:%M:%SZ"))
