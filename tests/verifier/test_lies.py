"""Every lie that a ledger, its officials or its guests could tell, and what it comes to.

Lies that break one rule of one record are bundle vectors, named here; those that need a whole
history are told here. Where no bundle can show a lie, the test says so: the report then names
whose word it rests on, and an audit of the whole log finds it.
"""

from __future__ import annotations

import copy
import gzip
import json
from dataclasses import replace
from pathlib import Path

import governance_records as says
import pytest
from governance_story import (
    PANEL,
    Story,
    admitted_story,
    everybody,
    short_start,
    short_story,
    started_story,
)
from simulated_status import encode, gzip_member, multibase
from simulator import Actor, content_digest, edited, resign
from suyuan_verifier import Outcome, Verdict
from verdicts import found, report_on

VECTORS = Path(__file__).resolve().parents[1] / "vectors" / "bundles"

TOLD_BY_VECTORS = {
    "count one expert twice, by two keys": ("one-expert-with-two-keys", "workflow.same_person"),
    "count one expert twice, by one key": ("key-of-two-persons", "authority.two_persons"),
    "keep the group in an older enrolment": (
        "group-of-a-newer-enrolment",
        "workflow.independence",
    ),
    "admit before the review": ("admitted-before-the-review", "workflow.before"),
    "admit what was not there to read": ("reviewed-the-future", "workflow.reviewed"),
    "leave out who was against": ("dissent-left-out", "workflow.omitted"),
    "skip a gate": ("admitted-without-authority", "workflow.gate"),
    "a review of another version": ("review-of-another-version", "workflow.about"),
    "a review by a revoked key": ("review-by-revoked-key", "authority.revoked"),
    "a review by a stolen key": ("compromise-reaches-back", "authority.revoked"),
    "an expert of the submitter's group": ("expert-of-the-same-group", "workflow.independence"),
    "an expert of the parent group": ("expert-of-the-parent-group", "workflow.independence"),
    "change a rule after the fact": ("rules-changed-after-the-fact", "workflow.rule_set"),
    "a rule set by a stranger": ("rule-set-by-stranger", "authority.root_only"),
    "a registrar grants a root's role": ("registrar-grants-admitter", "authority.may_not_grant"),
    "a registrar makes registrars": ("registrar-makes-registrar", "authority.may_not_grant"),
    "a self-revocation reaches back": ("self-revocation-reaches-back", "authority.reaches_back"),
    "revoke what another enrolled": ("revoked-by-another-registrar", "authority.may_not_revoke"),
    "revoke, and hide by whom": ("withdrawal-left-out", "status.unexplained"),
    "revoke, and deny it": ("list-denies-the-withdrawal", "status.contradicted"),
    "revoke, and hide it in the log": ("withdrawal-hidden-in-the-log", "merkle.root"),
    "serve an old status list": ("status-list-too-old", "status.stale"),
    "a list that is older than the record": (
        "status-list-before-the-admission",
        "status.not_covered",
    ),
    "a list of the future": ("list-of-the-future", "status.as_of"),
    "a list by an admitter": ("status-list-by-admitter", "authority.role"),
    "a status changed by a stranger": ("status-changed-by-stranger", "authority.no_power"),
    "two histories of one length": ("status-file-of-another-tree", "status.fork"),
    "two histories": ("status-file-of-a-fork", "status.fork"),
}


@pytest.mark.parametrize("lie", TOLD_BY_VECTORS)
def test_a_vector_tells_the_lie(lie):
    """The vectors themselves are run by test_bundle_vectors."""
    name, code = TOLD_BY_VECTORS[lie]
    expect = json.loads((VECTORS / name / "expect.json").read_text("utf-8"))
    assert expect["verdict"] != "VALID"
    assert code in {problem["code"] for problem in expect["problems"]}


# The log


def test_fork():
    """The log admits the factor in a history of its own, signs it, and the chain holds another."""
    story = short_start("publisher").review("expert1", recommendation="reject")
    fork = short_start("publisher").review("expert1").admit().publish()
    anchor = story.fill(fork.ledger.size - story.ledger.size).ledger.anchor()
    bundle, _ = fork.export("admission")
    bundle["anchor"] = {**anchor, "consistency": bundle["anchor"]["consistency"]}
    policy = {**story.ledger.policy(), "ruleSets": fork.policy()["ruleSets"]}
    assert found(report_on(fork.ledger, bundle, policy)) == {(7, "anchor.not_covered")}


