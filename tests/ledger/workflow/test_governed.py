"""Each rule of the workflow: the record that keeps it is let in, the one that breaks it is named.

The door is asked through the ledger, as everybody asks it, and the log stays clean.
"""

from __future__ import annotations

import pytest
from ledger_world import WORDS, Party, rules_of_the_world
from suyuan_ledger.log.receipt import Receipt
from suyuan_ledger.records.profile import format_digest, parse_record


@pytest.fixture
def tell(governed):
    """Submit a record; return the code of its refusal, or None."""

    def submit(record):
        (answer,) = governed.ledger.submit_many([record])
        return None if isinstance(answer, Receipt) else answer.code

    yield submit
    assert governed.ledger.fsck().clean


def change_rules(world, kind, **changes):
    """Put a rule set in force in which the entry of one kind is another."""
    rules = rules_of_the_world()
    rules["workflow"] = [
        {**entry, **changes} if entry["kind"] == kind else entry for entry in rules["workflow"]
    ]
    world.follow(rules)


def test_the_whole_way_of_a_factor(governed, tell):
    about, admission = governed.admit(1)
    assert tell(governed.assignment(about, governed.experts[0])) is None
    assert tell(governed.objection(about)) is None
    assert tell(governed.objection(admission)) is None
    assert tell(governed.returned(about)) is None
    _, newer = governed.admit(2)
    assert tell(governed.event("FactorSupersession", admission, basedOn=newer)) is None
    assert tell(governed.event("FactorErratum", newer)) is None
    assert tell(governed.event("FactorWithdrawal", admission, "recall")) is None


# the rule set


def test_nothing_else_passes_for_a_rule_set(governed, refuses):
    about = governed.submission()
    governed.rule_set = governed.ledger.record(about).content
    with refuses("workflow.rule_set"):
        governed.ledger.submit(governed.check(about))


def test_a_record_names_the_rules_in_force_and_no_older_ones(governed, tell):
    about = governed.submission()
    old = governed.rule_set
    governed.follow(rules_of_the_world())
    new, governed.rule_set = governed.rule_set, old
    assert tell(governed.check(about)) == "workflow.rule_set"
    governed.rule_set = new
    assert tell(governed.check(about)) is None


def test_a_kind_that_the_rules_do_not_provide_for_is_refused(governed, tell):
    about = governed.submission()
    rules = rules_of_the_world()
    rules["workflow"] = [entry for entry in rules["workflow"] if entry["kind"] != "Objection"]
    governed.follow(rules)
    assert tell(governed.objection(about)) == "workflow.kind"


def test_only_a_root_makes_rules_and_registers_methods(governed, tell):
    rules = governed.admitter.draft("RuleSet", rules_of_the_world())
    assert tell(governed.admitter.sign(rules)) == "authority.root_only"
    assert tell(governed.root.sign(governed.root.draft("RuleSet", rules_of_the_world()))) is None
    method = {
        "standardNumber": "EXAMPLE 0000-0000",
        "title": WORDS,
        "issueDate": "notStated",
        "effectiveDate": "notStated",
        "declaredUnit": "notStated",
        "allocationDefault": "notStated",
        "sources": [
            {
                "title": WORDS,
                "publisher": WORDS,
                "documentNumber": "notStated",
                "date": "notStated",
                "locator": "notStated",
            }
        ],
    }
    draft = governed.works.draft("MethodReference", method)
    assert tell(governed.works.sign(draft)) == "authority.root_only"
    assert tell(governed.root.sign(governed.root.draft("MethodReference", method))) is None


# who


def test_each_kind_needs_its_role(governed, tell):
    about, admission = governed.admit(1)
    strange = governed.experts[3]
    assert tell(governed.check(about, party=strange)) == "authority.role"
    assert tell(governed.review(about, governed.checker)) == "authority.role"
    assert tell(governed.verification(about, party=strange)) == "authority.role"
    assert tell(governed.returned(about, party=strange)) == "authority.role"
    based_on = [governed.ledger.submit(governed.review(about, 3)).content]
    assert tell(governed.admission(about, based_on, party=strange)) == "authority.role"
    assert tell(governed.objection(about, party=strange)) is None
    assert tell(governed.objection(about, party=Party(99))) == "authority.not_enrolled"
    governed.admitter = governed.supervisor
    assert tell(governed.event("FactorWithdrawal", admission)) == "authority.role"
    assert tell(governed.event("FactorErratum", admission)) == "authority.role"


