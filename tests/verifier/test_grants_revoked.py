"""Step 4: enrolments that ended. From which index on, by whose word, and how far back."""

from __future__ import annotations

from dataclasses import replace

import governance_records as says
import pytest
from governance_story import Story, everybody, short_start
from rulings import Ruling, ruling
from simulator import Actor, content_digest, secure

VALID: Ruling = ("authority.valid", "", None, None)
EVERYBODY = everybody()


def _revoked(*, shift: int, **revocation) -> Story:
    """A review, then a revocation of its signer from `shift` indexes after the review on."""
    story = short_start().review("expert1")
    back = story.at["review of expert1"] + shift
    return story.revoke("expert1", from_index=back, reason="compromised", **revocation)


def test_revocation_ends_an_enrolment_from_its_index_on():
    """The record at that very index is void, the one before it is not."""
    story = _revoked(shift=0)
    index = story.at["review of expert1"]
    void = ("authority.revoked", "", f"< {index}", f"index {index}")
    assert ruling(story, "review of expert1", 4) == void
    assert ruling(_revoked(shift=1), "review of expert1", 4) == VALID


def test_what_ended_first_counts():
    """Of two revocations the one that reaches further back, in whichever order they came."""
    for shifts in ((1, 0), (0, 1)):
        story = short_start().review("expert1")
        index = story.at["review of expert1"]
        for number, shift in enumerate(shifts):
            label = f"revocation {number}"
            story.revoke("expert1", label, from_index=index + shift, reason="compromised")
        void = ("authority.revoked", "", f"< {index}", f"index {index}")
        assert ruling(story, "review of expert1", 4) == void


def test_second_enrolment_takes_over_from_a_revoked_one():
    story = short_start().revoke("expert1")
    story.actors["again"] = EVERYBODY["expert1"]
    story.enrol("again", ["expert"]).review("expert1")
    assert ruling(story, "review of expert1", 4) == VALID


def test_revocation_ends_only_what_it_names():
    """Another enrolment of the same key goes on."""
    story = short_start()
    story.actors["again"] = EVERYBODY["expert1"]
    story.enrol("again", ["expert"]).revoke("again").review("expert1")
    assert ruling(story, "review of expert1", 4) == VALID


def test_first_problem_is_told():
    """Of two enrolments that ended, the report speaks of the older one."""
    story = short_start().revoke("expert1")
    cut = story.at["revocation"]
    story.actors["again"] = EVERYBODY["expert1"]
    story.enrol("again", ["expert"]).revoke("again", "end of again").review("expert1")
    index = story.at["review of expert1"]
    void = ("authority.revoked", "", f"< {cut}", f"index {index}")
    assert ruling(story, "review of expert1", 4) == void


def test_revocation_of_several_enrolments_ends_each():
    story = short_start()
    story.actors["again"] = EVERYBODY["expert1"]
    story.enrol("again", ["expert"]).revoke("expert1", links=[("about", "again")])
    story.review("expert1")
    assert ruling(story, "revocation", 4) == VALID
    assert ruling(story, "review of expert1", 4)[0] == "authority.revoked"


def test_one_enrolment_of_several_that_is_another_keys():
    """The report points at the link that is wrong."""
    story = short_start("expert2")
    story.revoke("expert1", links=[("about", "expert2")])
    links = story.record("revocation")["links"]
    other = content_digest(story.record("expert2"))
    place = [link["contentDigest"] for link in links].index(other)
    did, index = story.actors["expert1"].did, story.at["revocation"]
    assert ruling(story, "revocation", 4) == (
        "authority.may_not_revoke",
        f"/links/{place}",
        f"an enrolment of {did} before index {index}",
        "Enrolment",
    )


# By whom


def test_key_ends_itself_from_its_own_index_on():
    """Not before: else whoever regrets a word could unsay it."""
    story = short_start().revoke("expert1", by="expert1")
    assert ruling(story, "revocation", 4) == VALID
    for reason in ("ceased", "compromised"):
        story = short_start()
        back = story.ledger.size - 1
        story.revoke("expert1", by="expert1", from_index=back, reason=reason)
        assert ruling(story, "revocation", 4) == (
            "authority.reaches_back",
            "/credentialSubject/fromIndex",
            f">= {back + 1}, unless a root or registrar reports a compromised key",
            str(back),
        )


def test_key_ends_itself_later():
    story = short_start()
    story.revoke("expert1", by="expert1", from_index=story.ledger.size + 5).review("expert1")
    assert ruling(story, "revocation", 4) == VALID
    assert ruling(story, "review of expert1", 4) == VALID