def test_truncate():
    """The log forgets a withdrawal and signs the shorter tree; the chain holds the longer one."""
    story = short_story("publisher").publish()
    size = story.ledger.size
    story.end("FactorWithdrawal", "end")
    anchor = story.ledger.anchor()
    indexes = [index for index in story.at.values() if index < size]
    bundle = story.ledger.bundle(story.at["admission"], indexes, size=size)
    bundle |= {"anchor": anchor, "status": {"lists": [story.at["status"]]}}
    report = report_on(story.ledger, bundle, story.policy())
    assert found(report) == {(7, "anchor.not_covered")}


def test_backdate():
    """The expert's enrolment had ended; the log dates the review to a time before that."""
    story = short_start(expert1={"notAfter": "2026-01-05T08:03:00Z"})
    links = [("about", "factor"), ("underRule", "rules")]
    review = story.make("ExpertReview", "expert1", says.review(), links)
    honest = copy.deepcopy(story).append("review", review).export("review")
    assert found(report_on(story.ledger, *honest)) == {(4, "authority.dates")}
    backdated = story.append("review", review, "2026-01-05T08:02:30Z").export("review")
    assert found(report_on(story.ledger, *backdated)) == {(1, "bundle.order")}


def test_postdate():
    """The log dates a review to after the block that holds it."""
    story = short_start()
    links = [("about", "factor"), ("underRule", "rules")]
    review = story.make("ExpertReview", "expert1", says.review(), links)
    story.append("review", review, "2026-01-06T08:00:00Z")
    anchor = story.ledger.anchor(time=1_767_600_000 + 3_600)
    bundle = story.ledger.bundle(story.at["review"], story.at.values(), anchor)
    report = report_on(story.ledger, bundle, story.policy(), now="2026-01-07T00:00:00Z")
    assert found(report) == {(7, "anchor.entry_time")}


def test_swap_the_log_key():
    """Somebody who took the log's place signs its checkpoint with a key of their own."""
    ledger, _, bundle, policy = admitted_story()
    bundle["log"]["checkpoint"] = ledger.checkpoint(signer=Actor("usurper"))
    assert found(report_on(ledger, bundle, policy)) == {(6, "note.unverified")}


@pytest.mark.parametrize("whole", [False, True])
def test_swap_an_experts_key(whole):
    """Somebody signs an expert's review anew: in the expert's name, or in the own name as well."""
    ledger, at, bundle, policy = admitted_story()
    place = sorted(at.values()).index(at["review of expert2"])
    stranger = Actor("stranger", everybody()["expert2"].serial)
    record = bundle["records"][place]
    if whole:
        record = edited(record, "issuer", to=stranger.issuer)
        did = stranger.did
        method = f"{did}#{did.removeprefix('did:key:')}"
        record = edited(record, "proof", "verificationMethod", to=method)
    bundle["records"][place] = resign(record, stranger)
    # In the own name it is another record, which the admission does not name.
    swapped = {(1, "bundle.closure")} if whole else {(3, "sig.invalid")}
    assert found(report_on(ledger, bundle, policy)) == {*swapped, (5, "merkle.root")}


# Officials


def _heard_four(last: dict, **admission) -> Story:
    story = Story().cast(*PANEL, "expert4", "publisher").govern().submit().check()
    story.review("expert1").review("expert2").review("expert3").review("expert4", **last)
    return story.verify().admit(**admission).publish()


def _without_dissent() -> Story:
    based_on = ["check", "verification", *(f"review of expert{number}" for number in (1, 2, 3))]
    return _heard_four({"recommendation": "reject"}, based_on=based_on)


def test_drop_a_dissent():
    """A bundle without it does not show what the admission left out: it says on whose word."""
    story = _without_dissent()
    bundle, policy = story.export("admission", without=["review of expert4"])
    report = report_on(story.ledger, bundle, policy)
    assert report.verdict is Verdict.VALID
    (check,) = [check for check in report.checks if check.code == "workflow.completeness"]
    assert check.outcome is Outcome.UNKNOWN
    assert story.actors["admitter"].issuer["name"] in check.found


def test_drop_a_dissent_that_the_holder_has():
    """In the bundle, or in the status file beside it."""
    story = _without_dissent()
    without = {"review of expert4"}
    bundle, _ = story.export("admission", without=without)
    file, policy = story.export("status", without=story.at.keys() - without - _NEEDED)
    beside = report_on(story.ledger, bundle, policy, status=file)
    whole = report_on(story.ledger, *story.export("admission"))
    assert found(beside) == found(whole) == {(8, "workflow.omitted")}