def test_a_factor_has_to_lie_in_the_scope_of_every_judge(governed, tell):
    elsewhere, here = Party(60), Party(61)
    governed.enrol(elsewhere, ["expert"], person="person-0060", scope={"geography": ["CN-GZ"]})
    governed.enrol(here, ["expert"], person="person-0061", scope={"geography": ["CN-YN"]})
    about = governed.submission()
    assert tell(governed.review(about, elsewhere)) == "authority.scope"
    assert tell(governed.review(about, here)) is None


def test_the_scope_follows_the_chain_to_the_factor(governed, tell):
    _, admission = governed.admit(1)
    governed.admitter = Party(62)
    governed.enrol(governed.admitter, ["admitter"], scope={"series": ["ELEC_FOOTPRINT"]})
    assert tell(governed.event("FactorWithdrawal", admission)) == "authority.scope"


def test_a_record_acts_on_the_kind_that_it_is_for(governed, tell):
    about, admission = governed.admit(1)
    assert tell(governed.check(about)) is None
    assert tell(governed.review(admission, 3)) == "authority.target_kind"
    assert tell(governed.event("FactorWithdrawal", about)) == "authority.target_kind"
    assert tell(governed.objection(governed.rule_set)) == "authority.target_kind"


def test_a_withdrawal_names_an_admission_that_is_there(governed, tell):
    assert tell(governed.event("FactorWithdrawal", b"\x42" * 32)) == "authority.target"


def test_the_rules_may_ask_for_a_narrower_role(governed, tell):
    about = governed.submission()
    assert tell(governed.returned(about, party=governed.checker)) is None
    change_rules(governed, "Return", roles=["admitter"])
    assert tell(governed.returned(about, party=governed.checker)) == "workflow.role"
    assert tell(governed.returned(about)) is None


def test_a_signer_with_both_roles_uses_the_one_that_the_rules_ask_for(governed, tell):
    both = Party(63)
    governed.enrol(both, ["checker"])
    governed.enrol(both, ["admitter"])
    about = governed.submission()
    change_rules(governed, "Return", roles=["admitter"])
    assert tell(governed.returned(about, party=both)) is None


# independence


@pytest.mark.parametrize(
    ("parents", "allowed"),
    [
        ((None, None), True),
        ((70, None), True),
        ((70, 71), True),
        ((70, 70), False),
        (("submitter", None), False),
        ((None, "expert"), False),
    ],
)
def test_an_expert_is_not_of_the_submitters_group(governed, tell, parents, allowed):
    """Parents by number; `submitter` is the submitter itself as the expert's parent."""
    submitter, expert = Party(80), Party(81)
    codes = {"submitter": submitter, "expert": expert}
    for party, parent in zip((expert, submitter), parents, strict=True):
        if parent is not None:
            of = codes.get(parent) or Party(parent)
            party.organisation["parentGroupId"] = of.organisation["registeredId"]
    governed.enrol(submitter, ["submitter"])
    governed.enrol(expert, ["expert"], person="person-0081")
    about = governed.ledger.submit(submitter.factor(5)).content
    assert tell(governed.review(about, expert)) == (None if allowed else "workflow.independence")


def test_nobody_checks_or_reviews_a_factor_of_its_own_house(governed, tell):
    about = governed.submission()
    insider = Party(82)
    insider.organisation = governed.works.organisation
    roles = ["authority", "checker", "expert"]
    governed.enrol(insider, roles, person="person-0082")
    for record in (
        governed.check(about, party=insider),
        governed.review(about, insider),
        governed.verification(about, party=insider),
    ):
        assert tell(record) == "workflow.independence"
    assert tell(governed.returned(about, party=insider)) is None


# gates


@pytest.mark.parametrize("left_out", range(5))
def test_no_gate_can_be_skipped(governed, tell, left_out):
    """A check, three reviews and a verification: without any one of them nothing is admitted."""
    about = governed.submission()
    records = [
        governed.check(about),
        *(governed.review(about, number) for number in range(3)),
        governed.verification(about),
    ]
    del records[left_out]
    based_on = [governed.ledger.submit(record).content for record in records]
    missing = "workflow.quorum" if left_out in {1, 2, 3} else "workflow.gate"
    assert tell(governed.admission(about, based_on)) == missing


