"""Bundles that use every rule of governance at once are judged within seconds, in short reports."""

from __future__ import annotations

import time

import governance_records as says
from governance_story import Story, short_start, short_story
from simulator import content_digest, secure
from suyuan_verifier import Verdict
from verdicts import report_on

SECONDS = 4
BASIC = [1, 2, 3, 4, 5, 6, 7, 8]


def _judged(story: Story, subject: str):
    """The report, and the processor's time for it, so that a busy machine fails nobody."""
    bundle, policy = story.export(subject, requiredSteps=BASIC)
    start = time.process_time()
    report = report_on(story.ledger, bundle, policy)
    return report, time.process_time() - start


def test_many_revocations_by_a_registrar_of_many_enrolments():
    """The registrar's own enrolments ended, all but the youngest, and each revocation names 64."""
    story = Story()
    ledger, registrar, expert = story.ledger, story.actors["registrar"], story.actors["expert1"]
    asked = ledger.request(registrar, ["registrar"])
    for _ in range(400):
        ledger.enrol(registrar, asked, notAfter="2026-01-01T00:00:01Z")
    ledger.enrol(story.actors["root"], asked)
    asked = ledger.request(expert, ["expert"])
    enrolments = [ledger.enrol(registrar, asked) for _ in range(64)]
    digests = sorted(content_digest(ledger.records[index]) for index in enrolments)
    links = [{"rel": "about", "contentDigest": digest} for digest in digests]
    for _ in range(400):
        subject = says.revocation(expert.did, ledger.size)
        document = ledger.document("EnrolmentRevocation", registrar, subject, links)
        ledger.append(secure(document, registrar))
    story.at = {str(index): index for index in ledger.records}
    _, seconds = _judged(story, "0")
    assert seconds < SECONDS / 2


def test_many_admissions_of_many_reviews():
    """Each admission links 480 reviews of one expert."""
    story = short_start()
    names = [f"review {number}" for number in range(480)]
    for name in names:
        story.review("expert1", name)
    for number in range(40):
        story.admit(f"admission {number}", based_on=names)
    _, seconds = _judged(story, "admission 0")
    assert seconds < SECONDS


def test_many_admissions_that_leave_out_many_reviews():
    """Each review lies beyond what each admission read, so that each has to be looked at."""
    story = short_start().review("expert1")
    size = story.ledger.size
    for number in range(400):
        story.review("expert1", f"review {number}")
    for number in range(400):
        based_on = ["review of expert1"]
        story.admit(f"admission {number}", based_on=based_on, reviewedTreeSize=size)
    _, seconds = _judged(story, "admission 0")
    assert seconds < SECONDS


def test_many_withdrawals_of_what_many_use():
    """The report grows with the records, not with the pairs of them."""
    story = short_story()
    for number in range(100):
        story.end("FactorWithdrawal", f"end {number}", impact="noNewUse")
    user = story.actors["expert2"]
    subject = {"organisation": user.organisation, "roles": ["expert"], "personId": user.person}
    for number in range(100):
        request = story.make("EnrolmentRequest", "expert2", subject, [("uses", "admission")])
        story.append(f"use {number}", request)
    report, _ = _judged(story, "admission")
    assert len(report.checks) < 2_000


def test_many_reviews_by_a_key_of_many_enrolments():
    """Each review is compared with the groups that each of 400 enrolments may state."""
    story = short_start()
    registrar, asked = story.actors["registrar"], story.at["expert1.request"]
    for number in range(400):
        story.at[f"expert1 again {number}"] = story.ledger.enrol(registrar, asked)
    for number in range(400):
        story.review("expert1", f"review {number}")
    report, seconds = _judged(story, "review 0")
    assert report.verdict is Verdict.VALID
    assert seconds < SECONDS / 2
