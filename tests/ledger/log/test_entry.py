"""An entry is canonical JSON of what may be public of a record, bound to its position."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.log.entry import Entry, build_entry, check_time, parse_entry

TIME = "2026-11-22T08:00:00Z"
LINK = {"rel": "about", "contentDigest": "sha256:" + "ab" * 32}


@dataclass
class Record:
    """What the ledger's parser hands over, as far as an entry needs it."""

    value: dict = field(default_factory=dict)
    kind: str = "FactorSubmission"
    id: str = "urn:uuid:019aa8b2-0000-7000-8000-000000000000"
    issuer: str = "did:key:z6MkfictionalOnly"
    content_digest: bytes = bytes(32)
    envelope_digest: bytes = bytes([255]) * 32


def test_the_entry_of_a_record_is_these_bytes():
    assert build_entry(12, Record(value={"links": [LINK]}), TIME) == (
        b'{"content":"sha256:' + b"00" * 32 + b'","envelope":"sha256:' + b"ff" * 32 + b'",'
        b'"id":"urn:uuid:019aa8b2-0000-7000-8000-000000000000","index":12,'
        b'"issuer":"did:key:z6MkfictionalOnly","kind":"FactorSubmission",'
        b'"links":[{"contentDigest":"sha256:' + b"ab" * 32 + b'","rel":"about"}],'
        b'"time":"2026-11-22T08:00:00Z","type":"suyuan/entry@v1"}'
    )


def test_links_and_effect_are_absent_where_there_are_none():
    entry = json.loads(build_entry(0, Record(), TIME))
    assert "links" not in entry
    assert "effect" not in entry


def test_an_entry_without_links_reads_back():
    entry = parse_entry(build_entry(0, Record(), TIME))
    assert (entry.links, entry.effect) == ((), {})


@pytest.mark.parametrize(
    "effect",
    [
        {"action": "a", "impact": "i", "effectiveFrom": TIME, "fromIndex": 0},
        {"fromIndex": 2**53 - 1},
    ],
)
def test_an_effect_reads_back(effect):
    assert parse_entry(build_entry(0, Record(), TIME, effect)).effect == effect


def test_an_entry_of_65535_bytes_is_the_largest(refused):
    rest = len(build_entry(0, Record(kind=""), TIME))
    raw = build_entry(0, Record(kind="k" * (65_535 - rest)), TIME)
    assert len(raw) == 65_535
    assert parse_entry(raw).index == 0
    with refused("log.entry_size", RefusedError):
        build_entry(0, Record(kind="k" * (65_536 - rest)), TIME)


def test_nothing_of_the_body_is_in_the_entry():
    body = {"credentialSubject": {"secret": "4711"}, "nonce": "4711", "issuer": {"name": "4711"}}
    assert b"4711" not in build_entry(0, Record(value=body), TIME)


def test_an_entry_reads_back():
    effect = {"action": "revoke", "fromIndex": 3}
    raw = build_entry(7, Record(value={"links": [LINK]}, kind="StatusChange"), TIME, effect)
    assert parse_entry(raw) == Entry(
        index=7,
        kind="StatusChange",
        id=Record.id,
        issuer=Record.issuer,
        content=bytes(32),
        envelope=bytes([255]) * 32,
        time=TIME,
        links=(("about", bytes([0xAB]) * 32),),
        effect=effect,
    )


def test_the_same_record_elsewhere_is_another_entry():
    assert build_entry(1, Record(), TIME) != build_entry(2, Record(), TIME)


