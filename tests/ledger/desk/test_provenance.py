"""Provenance: what a record rests on and what rests on it, with status and dissent shown."""

from __future__ import annotations

import pytest
from suyuan_ledger.desk import provenance
from suyuan_ledger.desk.drafts import find_record
from suyuan_ledger.desk.provenance import describe_digest, read_provenance, tree_lines, walk
from suyuan_ledger.store.repository import read_grants


@pytest.fixture
def trees(desk_of):
    """Read both trees of a record by its content digest."""

    def read(world, content):
        with desk_of(world) as desk:
            return read_provenance(desk, desk.register.find(content))

    return read


def below(node):
    """The (relation, kind) pairs right below a node."""
    return [(child.rel, child.record.kind) for child in node.children]


def test_an_admission_rests_on_everything_that_led_to_it(governed, trees):
    """The submission, every opinion, the rules, and each signer's enrolment and its request."""
    _, admission = governed.admit(1)
    found = trees(governed, admission)

    assert below(found.rests_on) == [
        ("about", "FactorSubmission"),
        *[("basedOn", kind) for kind in sorted_kinds(found.rests_on)],
        ("underRule", "RuleSet"),
        ("enrolledBy", "Enrolment"),
    ]
    kinds = [node.record.kind for node in walk(found.rests_on)]
    assert kinds.count("ExpertReview") == 3
    opened = [node for node in walk(found.rests_on) if not node.repeated]
    assert len({node.record.content for node in opened}) == len(opened)
    # Works, checker, three experts, authority, admitter.
    assert [node.record.kind for node in opened].count("EnrolmentRequest") == 7
    assert found.rested_on_by.children == []


def sorted_kinds(root):
    """Kinds of what an admission is based on, in the order of its links."""
    return [child.record.kind for child in root.children if child.rel == "basedOn"]


def test_what_rests_on_a_submission_goes_up_to_the_withdrawal(governed, trees):
    """Each record is opened once, nearest to the root."""
    about, admission = governed.admit(1)
    governed.ledger.submit(governed.event("FactorWithdrawal", admission, "recall"))
    found = trees(governed, about)

    kinds = [child.record.kind for child in found.rested_on_by.children]
    assert kinds == [
        "TraceabilityCheck",
        *["ExpertReview"] * 3,
        "AuthorityVerification",
        "FactorAdmission",
    ]
    (admitted,) = [
        node
        for node in walk(found.rested_on_by)
        if node.record.kind == "FactorAdmission" and not node.repeated
    ]
    assert admitted.rel == "about"
    assert below(admitted) == [("withdraws", "FactorWithdrawal")]
    assert admitted.state == "revoked"


@pytest.mark.parametrize(
    ("event", "state"),
    [
        (lambda w, a: w.event("FactorWithdrawal", a, "noNewUse"), "revoked"),
        (lambda w, a: w.event("FactorErratum", a), "replaced"),
        (lambda w, a: w.status_change(a, "suspended"), "suspended"),
        (lambda w, a: w.status_change(a, "cancelled"), "revoked"),
        (
            lambda w, a: w.event(
                "FactorWithdrawal", a, "recall", effective_from="2027-01-01T00:00:00Z"
            ),
            "valid",
        ),
    ],
)
def test_the_status_is_that_of_the_moment(governed, trees, event, state):
    """What takes effect later is not yet."""
    _, admission = governed.admit(1)
    governed.ledger.submit(event(governed, admission))

    assert trees(governed, admission).rests_on.state == state


def test_what_a_compromised_key_signed_is_void(governed, trees):
    """The revocation reaches back by index; the record stays where it is."""
    expert = governed.experts[3]
    about = governed.submission(1)
    review = governed.ledger.submit(governed.review(about, 3))
    with governed.ledger.store.read() as connection:
        (grant,) = read_grants(connection, expert.did)
    enrolment = governed.ledger.record_at(grant.index)
    governed.ledger.submit(
        governed.revocation(enrolment, reason="compromised", from_index=review.index)
    )

    assert trees(governed, review.content).rests_on.state == "void"
    assert trees(governed, about).rests_on.state == "valid"


def test_dissent_is_kept_and_marked(governed, trees):
    """In both languages."""
    about = governed.submission(1)
    opinions = governed.opinions(about)
    dissent = governed.ledger.submit(governed.review(about, 3, "reject")).content
    admission = governed.ledger.submit(governed.admission(about, [*opinions, dissent])).content

    found = trees(governed, admission)
    marked = [node.record.content for node in walk(found.rests_on) if node.dissent]
    assert marked == [dissent]
    english, chinese = (tree_lines(found.rests_on, lang) for lang in ("en", "zh"))
    assert [line for line in english if "dissent" in line] == [
        line for line in english if "reject" in line
    ]
    assert sum("不同意见" in line and "reject（不同意）" in line for line in chinese) == 1


def test_a_tree_is_bounded_and_says_what_it_leaves_out(governed, trees, monkeypatch):
    """A rule set's dependents can be the whole log."""
    monkeypatch.setattr(provenance, "MAX_CHILDREN", 3)
    for number in range(4):
        governed.ledger.submit(governed.check(governed.submission(number)))
    found = trees(governed, governed.rule_set)

    assert len(found.rested_on_by.children) == 3
    assert found.rested_on_by.more == 1
    assert tree_lines(found.rested_on_by, "en")[-1] == "└─ … and 1 more"

    monkeypatch.setattr(provenance, "MAX_NODES", 3)
    small = trees(governed, governed.rule_set)
    assert len(list(walk(small.rested_on_by))) == 3
    assert small.rested_on_by.more == 2


def test_links_to_what_is_not_logged_are_passed_over(governed, trees):
    """A submission may respond to a record of another log."""
    record = governed.works.factor(1, links=[])
    content = governed.ledger.submit(record).content
    assert below(trees(governed, content).rests_on) == [("enrolledBy", "Enrolment")]


def test_records_are_found_by_digest_index_and_registry_number(governed, desk_of, refuses):
    """What a person has at hand."""
    _, admission = governed.admit(7)
    with desk_of(governed) as desk:
        index = desk.register.find(admission).index
        for which in (f"sha256:{admission.hex()}", str(index), "EX-0007"):
            assert find_record(desk, which).content == admission
        for which, code in (("9" * 30, "record.unknown"), ("sha256:x", "record.digest")):
            with refuses(code):
                find_record(desk, which)
        assert describe_digest(desk, f"sha256:{admission.hex()}", "zh").startswith(
            f"#{index} 入库 EX-0007"
        )
        assert describe_digest(desk, "sha256:" + "0" * 64, "en") == "not in the log"
