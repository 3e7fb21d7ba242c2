"""The door lets in what step 4 of the verifier passes, and refuses what it fails, by one code.

Every case is judged twice: by the ledger at the door, and by the verifier over the records that
the ledger would have logged.
"""

from __future__ import annotations

import dataclasses

import pytest
from ledger_world import NOT_AFTER, NOT_BEFORE, START, Party
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.log.clock import format_seconds
from suyuan_ledger.log.submission import to_submission
from suyuan_ledger.records.profile import Link, format_digest, parse_record
from suyuan_ledger.workflow.authority import ROOT_ONLY_ROLES
from suyuan_ledger.workflow.door import Door
from suyuan_ledger.workflow.register import MemoryRegister
from suyuan_verifier import authority
from suyuan_verifier.bundle import Position
from suyuan_verifier.enrolments import Logged
from suyuan_verifier.errors import ProofError
from suyuan_verifier.policy import Root, TrustPolicy
from suyuan_verifier.record import parse_record as verifier_parse

TIME = format_seconds(START)
ROOT, REGISTRAR, WORKS, OTHER = Party(1), Party(2), Party(3), Party(4)


class Judges:
    """The door and the verifier, fed with the same records at the same indexes."""

    def __init__(self):
        self.door = Door([ROOT.did], MemoryRegister())
        self.logged = []

    def submit(self, raw, time=TIME):
        """Return the code of the refusal, or None; both judges must agree."""
        index = len(self.logged)
        item = Logged(verifier_parse(raw), Position(index, time))
        theirs = self._verifier(item)
        ours = self._door(raw, index, time)
        assert ours == theirs
        if ours is None:
            self.logged.append(item)
        return ours

    def _door(self, raw, index, time):
        try:
            self.door.admit(to_submission(parse_record(raw)), index, time)
        except RefusedError as error:
            return error.code
        return None

    def _verifier(self, item):
        fields = {field.name: None for field in dataclasses.fields(TrustPolicy)}
        policy = TrustPolicy(**{**fields, "roots": (Root(ROOT.did, 0, None),)})
        try:
            authority.Authority([*self.logged, item], policy).check(item)
        except ProofError as error:
            # A request that nobody has answered yet is not wrong.
            return None if error.code == "authority.unanswered" else error.code
        return None

    def enrol(self, party, asked, by=ROOT, **changes):
        """Submit a request and its enrolment; return the latter's refusal, if any."""
        request = party.request(asked)
        assert self.submit(request) is None
        return self.submit(by.enrol(request, **changes))


@pytest.fixture
def judges():
    return Judges()


def test_a_root_enrols_and_the_enrolled_submit(judges):
    assert judges.enrol(WORKS, ["submitter"]) is None
    assert judges.submit(WORKS.factor(1)) is None


def test_a_stranger_may_only_ask(judges):
    assert judges.submit(WORKS.request(["submitter"])) is None
    assert judges.submit(WORKS.factor(1)) == "authority.not_enrolled"


def test_asking_is_not_being_enrolled_however_often(judges):
    for _ in range(2):
        assert judges.submit(WORKS.request(["submitter"])) is None
    assert judges.submit(WORKS.factor(1)) == "authority.not_enrolled"


def test_official_figures_need_a_transcriber_and_others_a_submitter(judges):
    official = {"dataStatus": "officialTranscribed"}
    assert judges.enrol(WORKS, ["submitter"]) is None
    assert judges.enrol(OTHER, ["transcriber"]) is None
    assert judges.submit(WORKS.factor(1, **official)) == "authority.role"
    assert judges.submit(OTHER.factor(1, **official)) is None
    assert judges.submit(OTHER.factor(2)) == "authority.role"


def test_names_in_a_record_are_the_enrolled_ones(judges):
    assert judges.enrol(WORKS, ["submitter"]) is None
    for member in ("name", "nameZh"):
        draft = WORKS.factor_draft(1)
        draft["issuer"][member] = "Another"
        assert judges.submit(WORKS.sign(draft)) == "authority.names"


@pytest.mark.parametrize(
    ("time", "code"),
    [
        ("2025-12-31T23:59:59Z", "authority.dates"),
        (NOT_BEFORE, None),
        (NOT_AFTER, None),
        ("2028-01-01T00:00:00Z", "authority.dates"),
    ],
)
def test_an_enrolment_holds_from_its_first_to_its_last_second(judges, time, code):
    assert judges.enrol(WORKS, ["submitter"]) is None
    assert judges.submit(WORKS.factor(1), time) == code


GRID_NORTH = {"geography": {"scheme": "CN-GRID", "code": "华北"}}
STEEL = {
    "classification": [
        {"scheme": "CPC", "code": "4111", "name": {"en": "Pig iron", "zh": "生铁"}},
        {"scheme": "HS", "code": "7201", "name": {"en": "Pig iron", "zh": "生铁"}},
    ]
}


