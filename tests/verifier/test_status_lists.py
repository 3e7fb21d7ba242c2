"""Step 10: status lists. How old, how far, and whether they say what is known."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from governance_story import Story, short_story
from rulings import Ruling, judged, said, time_of, told
from simulated_status import SEGMENT_BITS, Bits, encode
from simulator import START, content_digest, jcs, stamp
from suyuan_verifier import Outcome, Verdict, parse_policy
from suyuan_verifier.bundle import Position
from suyuan_verifier.enrolments import Logged
from suyuan_verifier.record import read_record
from suyuan_verifier.status import Status

EVENTS = {
    "FactorErratum": "refresh",
    "FactorSupersession": "refresh",
    "FactorWithdrawal": "revocation",
    "suspended": "suspension",
    "revoked": "revocation",
    "cancelled": "revocation",
}
"""Which bit an event sets."""


_LISTS = "valid none list as_of stale not_covered unexplained contradicted"
OF_LISTS = {f"status.{name}" for name in _LISTS.split()}


def happened(story: Story, event: str, label: str = "end", **changes) -> Story:
    """One event that acts on the admission, and follows from nothing else."""
    if event in ("suspended", "revoked", "cancelled"):
        return story.change_status(label, event, by="admitter", **changes)
    links = [("basedOn", "admission")] if event == "FactorSupersession" else []
    return story.end(event, label, links=links, impact="informOnly", **changes)


def marked(story: Story, *purposes: str) -> Bits:
    """The admission's bits, and no other."""
    return {(purpose, 0): {story.at["admission"]} for purpose in purposes}


def listed(story: Story, *, now: str = "", **export) -> list[Ruling]:
    """What step 10 says of lists, whichever record it is about."""
    report = judged(story, "admission", now=now, **export)
    return [told(check) for check in report.checks if check.code in OF_LISTS]


def fits(story: Story) -> Ruling:
    """What is said of a list that is as it should be."""
    name = story.record("status")["issuer"]["name"]
    return ("status.valid", "", None, f"{name}, {time_of(story.at['status'])}")


# Which list


def test_no_list():
    """An open question for a policy that asks for step 10, and no question for another."""
    story = short_story()
    report = judged(story, "admission")
    (check,) = [check for check in report.checks if check.step == 10]
    assert told(check) == ("status.none", "/status", None, None)
    assert (check.outcome, check.record) == (Outcome.UNKNOWN, None)
    report = judged(story, "admission", requiredSteps=[1, 2, 3, 4, 5, 6, 7, 8])
    (check,) = [check for check in report.checks if check.step == 10]
    assert (check.code, check.outcome) == ("status.none", Outcome.NOT_RUN)
    assert report.verdict is Verdict.VALID


def test_what_is_named_as_list_is_one():
    story = short_story()
    report = judged(story, "admission", lists=["admission"])
    (check,) = [check for check in report.checks if check.step == 10]
    said_ = ("status.list", "/status/lists", "StatusList", "FactorAdmission")
    assert (told(check), check.outcome, check.record) == (said_, Outcome.FAIL, None)


def test_list_that_nothing_vouches_for_is_none():
    """Where the policy names no root, nobody was entitled to sign the list."""
    story = short_story("publisher").publish()
    at, did = story.at["status"], story.actors["root"].did
    roots = [
        {"did": did, "fromIndex": 0, "untilIndex": at},
        {"did": did, "fromIndex": at + 1, "untilIndex": None},
    ]
    said_ = ("status.list", "/status/lists", "StatusList", "none")
    assert listed(story, roots=roots) == [said_]


def test_newest_list_counts():
    """By its place in the log; what an older one says is over."""
    story = short_story("publisher").publish("old")
    happened(story, "FactorWithdrawal").publish("status", old="old")
    assert listed(story, lists=["old", "status"]) == [fits(story)]
    story = short_story("publisher")
    happened(story, "FactorWithdrawal").publish("old").publish("status", old="old", bits={})
    assert [row[0] for row in listed(story, lists=["old", "status"])] == ["status.contradicted"]


# How far, how old


@pytest.mark.parametrize(("beyond", "good"), [(0, True), (1, False)])
def test_list_speaks_of_what_was_logged_before_it(beyond, good):
    """Up to its own index, not of itself."""
    story = short_story("publisher")
    at = story.ledger.size
    story.publish(as_of=at + beyond, bits={})
    wrong = ("status.as_of", "/credentialSubject/asOfTreeSize", f"<= {at}", str(at + 1))
    assert listed(story) == [fits(story) if good else wrong]
    report = judged(story, "admission")
    (check,) = [check for check in report.checks if check.code in ("status.valid", "status.as_of")]
    assert check.outcome is (Outcome.PASS if good else Outcome.FAIL)
    assert check.record == content_digest(story.record("status"))


def test_list_covers_a_record_that_lies_before_its_size():
    story = short_story("publisher")
    at = story.at["admission"]
    assert listed(story.publish(as_of=at + 1)) == [fits(story)]
    story = short_story("publisher")
    beyond = ("status.not_covered", "", f"> {at}", str(at))
    assert listed(story.publish(as_of=at)) == [beyond]
    assert said(story) == [beyond]
    report = judged(story, "admission")
    (check,) = [check for check in report.checks if check.code == "status.not_covered"]
    assert check.outcome is Outcome.UNKNOWN


