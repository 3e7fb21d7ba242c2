"""The label: says what was signed, in both languages, inside its borders, and imitates nothing."""

from __future__ import annotations

import dataclasses
import re
from xml.etree import ElementTree as ET

import pytest
from PIL import ImageFont
from printed_labels import (
    FULL,
    LONG,
    SVG,
    code_box,
    contrast,
    hard,
    label_with,
    latin_font,
    logged,
    plain,
    plain_story,
    rendered,
    said,
    scanned,
    texts,
    view_box,
)
from suyuan_ledger.label.artwork import BAND, INK, MIN_SIZE, PAPER, WARNING, draw_label
from suyuan_ledger.label.measure import EM, width
from suyuan_ledger.label.symbol import make_symbol

EXAMPLE = ("示例数据，并非真实数据", "ILLUSTRATIVE,notrealdata")
OPEN = ("核验未完成", "NOTFULLYVERIFIED")
MARGIN = 3
EXTREMES = {
    "name": {"product": {"name": LONG}},
    "emoji": {"product": {"name": {"zh": "铝" + "\U0001f600" * 99, "en": "אבג ﷽ " * 40}}},
    "figure": {"displayed": {"value": "-" + "8" * 16 + "." + "8" * 18, "unit": "kgCO2e/H87"}},
    "number": {"labelNumber": "W" * 64},
    "code": {"qr": "https://id.example/" + "a" * 281},
    "lots": {"lots": ["W" * 63 + str(n) for n in range(3)]},
    "grade": {"grade": LONG},
    "quantity": {"authorised": {"quantity": "9" * 34, "unit": "H87"}},
}


def plain_art():
    """The drawing of the story's label."""
    source = plain().open()
    return draw_label(source.label, source.standing)


def test_what_was_signed_stands_on_it():
    found = said(plain_art())
    for text in (
        "产品碳足迹",
        "Productcarbonfootprint",
        "示例（虚构）",
        "Exampleingot(fictional)",
        "4367.325",
        "kgCO₂e/t",
        "摇篮到大门cradletogate",
        "EXAMPLE-LABEL-0001",
        "2026-01-05–2028-01-05(UTC)",
        "示例机构406（虚构）",
        "FictionalOrganisation406(example)",
        "(01)09521234543213(10)LOT-1",
        "LOT-1",
        "60t",
    ):
        assert text in found, text


def test_it_calls_itself_no_official_mark_and_has_no_picture():
    svg = plain_art()
    assert "本标签并非官方标志" in said(svg)
    assert "Notanofficialmark" in said(svg)
    names = {each.tag.removeprefix(SVG) for each in ET.fromstring(svg).iter()}  # noqa: S314
    assert names == {"svg", "title", "desc", "rect", "g", "path", "text"}


def test_an_illustrative_figure_says_so_twice_in_both_languages():
    found = said(plain_art())
    assert all(text in found for text in EXAMPLE)
    assert "示例数据illustrative" in found


def test_a_calculated_figure_does_not():
    found = said(draw_label(label_with(dataStatus="calculated"), FULL))
    assert not any(text in found for text in (*EXAMPLE, "illustrative"))


def test_what_the_verifier_left_open_stands_on_it():
    standing = dataclasses.replace(FULL, valid=False, open=("status.stale", "anchor.absent"))
    found = said(draw_label(label_with(), standing))
    assert all(text in found for text in (*OPEN, "status.stale,anchor.absent"))
    assert not any(text in said(draw_label(label_with(), FULL)) for text in OPEN)


def test_the_same_label_gives_the_same_bytes():
    assert plain_art() == plain_art()


def test_a_label_without_an_end_shows_its_beginning():
    record = plain_story().record("label")
    record = {name: item for name, item in record.items() if name != "validUntil"}
    assert "2026-01-05–(UTC)" in said(draw_label(logged(record), FULL))


def test_more_than_a_few_lots_are_counted():
    lots = [f"LOT-{n}" for n in range(4)]
    found = said(draw_label(label_with(lots=lots), FULL))
    assert "4批/lots" in found
    assert "LOT-2" not in found


def test_a_code_that_is_no_digital_link_shows_no_item():
    svg = draw_label(label_with(qr="https://id.example/EXAMPLE-LABEL-0001"), FULL)
    assert "Item" not in said(svg)


