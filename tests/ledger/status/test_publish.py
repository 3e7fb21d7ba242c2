"""A list is published when there is something to say, and the door takes no other."""

from __future__ import annotations

import pytest
from ledger_world import GovernedWorld, Party
from suyuan_ledger.errors import KeyAccessError
from suyuan_ledger.records.drafts import new_record
from suyuan_ledger.records.profile import parse_record
from suyuan_ledger.status.encode import unpack_bits
from suyuan_ledger.status.publish import read_segments

LATER = "2026-03-02T00:00:00Z"


@pytest.fixture
def world(tmp_path):
    """A governed log with one admitted factor, `world.admitted`."""
    world = GovernedWorld(tmp_path / "log.sqlite").begin()
    world.admitted = world.admit()[1]
    yield world
    world.ledger.close()


def publish(world, *, force=False):
    return world.ledger.publish_status(world.publisher.signer, force=force)


def subject(publication):
    return parse_record(publication.receipt.body).value["credentialSubject"]


def bits(publication):
    """What the published list says: (purpose, log index)."""
    return {
        (purpose, bit)
        for (purpose, _), data in read_segments(subject(publication)).items()
        for bit in unpack_bits(data)
    }


def test_a_list_is_published_for_each_reason_and_for_none(world):
    """First, nothing, uncovered records, a changed bit, the interval, force."""
    first = publish(world)
    assert (first.reason, subject(first)["asOfTreeSize"]) == ("first", first.receipt.index)
    assert bits(first) == set()

    none = publish(world)
    assert (none.reason, none.receipt, none.size) == ("", None, first.size)

    world.submission(7)
    assert publish(world).reason == "uncovered"

    index = world.ledger.record(world.admitted).index
    world.ledger.submit(world.event("FactorWithdrawal", world.admitted))
    changed = publish(world)
    assert (changed.reason, bits(changed)) == ("changed", {("revocation", index)})

    world.clock.now += world.rules["status"]["interval"] // 2 - 1
    assert publish(world).reason == ""
    world.clock.now += 1
    assert publish(world).reason == "interval"
    assert publish(world, force=True).reason == "forced"


def test_each_list_supersedes_the_one_before(world):
    first, second = publish(world), publish(world, force=True)

    assert "links" not in parse_record(first.receipt.body).value
    links = parse_record(second.receipt.body).links
    assert [(link.rel, link.content_digest) for link in links] == [
        ("supersedes", f"sha256:{first.receipt.content.hex()}")
    ]


def test_an_event_sets_its_bit_only_from_its_date_on(world):
    """A withdrawal from tomorrow on: the list of today does not say it, that of tomorrow does."""
    index = world.ledger.record(world.admitted).index
    world.ledger.submit(world.event("FactorWithdrawal", world.admitted, effective_from=LATER))
    assert bits(publish(world)) == set()

    world.clock.now += 24 * 3600
    tomorrow = publish(world)
    assert (tomorrow.reason, bits(tomorrow)) == ("changed", {("revocation", index)})


def test_revoked_enrolments_are_in_the_list(world):
    newcomer = Party(77)
    enrolment = world.enrol(newcomer, ["submitter"])
    world.ledger.submit(world.revocation(enrolment))

    assert bits(publish(world)) == {("revocation", enrolment.index)}


def test_a_list_that_the_log_does_not_lead_to_is_refused(world, refuses):
    """By the publisher's own key: the door derives it again."""
    world.ledger.submit(world.event("FactorWithdrawal", world.admitted))
    lie = world.publisher.draft("StatusList", {"asOfTreeSize": world.size, "segments": []})

    with refuses("status.differs"):
        world.ledger.submit(world.publisher.sign(lie))


def test_a_list_in_one_batch_with_the_event_that_it_hides_is_refused(world, refuses):
    """What a list says depends on the records of its own batch, too."""
    size = world.size
    withdrawal = world.event("FactorWithdrawal", world.admitted)
    draft = world.publisher.draft("StatusList", {"asOfTreeSize": size + 1, "segments": []})
    results = list(world.ledger.submit_many([withdrawal, world.publisher.sign(draft)]))

    assert results[0].index == size
    with refuses("status.differs"):
        raise results[1]


def test_only_a_publisher_publishes(world, refuses):
    with refuses("authority.role"):
        world.ledger.publish_status(world.supervisor.signer)
    with refuses("key.not_enrolled", KeyAccessError):
        world.ledger.publish_status(Party(88).signer)


def test_a_list_is_a_draft_like_any_other():
    """`new_record` knows the kind."""
    issuer = {"id": "did:key:z", "name": "x", "nameZh": "x"}
    draft = new_record("StatusList", issuer, {}, valid_from=LATER)
    assert draft["type"][1] == "StatusList"
