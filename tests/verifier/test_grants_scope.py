"""Step 4: what a record acts on, and whether that factor lies in the signer's scope."""

from __future__ import annotations

import governance_records as says
import pytest
from governance_story import Story, short_start, short_story
from rulings import Ruling, codes, judged, ruling
from simulator import content_digest
from suyuan_verifier import Outcome
from suyuan_verifier.targets import TARGETS

VALID: Ruling = ("authority.valid", "", None, None)
ABOUT = [("about", "factor"), ("underRule", "rules")]
OPINIONS = ("TraceabilityCheck", "ExpertReview", "AuthorityVerification", "Assignment", "Return")


def _scoped(scope: dict, **factor) -> Story:
    """A submitter with a scope submits a factor."""
    return Story().cast("submitter", submitter={"scope": scope}).submit(**factor)


def _code(scheme: str, code: str) -> dict:
    return {"scheme": scheme, "code": code, "name": says.words("Example product")}


def _rule(scheme: str, prefix: str) -> dict:
    return {"scheme": scheme, "prefix": prefix}


@pytest.mark.parametrize(
    ("rules", "stated", "inside"),
    [
        ([("a", "35")], [("a", "35")], True),
        ([("a", "35")], [("a", "3512")], True),
        ([("a", "35")], [("a", "3")], False),
        ([("a", "35")], [("a", "3412")], False),
        ([("a", "35")], [("b", "3512")], False),
        ([("a", "35")], [("a", "3512"), ("b", "99")], True),
        ([("a", "35")], [("b", "99"), ("a", "3512")], True),
        ([("a", "35")], [("a", "3512"), ("a", "44")], False),
        ([("a", "35")], [("a", "44"), ("a", "3512")], False),
        ([("a", "35"), ("a", "44")], [("a", "3512"), ("a", "44")], True),
        ([("a", "35"), ("b", "9")], [("a", "3512"), ("b", "80")], False),
        ([("a", "35"), ("b", "9")], [("a", "3512"), ("b", "90")], True),
        ([("a", "35"), ("b", "9")], [("b", "90")], True),
        ([("a", "35")], [], False),
        ([], [], True),
        ([], [("a", "1"), ("b", "2")], True),
    ],
)
def test_every_code_of_a_named_scheme_lies_inside_and_one_at_least(rules, stated, inside):
    scope = {"classification": [_rule(*rule) for rule in rules]} if rules else {}
    factor = {"classification": [_code(*code) for code in stated]} if stated else {}
    code = "authority.valid" if inside else "authority.scope"
    assert ruling(_scoped(scope, **factor), "factor", 4)[0] == code


@pytest.mark.parametrize(
    ("scope", "inside"),
    [
        ({}, True),
        ({"series": ["PRODUCT_FOOTPRINT"]}, True),
        ({"series": ["DIRECT_EF", "PRODUCT_FOOTPRINT"]}, True),
        ({"series": ["DIRECT_EF"]}, False),
        ({"geography": ["CN"]}, True),
        ({"geography": ["CN-YN"]}, True),
        ({"geography": ["CN-GZ", "CN-YN"]}, True),
        ({"geography": ["CN-GZ"]}, False),
        ({"series": ["PRODUCT_FOOTPRINT"], "geography": ["CN-GZ"]}, False),
        ({"series": ["DIRECT_EF"], "geography": ["CN-YN"]}, False),
        ({"series": ["PRODUCT_FOOTPRINT"], "geography": ["CN-YN"]}, True),
    ],
)
def test_factor_lies_inside_in_every_respect(scope, inside):
    code = "authority.valid" if inside else "authority.scope"
    assert ruling(_scoped(scope), "factor", 4)[0] == code


@pytest.mark.parametrize(
    ("code", "place", "inside"),
    [
        ("CN", "DE", False),
        ("DE", "DE", True),
        ("DE", "DE-BY", True),
        ("DE-BY", "DE", False),
        ("CN", "CN-YN", True),
    ],
)
def test_places_of_the_world(code, place, inside):
    """A country covers its subdivisions, and no other country."""
    story = _scoped({"geography": [code]}, geography={"scheme": "ISO3166", "code": place})
    said = ruling(story, "factor", 4)[0]
    assert said == ("authority.valid" if inside else "authority.scope")


@pytest.mark.parametrize(
    ("code", "inside"), [("CN", True), ("华北", True), ("华东", False), ("CN-YN", False)]
)
def test_grid_regions_lie_in_china(code, inside):
    story = _scoped({"geography": [code]}, geography={"scheme": "CN-GRID", "code": "华北"})
    said = ruling(story, "factor", 4)[0]
    assert said == ("authority.valid" if inside else "authority.scope")