@pytest.mark.parametrize("by", ["root", "registrar"])
@pytest.mark.parametrize(
    ("reason", "back", "good"),
    [
        ("compromised", 1, True),
        ("ceased", 1, False),
        ("superseded", 1, False),
        ("ceased", 0, True),
        ("superseded", 0, True),
    ],
)
def test_only_a_compromised_key_is_ended_backwards(by, reason, back, good):
    story = short_start()
    size = story.ledger.size
    story.revoke("expert1", by=by, from_index=size - back, reason=reason)
    code = "authority.valid" if good else "authority.reaches_back"
    assert ruling(story, "revocation", 4)[0] == code


def test_root_ends_what_a_registrar_gave_and_what_it_gave_itself():
    for label in ("expert1", "admitter"):
        assert ruling(short_start().revoke(label, by="root"), "revocation", 4) == VALID


def test_registrar_ends_only_what_it_gave():
    """An enrolment by the root, or by another registrar, is not the registrar's to end."""
    story = short_start()
    refused = (
        "authority.may_not_revoke",
        "/issuer/id",
        "a root authority, the registrar that enrolled the key, or the key",
        story.actors["registrar"].did,
    )
    assert ruling(story.revoke("admitter"), "revocation", 4) == refused


def test_registrar_who_is_none_any_more_ends_nothing():
    story = short_start().revoke("registrar", "end of registrar", by="root")
    cut = story.at["end of registrar"]
    story.revoke("expert1").review("expert1")
    assert ruling(story, "revocation", 4) == (
        "authority.revoked",
        "",
        f"< {cut}",
        f"index {story.at['revocation']}",
    )
    # What nobody may say has no effect.
    assert ruling(story, "review of expert1", 4) == VALID


def test_giver_of_an_enrolment_needs_the_role_of_a_registrar_to_end_it():
    """A submitter enrols and then ends an expert: neither counts for anything."""
    story = short_start().enrol("expert2", by="submitter").revoke("expert2", by="submitter")
    assert ruling(story, "revocation", 4) == ("authority.role", "", "registrar", "submitter")


def test_scope_of_a_registrar_does_not_bound_whom_it_ends():
    """What it could give, it can take back, though its scope is narrower than what it gave."""
    story = short_start(registrar={"scope": {"series": ["PRODUCT_FOOTPRINT"]}})
    assert ruling(story.revoke("expert1"), "revocation", 4) == VALID


def test_revocation_by_a_stranger_has_no_effect():
    story = short_start("expert2").revoke("expert1", by="expert2").review("expert1")
    assert ruling(story, "revocation", 4)[0] == "authority.may_not_revoke"
    assert ruling(story, "review of expert1", 4) == VALID


def test_key_ends_itself_in_its_own_names():
    story = short_start()
    renamed = replace(story.actors["expert1"], serial=398)
    given = story.actors["expert1"].issuer
    subject = says.revocation(renamed.did, story.ledger.size)
    links = [{"rel": "about", "contentDigest": content_digest(story.record("expert1"))}]
    document = story.ledger.document("EnrolmentRevocation", renamed, subject, links)
    story.append("revocation", secure(document, renamed)).review("expert1")
    assert ruling(story, "revocation", 4) == (
        "authority.names",
        "/issuer",
        f"{given['name']} / {given['nameZh']}",
        f"{renamed.issuer['name']} / {renamed.issuer['nameZh']}",
    )
    assert ruling(story, "review of expert1", 4) == VALID


def test_enrolment_cannot_be_ended_before_it_is_given():
    """A revocation that was logged before the enrolment that it names ends nothing."""
    story = short_start()
    actor = replace(EVERYBODY["expert2"], label="late")
    story.actors["late"] = actor
    story.at["late.request"] = story.ledger.request(actor, ["expert"])
    grant = {
        "id": actor.did,
        "organisation": actor.organisation,
        "personId": actor.person,
        "roles": ["expert"],
        "scope": {},
        "notBefore": "2026-01-01T00:00:00Z",
        "notAfter": "2027-12-31T23:59:59Z",
    }
    enrolment = story.make("Enrolment", "registrar", grant, [("about", "late.request")])
    story.drafts["late"] = enrolment
    story.revoke("late").append("late", enrolment).review("late")
    assert ruling(story, "revocation", 4) == (
        "authority.may_not_revoke",
        "/links/0",
        f"an enrolment of {actor.did} before index {story.at['revocation']}",
        "Enrolment",
    )
    assert ruling(story, "review of late", 4) == VALID


def test_root_that_was_none_yet_ends_nothing():
    """The policy names the root for later indexes only: by its word alone nothing ended."""
    story = short_start().revoke("admitter", by="root").review("expert1").admit()
    at, did = story.at["revocation"], story.actors["root"].did
    gap = [
        {"did": did, "fromIndex": 0, "untilIndex": at},
        {"did": did, "fromIndex": at + 1, "untilIndex": None},
    ]
    assert ruling(story, "admission", 4)[0] == "authority.revoked"
    assert ruling(story, "revocation", 4, roots=gap) == (
        "policy.root",
        "",
        None,
        f"index {at}",
    )
    assert ruling(story, "admission", 4, roots=gap) == VALID


