"""Whatever a rule says has Chinese words, unless it is figures, units and names alone."""

from __future__ import annotations

import re

import pytest
from suyuan_ledger.traceability.words import in_chinese
from traceability_cases import CASES

# Members and units have the same name in every language.
_NAMES = {"lower", "upper", "value", "confidence", "or", "gas", "gwp", "unit", "emission"}
SAID = sorted({said for case in CASES for said in (case.observed, case.expected) if said})


@pytest.mark.parametrize("said", SAID)
def test_words_of_the_record_rules(said):
    """No English word stays."""
    shown = in_chinese(said)
    words = set(re.findall(r"(?<![\w/.-])[a-z]{3,}(?![\w/])", shown)) - _NAMES
    assert not words, shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("5.31, within 0.005", "5.31，允差 0.005"),
        (
            "0.001 to 100 kgCO2e/KGM; likely kgCO2e/KGM or tCO2e/TNE",
            "0.001 至 100 kgCO2e/KGM；可能的单位：kgCO2e/KGM 或 tCO2e/TNE",
        ),
        (
            "4.2 to 6.2 kgCO2e/KGM, median 5.2 of 3; likely kgCO2e/KGM or tCO2e/TNE",
            "4.2 至 6.2 kgCO2e/KGM（3 个的中位数 5.2）；可能的单位：kgCO2e/KGM 或 tCO2e/TNE",
        ),
        ("REG-1 sha256:00", "REG-1 sha256:00"),
        ("2 of 5 admitted factors", "已入库同类因子 2 个，至少需 5 个"),
    ],
)
def test_examples(said, shown):
    assert in_chinese(said) == shown
