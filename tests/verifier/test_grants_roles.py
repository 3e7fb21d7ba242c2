"""Step 4, rule by rule: in which roles a record of each kind is signed."""

from __future__ import annotations

from dataclasses import replace

import governance_records as says
import pytest
from governance_story import Story, everybody, short_start, short_story
from rulings import Ruling, codes, judged, ruling
from simulator import Actor
from suyuan_verifier import Outcome

VALID: Ruling = ("authority.valid", "", None, None)
EVERYBODY = everybody()

POWERS = {
    "FactorSubmission": "submitter",
    "official FactorSubmission": "transcriber",
    "TraceabilityCheck": "checker",
    "ExpertReview": "expert",
    "AuthorityVerification": "authority",
    "Assignment": "admitter",
    "Return": "admitter authority checker",
    "Objection": (
        "admitter authority certifier checker expert filingOffice producer registrar "
        "statusPublisher submitter supervisor transcriber verificationBody"
    ),
    "FactorAdmission": "admitter",
    "FactorSupersession": "admitter",
    "FactorWithdrawal": "admitter",
    "FactorErratum": "admitter",
    "StatusChange": "supervisor",
    "StatusList": "statusPublisher",
    "RuleSet": "",
    "MethodReference": "",
}
"""Which roles may sign what (docs/spec/authority.md); roots only where there is none."""
ALL_ROLES = POWERS["Objection"].split()


ABOUT = [("about", "factor"), ("underRule", "rules")]
SIGN = {
    "FactorSubmission": lambda story, by, label: story.submit(label, by=by),
    "official FactorSubmission": lambda story, by, label: story.submit(
        label, by=by, dataStatus="officialTranscribed"
    ),
    "TraceabilityCheck": lambda story, by, label: story.check(label, by=by),
    "ExpertReview": lambda story, by, label: story.review(by, label),
    "AuthorityVerification": lambda story, by, label: story.verify(label, by=by),
    "Assignment": lambda story, by, label: story.log(
        label, "Assignment", by, says.assignment(EVERYBODY["expert1"].did), ABOUT
    ),
    "Return": lambda story, by, label: story.log(label, "Return", by, says.return_(), ABOUT),
    "Objection": lambda story, by, label: story.log(
        label, "Objection", by, says.objection(), ABOUT
    ),
    "FactorAdmission": lambda story, by, label: story.admit(
        label, by=by, based_on=["review of expert1"]
    ),
    "FactorSupersession": lambda story, by, label: story.end(
        "FactorSupersession", label, by=by, links=[("basedOn", "admission")]
    ),
    "FactorWithdrawal": lambda story, by, label: story.end("FactorWithdrawal", label, by=by),
    "FactorErratum": lambda story, by, label: story.end("FactorErratum", label, by=by),
    "StatusChange": lambda story, by, label: story.change_status(label, "suspended", by=by),
    "StatusList": lambda story, by, label: story.publish(label, by=by, bits={}),
    "RuleSet": lambda story, by, label: story.govern(label, by=by),
    "MethodReference": lambda story, by, label: story.log(
        label, "MethodReference", by, says.method_reference()
    ),
}
"""How somebody logs a record of a kind, rightly but for who signs."""


@pytest.mark.parametrize("kind", POWERS)
def test_exactly_these_roles_sign_a_kind(kind):
    """Of thirteen keys with one role each, the ones that the table names, and no other."""
    actors = {
        f"one {role}": Actor(f"one {role}", 400 + n, f"person-{role}")
        for n, role in enumerate(ALL_ROLES)
    }
    story = short_story()
    story.actors |= actors
    for role in ALL_ROLES:
        story.enrol(f"one {role}", [role], by="root")
        SIGN[kind](story, f"one {role}", f"by {role}")
    said = codes(judged(story, "admission"), 4, story, [f"by {role}" for role in ALL_ROLES])
    found = {label.removeprefix("by "): code for label, code in said.items()}
    able = {role for role, code in found.items() if code == "authority.valid"}
    assert able == set(POWERS[kind].split())
    wrong = {"StatusChange": "no_power", "RuleSet": "root_only", "MethodReference": "root_only"}
    for role in found.keys() - able:
        assert found[role] == f"authority.{wrong.get(kind, 'role')}"


