"""What a check reads from a ledger, and that the door takes what comes out of it."""

from __future__ import annotations

import orjson
import pytest
from ledger_world import CREATED, GovernedWorld, Party, World, rules_of_the_world
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.profile import format_digest
from suyuan_ledger.store import casework
from suyuan_ledger.traceability import replay_set_rules
from suyuan_ledger.traceability.setting import draft_check, read_setting
from suyuan_ledger.workflow.default_rules import default_rules


@pytest.fixture
def world(tmp_path):
    """A governed ledger with three admitted factors, of other works each."""
    world = GovernedWorld(tmp_path / "log.sqlite").begin()
    for number in range(3):
        world.admit(number)
    return world


def admitted(world, before=None, **given):
    """Registry numbers that count before a tree size."""
    with world.ledger.store.read() as connection:
        found = casework.read_admitted(connection, before or world.size, **given)
        return [factor.registry_number for factor in found.factors]


def unchecked(world, party, **given):
    """Contents of the submissions that a key has not checked."""
    given = {"before": world.size, "limit": 100, **given}
    with world.ledger.store.read() as connection:
        found = casework.read_unchecked(connection, party.did, **given)
        return [stored.content for stored in found]


def draft(world, content, issuer=None, **given):
    """Draft a check of a logged submission."""
    record = orjson.loads(world.ledger.record(content).body)
    with world.ledger.store.read() as connection:
        setting = read_setting(connection)
    issuer = issuer or world.checker.issuer
    return draft_check(setting, record, format_digest(content), issuer, valid_from=CREATED, **given)


def test_admitted_factors_are_those_below_the_tree_size(world):
    """A check says what it was made against; later admissions do not change that."""
    assert admitted(world) == ["EX-0000", "EX-0001", "EX-0002"]
    third = world.size - 1
    assert admitted(world, before=third) == ["EX-0000", "EX-0001"]


def test_admitted_factors_of_one_series(world):
    assert len(admitted(world, series="PRODUCT_FOOTPRINT")) == 3
    assert admitted(world, series="DIRECT_EF") == []


def test_what_is_withdrawn_superseded_or_revoked_is_no_yardstick(world):
    """From the size on at which the log says so; an erratum and a suspension leave it."""
    contents = {}
    with world.ledger.store.read() as connection:
        for factor in casework.read_admitted(connection, world.size).factors:
            contents[factor.registry_number] = (factor.content, factor.admission)

    def content(number, place):
        return bytes.fromhex(contents[number][place].removeprefix("sha256:"))

    before = world.size
    world.ledger.submit(world.event("FactorErratum", content("EX-0000", 1)))
    world.ledger.submit(world.status_change(content("EX-0000", 1), "suspended"))
    assert len(admitted(world)) == 3
    world.ledger.submit(world.event("FactorWithdrawal", content("EX-0000", 1)))
    assert admitted(world) == ["EX-0001", "EX-0002"]
    world.ledger.submit(world.status_change(content("EX-0001", 0), "revoked"))
    assert admitted(world) == ["EX-0002"]
    _, fresh = world.admit(3)
    world.ledger.submit(world.event("FactorSupersession", content("EX-0002", 1), basedOn=fresh))
    assert admitted(world) == ["EX-0003"]
    assert len(admitted(world, before=before)) == 3


def test_open_submissions_wait_for_each_checker_once(world):
    """Pages in log order; what was submitted after the setting waits for the next time."""
    first, second = world.submission(10), world.submission(11)
    size = world.size
    third = world.submission(12)
    other = Party(40, "Example Checkers", "示例校验机构", "institute")
    world.enrol(other, ["checker"])

    assert unchecked(world, world.checker) == [first, second, third]
    assert unchecked(world, world.checker, before=size) == [first, second]
    assert unchecked(world, world.checker, limit=1) == [first]
    index = world.ledger.record(first).index
    assert unchecked(world, world.checker, after=index) == [second, third]

    world.ledger.submit(world.check(first))
    assert unchecked(world, world.checker) == [second, third]
    assert unchecked(world, other) == [first, second, third]


def test_returned_and_admitted_cases_do_not_wait(world):
    content = world.submission(10)
    world.ledger.submit(world.returned(content))

    assert unchecked(world, world.checker) == []


def test_assignments_of_a_check_to_this_key_are_answered(world):
    """Neither another's task nor another task."""
    content = world.submission(10)
    mine = world.ledger.submit(world.assignment(content, world.checker, "TraceabilityCheck"))
    world.ledger.submit(world.assignment(content, world.experts[0], "TraceabilityCheck"))
    world.ledger.submit(world.assignment(content, world.checker, "ExpertReview"))

    with world.ledger.store.read() as connection:
        found = casework.read_assignments(connection, [content], world.checker.did)

    assert found == {content: [format_digest(mine.content)]}
    unsigned = draft(world, content, assignments=found[content])
    assert {"rel": "responds", "contentDigest": found[content][0]} in unsigned["links"]
    world.ledger.submit(world.checker.sign(unsigned))


def test_the_door_takes_a_check_by_the_default_rules_and_an_audit_repeats_it(world):
    """All rules of the default rule set, executed by the checker and again by the door."""
    world.follow(default_rules())
    content = world.submission(1, factorCode="AGAIN")
    unsigned = draft(world, content)

    receipt = world.ledger.submit(world.checker.sign(unsigned))

    subject = unsigned["credentialSubject"]
    results = {one["ruleId"]: one["outcome"] for one in subject["results"]}
    assert results["duplicate.admitted"] == "fail"
    assert results["range.robust"] == "notEvaluated"
    assert subject["verdict"] == "fail"
    world.follow(rules_of_the_world())
    world.admit(9)
    record = orjson.loads(world.ledger.record(content).body)
    with world.ledger.store.read() as connection:
        then = casework.read_admitted(connection, subject["asOfTreeSize"])
    assert receipt.index >= subject["asOfTreeSize"]
    digest = format_digest(content)
    assert replay_set_rules(subject, record, digest, default_rules(), then) == []


def test_a_ledger_without_rule_set_makes_no_checks(tmp_path):
    world = World(tmp_path / "log.sqlite")

    with world.ledger.store.read() as connection, pytest.raises(RefusedError) as caught:
        read_setting(connection)
    assert caught.value.code == "trace.no_rule_set"