def test_every_record_is_looked_at_that_the_list_has_to_cover():
    """One that it does not cover does not hide the others."""
    story = short_story("publisher").submit("second", factorVersion="2")
    story.publish(as_of=story.at["admission"], bits={("suspension", 0): {story.at["factor"]}})
    codes = [row[0] for row in listed(story)]
    assert codes.count("status.not_covered") == 2
    assert codes.count("status.unexplained") == 1


@pytest.mark.parametrize(("seconds", "good"), [(3_600, True), (3_601, False)])
def test_age_of_a_list_is_bounded_by_the_policy(seconds, good):
    """Exactly as old as the policy allows is not too old."""
    story = short_story("publisher").publish()
    moment = START + timedelta(minutes=story.at["status"], seconds=seconds)
    rows = listed(story, now=stamp(moment), maxStatusAge=3_600)
    stale = ("status.stale", "", "<= 3600 s", "3601 s")
    assert rows == [fits(story) if good else stale]
    report = judged(story, "admission", now=stamp(moment), maxStatusAge=3_600)
    (check,) = [check for check in report.checks if told(check) == rows[0]]
    assert check.record == content_digest(story.record("status"))
    assert check.outcome is (Outcome.PASS if good else Outcome.UNKNOWN)


def test_old_list_is_compared_nevertheless():
    """It is too old, and what it denies was known when it was signed."""
    story = happened(short_story("publisher"), "FactorWithdrawal").publish(bits={})
    codes = [row[0] for row in listed(story, now="2026-03-01T00:00:00Z")]
    assert sorted(codes) == ["status.contradicted", "status.stale"]


# What it says


@pytest.mark.parametrize("event", EVENTS)
def test_bit_of_an_event(event):
    """Set, it fits; not set, it contradicts the event; set without an event, it is unexplained."""
    purpose = EVENTS[event]
    story = happened(short_story("publisher"), event)
    index = story.at["end"]
    story.publish(bits=marked(story, purpose))
    assert listed(story) == [fits(story)]
    unexplained = ("status.unexplained", "", None, purpose)
    assert listed(story, without=["end"]) == [unexplained]
    assert said(story, without=["end"]) == [unexplained]
    story = happened(short_story("publisher"), event).publish(bits={})
    denied = ("status.contradicted", "", f"{purpose}, by index {index}", "not set")
    assert listed(story) == [denied]
    assert denied in said(story)


@pytest.mark.parametrize("purpose", ["refresh", "revocation", "suspension"])
def test_bit_of_another_purpose_explains_nothing(purpose):
    """Each purpose is compared by itself."""
    story = short_story("publisher")
    for number, event in enumerate(("FactorErratum", "FactorWithdrawal", "suspended")):
        happened(story, event, f"{number}")
    kept = {"refresh", "revocation", "suspension"} - {purpose}
    story.publish(bits=marked(story, *kept))
    number = ["refresh", "revocation", "suspension"].index(purpose)
    index = story.at[f"{number}"]
    denied = ("status.contradicted", "", f"{purpose}, by index {index}", "not set")
    assert listed(story) == [denied]
    (check,) = [row for row in judged(story, "admission").checks if told(row) == denied]
    assert check.outcome is Outcome.FAIL


def test_unexplained_bit_is_unknown():
    story = short_story("publisher")
    report = judged(story.publish(bits=marked(story, "suspension")), "admission")
    outcomes = {check.outcome for check in report.checks if check.code == "status.unexplained"}
    assert outcomes == {Outcome.UNKNOWN}
    assert report.verdict is Verdict.UNDECIDED


@pytest.mark.parametrize(("beyond", "counts"), [(0, False), (1, True)])
def test_event_counts_that_lies_before_the_size_of_the_list(beyond, counts):
    story = happened(short_story("publisher"), "FactorErratum")
    story.publish(as_of=story.at["end"] + beyond, bits={})
    codes = [row[0] for row in listed(story)]
    assert codes == (["status.contradicted"] if counts else ["status.valid"])


@pytest.mark.parametrize(("seconds", "counts"), [(0, True), (1, False)])
def test_event_counts_that_is_in_effect_at_the_time_of_the_list(seconds, counts):
    """At that very second it is."""
    story = short_story("publisher")
    # The event is logged next, the list after it.
    moment = datetime.fromisoformat(time_of(story.ledger.size + 1)) + timedelta(seconds=seconds)
    happened(story, "FactorErratum", effectiveFrom=stamp(moment)).publish(bits={})
    codes = [row[0] for row in listed(story)]
    assert codes == (["status.contradicted"] if counts else ["status.valid"])