def test_two_scopes_of_one_key_are_not_one():
    """The series of one enrolment and the place of another make no scope together."""
    story = Story().cast("submitter", submitter={"scope": {"series": ["DIRECT_EF"]}})
    story.actors["again"] = story.actors["submitter"]
    story.enrol("again", ["submitter"], scope={"geography": ["CN-GZ"]}).submit()
    assert ruling(story, "factor", 4) == (
        "authority.scope",
        "/credentialSubject",
        '{"series":["DIRECT_EF"]}',
        None,
    )


@pytest.mark.parametrize(
    ("inner", "outer", "within"),
    [
        ({"geography": ["CN-YN", "CN-GZ"]}, {"geography": ["CN-GZ", "CN-YN"]}, True),
        ({"geography": ["CN-YN"], "series": ["DIRECT_EF"]}, {"geography": ["CN"]}, True),
        ({"geography": ["CN-YN"]}, {"geography": ["CN"], "series": ["DIRECT_EF"]}, False),
        ({"series": ["DIRECT_EF"]}, {"geography": ["CN"], "series": ["DIRECT_EF"]}, False),
        (
            {"classification": [_rule("a", "35"), _rule("b", "9")]},
            {"classification": [_rule("a", "3"), _rule("b", "9")]},
            True,
        ),
        (
            {"classification": [_rule("a", "35"), _rule("b", "8")]},
            {"classification": [_rule("a", "3"), _rule("b", "9")]},
            False,
        ),
        ({"classification": [_rule("a", "3")]}, {"classification": [_rule("a", "35")]}, False),
        (
            {"classification": [_rule("a", "35"), _rule("b", "9")]},
            {"classification": [_rule("a", "35")]},
            False,
        ),
    ],
)
def test_scope_within_a_registrars(inner, outer, within):
    story = Story().cast("submitter", registrar={"scope": outer}, submitter={"scope": inner})
    code = "authority.valid" if within else "authority.may_not_grant"
    assert ruling(story, "submitter", 4)[0] == code


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64])
def test_narrower_scope_names_every_scheme_that_the_wider_one_names(count):
    """Else a code of the scheme that it leaves out would be free here and bound there."""

    def schemes(numbers) -> dict:
        return {"scope": {"classification": [_rule(f"scheme-{n:02}", "1") for n in numbers]}}

    wide = schemes(range(count))
    story = Story().cast("submitter", registrar=wide, submitter=wide)
    assert ruling(story, "submitter", 4) == VALID
    if count > 1:
        for left_out in (0, count - 1):
            narrow = schemes([number for number in range(count) if number != left_out])
            story = Story().cast("submitter", registrar=wide, submitter=narrow)
            assert ruling(story, "submitter", 4)[0] == "authority.may_not_grant"


def test_one_scope_of_several_is_wide_enough():
    """A registrar with two enrolments: the schemes of each are counted by themselves."""
    a, b, c = _rule("a", "3"), _rule("b", "9"), _rule("c", "1")
    for scopes, good in (
        ([[a, b], [a]], True),
        ([[a], [a, b]], True),
        ([[a], [b]], True),
        ([[b], [a]], True),
        ([[a, b], [a, c]], False),
        ([[b], [c]], False),
    ):
        first, second = ({"scope": {"classification": scope}} for scope in scopes)
        story = Story().enrol("registrar", **first)
        story.actors["again"] = story.actors["registrar"]
        story.enrol("again", ["registrar"], by="root", **second)
        story.enrol("submitter", scope={"classification": [_rule("a", "35")]})
        code = "authority.valid" if good else "authority.may_not_grant"
        assert ruling(story, "submitter", 4)[0] == code


# Targets


@pytest.mark.parametrize("kind", [*OPINIONS, "FactorAdmission"])
def test_opinions_are_about_a_submission(kind):
    """About anything else they say nothing that could be judged."""
    story = short_story("checker", "authority")
    subject, signer, links = {
        "TraceabilityCheck": (says.check(), "checker", ()),
        "ExpertReview": (says.review(), "expert1", ()),
        "AuthorityVerification": (says.verification(), "authority", ()),
        "Assignment": (says.assignment(story.actors["expert1"].did), "admitter", ()),
        "Return": (says.return_(), "admitter", ()),
        "FactorAdmission": (
            says.admission(reviewedTreeSize=1, registryNumber="X"),
            "admitter",
            [("basedOn", "review of expert1")],
        ),
    }[kind]
    about = [("about", "admission"), ("underRule", "rules"), *links]
    assert ruling(story.log("wrong", kind, signer, subject, about), "wrong", 4) == (
        "authority.target_kind",
        "/links",
        "FactorSubmission",
        "FactorAdmission",
    )


