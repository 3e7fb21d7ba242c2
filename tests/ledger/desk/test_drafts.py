"""Drafts: what follows from the log is filled in, so that the door takes what people sign."""

from __future__ import annotations

import pytest
from ledger_world import CREATED, Party
from suyuan_ledger.desk.drafts import Drafter
from suyuan_ledger.records.drafts import new_record
from suyuan_ledger.records.profile import Link, format_digest
from suyuan_ledger.records.signing import sign_record

WORDS = {"zh": "示例", "en": "example"}
REVIEW = {
    "recommendation": "accept",
    "reviewType": "Independent external review",
    "scopes": [{"name": "Raw data", "methods": ["Validation of data sources"]}],
    "conflictOfInterest": {"declaration": "none"},
}
VERIFICATION = {"result": "verified", "documentNumber": "notStated", "basis": WORDS}
NUMBER = {"registryNumber": "EX-1", "effectiveFrom": CREATED}
EVENT = {"cause": WORDS, "effectiveFrom": CREATED, "impact": "recall"}


@pytest.fixture
def sign(desk_of):
    """Draft something for a party, sign it, submit it; return (draft, receipt)."""

    def go(world, party, make):
        with desk_of(world) as desk:
            draft = make(Drafter(desk, party.did))
        record = new_record(
            draft.kind, party.issuer, draft.subject, valid_from=CREATED, links=draft.links
        )
        return draft, world.ledger.submit(sign_record(record, party.signer, CREATED))

    return go


def targets(draft, rel):
    """The digests that a draft links by one relation."""
    return [link.content_digest for link in draft.links if link.rel == rel]


def test_the_whole_way_of_a_factor_by_drafts_alone(governed, sign):
    """Nobody copies a digest: check, three reviews, verification, admission, withdrawal."""
    about = governed.submission(1)
    which = str(governed.ledger.record(about).index)
    check = governed.ledger.submit(governed.check(about)).content
    reviews = [
        sign(governed, expert, lambda drafter: drafter.review(which, dict(REVIEW)))
        for expert in governed.experts[:3]
    ]
    verification, done = sign(
        governed, governed.authority, lambda drafter: drafter.verification(which, VERIFICATION)
    )
    admission, admitted = sign(
        governed, governed.admitter, lambda drafter: drafter.admission(which, NUMBER, {})
    )
    withdrawal, _ = sign(
        governed, governed.admitter, lambda drafter: drafter.withdrawal("EX-1", EVENT)
    )

    rules = format_digest(governed.rule_set)
    read = [format_digest(receipt.content) for _, receipt in reviews]
    for draft, _ in reviews:
        assert targets(draft, "about") == [format_digest(about)]
        assert targets(draft, "basedOn") == [format_digest(check)]
        assert targets(draft, "underRule") == [rules]
    assert sorted(targets(verification, "basedOn")) == sorted([format_digest(check), *read])
    assert sorted(targets(admission, "basedOn")) == sorted(
        [format_digest(check), *read, format_digest(done.content)]
    )
    assert admission.subject["reviewedTreeSize"] == admitted.index
    assert targets(withdrawal, "withdraws") == [format_digest(admitted.content)]


def test_an_admission_rests_on_dissent_too_and_not_on_what_is_void(governed, sign):
    """Leaving a dissent out is refused by the door, and so is resting on a revoked key."""
    about = governed.submission(1)
    opinions = governed.opinions(about)
    dissent = governed.ledger.submit(governed.review(about, 3, "reject")).content
    stranger = Party(70, "Example Institute", "示例研究院", "institute")
    enrolment = governed.enrol(stranger, ["expert"], person="person-0070")
    void = governed.ledger.submit(governed.review(about, stranger)).content
    governed.ledger.submit(
        governed.revocation(enrolment, reason="compromised", from_index=enrolment.index)
    )

    draft, _ = sign(
        governed,
        governed.admitter,
        lambda drafter: drafter.admission(format_digest(about), NUMBER, {}),
    )
    found = targets(draft, "basedOn")
    assert sorted(found) == sorted(map(format_digest, [*opinions, dissent]))
    assert format_digest(void) not in found


def test_conditions_are_resolved_by_the_opinions_index(governed, sign, refuses):
    """Without the resolution the door refuses the admission."""
    about = governed.submission(1)
    governed.ledger.submit(governed.check(about))
    governed.ledger.submit(governed.verification(about))
    for number in (0, 1):
        governed.ledger.submit(governed.review(about, number))
    conditional = governed.ledger.submit(governed.review(about, 2, "acceptWithChanges"))
    which = format_digest(about)

    with refuses("workflow.condition"):
        sign(governed, governed.admitter, lambda drafter: drafter.admission(which, NUMBER, {}))
    resolved = {str(conditional.index): WORDS}
    draft, _ = sign(
        governed, governed.admitter, lambda drafter: drafter.admission(which, NUMBER, resolved)
    )
    assert draft.subject["conditions"] == [
        {"record": format_digest(conditional.content), "resolution": WORDS}
    ]


def test_a_review_answers_to_the_assignment_of_its_key(governed, sign):
    """And to nobody else's."""
    about = governed.submission(1)
    task = {"assignee": governed.experts[0].did, "task": "ExpertReview", "dueDate": "2026-06-30"}
    which = format_digest(about)
    _, assigned = sign(governed, governed.admitter, lambda drafter: drafter.assignment(which, task))
    first, _ = sign(governed, governed.experts[0], lambda d: d.review(which, dict(REVIEW)))
    second, _ = sign(governed, governed.experts[1], lambda d: d.review(which, dict(REVIEW)))

    assert targets(first, "responds") == [format_digest(assigned.content)]
    assert targets(second, "responds") == []