@pytest.mark.parametrize(
    ("changes", "purposes"),
    [
        ("suspended active", []),
        ("suspended active suspended", ["suspension"]),
        ("suspended revoked", ["revocation"]),
        ("suspended cancelled", ["revocation"]),
        ("cancelled active", ["revocation"]),
        ("cancelled suspended", ["revocation"]),
        ("revoked suspended active", ["revocation"]),
    ],
)
def test_bits_of_a_state(changes, purposes):
    """Revoked or cancelled is final and is not suspended besides."""
    story = short_story("publisher", "supervisor")
    for number, state in enumerate(changes.split()):
        before = {"from": "suspended" if state == "active" else "active"}
        story.change_status(f"{number}", state, **before)
    assert listed(story.publish(bits=marked(story, *purposes))) == [fits(story)]


@pytest.mark.parametrize("first", ["suspended", "FactorWithdrawal"])
def test_withdrawal_leaves_a_suspension_set(first):
    """Two events of two kinds: both bits, in whichever order."""
    story = short_story("publisher", "supervisor")
    second = {"suspended": "FactorWithdrawal", "FactorWithdrawal": "suspended"}[first]
    happened(story, first, "0")
    happened(story, second, "1")
    story.publish(bits=marked(story, "revocation", "suspension"))
    assert listed(story) == [fits(story)]


def test_change_in_the_future_leaves_the_state():
    """An event that is not in effect yet does not stop those after it."""
    story = short_story("publisher", "supervisor")
    tomorrow = {"effectiveFrom": "2026-03-01T00:00:00Z"}
    story.change_status("0", "cancelled", **tomorrow).change_status("1", "suspended")
    assert listed(story.publish(bits=marked(story, "suspension"))) == [fits(story)]


def test_last_event_of_a_bit_is_told():
    """Two errata: the list denies the later one as well."""
    story = happened(short_story("publisher"), "FactorErratum", "0")
    happened(story, "FactorErratum", "1").publish(bits={})
    denied = f"refresh, by index {story.at['1']}"
    assert listed(story) == [("status.contradicted", "", denied, "not set")]


def test_bit_of_a_revoked_enrolment():
    """By its index alone: a revocation names no time of effect."""
    story = short_story("publisher").revoke("expert1")
    story.publish(bits={("revocation", 0): {story.at["expert1"]}})
    assert listed(story) == [fits(story)]
    story = short_story("publisher").revoke("expert1").publish(bits={})
    index = story.at["revocation"]
    denied = ("status.contradicted", "", f"revocation, by index {index}", "not set")
    assert listed(story) == [denied]


@pytest.mark.parametrize("label", ["end", "old"])
def test_events_and_lists_are_not_looked_up_themselves(label):
    """They speak of others; a bit at their own place means nothing yet."""
    story = happened(short_story("publisher"), "FactorErratum").publish("old")
    bits = marked(story, "refresh") | {("suspension", 0): {story.at[label]}}
    story.publish(old="old", bits=bits)
    assert listed(story) == [fits(story)]


def test_records_after_an_event_are_looked_up():
    """Neither an event nor a list ends the comparison."""
    story = happened(short_story("publisher"), "FactorErratum").publish("old")
    story.submit("second", factorVersion="2")
    bits = {("refresh", 0): {story.at["admission"], story.at["second"]}}
    story.publish(old="old", bits=bits)
    unexplained = ("status.unexplained", "", None, "refresh")
    assert listed(story) == said(story, of="second") == [unexplained]


def test_rule_sets_and_enrolments_are_looked_up():
    for label in ("rules", "expert1", "expert1.request", "factor"):
        story = short_story("publisher")
        story.publish(bits={("revocation", 0): {story.at[label]}})
        unexplained = ("status.unexplained", "", None, "revocation")
        assert listed(story) == [unexplained]
        assert said(story, of=label) == [unexplained]


def test_no_neighbours_bit_is_read():
    """Every bit of the two bytes around the admission, one at a time."""
    story = short_story("publisher").fill(16)
    index = story.at["admission"]
    for other in range(index - 9, index + 10):
        if other not in story.at.values():
            bits = {("suspension", 0): {other}}
            alone = short_story("publisher").fill(16).publish(bits=bits)
            assert listed(alone) == [fits(alone)], other


@pytest.mark.parametrize(
    ("index", "segment", "bit", "found"),
    [
        (SEGMENT_BITS - 1, 0, SEGMENT_BITS - 1, True),
        (SEGMENT_BITS, 1, 0, True),
        (SEGMENT_BITS, 0, 0, False),
        (2 * SEGMENT_BITS + 9, 2, 9, True),
        (2 * SEGMENT_BITS + 9, 1, 9, False),
        (2 * SEGMENT_BITS + 9, 2, 8, False),
    ],
)
def test_segments(index, segment, bit, found):
    """131,072 records a segment; one that holds no bit is left out."""
    story = short_story("publisher")
    row = {"purpose": "refresh", "segment": segment, "encodedList": encode({bit})}
    size = 3 * SEGMENT_BITS
    story.publish(as_of=size, segments=[row])
    items = [
        Logged(read_record(story.record(label), parsed=True), Position(place, time_of(0)))
        for label, place in (("admission", index), ("status", size))
    ]
    policy = parse_policy(jcs(story.policy()))
    checks = list(Status(items, items, [size], events={}, policy=policy, now=START).check(None))
    assert [check.code for check in checks] == [f"status.{'unexplained' if found else 'valid'}"]