def test_opinions_on_another_submission_do_not_count(governed, tell):
    first, second = governed.submission(1), governed.submission(2)
    for_first = governed.opinions(first)
    for_second = governed.opinions(second)
    mixed = [*for_second[:4], for_first[4]]
    assert tell(governed.admission(second, mixed)) == "workflow.about"
    assert tell(governed.admission(second, for_second)) is None


def test_an_admission_rests_on_what_the_gates_ask_for_alone(governed, tell):
    about = governed.submission()
    based_on = governed.opinions(about)
    returned = governed.ledger.submit(governed.returned(about)).content
    assert tell(governed.admission(about, [*based_on, returned])) == "workflow.about"


def test_a_second_key_of_a_person_is_no_second_person(governed, tell):
    about = governed.submission()
    twin = Party(64)
    twin.organisation = governed.experts[0].organisation
    governed.enrol(twin, ["expert"], person="person-0000")
    records = [
        governed.check(about),
        governed.review(about, 0),
        governed.review(about, 1),
        governed.review(about, twin),
        governed.verification(about),
    ]
    based_on = [governed.ledger.submit(record).content for record in records]
    assert tell(governed.admission(about, based_on)) == "workflow.same_person"


def test_without_person_ids_an_organisation_is_one_person(governed, tell):
    about = governed.submission()
    pair = [Party(65), Party(66)]
    pair[1].organisation = pair[0].organisation
    for party in pair:
        governed.enrol(party, ["expert"])
    experts = [governed.experts[0], *pair]
    records = [
        governed.check(about),
        *(governed.review(about, expert) for expert in experts),
        governed.verification(about),
    ]
    based_on = [governed.ledger.submit(record).content for record in records]
    assert tell(governed.admission(about, based_on)) == "workflow.same_person"


def opinions_of(world, about, *words, **changes):
    """Log a check, a verification, and reviews with these words by the experts in turn."""
    records = [
        world.check(about),
        world.verification(about),
        *(world.review(about, number, word, **changes) for number, word in enumerate(words)),
    ]
    return [world.ledger.submit(record).content for record in records]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["accept", "accept", "accept"], None),
        (["accept", "accept", "accept", "reject"], None),
        (["accept", "accept", "reject", "reject"], "workflow.rejected"),
        (["accept", "accept", "abstain"], "workflow.quorum"),
        (["accept", "accept", "reject"], "workflow.quorum"),
        (["accept", "accept", "acceptWithChanges"], "workflow.condition"),
    ],
)
def test_quorum_and_dissent(governed, tell, words, code):
    about = governed.submission()
    based_on = opinions_of(governed, about, *words)
    assert tell(governed.admission(about, based_on)) == code


def test_a_condition_counts_once_it_is_met(governed, tell):
    about = governed.submission()
    based_on = opinions_of(governed, about, "accept", "accept", "acceptWithChanges")
    met = [{"record": format_digest(based_on[4]), "resolution": WORDS}]
    other = [{"record": format_digest(based_on[3]), "resolution": WORDS}]
    assert tell(governed.admission(about, based_on, conditions=other)) == "workflow.condition"
    assert tell(governed.admission(about, based_on, conditions=met)) is None


def test_the_last_word_of_a_person_counts(governed, tell):
    about = governed.submission()
    based_on = opinions_of(governed, about, "reject", "accept", "accept")
    assert tell(governed.admission(about, based_on)) == "workflow.quorum"
    based_on.append(governed.ledger.submit(governed.review(about, 0)).content)
    assert tell(governed.admission(about, based_on)) is None


def test_a_conflict_of_interest_takes_the_voice_for(governed, tell):
    about = governed.submission()
    conflict = {"declaration": "exists", "statement": WORDS}
    based_on = opinions_of(governed, about, "accept", "accept")
    conflicted = governed.review(about, 2, conflictOfInterest=conflict)
    based_on.append(governed.ledger.submit(conflicted).content)
    assert tell(governed.admission(about, based_on)) == "workflow.quorum"
    based_on.append(governed.ledger.submit(governed.review(about, 3)).content)
    assert tell(governed.admission(about, based_on)) is None


def test_a_conflict_of_interest_takes_the_voice_against(governed, tell):
    rules = rules_of_the_world()
    for entry in rules["workflow"]:
        for gate in entry["after"]:
            if gate["kind"] == "ExpertReview":
                gate["tolerate"] = 0
    governed.follow(rules)
    about = governed.submission()
    conflict = {"declaration": "exists", "statement": WORDS}
    based_on = opinions_of(governed, about, "accept", "accept", "accept")
    conflicted = governed.review(about, 3, "reject", conflictOfInterest=conflict)
    based_on.append(governed.ledger.submit(conflicted).content)
    assert tell(governed.admission(about, based_on)) is None