@pytest.mark.parametrize(
    ("scope", "factor", "fits"),
    [
        ({}, {}, True),
        ({"series": ["PRODUCT_FOOTPRINT"]}, {}, True),
        ({"series": ["DIRECT_EF"]}, {}, False),
        ({"geography": ["CN-YN"]}, {}, True),
        ({"geography": ["CN"]}, {}, True),
        ({"geography": ["CN-Y"]}, {}, False),
        ({"geography": ["CN-GD"]}, {}, False),
        ({"geography": ["CN"]}, GRID_NORTH, True),
        ({"geography": ["华北"]}, GRID_NORTH, True),
        ({"geography": ["华东"]}, GRID_NORTH, False),
        ({"geography": ["CN-YN"]}, GRID_NORTH, False),
        ({"classification": [{"scheme": "CPC", "prefix": "41"}]}, STEEL, True),
        ({"classification": [{"scheme": "HS", "prefix": "7201"}]}, STEEL, True),
        ({"classification": [{"scheme": "HS", "prefix": "41"}]}, STEEL, False),
        ({"classification": [{"scheme": "CPC", "prefix": "41"}]}, {}, False),
        ({"geography": ["CN-YN"], "series": ["DIRECT_EF"]}, {}, False),
    ],
)
def test_a_scope_restricts_what_it_names(judges, scope, factor, fits):
    assert judges.enrol(WORKS, ["submitter"], scope=scope) is None
    assert judges.submit(WORKS.factor(1, **factor)) == (None if fits else "authority.scope")


def test_one_enrolment_must_fit_in_every_respect(judges):
    """Two enrolments of one key do not add up: one's role, the other's dates."""
    assert judges.enrol(WORKS, ["submitter"], notAfter="2026-01-31T00:00:00Z") is None
    assert judges.enrol(WORKS, ["transcriber"]) is None
    assert judges.submit(WORKS.factor(1)) == "authority.dates"
    assert judges.enrol(WORKS, ["submitter"], notBefore="2026-02-01T00:00:00Z") is None
    assert judges.submit(WORKS.factor(1)) is None


def test_an_enrolment_counts_only_after_it(judges):
    request = WORKS.request(["submitter"])
    assert judges.submit(ROOT.enrol(request)) == "authority.request"
    assert judges.submit(request) is None
    assert judges.submit(WORKS.factor(1)) == "authority.not_enrolled"
    assert judges.submit(ROOT.enrol(request)) is None
    assert judges.submit(WORKS.factor(1)) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"id": OTHER.did},
        {"organisation": OTHER.organisation},
        {"roles": ["submitter", "transcriber"]},
        {"personId": "person-0001"},
    ],
)
def test_an_enrolment_gives_no_more_than_was_asked_for(judges, changes):
    assert judges.enrol(WORKS, ["submitter"], **changes) == "authority.request"


def test_fewer_roles_than_asked_for_may_be_given(judges):
    assert judges.enrol(WORKS, ["submitter", "transcriber"], roles=["transcriber"]) is None
    assert judges.submit(WORKS.factor(1)) == "authority.role"


def test_an_enrolment_is_about_a_request(judges):
    assert judges.enrol(WORKS, ["submitter"]) is None
    factor = WORKS.factor(1)
    assert judges.submit(factor) is None
    about_factor = ROOT.sign(
        ROOT.draft(
            "Enrolment",
            {
                "id": OTHER.did,
                "organisation": OTHER.organisation,
                "roles": ["submitter"],
                "scope": {},
                "notBefore": NOT_BEFORE,
                "notAfter": NOT_AFTER,
            },
            [Link("about", format_digest(parse_record(factor).content_digest))],
        )
    )
    assert judges.submit(about_factor) == "authority.request"


def test_a_registrar_enrols_within_its_limits(judges):
    assert judges.enrol(REGISTRAR, ["registrar"], scope={"geography": ["CN-YN"]}) is None
    assert judges.enrol(WORKS, ["submitter"], REGISTRAR) == "authority.may_not_grant"
    fits = {"geography": ["CN-YN"]}
    assert judges.enrol(WORKS, ["submitter"], REGISTRAR, scope=fits) is None
    assert judges.submit(WORKS.factor(1)) is None


@pytest.mark.parametrize(
    ("own", "given", "fits"),
    [
        ({}, {}, True),
        ({}, {"series": ["DIRECT_EF"]}, True),
        ({"series": ["DIRECT_EF"]}, {}, False),
        ({"series": ["DIRECT_EF"]}, {"series": ["DIRECT_EF"]}, True),
        ({"series": ["DIRECT_EF"]}, {"series": ["DIRECT_EF", "ELEC_FOOTPRINT"]}, False),
        ({"geography": ["CN"]}, {"geography": ["CN", "CN-YN"]}, True),
        ({"geography": ["CN-YN"]}, {"geography": ["CN"]}, False),
        (
            {"classification": [{"scheme": "CPC", "prefix": "41"}]},
            {"classification": [{"scheme": "CPC", "prefix": "411"}]},
            True,
        ),
        (
            {"classification": [{"scheme": "CPC", "prefix": "41"}]},
            {"classification": [{"scheme": "CPC", "prefix": "4"}]},
            False,
        ),
        (
            {"classification": [{"scheme": "CPC", "prefix": "41"}]},
            {"classification": [{"scheme": "HS", "prefix": "41"}]},
            False,
        ),
    ],
)
def test_a_registrars_scope_bounds_what_it_gives(judges, own, given, fits):
    assert judges.enrol(REGISTRAR, ["registrar"], scope=own) is None
    found = judges.enrol(WORKS, ["submitter"], REGISTRAR, scope=given)
    assert found == (None if fits else "authority.may_not_grant")


