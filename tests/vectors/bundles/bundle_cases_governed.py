"""Good governance: the whole way of a factor, and what may honestly happen on it."""

from __future__ import annotations

from dataclasses import replace

import governance_records as says
from bundle_case import ASSERTED, case, told
from governance_story import (
    PANEL,
    Story,
    admitted_story,
    everybody,
    reviewed_story,
    short_start,
    started_story,
)
from simulator import content_digest

good = case("VALID", ASSERTED)


def _published(story: Story, subject: str = "admission"):
    return story.ledger, *story.publish().export(subject)


@good
def good_admitted_factor():
    """Submitted, checked, reviewed by three experts, verified, admitted; not revoked."""
    ledger, _, bundle, policy = admitted_story()
    return ledger, bundle, policy


@case("VALID", ASSERTED, (8, "workflow.dissent", "pass"))
def good_dissent_kept():
    """A fourth expert rejected the factor: the rules tolerate one, and the report shows it."""
    story = Story().cast(*PANEL, "expert4").govern().submit().check()
    story.review("expert4", recommendation="reject")
    story.review("expert1").review("expert2").review("expert3").verify().admit()
    return told(story, "admission")


@good
def good_condition_resolved():
    """An expert asked for changes, and the admission says how that was resolved."""
    story = short_start().review("expert1", recommendation="acceptWithChanges")
    review = content_digest(story.record("review of expert1"))
    resolution = {"record": review, "resolution": says.words("The locator was added")}
    return told(story.admit(conditions=[resolution]), "admission")


@good
def good_old_admission_explained():
    """The rules asked for five experts later: the admission stands under the rules of its time."""
    story = reviewed_story().admit()
    gates = [
        {**gate, "quorum": 5} if gate["kind"] == "ExpertReview" else gate
        for entry in says.workflow()
        if entry["kind"] == "FactorAdmission"
        for gate in entry["after"]
    ]
    stricter = says.workflow(FactorAdmission={"after": gates})
    story.govern("stricter", old="rules", version="2", workflow=stricter)
    return _published(story)


@case("VALID", ASSERTED, (10, "status.enrolment_revoked", "pass"))
def good_key_rotated():
    """An expert changed keys: the old one is superseded, the review was signed with the new one."""
    new = replace(everybody()["expert3"], label="new key of expert3")
    story = Story(renewed=new).cast().govern().submit().check()
    story.review("expert1").review("expert2").revoke("expert3", reason="superseded")
    story.enrol("renewed", ["expert"]).review("renewed").verify().admit()
    return _published(story)


@case("VALID", ASSERTED, (10, "status.enrolment_revoked", "pass"))
def good_revoked_reviewer():
    """An expert's key was revoked after the review: the review stands, and the report says so."""
    return _published(reviewed_story().revoke("expert3").admit())


@good
def good_any_order():
    """The rules ask for no order: the authority came first, the check last."""
    story = started_story().verify().review("expert1").review("expert2").review("expert3")
    return told(story.check().admit(), "admission")


@case("VALID", ASSERTED, (8, "check.word", "unknown"))
def good_word_of_the_checker():
    """One rule compares with other factors: offline that is the checker's word, and named so."""
    rules = [{"ruleId": name, "severity": "warning"} for name in ("range.robust", "value.sign")]
    base = says.rule_set()["traceability"]
    results = [
        says.result("range.robust", scope="set", severity="warning"),
        says.result(severity="warning"),
    ]
    story = Story().cast(*PANEL).govern(traceability={**base, "rules": rules}).submit()
    story.check(results=results)
    story.review("expert1").review("expert2").review("expert3").verify().admit()
    return told(story, "admission")


@good
def good_review_not_read():
    """A rejection was logged just where the admitter had stopped to read: rightly left out."""
    story = short_start("expert2").review("expert1")
    size = story.ledger.size
    story.review("expert2", recommendation="reject")
    based_on = ["review of expert1"]
    return told(story.admit(based_on=based_on, reviewedTreeSize=size), "admission")


@case("VALID", (8, "check.word", "unknown"))
def good_comparison():
    """A figure was compared with another system's, and lies within what the rules tolerate."""
    story = Story().cast("submitter", "checker").govern(traceability=says.compared_rules())
    results = [says.result("systems.cross-check", scope="systems"), says.result()]
    story.submit().check(results=results, crossChecks=[says.comparison()])
    return told(story, "check")


@case("VALID")
def good_check_that_fails():
    """A value below nothing was submitted, and the checker rightly says so."""
    story = Story().cast("submitter", "checker").govern().submit(value="-1.250")
    return told(story.check(results=[says.result(outcome="fail")], verdict="fail"), "check")
