"""Step 8: which records have to come before another one, of what they speak, in which order."""

from __future__ import annotations

from dataclasses import replace

import governance_records as says
import pytest
from governance_story import Story, everybody, short_start, short_story
from review_panel import WORDS, heard, panel, resolved
from rulings import Ruling, judged, ruling
from simulator import content_digest
from suyuan_verifier import Outcome

VALID: Ruling = ("workflow.valid", "", None, None)
EVERYBODY = everybody()
ABOUT = [("about", "factor"), ("underRule", "rules")]


def _place(story: Story, label: str, linked: str) -> str:
    links = [link["contentDigest"] for link in story.record(label)["links"]]
    return f"/links/{links.index(content_digest(story.record(linked)))}"


def test_links_lead_to_kinds_that_the_rules_name():
    """Of the relation that the gates use; the report names the kinds that would do."""
    more = [says.gate("AuthorityVerification", "basedOn", accept=["verified"])]
    story = heard(panel(1, more=more), "1+").verify()
    story.log("return", "Return", "admitter", says.return_(), ABOUT)
    story.admit(based_on=[*story.opinions(), "return"])
    assert ruling(story, "admission", 8) == (
        "workflow.about",
        _place(story, "admission", "return"),
        "AuthorityVerification | ExpertReview",
        "Return",
    )


def test_links_of_other_relations_are_free():
    """The rules say nothing of what a review is based on: neither does the step."""
    story = heard(panel(1), "1+")
    links = [*ABOUT, ("basedOn", "0"), ("responds", "0")]
    story.log("review", "ExpertReview", "expert2", says.review(), links)
    assert ruling(story, "review", 8) == VALID


def test_predecessor_comes_before():
    story = panel(1)
    review = story.make("ExpertReview", "expert1", says.review(), ABOUT)
    story.drafts["review"] = review
    story.admit(based_on=["review"]).append("review", review)
    at = story.at
    assert ruling(story, "admission", 8) == (
        "workflow.before",
        _place(story, "admission", "review"),
        f"< {at['admission']}",
        str(at["review"]),
    )


def test_admission_rests_on_what_is_about_its_own_submission():
    story = panel(1).submit("other", factorVersion="2").review("expert1", of="other")
    story.review("expert2").admit(based_on=["review of expert1", "review of expert2"])
    assert ruling(story, "admission", 8) == (
        "workflow.about",
        _place(story, "admission", "review of expert1"),
        content_digest(story.record("factor")),
        content_digest(story.record("other")),
    )


def test_admission_reviewed_what_it_rests_on():
    """The tree that it says to have read holds every opinion, and is not longer than the log."""
    for shift, good in ((0, False), (1, True)):
        story = heard(panel(1), "1+").fill(3)
        opinion = story.at["0"]
        story.admit(reviewedTreeSize=opinion + shift)
        index = story.at["admission"]
        said = (
            "workflow.reviewed",
            "/credentialSubject/reviewedTreeSize",
            f"{opinion + 1} to {index}",
            str(opinion + shift),
        )
        assert ruling(story, "admission", 8) == (VALID if good else said)
    for shift, good in ((0, True), (1, False)):
        story = heard(panel(1), "1+").fill(3)
        size = story.ledger.size + shift
        story.admit(reviewedTreeSize=size)
        assert ruling(story, "admission", 8)[0] == (VALID[0] if good else "workflow.reviewed")


def test_only_admissions_say_what_they_reviewed():
    """A review may be based on what is about another submission: nobody counts it there."""
    workflow = says.workflow(
        ExpertReview={
            "after": [
                says.gate("FactorSubmission"),
                says.gate("TraceabilityCheck", "basedOn", accept=["pass"]),
            ]
        }
    )
    story = Story().cast("submitter", "checker", "expert1").govern(workflow=workflow).submit()
    story.submit("other", factorVersion="2").check(of="other")
    links = [*ABOUT, ("basedOn", "check")]
    story.log("review", "ExpertReview", "expert1", says.review(), links)
    assert ruling(story, "review", 8) == VALID


def test_predecessor_that_the_bundle_need_not_carry_is_unknown():
    """An admission that replaces another one, under rules that ask for it."""
    gates = [
        says.gate("FactorSubmission"),
        says.gate("ExpertReview", "basedOn", **WORDS, tolerate=0),
    ]
    later = [*gates, says.gate("FactorSubmission", "supersedes")]
    story = Story().cast("submitter", "expert1", "admitter")
    story.govern(workflow=says.workflow(FactorAdmission={"after": later})).submit("old")
    story.submit(factorVersion="2").review("expert1")
    subject = says.admission(reviewedTreeSize=story.ledger.size)
    links = [("basedOn", "review of expert1"), ("supersedes", "old")]
    story.remark("admission", "FactorAdmission", "admitter", subject, links=links)
    assert ruling(story, "admission", 8) == VALID
    said = (
        "workflow.absent",
        _place(story, "admission", "old"),
        None,
        content_digest(story.record("old")),
    )
    assert ruling(story, "admission", 8, without=["old"]) == said
    assert judged(story, "admission", without=["old"]).outcome(8) is Outcome.UNKNOWN


