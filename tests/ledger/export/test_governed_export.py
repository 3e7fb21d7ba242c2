"""Bundles of governed records: closed under events, with the newest list, and judged."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from ledger_world import START, GovernedWorld
from suyuan_ledger.errors import StorageError
from suyuan_ledger.export.bundle import export_bundle
from suyuan_ledger.export.status import export_status
from suyuan_ledger.export.trust import MAX_STATUS_AGE, export_trust
from suyuan_ledger.records.profile import format_digest
from suyuan_verifier import Outcome, Verdict, parse_policy, verify

STEPS = [1, 2, 3, 4, 5, 6, 8, 10]
"""Everything but the anchor: `test_export` has those, on a real chain."""


@pytest.fixture
def world(tmp_path):
    """A governed log with one admitted factor and a status list that speaks of it."""
    world = GovernedWorld(tmp_path / "log.sqlite").begin()
    world.factor, world.admitted = world.admit()
    world.clock.now += 60
    publish(world)
    yield world
    world.ledger.close()


def publish(world):
    return world.ledger.publish_status(world.publisher.signer, force=True).receipt


def judge(world, data, status=None, *, later=0):
    policy = json.loads(export_trust(world.ledger, [], []))
    policy["requiredSteps"] = STEPS
    now = datetime.fromtimestamp(world.clock.now, UTC) + timedelta(seconds=later)
    return verify(data, parse_policy(json.dumps(policy).encode()), now=now, status=status)


def codes(report, *outcomes):
    return {check.code for check in report.checks if check.outcome in outcomes}


def indexes(data):
    return [entry["index"] for entry in json.loads(data)["log"]["entries"]]


def test_an_admitted_factor_is_valid_with_its_status(world):
    data = export_bundle(world.ledger, world.admitted, None)
    report = judge(world, data)

    assert report.verdict is Verdict.VALID, codes(report, Outcome.FAIL, Outcome.UNKNOWN)
    assert "status.valid" in codes(report, Outcome.PASS)
    assert json.loads(data)["status"] == {"lists": [world.size - 1]}


def test_a_withdrawal_is_in_the_bundle_before_a_list_says_so(world):
    """Whoever exports after the withdrawal cannot leave it out."""
    withdrawal = world.ledger.submit(world.event("FactorWithdrawal", world.admitted, "recall"))
    data = export_bundle(world.ledger, world.admitted, None)

    assert withdrawal.index in indexes(data)
    assert judge(world, data).verdict is Verdict.INVALID
    assert "status.revoked" in codes(judge(world, data), Outcome.FAIL)

    listed = export_bundle(world.ledger, world.admitted, None)
    publish(world)
    assert codes(judge(world, listed), Outcome.FAIL) == {"status.revoked"}


def test_a_suspension_and_its_end_are_in_the_bundle(world):
    world.ledger.submit(world.status_change(world.admitted, "suspended"))
    publish(world)
    suspended = judge(world, export_bundle(world.ledger, world.admitted, None))
    assert codes(suspended, Outcome.FAIL) == {"status.suspended"}

    world.ledger.submit(world.status_change(world.admitted, "active", was="suspended"))
    publish(world)
    assert judge(world, export_bundle(world.ledger, world.admitted, None)).verdict is Verdict.VALID


def test_a_replacement_brings_the_new_admission_along(world):
    """The supersession rests on the new admission, whose own events are in it again."""
    _, new = world.admit(1)
    world.ledger.submit(world.event("FactorSupersession", world.admitted, "noNewUse", basedOn=new))
    erratum = world.ledger.submit(world.event("FactorErratum", new))
    publish(world)
    data = export_bundle(world.ledger, world.admitted, None)

    assert world.ledger.record(new).index in indexes(data)
    assert erratum.index in indexes(data)
    report = judge(world, data)
    assert report.verdict is Verdict.VALID, codes(report, Outcome.FAIL, Outcome.UNKNOWN)
    assert {"status.replaced", "status.inform"} <= codes(report, Outcome.PASS)


def test_a_reviewers_revoked_key_is_in_the_bundle(world):
    """Revoked from now on: a note. Compromised back to the review: the review is void."""
    enrolment = enrolment_of(world, world.experts[0])
    revocation = world.ledger.submit(world.revocation(enrolment))
    publish(world)
    data = export_bundle(world.ledger, world.admitted, None)

    assert revocation.index in indexes(data)
    report = judge(world, data)
    assert report.verdict is Verdict.VALID, codes(report, Outcome.FAIL, Outcome.UNKNOWN)
    assert "status.enrolment_revoked" in codes(report, Outcome.PASS)


def test_a_compromise_that_reaches_back_makes_the_bundle_invalid_and_it_leaves(world):
    """It is what the bundle has to show, and no fault of the export."""
    enrolment = enrolment_of(world, world.experts[0])
    world.ledger.submit(world.revocation(enrolment, reason="compromised", from_index=0))
    publish(world)
    report = judge(world, export_bundle(world.ledger, world.admitted, None))

    assert report.verdict is Verdict.INVALID
    assert codes(report, Outcome.FAIL) == {"authority.revoked"}


def enrolment_of(world, party):
    """The receipt of a party's enrolment."""
    for record in world.ledger.records():
        if record.kind == "Enrolment" and party.did.encode() in record.body:
            return record
    raise AssertionError


