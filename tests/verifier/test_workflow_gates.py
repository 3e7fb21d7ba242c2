"""Step 8: how many persons have to stand behind a record, and what counts for and against it."""

from __future__ import annotations

from dataclasses import replace

import governance_records as says
import pytest
from governance_story import Story, everybody
from review_panel import heard, panel, resolved
from rulings import Ruling, judged, notes, ruling
from simulator import content_digest
from suyuan_verifier import Outcome

VALID: Ruling = ("workflow.valid", "", None, None)
EVERYBODY = everybody()
ABOUT = [("about", "factor"), ("underRule", "rules")]
ASKED = "2 of ExpertReview: accept"

COUNTED = {
    # words, in log order -> code, and how many were found
    "1+ 2+": ("valid", None),
    "1+ 2+ 3+": ("valid", None),
    "1+": ("quorum", "1"),
    "1. 2.": ("quorum", "0"),
    "1+ 2.": ("quorum", "1"),
    "1+ 1+": ("same_person", "1"),
    "1+ 1+ 2.": ("same_person", "1"),
    "1+ 1+ 2+": ("valid", None),
    "1+ 2+ 2-": ("rejected", "1"),
    "1+ 2- 2+": ("valid", None),
    "1+ 2. 2+": ("valid", None),
    "1+ 2+ 2.": ("quorum", "1"),
    "1+ 2-": ("rejected", "1"),
    "1- 2- 3+ 4+": ("rejected", "2"),
    "1+ 2+ 3-": ("rejected", "1"),
    "1+ 2+ 3-!": ("valid", None),
    "1+ 2+!": ("quorum", "1"),
    "1+ 1+!": ("quorum", "0"),
    "1-! 2+ 3+": ("valid", None),
    "1- 1-! 2+ 3+": ("valid", None),
    "1+ 2?": ("condition", "1"),
    "1? 2?": ("condition", "0"),
    "1? 2.": ("quorum", "0"),
    "1? 1?": ("same_person", "0"),
    "1+ 1?": ("same_person", "0"),
    "1+ 2+ 3?": ("valid", None),
    "1? 1+ 2+": ("valid", None),
    "1+ 1? 2+": ("condition", "1"),
    "1+ 2?!": ("quorum", "1"),
    "1-": ("rejected", "1"),
}


@pytest.mark.parametrize("words", COUNTED)
def test_two_experts_and_nobody_against(words):
    """The last word of each person counts; conflicts of interest count on neither side."""
    code, found = COUNTED[words]
    said = ruling(heard(panel(2), words).admit(), "admission", 8)
    if code == "valid":
        assert said == VALID
    elif code == "rejected":
        asked = "at most 0 of ExpertReview against"
        assert said == ("workflow.rejected", "/links", asked, found)
    else:
        assert said == (f"workflow.{code}", "/links", ASKED, found)


@pytest.mark.parametrize(
    ("words", "tolerate", "dissent"),
    [
        ("1+ 2+ 3-", 1, ["2"]),
        ("1- 2+ 3+", 1, ["0"]),
        ("1- 2+ 3+ 4-", 2, ["0", "3"]),
        ("1- 2+ 3+ 4-", 1, None),
        ("1+ 2+ 3- 3-", 1, ["3"]),
        ("1+ 2+ 3- 3+", 1, []),
        ("1+ 2+ 3- 3.", 1, []),
        ("1+ 2+ 3-!", 1, []),
        ("1+ 2+ 3- 4-!", 1, ["2"]),
    ],
)
def test_dissent_is_tolerated_up_to_a_number_of_persons_and_stays_visible(words, tolerate, dissent):
    story = heard(panel(2, tolerate=tolerate), words).admit()
    report = judged(story, "admission")
    if dissent is None:
        asked = f"at most {tolerate} of ExpertReview against"
        said = ("workflow.rejected", "/links", asked, "2")
        assert ruling(story, "admission", 8) == said
    else:
        assert ruling(story, "admission", 8) == VALID
        told = {
            content_digest(story.record(label)): story.record(label)["issuer"]["name"]
            for label in dissent
        }
        shown = notes(report, "workflow.dissent")
        assert {record: row[3] for record, row in shown} == told
        assert all(row[:3] == ("workflow.dissent", "", None) for _, row in shown)
        rows = [check for check in report.checks if check.code == "workflow.dissent"]
        assert {check.outcome for check in rows} <= {Outcome.PASS}