def test_ending_names_its_admission_and_a_new_one():
    """A supersession needs both admissions; they are about two submissions, as they must."""
    story = short_story().submit("second", factorVersion="2")
    story.review("expert1", "second review", of="second")
    story.admit("new", of="second", registryNumber="EXAMPLE-0002")
    story.end("FactorSupersession", "end", links=[("basedOn", "new")])
    assert ruling(story, "end", 8) == VALID
    story.end("FactorSupersession", "wrong", links=[("basedOn", "second review")])
    assert ruling(story, "wrong", 8) == (
        "workflow.about",
        _place(story, "wrong", "second review"),
        "FactorAdmission",
        "ExpertReview",
    )


def test_what_is_about_nothing_is_about_no_submission():
    """A withdrawal takes back an admission: an admission that rests on it names none in common."""
    story = short_start().review("expert1").admit("old")
    gates = [says.gate("FactorSubmission"), says.gate("FactorWithdrawal", "basedOn")]
    workflow = says.workflow(FactorAdmission={"after": gates}, FactorWithdrawal={"after": []})
    story.govern("new rules", workflow=workflow).end("FactorWithdrawal", "end", of="old")
    story.admit(based_on=["end"])
    assert ruling(story, "admission", 8) == (
        "workflow.about",
        _place(story, "admission", "end"),
        content_digest(story.record("factor")),
        None,
    )


# Order

IN_ORDER = [
    says.gate("AuthorityVerification", "basedOn", accept=["verified"]),
]


@pytest.mark.parametrize(
    ("order", "early", "good"),
    [("listed", False, True), ("listed", True, False), ("any", True, True)],
)
def test_gates_in_the_order_in_which_they_are_listed(order, early, good):
    """All that counts for one gate lies before what counts for the next."""
    story = panel(2, order=order, more=IN_ORDER)
    heard(story, "1+")
    if early:
        story.verify()
    story.review("expert2", "last")
    if not early:
        story.verify()
    at = story.at
    wrong = (
        "workflow.order",
        "/links",
        f"AuthorityVerification after index {at['last']}",
        f"index {at['verification']}",
    )
    assert ruling(story.admit(), "admission", 8) == (VALID if good else wrong)


def test_order_asks_only_for_what_counts():
    """A review that does not count may come after the verification, or lie before the check."""
    story = panel(1, tolerate=1, order="listed", more=IN_ORDER)
    heard(story, "1+").verify().review("expert2", "late", recommendation="abstain")
    story.review("expert3", "against", recommendation="reject")
    assert ruling(story.admit(), "admission", 8) == VALID


def test_one_record_goes_through_two_gates_in_order():
    """The same review is the last of one gate and the first of the next: neither is earlier."""
    again = says.gate("ExpertReview", "basedOn", 1, accept=["accept"])
    story = panel(1, order="listed", more=[again])
    assert ruling(heard(story, "1+").admit(), "admission", 8) == VALID


def test_order_of_three_gates():
    """Each is compared with the one before it."""
    more = [
        says.gate("AuthorityVerification", "basedOn", accept=["verified"]),
        says.gate("TraceabilityCheck", "basedOn", accept=["pass"]),
    ]
    story = heard(panel(1, order="listed", more=more), "1+").verify().check().admit()
    assert ruling(story, "admission", 8) == VALID
    story = heard(panel(1, order="listed", more=more), "1+").check().verify().admit()
    assert ruling(story, "admission", 8) == (
        "workflow.order",
        "/links",
        f"TraceabilityCheck after index {story.at['verification']}",
        f"index {story.at['check']}",
    )


@pytest.mark.parametrize(("early", "good"), [(False, True), (True, False)])
def test_condition_that_was_met_counts_in_its_place(early, good):
    """A review that counts because its condition was met lies where it was logged."""
    story = panel(1, order="listed", more=IN_ORDER)
    if early:
        story.verify()
    heard(story, "1?")
    if not early:
        story.verify()
    story.admit(conditions=resolved(story, "0"))
    assert ruling(story, "admission", 8)[0] == f"workflow.{'valid' if good else 'order'}"


def test_first_word_of_a_gate_is_the_earliest_that_counts():
    """Of two verifications the earlier one decides, though the link order says otherwise."""
    more = [says.gate("AuthorityVerification", "basedOn", accept=["verified"])]
    story = panel(1, order="listed", more=more)
    second = replace(EVERYBODY["authority"], label="second authority", serial=391)
    story.actors["second"] = second
    story.enrol("second", ["authority"], by="root")
    story.verify().review("expert1").verify("later", by="second").admit()
    assert ruling(story, "admission", 8)[0] == "workflow.order"


def test_short_start_is_the_story_that_these_tests_vary():
    assert ruling(short_start().review("expert1").admit(), "admission", 8) == VALID
