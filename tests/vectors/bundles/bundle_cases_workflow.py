"""Step 8: records that break the rule set which was in force at their place in the log."""

from __future__ import annotations

from dataclasses import replace

import governance_records as says
from bundle_case import ASSERTED, case, invalid, told, undecided
from governance_story import (
    PANEL,
    Story,
    everybody,
    reviewed_story,
    short_start,
    short_story,
    started_story,
)
from simulator import content_digest

EVERYBODY = everybody()


def _started(*labels: str, **actors) -> Story:
    """A submitter and whoever else is named, rules in force, and a factor submitted."""
    return Story(**actors).cast("submitter", *labels).govern().submit()


def _ruled(*labels: str, kind: str, **changes) -> Story:
    """The same under rules that ask something else of one kind."""
    workflow = says.workflow(**{kind: changes})
    return Story().cast("submitter", *labels).govern(workflow=workflow).submit()


# The rule set


@undecided(8, "policy.ruleset")
def policy_names_no_rules_here():
    """The policy names no rule set for the place of the review: nothing can be said."""
    story = _started("expert1").review("expert1")
    return told(story, "review of expert1", ruleSets=[])


@invalid(8, "workflow.rule_set")
def review_under_old_rules():
    """The rules had changed, and the review was made under the old ones."""
    story = _started("expert1").govern("new rules", old="rules", version="2")
    return told(story.review("expert1", rules="rules"), "review of expert1")


@invalid(8, "workflow.rule_set")
def rules_changed_after_the_fact():
    """Later rules, weaker ones, are claimed for an earlier review: the log knows the order."""
    story = Story().cast("submitter", "expert1").govern().submit()
    weaker = says.workflow(ExpertReview={"after": []})
    rules = story.make("RuleSet", "root", says.rule_set(version="2", workflow=weaker))
    story.drafts["weaker"] = rules
    story.review("expert1", rules="weaker").append("weaker", rules)
    return told(story, "review of expert1")


@invalid(8, "workflow.rule_set")
def rules_for_what_was_before():
    """The policy lets the rules govern from the beginning; they came after the review."""
    story = Story().cast("submitter", "expert1").submit()
    story.drafts["rules"] = rules = story.make("RuleSet", "root", says.rule_set())
    story.review("expert1", rules="rules").append("rules", rules)
    (known,) = story.policy()["ruleSets"]
    return told(story, "review of expert1", ruleSets=[{**known, "fromIndex": 0}])


@invalid(8, "workflow.rule_set")
def rules_that_are_none():
    """The policy pins a method's record as the rules in force, and the review names it so."""
    story = Story().cast("submitter", "expert1").submit()
    story.log("method", "MethodReference", "root", says.method_reference())
    pinned = {
        "contentDigest": content_digest(story.record("method")),
        "fromIndex": 0,
        "untilIndex": None,
    }
    story.review("expert1", rules="method")
    return told(story, "review of expert1", ruleSets=[pinned])


@invalid(8, "workflow.kind")
def objection_not_provided_for():
    """The rule set in force knows no objections."""
    workflow = [entry for entry in says.workflow() if entry["kind"] != "Objection"]
    story = Story().cast("submitter").govern(workflow=workflow).submit()
    story.remark("objection", "Objection", "submitter", says.objection())
    return told(story, "objection")


@undecided(8, "workflow.not_admitted")
def submitted_not_admitted():
    """A sound submission under a policy that asks for the workflow: nobody has admitted it."""
    return told(_started(), "factor")


# Who signs


@invalid(8, "workflow.role")
def objection_by_role_not_heard():
    """An objection by a submitter, under rules that hear supervisors only."""
    story = _ruled(kind="Objection", roles=["supervisor"])
    story.remark("objection", "Objection", "submitter", says.objection())
    return told(story, "objection")


