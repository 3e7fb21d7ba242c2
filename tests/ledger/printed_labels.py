"""Labels to print: stories as bundle, policy and time, and what stands in a drawing or a PDF."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import footprint_records as says
import pypdf
import pypdfium2
import pytest
import typst
import zxingcpp
from footprint_story import CERTIFIERS, FootprintStory, label_story, stated_story, widget_lines
from PIL import Image
from signed_records import jcs
from simulator import START, stamp
from suyuan_ledger.label.fonts import find_font
from suyuan_ledger.label.source import LabelSource, Logged, Standing, open_label

SVG = "{http://www.w3.org/2000/svg}"
NOW = START + timedelta(days=1)
LONG = {"zh": "再生铝" * 600 + "，" + "锭" * 199, "en": "W" * 1000 + " and words" * 100}
"""The longest name that a record may carry, once without any place to break."""
AGES = 100 * 366 * 24 * 3600
"""Seconds; no test runs that late."""
FULL = Standing(valid=True, steps=(1, 2), open=(), policy="sha256:" + "0" * 64, anchor=None)


@dataclass(frozen=True)
class Printable:
    """A label's bundle, and the policy under which it is verified."""

    bundle: bytes
    policy: bytes

    def open(self, now: datetime = NOW) -> LabelSource:
        """Verify it."""
        return open_label(self.bundle, self.policy, now)


def exported(story: FootprintStory, subject: str = "label", **policy: object) -> Printable:
    """Export a story's record."""
    bundle, trust = story.export(subject, **policy)
    return Printable(jcs(bundle), jcs(trust))


@cache
def plain_story() -> FootprintStory:
    """The whole way of one label."""
    return label_story()


@cache
def plain() -> Printable:
    """Its bundle."""
    return exported(plain_story())


@cache
def hard() -> Printable:
    """Everything as long as it may be; two lines are sealed, and one names another statement."""
    story = stated_story(*CERTIFIERS, "publisher").state("upstream", productIds=["urn:example:up"])
    number = "EXAMPLE-" + "W" * 56
    endless = says.external("0.35", "kgCO2e/KGM", database="B" * 200, dataset="D" * 500)
    lines = [
        *widget_lines(story),
        story.bought("bought", "upstream", "0.5"),
        says.line("x1" + "W" * 62, "external", quantity="1", unit="KGM", external=endless),
        says.line(
            "x2",
            "external",
            quantity="1" + "0" * 30,
            unit="KGM",
            activity=LONG,
            external=says.external("0.35", "kgCO2e/KGM"),
        ),
    ]
    story.state(
        lines=sorted(lines, key=lambda line: line["id"]),
        product={"name": LONG, "specification": LONG},
        seal=["fuel", "other"],
    )
    story.verify_footprint().certify().file()
    story.issue(
        labelNumber=number, grade=LONG, qr=f"https://id.example/{'a' * (300 - 20 - 64)}/{number}"
    )
    return exported(story.publish(), acceptSealed="verified")


def lasting(**policy: object) -> Printable:
    """A label that is valid on the day of the test, under a policy that takes any status list."""
    today = datetime.now(UTC)
    valid = {"validFrom": stamp(today), "validUntil": stamp(today + timedelta(days=365))}
    story = stated_story(*CERTIFIERS, "publisher")
    story.state(lines=widget_lines(story)).verify_footprint().certify(**valid).file().issue()
    return exported(story.publish(), **{"maxStatusAge": AGES, **policy})


def logged(record: dict) -> Logged:
    """A record that is drawn without any bundle."""
    return Logged(record, "sha256:" + "0" * 64, 25, "2026-01-05T08:25:00Z")


def label_with(**changes: object) -> Logged:
    """The label of the story with other members, as if somebody had signed that."""
    record = plain_story().record("label")
    subject = {**record["credentialSubject"], **changes}
    return logged({**record, "credentialSubject": subject})


def chinese_font() -> Path:
    """A font with Chinese characters; without one what is printed cannot be looked at."""
    found = find_font()
    if found is None:
        pytest.skip("NO CHINESE FONT: install fonts-droid-fallback; certificates are NOT tested")
    return found


def latin_font(name: str) -> Path:
    """A font whose widths the artwork reckons with."""
    path = Path("/usr/share/fonts/truetype/dejavu", name)
    if not path.exists():
        pytest.skip(f"NO {name}: install fonts-dejavu-core; widths of text are NOT tested")
    return path


# What a drawing says


@dataclass(frozen=True)
class Line:
    """One line of text in a drawing, lengths in mm."""

    text: str
    x: float
    y: float
    size: float
    fill: str
    kept: float | None


def texts(svg: bytes) -> list[Line]:
    """Every text of a drawing."""
    return [
        Line(
            each.text or "",
            float(each.attrib["x"]),
            float(each.attrib["y"]),
            float(each.attrib["font-size"]),
            each.attrib["fill"],
            float(each.attrib["textLength"]) if "textLength" in each.attrib else None,
        )
        for each in ET.fromstring(svg).iter(f"{SVG}text")  # noqa: S314 - our own output
    ]


def said(svg: bytes) -> str:
    """All its text, without blanks and line ends."""
    return re.sub(r"\s", "", "".join(line.text for line in texts(svg)))


def view_box(svg: bytes) -> tuple[float, float]:
    """Width and height in mm."""
    _, _, width, height = ET.fromstring(svg).attrib["viewBox"].split()  # noqa: S314
    return float(width), float(height)


def code_box(svg: bytes) -> tuple[float, float, float]:
    """Left edge, top edge and module width of the QR code's quiet zone, in mm."""
    group = ET.fromstring(svg).find(f"{SVG}g")  # noqa: S314
    match = re.fullmatch(
        r"translate\(([\d.]+) ([\d.]+)\) scale\(([\d.]+)\)", group.attrib["transform"]
    )
    return float(match[1]), float(match[2]), float(match[3])


# What a reader sees


def scanned(image: Image.Image) -> set[str]:
    """The texts of all QR codes in an image."""
    return {found.text for found in zxingcpp.read_barcodes(image)}


def rendered(svg: bytes, ppi: float = 300) -> Image.Image:
    """An SVG as typst draws it, with the fonts of this system."""
    source = b"#set page(width: auto, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg))"
    png = typst.compile(source, sys_inputs={"svg": svg.decode()}, format="png", ppi=ppi)
    return Image.open(io.BytesIO(png))


def pages(pdf: bytes, scale: float = 3) -> list[Image.Image]:
    """The pages of a PDF as a printer would draw them."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=scale).to_pil().convert("RGB") for page in document]
    finally:
        document.close()


def page_texts(pdf: bytes) -> list[str]:
    """The text of each page as a reader copies it."""
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def squeeze(text: str) -> str:
    """Without blanks, line ends and zero-width spaces."""
    return re.sub(r"[\s\u200b]", "", text)


def contrast(first: str, second: str) -> Decimal:
    """Contrast of two colours (WCAG 2.2, relative luminance)."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + Decimal("0.05")) / (dark + Decimal("0.05"))


def _luminance(colour: str) -> Decimal:
    weights = (Decimal("0.2126"), Decimal("0.7152"), Decimal("0.0722"))
    total = Decimal(0)
    for place, weight in enumerate(weights):
        part = Decimal(int(colour[1 + 2 * place : 3 + 2 * place], 16)) / 255
        low = part <= Decimal("0.04045")
        linear = part / Decimal("12.92") if low else ((part + Decimal("0.055")) / Decimal("1.055"))
        total += weight * (linear if low else linear ** Decimal("2.4"))
    return total