_NEEDED = {
    *("registrar", "registrar.request", "submitter", "submitter.request", "expert4"),
    *("expert4.request", "publisher", "publisher.request", "rules", "factor", "status"),
}
"""What the status list and a review rest on."""


def test_dissent_that_is_kept_is_shown():
    story = _heard_four({"recommendation": "reject"})
    report = report_on(story.ledger, *story.export("admission"))
    assert report.verdict is Verdict.VALID
    (note,) = [check for check in report.checks if check.code == "workflow.dissent"]
    assert note.record == content_digest(story.record("review of expert4"))
    assert note.outcome is Outcome.PASS


def test_count_one_expert_twice_by_one_key():
    """The same expert reviewed twice, and both reviews are counted."""
    story = started_story().check().review("expert1").review("expert2")
    story.review("expert2", "second review of expert2").verify().admit().publish()
    report = report_on(story.ledger, *story.export("admission"))
    assert found(report) == {(8, "workflow.same_person")}


def test_experts_of_one_organisation_are_two_persons():
    """What counts is the person within the organisation, not the organisation."""
    actors = {
        name: Actor(name, 390, f"person-{name}") for name in ("expert1", "expert2", "expert3")
    }
    story = started_story(**actors).check()
    story.review("expert1").review("expert2").review("expert3").verify().admit().publish()
    assert report_on(story.ledger, *story.export("admission")).verdict is Verdict.VALID


def test_swap_the_rule_set_in_the_bundle():
    """Weaker rules in the place of those that the review was made under are not those."""
    story = short_story("publisher").publish()
    bundle, policy = story.export("admission")
    place = sorted(story.at.values()).index(story.at["rules"])
    weaker = says.workflow(FactorAdmission={"after": [says.gate("FactorSubmission")]})
    rules = edited(bundle["records"][place], "credentialSubject", "workflow", to=weaker)
    bundle["records"][place] = resign(rules, story.actors["root"])
    report = report_on(story.ledger, bundle, policy)
    assert found(report) == {(1, "bundle.closure"), (5, "merkle.root")}


def test_rules_that_wait_for_themselves():
    """A rule set with a cycle could never be satisfied: it is no rule set."""
    workflow = says.workflow(
        TraceabilityCheck={"after": [says.gate("Return")]},
        Return={"after": [says.gate("TraceabilityCheck", accept=["pass"])]},
    )
    story = Story().govern(workflow=workflow)
    report = report_on(story.ledger, *story.export("rules"))
    assert found(report) == {(2, "record.rule_cycle")}


def test_rules_that_let_experts_judge_their_own():
    workflow = says.workflow(ExpertReview={"independence": "none"})
    story = Story().govern(workflow=workflow)
    assert found(report_on(story.ledger, *story.export("rules"))) == {(2, "record.rules")}


def test_overlapping_enrolments_are_the_doors_business():
    """Two enrolments of one key at once are confusing, not false: the ledger refuses them."""
    story = short_story("publisher")
    again = story.ledger.enrol(story.actors["registrar"], story.at["expert1.request"])
    story.at["expert1 again"] = again
    report = report_on(story.ledger, *story.publish().export("admission"))
    assert report.verdict is Verdict.VALID


# Status lists


def _row(encoded: str) -> dict:
    return {"purpose": "revocation", "segment": 0, "encodedList": encoded}


ONE_BIT = b"\x80" + bytes(16_383)


@pytest.mark.parametrize(
    ("encoded", "code"),
    [
        (encode({0}, 16_383), "record.status_length"),
        (encode({0}, 16_385), "record.status_bomb"),
        (multibase(gzip.compress(bytes(16_000_000), 9, mtime=0)), "record.status_bomb"),
        (multibase(ONE_BIT[:4_096]), "record.status_gzip"),
        (multibase(gzip_member(ONE_BIT) * 2), "record.status_gzip"),
        (multibase(gzip_member(ONE_BIT)[:-1]), "record.status_gzip"),
        (multibase(gzip_member(ONE_BIT)[:-8] + bytes(8)), "record.status_gzip"),
        (encode({0})[1:], "record.status_encoding"),
        (encode({0}) + "=", "record.status_encoding"),
        (encode(set()), "record.status_empty"),
        (encode({5}), "record.status_beyond"),
    ],
    ids=lambda value: value if value.startswith("record.") else "list",
)
def test_list_that_is_none(encoded, code):
    """Too short, too long, a bomb, not one gzip member, another alphabet, empty, of the future."""
    story = Story().cast("publisher").publish(as_of=5, segments=[_row(encoded)])
    assert found(report_on(story.ledger, *story.export("status"))) == {(2, code)}


