"""Step 10: what follows from the events that act on a record, and from the end of its validity.

What a status list says, and whether it fits the events, is in `test_status_lists`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import governance_records as says
import pytest
from governance_story import Story, short_story
from rulings import by, judged, said, time_of, told
from simulator import content_digest, stamp
from suyuan_verifier import Outcome, Verdict


def ended(
    kind: str = "FactorWithdrawal", label: str = "end", story: Story | None = None, **changes
):
    """An admission and one event that acts on it."""
    story = story or short_story("publisher")
    links = [("basedOn", "admission")] if kind == "FactorSupersession" else []
    return story.end(kind, label, links=links, **changes)


def test_nothing_happened():
    story = short_story("publisher").publish()
    report = judged(story, "admission")
    assert report.verdict is Verdict.VALID
    (check,) = [check for check in report.checks if check.step == 10]
    name, time = story.record("status")["issuer"]["name"], time_of(story.at["status"])
    assert told(check) == ("status.valid", "", None, f"{name}, {time}")
    assert check.record == content_digest(story.record("status"))
    assert check.outcome is Outcome.PASS


# Impact

CONSEQUENCES = {
    ("FactorErratum", "recall"): ("revoked", Outcome.FAIL),
    ("FactorErratum", "noNewUse"): ("no_new_use", Outcome.PASS),
    ("FactorErratum", "informOnly"): ("inform", Outcome.PASS),
    ("FactorSupersession", "recall"): ("revoked", Outcome.FAIL),
    ("FactorSupersession", "noNewUse"): ("replaced", Outcome.PASS),
    ("FactorSupersession", "informOnly"): ("replaced", Outcome.PASS),
    ("FactorWithdrawal", "recall"): ("revoked", Outcome.FAIL),
    ("FactorWithdrawal", "noNewUse"): ("no_new_use", Outcome.PASS),
    ("FactorWithdrawal", "informOnly"): ("inform", Outcome.PASS),
}


@pytest.mark.parametrize(("kind", "impact"), CONSEQUENCES)
def test_consequence_follows_from_the_impact(kind, impact):
    """A recall fails; what is only replaced, closed or corrected is told."""
    story = ended(kind, impact=impact).publish()
    code, outcome = CONSEQUENCES[kind, impact]
    report = judged(story, "admission")
    (check,) = [
        check for check in report.checks if check.step == 10 and check.code != "status.valid"
    ]
    assert told(check) == (f"status.{code}", "", None, by(story, "end", kind))
    assert check.record == content_digest(story.record("admission"))
    assert check.outcome is outcome
    assert report.verdict is (Verdict.INVALID if outcome is Outcome.FAIL else Verdict.VALID)


@pytest.mark.parametrize(("seconds", "acts"), [(0, True), (-1, False)])
def test_event_acts_from_the_second_that_it_names(seconds, acts):
    """Judged at the time of the verification: at that very second it acts."""
    effective = "2026-01-05T12:00:00Z"
    story = ended(effectiveFrom=effective).publish()
    now = stamp(datetime.fromisoformat(effective) + timedelta(seconds=seconds))
    codes = {row[0] for row in said(story, now=now)}
    assert codes == ({"status.revoked"} if acts else set())


def test_two_events_are_both_told():
    story = ended("FactorErratum", "first", impact="informOnly")
    ended("FactorWithdrawal", "second", story, impact="noNewUse").publish()
    assert said(story) == [
        ("status.inform", "", None, by(story, "first", "FactorErratum")),
        ("status.no_new_use", "", None, by(story, "second", "FactorWithdrawal")),
    ]


def test_event_on_another_record_has_no_consequence():
    """Only what the event names is hit, by the link that the kind names it with."""
    story = short_story("publisher").submit("second", factorVersion="2")
    story.review("expert1", "second review", of="second")
    story.admit("new", of="second", registryNumber="EXAMPLE-0002")
    story.end("FactorSupersession", "end", links=[("basedOn", "new")], impact="recall").publish()
    assert [row[0] for row in said(story)] == ["status.revoked"]
    assert said(story, of="new") == []
    assert said(story, of="rules") == []


# Uses


def used(story: Story, label: str, *, time: str | None = None) -> Story:
    """Somebody uses the admission; requests are the records that may link to anything."""
    actor = story.actors["expert4"]
    subject = {"organisation": actor.organisation, "roles": ["expert"], "personId": actor.person}
    record = story.make("EnrolmentRequest", "expert4", subject, [("uses", "admission")])
    return story.append(label, record, time)


def _used_and_answered(story: Story, label: str) -> Story:
    """The same; an enrolment answers, so that step 4 has nothing to say."""
    used(story, label)
    request = story.at[label]
    story.at[f"{label}.answer"] = story.ledger.enrol(story.actors["registrar"], request)
    return story


@pytest.mark.parametrize(
    ("kind", "impact", "hit"),
    [
        ("FactorWithdrawal", "noNewUse", True),
        ("FactorErratum", "noNewUse", True),
        ("FactorSupersession", "noNewUse", True),
        ("FactorSupersession", "informOnly", True),
        ("FactorWithdrawal", "informOnly", False),
        ("FactorErratum", "informOnly", False),
    ],
)
def test_use_after_the_end_of_use(kind, impact, hit):
    """Whoever used it before is left alone; whoever used it afterwards is told by whose word."""
    story = _used_and_answered(short_story("publisher"), "before")
    ended(kind, story=story, impact=impact)
    _used_and_answered(story, "after").publish()
    told_of = ("status.used_after", "", None, by(story, "end", kind))
    assert said(story, of="before") == []
    assert said(story, of="after") == ([told_of] if hit else [])
    # Either the late use is told, or the note.
    assert [row[0] for row in said(story)] == ([] if hit else ["status.inform"])


def test_every_late_use_is_told():
    story = ended(impact="noNewUse")
    for label in ("first", "second"):
        _used_and_answered(story, label)
    story.publish()
    for label in ("first", "second"):
        assert [row[0] for row in said(story, of=label)] == ["status.used_after"]


def test_late_use_of_two_is_told_once():
    """By the first event: whoever used a thousand withdrawn factors reads one line."""
    story = short_story("publisher").submit("second", factorVersion="2")
    story.review("expert1", "second review", of="second")
    story.admit("new", of="second", registryNumber="EXAMPLE-0002")
    ended("FactorWithdrawal", "first", story, impact="noNewUse")
    ended("FactorWithdrawal", "other", story, impact="noNewUse", of="new")
    actor = story.actors["expert4"]
    subject = {"organisation": actor.organisation, "roles": ["expert"], "personId": actor.person}
    links = [("uses", "admission"), ("uses", "new")]
    story.log("use", "EnrolmentRequest", "expert4", subject, links)
    story.at["answer"] = story.ledger.enrol(story.actors["registrar"], story.at["use"])
    told_of = ("status.used_after", "", None, by(story, "first", "FactorWithdrawal"))
    assert said(story.publish(), of="use") == [told_of]


@pytest.mark.parametrize(("seconds", "hit"), [(0, True), (1, False)])
def test_use_counts_from_the_second_of_effect(seconds, hit):
    """Logged after the event, at the second it names or before."""
    story = short_story("publisher")
    moment = datetime.fromisoformat(story.ledger.next_time) + timedelta(minutes=1, seconds=seconds)
    ended(story=story, impact="noNewUse", effectiveFrom=stamp(moment))
    assert time_of(story.ledger.size) == stamp(moment - timedelta(seconds=seconds))
    _used_and_answered(story, "use").publish()
    assert [row[0] for row in said(story, of="use")] == (["status.used_after"] if hit else [])
    assert [row[0] for row in said(story)] == ([] if hit else ["status.no_new_use"])


def test_other_links_are_no_use():
    """What a record is about or based on, it does not use."""
    story = ended(impact="noNewUse")
    story.end("FactorErratum", "erratum", impact="informOnly").publish()
    assert {row[0] for row in said(story)} == {"status.no_new_use", "status.inform"}


# States

STATES = {
    # changes -> code
    "suspended": "suspended",
    "suspended active": None,
    "suspended active suspended": "suspended",
    "revoked": "revoked",
    "cancelled": "revoked",
    "suspended revoked": "revoked",
    "suspended cancelled": "revoked",
    "cancelled active": "revoked",
    "revoked suspended": "revoked",
    "revoked active suspended": "revoked",
    "cancelled suspended active": "revoked",
}


@pytest.mark.parametrize("changes", STATES)
def test_state_is_that_of_the_last_change_until_a_final_one(changes):
    """What was revoked or cancelled stays so; the report names who said it last."""
    story = short_story("publisher", "supervisor")
    states = changes.split()
    for number, state in enumerate(states):
        before = {"from": "suspended" if state == "active" else "active"}
        story.change_status(f"{number}", state, **before)
    story.publish()
    code = STATES[changes]
    if code is None:
        assert said(story) == []
    else:
        final = [number for number, state in enumerate(states) if state in ("revoked", "cancelled")]
        last = final[0] if final else len(states) - 1
        assert said(story) == [(f"status.{code}", "", None, by(story, f"{last}", "StatusChange"))]


def test_change_that_is_not_in_effect_yet():
    """The suspension ends tomorrow: today it still holds."""
    story = short_story("publisher", "supervisor").change_status("0", "suspended")
    story.change_status(
        "1", "active", **{"from": "suspended", "effectiveFrom": "2026-01-07T00:00:00Z"}
    )
    story.publish()
    assert said(story) == [("status.suspended", "", None, by(story, "0", "StatusChange"))]
    now = "2026-01-06T23:59:59Z"
    assert [row[0] for row in said(story, now=now)] == ["status.suspended"]
    assert said(story, now="2026-01-07T00:00:00Z") == []


def test_suspended_and_withdrawn():
    """A withdrawal does not hide that the admission is suspended, nor the other way round."""
    story = short_story("publisher", "supervisor").change_status("0", "suspended")
    ended(story=story, impact="informOnly").publish()
    assert {row[0] for row in said(story)} == {"status.suspended", "status.inform"}


def test_submission_has_a_state_too():
    """The admission's bundle tells that the submission under it was cancelled."""
    story = short_story("publisher").change_status("0", "cancelled", of="factor", by="submitter")
    story.publish()
    code = ("status.revoked", "", None, by(story, "0", "StatusChange"))
    assert said(story, of="factor") == [code]
    assert judged(story, "admission").verdict is Verdict.INVALID


