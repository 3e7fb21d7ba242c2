"""Who may end an enrolment, change a status, publish a status list, and how the door answers."""

from __future__ import annotations

import pytest
from ledger_world import Party
from suyuan_ledger.log.receipt import Receipt
from suyuan_ledger.status.derive import derive
from suyuan_ledger.status.encode import encode_segment


@pytest.fixture
def tell(governed):
    """Submit a record; return the code of its refusal, or None."""

    def submit(record):
        (answer,) = governed.ledger.submit_many([record])
        return None if isinstance(answer, Receipt) else answer.code

    yield submit
    assert governed.ledger.fsck().clean


# revocations


def test_a_revoked_key_signs_nothing_from_that_index_on(governed, tell):
    receipt = governed.enrolments[governed.works.did]
    later = governed.size + 2
    assert tell(governed.revocation(receipt, from_index=later)) is None
    assert tell(governed.works.factor(1)) is None
    assert tell(governed.works.factor(2)) == "authority.revoked"


def test_a_revocation_counts_for_the_records_after_it_in_its_batch(governed):
    receipt = governed.enrolments[governed.works.did]
    ended = governed.revocation(receipt, from_index=governed.size + 1)
    batch = [governed.works.factor(1), ended, governed.works.factor(2)]
    answers = list(governed.ledger.submit_many(batch))
    assert isinstance(answers[0], Receipt)
    assert isinstance(answers[1], Receipt)
    assert answers[2].code == "authority.revoked"


def test_a_revoked_key_may_be_enrolled_again(governed, tell):
    receipt = governed.enrolments[governed.works.did]
    request = governed.works.request(["submitter"])
    assert tell(request) is None
    assert tell(governed.root.enrol(request)) == "enrol.overlap"
    assert tell(governed.revocation(receipt, reason="superseded")) is None
    assert tell(governed.root.enrol(request)) is None
    assert tell(governed.works.factor(1)) is None


def test_a_key_ends_itself_but_unsays_nothing(governed, tell):
    receipt = governed.enrolments[governed.works.did]
    back = governed.revocation(
        receipt, by=governed.works, reason="compromised", from_index=governed.size - 1
    )
    assert tell(back) == "authority.reaches_back"
    assert tell(governed.revocation(receipt, by=governed.works)) is None
    assert tell(governed.works.factor(1)) == "authority.revoked"


@pytest.mark.parametrize("reason", ["superseded", "ceased", "compromised"])
def test_only_a_compromise_reaches_back(governed, tell, reason):
    receipt = governed.enrolments[governed.works.did]
    back = governed.revocation(receipt, reason=reason, from_index=0)
    assert tell(back) == (None if reason == "compromised" else "authority.reaches_back")


def test_a_registrar_ends_what_it_gave_and_nothing_else(governed, tell):
    registrar, other, applicant = Party(40), Party(41), Party(42)
    governed.enrol(registrar, ["registrar"])
    governed.enrol(other, ["registrar"])
    request = applicant.request(["submitter"])
    assert tell(request) is None
    receipt = governed.ledger.submit(registrar.enrol(request))
    assert tell(governed.revocation(receipt, by=other)) == "authority.may_not_revoke"
    assert tell(governed.revocation(receipt, by=applicant)) is None
    roots = governed.enrolments[governed.works.did]
    assert tell(governed.revocation(roots, by=registrar)) == "authority.may_not_revoke"
    assert tell(governed.revocation(receipt, by=registrar)) is None
    own = governed.enrolments[registrar.did]
    assert tell(governed.revocation(own)) is None
    assert tell(governed.revocation(receipt, by=registrar)) == "authority.revoked"


def test_a_revocation_is_of_the_key_that_it_names(governed, tell):
    works = governed.enrolments[governed.works.did]
    checker = governed.enrolments[governed.checker.did]
    subject = {"id": governed.works.did, "reason": "ceased", "fromIndex": governed.size}
    mixed = governed.record(
        governed.root, "EnrolmentRevocation", subject, about=[works.content, checker.content]
    )
    assert tell(mixed) == "authority.may_not_revoke"
    request = governed.record(
        governed.root, "EnrolmentRevocation", subject, about=governed.rule_set
    )
    assert tell(request) == "authority.may_not_revoke"


def test_what_a_stolen_registrar_gave_is_void(governed, tell):
    registrar, applicant, honest = Party(43), Party(44), Party(45)
    governed.enrol(registrar, ["registrar"])
    requests = [party.request(["submitter"]) for party in (honest, applicant)]
    assert [tell(request) for request in requests] == [None, None]
    first, second = (governed.ledger.submit(registrar.enrol(request)) for request in requests)
    assert tell(applicant.factor(1)) is None
    stolen = governed.revocation(
        governed.enrolments[registrar.did], reason="compromised", from_index=second.index
    )
    assert first.index < second.index
    assert tell(stolen) is None
    assert tell(applicant.factor(2)) == "authority.revoked"
    assert tell(honest.factor(3)) is None
    third = applicant.request(["submitter"])
    assert tell(third) is None
    assert tell(registrar.enrol(third)) == "authority.revoked"
    # A void enrolment is no obstacle to a good one.
    assert tell(governed.root.enrol(third)) is None
    assert tell(applicant.factor(4)) is None


