"""The inbox: whoever can do the next thing sees it, and nobody else."""

from __future__ import annotations

import pytest
from ledger_world import GovernedWorld, Party, rules_of_the_world
from suyuan_ledger.desk import cases, inbox
from suyuan_ledger.desk.inbox import item_json, read_inbox
from suyuan_ledger.records.profile import Link, format_digest


@pytest.fixture
def waiting(desk_of):
    """List (task, submission index) that wait for a party."""

    def read(world, party, **options):
        with desk_of(world) as desk:
            page = read_inbox(desk, party.did, **options)
        return [(item.task, item.index) for item in page.items]

    return read


def test_a_new_submission_waits_for_check_reviews_and_verification(governed, waiting):
    """In no order: the default rule set has none."""
    index = governed.ledger.submit(governed.works.factor(1)).index

    assert waiting(governed, governed.checker) == [("check", index)]
    assert waiting(governed, governed.experts[0]) == [("review", index)]
    assert waiting(governed, governed.authority) == [("verify", index)]
    assert waiting(governed, governed.admitter) == []
    assert waiting(governed, governed.works) == []


def test_what_is_done_waits_no_more_and_the_admitter_is_last(governed, waiting):
    """Each gate empties its own inbox; an admission empties the last."""
    about = governed.submission(1)
    index = governed.ledger.record(about).index
    opinions = governed.opinions(about)

    for party in (governed.checker, *governed.experts, governed.authority):
        assert waiting(governed, party) == []
    assert waiting(governed, governed.admitter) == [("admit", index)]

    governed.ledger.submit(governed.admission(about, opinions))
    assert waiting(governed, governed.admitter) == []


def test_an_expert_who_has_spoken_is_not_asked_again(governed, waiting):
    """Also when the gate still waits for others."""
    about = governed.submission(1)
    governed.ledger.submit(governed.review(about, 0))

    assert waiting(governed, governed.experts[0]) == []
    assert [task for task, _ in waiting(governed, governed.experts[1])] == ["review"]


def test_a_second_key_of_the_same_person_is_not_asked_again(governed, waiting):
    """The gate counts persons."""
    second = Party(20, "Example Institute", "示例研究院", "institute")
    second.signer = Party(77).signer
    second.did = second.signer.did
    governed.enrol(second, ["expert"], person="person-0000")
    about = governed.submission(1)
    governed.ledger.submit(governed.review(about, 0))

    assert waiting(governed, second) == []


def test_a_conflict_of_interest_does_not_fill_the_gate(governed, waiting):
    """Three experts of whom one is conflicted: a fourth is asked."""
    about = governed.submission(1)
    conflict = {"declaration": "exists", "statement": {"zh": "示例", "en": "example"}}
    governed.ledger.submit(governed.review(about, 0, conflictOfInterest=conflict))
    for number in (1, 2):
        governed.ledger.submit(governed.review(about, number))

    assert [task for task, _ in waiting(governed, governed.experts[3])] == ["review"]


def test_nobody_is_asked_to_judge_what_its_own_organisation_or_group_submitted(governed, waiting):
    """An expert of the submitter, of its parent, and of a sister."""
    group = governed.works.organisation["registeredId"]
    own = Party(2)
    own.signer = Party(78).signer
    own.did = own.signer.did
    sister = Party(41, "Example Institute", "示例研究院", "institute")
    sister.organisation["parentGroupId"] = group
    for party in (own, sister):
        governed.enrol(party, ["expert"])
    governed.submission(1)

    assert waiting(governed, own) == []
    assert waiting(governed, sister) == []


def test_only_what_lies_in_scope_waits(governed, waiting):
    """By series, by geography and by classification."""
    scopes = [{"series": ["ELEC_FOOTPRINT"]}, {"geography": ["CN-GD"]}]
    scopes.append({"classification": [{"scheme": "HS", "prefix": "76"}]})
    experts = [Party(50 + place, "Example Institute") for place in range(3)]
    for expert, scope in zip(experts, scopes, strict=True):
        governed.enrol(expert, ["expert"], scope=scope)
    name = {"zh": "铝", "en": "aluminium"}
    governed.submission(1)
    classified = governed.ledger.submit(
        governed.works.factor(2, classification=[{"scheme": "HS", "code": "7601", "name": name}])
    )

    assert [waiting(governed, expert) for expert in experts] == [
        [],
        [],
        [("review", classified.index)],
    ]


def test_a_revoked_or_expired_key_has_an_empty_inbox(governed, waiting):
    """What it cannot sign does not wait for it."""
    governed.submission(1)
    gone, old = Party(61, "Example Institute"), Party(62, "Example Institute")
    enrolment = governed.enrol(gone, ["expert"])
    governed.enrol(old, ["expert"], notAfter="2026-02-01T00:00:00Z")
    governed.ledger.submit(governed.revocation(enrolment))

    assert waiting(governed, gone) == []
    assert waiting(governed, old) == []
    assert waiting(governed, Party(63)) == []


def test_more_rejections_than_tolerated_are_a_return_to_make(governed, waiting):
    """Nobody else is asked for opinions that cannot help any more."""
    about = governed.submission(1)
    for number in (0, 1):
        governed.ledger.submit(governed.review(about, number, "reject"))

    assert [task for task, _ in waiting(governed, governed.admitter)] == ["return"]
    assert waiting(governed, governed.experts[2]) == []
    assert waiting(governed, governed.checker) == []


def test_one_tolerated_dissent_does_not_stop_the_admission(governed, waiting):
    """Three accept, one rejects: the admitter decides."""
    about = governed.submission(1)
    governed.opinions(about)
    governed.ledger.submit(governed.review(about, 3, "reject"))

    assert [task for task, _ in waiting(governed, governed.admitter)] == ["admit"]


