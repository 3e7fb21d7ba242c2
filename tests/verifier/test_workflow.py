"""Step 8, rule by rule: which rules are in force, who signs under them, how far from the submitter.

The gates are in `test_workflow_gates`, the checker's own results in `test_workflow_check`.
"""

from __future__ import annotations

from dataclasses import replace

import governance_records as says
import pytest
from governance_story import (
    Story,
    everybody,
    reviewed_story,
    short_start,
    short_story,
    started_story,
)
from rulings import Ruling, judged, notes, ruling
from simulator import content_digest
from suyuan_verifier import Outcome, Verdict

VALID: Ruling = ("workflow.valid", "", None, None)
EVERYBODY = everybody()
ABOUT = [("about", "factor"), ("underRule", "rules")]


def _reviewed(**actors) -> Story:
    """A submitter's factor, reviewed by an expert."""
    story = Story(**actors).cast("submitter", "expert1").govern().submit()
    return story.review("expert1")


def _range(story: Story, start: int, until: int | None, rules: str = "rules") -> dict:
    return {
        "contentDigest": content_digest(story.record(rules)),
        "fromIndex": start,
        "untilIndex": until,
    }


# The rule set in force


def test_range_of_a_rule_set_begins_and_ends_where_the_policy_says():
    """Its first index is governed, the index at which it ends is not."""
    story = _reviewed()
    at = story.at["review of expert1"]
    unknown = ("policy.ruleset", "", None, f"index {at}")
    for start, until, said in [
        (at, at + 1, VALID),
        (at, None, VALID),
        (at + 1, None, unknown),
        (0, at, unknown),
    ]:
        ranges = [_range(story, start, until)]
        assert ruling(story, "review of expert1", 8, ruleSets=ranges) == said


def test_place_without_rules_is_unknown():
    report = judged(_reviewed(), "review of expert1", ruleSets=[])
    assert report.outcome(8) is Outcome.UNKNOWN
    assert report.verdict is Verdict.UNDECIDED


def test_record_names_the_rules_that_are_in_force():
    """Not those before, and the report says which ones would have been right."""
    story = Story().cast("submitter", "expert1").govern()
    story.govern("new rules", old="rules", version="2").submit()
    story.review("expert1", rules="rules")
    assert ruling(story, "review of expert1", 8) == (
        "workflow.rule_set",
        "/links",
        content_digest(story.record("new rules")),
        content_digest(story.record("rules")),
    )
    story.review("expert1", "second", rules="new rules")
    assert ruling(story, "second", 8) == VALID


def test_rules_are_logged_before_what_they_govern():
    """A policy that claims a range before the rules themselves makes nothing lawful."""
    story = Story().cast("submitter", "expert1").submit()
    rules = story.make("RuleSet", "root", says.rule_set())
    story.drafts["rules"] = rules
    story.review("expert1", rules="rules").append("rules", rules)
    digest = content_digest(rules)
    ranges = [_range(story, 0, None)]
    said = ("workflow.rule_set", "/links", digest, digest)
    assert ruling(story, "review of expert1", 8, ruleSets=ranges) == said


def test_rules_are_a_rule_set():
    """A policy that names another record by its digest makes no rules of it."""
    story = Story().cast("submitter", "expert1").govern().submit()
    story.review("expert1", rules="factor")
    digest = content_digest(story.record("factor"))
    ranges = [_range(story, 0, None, "factor")]
    said = ("workflow.rule_set", "/links", digest, digest)
    assert ruling(story, "review of expert1", 8, ruleSets=ranges) == said


def test_two_rule_sets_each_govern_their_own():
    """The second asks for another role; what was right under the first stays right."""
    story = Story().cast("submitter", "expert1").govern().submit()
    story.log("objection", "Objection", "submitter", says.objection(), ABOUT)
    workflow = says.workflow(Objection={"roles": ["expert"]})
    story.govern("new rules", old="rules", version="2", workflow=workflow)
    for label, signer in (("late", "submitter"), ("right", "expert1")):
        links = [("about", "factor"), ("underRule", "new rules")]
        story.log(label, "Objection", signer, says.objection(), links)
    assert ruling(story, "right", 8, of="objection") == VALID
    assert ruling(story, "right", 8, of="late") == ("workflow.role", "", "expert", None)
    assert ruling(story, "right", 8) == VALID