@invalid(8, "workflow.independence")
def checked_by_own_organisation():
    """The checker belongs to the organisation that submitted the factor."""
    own = replace(EVERYBODY["checker"], serial=EVERYBODY["submitter"].serial)
    return told(_started("checker", checker=own).check(), "check")


@invalid(8, "workflow.independence")
def expert_of_the_same_group():
    """The expert's and the submitter's organisation have the same parent group."""
    actors = {name: replace(EVERYBODY[name], parent=500) for name in ("expert1", "submitter")}
    return told(_started("expert1", **actors).review("expert1"), "review of expert1")


@invalid(8, "workflow.independence")
def expert_of_the_parent_group():
    """The expert is of the parent group of the submitter's organisation itself."""
    parent = EVERYBODY["expert1"].serial
    submitter = replace(EVERYBODY["submitter"], parent=parent)
    return told(_started("expert1", submitter=submitter).review("expert1"), "review of expert1")


@invalid(8, "workflow.independence")
def expert_of_a_subsidiary():
    """The expert is of a subsidiary of the submitter's organisation."""
    expert = replace(EVERYBODY["expert1"], parent=EVERYBODY["submitter"].serial)
    return told(_started("expert1", expert1=expert).review("expert1"), "review of expert1")


@invalid(8, "workflow.independence")
def group_of_a_newer_enrolment():
    """The expert's older enrolment says nothing of the group that the newer one names."""
    story = _started("expert1")
    story.again("expert1", replace(story.actors["expert1"], parent=EVERYBODY["submitter"].serial))
    return told(story.review("expert1"), "review of expert1")


# What came before


@invalid(8, "workflow.gate")
def admitted_without_authority():
    """No authority verified the factor; its admission skips that gate."""
    story = started_story().check().review("expert1").review("expert2").review("expert3").admit()
    return told(story, "admission")


@invalid(8, "workflow.quorum")
def admitted_after_two_reviews():
    """The rules ask for three experts, and two were heard."""
    story = started_story().check().review("expert1").review("expert2").verify().admit()
    return told(story, "admission")


@invalid(8, "workflow.same_person")
def one_expert_with_two_keys():
    """The third review was signed by the first expert again, with a second key."""
    again = replace(EVERYBODY["expert1"], label="second key of expert1")
    return told(reviewed_story(expert3=again).admit(), "admission")


@invalid(8, "workflow.quorum")
def expert_in_conflict_counted():
    """The only expert declares a conflict of interest: that review counts for nothing."""
    story = short_start().review("expert1", **says.conflicted()).admit()
    return told(story, "admission")


@invalid(8, "workflow.quorum")
def abstention_counted():
    """The rules ask for one expert who accepts, and that one abstained."""
    story = short_start().review("expert1", recommendation="abstain").admit()
    return told(story, "admission")


@invalid(8, "workflow.quorum")
def expert_changed_mind():
    """An expert who accepted rejected later: the latest word of each person counts."""
    story = reviewed_story()
    story.review("expert3", "second review of expert3", recommendation="reject").admit()
    return told(story, "admission")


@invalid(8, "workflow.rejected")
def two_experts_reject():
    """The rules tolerate one rejection, and there are two."""
    extra = {"expert5": replace(EVERYBODY["expert4"], label="expert5", serial=391)}
    story = Story(**extra).cast(*PANEL, "expert4")
    story.enrol("expert5", ["expert"]).govern().submit().check()
    story.review("expert1").review("expert2").review("expert3")
    story.review("expert4", recommendation="reject").review("expert5", recommendation="reject")
    return told(story.verify().admit(), "admission")


@invalid(8, "workflow.rejected")
def authority_refused():
    """The competent authority refused the factor, and it was admitted nevertheless."""
    story = started_story().check().review("expert1").review("expert2").review("expert3")
    return told(story.verify(result="refused").admit(), "admission")


@invalid(8, "workflow.condition")
def condition_left_open():
    """An expert asked for changes, and the admission does not say how that was resolved."""
    story = short_start().review("expert1", recommendation="acceptWithChanges").admit()
    return told(story, "admission")


