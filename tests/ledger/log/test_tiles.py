"""Tiles are cut and named as C2SP tlog-tiles says; one path names one tile."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from suyuan_ledger.errors import RefusedError, StorageError
from suyuan_ledger.log.tiles import (
    MemoryTiles,
    TilePath,
    entries_path,
    entry_bundle_paths,
    index_path,
    parse_tile_path,
    split_tile,
    tile_path,
    tile_paths,
    tile_span,
)


@pytest.fixture(scope="module")
def cases(vectors_dir):
    return json.loads((vectors_dir / "tile-paths.json").read_text())


def test_every_published_path_case_is_used_and_holds(cases, refused):
    """42 cases: a width of 0 (or none) in them is a full tile."""
    used = 0
    groups = dict(cases["tests"])
    for name in ("TestEntriesPathForLogIndex", "TestEntriesPath"):
        for case in groups.pop(name):
            index = case["seq"] // 256
            full, partial = tile_span(case["logSize"], 0)
            width = partial if index == full else 256
            assert entries_path(index, width) == case["wantPath"]
            assert parse_tile_path(case["wantPath"]) == TilePath(None, index, width)
            used += 1
    for case in groups.pop("TestTilePath"):
        tile = TilePath(case["level"], case["index"], case.get("p") or 256)
        assert tile_path(tile.level, tile.index, tile.width) == case["wantPath"]
        assert parse_tile_path(case["wantPath"]) == tile
        used += 1
    for case in groups.pop("TestNWithSuffix"):
        assert index_path(case["index"], case.get("p") or 256) == case["wantPath"]
        used += 1
    for case in groups.pop("TestParseTileLevelIndexPartial"):
        path = f"tile/{case['pathLevel']}/{case['pathIndex']}"
        if case.get("wantErr"):
            with refused("log.tile_path", RefusedError):
                parse_tile_path(path)
        else:
            width = case["wantP"] or 256
            assert parse_tile_path(path) == TilePath(case["wantLevel"], case["wantIndex"], width)
        used += 1
    assert not groups
    assert used == 42


def test_the_specification_examples_are_cut_alike(cases):
    example = cases["c2sp_examples"]
    assert tile_path(0, 1234067) == f"tile/0/{example['N=1234067']}"
    spans = {
        70000: [
            (
                example["tree_size_70000"]["level0_full"],
                example["tree_size_70000"]["level0_partial"],
            ),
            (
                example["tree_size_70000"]["level1_full"],
                example["tree_size_70000"]["level1_partial"],
            ),
            (0, example["tree_size_70000"]["level2_partial"]),
        ],
        256: [
            (example["tree_size_256"]["level0_full"], 0),
            (0, example["tree_size_256"]["level1_partial"]),
        ],
    }
    for size, expected in spans.items():
        assert [tile_span(size, level) for level in range(len(expected))] == expected
        assert tile_span(size, len(expected)) == (0, 0)
        listed = [(path.level, path.index, path.width) for path in tile_paths(size)]
        assert listed == [
            (level, index, 256 if index < full else partial)
            for level, (full, partial) in enumerate(expected)
            for index in range(full + bool(partial))
        ]
        full, partial = expected[0]
        assert [path.width for path in entry_bundle_paths(size)] == [256] * full + (
            [partial] if partial else []
        )
    assert list(tile_paths(0)) == list(entry_bundle_paths(0)) == []


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/0/x000/001",  # a leading group of zeros: 001 is its name
        "tile/00/001",
        "tile/+1/001",
        "tile/0/001.p/0",
        "tile/0/001.p/05",
        "tile/0/001.p/256",  # a full tile has no suffix
        "tile/0/001.p/257",
        "tile/0/001.p/1/",
        "tile/0/001\n",
        "/tile/0/001",
        "tile/data/001",
        "tile/64/001",
        "tile/entries/../0/001",
        "tile/0/٠٠١",
        "tile/8/0/001",
    ],
)
def test_any_other_spelling_is_refused(path, refused):
    with refused("log.tile_path", RefusedError):
        parse_tile_path(path)


@pytest.mark.parametrize(
    ("level", "index", "width"), [(64, 0, 256), (-1, 0, 256), (0, -1, 256), (0, 10**18, 256)]
)
def test_what_cannot_exist_has_no_path(level, index, width, refused):
    with refused("log.tile_path", RefusedError):
        tile_path(level, index, width)


@pytest.mark.parametrize("width", [0, 257, -1])
def test_a_width_is_1_to_256(width, refused):
    with refused("log.tile_path", RefusedError):
        tile_path(0, 0, width)
    with refused("log.tile_path", RefusedError):
        entries_path(0, width)


@given(
    st.one_of(st.none(), st.integers(0, 63)),
    st.integers(0, 10**18 - 1),
    st.integers(1, 256),
)
def test_paths_round_trip(level, index, width):
    path = entries_path(index, width) if level is None else tile_path(level, index, width)
    assert parse_tile_path(path) == TilePath(level, index, width)


@given(st.integers(0, 70_000))
def test_a_level_is_cut_without_gap_or_overlap(size):
    by_level = {}
    for path in tile_paths(size):
        assert path.index == len(by_level.setdefault(path.level, []))
        by_level[path.level].append(path.width)
    assert {level: sum(widths) for level, widths in by_level.items()} == {
        level: size >> 8 * level for level in range(3) if size >> 8 * level
    }


def test_an_absent_tile_is_named_by_its_path(refused):
    with refused("log.tile", StorageError) as caught:
        MemoryTiles().tile(1, 2, 3)
    assert caught.value.pointer == "tile/1/002.p/3"


def test_a_tile_splits_into_its_hashes():
    hashes = [bytes([number]) * 32 for number in range(7)]
    assert split_tile(b"".join(hashes)) == hashes
    assert split_tile(b"") == []


def test_a_tile_with_half_a_hash_is_refused(refused):
    with refused("log.tile", StorageError):
        split_tile(bytes(33))