def test_kind_that_the_rules_do_not_provide_for():
    workflow = [entry for entry in says.workflow() if entry["kind"] != "Objection"]
    story = Story().cast("submitter").govern(workflow=workflow).submit()
    story.log("objection", "Objection", "submitter", says.objection(), ABOUT)
    assert ruling(story, "objection", 8) == (
        "workflow.kind",
        "",
        "a kind that the rule set provides for",
        "Objection",
    )


def test_roles_that_the_rules_ask_for_are_named():
    workflow = says.workflow(Objection={"roles": ["authority", "expert", "supervisor"]})
    story = Story().cast("submitter", "expert1").govern(workflow=workflow).submit()
    story.log("objection", "Objection", "submitter", says.objection(), ABOUT)
    story.log("heard", "Objection", "expert1", says.objection(), ABOUT)
    asked = "authority | expert | supervisor"
    assert ruling(story, "objection", 8) == ("workflow.role", "", asked, None)
    assert ruling(story, "heard", 8) == VALID


def test_rules_narrow_the_roles_of_a_kind_and_scope_still_binds():
    """The role that the rules ask for is held for another province only."""
    workflow = says.workflow(Objection={"roles": ["supervisor"]})
    story = Story().cast("submitter", "expert1")
    story.actors["again"] = EVERYBODY["expert1"]
    story.enrol("again", ["supervisor"], scope={"geography": ["CN-GZ"]})
    story.govern(workflow=workflow).submit()
    story.log("objection", "Objection", "expert1", says.objection(), ABOUT)
    assert ruling(story, "objection", 8) == ("workflow.role", "", "supervisor", None)


# What is said of the whole


def test_nothing_governed():
    """Rules, enrolments and lists are not governed: there is nothing to say."""
    story = Story().cast("submitter", "publisher").govern().publish()
    report = judged(story, "status")
    (check,) = [check for check in report.checks if check.step == 8]
    assert (check.code, check.outcome) == ("workflow.not_governed", Outcome.NOT_APPLICABLE)
    assert (check.record, check.pointer, check.expected, check.found) == (None, "", None, None)


def test_submission_is_not_taken_for_an_admitted_factor():
    """Under a policy that asks for step 8; one that does not ask is told that nothing governs."""
    story = started_story()
    report = judged(story, "factor")
    (check,) = [check for check in report.checks if check.step == 8]
    assert (check.code, check.outcome) == ("workflow.not_admitted", Outcome.UNKNOWN)
    assert check.record == content_digest(story.record("factor"))
    report = judged(story, "factor", requiredSteps=[1, 2, 3, 4, 5, 6, 7])
    (check,) = [check for check in report.checks if check.step == 8]
    assert check.code == "workflow.not_governed"
    assert report.verdict is Verdict.VALID


def test_submission_beside_its_review_is_still_not_admitted():
    story = _reviewed()
    report = judged(story, "factor")
    said = {check.code for check in report.checks if check.step == 8}
    assert said == {"workflow.valid", "workflow.not_admitted"}


def test_admission_says_on_whose_word_it_is_complete():
    story = short_story()
    report = judged(story, "admission")
    digest = content_digest(story.record("admission"))
    name = story.actors["admitter"].issuer["name"]
    said = ("workflow.completeness", "/links", None, name)
    assert notes(report, "workflow.completeness") == [(digest, said)]
    (check,) = [check for check in report.checks if check.code == "workflow.completeness"]
    assert check.outcome is Outcome.UNKNOWN
    assert notes(judged(_reviewed(), "review of expert1"), "workflow.completeness") == []


def test_every_governed_record_is_judged_by_itself():
    """One that breaks a rule does not hide the others."""
    story = reviewed_story().review("expert1", "early")
    story.govern("new rules", old="rules", version="2").review("expert2", "late", rules="rules")
    report = judged(story, "late")
    told = [check.code for check in report.checks if check.step == 8]
    assert sorted(told) == sorted(["workflow.valid"] * 6 + ["workflow.rule_set"])


def test_subject_whose_submission_cannot_be_placed_is_unknown():
    """Step 4 could not say as whom its signer acts; neither can the workflow."""
    story = short_story().end("FactorWithdrawal", "end")
    said = ("workflow.absent", "", None, "the record that it acts on")
    assert ruling(story, "end", 8, without=["admission"]) == said


# Independence

