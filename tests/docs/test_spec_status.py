"""The worked examples of docs/spec/status.md, recomputed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from suyuan_ledger.status import encode
from suyuan_ledger.status.derive import derive_marks
from suyuan_ledger.workflow.statements import StatusEvent

PAGE = (Path(__file__).resolve().parents[2] / "docs/spec/status.md").read_text(encoding="utf-8")


def block(language: str) -> list[str]:
    found = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return [line for text in found for line in text.splitlines()]


def events() -> list[StatusEvent]:
    rows = [line.split() for line in block("events")]
    return [
        StatusEvent(int(index), int(target), action, None, None if time == "-" else time, None)
        for index, action, target, time in rows
    ]


@pytest.mark.parametrize("line", block("lists"))
def test_list_of_the_example(line):
    size, time, stated = re.fullmatch(r"N=(\d+) T=(\S+)  (.*)", line).groups()
    marks = sorted(derive_marks(events(), int(size), time))

    assert ", ".join(f"{purpose} {index}" for purpose, index in marks) == stated


def test_bounds_of_the_example():
    lines = {
        line.split("=")[0].rstrip("< "): line.split("=")[-1].strip()
        for line in block("example")[:3]
    }
    assert lines == {
        "records that one segment speaks of": str(encode.SEGMENT_BITS),
        "bytes of a segment": str(encode.SEGMENT_BYTES),
        "characters of an encoded segment": str(encode.MAX_ENCODED),
    }


@pytest.mark.parametrize(("bit", "place", "byte"), [(0, 0, 0x80), (131_071, 16_383, 0x01)])
def test_encoded_bits_of_the_example(bit, place, byte):
    segment = encode.decode_segment(encode.encode_segment(encode.pack_bits([bit])))

    assert segment[place] == byte
    assert segment.count(0) == encode.SEGMENT_BYTES - 1
    assert f"encoded({bit})" in PAGE
