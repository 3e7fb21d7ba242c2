"""A trust policy is complete and consistent, or refused with a pointer; nothing is guessed."""

from __future__ import annotations

import pytest
from simulator import Actor, Ledger, did_key, edited, jcs, sha256
from suyuan_verifier import PolicyError, parse_policy
from suyuan_verifier.policy import MAX_POLICY_BYTES, covers

LEDGER = Ledger()
LEDGER.fill(3)
LEDGER.anchor()
GOOD = LEDGER.policy(
    ruleSets=[
        {"contentDigest": "sha256:" + "0a" * 32, "fromIndex": 0, "untilIndex": 5},
        {"contentDigest": "sha256:" + "0b" * 32, "fromIndex": 5, "untilIndex": None},
    ]
)
GOOD["log"]["witnesses"] = [Actor("w").vkey("w.example", 4)]


def refused(data, code, pointer=None):
    with pytest.raises(PolicyError) as caught:
        parse_policy(data if isinstance(data, bytes) else jcs(data))
    assert caught.value.code == code, str(caught.value)
    if pointer is not None:
        assert caught.value.pointer == pointer


def members(value, path=()):
    if isinstance(value, dict):
        for name, member in value.items():
            yield (*path, name)
            yield from members(member, (*path, name))
    elif isinstance(value, list) and value:
        yield from members(value[0], (*path, 0))


def test_good_policy():
    policy = parse_policy(jcs(GOOD))
    assert policy.origin == "log.example/suyuan"
    assert policy.digest == sha256(jcs(GOOD))
    assert policy.required_steps == (1, 2, 3, 4, 5, 6, 7)
    assert policy.is_root(LEDGER.root.did, 0)
    assert not policy.is_root(Actor("other").did, 0)


@pytest.mark.parametrize("path", list(members(GOOD)), ids=lambda path: "/".join(map(str, path)))
def test_every_member_is_required(path):
    refused(edited(GOOD, *path), "policy.shape", "/" + "/".join(map(str, path)))


@pytest.mark.parametrize(
    "path",
    list(dict.fromkeys(path[:-1] for path in members(GOOD) if isinstance(path[-1], str))),
)
def test_no_other_member_is_allowed(path):
    refused(edited(GOOD, *path, "note", to="x"), "policy.shape")


@pytest.mark.parametrize(
    ("path", "values"),
    [
        (("roots",), [[], {}, None, [1]]),
        (("roots", 0, "did"), ["", "did:web:x", 5, Actor("a").did + "x", "did:key:z6Mk"]),
        (("roots", 0, "fromIndex"), [-1, True, "0", None]),
        (("roots", 0, "untilIndex"), [0, -1, True, "1"]),
        (("ruleSets", 0, "contentDigest"), ["", "sha256:", 1, "sha256:" + "0A" * 32]),
        (("ruleSets", 0, "untilIndex"), [6, None]),
        (("log", "origin"), ["", 5, "x" * 256, "another.example"]),
        (("log", "keys"), [[], "x"]),
        (("log", "keys", 0, "vkey"), ["", 5, "a+b+c", Actor("log").vkey("other.example")]),
        (("log", "keys", 0, "untilSize"), [0, True]),
        (("log", "witnesses"), [{}, [5], ["x"], [Actor("w").vkey("w.example", 1)]]),
        (("log", "quorum"), [2, -1, True, "1"]),
        (("contracts", 0, "chainId"), [-1, "1", True]),
        (("contracts", 0, "address"), ["0x", "0x" + "A" * 40, "ab" * 20, "0x" + "0" * 41]),
        (("contracts", 0, "codeHash"), ["0x", None, "0x" + "F" * 64]),
        (("contracts", 0, "lastIndex"), [-1, True, "0"]),
        (("anchorTrust", "accept"), [["anything"], "pinned", [1]]),
        (("anchorTrust", "pinned", 0, "hash"), ["0x", 5, "0x" + "0" * 63]),
        (("anchorTrust", "pinned", 0, "number"), [-1, "1", None]),
        (("maxStatusAge",), [None, -1, "1"]),
        (("maxAnchorAge",), [-1, True, "1"]),
        (("acceptSealed",), ["always", None, True]),
        (("requiredSteps",), [[], [0], [11], [2, 1], [1, 1], [True], ["1"], 7]),
    ],
    ids=lambda value: "/".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_wrong_value(path, values):
    for value in values:
        refused(edited(GOOD, *path, to=value), "policy.shape")


def test_small_order_root_is_refused():
    refused(edited(GOOD, "roots", 0, "did", to=did_key(b"\x01" + bytes(31))), "policy.shape")


def test_the_same_thing_twice():
    """Two answers to one question are a contradiction, not a choice."""
    for path in (("contracts",), ("log", "witnesses"), ("anchorTrust", "pinned")):
        rows = GOOD
        for key in path:
            rows = rows[key]
        refused(edited(GOOD, *path, to=[rows[0], rows[0]]), "policy.shape")


def test_validator_sets_are_refused_rather_than_ignored():
    refused(edited(GOOD, "anchorTrust", "validatorSets", to=[{}]), "policy.validators")


def test_other_version():
    refused({**GOOD, "format": "suyuan/trust@v2"}, "policy.version", "/format")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "syntax"),
        (b"{", "syntax"),
        (b"\xef\xbb\xbf{}", "bom"),
        (b"\xff", "encoding"),
        (b'{"a":1,"a":2}', "duplicate_key"),
        (b'{"a":1.5}', "number"),
        (b'{"a":9007199254740992}', "number"),
        (b"[" * 9 + b"]" * 9, "depth"),
        (b'"\\ud800"', "surrogate"),
        (b" " * (MAX_POLICY_BYTES + 1), "too_large"),
        (b"[]", "shape"),
    ],
)
def test_no_policy(data, code):
    refused(data, f"policy.{code}")


def test_range_is_half_open():
    assert [covers(2, 4, place) for place in range(6)] == [False, False, True, True, False, False]
    assert covers(2, None, 10**9)
    assert not covers(2, None, 1)


def test_log_keys_by_size():
    old, new = Actor("old log"), Actor("log")
    policy = edited(
        GOOD,
        "log",
        "keys",
        to=[
            {"vkey": old.vkey(), "fromSize": 0, "untilSize": 10},
            {"vkey": new.vkey(), "fromSize": 10, "untilSize": None},
        ],
    )
    parsed = parse_policy(jcs(policy))
    assert [key.public_key for key in parsed.keys_for_size(9)] == [old.public_key]
    assert [key.public_key for key in parsed.keys_for_size(10)] == [new.public_key]