def test_publisher_whom_nobody_enrolled():
    story = short_story().publish()
    report = report_on(story.ledger, *story.export("admission"))
    assert found(report) == {(4, "authority.not_enrolled")}
    assert report.verdict is Verdict.INVALID


def test_revoke_and_hide_it_everywhere():
    """Denied by the publisher and left out of the bundle: only whoever reads the whole log sees."""
    story = short_story("publisher").end("FactorWithdrawal", "end").publish(bits={})
    bundle, policy = story.export("admission", without=["end"])
    report = report_on(story.ledger, bundle, policy)
    assert report.verdict is Verdict.VALID
    (check,) = [check for check in report.checks if check.code == "status.valid"]
    assert story.actors["publisher"].issuer["name"] in check.found
    assert story.ledger.times[story.at["status"]] in check.found


def test_serve_an_old_status_list():
    """VALID as of the old list, and no longer than the policy lets a list grow old."""
    story = short_story("publisher").publish().end("FactorWithdrawal", "end").publish("new")
    hidden = {"end", "new"}
    bundle, policy = story.export("admission", without=hidden, maxStatusAge=7_200)
    listed = story.ledger.times[story.at["status"]]
    in_time, too_late = (listed[:11] + hour + listed[13:] for hour in ("10", "11"))
    assert report_on(story.ledger, bundle, policy, now=in_time).verdict is Verdict.VALID
    late = report_on(story.ledger, bundle, policy, now=too_late)
    assert late.verdict is Verdict.UNDECIDED
    assert (10, "status.stale") in found(late, Outcome.UNKNOWN)


def test_older_status_file_does_not_hide_the_bundles_own_list():
    """The bundle's own list has the bit; an older file beside it says nothing of it."""
    story = short_story("publisher").publish()
    older, _ = story.export("status")
    story.end("FactorWithdrawal", "end").publish("new", old="status")
    bundle, policy = story.export("admission", without=["end", "status"])
    alone = report_on(story.ledger, bundle, policy)
    beside = report_on(story.ledger, bundle, policy, status=older)
    for report in (alone, beside):
        assert report.verdict is Verdict.UNDECIDED
        assert (10, "status.unexplained") in found(report, Outcome.UNKNOWN)


def test_status_file_changed_by_a_stranger_has_no_effect():
    """Nobody's word but that of whoever may say so: a cancellation by a stranger is not heard."""
    story = short_story("publisher", "admitter2").publish()
    bundle, _ = story.export("admission")
    story.change_status("end", "cancelled", by="admitter2").publish("fresher", bits={})
    file, policy = story.export("fresher")
    report = report_on(story.ledger, bundle, policy, status=file)
    assert report.verdict is Verdict.VALID


def test_status_file_with_a_strangers_enrolment_has_no_effect():
    """A stranger enrols the expert's key for another organisation, to spoil what it signed."""
    story = short_story("publisher").publish()
    bundle, _ = story.export("admission")
    spoilt = replace(story.actors["expert1"], serial=399)
    story.at["spoilt.request"] = asked = story.ledger.request(spoilt, ["expert"])
    story.at["spoilt"] = story.ledger.enrol(Actor("stranger", 398), asked)
    file, policy = story.publish("fresher", old="status").export("fresher")
    report = report_on(story.ledger, bundle, policy, status=file)
    assert report.verdict is Verdict.VALID


def test_status_file_by_nobody_is_no_status():
    """A list by somebody who is no publisher leaves the bundle without a list to rely on."""
    story = short_story("publisher").publish()
    bundle, _ = story.export("admission")
    story.publish("fresher", by="admitter")
    file, policy = story.export("fresher")
    report = report_on(story.ledger, bundle, policy, status=file)
    assert found(report) == {(10, "status.list")}


def test_status_file_that_is_no_bundle():
    story = short_story("publisher").publish()
    bundle, policy = story.export("admission")
    report = report_on(story.ledger, bundle, policy, status={"lists": []})
    assert found(report) == {(10, "status.file")}