@pytest.mark.parametrize(
    ("words", "met", "code", "found"),
    [
        ("1+ 2?", ["1"], "valid", None),
        ("1? 2?", ["0", "1"], "valid", None),
        ("1? 2?", ["0"], "condition", "1"),
        ("1+ 2? 2?", ["1"], "condition", "1"),
        ("1+ 2? 2?", ["2"], "valid", None),
        ("1+ 2? 2-", ["1"], "rejected", "1"),
        ("1+ 2.", ["1"], "quorum", "1"),
        ("1+ 2?!", ["1"], "quorum", "1"),
    ],
)
def test_condition_counts_once_the_admission_says_how_it_was_met(words, met, code, found):
    story = heard(panel(2), words)
    story.admit(conditions=resolved(story, *met))
    said = ruling(story, "admission", 8)
    assert (said[0], said[3]) == (f"workflow.{code}", found)


@pytest.mark.parametrize(
    ("second", "same"),
    [
        ({"label": "new key"}, True),
        ({"label": "new key", "person": ""}, False),
        ({"label": "new key", "person": "person-other"}, False),
        ({"label": "new key", "serial": 390}, False),
    ],
)
def test_person_is_an_organisation_and_an_id_within_it(second, same):
    """Two keys of one person are one; the same id in another organisation is somebody else."""
    story = panel(2, expert2=replace(EVERYBODY["expert1"], **second))
    said = ruling(heard(story, "1+ 2+").admit(), "admission", 8)
    assert said[0] == ("workflow.same_person" if same else "workflow.valid")


def test_keys_that_name_no_person_are_one_person():
    actors = {
        "expert1": replace(EVERYBODY["expert1"], person=""),
        "expert2": replace(EVERYBODY["expert2"], person="", serial=EVERYBODY["expert1"].serial),
    }
    story = heard(panel(2, **actors), "1+ 2+").admit()
    assert ruling(story, "admission", 8)[0] == "workflow.same_person"


def test_review_of_which_nothing_can_be_said_decides_nothing():
    """The policy names no root where the expert was enrolled: who counts is unknown."""
    story = heard(panel(1), "1+").admit()
    at, did = story.at["expert1"], story.actors["root"].did
    roots = [
        {"did": did, "fromIndex": 0, "untilIndex": at},
        {"did": did, "fromIndex": at + 1, "untilIndex": None},
    ]
    said = ("workflow.absent", "", None, "the enrolment of a predecessor")
    assert ruling(story, "admission", 8, roots=roots) == said
    assert judged(story, "admission", roots=roots).outcome(8) is Outcome.UNKNOWN


def test_predecessors_without_an_outcome_are_counted_one_by_one():
    """Two assignments, by whomever: they have no outcome, and no person to tell apart."""
    workflow = says.workflow(
        ExpertReview={
            "after": [says.gate("FactorSubmission"), says.gate("Assignment", "basedOn", 2)]
        }
    )
    story = Story().cast("submitter", "expert1", "admitter").govern(workflow=workflow).submit()
    subject = says.assignment(story.actors["expert1"].did)
    for label in ("first", "second"):
        story.log(label, "Assignment", "admitter", subject, ABOUT)
    for label, based_on in (("two", ["first", "second"]), ("one", ["first"]), ("none", [])):
        links = [*ABOUT, *(("basedOn", name) for name in based_on)]
        story.log(label, "ExpertReview", "expert1", says.review(), links)
    assert ruling(story, "two", 8) == VALID
    asked = "2 of Assignment: any"
    assert ruling(story, "one", 8) == ("workflow.quorum", "/links", asked, "1")
    said = ("workflow.gate", "/links", "Assignment by basedOn", None)
    assert ruling(story, "none", 8) == said


def test_every_word_that_is_accepted_is_named():
    gates = [
        says.gate("FactorSubmission"),
        says.gate("ExpertReview", "basedOn", accept=["accept", "acceptWithChanges"]),
    ]
    workflow = says.workflow(FactorAdmission={"after": gates})
    story = Story().cast("submitter", "expert1", "admitter").govern(workflow=workflow).submit()
    story.review("expert1", recommendation="reject").admit()
    asked = "1 of ExpertReview: accept | acceptWithChanges"
    assert ruling(story, "admission", 8) == ("workflow.quorum", "/links", asked, "0")


def test_gate_that_nothing_goes_through():
    story = panel(1, more=[says.gate("AuthorityVerification", "basedOn", accept=["verified"])])
    asked = "AuthorityVerification by basedOn"
    said = ("workflow.gate", "/links", asked, None)
    assert ruling(heard(story, "1+").admit(), "admission", 8) == said