@pytest.mark.parametrize("role", sorted(ROOT_ONLY_ROLES))
def test_some_roles_come_from_a_root_only(judges, role):
    assert judges.enrol(REGISTRAR, ["registrar"]) is None
    assert judges.enrol(WORKS, [role], REGISTRAR) == "authority.may_not_grant"
    assert judges.enrol(WORKS, [role], ROOT) is None


def test_a_registrar_needs_the_role_and_the_dates(judges):
    assert judges.enrol(REGISTRAR, ["submitter"]) is None
    assert judges.enrol(WORKS, ["submitter"], REGISTRAR) == "authority.role"
    assert judges.enrol(REGISTRAR, ["registrar"], notAfter="2026-01-31T00:00:00Z") is None
    assert judges.enrol(WORKS, ["submitter"], REGISTRAR) == "authority.dates"


def test_a_stranger_enrols_nobody_not_even_itself(judges):
    assert judges.enrol(WORKS, ["submitter"], OTHER) == "authority.not_root"
    assert judges.enrol(OTHER, ["submitter"], OTHER) == "authority.not_root"


def test_a_key_belongs_to_one_organisation_for_ever(judges):
    """The verifier would fail everything such a key signs from then on; the door prevents it."""
    assert judges.enrol(WORKS, ["submitter"], notAfter="2026-01-31T00:00:00Z") is None
    moved = Party(3)
    moved.organisation = OTHER.organisation
    request = moved.request(["submitter"])
    assert judges.submit(request) is None
    door, index = judges.door, len(judges.logged)
    with pytest.raises(RefusedError) as caught:
        door.admit(to_submission(parse_record(ROOT.enrol(request))), index, TIME)
    assert caught.value.code == "authority.two_organisations"
    assert judges.enrol(WORKS, ["submitter"], notBefore="2026-02-01T00:00:00Z") is None


def test_a_refused_enrolment_leaves_nothing_behind(judges):
    assert judges.enrol(WORKS, ["submitter"], roles=["transcriber"]) == "authority.request"
    assert judges.submit(WORKS.factor(1)) == "authority.not_enrolled"


def test_who_is_no_registrar_grants_root_roles_even_less(judges):
    """Two things are wrong; both judges name the same one."""
    assert judges.enrol(WORKS, ["submitter"]) is None
    assert judges.enrol(OTHER, ["admitter"], by=WORKS) == "authority.may_not_grant"
    assert judges.enrol(OTHER, ["submitter"], by=WORKS) == "authority.role"


def test_a_registrar_with_two_enrolments_may_use_either(judges):
    """The first still counts for what it gave, the second for what comes after it."""
    steel, power = {"series": ["PRODUCT_FOOTPRINT"]}, {"series": ["ELEC_FOOTPRINT"]}
    both = {"series": ["ELEC_FOOTPRINT", "PRODUCT_FOOTPRINT"]}
    spring, summer = "2026-05-31T00:00:00Z", "2026-06-01T00:00:00Z"
    assert judges.enrol(REGISTRAR, ["registrar"], scope=steel, notAfter=spring) is None
    assert judges.enrol(REGISTRAR, ["registrar"], scope=power, notBefore=summer) is None
    assert judges.enrol(WORKS, ["submitter"], by=REGISTRAR, scope=steel) is None
    assert judges.enrol(OTHER, ["submitter"], by=REGISTRAR, scope=both) == "authority.may_not_grant"
    assert judges.enrol(OTHER, ["submitter"], by=REGISTRAR, scope=power) == "authority.dates"


@pytest.mark.parametrize(
    ("changes", "fits"),
    [
        ({}, False),
        ({"notBefore": "2026-06-30T00:00:00Z"}, False),
        ({"notBefore": "2026-06-30T00:00:01Z"}, True),
        ({"notAfter": "2025-12-31T00:00:00Z", "notBefore": "2025-01-01T00:00:00Z"}, True),
        ({"roles": ["transcriber"]}, True),
        ({"roles": ["submitter", "transcriber"]}, False),
    ],
)
def test_a_key_has_no_role_twice_at_one_time(judges, changes, fits):
    """The verifier does not mind; the door does, so that one revocation ends what a key may do."""
    asked = ["submitter", "transcriber"]
    first = {"roles": ["submitter"], "notAfter": "2026-06-30T00:00:00Z"}
    assert judges.enrol(WORKS, asked, **first) is None
    request = WORKS.request(asked)
    assert judges.submit(request) is None
    raw = ROOT.enrol(request, **{"roles": ["submitter"], **changes})
    found = judges._door(raw, len(judges.logged), TIME)
    assert found == (None if fits else "enrol.overlap")
