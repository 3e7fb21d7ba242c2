"""Step 4 beyond the vectors: which enrolment counts, exact dates, and what a scope covers."""

from __future__ import annotations

from datetime import datetime

import pytest
from simulator import Actor, Ledger, jcs, secure
from suyuan_verifier import Outcome, Verdict, parse_policy, verify
from suyuan_verifier.enrolments import _places_around


def judge(ledger, subject, indexes, **policy):
    """Codes of step 4 for the subject alone, and the verdict."""
    index = ledger.append(subject)
    bundle = ledger.bundle(index, [*indexes, index], ledger.anchor())
    report = verify(
        jcs(bundle),
        parse_policy(jcs(ledger.policy(**policy))),
        now=datetime.fromisoformat(ledger.now),
    )
    (check,) = [c for c in report.checks if c.step == 4 and c.record == bundle["subject"]]
    return check, report.verdict


def provider_with(*grants):
    """A provider with several enrolments, all by root."""
    ledger = Ledger()
    request = ledger.request(ledger.provider, ["checker", "submitter", "transcriber"])
    return ledger, [request, *(ledger.enrol(ledger.root, request, **grant) for grant in grants)]


def test_any_fitting_enrolment_is_enough():
    ledger, indexes = provider_with(
        {"roles": ["checker"]}, {"scope": {"series": ["ELEC_FOOTPRINT"]}}, {"roles": ["submitter"]}
    )
    check, verdict = judge(ledger, ledger.factor(ledger.provider), indexes)
    assert (check.code, verdict) == ("authority.valid", Verdict.VALID)


@pytest.mark.parametrize("turned", [False, True])
def test_nearest_problem_is_reported(turned):
    """In whatever order they were given: a role comes before a scope, a scope before dates."""
    grants = [
        {"roles": ["checker"]},
        {"scope": {"series": ["ELEC_FOOTPRINT"]}},
        {"notAfter": "2026-01-02T00:00:00Z"},
    ]
    for count, code in ((1, "role"), (2, "scope"), (3, "dates")):
        chosen = grants[:count]
        ledger, indexes = provider_with(*(chosen[::-1] if turned else chosen))
        check, verdict = judge(ledger, ledger.factor(ledger.provider), indexes)
        assert (check.code, verdict) == (f"authority.{code}", Verdict.INVALID)


@pytest.mark.parametrize(
    ("grant", "good"),
    [
        ({"notBefore": "2026-01-05T08:02:00Z"}, True),
        ({"notBefore": "2026-01-05T08:02:01Z"}, False),
        ({"notAfter": "2026-01-05T08:02:00Z"}, True),
        ({"notAfter": "2026-01-05T08:01:59Z"}, False),
    ],
)
def test_dates_are_inclusive_and_compare_with_the_entry(grant, good):
    ledger, indexes = provider_with(grant)
    check, _ = judge(ledger, ledger.factor(ledger.provider), indexes)
    assert check.code == ("authority.valid" if good else "authority.dates")


def test_created_decides_nothing():
    """A proof dated outside the enrolment is fine: the log's time counts, not the signer's."""
    ledger, indexes = provider_with({"notBefore": "2026-01-05T08:00:00Z"})
    factor = ledger.factor(ledger.provider)
    document = {name: item for name, item in factor.items() if name != "proof"}
    check, verdict = judge(
        ledger, secure(document, ledger.provider, created="1999-01-01T00:00:00Z"), indexes
    )
    assert (check.code, verdict) == ("authority.valid", Verdict.VALID)


def test_enrolment_where_no_root_is_named_is_unknown_for_what_rests_on_it():
    """Unknown is not wrong: the policy says nothing about the place of the enrolment."""
    ledger, indexes = provider_with({})
    roots = [{"did": ledger.root.did, "fromIndex": 2, "untilIndex": None}]
    check, verdict = judge(ledger, ledger.factor(ledger.provider), indexes, roots=roots)
    assert (check.code, check.outcome) == ("policy.root", Outcome.UNKNOWN)
    assert verdict is Verdict.UNDECIDED


@pytest.mark.parametrize("unknown", [1, 2])
def test_unknown_enrolment_outweighs_a_wrong_one(unknown):
    """Of two enrolments one is a stranger's and one lies where the policy names no root."""
    ledger = Ledger()
    givers = [ledger.root, Actor("stranger", 900)]
    request = ledger.request(ledger.provider, ["submitter"])
    for giver in givers if unknown == 1 else givers[::-1]:
        ledger.enrol(giver, request)
    roots = [
        {"did": ledger.root.did, "fromIndex": 0, "untilIndex": unknown},
        {"did": ledger.root.did, "fromIndex": unknown + 1, "untilIndex": None},
    ]
    check, _ = judge(ledger, ledger.factor(ledger.provider), [request, 1, 2], roots=roots)
    assert check.code == "policy.root"