def test_whoever_declares_a_conflict_later_takes_the_voice_back(governed, tell):
    about = governed.submission()
    conflict = {"declaration": "exists", "statement": WORDS}
    based_on = governed.opinions(about)
    conflicted = governed.review(about, 2, conflictOfInterest=conflict)
    based_on.append(governed.ledger.submit(conflicted).content)
    assert tell(governed.admission(about, based_on)) == "workflow.quorum"


def test_a_failed_check_and_a_refused_verification_stop_a_factor(governed, tell):
    about = governed.submission()
    based_on = governed.opinions(about)
    refused = governed.ledger.submit(governed.verification(about, "refused")).content
    assert tell(governed.admission(about, [*based_on, refused])) == "workflow.rejected"


def test_an_order_is_kept_where_the_rules_ask_for_it(governed, tell):
    change_rules(governed, "FactorAdmission", order="listed")
    early, late = governed.submission(1), governed.submission(2)
    assert tell(governed.admission(early, governed.opinions(early), "EX-1")) is None
    reversed_ = [
        governed.verification(late),
        *(governed.review(late, number) for number in range(3)),
        governed.check(late),
    ]
    based_on = [governed.ledger.submit(record).content for record in reversed_]
    assert tell(governed.admission(late, based_on, "EX-2")) == "workflow.order"


# the admission


def test_what_an_admission_rests_on_lies_below_its_horizon(governed, tell):
    about = governed.submission()
    based_on = governed.opinions(about)
    size = governed.size
    assert (
        tell(governed.admission(about, based_on, reviewedTreeSize=size + 1)) == "workflow.reviewed"
    )
    assert (
        tell(governed.admission(about, based_on, reviewedTreeSize=size - 1)) == "workflow.reviewed"
    )
    assert tell(governed.admission(about, based_on, reviewedTreeSize=size)) is None


@pytest.mark.parametrize("kind", ["check", "review", "verification"])
def test_no_opinion_is_left_out(governed, tell, kind):
    about = governed.submission()
    based_on = governed.opinions(about)
    late = {
        "check": lambda: governed.check(about),
        "review": lambda: governed.review(about, 3, "reject"),
        "verification": lambda: governed.verification(about),
    }[kind]()
    horizon = governed.size
    late = governed.ledger.submit(late).content
    assert tell(governed.admission(about, based_on)) == "workflow.omitted"
    # What came after the horizon was not there when the admitter looked.
    earlier = governed.admission(about, based_on, reviewedTreeSize=horizon)
    assert tell(earlier) is None
    assert tell(governed.admission(about, [*based_on, late], "EX-0002")) is None


def test_a_registry_number_is_given_once(governed, tell):
    first, second = governed.submission(1), governed.submission(2)
    for_first, for_second = governed.opinions(first), governed.opinions(second)
    assert tell(governed.admission(first, for_first, "EX-7")) is None
    assert tell(governed.admission(second, for_second, "EX-7")) == "admission.registry_number"
    assert tell(governed.admission(second, for_second, "EX-8")) is None


def test_a_supersession_rests_on_the_new_admission(governed, tell):
    _, old = governed.admit(1)
    _, new = governed.admit(2)
    review = governed.opinions(governed.submission(3))[1]
    assert tell(governed.event("FactorSupersession", old, basedOn=review)) == "workflow.about"
    assert tell(governed.event("FactorSupersession", old, basedOn=new)) is None


# the check


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda results: results[0].update(outcome="fail"), "check.differs"),
        (lambda results: results[0].update(severity="info"), "check.differs"),
        (lambda results: results[0].update(scope="set"), "check.incomplete"),
        (lambda results: results.pop(), "check.incomplete"),
        (lambda results: results[-1].update(ruleId="value.strange"), "check.incomplete"),
    ],
)
def test_a_check_says_what_its_rules_say(governed, tell, change, code):
    about = governed.submission()
    honest = governed.check(about)
    assert tell(honest) is None
    results = parse_record(honest).value["credentialSubject"]["results"]
    change(results)
    assert tell(governed.check(about, results=results)) == code