def test_a_log_without_a_list_gives_a_bundle_without_a_status(tmp_path):
    with GovernedWorld(tmp_path / "other.sqlite").begin().ledger as ledger:
        data = export_bundle(ledger, ledger.record_at(0).content, None)

    assert "status" not in json.loads(data)


# A fresher status for an archived bundle


def test_an_archived_bundle_goes_stale_and_a_fresher_status_helps(world):
    archived = export_bundle(world.ledger, world.admitted, None)
    month = 30 * 24 * 3600
    assert codes(judge(world, archived, later=month), Outcome.UNKNOWN) >= {"status.stale"}
    assert judge(world, archived, later=month).verdict is Verdict.UNDECIDED

    world.clock.now += month
    publish(world)
    status = export_status(world.ledger, archived, None)
    assert judge(world, archived, status).verdict is Verdict.VALID
    # the list, its publisher's enrolment and request
    assert len(indexes(status)) == 3


def test_a_fresher_status_tells_of_a_withdrawal(world):
    archived = export_bundle(world.ledger, world.admitted, None)
    withdrawal = world.ledger.submit(world.event("FactorWithdrawal", world.admitted, "recall"))
    publish(world)
    status = export_status(world.ledger, archived, None)

    assert withdrawal.index in indexes(status)
    assert judge(world, archived).verdict is Verdict.VALID
    assert codes(judge(world, archived, status), Outcome.FAIL) == {"status.revoked"}
    assert json.loads(status)["subject"] == format_digest(
        world.ledger.record_at(world.size - 1).content
    )


def test_a_fresher_status_says_nothing_of_others(world):
    """Another factor's withdrawal is not in it."""
    archived = export_bundle(world.ledger, world.admitted, None)
    _, other = world.admit(1)
    world.ledger.submit(world.event("FactorWithdrawal", other, "recall"))
    publish(world)

    assert len(indexes(export_status(world.ledger, archived, None))) == 3


@pytest.mark.parametrize(
    "archived",
    [b"", b"[]", b"{}", b'{"format":"suyuan/bundle@v1","records":[1]}', b"\xff"],
)
def test_a_status_is_asked_for_a_bundle(world, refuses, archived):
    with refuses("status.archive"):
        export_status(world.ledger, archived, None)


def test_a_bundle_of_another_log_is_refused(world, refuses, tmp_path):
    with GovernedWorld(tmp_path / "other.sqlite").begin().ledger as other:
        foreign = export_bundle(other, other.record_at(0).content, None)

    with refuses("status.archive"):
        export_status(world.ledger, foreign, None)


def test_a_log_without_a_list_has_no_status_to_export(refuses, tmp_path):
    with GovernedWorld(tmp_path / "other.sqlite").begin().ledger as ledger:
        archived = export_bundle(ledger, ledger.record_at(0).content, None)
        with refuses("status.no_list"):
            export_status(ledger, archived, None)


def test_a_bundle_that_its_own_status_list_contradicts_never_leaves(world, refuses):
    """A database that was tampered with: the withdrawal's row names another record."""
    world.ledger.submit(world.event("FactorWithdrawal", world.admitted))
    with world.ledger.store.write() as connection:
        connection.exec_driver_sql("UPDATE status_event SET target_index = 0")
    publish(world)

    with refuses("bundle.self_check", StorageError):
        export_bundle(world.ledger, world.admitted, None)


# Trust policies


def test_a_policy_names_each_rule_set_for_what_it_governs(world):
    """From behind itself up to its successor's own index, that one included."""
    first = world.ledger.record(world.rule_set)
    second = world.ledger.record(world.follow({**world.rules, "version": "2"}))
    policy = json.loads(export_trust(world.ledger, [], []))

    assert policy["ruleSets"] == [
        {
            "contentDigest": format_digest(first.content),
            "fromIndex": first.index + 1,
            "untilIndex": second.index + 1,
        },
        {
            "contentDigest": format_digest(second.content),
            "fromIndex": second.index + 1,
            "untilIndex": None,
        },
    ]
    assert policy["requiredSteps"] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert policy["maxStatusAge"] == 2 * world.rules["status"]["interval"]


def test_a_log_that_is_not_governed_owes_no_status(tmp_path):
    with GovernedWorld(tmp_path / "bare.sqlite").ledger as ledger:
        policy = json.loads(export_trust(ledger, [], []))

    assert policy["ruleSets"] == []
    assert policy["requiredSteps"] == [1, 2, 3, 4, 5, 6, 7]
    assert policy["maxStatusAge"] == MAX_STATUS_AGE


def test_an_old_admission_stays_valid_under_new_rules(world):
    """It is judged by the rule set in force at its own index."""
    world.follow({**world.rules, "version": "2"})
    publish(world)

    assert world.clock.now > START
    assert judge(world, export_bundle(world.ledger, world.admitted, None)).verdict is Verdict.VALID
