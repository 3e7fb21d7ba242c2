"""Bundles that use every rule of governance at once: the work and the report stay in proportion.

Some questions are asked of each pair of records, at a few instructions a pair; so the work may grow
a little more than by 2 where a bundle doubles, and by 2.7 at the sizes here only if a pair becomes
several times as dear (tests/instructions.py).
"""

from __future__ import annotations

import governance_records as says
from governance_story import Story, short_start, short_story
from instructions import growth
from simulator import content_digest, secure
from suyuan_verifier import Verdict
from verdicts import report_on

BASIC = [1, 2, 3, 4, 5, 6, 7, 8]


def _judging(story: Story, subject: str):
    """A call that verifies what the story exports, for a policy without the later steps."""
    bundle, policy = story.export(subject, requiredSteps=BASIC)
    return lambda: report_on(story.ledger, bundle, policy)


def _revocations(count: int):
    """The registrar's own enrolments ended, all but the youngest; each revocation names 64."""
    story = Story()
    ledger, registrar, expert = story.ledger, story.actors["registrar"], story.actors["expert1"]
    asked = ledger.request(registrar, ["registrar"])
    for _ in range(count):
        ledger.enrol(registrar, asked, notAfter="2026-01-01T00:00:01Z")
    ledger.enrol(story.actors["root"], asked)
    asked = ledger.request(expert, ["expert"])
    enrolments = [ledger.enrol(registrar, asked) for _ in range(64)]
    digests = sorted(content_digest(ledger.records[index]) for index in enrolments)
    links = [{"rel": "about", "contentDigest": digest} for digest in digests]
    for _ in range(count):
        subject = says.revocation(expert.did, ledger.size)
        document = ledger.document("EnrolmentRevocation", registrar, subject, links)
        ledger.append(secure(document, registrar))
    story.at = {str(index): index for index in ledger.records}
    return _judging(story, "0")


def test_many_revocations_by_a_registrar_of_many_enrolments():
    """Whether the signer was a registrar is asked once for each revocation, not for each link."""
    assert growth(_revocations, 32) < 2.7


def _admissions(count: int, reviews: int):
    """Each admission links every review of one expert."""
    story = short_start()
    names = [f"review {number}" for number in range(reviews)]
    for name in names:
        story.review("expert1", name)
    for number in range(count):
        story.admit(f"admission {number}", based_on=names)
    return _judging(story, "admission 0")


def test_many_admissions_of_many_reviews():
    """The work grows with the links: as the admissions do, and as the reviews do."""
    assert growth(lambda count: _admissions(count, 30), 32) < 2.2
    assert growth(lambda count: _admissions(10, count), 32) < 2.2


def _omissions(count: int):
    """Each review lies beyond what each admission read, so that each has to be looked at."""
    story = short_start().review("expert1")
    size = story.ledger.size
    for number in range(count):
        story.review("expert1", f"review {number}")
    for number in range(count):
        based_on = ["review of expert1"]
        story.admit(f"admission {number}", based_on=based_on, reviewedTreeSize=size)
    return _judging(story, "admission 0")


def test_many_admissions_that_leave_out_many_reviews():
    assert growth(_omissions, 32) < 2.7


def _withdrawals(count: int):
    story = short_story()
    for number in range(count):
        story.end("FactorWithdrawal", f"end {number}", impact="noNewUse")
    user = story.actors["expert2"]
    subject = {"organisation": user.organisation, "roles": ["expert"], "personId": user.person}
    for number in range(count):
        request = story.make("EnrolmentRequest", "expert2", subject, [("uses", "admission")])
        story.append(f"use {number}", request)
    return _judging(story, "admission")


def test_many_withdrawals_of_what_many_use():
    """The report grows with the records, not with the pairs of them."""
    assert len(_withdrawals(100)().checks) < 2_000
    assert growth(_withdrawals, 32) < 2.7


def _reviews(count: int):
    """Each review is compared with the groups that each of the key's enrolments may state."""
    story = short_start()
    registrar, asked = story.actors["registrar"], story.at["expert1.request"]
    for number in range(count):
        story.at[f"expert1 again {number}"] = story.ledger.enrol(registrar, asked)
    for number in range(count):
        story.review("expert1", f"review {number}")
    return _judging(story, "review 0")


def test_many_reviews_by_a_key_of_many_enrolments():
    assert _reviews(100)().verdict is Verdict.VALID
    assert growth(_reviews, 32) < 2.7