@pytest.mark.parametrize("kind", ["FactorSupersession", "FactorWithdrawal", "FactorErratum"])
def test_endings_act_on_an_admission(kind):
    links = [("basedOn", "admission")] if kind == "FactorSupersession" else []
    story = short_story().end(kind, "wrong", of="factor", links=links)
    assert ruling(story, "wrong", 4) == (
        "authority.target_kind",
        "/links",
        "FactorAdmission",
        "FactorSubmission",
    )


@pytest.mark.parametrize("kind", ["FactorSupersession", "FactorWithdrawal", "FactorErratum"])
def test_ending_without_what_it_ends_is_unknown(kind):
    """Its links need not be carried; nothing is wrong, and nothing vouches for it."""
    story = short_story().submit("second", factorVersion="2")
    story.review("expert1", "second review", of="second")
    story.admit("new", of="second", registryNumber="EXAMPLE-0002")
    links = [("basedOn", "new")] if kind == "FactorSupersession" else []
    story.end(kind, "end", links=links)
    bundle = judged(story, "end", without=["admission"])
    assert bundle.outcome(4) is Outcome.UNKNOWN
    assert ruling(story, "end", 4, without=["admission"]) == (
        "authority.target",
        "",
        None,
        content_digest(story.record("admission")),
    )


@pytest.mark.parametrize("known", [False, True])
def test_status_of_something_else_is_not_changed(known):
    """Factors and what labels rest on have a status; a review has none, whoever spoke of it."""
    story = short_story("supervisor")
    if known:
        links = [("about", "review of expert1"), ("underRule", "rules")]
        story.log("objection", "Objection", "expert1", says.objection(), links)
    story.change_status("end", "cancelled", of="review of expert1")
    assert ruling(story, "end", 4) == (
        "authority.target_kind",
        "/links",
        " | ".join(TARGETS["StatusChange"][1]),
        "ExpertReview",
    )


@pytest.mark.parametrize("of", ["factor", "admission"])
def test_supervisor_changes_both(of):
    story = short_story("supervisor").change_status("end", "cancelled", of=of)
    assert ruling(story, "end", 4) == VALID


def test_scope_is_asked_of_the_factor_at_the_end_of_the_chain():
    """An objection to an objection to a withdrawal is about the factor that was withdrawn."""
    elsewhere = {"scope": {"geography": ["CN-GZ"]}}
    story = short_story("expert2", "expert3", expert3=elsewhere)
    story.end("FactorWithdrawal", "end")
    labels = []
    for number, of in enumerate(["end", "objection 0", "objection 1"]):
        labels.append(f"objection {number}")
        links = [("about", of), ("underRule", "rules")]
        story.log(f"objection {number}", "Objection", "expert2", says.objection(), links)
    for number, of in enumerate(["end", "objection 0", "objection 2", "admission", "factor"]):
        labels.append(f"far {number}")
        links = [("about", of), ("underRule", "rules")]
        story.log(f"far {number}", "Objection", "expert3", says.objection(), links)
    said = codes(judged(story, "objection 2"), 4, story, labels)
    assert {said[label] for label in labels[:3]} == {"authority.valid"}
    assert {said[label] for label in labels[3:]} == {"authority.scope"}


def test_objection_to_what_is_about_no_factor_asks_no_scope():
    """A rule set or an enrolment lies in no series and no place: any role may object."""
    elsewhere = {"scope": {"geography": ["CN-GZ"], "series": ["DIRECT_EF"]}}
    story = short_start(expert1=elsewhere)
    links = [("about", "rules"), ("underRule", "rules")]
    story.log("objection", "Objection", "expert1", says.objection(), links)
    links = [("about", "objection"), ("underRule", "rules")]
    story.log("second", "Objection", "expert1", says.objection(), links)
    links = [("about", "admitter"), ("underRule", "rules")]
    story.log("third", "Objection", "expert1", says.objection(), links)
    for label in ("objection", "second", "third"):
        assert ruling(story, "second", 4, of=label) == VALID


def test_objection_to_an_ending_whose_target_is_missing_is_unknown():
    story = short_story().end("FactorWithdrawal", "end")
    links = [("about", "end"), ("underRule", "rules")]
    story.log("objection", "Objection", "expert1", says.objection(), links)
    said = ("authority.target", "", None, content_digest(story.record("admission")))
    assert ruling(story, "objection", 4, without=["admission"]) == said


def test_status_list_has_no_factor_and_asks_no_scope():
    grant = {"publisher": {"scope": {"geography": ["CN-GZ"], "series": ["DIRECT_EF"]}}}
    assert ruling(short_story("publisher", **grant).publish(), "status", 4) == VALID
