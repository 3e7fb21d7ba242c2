"""Text never takes more room than was reckoned, and nothing of it is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageFont
from printed_labels import chinese_font, latin_font
from suyuan_ledger.label.measure import EM, fit, is_reckoned, pieces, width, wrap

TEXTS = st.text("abcW .-/()，。（）碳足迹锭\n", max_size=60)


@pytest.mark.parametrize("name", ["DejaVuSans-Bold.ttf", "DejaVuSans.ttf"])
def test_no_letter_is_wider_than_reckoned(name):
    font = ImageFont.truetype(str(latin_font(name)), EM)
    wider = [
        chr(code)
        for code in range(0x20, 0x2100)
        if is_reckoned(chr(code)) and font.getlength(chr(code)) > width(chr(code))
    ]
    assert wider == []


def test_no_chinese_character_is_wider_than_reckoned():
    font = ImageFont.truetype(str(chinese_font()), EM)
    assert width("碳足迹") == 3 * EM
    wider = [
        chr(code)
        for code in range(0x3000, 0xA000)
        if is_reckoned(chr(code)) and font.getlength(chr(code)) > width(chr(code))
    ]
    assert wider == []


@pytest.mark.parametrize("text", ["碳足迹 abc", "CO₂e/m³ – ½ Ж", "𠀀（）"])
def test_scripts_that_are_reckoned(text):
    assert is_reckoned(text)


@pytest.mark.parametrize("text", ["אבג", "ไทย", "\U0001f600", "﷽", "a\u0301", "Ǆ"])
def test_scripts_that_are_not(text):
    assert not is_reckoned(text)


@given(TEXTS, st.integers(2000, 60000), st.sampled_from([2000, 3600, 9000]))
@settings(max_examples=200)
def test_every_line_fits_and_nothing_is_lost(text, room, size):
    room = max(room, 2 * size)
    lines = wrap(text, room, size)
    assert all(width(line) * size <= room * EM for line in lines)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)
    assert all(line == line.strip() != "" for line in lines)


@given(TEXTS, st.integers(9000, 60000))
@settings(max_examples=100)
def test_the_largest_size_that_fits_is_chosen(text, room):
    sizes = (4000, 3000, 2000)
    fitted = fit(text, room, sizes, 2)
    better = [size for size in sizes if size > fitted.size]
    assert all(len(wrap(text, room, size)) > 2 for size in better)
    assert fitted.lines == wrap(text, room, fitted.size)
    assert len(fitted.lines) <= 2 or fitted.size == sizes[-1]


def test_words_stay_whole_where_they_can():
    assert wrap("aluminium ingot", 15_000, 2000) == ("aluminium", "ingot")


def test_marks_stay_with_what_they_close_and_open():
    texts = [piece for _, piece in pieces("碳（足）迹，a。b")]
    assert texts == ["碳", "（足）", "迹，", "a。", "b"]


def test_a_word_longer_than_a_line_is_cut():
    assert wrap("WWWW", 2 * 1104 * 2, 2000) == ("WW", "WW")
