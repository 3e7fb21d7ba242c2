"""What the ledger takes in can be proven, and what is in it twice is found."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from ledger_world import GovernedWorld, World
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.export.bundle import export_bundle
from suyuan_ledger.export.trust import export_trust
from suyuan_ledger.log.receipt import Receipt
from suyuan_ledger.records.profile import Link, format_digest, parse_record
from suyuan_ledger.store.engine import Store
from suyuan_verifier import Verdict, parse_policy, verify

STEPS = b'"requiredSteps": [\n    1,\n    2,\n    3,\n    4,\n    5,\n    6,\n    7\n  ]'
NOWHERE = format_digest(b"\x42" * 32)
NOWHERE_DIGEST = bytes.fromhex(NOWHERE.removeprefix("sha256:"))


def verdict(world, content):
    """The verifier's word on an export, but for the anchor, which nobody asks for here."""
    policy = export_trust(world.ledger, [], [])
    assert STEPS in policy
    policy = parse_policy(policy.replace(STEPS, b'"requiredSteps": [1, 2, 3, 4, 5, 6]'))
    return verify(
        export_bundle(world.ledger, content, None), policy, now=datetime(2027, 1, 1, tzinfo=UTC)
    ).verdict


def test_a_record_that_rests_on_nothing_is_refused(world, refuses):
    """It would be acknowledged, and no bundle could ever be made of it."""
    factor = world.works.factor(1, links=[Link("underRule", NOWHERE)])
    with refuses("submit.link", RefusedError) as caught:
        world.ledger.submit(factor)
    assert caught.value.pointer == "/links/0/contentDigest"


@pytest.mark.parametrize("rel", ["about", "basedOn", "underRule"])
def test_whatever_a_record_of_the_workflow_rests_on_is_in_the_log(tmp_path, refuses, rel):
    world = GovernedWorld(tmp_path / "log.sqlite").begin()
    links = {"about": world.submission(), "underRule": world.rule_set, rel: NOWHERE_DIGEST}
    subject = {
        "recommendation": "accept",
        "reviewType": "Independent external review",
        "scopes": [{"name": "Documentation", "methods": ["Documentation"]}],
        "conflictOfInterest": {"declaration": "none"},
    }
    with refuses("submit.link", RefusedError):
        world.ledger.submit(world.record(world.experts[0], "ExpertReview", subject, **links))
    world.ledger.close()


@pytest.mark.parametrize("rel", ["responds", "supersedes"])
def test_other_links_may_lead_anywhere(world, rel):
    receipt = world.ledger.submit(world.works.factor(1, links=[Link(rel, NOWHERE)]))
    assert verdict(world, receipt.content) is Verdict.VALID


def test_what_a_record_rests_on_may_come_in_the_same_batch_but_before_it(world):
    first = world.works.factor(1)
    link = Link("underRule", format_digest(parse_record(first).content_digest))
    second = world.works.factor(2, links=[link])
    early, receipt = world.ledger.submit_many([second, first])
    assert early.code == "submit.link"
    assert isinstance(receipt, Receipt)
    again = world.ledger.submit(second)
    assert verdict(world, again.content) is Verdict.VALID
    third = world.works.factor(3)
    link = Link("underRule", format_digest(parse_record(third).content_digest))
    fourth = world.works.factor(4, links=[link])
    assert all(isinstance(item, Receipt) for item in world.ledger.submit_many([third, fourth]))
    assert world.ledger.fsck().clean


def test_a_repetition_is_answered_whatever_it_links_to(world):
    receipt = world.ledger.submit(world.works.factor(1, links=[Link("supersedes", NOWHERE)]))
    again = world.ledger.submit(receipt.body)
    assert (again.index, again.duplicate) == (receipt.index, True)


def test_fsck_finds_a_link_that_the_writer_should_have_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("suyuan_ledger.log.plan.check_targets", lambda *_: None)
    world = World(tmp_path / "log.sqlite")
    world.enrol()
    receipt = world.ledger.submit(world.works.factor(1, links=[Link("underRule", NOWHERE)]))
    problem = world.ledger.fsck().problem
    assert (problem.code, problem.pointer) == ("fsck.authority", f"record {receipt.index}")
    assert NOWHERE in problem.found
    world.ledger.close()


@pytest.mark.parametrize("same", ["content", "id"])
def test_fsck_finds_a_record_that_is_in_the_log_twice(world, same):
    """A database that was restored without its unique indexes takes everything twice."""
    first = world.works.factor(1)
    world.ledger.submit(first)
    draft = world.works.factor_draft(2)
    draft["id"] = parse_record(first).id
    second = first if same == "content" else world.works.sign(draft)
    _forget_unique_indexes(world.path)
    receipt = world.ledger.submit(second)
    assert receipt.index == 3
    problem = world.ledger.fsck().problem
    assert (problem.code, problem.pointer) == ("fsck.doubled", "record 3")


def _forget_unique_indexes(path):
    with Store(path, foreign_keys=False) as store, store.write() as connection:
        (create,) = connection.exec_driver_sql(
            "SELECT sql FROM sqlite_master WHERE name = 'record'"
        ).scalars()
        lines = [line.rstrip(" ,") for line in create.splitlines()[1:-1] if "UNIQUE" not in line]
        connection.exec_driver_sql(f"CREATE TABLE plain ({', '.join(lines)})")
        connection.exec_driver_sql("INSERT INTO plain SELECT * FROM record")
        connection.exec_driver_sql("PRAGMA legacy_alter_table = ON")
        connection.exec_driver_sql("DROP TABLE record")
        connection.exec_driver_sql("ALTER TABLE plain RENAME TO record")