def test_a_return_waits_for_the_submitters_organisation(governed, waiting, desk_of):
    """With the time and the day that the Return states."""
    about = governed.submission(1)
    governed.clock.now += 60
    governed.ledger.submit(governed.returned(about))

    assert [task for task, _ in waiting(governed, governed.works)] == ["answer"]
    with desk_of(governed) as desk:
        (item,) = read_inbox(desk, governed.works.did).items
    assert item.since == "2026-03-01T08:01:00Z"


def test_an_assignment_is_marked_with_its_due_day(governed, desk_of):
    """It waits although others could do it too, until the assignee has spoken."""
    about = governed.submission(1)
    governed.ledger.submit(governed.assignment(about, governed.experts[2]))

    with desk_of(governed) as desk:
        (item,) = read_inbox(desk, governed.experts[2].did).items
        (other,) = read_inbox(desk, governed.experts[1].did).items
    assert (item.assigned, item.due) == (True, "2026-06-30")
    assert (other.assigned, other.due) == (False, None)

    governed.ledger.submit(governed.review(about, 2))
    with desk_of(governed) as desk:
        assert read_inbox(desk, governed.experts[2].did).items == ()


def test_a_listed_order_asks_one_after_the_other(tmp_path, waiting):
    """Reviews are not asked for before the check has passed."""
    rules = rules_of_the_world()
    for entry in rules["workflow"]:
        if entry["kind"] == "FactorAdmission":
            entry["order"] = "listed"
    world = GovernedWorld(tmp_path / "listed.sqlite", rules=rules).begin()
    about = world.submission(1)

    assert [task for task, _ in waiting(world, world.checker)] == ["check"]
    assert waiting(world, world.experts[0]) == []
    world.ledger.submit(world.check(about))
    assert [task for task, _ in waiting(world, world.experts[0])] == ["review"]
    assert waiting(world, world.authority) == []
    world.ledger.close()


def test_pages_are_oldest_first_and_lose_nothing(governed, desk_of):
    """A page ends where its bound is reached and says where to go on."""
    indexes = [governed.ledger.submit(governed.works.factor(n)).index for n in range(7)]
    found, after = [], None
    with desk_of(governed) as desk:
        while True:
            page = read_inbox(desk, governed.checker.did, after=after, limit=3)
            found += [item.index for item in page.items]
            after = page.next
            if after is None:
                break
            assert len(page.items) == 3
    assert found == indexes


def test_a_page_is_bounded_by_what_it_looks_at(governed, desk_of, monkeypatch):
    """Whoever has nothing to do in a long queue gets an answer and a place to go on."""
    monkeypatch.setattr(cases, "CHUNK", 2)
    monkeypatch.setattr(inbox, "MAX_LOOKED_AT", 4)
    for number in range(6):
        about = governed.submission(number)
        governed.ledger.submit(governed.review(about, 0))
    with desk_of(governed) as desk:
        page = read_inbox(desk, governed.experts[0].did)
        assert page.items == ()
        assert page.next is not None
        rest = read_inbox(desk, governed.experts[0].did, after=page.next)
    assert (rest.items, rest.next) == ((), None)


def test_a_rule_set_that_is_not_there_asks_for_nothing(world, desk_of):
    """A log without governance has an empty inbox."""
    world.ledger.submit(world.works.factor(1))
    with desk_of(world) as desk:
        assert read_inbox(desk, world.works.did).items == ()


def test_an_item_for_scripts_shows_the_gates(governed, desk_of):
    """How many have spoken, and how."""
    about = governed.submission(1)
    governed.ledger.submit(governed.review(about, 0, "acceptWithChanges"))
    governed.ledger.submit(governed.review(about, 1, "reject"))
    with desk_of(governed) as desk:
        (item,) = read_inbox(desk, governed.experts[2].did).items
    shown = item_json(item)
    assert shown["content"] == f"sha256:{about.hex()}"
    assert shown["gates"][1] == {
        "kind": "ExpertReview",
        "quorum": 3,
        "accepted": 0,
        "conditional": 1,
        "rejected": 1,
        "tolerate": 1,
    }


def test_what_was_returned_waits_for_nobody_who_judges(governed, waiting):
    """Its next version is what there will be to judge."""
    governed.ledger.submit(governed.returned(governed.submission(1)))

    for party in (governed.checker, governed.experts[0], governed.authority, governed.admitter):
        assert waiting(governed, party) == []


def test_a_version_that_a_newer_one_supersedes_waits_no_more(governed, waiting):
    """The newer one does; a version of another factor replaces nothing."""
    about = governed.submission(1)
    links = [Link("supersedes", format_digest(about))]
    other = governed.ledger.submit(governed.works.factor(2, links)).index
    old = governed.ledger.record(about).index
    assert waiting(governed, governed.checker) == [("check", old), ("check", other)]

    raw = governed.works.factor(1, links, factorVersion="2")
    newer = governed.ledger.submit(raw).index
    for party, task in ((governed.checker, "check"), (governed.experts[0], "review")):
        assert waiting(governed, party) == [(task, other), (task, newer)]


def test_nobody_elses_version_replaces_a_submission(governed, waiting):
    """A stranger must not take a factor out of the queue."""
    about = governed.submission(1)
    stranger = Party(40, "Example Rival", "示例对手")
    governed.enrol(stranger)
    links = [Link("supersedes", format_digest(about))]
    theirs = governed.ledger.submit(stranger.factor(1, links, factorVersion="2")).index

    old = governed.ledger.record(about).index
    assert waiting(governed, governed.checker) == [("check", old), ("check", theirs)]