@invalid(8, "workflow.omitted")
def dissent_left_out():
    """An expert rejected the factor, and the admission names only the one who accepted it."""
    story = short_start("expert2").review("expert1").review("expert2", recommendation="reject")
    return told(story.admit(based_on=["review of expert1"]), "admission")


@invalid(8, "workflow.about")
def based_on_a_return():
    """The admission rests on a return, of which the rules do not speak."""
    story = short_start().review("expert1")
    story.remark("return", "Return", "admitter", says.return_())
    return told(story.admit(based_on=[*story.opinions(), "return"]), "admission")


@invalid(8, "workflow.about")
def review_of_another_version():
    """The review is about the version before: another content, another digest."""
    story = short_start().submit("corrected", value="1.260", factorVersion="2")
    story.review("expert1").admit(of="corrected", based_on=["review of expert1"])
    return told(story, "admission")


@invalid(8, "workflow.before")
def admitted_before_the_review():
    """The admission names a review that was logged after it."""
    story = short_start()
    links = [("about", "factor"), ("underRule", "rules")]
    review = story.make("ExpertReview", "expert1", says.review(), links)
    story.drafts["review"] = review
    return told(story.admit(based_on=["review"]).append("review", review), "admission")


@invalid(8, "workflow.reviewed")
def review_after_the_reviewed_tree():
    """The admission rests on a review that lies beyond what it says to have read."""
    story = short_start().review("expert1")
    return told(story.admit(reviewedTreeSize=story.at["review of expert1"]), "admission")


@invalid(8, "workflow.reviewed")
def reviewed_the_future():
    """The admission says to have reviewed a log that is longer than it was."""
    story = short_start().review("expert1")
    return told(story.admit(reviewedTreeSize=story.ledger.size + 1), "admission")


@invalid(8, "workflow.order")
def verified_before_reviewed():
    """The rules ask for check, reviews and verification in this order; the authority came early."""
    workflow = says.workflow(FactorAdmission={"order": "listed"})
    story = Story().cast(*PANEL).govern(workflow=workflow).submit().check()
    story.review("expert1").review("expert2").verify().review("expert3").admit()
    return told(story, "admission")


@case("INVALID", ASSERTED, (8, "workflow.quorum", "fail"), (10, "status.inform", "pass"))
def withdrawn_after_one_objection():
    """The rules ask for two objections before a withdrawal, and there is one."""
    gates = [
        says.gate("FactorAdmission", "withdraws"),
        says.gate("Objection", "basedOn", 2),
    ]
    workflow = says.workflow(FactorWithdrawal={"after": gates})
    story = short_story().govern("new rules", old="rules", version="2", workflow=workflow)
    story.remark("objection", "Objection", "submitter", says.objection(), of="admission")
    links = [("basedOn", "objection")]
    story.end("FactorWithdrawal", "end", links=links, impact="informOnly")
    return told(story, "end")


def _no_root_for(story: Story, label: str) -> dict:
    """A policy that names the root authority for every place but that of one record."""
    at, did = story.at[label], story.actors["root"].did
    return {
        "roots": [
            {"did": did, "fromIndex": 0, "untilIndex": at},
            {"did": did, "fromIndex": at + 1, "untilIndex": None},
        ]
    }


@case("UNDECIDED", (4, "policy.root", "unknown"), (8, "workflow.absent", "unknown"))
def no_root_for_the_review():
    """Nobody vouches for the reviewer at that place, so nobody can say who reviewed."""
    story = short_story()
    return told(story, "admission", **_no_root_for(story, "review of expert1"))


@case("UNDECIDED", (4, "policy.root", "unknown"), (8, "workflow.absent", "unknown"))
def no_root_for_the_factor():
    """Nobody vouches for the submitter at that place: of whom is the checker independent?"""
    story = _started("checker").check()
    return told(story, "check", **_no_root_for(story, "factor"))