def test_role_that_is_missing_is_named():
    """The report says which roles would do and which are held."""
    links = [("about", "factor"), ("underRule", "rules")]
    story = short_start().log("return", "Return", "expert1", says.return_(), links)
    assert ruling(story, "return", 4) == (
        "authority.role",
        "",
        "admitter | authority | checker",
        "expert",
    )


def test_power_that_is_missing_is_named():
    """A status is changed by a supervisor, or by the roles of the target within its office."""
    story = short_story().change_status("end", "cancelled", by="submitter")
    assert ruling(story, "end", 4) == ("authority.no_power", "", "supervisor", "submitter")
    fellow = replace(EVERYBODY["expert1"], serial=EVERYBODY["admitter"].serial, person="")
    story = short_story()
    story.actors["fellow"] = replace(fellow, label="fellow")
    story.enrol("fellow", ["checker", "expert"]).change_status("end", "cancelled", by="fellow")
    assert ruling(story, "end", 4) == (
        "authority.no_power",
        "",
        "admitter | supervisor",
        "checker, expert",
    )


def test_status_changed_by_a_key_that_nobody_enrolled():
    story = short_story().change_status("end", "cancelled", by="supervisor")
    assert ruling(story, "end", 4)[0] == "authority.not_enrolled"


@pytest.mark.parametrize(("of", "role"), [("admission", "admitter"), ("factor", "submitter")])
def test_own_organisation_changes_a_status_in_the_role_of_the_target(of, role):
    """Another key of the office that signed the target, with the role that the target needs."""
    story = short_story()
    signer = EVERYBODY["admitter" if of == "admission" else "submitter"]
    story.actors["fellow"] = replace(signer, label="fellow")
    story.enrol("fellow", [role], by="root").change_status("end", "cancelled", of=of, by="fellow")
    assert ruling(story, "end", 4) == VALID


def test_role_is_nothing_without_its_organisation():
    """An admitter of another office has no power over this admission, not even both unknown."""
    story = short_story("admitter2").change_status("end", "cancelled", by="admitter2")
    assert ruling(story, "end", 4)[0] == "authority.no_power"


def test_supervisor_stays_in_scope():
    grant = {"scope": {"geography": ["CN-GZ"]}}
    story = short_story("supervisor", supervisor=grant).change_status("end", "suspended")
    assert ruling(story, "end", 4) == (
        "authority.scope",
        "/credentialSubject",
        '{"geography":["CN-GZ"]}',
        None,
    )


def test_scope_belongs_to_the_enrolment_that_gives_the_role():
    """The role here and the scope there make no power."""
    story = short_start(expert1={"scope": {"geography": ["CN-GZ"]}})
    story.actors["twice"] = EVERYBODY["expert1"]
    story.enrol("twice", ["checker"])
    assert ruling(story.review("expert1"), "review of expert1", 4)[0] == "authority.scope"
    story = short_start(expert1={"scope": {"geography": ["CN-GZ"]}})
    story.actors["twice"] = EVERYBODY["expert1"]
    story.enrol("twice", ["expert"])
    assert ruling(story.review("expert1"), "review of expert1", 4) == VALID


def test_second_enrolment_is_heard_by_a_rule_set_that_asks_for_its_role():
    """The key is a checker by its first enrolment and a supervisor by its second."""
    workflow = says.workflow(Objection={"roles": ["supervisor"]})
    story = Story().cast("submitter", "checker")
    story.actors["twice"] = EVERYBODY["checker"]
    story.enrol("twice", ["supervisor"]).govern(workflow=workflow).submit()
    links = [("about", "factor"), ("underRule", "rules")]
    story.log("objection", "Objection", "checker", says.objection(), links)
    assert judged(story, "objection").outcome(8) is Outcome.PASS
