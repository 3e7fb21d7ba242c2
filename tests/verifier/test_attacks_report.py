"""A report must not lend its authority to what nobody vouched for."""

from __future__ import annotations

import json
from datetime import datetime

from simulator import Actor, Ledger, jcs, secure
from suyuan_verifier import Outcome, Verdict, parse_policy, verify
from suyuan_verifier.render import render


def report_on(ledger, subject, indexes):
    bundle = ledger.bundle(subject, indexes, ledger.anchor())
    return verify(
        jcs(bundle), parse_policy(jcs(ledger.policy())), now=datetime.fromisoformat(ledger.now)
    )


def problems(report):
    return [
        (check.code, check.outcome.value)
        for check in report.checks
        if check.outcome in (Outcome.FAIL, Outcome.UNKNOWN)
    ]


def posing_as(ledger, stranger, name, *, also_organisation):
    """A request that states the names of an organisation which the signer is not."""
    organisation = {**stranger.organisation}
    if also_organisation:
        organisation |= {"name": name, "nameZh": name}
    document = ledger.document(
        "EnrolmentRequest", stranger, {"organisation": organisation, "roles": ["submitter"]}
    )
    document["issuer"] = {"id": stranger.did, "name": name, "nameZh": name}
    return ledger.append(secure(document, stranger))


def test_asking_in_a_great_name_is_not_valid():
    """Anybody may ask to be enrolled, as anybody; the log takes it in and the chain anchors it."""
    ledger = Ledger()
    asked = posing_as(ledger, Actor("stranger"), "Ministry (example)", also_organisation=True)
    report = report_on(ledger, asked, [asked])
    assert problems(report) == [("authority.unanswered", "unknown")]
    assert report.verdict is Verdict.UNDECIDED


def test_a_request_states_the_names_of_its_own_organisation():
    ledger = Ledger()
    asked = posing_as(ledger, Actor("stranger"), "Ministry (example)", also_organisation=False)
    answer = ledger.enrol(ledger.root, asked)
    report = report_on(ledger, asked, [asked, answer])
    assert problems(report) == [("authority.names", "fail")]


def test_a_request_that_was_answered_is_valid():
    ledger = Ledger()
    first, second, third, fourth = ledger.enrol_actors()
    report = report_on(ledger, third, [first, second, third, fourth])
    assert (report.verdict, problems(report)) == (Verdict.VALID, [])


def test_an_open_bundle_shows_no_record():
    """Step 1 fails although every signature holds: nothing of the content is shown as good."""
    ledger = Ledger()
    enrolments = ledger.enrol_actors()
    links = [{"rel": "underRule", "contentDigest": f"sha256:{0:064}"}]
    factor = ledger.append(ledger.factor(ledger.provider, links=links))
    report = report_on(ledger, factor, [*enrolments, factor])
    assert problems(report) == [("bundle.closure", "fail")]
    assert report.record is None
    assert "1.250" not in render("file", report, "en")


def test_what_was_expected_is_short_too():
    """Expectations quote the input: the scope of an enrolment can have 20,000 characters."""
    rules = [{"scheme": "x" * 64, "prefix": f"{number:064}"} for number in range(64)]
    ledger = Ledger()
    enrolments = ledger.enrol_actors(scope={"classification": rules})
    factor = ledger.append(ledger.factor(ledger.provider))
    report = report_on(ledger, factor, [*enrolments, factor])
    (check,) = [check for check in report.checks if check.outcome is Outcome.FAIL]
    assert check.code == "authority.scope"
    assert json.loads(jcs({"text": check.expected}))["text"].startswith('{"classification"')
    assert len(check.expected) <= 300