def test_second_enrolment_for_another_organisation_fails_by_itself():
    """Even where nothing rests on it yet; the first one stands."""
    ledger = Ledger()
    moved = Actor("provider", 301)
    first, second = (ledger.request(actor, ["submitter"]) for actor in (ledger.provider, moved))
    ledger.enrol(ledger.root, first)
    subject = ledger.enrol(ledger.root, second)
    record = ledger.records[subject]
    bundle = ledger.bundle(subject, [0, 1, 2, 3], ledger.anchor())
    report = verify(
        jcs(bundle), parse_policy(jcs(ledger.policy())), now=datetime.fromisoformat(ledger.now)
    )
    failed = [check for check in report.checks if check.outcome is Outcome.FAIL]
    assert [check.code for check in failed] == ["authority.two_organisations"]
    assert record["credentialSubject"]["organisation"] == moved.organisation


def test_root_signs_no_factor_without_enrolment():
    """A root decides who may sign; that does not make it a data provider."""
    ledger, indexes = provider_with({})
    check, verdict = judge(ledger, ledger.factor(ledger.root), indexes)
    assert (check.code, verdict) == ("authority.not_enrolled", Verdict.INVALID)


def test_stranger_who_grants_a_root_role_is_first_of_all_a_stranger():
    ledger = Ledger()
    request = ledger.request(ledger.provider, ["admitter"])
    enrolment = ledger.enrol(Actor("stranger", 900), request)
    check, _ = judge(ledger, ledger.records[enrolment], [request])
    assert check.code == "authority.not_root"


@pytest.mark.parametrize("roles", [["submitter"], ["registrar"]])
def test_nobody_enrols_oneself(roles):
    ledger = Ledger()
    request = ledger.request(ledger.provider, roles)
    enrolment = ledger.records[ledger.enrol(ledger.provider, request)]
    del ledger.records[1]
    check, _ = judge(ledger, enrolment, [request])
    assert check.code == "authority.not_root"


@pytest.mark.parametrize(
    ("code", "scheme", "place", "covered"),
    [
        ("CN", "ISO3166", "CN", True),
        ("CN", "ISO3166", "CN-YN", True),
        ("CN-YN", "ISO3166", "CN-YN", True),
        ("CN-YN", "ISO3166", "CN", False),
        ("CN-Y", "ISO3166", "CN-YN", False),
        ("C", "ISO3166", "CN", False),
        ("CN", "CN-GRID", "华北", True),
        ("华北", "CN-GRID", "华北", True),
        ("华东", "CN-GRID", "华北", False),
        ("CN-YN", "CN-GRID", "南方", False),
    ],
)
def test_geography(code, scheme, place, covered):
    assert (code in _places_around({"scheme": scheme, "code": place})) is covered


GRID = {"scheme": "example", "prefix": "35"}


@pytest.mark.parametrize(
    ("inner", "outer", "within"),
    [
        ({}, {}, True),
        ({"series": ["ELEC_FOOTPRINT"]}, {}, True),
        ({}, {"series": ["ELEC_FOOTPRINT"]}, False),
        ({"series": ["ELEC_FOOTPRINT"]}, {"series": ["ELEC_FOOTPRINT", "DIRECT_EF"]}, True),
        ({"series": ["ELEC_FOOTPRINT"]}, {"series": ["ELEC_FOOTPRINT"]}, True),
        ({"series": ["ELEC_FOOTPRINT", "DIRECT_EF"]}, {"series": ["ELEC_FOOTPRINT"]}, False),
        ({"classification": [GRID]}, {"classification": [GRID]}, True),
        ({"geography": ["CN-YN"]}, {"geography": ["CN"]}, True),
        ({"geography": ["CN"]}, {"geography": ["CN-YN"]}, False),
        ({"geography": ["CN-YN", "DE"]}, {"geography": ["CN"]}, False),
        ({}, {"geography": ["CN"]}, False),
        ({"classification": [{**GRID, "prefix": "351"}]}, {"classification": [GRID]}, True),
        ({"classification": [GRID]}, {"classification": [{**GRID, "prefix": "351"}]}, False),
        ({"classification": [{**GRID, "scheme": "x"}]}, {"classification": [GRID]}, False),
        ({}, {"classification": [GRID]}, False),
    ],
)
def test_scope_within_scope(inner, outer, within):
    """What a registrar of one scope may grant."""
    ledger = Ledger()
    indexes = [ledger.request(ledger.registrar, ["registrar"])]
    indexes.append(ledger.enrol(ledger.root, indexes[0], scope=outer))
    indexes.append(ledger.request(ledger.provider, ["submitter"]))
    enrolment = ledger.enrol(ledger.registrar, indexes[2], scope=inner)
    check, _ = judge(ledger, ledger.records[enrolment], indexes)
    assert check.code == ("authority.valid" if within else "authority.may_not_grant")


@pytest.mark.parametrize(
    ("scheme", "code", "covered"),
    [("example", "3512", True), ("example", "3612", False), ("other", "3512", False)],
)
def test_classification_scope_covers_by_scheme_and_prefix(scheme, code, covered):
    ledger, indexes = provider_with({"scope": {"classification": [GRID]}})
    item = {"scheme": scheme, "code": code, "name": {"zh": "电", "en": "power"}}
    factor = ledger.factor(ledger.provider, classification=[item])
    check, _ = judge(ledger, factor, indexes)
    assert check.code == ("authority.valid" if covered else "authority.scope")
