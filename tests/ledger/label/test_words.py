"""What printing expects and finds is said in Chinese, too; what is printed has both languages."""

from __future__ import annotations

import pytest
from suyuan_ledger.label import wording
from suyuan_ledger.words import in_chinese
from suyuan_verifier.kinds.line_item import CATEGORIES, STAGES
from suyuan_verifier.kinds.terms import BOUNDARIES, DATA_STATUS, NOT_STATED, UNITS


@pytest.mark.parametrize(
    "text",
    [
        "8, 12, 13 or 14 digits",
        "the check digit 3",
        "a domain name",
        "1 to 20 letters, digits, -._",
        "letters, digits, -._~",
        "<= 4296 characters",
        "a QR symbol 40-L",
        "a font file",
        "none of those that are looked for",
        ".svg or .png",
        "VALID",
    ],
)
def test_an_expectation_has_chinese_words(text):
    assert any("\u4e00" <= symbol <= "\u9fff" for symbol in in_chinese(text))


@pytest.mark.parametrize(
    ("table", "names"),
    [
        (wording.BOUNDARIES, {*BOUNDARIES, NOT_STATED, "notApplicable"}),
        (wording.DATA_STATUS, set(DATA_STATUS)),
        (wording.STAGES, set(STAGES)),
        (wording.CATEGORIES, set(CATEGORIES)),
        (wording.INSTRUMENTS, {"grid", "directLine", "own", "greenCertificate"}),
        (wording.LEVELS, {"limited", "reasonable"}),
    ],
    ids=["boundary", "status", "stage", "category", "instrument", "level"],
)
def test_every_name_of_the_formats_has_words_in_both_languages(table, names):
    assert table.keys() == names
    for text in table.values():
        assert text["en"].isascii()
        assert all("\u4e00" <= symbol <= "\u9fff" for symbol in text["zh"])


def test_every_unit_has_a_symbol_and_every_emission_unit_is_read():
    assert {wording.unit(code) for code in UNITS}.isdisjoint(UNITS)
    assert wording.emission_unit("kgCO2e/TNE") == "kg CO₂e/t"
    assert wording.emission_unit("gCO2/KWH") == "g CO₂/kWh"
    assert wording.emission_unit("tCO2e/3B") == "t CO₂e/MJ"
    assert wording.emission_unit("anything") == "anything"
