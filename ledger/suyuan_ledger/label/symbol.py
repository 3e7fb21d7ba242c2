"""QR symbols (ISO/IEC 18004) for labels and certificates, with their size in print.

The error correction is at least M for what is stuck onto goods and L for what stays in a folder;
it is raised as far as the symbol does not grow. A module is at least 0.396 mm wide, the least that
GS1 allows at a point of sale (GS1 General Specifications, section 5.12.3.1), and four modules
around the symbol stay empty.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Literal

import segno

from suyuan_ledger.errors import RefusedError

QUIET_ZONE = 4
MIN_MODULE = Decimal("0.396")
MAX_MODULE = Decimal("0.990")
_STEP = Decimal("0.001")
_PNG_SCALE = 8
_PNG_DPI = round(_PNG_SCALE * Decimal("25.4") / MIN_MODULE)

Level = Literal["L", "M", "Q", "H"]


@dataclass(frozen=True, slots=True)
class Symbol:
    """One QR symbol.

    Attributes:
        text: what a reader gets.
        version: 1 to 40.
        level: error correction, L, M, Q or H.
        modules: modules along a side, quiet zone included.
        path: SVG path data of the dark modules, one unit per module, quiet zone included.
    """

    text: str
    version: int
    level: str
    modules: int
    path: str

    def module_width(self, side: Decimal) -> Decimal:
        """Return the width of a module in mm, if the symbol should take `side` mm.

        The bounds of a module come first: where the symbol has many modules it is larger.
        """
        wanted = (side / self.modules).quantize(_STEP, ROUND_CEILING)
        return max(MIN_MODULE, min(MAX_MODULE, wanted))


def make_symbol(text: str, level: Level = "M") -> Symbol:
    """Make the smallest symbol of a text.

    Args:
        text: ASCII; capitals, digits, blanks and `$%*+-./:` take less room than the rest.
        level: the least error correction.

    Raises:
        RefusedError: `print.too_long` if no symbol holds the text.
    """
    try:
        code = segno.make_qr(text, error=level)
    except segno.DataOverflowError:
        raise RefusedError(
            "print.too_long", expected=f"a QR symbol 40-{level}", found=f"{len(text)} characters"
        ) from None
    matrix = [list(map(bool, row)) for row in code.matrix]
    return Symbol(
        text=text,
        version=int(code.version),
        level=str(code.error),
        modules=len(matrix) + 2 * QUIET_ZONE,
        path=_path(matrix),
    )


def symbol_svg(symbol: Symbol, module: Decimal = MIN_MODULE) -> bytes:
    """Draw a symbol as an SVG of its own, in mm, dark on white.

    Args:
        symbol: what to draw.
        module: width of a module in mm.
    """
    side, count = format(symbol.modules * module, "f"), symbol.modules
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}mm" height="{side}mm" '
        f'viewBox="0 0 {count} {count}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{count}v{count}H0z"/>'
        f'<path d="{symbol.path}"/></svg>\n'
    ).encode("ascii")


def symbol_png(symbol: Symbol) -> bytes:
    """Draw a symbol as a black and white PNG whose modules print 0.396 mm wide."""
    buffer = io.BytesIO()
    code = segno.make_qr(symbol.text, error=symbol.level, version=symbol.version, boost_error=False)
    code.save(buffer, kind="png", scale=_PNG_SCALE, border=QUIET_ZONE, dpi=_PNG_DPI)
    return buffer.getvalue()


def _path(matrix: list[list[bool]]) -> str:
    """Write one rectangle per run of dark modules in a row."""
    parts = []
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            run = 1
            while x + run < len(row) and row[x + run] == row[x]:
                run += 1
            if row[x]:
                parts.append(f"M{x + QUIET_ZONE} {y + QUIET_ZONE}h{run}v1h-{run}z")
            x += run
    return "".join(parts)