def test_a_check_looked_at_the_registry_of_its_time(governed, tell):
    """Above the submission's index and not above its own: else it would dodge what was admitted."""
    about = governed.submission()
    at, size = governed.ledger.record(about).index, governed.size
    assert tell(governed.check(about, asOfTreeSize=at)) == "check.as_of"
    assert tell(governed.check(about, asOfTreeSize=size + 1)) == "check.as_of"
    assert tell(governed.check(about, asOfTreeSize=at + 1)) is None
    assert tell(governed.check(about, asOfTreeSize=governed.size)) is None


def test_a_verdict_follows_from_the_results(governed, tell):
    about = governed.submission()
    assert tell(governed.check(about, verdict="fail")) == "check.verdict"
    negative = governed.submission(2, value="-1")
    found = governed.check(negative)
    assert tell(found) is None
    assert tell(governed.check(negative, verdict="pass")) == "check.verdict"


def test_a_failed_comparison_fails_the_rule_for_it(governed, tell):
    rules = rules_of_the_world()
    rules["traceability"]["rules"].insert(
        0, {"ruleId": "systems.cross-check", "severity": "warning"}
    )
    governed.follow(rules)
    about = governed.submission()
    honest = governed.check(about)
    compared = {
        "system": "energyMonitoring",
        "item": "example",
        "unit": "KWH",
        "period": {"start": "2025-01-01", "end": "2025-12-31"},
        "submitted": "2",
        "reported": "1",
        "relativeDifference": "1",
        "tolerance": "0.05",
        "outcome": "fail",
    }
    local = parse_record(honest).value["credentialSubject"]["results"]
    systems = {"ruleId": "systems.cross-check", "scope": "systems", "severity": "warning"}

    def told(result, verdict, **changes):
        results = [{**systems, "outcome": result}, *local]
        rows = [{**compared, **changes}]
        return tell(governed.check(about, results=results, crossChecks=rows, verdict=verdict))

    assert tell(honest) == "check.incomplete"
    assert told("pass", "pass") == "check.verdict"
    # A comparison follows from its own two figures, by the rule set's tolerance.
    assert told("fail", "conditional", relativeDifference="0.5") == "check.comparison"
    assert told("fail", "conditional", tolerance="0.06") == "check.comparison"
    equal = {"submitted": "1", "relativeDifference": "0"}
    assert told("fail", "conditional", **equal) == "check.comparison"
    near = {"submitted": "1.05", "relativeDifference": "0.05", "outcome": "pass"}
    assert told("pass", "pass", **near) is None
    assert told("fail", "pass") == "check.verdict"
    assert told("fail", "conditional") is None


# what a revocation voids


def test_nothing_rests_on_what_a_stolen_key_signed(governed, tell):
    about = governed.submission()
    based_on = governed.opinions(about)
    thief = governed.experts[2]
    stolen = governed.ledger.record(based_on[3]).index
    governed.ledger.submit(
        governed.revocation(governed.enrolments[thief.did], reason="compromised", from_index=stolen)
    )
    assert tell(governed.admission(about, based_on)) == "authority.revoked"
    without = [item for item in based_on if item != based_on[3]]
    assert tell(governed.admission(about, without)) == "workflow.quorum"
    without.append(governed.ledger.submit(governed.review(about, 3)).content)
    # The void review need not be named, but the horizon has to cover what made it void.
    late = governed.admission(about, without, reviewedTreeSize=governed.size)
    assert tell(late) is None


def test_a_void_opinion_is_owed_as_long_as_the_horizon_does_not_see_why(governed, tell):
    about = governed.submission()
    void = governed.ledger.submit(governed.review(about, 3)).index
    based_on = governed.opinions(about)
    horizon = governed.size
    receipt = governed.enrolments[governed.experts[3].did]
    governed.ledger.submit(governed.revocation(receipt, reason="compromised", from_index=void))
    short = governed.admission(about, based_on, reviewedTreeSize=horizon)
    assert tell(short) == "workflow.omitted"
    assert tell(governed.admission(about, based_on)) is None


def test_a_factor_of_a_stolen_key_is_not_reviewed_further(governed, tell):
    about = governed.submission()
    index = governed.ledger.record(about).index
    receipt = governed.enrolments[governed.works.did]
    governed.ledger.submit(governed.revocation(receipt, reason="compromised", from_index=index))
    assert tell(governed.check(about)) == "authority.revoked"
    assert tell(governed.returned(about)) is None
    assert tell(governed.status_change(about, "revoked")) is None
