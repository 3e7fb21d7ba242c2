"""Entry bundles hold 1 to 256 entries, each behind its length, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.log.bundles import format_entry_bundle, parse_entry_bundle


def test_a_bundle_is_lengths_and_entries():
    assert format_entry_bundle([b"one", b"", b"three"]) == b"\x00\x03one\x00\x00\x00\x05three"


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_bundles_round_trip(entries):
    assert parse_entry_bundle(format_entry_bundle(entries), len(entries)) == entries


def test_a_full_bundle_has_256_entries():
    entries = [bytes([number]) for number in range(256)]
    assert parse_entry_bundle(format_entry_bundle(entries), 256) == entries


@pytest.mark.parametrize("count", [0, 257])
def test_a_bundle_has_1_to_256_entries(count, refused):
    with refused("log.entry_bundle", RefusedError):
        format_entry_bundle([b"x"] * count)
    with refused("log.entry_bundle", RefusedError):
        parse_entry_bundle(b"\x00\x01x" * count, count)


def test_an_entry_has_at_most_65535_bytes(refused):
    longest = b"x" * 65_535
    assert parse_entry_bundle(format_entry_bundle([longest]), 1) == [longest]
    with refused("log.entry_size", RefusedError) as caught:
        format_entry_bundle([b"", longest + b"x"])
    assert caught.value.pointer == "/1"


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=5), st.data())
def test_a_bundle_cut_anywhere_is_refused(entries, data):
    raw = format_entry_bundle(entries)
    cut = data.draw(st.integers(0, len(raw) - 1))
    with pytest.raises(RefusedError) as caught:
        parse_entry_bundle(raw[:cut], len(entries))
    assert caught.value.code == "log.entry_bundle"
    ends = [len(format_entry_bundle(entries[: place + 1])) for place in range(len(entries))]
    first_cut = next(place for place, end in enumerate(ends) if end > cut)
    assert caught.value.pointer == f"/{first_cut}"


@pytest.mark.parametrize("more", [b"\x00", b"\x00\x00", b"\x00\x01x"])
def test_a_bundle_followed_by_more_is_refused(more, refused):
    raw = format_entry_bundle([b"one"])
    with refused("log.entry_bundle", RefusedError):
        parse_entry_bundle(raw + more, 1)