@pytest.mark.parametrize("name", EXTREMES)
def test_nothing_leaves_the_label_touches_the_code_or_another_line(name):
    """Measured as the artwork reckons, which test_measure holds to real fonts."""
    check_places(draw_label(label_with(**EXTREMES[name]), FULL), reckoned)


@pytest.mark.parametrize("name", ["name", "figure", "number", "lots", "quantity"])
def test_nothing_leaves_it_in_a_wide_font(name):
    font = ImageFont.truetype(str(latin_font("DejaVuSans-Bold.ttf")), EM)

    def measured(text):
        latin = "".join(symbol for symbol in text if symbol < "\u2e80")
        return font.getlength(latin) + EM * (len(text) - len(latin))

    check_places(draw_label(label_with(**EXTREMES[name]), FULL), measured)


def reckoned(text):
    """Width in thousandths of an em."""
    return width(text)


def check_places(svg, measure):
    """Hold every line of text inside the margins, clear of the code and of the lines around it."""
    right, bottom = view_box(svg)
    left, top, module = code_box(svg)
    (path,) = [each for each in ET.fromstring(svg).iter(f"{SVG}g")]  # noqa: C416, S314
    side = module * (max(map(int, re.findall(r"M(\d+) ", path[0].attrib["d"]))) + 5)
    assert left + side <= right - MARGIN + 2 * module
    boxes = []
    for line in texts(svg):
        assert line.size * 1000 >= MIN_SIZE
        wide = line.kept or measure(line.text) * line.size / EM
        box = (line.x, line.y - 0.9 * line.size, line.x + wide, line.y + 0.25 * line.size)
        assert box[0] >= MARGIN
        assert box[1] >= MARGIN
        assert box[2] <= right - MARGIN + 0.01, line.text
        assert box[3] <= bottom - 0.5
        assert box[2] <= left or box[3] <= top or box[1] >= top + side, line.text
        boxes.append(box)
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            apart = one[2] <= other[0] or other[2] <= one[0]
            assert apart or one[3] <= other[1] + 0.2 or other[3] <= one[1] + 0.2, (one, other)


def test_nothing_is_cut_off_a_long_name():
    found = said(draw_label(label_with(product={"name": LONG}), FULL))
    assert LONG["zh"] in found
    assert LONG["en"].replace(" ", "") in found


@pytest.mark.parametrize("digits", [1, 8, 12, 17, 18, 34])
def test_a_figure_is_never_broken(digits):
    value = "8" * (digits - 1) + "1"
    svg = draw_label(label_with(displayed={"value": value, "unit": "tCO2e/TNE"}), FULL)
    assert value in [line.text for line in texts(svg)]


def test_a_script_of_unknown_width_is_kept_to_its_place():
    svg = draw_label(label_with(grade={"zh": "甲", "en": "אבג"}), FULL)
    assert [line.kept is not None for line in texts(svg) if line.text in ("甲", "אבג")] == [
        False,
        True,
    ]


def test_markup_and_what_xml_cannot_carry_come_out_as_text():
    name = {"zh": "<script>&amp;\ufffe", "en": "a\nb <b>&\"'\uffff"}
    svg = draw_label(label_with(product={"name": name}), FULL)
    assert "<script>&amp;\ufffd" in [line.text for line in texts(svg)]
    assert "a b <b>&\"'\ufffd" in [line.text for line in texts(svg)]


@pytest.mark.parametrize(
    ("text", "ground"), [(INK, PAPER), (PAPER, BAND), (INK, WARNING)], ids=["plain", "band", "warn"]
)
def test_text_stands_out_from_its_ground(text, ground):
    assert contrast(text, ground) >= 7


def test_no_other_colours_are_used():
    svg = plain_art().decode()
    assert set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]+)"', svg)) == {INK, PAPER, BAND, WARNING}


@pytest.mark.parametrize("name", ["plain", "code", "name"])
def test_the_printed_label_is_scanned(name):
    label = label_with(**EXTREMES.get(name, {}))
    assert scanned(rendered(draw_label(label, FULL))) == {label.subject["qr"]}


def test_the_code_keeps_its_quiet_zone_and_its_size():
    svg = plain_art()
    _, _, module = code_box(svg)
    symbol = make_symbol(plain_story().record("label")["credentialSubject"]["qr"])
    assert 23.9 <= module * symbol.modules <= 24.1


def test_the_hardest_label_is_drawn():
    source = hard().open()
    found = said(draw_label(source.label, source.standing))
    assert LONG["zh"] in found
