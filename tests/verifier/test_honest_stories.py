"""Random honest histories verify, and random histories verify only if a small oracle agrees."""

from __future__ import annotations

from governance_oracle import Oracle
from governance_story import short_story
from honest_stories import honest_stories
from hypothesis import HealthCheck, given, note, settings, target
from hypothesis import strategies as st
from mutations import mutated
from retold_story import script_of, tell
from suyuan_verifier import Outcome, Verdict
from verdicts import found, report_on

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@settings(PATIENT, max_examples=40)
@given(honest_stories())
def test_honest_story_is_valid(story):
    """However it went: what was rightly done verifies."""
    report = report_on(story.ledger, *story.export("admission"))
    assert found(report) == set()
    assert report.verdict is Verdict.VALID


@settings(PATIENT, max_examples=15)
@given(honest_stories(noise=False))
def test_story_told_again_is_valid(story):
    """The script says everything, and the oracle finds that it stands."""
    lines = script_of(story)
    assert Oracle(lines, story.actors).stands()
    again = tell(lines, story.actors)
    assert report_on(again.ledger, *again.export("admission")).verdict is Verdict.VALID


@settings(PATIENT, max_examples=150)
@given(st.data())
def test_one_change_is_valid_only_if_it_breaks_no_rule(data):
    """Signed by the real keys, logged, anchored, listed: what is VALID, the oracle lets stand.

    And the other way round, unless a record has no longer the shape of its kind.
    """
    story = data.draw(honest_stories(noise=False))
    before = script_of(story)
    lines = data.draw(mutated(before))
    note(f"changed: {[(line.label, line.subject) for line in lines if line not in before]}")
    told = tell(lines, story.actors)
    report = report_on(told.ledger, *told.export("admission"))
    note(f"found: {found(report, Outcome.FAIL, Outcome.UNKNOWN)}")
    if report.outcome(2) is Outcome.PASS:
        stands = Oracle(lines, story.actors).stands()
        target(float(stands))
        assert (report.verdict is Verdict.VALID) == stands
    else:
        assert report.verdict is Verdict.INVALID


_EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["active", "suspended", "revoked", "cancelled", "end", "erratum", "key"]),
        st.sampled_from(["admission", "factor"]),
        st.integers(0, 40),
    ),
    max_size=8,
)


@settings(PATIENT, max_examples=60)
@given(_EVENTS, st.integers(0, 8))
def test_two_hands_derive_the_same_bits(events, listed):
    """Whatever happened in whatever order, now or later: publisher and verifier see the same.

    The list speaks of the first events only; what came after it contradicts nothing.
    """
    story = short_story("publisher", "supervisor")
    for number, (what, of, minute) in enumerate(events):
        if number == listed:
            story.publish()
        label, when = f"event {number}", {"effectiveFrom": f"2026-01-05T08:{minute:02}:00Z"}
        if what == "key":
            story.revoke("expert1", label)
        elif what == "end":
            story.end("FactorWithdrawal", label, impact="informOnly", **when)
        elif what == "erratum":
            story.end("FactorErratum", label, impact="informOnly", **when)
        else:
            before = "suspended" if what == "active" else "active"
            story.change_status(label, what, of=of, **{"from": before}, **when)
    if "status" not in story.at:
        story.publish()
    report = report_on(story.ledger, *story.export("admission"))
    said = {code for _, code in found(report, Outcome.FAIL, Outcome.UNKNOWN)}
    assert said <= {"workflow.completeness", "status.revoked", "status.suspended"}
