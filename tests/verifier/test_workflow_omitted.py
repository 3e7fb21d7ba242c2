"""Step 8: an admission that leaves out an opinion which whoever verifies it has at hand."""

from __future__ import annotations

import governance_records as says
import pytest
from governance_story import Story
from rulings import Ruling, judged, ruling
from simulator import content_digest
from suyuan_verifier import Outcome, Verdict
from verdicts import found, report_on

VALID: Ruling = ("workflow.valid", "", None, None)
OPINIONS = {
    "TraceabilityCheck": lambda story: story.check("left out"),
    "ExpertReview": lambda story: story.review("expert2", "left out", recommendation="reject"),
    "AuthorityVerification": lambda story: story.verify("left out", result="refused"),
}


def heard() -> Story:
    """One review under rules that ask for one, and other officials at hand."""
    words = {"accept": ["accept"], "reject": ["reject"], "tolerate": 0}
    gates = [says.gate("FactorSubmission"), says.gate("ExpertReview", "basedOn", **words)]
    workflow = says.workflow(FactorAdmission={"after": gates})
    story = Story().cast("submitter", "checker", "expert1", "expert2", "authority", "admitter")
    return story.govern(workflow=workflow).submit().review("expert1")


def omitted(story: Story) -> Ruling:
    """What is said of an admission that left it out."""
    kind, index = story.record("left out")["type"][1], story.at["left out"]
    digest = content_digest(story.record("left out"))
    return ("workflow.omitted", "/links", f"{kind} at index {index}", f"not linked: {digest}")


@pytest.mark.parametrize("kind", OPINIONS)
def test_opinion_that_was_there_to_read(kind):
    """Of every kind that has an outcome, in favour or against."""
    story = OPINIONS[kind](heard()).admit(based_on=["review of expert1"])
    assert ruling(story, "admission", 8) == omitted(story)
    assert judged(story, "admission").verdict is Verdict.INVALID


@pytest.mark.parametrize(("beyond", "good"), [(0, True), (1, False)])
def test_opinion_beyond_the_reviewed_tree_was_not_there(beyond, good):
    """Up to the size that the admission names, not at it."""
    story = OPINIONS["ExpertReview"](heard())
    size = story.at["left out"] + beyond
    story.admit(based_on=["review of expert1"], reviewedTreeSize=size)
    assert ruling(story, "admission", 8) == (VALID if good else omitted(story))


def test_opinion_on_another_submission_is_not_missed():
    story = heard().submit("other", factorVersion="2").review("expert2", of="other")
    story.admit(based_on=["review of expert1"])
    assert ruling(story, "admission", 8) == VALID


def test_what_is_no_opinion_is_not_missed():
    """A return or an objection stands beside an admission; no gate counts it."""
    story = heard()
    links = [("about", "factor"), ("underRule", "rules")]
    story.log("return", "Return", "admitter", says.return_(), links)
    story.log("objection", "Objection", "expert2", says.objection(), links)
    assert ruling(story.admit(), "admission", 8) == VALID


def test_admission_of_what_nobody_judged():
    """Rules may ask for no opinion at all; then none is missed."""
    gates = [says.gate("FactorSubmission"), says.gate("Return", "basedOn")]
    workflow = says.workflow(FactorAdmission={"after": gates})
    story = Story().cast("submitter", "admitter").govern(workflow=workflow).submit()
    story.remark("return", "Return", "admitter", says.return_()).admit(based_on=["return"])
    assert ruling(story, "admission", 8) == VALID


def test_every_opinion_is_looked_at():
    """The first one is linked, the second is not."""
    story = OPINIONS["ExpertReview"](heard().review("expert2", "read"))
    story.admit(based_on=["review of expert1", "read"])
    assert ruling(story, "admission", 8) == omitted(story)


def test_word_of_somebody_who_was_not_entitled_is_not_missed():
    """A status file brings a review whose signer was no expert: that is nobody's opinion."""
    story = heard().review("checker", "left out").admit(based_on=["review of expert1"])
    story.enrol("publisher").publish()
    bundle, _ = story.export("admission", without=["left out"])
    file, policy = story.export("status")
    report = report_on(story.ledger, bundle, policy, status=file)
    assert found(report) == set()
    assert report.outcome(8) is Outcome.PASS