# Enrolments


def test_end_of_an_enrolment_is_told():
    """Which records it makes void was judged by step 4; here it is only known."""
    story = short_story("publisher").revoke("expert1").publish()
    code = ("status.enrolment_revoked", "", None, by(story, "revocation", "EnrolmentRevocation"))
    assert said(story, of="expert1") == [code]
    report = judged(story, "admission")
    assert report.verdict is Verdict.VALID
    (check,) = [check for check in report.checks if check.code == "status.enrolment_revoked"]
    assert check.outcome is Outcome.PASS


# Validity


@pytest.mark.parametrize(
    ("now", "over"), [("2026-01-05T12:00:00Z", False), ("2026-01-05T12:00:01Z", True)]
)
def test_validity_ends_after_the_second_that_it_names(now, over):
    story = short_story("publisher")
    links = [("about", "factor"), ("basedOn", "review of expert1"), ("underRule", "rules")]
    subject = says.admission(reviewedTreeSize=story.ledger.size, registryNumber="EXAMPLE-0002")
    until = "2026-01-05T12:00:00Z"
    limited = story.make("FactorAdmission", "admitter", subject, links, validUntil=until)
    story.append("limited", limited).publish()
    expired = ("status.expired", "/validUntil", f">= {now}", until)
    assert said(story, "limited", now=now) == ([expired] if over else [])
    # Only of what the bundle is about.
    assert said(story, "admission", "limited", now=now) == []


@pytest.mark.parametrize(
    ("now", "early"), [("2026-01-05T11:59:59Z", True), ("2026-01-05T12:00:00Z", False)]
)
def test_validity_begins_with_the_second_that_it_names(now, early):
    story = short_story("publisher")
    links = [("about", "factor"), ("basedOn", "review of expert1"), ("underRule", "rules")]
    subject = says.admission(reviewedTreeSize=story.ledger.size, registryNumber="EXAMPLE-0002")
    start = "2026-01-05T12:00:00Z"
    span = {"validFrom": start, "validUntil": "2026-02-05T12:00:00Z"}
    limited = story.make("FactorAdmission", "admitter", subject, links, **span)
    story.append("limited", limited).publish()
    told = ("status.early", "/validFrom", f"<= {now}", start)
    assert said(story, "limited", now=now) == ([told] if early else [])


def test_now_is_compared_in_utc():
    story = ended(effectiveFrom="2026-01-05T12:00:00Z").publish()
    assert said(story, now="2026-01-05T19:59:59+08:00") == []
    assert [row[0] for row in said(story, now="2026-01-05T20:00:00+08:00")] == ["status.revoked"]