def test_what_a_thief_ended_with_a_registrars_key_stands_again(governed, tell):
    """A registrar's key was stolen before it revoked: the revocation is void, and ends nothing."""
    registrar, applicant = Party(46), Party(47)
    governed.enrol(registrar, ["registrar"])
    request = applicant.request(["submitter"])
    assert tell(request) is None
    enrolment = governed.ledger.submit(registrar.enrol(request))
    stolen_at = governed.size
    assert tell(governed.revocation(enrolment, by=registrar)) is None
    assert tell(applicant.factor(5)) == "authority.revoked"
    stolen = governed.revocation(
        governed.enrolments[registrar.did], reason="compromised", from_index=stolen_at
    )
    assert tell(stolen) is None
    assert tell(applicant.factor(6)) is None


# status changes


def test_a_supervisor_changes_a_status_step_by_step(governed, tell):
    _, admission = governed.admit(1)
    assert tell(governed.status_change(admission, "active", "suspended")) == "status.from"
    assert tell(governed.status_change(admission, "suspended")) is None
    assert tell(governed.status_change(admission, "revoked")) == "status.from"
    assert tell(governed.status_change(admission, "active", "suspended")) is None
    assert tell(governed.status_change(admission, "cancelled")) is None
    assert tell(governed.status_change(admission, "suspended")) == "status.from"


def test_a_change_that_has_not_come_into_effect_is_not_the_status(governed, tell):
    about = governed.submission()
    soon = "2026-03-01T08:10:00Z"
    assert tell(governed.status_change(about, "suspended", effective_from=soon)) is None
    assert tell(governed.status_change(about, "active", "suspended")) == "status.from"
    governed.clock.now += 600
    assert tell(governed.status_change(about, "active", "suspended")) is None


def test_what_was_withdrawn_is_not_suspended(governed, tell):
    _, admission = governed.admit(1)
    assert tell(governed.event("FactorWithdrawal", admission)) is None
    assert tell(governed.status_change(admission, "suspended")) == "status.from"


def test_the_issuers_own_organisation_has_the_power(governed, tell):
    about, admission = governed.admit(1)
    colleague, stranger = Party(46), Party(47)
    colleague.organisation = governed.works.organisation
    governed.enrol(colleague, ["submitter"])
    governed.enrol(stranger, ["submitter"])
    for party, code in (
        (stranger, "authority.no_power"),
        (governed.admitter, "authority.no_power"),
        (Party(98), "authority.not_enrolled"),
        (colleague, None),
    ):
        assert tell(governed.status_change(about, "suspended", party=party)) == code
    assert tell(governed.status_change(about, "active", "suspended", party=governed.works)) is None
    refused = governed.status_change(admission, "suspended", party=governed.works)
    assert tell(refused) == "authority.no_power"
    assert tell(governed.status_change(admission, "suspended", party=governed.admitter)) is None


def test_a_supervisors_power_ends_at_its_scope(governed, tell):
    about = governed.submission()
    abroad = Party(48)
    governed.enrol(abroad, ["supervisor"], scope={"geography": ["DE"]})
    assert tell(governed.status_change(about, "revoked", party=abroad)) == "authority.scope"


def test_a_status_belongs_to_submissions_and_admissions(governed, tell):
    about = governed.submission()
    review = governed.ledger.submit(governed.review(about, 0)).content
    assert tell(governed.status_change(review, "revoked")) == "authority.target_kind"


# status lists


def status_list(world, as_of=None, *, drop=False, party=None):
    """Sign the list that the log leads to, or one without its last segment."""
    as_of = world.size if as_of is None else as_of
    with world.ledger.store.read() as connection:
        derived = derive(connection, as_of, "2026-03-01T08:00:00Z")
    segments = [
        {"purpose": purpose, "segment": number, "encodedList": encode_segment(bits)}
        for (purpose, number), bits in derived.items()
    ]
    subject = {"asOfTreeSize": as_of, "segments": segments[:-1] if drop else segments}
    return world.record(party or world.publisher, "StatusList", subject)


def test_a_status_list_is_what_the_log_leads_to(governed, tell):
    assert tell(status_list(governed)) is None
    assert tell(governed.status_change(governed.submission(), "suspended")) is None
    assert tell(status_list(governed, drop=True)) == "status.differs"
    assert tell(status_list(governed, party=governed.supervisor)) == "authority.role"
    assert tell(status_list(governed, as_of=governed.size + 1)) == "status.as_of"
    assert tell(status_list(governed)) is None


def test_a_status_list_sees_the_records_before_it_in_its_batch(governed_template, tmp_path):
    """One batch and many give the same answers, although the list is derived from the database."""
    ahead = governed_template.copy(tmp_path / "ahead.sqlite")
    about = ahead.submission()
    change = ahead.status_change(about, "suspended")
    submission = ahead.ledger.record(about).body
    old = status_list(ahead)
    ahead.ledger.submit(change)
    new = status_list(ahead)
    ahead.ledger.close()
    world = governed_template.copy(tmp_path / "world.sqlite")
    batch = [submission, change, old, new, world.works.factor(2)]
    answers = list(world.ledger.submit_many(batch))
    assert [getattr(answer, "code", None) for answer in answers] == [None] * 5
    assert [answer.index for answer in answers] == list(
        range(answers[0].index, answers[0].index + 5)
    )
    assert world.ledger.fsck().clean
    again = list(world.ledger.submit_many([*batch, world.works.factor(3)]))
    assert [answer.duplicate for answer in again] == [True] * 5 + [False]
    world.ledger.close()
