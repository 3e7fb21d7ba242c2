"""Files within every bound that are built to cost hours: whoever signs everything may make them."""

from __future__ import annotations

import tracemalloc
from datetime import datetime

import pytest
from instructions import growth
from simulator import Actor, Ledger, jcs
from suyuan_verifier import MalformedError, parse_policy, verify
from suyuan_verifier.bundle import MAX_BUNDLE_BYTES, Position, parse_bundle
from suyuan_verifier.canonical import MAX_CONTAINERS, parse_json
from suyuan_verifier.enrolments import KeyEnrolments, Logged
from suyuan_verifier.record import read_record

RULES = [{"scheme": "A", "prefix": f"B{number}"} for number in range(64)]
CODES = [
    {"scheme": "A", "code": f"C{number:063}", "name": {"zh": "示例", "en": "example"}}
    for number in range(16)
]
ENDED = {"notAfter": "2026-01-02T00:00:00Z"}


def hostile(count, *, codes=(), by=None, **grant):
    """A call that judges `count` enrolments of one key and `count` of its factors."""
    ledger = Ledger()
    request = ledger.request(ledger.provider, ["submitter"])
    changes = {"classification": list(codes)} if codes else {}
    indexes = [request]
    indexes += [ledger.enrol(by or ledger.root, request, **grant) for _ in range(count)]
    indexes += [ledger.append(ledger.factor(ledger.provider, **changes)) for _ in range(count)]
    data = jcs(ledger.bundle(indexes[-1], indexes, ledger.anchor()))
    assert len(data) < MAX_BUNDLE_BYTES
    policy, now = parse_policy(jcs(ledger.policy())), datetime.fromisoformat("2026-02-01T00:00:00Z")
    return lambda: verify(data, policy, now=now)


GRANTS = pytest.mark.parametrize(
    ("grant", "code"),
    [
        ({"codes": CODES, "scope": {"classification": RULES}}, "authority.scope"),
        (ENDED, "authority.dates"),
        ({"by": Actor("stranger", 900)}, "authority.not_root"),
    ],
    ids=["scope", "dates", "stranger"],
)


@GRANTS
def test_enrolments_that_do_not_fit_fail_with_one_code(grant, code):
    report = hostile(30, **grant)()
    assert {check.code for check in report.checks if check.outcome == "fail"} == {code}


@GRANTS
def test_an_enrolment_that_does_not_fit_costs_a_factor_next_to_nothing(grant, code):
    """Compared pair by pair, scopes made a full bundle half an hour's work.

    Dates and givers are asked of each pair, which is why they grow a little more than by 2; a
    factor without codes costs little beside them, so that a dearer pair would show.
    """
    assert growth(lambda count: hostile(count, **grant), 32) < 2.7, code


def enrolments(scopes, **changes):
    """The enrolments of one key with these scopes."""
    ledger = Ledger()
    request = ledger.request(ledger.provider, ["submitter"])
    indexes = [ledger.enrol(ledger.root, request, scope=scope, **changes) for scope in scopes]
    return KeyEnrolments(
        [
            Logged(read_record(ledger.records[index]), Position(index, ledger.times[index]))
            for index in indexes
        ]
    )


def test_the_index_answers_what_the_rules_say():
    """Sets are exact: each scope alone decides, in whatever company it is."""
    grid = {"scheme": "example", "prefix": "35"}
    scopes = [
        {},
        {"series": ["PRODUCT_FOOTPRINT"]},
        {"series": ["DIRECT_EF"]},
        {"geography": ["CN"]},
        {"geography": ["CN-Y", "DE"]},
        {"classification": [grid]},
        {"classification": [{**grid, "scheme": "other"}]},
    ]
    own = enrolments(scopes)
    factor = {
        "seriesType": "PRODUCT_FOOTPRINT",
        "geography": {"scheme": "ISO3166", "code": "CN-YN"},
        "classification": [{"scheme": "example", "code": "3512"}],
    }
    assert own.covering(factor) == 0b0101011
    assert own.containing({}) == 0b0000001
    assert own.containing({"series": ["DIRECT_EF"]}) == 0b0000101
    assert own.containing({"geography": ["CN-YN"], "classification": [grid]}) == 0b0101001
    assert [item.position.index for item in own.members(0b101)] == [1, 3]
    assert own.before(3) == 0b11


@pytest.mark.parametrize(
    "piece", [b"[[[[[[[[[[0]]]]]]]]]],", b'{"":{"":0}},', b'"",', b'"\\"\\\\",'], ids=repr
)
def test_sixteen_mebibytes_of_small_values_fit_into_memory(piece):
    """Lists within lists took 770 MB, and looking for brackets between short strings 550 MB."""
    head, tail = b'{"format":"suyuan/bundle@v1","status":{"a":[', b"0]}}"
    count = (MAX_BUNDLE_BYTES - len(head) - len(tail)) // len(piece)
    data = head + piece * count + tail
    tracemalloc.start()
    try:
        with pytest.raises(MalformedError) as caught:
            parse_bundle(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert caught.value.code == ("bundle.shape" if piece.startswith(b'"') else "bundle.too_many")
    assert peak < 350_000_000


def test_containers_are_counted_across_chunks_and_strings():
    def read(data):
        return parse_json(data, prefix="bundle", max_bytes=len(data), max_depth=3)

    text = b'"[[\\"[[\\\\",' * 100_000
    most = b"[" + text + b"[{}]," * ((MAX_CONTAINERS - 2) // 2) + b"[" + text + b"0]]"
    assert len(read(most)) > MAX_CONTAINERS // 2
    for more, code in ((b"[" + text + b"0,[]]]", "too_many"), (b"[[[" + text, "depth")):
        with pytest.raises(MalformedError) as caught:
            read(most.removesuffix(b"[" + text + b"0]]") + more)
        assert caught.value.code == f"bundle.{code}"
