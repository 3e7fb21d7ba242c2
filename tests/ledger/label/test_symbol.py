"""QR codes: a reader gets the text, and no module is printed smaller than readers demand."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from printed_labels import rendered, scanned
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.label.symbol import make_symbol, symbol_png, symbol_svg

URI = "https://id.example/01/09521234543213/10/LOT-1"
LONGEST = "https://id.example/" + "a" * 281
LEVELS = "LMQH"


@pytest.mark.parametrize("text", [URI, LONGEST], ids=["short", "longest"])
def test_both_drawings_are_read_as_the_text(text):
    symbol = make_symbol(text)
    assert scanned(Image.open(io.BytesIO(symbol_png(symbol)))) == {text}
    assert scanned(rendered(symbol_svg(symbol))) == {text}


def test_a_code_for_the_goods_corrects_at_least_level_m():
    for length in range(20, 301, 7):
        symbol = make_symbol("https://id.example/" + "a" * (length - 19))
        assert LEVELS.index(symbol.level) >= LEVELS.index("M")


def test_the_level_is_raised_where_the_symbol_does_not_grow():
    low = make_symbol(URI, "L")
    assert (low.version, low.level) == (3, "L")
    assert (make_symbol(URI).version, make_symbol(URI).level) == (4, "Q")


def test_four_modules_around_stay_empty():
    symbol = make_symbol(URI)
    assert symbol.modules == 17 + 4 * symbol.version + 2 * 4
    assert symbol.path.startswith("M4 4h7v1h-7z")
    assert f"M{symbol.modules - 4} " not in symbol.path


@pytest.mark.parametrize(
    ("side", "width"),
    [("1", "0.396"), ("16.2", "0.396"), ("24", "0.586"), ("40", "0.976"), ("400", "0.990")],
)
def test_a_module_keeps_its_bounds(side, width):
    assert make_symbol(URI).module_width(Decimal(side)) == Decimal(width)


def test_a_png_prints_at_the_least_module():
    image = Image.open(io.BytesIO(symbol_png(make_symbol(URI))))
    assert image.size == (41 * 8, 41 * 8)
    assert image.info["dpi"][0] == pytest.approx(8 / 0.396 * 25.4, rel=0.01)


def test_what_no_symbol_holds():
    assert make_symbol("A" * 4296, "L").version == 40
    with pytest.raises(RefusedError) as caught:
        make_symbol("A" * 4297, "L")
    assert caught.value.code == "print.too_long"


@given(st.text("ABC123:/.-% abc~_", min_size=1, max_size=300))
@settings(max_examples=25)
def test_any_text_is_read_back_and_drawn_alike_twice(text):
    symbol = make_symbol(text)
    assert scanned(Image.open(io.BytesIO(symbol_png(symbol)))) == {text}
    assert symbol_svg(symbol) == symbol_svg(make_symbol(text))
