"""Step 4, rule by rule: who gave the power to sign, and in whose name."""

from __future__ import annotations

from dataclasses import replace

import governance_records as says
import pytest
from governance_story import Story, everybody, short_start, started_story
from rulings import Ruling, judged, ruling
from simulator import Actor, content_digest, edited, resign, secure
from suyuan_verifier import Outcome, Verdict
from suyuan_verifier.kinds import ROLES
from verdicts import report_on

VALID: Ruling = ("authority.valid", "", None, None)
EVERYBODY = everybody()

# Names


@pytest.mark.parametrize("name", ["name", "nameZh"])
def test_record_is_signed_in_the_names_of_the_enrolment(name):
    story = short_start()
    given = story.actors["expert1"].issuer
    links = [("about", "factor"), ("underRule", "rules")]
    review = story.make("ExpertReview", "expert1", says.review(), links)
    review = resign(edited(review, "issuer", name, to="Another"), story.actors["expert1"])
    story.append("review", review)
    stated = {**given, name: "Another"}
    assert ruling(story, "review", 4) == (
        "authority.names",
        "/issuer",
        f"{given['name']} / {given['nameZh']}",
        f"{stated['name']} / {stated['nameZh']}",
    )


@pytest.mark.parametrize("name", ["name", "nameZh"])
def test_request_is_signed_in_the_names_that_it_asks_for(name):
    story = Story().cast("expert1")
    actor = story.actors["expert1"]
    organisation = {**actor.organisation, name: "Another"}
    subject = {"organisation": organisation, "roles": ["expert"], "personId": actor.person}
    story.log("request", "EnrolmentRequest", "expert1", subject)
    assert ruling(story, "request", 4) == (
        "authority.names",
        "/issuer",
        f"{organisation['name']} / {organisation['nameZh']}",
        f"{actor.issuer['name']} / {actor.issuer['nameZh']}",
    )


def test_request_that_nobody_answered_is_unknown():
    story = Story().cast("expert1")
    story.at["again"] = story.ledger.request(story.actors["expert1"], ["expert"])
    report = judged(story, "again")
    assert report.outcome(4) is Outcome.UNKNOWN
    assert ruling(story, "again", 4) == (
        "authority.unanswered",
        "",
        None,
        "no enrolment in the bundle",
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"serial": 399}, "authority.two_organisations"),
        ({"person": "person-other"}, "authority.two_persons"),
        ({"person": ""}, "authority.two_persons"),
    ],
)
def test_key_of_two_organisations_or_persons(change, code):
    """Void from the second one's enrolment on; what was signed before it stands."""
    story = short_start().review("expert1")
    moved = replace(EVERYBODY["expert1"], **change)
    story.actors["moved"] = moved
    story.enrol("moved", ["expert"]).review("expert1", "later review")
    before, later, enrolment = "review of expert1", "later review", "moved"
    assert ruling(story, before, 4, of=before) == VALID
    two = (code, "", None, moved.did)
    assert ruling(story, before, 4, of=later) == two
    assert ruling(story, before, 4, of=enrolment) == two


@pytest.mark.parametrize("change", [{"serial": 399}, {"person": "person-other"}])
def test_enrolment_right_before_that_of_somebody_else_stands(change):
    """The next entry of the log moves the key; what lies before it is not touched."""
    story = Story().cast("submitter")
    actors = {"first": EVERYBODY["expert1"], "moved": replace(EVERYBODY["expert1"], **change)}
    requests = {name: story.ledger.request(actors[name], ["expert"]) for name in actors}
    for name, request in requests.items():
        story.at[f"{name}.request"] = request
        story.at[name] = story.ledger.enrol(story.actors["registrar"], request)
    assert story.at["moved"] == story.at["first"] + 1
    assert ruling(story, "first", 4) == VALID
    assert ruling(story, "moved", 4)[0].startswith("authority.two_")


def test_enrolment_that_nobody_may_give_moves_no_key_to_another_organisation():
    """A stranger's enrolment of an expert's key, brought by a status file: not heard at all."""
    story = short_start("publisher")
    story.actors["stranger"] = Actor("stranger", 900)
    story.actors["moved"] = replace(EVERYBODY["expert1"], serial=399)
    story.enrol("moved", ["expert"], by="stranger").review("expert1").admit().publish()
    bundle, _ = story.export("admission", without=["moved", "moved.request"])
    file, policy = story.export("status")
    assert report_on(story.ledger, bundle, policy).verdict is Verdict.VALID
    assert report_on(story.ledger, bundle, policy, status=file).verdict is Verdict.VALID


# Roots


def test_root_decides_within_its_range():
    """From its first index on, and not at the index where the range ends."""
    story = Story().cast("submitter").govern()
    at, did = story.at["rules"], story.actors["root"].did
    later = {"did": Actor("another root").did, "fromIndex": 0, "untilIndex": None}

    def roots(start, until):
        return [{"did": did, "fromIndex": start, "untilIndex": until}, later]

    refused = ("authority.root_only", "/issuer/id", "a root authority of the policy", did)
    assert ruling(story, "rules", 4, roots=roots(0, at + 1)) == VALID
    assert ruling(story, "rules", 4, roots=roots(0, at)) == refused
    assert ruling(story, "rules", 4, roots=roots(at, None)) == VALID
    assert ruling(story, "rules", 4, roots=roots(at + 1, None)) == refused


def test_no_root_named_for_the_place_of_a_record():
    story = Story().cast("submitter").govern()
    roots = [{"did": story.actors["root"].did, "fromIndex": 0, "untilIndex": story.at["rules"]}]
    report = judged(story, "rules", roots=roots)
    assert report.outcome(4) is Outcome.UNKNOWN
    said = ("policy.root", "", None, f"index {story.at['rules']}")
    assert ruling(story, "rules", 4, roots=roots) == said