def test_a_return_rests_on_the_opinions_that_did_not_accept(governed, sign):
    """They are its reasons."""
    about = governed.submission(1)
    governed.ledger.submit(governed.review(about, 0))
    rejected = governed.ledger.submit(governed.review(about, 1, "reject")).content
    draft, _ = sign(
        governed, governed.admitter, lambda d: d.return_(format_digest(about), {"reason": WORDS})
    )
    assert targets(draft, "basedOn") == [format_digest(rejected)]


def test_a_supersession_names_both_admissions(governed, sign):
    """The old one by supersedes, the new one by basedOn."""
    _, old = governed.admit(1)
    _, new = governed.admit(2)
    draft, _ = sign(
        governed, governed.admitter, lambda d: d.supersession("EX-0001", "EX-0002", EVENT)
    )
    assert (targets(draft, "supersedes"), targets(draft, "basedOn")) == (
        [format_digest(old)],
        [format_digest(new)],
    )


def test_an_erratum_reads_what_was_wrong_from_the_submission(governed, sign, desk_of, refuses):
    """Nobody types the wrong figure again."""
    governed.admit(1)
    pointer = "/credentialSubject/value"
    draft, _ = sign(
        governed, governed.admitter, lambda d: d.erratum("EX-0001", EVENT, {pointer: "1.6"})
    )
    assert draft.subject["corrections"] == [{"pointer": pointer, "was": "1.5", "is": "1.6"}]
    for wrong in ("/credentialSubject/nothing", "/credentialSubject", "value", "/links/9"):
        with desk_of(governed) as desk, refuses("desk.pointer"):
            Drafter(desk, governed.admitter.did).erratum("EX-0001", EVENT, {wrong: "x"})


def test_a_status_change_starts_from_the_status_there_is(governed, sign):
    """Active, then suspended, then active again."""
    governed.admit(1)
    stated = []
    for to in ("suspended", "active", "revoked"):
        change = {"to": to, "cause": WORDS, "effectiveFrom": CREATED}
        draft, _ = sign(
            governed,
            governed.supervisor,
            lambda d, change=change: d.status_change("EX-0001", change),
        )
        stated.append(draft.subject["from"])
    assert stated == ["active", "suspended", "active"]


def test_a_rule_set_follows_the_one_in_force(governed, sign):
    """So that its predecessor is named."""
    rules = {**governed.rules, "version": "2"}
    draft, _ = sign(governed, governed.root, lambda d: d.rule_set(rules))
    assert draft.links == (Link("supersedes", format_digest(governed.rule_set)),)


def test_a_revocation_ends_every_enrolment_of_the_key_that_stands(governed, sign, desk_of, refuses):
    """From the log's next index unless another is given; there is nothing to end twice."""
    party = Party(71)
    first = governed.enrol(party, ["submitter"])
    second = governed.enrol(party, ["expert"])
    draft, receipt = sign(
        governed, governed.root, lambda d: d.revocation(party.did, {"reason": "ceased"})
    )
    assert sorted(targets(draft, "about")) == sorted(
        format_digest(one.content) for one in (first, second)
    )
    assert draft.subject["fromIndex"] == receipt.index
    with desk_of(governed) as desk, refuses("desk.nothing_to_revoke"):
        Drafter(desk, governed.root.did).revocation(party.did, {"reason": "ceased"})


def test_a_method_may_replace_another(governed, sign):
    """By its index."""
    source = {
        "title": WORDS,
        "publisher": WORDS,
        "documentNumber": "notStated",
        "date": "notStated",
        "locator": "notStated",
    }
    subject = {
        "standardNumber": "EXAMPLE 1-2026",
        "title": WORDS,
        "issueDate": "notStated",
        "effectiveDate": "notStated",
        "declaredUnit": "notStated",
        "allocationDefault": "mass",
        "sources": [source],
    }
    _, first = sign(governed, governed.root, lambda d: d.method(subject))
    draft, _ = sign(governed, governed.root, lambda d: d.method(subject, str(first.index)))
    assert targets(draft, "supersedes") == [format_digest(first.content)]


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda d, about: d.review(about, {**REVIEW, "recommendation": "yes"}), "record.shape"),
        (lambda d, _: d.review("EX-0001", dict(REVIEW)), "desk.kind"),
        (lambda d, about: d.withdrawal(about, EVENT), "desk.kind"),
        (lambda d, _: d.withdrawal("EX-9999", EVENT), "record.unknown"),
        (lambda d, about: d.admission(about, NUMBER, {"0": WORDS}), "desk.kind"),
    ],
)
def test_mistakes_are_named_before_anything_is_signed(governed, desk_of, refuses, make, code):
    """By what the record is, not by what the door would say."""
    about, _ = governed.admit(1)
    with desk_of(governed) as desk, refuses(code):
        make(Drafter(desk, governed.admitter.did), format_digest(about))


def test_without_a_rule_set_nothing_of_the_workflow_is_drafted(world, desk_of, refuses):
    """There is nothing to judge it by."""
    content = world.ledger.submit(world.works.factor(1)).content
    with desk_of(world) as desk, refuses("workflow.rule_set"):
        Drafter(desk, world.works.did).review(format_digest(content), dict(REVIEW))
