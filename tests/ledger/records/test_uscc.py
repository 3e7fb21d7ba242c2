"""GB 32100 check characters: published codes, every single error found, and the form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from suyuan_ledger.records.uscc import ALPHABET, check_character, is_uscc

# Registered codes as their owners publish them, and the sample that validators commonly quote.
PUBLISHED = ["914403001922038216", "9144030071526726XG", "91330100799655058B", "91350100M000100Y43"]


@pytest.mark.parametrize("code", PUBLISHED)
def test_published_codes(code):
    assert is_uscc(code)


@pytest.mark.parametrize("code", PUBLISHED)
@pytest.mark.parametrize("place", range(18))
def test_every_wrong_character_is_found(code, place):
    """31 is prime and no weight is 0 modulo 31, so one wrong character always shows."""
    for char in ALPHABET:
        if char != code[place]:
            assert not is_uscc(code[:place] + char + code[place + 1 :])


@pytest.mark.parametrize("place", range(17))
def test_every_swap_of_unlike_neighbours_is_found(place):
    code = PUBLISHED[1]
    if code[place] != code[place + 1]:
        assert not is_uscc(code[:place] + code[place + 1] + code[place] + code[place + 2 :])


@given(st.text(max_size=20))
def test_any_text_is_answered(text):
    assert is_uscc(text) in {True, False}


@pytest.mark.parametrize("body", ["", "9" * 16, "9" * 18, "I" * 17, "é" * 17])
def test_a_body_has_17_characters_of_the_alphabet(body):
    with pytest.raises(ValueError, match="17 characters"):
        check_character(body)


def test_letters_left_out_of_the_alphabet():
    assert set("IOSVZ") & set(ALPHABET) == set()
    assert len(ALPHABET) == 31