def test_root_names_nobody_and_is_bound_by_no_names():
    """A root is known by its key; what it calls itself decides nothing."""
    story = Story().cast("submitter")
    root = replace(story.actors["root"], serial=777)
    document = story.ledger.document("RuleSet", root, says.rule_set())
    assert ruling(story.append("rules", secure(document, root)), "rules", 4) == VALID


def test_key_that_nobody_enrolled():
    story = short_start().review("expert4")
    did, index = story.actors["expert4"].did, story.at["review of expert4"]
    assert ruling(story, "review of expert4", 4) == (
        "authority.not_enrolled",
        "",
        f"an enrolment of {did} before index {index}",
        "none in the bundle",
    )


def test_enrolment_after_the_record_is_none():
    story = short_start().review("expert4").enrol("expert4")
    assert ruling(story, "review of expert4", 4)[0] == "authority.not_enrolled"


# Registrars


@pytest.mark.parametrize("role", sorted(ROLES))
def test_roles_that_only_a_root_grants(role):
    """A registrar grants nine of the thirteen."""
    actor = Actor("applicant", 398, "person-applicant")
    story = Story(applicant=actor).cast("submitter").enrol("applicant", [role], by="registrar")
    if role in {"registrar", "authority", "admitter", "statusPublisher"}:
        assert ruling(story, "applicant", 4) == (
            "authority.may_not_grant",
            "/credentialSubject/roles",
            "roles that a registrar may grant",
            role,
        )
    else:
        assert ruling(story, "applicant", 4) == VALID


def test_every_forbidden_role_is_named():
    roles = ["authority", "expert", "registrar"]
    story = Story().cast("submitter").enrol("expert1", roles, by="registrar")
    assert ruling(story, "expert1", 4)[3] == "authority, registrar"


def test_registrar_grants_within_the_own_scope():
    grants = {"registrar": {"scope": {"geography": ["CN-YN"]}}}
    story = Story().cast("submitter", **grants)
    assert ruling(story, "submitter", 4) == (
        "authority.may_not_grant",
        "/credentialSubject/scope",
        "a scope within the registrar's own",
        None,
    )


def test_enrolled_by_somebody_nobody_enrolled():
    story = Story().cast("submitter").enrol("expert1", by="expert4")
    assert ruling(story, "expert1", 4) == (
        "authority.not_root",
        "/issuer/id",
        "a root authority of the policy, or a registrar it enrolled",
        story.actors["expert4"].did,
    )


def test_enrolled_by_somebody_who_is_no_registrar():
    story = Story().cast("submitter").enrol("expert1", by="submitter")
    assert ruling(story, "expert1", 4) == ("authority.role", "", "registrar", "submitter")


def _answer(story: Story, asked: list[str], **grant) -> Story:
    """An expert asks for roles, and the registrar grants something else."""
    request = story.ledger.request(story.actors["expert1"], asked)
    story.at["expert1.request"] = request
    story.at["expert1"] = story.ledger.enrol(story.actors["registrar"], request, **grant)
    return story


@pytest.mark.parametrize(
    ("member", "change"),
    [
        ("id", {"id": EVERYBODY["expert2"].did}),
        ("organisation", {"organisation": EVERYBODY["expert2"].organisation}),
        ("personId", {"personId": "person-other"}),
        ("roles", {"roles": ["checker", "expert"]}),
    ],
)
def test_enrolment_gives_what_was_asked_for(member, change):
    """The key, organisation and person of the request, and no role beyond it."""
    story = _answer(Story().cast("submitter"), ["expert"], **change)
    assert ruling(story, "expert1", 4) == (
        "authority.request",
        "/credentialSubject",
        "the key, organisation and person of the request, and roles it asks for",
        None,
    ), member


def test_enrolment_gives_fewer_roles_than_asked_for():
    story = _answer(Story().cast("submitter"), ["checker", "expert"], roles=["expert"])
    assert ruling(story, "expert1", 4) == VALID


def test_enrolment_answers_an_earlier_request():
    """A request that was logged after its answer was not answered by it."""
    story = Story().cast("submitter")
    actor = story.actors["expert1"]
    subject = {
        "organisation": actor.organisation,
        "roles": ["expert"],
        "personId": actor.person,
    }
    story.drafts["request"] = story.make("EnrolmentRequest", "expert1", subject)
    grant = {
        "id": actor.did,
        **subject,
        "scope": {},
        "notBefore": "2026-01-01T00:00:00Z",
        "notAfter": "2027-12-31T23:59:59Z",
    }
    story.log("expert1", "Enrolment", "registrar", grant, [("about", "request")])
    story.append("request", story.drafts["request"])
    assert ruling(story, "expert1", 4) == (
        "authority.request",
        "/links/0",
        f"an EnrolmentRequest before index {story.at['expert1']}",
        "EnrolmentRequest",
    )


def test_enrolment_answers_a_request_and_nothing_else():
    story = Story().cast("submitter")
    subject = dict(story.record("submitter")["credentialSubject"])
    story.log("again", "Enrolment", "registrar", subject, [("about", "submitter")])
    assert ruling(story, "again", 4) == (
        "authority.request",
        "/links/0",
        f"an EnrolmentRequest before index {story.at['again']}",
        "Enrolment",
    )


def test_whole_story_has_nothing_wrong_in_step_4():
    """What all of these tests bend is straight to begin with."""
    story = started_story().check()
    report = judged(story, "check")
    assert report.verdict is Verdict.UNDECIDED
    assert report.outcome(4) is report.outcome(8) is Outcome.PASS
    assert content_digest(story.record("check")) in {check.record for check in report.checks}
