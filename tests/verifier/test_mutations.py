"""No bent bundle is ever VALID, and nothing but our own errors leaves the parsers."""

from __future__ import annotations

import copy
import json
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulator import good_story, jcs
from suyuan_verifier import Verdict, VerifierError, parse_policy, verify
from suyuan_verifier.bundle import parse_bundle
from suyuan_verifier.record import parse_record, read_record

LEDGER, BUNDLE, POLICY_VALUE = good_story()
DATA = jcs(BUNDLE)
POLICY = parse_policy(jcs(POLICY_VALUE))
NOW = datetime.fromisoformat(LEDGER.now)
_, OTHER, _ = good_story(value="2.500")
IGNORED = ("hint", "status", "disclosures")

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=8,
)


def content(data: bytes):
    """What is checked: everything but the members that this version ignores."""
    value = json.loads(data)
    return {name: item for name, item in value.items() if name not in IGNORED}


def check(data: bytes) -> None:
    verdict = verify(data, POLICY, now=NOW).verdict
    if verdict is Verdict.VALID:
        assert content(data) == content(DATA)


def places(value, path=()):
    """Every path in a JSON value."""
    yield path
    if isinstance(value, (dict, list)):
        for key, member in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(member, (*path, key))


def at(value, path):
    for key in path:
        value = value[key]
    return value


PLACES = [path for path in places(BUNDLE) if path]


def test_the_bundle_that_is_bent_is_good():
    assert verify(DATA, POLICY, now=NOW).verdict is Verdict.VALID
    assert content(DATA) == content(DATA + b" ")


def bend_byte(place: int) -> bytes:
    return DATA[:place] + bytes([DATA[place] ^ 1 << place % 8]) + DATA[place + 1 :]


def test_byte_flips():
    """Every eleventh byte, one bit each; all of them in the slow test."""
    for place in range(0, len(DATA), 11):
        check(bend_byte(place))


@pytest.mark.slow
def test_every_byte_flip():
    for place in range(len(DATA)):
        check(bend_byte(place))


@pytest.mark.parametrize("where", ["removed", "doubled"])
def test_every_member_removed_or_doubled(where):
    for path in PLACES:
        bent = copy.deepcopy(BUNDLE)
        parent = at(bent, path[:-1])
        if where == "removed":
            del parent[path[-1]]
        elif isinstance(parent, list):
            parent.insert(path[-1], parent[path[-1]])
        else:
            continue
        check(jcs(bent))


def test_every_member_exchanged_with_another_good_bundle():
    """Members of two good bundles never mix, except into one of the two."""
    for path in PLACES:
        bent = copy.deepcopy(BUNDLE)
        try:
            member = at(OTHER, path)
        except (KeyError, IndexError):
            continue
        at(bent, path[:-1])[path[-1]] = member
        check(jcs(bent))


@settings(deadline=None, max_examples=400)
@given(st.sampled_from(PLACES), JSON)
def test_any_member_replaced_by_anything(path, new):
    bent = copy.deepcopy(BUNDLE)
    at(bent, path[:-1])[path[-1]] = new
    check(json.dumps(bent).encode())


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(PLACES), st.sampled_from(PLACES))
def test_any_member_replaced_by_another(path, other):
    bent = copy.deepcopy(BUNDLE)
    at(bent, path[:-1])[path[-1]] = copy.deepcopy(at(BUNDLE, other))
    check(json.dumps(bent).encode())


@settings(deadline=None, max_examples=300)
@given(st.integers(0, len(DATA)), st.integers(0, len(DATA)), st.binary(max_size=6))
def test_any_slice_replaced_by_anything(start, stop, new):
    check(DATA[:start] + new + DATA[stop:])


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_arbitrary_bytes(data):
    report = verify(data, POLICY, now=NOW)
    assert report.verdict is Verdict.UNREADABLE


@settings(deadline=None)
@given(JSON)
def test_arbitrary_json_reaches_no_other_error(value):
    data = json.dumps(value).encode()
    for parse in (parse_bundle, parse_record, parse_policy, lambda _: read_record(value)):
        with pytest.raises(VerifierError):
            parse(data)


@settings(deadline=None, max_examples=300)
@given(st.sampled_from([path for path in places(POLICY_VALUE) if path]), JSON)
def test_policy_with_any_member_replaced(path, new):
    """A bent policy is refused or is another policy; it never makes `verify` raise."""
    bent = copy.deepcopy(POLICY_VALUE)
    at(bent, path[:-1])[path[-1]] = new
    try:
        policy = parse_policy(json.dumps(bent).encode())
    except VerifierError:
        return
    verify(DATA, policy, now=NOW)


@settings(deadline=None, max_examples=200)
@given(st.sampled_from([path for path in places(BUNDLE["records"][3]) if path]), JSON)
def test_record_with_any_member_replaced(path, new):
    bent = copy.deepcopy(BUNDLE["records"][3])
    at(bent, path[:-1])[path[-1]] = new
    try:
        record = parse_record(json.dumps(bent).encode())
    except VerifierError:
        return
    assert record.value == bent