EVERY_ENROLMENT = [
    # is it stated before, what the rules ask for, is it kept
    (True, "group", False),
    (False, "group", True),
    (True, "organisation", True),
]
GROUPS = {
    # submitter and signer as (organisation, parent): which independence is kept
    "strangers": ((300, 0), (350, 0), {"none", "organisation", "group"}),
    "one organisation": ((300, 0), (300, 0), {"none"}),
    "one parent": ((300, 500), (350, 500), {"none", "organisation"}),
    "parent": ((300, 350), (350, 0), {"none", "organisation"}),
    "subsidiary": ((300, 0), (350, 300), {"none", "organisation"}),
    "two parents": ((300, 500), (350, 501), {"none", "organisation", "group"}),
    "parent of both ways": ((300, 350), (350, 300), {"none", "organisation"}),
}


@pytest.mark.parametrize("relation", GROUPS)
@pytest.mark.parametrize("asked", ["none", "organisation", "group"])
def test_independence(relation, asked):
    """Of the organisation only, or of the whole group, as far as the rules ask."""
    submitter, signer, kept = GROUPS[relation]
    actors = {
        "submitter": replace(EVERYBODY["submitter"], serial=submitter[0], parent=submitter[1]),
        "authority": replace(EVERYBODY["authority"], serial=signer[0], parent=signer[1]),
    }
    workflow = says.workflow(AuthorityVerification={"independence": asked})
    story = Story(**actors).cast("submitter", "authority").govern(workflow=workflow).submit()
    code, pointer, expected, found = ruling(story.verify(), "verification", 8)
    if asked in kept:
        assert code == "workflow.valid"
    else:
        assert (code, pointer) == ("workflow.independence", "/issuer")
        assert expected == f"another {asked} than that of the submitter"
        assert found


@pytest.mark.parametrize("side", ["expert1", "submitter"])
@pytest.mark.parametrize(("early", "asked", "kept"), EVERY_ENROLMENT)
def test_group_is_what_any_enrolment_before_says(side, early, asked, kept):
    """Whoever states a parent group once, here or there, has it; not what is stated later."""
    other = {"expert1": "submitter", "submitter": "expert1"}[side]
    open_ = replace(EVERYBODY[side], parent=EVERYBODY[other].serial)
    workflow = says.workflow(AuthorityVerification={"independence": asked})
    story = Story(authority=replace(EVERYBODY["expert1"], label="authority"))
    story.actors["again"] = open_ if side == "submitter" else replace(open_, label="authority")
    story.cast("submitter", "authority").govern(workflow=workflow)
    steps = [
        lambda: story.enrol(
            "again", ["submitter" if side == "submitter" else "authority"], by="root"
        ),
        lambda: story.submit().verify(),
    ]
    for step in steps if early else steps[::-1]:
        step()
    code = ruling(story, "verification", 8)[0]
    assert code == ("workflow.valid" if kept else "workflow.independence")


def test_shared_groups_are_named():
    """Every identifier that signer and submitter share, in order."""
    actors = {
        name: replace(EVERYBODY[name], serial=301, parent=500) for name in ("submitter", "expert1")
    }
    story = _reviewed(**actors)
    organisation = actors["submitter"].organisation
    shared = sorted([organisation["registeredId"], organisation["parentGroupId"]])
    assert ruling(story, "review of expert1", 8)[3] == ", ".join(shared)


def test_independence_of_what_is_about_no_submission():
    """An independent objection to an admission: its issuer is the admitter."""
    workflow = says.workflow(Objection={"independence": "organisation"})
    story = Story().cast("submitter", "expert1", "admitter").govern(workflow=workflow).submit()
    story.review("expert1")
    for label, signer in (("own", "expert1"), ("other", "submitter")):
        links = [("about", "review of expert1"), ("underRule", "rules")]
        story.log(label, "Objection", signer, says.objection(), links)
    assert ruling(story, "other", 8, of="own")[0] == "workflow.independence"
    assert ruling(story, "other", 8) == VALID


def test_independence_of_somebody_who_is_not_enrolled_cannot_be_said():
    """A root signs as nobody: whether an objector is independent of it is unknown."""
    workflow = says.workflow(Objection={"independence": "organisation"})
    story = Story().cast("submitter").govern(workflow=workflow)
    links = [("about", "rules"), ("underRule", "rules")]
    story.log("objection", "Objection", "submitter", says.objection(), links)
    said = ("workflow.absent", "", None, "the enrolment of the submitter")
    assert ruling(story, "objection", 8) == said
    assert judged(story, "objection").outcome(8) is Outcome.UNKNOWN


def test_rule_that_is_kept_leaves_the_admission_standing():
    """What all of these tests bend is straight to begin with."""
    assert ruling(short_start().review("expert1").admit(), "admission", 8) == VALID