@given(st.integers(0, 2**53 - 1), st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_entries_are_rfc_8785(index, kind):
    raw = build_entry(index, Record(kind=kind, value={"links": [LINK]}), TIME)
    assert rfc8785.dumps(json.loads(raw)) == raw
    assert parse_entry(raw).kind == kind


def test_an_entry_longer_than_its_length_prefix_can_say_is_refused(refused):
    fits = [LINK] * 512
    assert len(build_entry(0, Record(value={"links": fits}), TIME)) <= 65_535
    with refused("log.entry_size", RefusedError):
        build_entry(0, Record(value={"links": [LINK] * 700}), TIME)
    with refused("log.entry_size", RefusedError):
        parse_entry(b" " * 65_536)


@pytest.mark.parametrize("index", [-1, 2**53])
def test_an_index_survives_every_json_parser(index, refused):
    with refused("log.entry", RefusedError):
        build_entry(index, Record(), TIME)


@pytest.mark.parametrize(
    "effect",
    [
        {},
        {"reason": "x"},
        {"action": True},
        {"action": None},
        {"fromIndex": -1},
        {"fromIndex": 2**53},
        {"impact": 1.5},
    ],
)
def test_an_effect_has_only_its_four_members(effect, refused):
    with refused("log.entry", RefusedError):
        build_entry(0, Record(), TIME, effect)


@pytest.mark.parametrize(
    "time",
    [
        "2026-11-22T08:00:00",
        "2026-11-22T08:00:00+00:00",
        "2026-11-22 08:00:00Z",
        "2026-02-29T08:00:00Z",
        "2026-13-01T08:00:00Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T08:00:60Z",
        "2026-11-22T08:00:00.5Z",
        "0000-01-01T00:00:00Z",
        "２026-11-22T08:00:00Z",
        "2026-11-22T08:00:00Z\n",
        "",
    ],
)
def test_a_time_is_a_real_second_in_utc(time, refused):
    with refused("log.time", RefusedError):
        check_time(time)
    with refused("log.time", RefusedError):
        build_entry(0, Record(), time)


def test_leap_days_are_real():
    check_time("2028-02-29T23:59:59Z")


def changed(**members):
    value = json.loads(build_entry(3, Record(value={"links": [LINK]}), TIME))
    for name, member in members.items():
        if member is None:
            del value[name]
        else:
            value[name] = member
    return rfc8785.dumps(value)


@pytest.mark.parametrize(
    ("raw", "code", "pointer"),
    [
        (b"", "log.entry", ""),
        (b"[]", "log.entry", ""),
        (b"{}", "log.entry", ""),
        (b"\xff", "log.entry", ""),
        (b'"\\ud800"', "log.entry", ""),
        (b"[" * 5_000, "log.entry", ""),
        (changed() + b"\n", "log.entry", ""),
        (changed().replace(b":3,", b": 3,"), "log.entry", ""),
        (changed().replace(b":3,", b":3.0,"), "log.entry", "/index"),
        (changed().replace(b"{", b'{"content":"",', 1), "log.entry", ""),
        (changed(body="x"), "log.entry", ""),
        (changed(envelope=None), "log.entry", ""),
        (changed(kind=1), "log.entry", "/kind"),
        (changed(type="suyuan/entry@v2"), "log.entry", "/type"),
        (changed(index=-1), "log.entry", "/index"),
        (changed(index=True), "log.entry", "/index"),
        (changed(content="sha256:" + "AB" * 32), "log.entry", "/content"),
        (changed(envelope="sha512:" + "ab" * 32), "log.entry", "/envelope"),
        (changed(time="yesterday"), "log.time", ""),
        (changed(links=[]), "log.entry", "/links"),
        (changed(links={}), "log.entry", "/links"),
        (changed(links=["x"]), "log.entry", "/links/0"),
        (changed(links=[{"rel": "about"}]), "log.entry", "/links/0"),
        (changed(links=[{**LINK, "rel": 1}]), "log.entry", "/links/0"),
        (
            changed(links=[LINK, {**LINK, "contentDigest": "x"}]),
            "log.entry",
            "/links/1/contentDigest",
        ),
        (changed(effect={}), "log.entry", "/effect"),
        (changed(effect="x"), "log.entry", "/effect"),
    ],
)
def test_anything_but_the_bytes_of_an_entry_is_refused(raw, code, pointer, refused):
    with refused(code, RefusedError) as caught:
        parse_entry(raw)
    assert caught.value.pointer == pointer
