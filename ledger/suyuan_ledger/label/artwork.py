"""The label as SVG: what the signed record says, in Chinese and English, and its QR code.

Only text, rules and the code: no picture that could be taken for a mark of an authority or a
scheme, and a line that says so. Every text is broken and made smaller by `measure` until it fits;
what needs more lines makes the label higher, nothing is cut off. Figures in the signed record are
printed as they are, character for character.

Lengths are whole micrometres inside and millimetres in the file.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.label import wording
from suyuan_ledger.label.digital_link import parse_digital_link
from suyuan_ledger.label.measure import EM, Fitted, fit, is_reckoned, width
from suyuan_ledger.label.source import Logged, Standing
from suyuan_ledger.label.symbol import Symbol, make_symbol
from suyuan_ledger.label.wording import Text

WIDTH = 70_000
MARGIN = 3_000
GAP = 1_500
CODE_SIDE = Decimal(24)
"""Side of the QR code in mm, where its modules allow it."""
MIN_SIZE = 2_000
"""Least font size: 2 mm."""

INK, PAPER, BAND, WARNING = "#111111", "#ffffff", "#12332f", "#ffd60a"
"""Every pair that text is set in has a contrast of at least 7 : 1 (WCAG 2.2, section 1.4.6)."""

_FONTS = (
    "'Noto Sans CJK SC','Noto Sans SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',"
    "'Droid Sans Fallback',sans-serif"
)
_BAND_SIZES = (3_200, 2_800, 2_400, MIN_SIZE)
_NAME_SIZES = (4_000, 3_600, 3_200, 2_800, 2_400, MIN_SIZE)
_FIGURE_SIZES = (9_000, 8_000, 7_000, 6_000, 5_000, 4_000)
_LONG_FIGURE_SIZES = (6_000, 5_000, 4_000, 3_500, 3_000, 2_500)
"""The longest figure, a sign, 34 digits and a point, takes less than a line at the last size."""
_ROW_SIZES = (2_500, 2_200, MIN_SIZE)
_LEADING = 1_300
"""Distance of two lines, in thousandths of the font size."""
_ASCENT = 880
_CAPTION_ROOM = 23_000
_FEW = 3
_XML_CHARACTERS = re.compile("[^\x09\x0a\x0d\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(slots=True)
class _Sheet:
    """The SVG elements so far, and how far down they reach."""

    parts: list[str]
    bottom: int

    def text(self, fitted: Fitted, x: int, y: int, *, fill: str = INK, weight: str = "400") -> int:
        """Set lines from a top edge; return the bottom edge."""
        for line in fitted.lines:
            limit = ""
            if not is_reckoned(line):
                room = _mm(width(line) * fitted.size // EM)
                limit = f' textLength="{room}" lengthAdjust="spacingAndGlyphs"'
            self.parts.append(
                f'<text x="{_mm(x)}" y="{_mm(y + fitted.size * _ASCENT // EM)}" '
                f'font-size="{_mm(fitted.size)}" font-weight="{weight}" fill="{fill}"{limit}>'
                f"{escape(_printable(line))}</text>"
            )
            y += fitted.size * _LEADING // EM
        return y

    def box(self, y: int, height: int, fill: str, stroke: str = "") -> None:
        """Draw a band over the whole width between the margins."""
        frame = f' stroke="{stroke}" stroke-width="0.4"' if stroke else ""
        self.parts.append(
            f'<rect x="{_mm(MARGIN)}" y="{_mm(y)}" width="{_mm(WIDTH - 2 * MARGIN)}" '
            f'height="{_mm(height)}" fill="{fill}"{frame}/>'
        )


def draw_label(label: Logged, standing: Standing) -> bytes:
    """Draw a label.

    Args:
        label: the LabelIssuance.
        standing: how far its bundle was verified.

    Returns:
        An SVG document, 70 mm wide and as high as it needs to be.
    """
    subject = label.subject
    sheet = _Sheet([], MARGIN)
    _band(sheet, [_TITLE], BAND, PAPER)
    if subject["dataStatus"] == wording.ILLUSTRATIVE:
        _band(sheet, [wording.EXAMPLE], WARNING, INK, stroke=INK)
    if not standing.valid:
        undecided = wording.pair("", ", ".join(standing.open))
        _band(sheet, [wording.UNDECIDED, undecided], PAPER, INK, stroke=INK)
    _names(sheet, subject["product"]["name"])
    symbol = make_symbol(subject["qr"])
    _figure_and_code(sheet, label, symbol)
    for caption, value in _rows(label, symbol):
        _row(sheet, caption, value)
    room = WIDTH - 2 * MARGIN
    for text in (_WORD_OF_SIGNER, wording.NOT_OFFICIAL):
        for lang in ("zh", "en"):
            fitted = fit(text[lang], room, (MIN_SIZE,), 1)
            sheet.bottom = sheet.text(fitted, MARGIN, sheet.bottom)
    return _document(sheet, label)


_TITLE = wording.pair("产品碳足迹", "Product carbon footprint")
_WORD_OF_SIGNER = wording.pair(
    "数值由签发机构签名声明；请索取证明包离线核验",
    "The figure is its signer's word; ask for the bundle and verify it offline",
)
_CAPTIONS = {
    "boundary": wording.pair("系统边界", "Boundary"),
    "number": wording.pair("标识编号", "Label no."),
    "valid": wording.pair("有效期", "Valid"),
    "issuer": wording.pair("发放机构", "Issued by"),
    "lots": wording.pair("批次", "Lots"),
    "quantity": wording.pair("授权数量", "Quantity"),
    "grade": wording.pair("等级", "Grade"),
    "goods": wording.pair("商品", "Item"),
}


def _rows(label: Logged, symbol: Symbol) -> list[tuple[Text, list[str]]]:
    """Return what stands below the figure: captions, and values of one or more paragraphs."""
    subject = label.subject
    boundary = wording.BOUNDARIES[subject["systemBoundary"]]
    rows = [
        (_CAPTIONS["boundary"], [f"{boundary['zh']} {boundary['en']}"]),
        (_CAPTIONS["number"], [subject["labelNumber"]]),
        (_CAPTIONS["valid"], [_validity(label)]),
        (_CAPTIONS["issuer"], [label.issuer["zh"], label.issuer["en"]]),
    ]
    # A label's code may be any other URI that ends in its number, which is shown already.
    with contextlib.suppress(RefusedError):
        rows.append((_CAPTIONS["goods"], [parse_digital_link(symbol.text).element_string()]))
    lots = subject.get("lots", [])
    if lots:
        shown = lots[:_FEW] if len(lots) <= _FEW else [f"{len(lots)} 批 / lots"]
        rows.append((_CAPTIONS["lots"], [", ".join(shown)]))
    if "authorised" in subject:
        quantity = subject["authorised"]
        rows.append(
            (_CAPTIONS["quantity"], [f"{quantity['quantity']} {wording.unit(quantity['unit'])}"])
        )
    if "grade" in subject:
        rows.append((_CAPTIONS["grade"], [subject["grade"]["zh"], subject["grade"]["en"]]))
    return rows


def _validity(label: Logged) -> str:
    """Write the days of validity in UTC, as signed; the times of day stand in the record."""
    start, end = label.value["validFrom"], label.value.get("validUntil")
    return f"{start[:10]} – {end[:10]} (UTC)" if end else f"{start[:10]} – (UTC)"


def _band(sheet: _Sheet, texts: list[Text], fill: str, ink: str, *, stroke: str = "") -> None:
    """Set a text in both languages on a coloured band."""
    room = WIDTH - 2 * MARGIN - 2 * GAP
    lines = [
        fit(text[lang], room, _BAND_SIZES, 1)
        for text in texts
        for lang in ("zh", "en")
        if text[lang]
    ]
    height = sum(item.size * _LEADING // EM * len(item.lines) for item in lines) + GAP
    sheet.box(sheet.bottom, height, fill, stroke)
    y = sheet.bottom + GAP // 2
    for item in lines:
        y = sheet.text(item, MARGIN + GAP, y, fill=ink, weight="700")
    sheet.bottom += height + GAP


def _names(sheet: _Sheet, name: Text) -> None:
    room = WIDTH - 2 * MARGIN
    for lang, weight in (("zh", "700"), ("en", "400")):
        fitted = fit(name[lang], room, _NAME_SIZES, 2)
        sheet.bottom = sheet.text(fitted, MARGIN, sheet.bottom, weight=weight)
    sheet.bottom += GAP


def _figure_and_code(sheet: _Sheet, label: Logged, symbol: Symbol) -> None:
    """Set the figure on the left and the code on the right, which keeps its quiet zone.

    A figure is never broken: one that would become small beside the code stands above it.
    """
    module = symbol.module_width(CODE_SIDE)
    side = int(symbol.modules * module * EM)
    left = WIDTH - MARGIN - side
    room = left - GAP - MARGIN
    value = label.subject["displayed"]["value"]
    figure = fit(value, room, _FIGURE_SIZES, 1)
    beside = len(figure.lines) == 1
    if not beside:
        figure = fit(value, WIDTH - 2 * MARGIN, _LONG_FIGURE_SIZES, 1)
        sheet.bottom = sheet.text(figure, MARGIN, sheet.bottom, weight="700") + GAP
    top = sheet.bottom
    sheet.parts.append(
        f'<g transform="translate({_mm(left)} {_mm(top)}) scale({module})">'
        f'<path fill="{INK}" d="{symbol.path}"/></g>'
    )
    y = sheet.text(figure, MARGIN, top + GAP, weight="700") if beside else top
    said = [wording.emission_unit(label.subject["displayed"]["unit"])]
    if label.subject["dataStatus"] == wording.ILLUSTRATIVE:
        status = wording.DATA_STATUS[wording.ILLUSTRATIVE]
        said.append(f"{status['zh']} {status['en']}")
    for text in said:
        y = sheet.text(fit(text, room, _NAME_SIZES, 1), MARGIN, y, weight="700")
    sheet.bottom = max(y, top + side) + GAP


def _row(sheet: _Sheet, caption: Text, value: list[str]) -> None:
    """Set a caption on the left and its value on the right of it."""
    top = sheet.bottom
    said = fit(f"{caption['zh']} {caption['en']}", _CAPTION_ROOM, (MIN_SIZE,), 1)
    bottom = sheet.text(said, MARGIN, top)
    x = MARGIN + _CAPTION_ROOM + GAP
    for paragraph in value:
        top = sheet.text(fit(paragraph, WIDTH - MARGIN - x, _ROW_SIZES, 1), x, top, weight="700")
    sheet.bottom = max(bottom, top) + GAP // 3


def _document(sheet: _Sheet, label: Logged) -> bytes:
    subject = label.subject
    height = sheet.bottom + MARGIN
    title = f"{subject['labelNumber']} {_TITLE['zh']} {_TITLE['en']}"
    displayed = subject["displayed"]
    description = (
        f"{subject['product']['name']['zh']} / {subject['product']['name']['en']}: "
        f"{displayed['value']} {displayed['unit']}, {label.content}"
    )
    body = "\n".join(sheet.parts)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_mm(WIDTH)}mm" height="{_mm(height)}mm" '
        f'viewBox="0 0 {_mm(WIDTH)} {_mm(height)}" role="img" font-family={quoteattr(_FONTS)}>\n'
        f"<title>{escape(_printable(title))}</title>\n"
        f"<desc>{escape(_printable(description))}</desc>\n"
        f'<rect width="{_mm(WIDTH)}" height="{_mm(height)}" fill="{PAPER}"/>\n'
        f"{body}\n</svg>\n"
    ).encode()


def _printable(text: str) -> str:
    """Replace what XML 1.0 cannot carry (section 2.2), U+FFFE for example."""
    return _XML_CHARACTERS.sub("\ufffd", text)


def _mm(length: int) -> str:
    """Write micrometres as millimetres."""
    return f"{Decimal(length).scaleb(-3).normalize():f}"