def test_rootless_place_outweighs_an_older_problem():
    """An enrolment that is wrong, and one of which nothing can be said: nothing can be said."""
    story = Story().cast("submitter")
    story.enrol("expert1", by="submitter")
    story.actors["again"] = EVERYBODY["expert1"]
    story.enrol("again", ["expert"], by="root").submit().govern().review("expert1")
    at, did = story.at["again"], story.actors["root"].did
    gap = [
        {"did": did, "fromIndex": 0, "untilIndex": at},
        {"did": did, "fromIndex": at + 1, "untilIndex": None},
    ]
    said = ("policy.root", "", None, f"index {at}")
    assert ruling(story, "review of expert1", 4, roots=gap) == said


def test_older_rootless_place_stays_the_answer():
    """The same in the other order."""
    story = Story().cast("submitter")
    story.enrol("expert1", by="root")
    story.actors["again"] = EVERYBODY["expert1"]
    story.enrol("again", ["expert"], by="submitter").submit().govern().review("expert1")
    at, did = story.at["expert1"], story.actors["root"].did
    gap = [
        {"did": did, "fromIndex": 0, "untilIndex": at},
        {"did": did, "fromIndex": at + 1, "untilIndex": None},
    ]
    said = ("policy.root", "", None, f"index {at}")
    assert ruling(story, "review of expert1", 4, roots=gap) == said


def test_first_of_two_rootless_places_is_told():
    story = Story().cast("submitter").enrol("expert1", by="root")
    story.actors["again"] = EVERYBODY["expert1"]
    story.enrol("again", ["expert"], by="root").submit().govern().review("expert1")
    at, did = story.at["expert1"], story.actors["root"].did
    gap = [
        {"did": did, "fromIndex": 0, "untilIndex": at},
        {"did": did, "fromIndex": story.at["again"] + 1, "untilIndex": None},
    ]
    said = ("policy.root", "", None, f"index {at}")
    assert ruling(story, "review of expert1", 4, roots=gap) == said


def test_each_registrar_is_judged_by_itself():
    """One registrar's enrolment had ended, the other's had not; both revoke what they gave."""
    story = Story(second=Actor("second registrar", 390)).cast("expert1")
    story.enrol("second", ["registrar"], by="root").enrol("expert2", by="second")
    story.revoke("second", "end of second", by="root")
    story.revoke("expert2", "in vain", by="second").revoke("expert1", "heard")
    assert ruling(story, "heard", 4, of="in vain")[0] == "authority.revoked"
    assert ruling(story, "heard", 4) == VALID


def test_dates_are_told_if_no_enrolment_was_in_force():
    """Of two that were over, the oldest is told."""
    ended = {"notBefore": "2026-01-01T00:00:00Z", "notAfter": "2026-01-02T00:00:00Z"}
    story = short_start(expert1=ended)
    story.actors["again"] = EVERYBODY["expert1"]
    story.enrol("again", ["expert"], notBefore="2027-01-01T00:00:00Z").review("expert1")
    assert ruling(story, "review of expert1", 4) == (
        "authority.dates",
        "",
        "2026-01-01T00:00:00Z to 2026-01-02T00:00:00Z",
        story.ledger.times[story.at["review of expert1"]],
    )


def test_ended_enrolment_is_told_rather_than_one_out_of_its_dates():
    ended = {"notAfter": "2026-01-02T00:00:00Z"}
    story = short_start(expert1=ended)
    story.actors["again"] = EVERYBODY["expert1"]
    story.enrol("again", ["expert"]).revoke("again").review("expert1")
    assert ruling(story, "review of expert1", 4)[0] == "authority.revoked"


def test_former_roots_end_nothing_of_each_other():
    """What somebody gave as a root is not a registrar's to end, and so no chain goes in a circle.

    Two roots enrolled each other as registrars, and are roots no more.
    """
    former = {"a": Actor("root a", 801), "b": Actor("root b", 802)}
    story = Story(**former)
    story.enrol("a", ["registrar"], by="b").enrol("b", ["registrar"], by="a")
    end = story.ledger.size
    story.revoke("a", "end of a", by="b").revoke("b", "end of b", by="a")
    roots = [{"did": actor.did, "fromIndex": 0, "untilIndex": end} for actor in former.values()]
    roots.append({"did": story.actors["root"].did, "fromIndex": 0, "untilIndex": None})
    assert ruling(story, "end of a", 4, roots=roots) == (
        "authority.may_not_revoke",
        "/issuer/id",
        "a root authority, the registrar that enrolled the key, or the key",
        former["b"].did,
    )
