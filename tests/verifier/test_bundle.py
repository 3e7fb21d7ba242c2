"""The bundle's shape: every member of the right type, within bounds, and no other."""

from __future__ import annotations

import pytest
from simulator import edited, good_story, jcs
from suyuan_verifier import MalformedError
from suyuan_verifier.bundle import MAX_BUNDLE_RECORDS, parse_bundle
from suyuan_verifier.canonical import MAX_SAFE_INTEGER

_, GOOD, _ = good_story()


def refused(value, code, pointer):
    with pytest.raises(MalformedError) as caught:
        parse_bundle(jcs(value))
    assert (caught.value.code, caught.value.pointer) == (code, pointer)


def test_good_bundle_is_read_as_it_stands():
    bundle = parse_bundle(jcs(GOOD))
    assert bundle.subject == GOOD["subject"]
    assert list(bundle.records) == GOOD["records"]
    assert [position.index for position in bundle.positions] == [0, 1, 2, 3, 7]
    assert bundle.checkpoint.decode() == GOOD["log"]["checkpoint"]
    assert bundle.anchor == GOOD["anchor"]
    assert all(len(node) == 32 for node in bundle.proof)


@pytest.mark.parametrize(
    ("path", "values"),
    [
        (("subject",), [None, 5, "sha256:", GOOD["subject"].upper()]),
        (("records",), [None, [], {}, [{}] * (MAX_BUNDLE_RECORDS + 1)]),
        (("log",), [None, [], "x"]),
        (("log", "entries"), [None, {}, [], [GOOD["log"]["entries"][0]]]),
        (("log", "entries", 0), [None, [0, "2026-01-01T00:00:00Z"], 5]),
        (("log", "entries", 0, "index"), [-1, True, "0", None]),
        (("log", "entries", 0, "time"), [None, 5, "2026-01-05", "2026-02-30T00:00:00Z"]),
        (("log", "proof"), [None, {}, "x"]),
        (("log", "checkpoint"), [None, [], 5]),
        (("anchor",), [None, [], "x"]),
        (("status",), [None, []]),
        (("disclosures",), [None, {}]),
        (("hint",), [None, 5]),
    ],
    ids=lambda value: "/".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_wrong_type_or_bound(path, values):
    for value in values:
        refused(edited(GOOD, *path, to=value), "bundle.shape", "/" + "/".join(map(str, path)))


@pytest.mark.parametrize(
    "path",
    [
        ("subject",),
        ("records",),
        ("log",),
        ("log", "entries"),
        ("log", "proof"),
        ("log", "checkpoint"),
        ("log", "entries", 2, "index"),
        ("log", "entries", 2, "time"),
    ],
)
def test_required_member(path):
    refused(edited(GOOD, *path), "bundle.shape", "/" + "/".join(map(str, path)))


@pytest.mark.parametrize("path", [(), ("log",), ("log", "entries", 1)])
def test_no_other_member(path):
    pointer = "".join(f"/{part}" for part in path)
    refused(edited(GOOD, *path, "more", to=1), "bundle.shape", pointer)


@pytest.mark.parametrize("text", ["", "AAAA", "A" * 44, "A" * 42 + "B=", " " + "A" * 43 + "=", 5])
def test_hash(text):
    refused(edited(GOOD, "log", "proof", 1, to=text), "bundle.hash", "/log/proof/1")


def test_indexes_ascend_strictly_and_equal_times_are_fine():
    entries = GOOD["log"]["entries"]
    same_time = edited(GOOD, "log", "entries", 1, "time", to=entries[0]["time"])
    assert parse_bundle(jcs(same_time)).positions[1].time == entries[0]["time"]
    refused(edited(GOOD, "log", "entries", 1, "index", to=0), "bundle.order", "/log/entries")
    last = edited(GOOD, "log", "entries", 4, "index", to=MAX_SAFE_INTEGER)
    assert parse_bundle(jcs(last)).positions[4].index == MAX_SAFE_INTEGER


def test_reserved_members_may_be_there():
    parse_bundle(jcs({**GOOD, "disclosures": [], "hint": ""}))


@pytest.mark.parametrize(
    "value", [[], {}, 5, None, "suyuan/bundle@v1", {"format": 1}, {"format": ""}]
)
def test_no_bundle(value):
    refused(value, "bundle.not_a_bundle", "")


def test_greatest_number_of_records():
    """4,096 records are within the bound, and one more is not."""
    entries = [{"index": n, "time": "2026-01-01T00:00:00Z"} for n in range(MAX_BUNDLE_RECORDS)]
    full = {**GOOD, "records": [{}] * 4096, "log": {**GOOD["log"], "entries": entries}}
    assert len(parse_bundle(jcs(full)).records) == 4096


def test_a_trust_policy_given_as_a_bundle_is_no_bundle():
    """A newer verifier would not help whoever mixed up the two files."""
    with pytest.raises(MalformedError) as caught:
        parse_bundle(b'{"format":"suyuan/trust@v1"}')
    assert caught.value.code == "bundle.not_a_bundle"
