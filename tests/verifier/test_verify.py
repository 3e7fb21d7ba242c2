"""The steps as a whole: what runs after what, what a report shows, and which verdict follows."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from simulator import Actor, Ledger, good_story, jcs, resign, sha256, sign_note
from suyuan_verifier import Outcome, Verdict, foundations, parse_policy, verify
from suyuan_verifier.checkpoint import WitnessCount
from suyuan_verifier.codes import codes
from suyuan_verifier.report import Check, decide, report_json, subject_json, worst

ALL = (1, 2, 3, 4, 5, 6, 7)
NOTHING_GOVERNED = {8: "not_applicable", 9: "not_applicable", 10: "not_run"}
"""A bare submission: no rule set governs it, and no list was asked for."""
NOT_RUN = {8: "not_run", 9: "not_run", 10: "not_run"}


def run(ledger, bundle, policy, **options):
    data = bundle if isinstance(bundle, bytes) else jcs(bundle)
    now = options.pop("now", datetime.fromisoformat(ledger.now))
    return verify(data, parse_policy(jcs(policy)), now=now, **options)


def outcomes(report) -> dict[int, str]:
    """Outcome of each step that the report speaks of."""
    return {check.step: report.outcome(check.step).value for check in report.checks}


def test_good_bundle_passes_every_step():
    report = run(*good_story())
    assert report.verdict is Verdict.VALID
    assert report.exit_code == 0
    assert outcomes(report) == {**dict.fromkeys(ALL, "pass"), **NOTHING_GOVERNED}
    assert {check.code for check in report.checks} == {
        "arithmetic.nothing",
        "bundle.closed",
        "record.valid",
        "sig.valid",
        "authority.valid",
        "inclusion.valid",
        "checkpoint.valid",
        "anchor.valid",
        "workflow.not_governed",
        "status.none",
    }
    assert sum(check.code == "authority.valid" for check in report.checks) == 5


def test_report_names_subject_and_trust_basis():
    ledger, bundle, policy = good_story()
    report = run(ledger, bundle, policy)
    assert report.record["contentDigest"] == bundle["subject"]
    assert report.record["index"] == 7
    assert report.record["claim"]["value"] == "1.250"
    assert report.record["claim"]["dataStatus"] == "illustrative"
    assert report.record["issuer"] == ledger.provider.issuer
    assert report.trust_basis == {
        "basis": "pinned",
        "chainId": 31337,
        "contract": policy["contracts"][0]["address"],
        "anchorIndex": 0,
        "anchoredSize": 10,
        "anchoredAt": "2026-01-05T08:10:30Z",
        "anchorBlock": 120,
        "block": 120,
        "blockHash": policy["anchorTrust"]["pinned"][0]["hash"],
    }


def test_unreadable_file_runs_nothing():
    ledger, _, policy = good_story()
    report = run(ledger, b"not a bundle", policy)
    assert report.verdict is Verdict.UNREADABLE
    assert [check.code for check in report.checks] == ["bundle.syntax"]
    assert report.record is None


def test_malformed_bundle_is_invalid_and_runs_nothing_else():
    ledger, bundle, policy = good_story()
    report = run(ledger, {**bundle, "more": 1}, policy)
    assert report.verdict is Verdict.INVALID
    assert outcomes(report) == {1: "fail", **dict.fromkeys(ALL[1:], "not_run"), **NOT_RUN}
    assert [check.code for check in report.checks] == ["bundle.shape", *["step.not_run"] * 9]


def test_bad_record_stops_what_needs_records():
    ledger, bundle, policy = good_story()
    bundle["records"][2]["type"][1] = "Rumour"
    report = run(ledger, bundle, policy)
    assert outcomes(report) == {
        1: "not_run",
        2: "fail",
        3: "not_run",
        4: "not_run",
        5: "not_run",
        6: "pass",
        7: "pass",
        **NOT_RUN,
    }
    assert report.record is None
    assert sum(check.code == "record.valid" for check in report.checks) == 4


def test_bad_signature_stops_authority_and_hides_the_content():
    ledger, bundle, policy = good_story()
    bundle["records"][4] = resign(bundle["records"][4], Actor("stranger"))
    report = run(ledger, bundle, policy)
    assert outcomes(report) == {
        1: "pass",
        2: "pass",
        3: "fail",
        4: "not_run",
        5: "fail",
        6: "pass",
        7: "pass",
        **NOT_RUN,
    }
    assert report.record is None
    text = report_json(
        [subject_json(report, {"name": "x"}, "en")],
        now=ledger.now,
        verdict=report.verdict,
        trust={},
        version="0",
    ).decode()
    subject = bundle["records"][4]["credentialSubject"]
    for shown in (subject["value"], subject["factorCode"], subject["productName"]["zh"]):
        assert shown not in text


def test_a_signature_that_fails_on_another_record_hides_the_content_too():
    ledger, bundle, policy = good_story()
    bundle["records"][0] = resign(bundle["records"][0], Actor("stranger"))
    assert run(ledger, bundle, policy).record is None


def test_unverified_checkpoint_is_no_source_of_size_and_root():
    ledger, bundle, policy = good_story()
    bundle["log"]["checkpoint"] = ledger.checkpoint(signer=Actor("stranger"))
    report = run(ledger, bundle, policy)
    assert outcomes(report) == {
        1: "pass",
        2: "pass",
        3: "pass",
        4: "pass",
        5: "not_run",
        6: "fail",
        7: "not_run",
        **NOTHING_GOVERNED,
    }


def test_missing_quorum_fails_step_6_and_lets_the_rest_run():
    ledger, bundle, policy = good_story()
    policy["log"] |= {"witnesses": [Actor("w").vkey("w.example", 4)], "quorum": 1}
    report = run(ledger, bundle, policy)
    assert outcomes(report) == {**dict.fromkeys(ALL, "pass"), 6: "fail", **NOTHING_GOVERNED}


def test_witness_that_cannot_be_checked_here_is_not_a_missing_one(monkeypatch):
    ledger, bundle, policy = good_story()
    policy["log"] |= {"witnesses": [Actor("w").vkey("w.example", 4)], "quorum": 1}
    (key,) = parse_policy(jcs(policy)).witnesses
    monkeypatch.setattr(foundations, "count_witnesses", lambda *_: WitnessCount((), (key,)))
    report = run(ledger, bundle, policy)
    assert (report.verdict, outcomes(report)[6]) == (Verdict.UNDECIDED, "unknown")


def test_one_report_names_all_that_is_wrong():
    ledger, bundle, policy = good_story()
    bundle["records"][4]["credentialSubject"]["value"] = "1.150"
    bundle["log"]["proof"][0] = bundle["log"]["proof"][1]
    bundle["anchor"]["root"] = bundle["log"]["proof"][1]
    policy["roots"][0]["did"] = Actor("another").did
    failed = {check.step for check in run(ledger, bundle, policy).checks if check.outcome == "fail"}
    assert failed == {1, 3, 5, 7}


@pytest.mark.parametrize("steps", [[10], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [7, 10]])
def test_required_step_that_could_not_be_checked_is_never_valid(steps):
    ledger, bundle, policy = good_story()
    report = run(ledger, bundle, {**policy, "requiredSteps": steps})
    assert report.verdict is Verdict.UNDECIDED
    assert [check.step for check in report.checks if check.code == "status.none"] == [10]


def test_failure_outside_the_required_steps_is_still_invalid():
    ledger, bundle, policy = good_story()
    bundle["anchor"]["chainId"] = 5
    report = run(ledger, bundle, {**policy, "requiredSteps": [1, 2, 3]})
    assert report.verdict is Verdict.INVALID


def test_unknown_outside_the_required_steps_does_not_matter():
    ledger, bundle, policy = good_story()
    del bundle["anchor"]
    assert run(ledger, bundle, policy).verdict is Verdict.UNDECIDED
    report = run(ledger, bundle, {**policy, "requiredSteps": [1, 2, 3, 4, 5, 6]})
    assert report.verdict is Verdict.VALID


def test_report_is_deterministic_and_ordered():
    ledger, bundle, policy = good_story()
    bundle["records"][4]["credentialSubject"]["value"] = "1.150"
    first, second = run(ledger, bundle, policy), run(ledger, jcs(bundle), policy)
    assert first == second
    assert all(a.order() <= b.order() for a, b in pairwise(first.checks))


def test_time_zone_of_now_does_not_matter():
    ledger, bundle, policy = good_story()
    policy["maxAnchorAge"] = 24 * 3600
    at = datetime.fromisoformat(ledger.now)
    shifted = at.astimezone(timezone(timedelta(hours=8)))
    assert run(ledger, bundle, policy, now=at) == run(ledger, bundle, policy, now=shifted)


@pytest.mark.parametrize(
    ("seconds", "code"), [(-301, "clock.behind"), (-300, None), (3600, None), (3601, "anchor.age")]
)
def test_clock_bounds_are_exact(seconds, code):
    ledger, bundle, policy = good_story()
    policy["maxAnchorAge"] = 3600
    anchored = datetime(2026, 1, 5, 8, 10, 30, tzinfo=UTC)
    report = run(ledger, bundle, policy, now=anchored + timedelta(seconds=seconds))
    unknown = [check.code for check in report.checks if check.outcome is Outcome.UNKNOWN]
    assert unknown == ([code] if code else [])
    assert ("anchor.valid" in {check.code for check in report.checks}) == (code is None)
    assert report.verdict is (Verdict.UNDECIDED if code else Verdict.VALID)


@pytest.mark.parametrize(("seconds", "good"), [(300, True), (301, False)])
def test_entry_time_bound_is_exact(seconds, good):
    ledger = Ledger()
    enrolments = ledger.enrol_actors()
    index = ledger.append(ledger.factor(ledger.provider), "2026-01-05T09:00:00Z")
    time = int(datetime(2026, 1, 5, 9, tzinfo=UTC).timestamp()) - seconds
    anchor = ledger.anchor(time=time)
    report = run(ledger, ledger.bundle(index, [*enrolments, index], anchor), ledger.policy())
    assert (report.verdict is Verdict.VALID) == good
    assert good or "anchor.entry_time" in {check.code for check in report.checks}


@pytest.mark.parametrize(("last", "good"), [(0, False), (1, True)])
def test_last_anchor_that_counts_is_inclusive(last, good):
    ledger = Ledger()
    enrolments = ledger.enrol_actors()
    ledger.anchor()
    index = ledger.append(ledger.factor(ledger.provider))
    bundle = ledger.bundle(index, [*enrolments, index], ledger.anchor())
    policy = ledger.policy()
    policy["contracts"][0]["lastIndex"] = last
    report = run(ledger, bundle, policy)
    assert (report.verdict is Verdict.VALID) == good
    assert good or "anchor.void" in {check.code for check in report.checks}


@pytest.mark.parametrize("more", [0, 1])
def test_last_time_that_can_be_written(more):
    """9999-12-31T00:00:00Z is a time; later ones are milliseconds or nonsense."""
    ledger = Ledger()
    enrolments = ledger.enrol_actors()
    last = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())
    bundle = ledger.bundle(3, enrolments, ledger.anchor(time=last + more))
    found = [c.code for c in run(ledger, bundle, ledger.policy()).checks if c.step == 7]
    assert found == (["anchor.time"] if more else ["clock.behind"])


def test_anchor_beyond_the_checkpoint_points_at_its_size():
    ledger, bundle, policy = good_story()
    bundle["anchor"]["size"] = ledger.size + 1
    (check,) = [check for check in run(ledger, bundle, policy).checks if check.step == 7]
    assert (check.code, check.pointer) == ("anchor.not_covered", "/anchor/size")
    assert check.expected == f"<= {ledger.size}, the size that the log signed"


def test_extension_lines_of_a_checkpoint_are_signed_and_ignored():
    ledger, bundle, policy = good_story()
    text = bundle["log"]["checkpoint"].partition("\n\n")[0]
    bundle["log"]["checkpoint"] = sign_note(f"{text}\nextension line\n", ledger.key)
    assert run(ledger, bundle, policy).verdict is Verdict.VALID


class Answer:
    """A chain that always gives one answer, and remembers what it was asked."""

    def __init__(self, outcome, code):
        self.outcome, self.code, self.detail = outcome, code, "said so"
        self.asked = []

    def confirm_block(self, chain_id, number, block_hash):
        """Answer always the same."""
        self.asked.append((chain_id, number, block_hash))
        return self


@pytest.mark.parametrize(
    ("outcome", "code", "verdict"),
    [
        ("pass", "rpc.final", Verdict.VALID),
        ("fail", "rpc.block_hash", Verdict.INVALID),
        ("unknown", "rpc.disagree", Verdict.UNDECIDED),
    ],
)
def test_online_basis(outcome, code, verdict):
    ledger, bundle, policy = good_story()
    (pin,) = policy["anchorTrust"]["pinned"]
    policy["anchorTrust"] |= {"accept": ["online"]}
    chain = Answer(outcome, code)
    report = run(ledger, bundle, policy, chain=chain)
    assert report.verdict is verdict
    assert chain.asked == [(31337, 120, bytes.fromhex(pin["hash"][2:]))]
    if verdict is Verdict.VALID:
        assert report.trust_basis["basis"] == "online"
    else:
        assert report.trust_basis is None
        (check,) = [check for check in report.checks if check.step == 7]
        assert (check.code, check.found) == (code, "said so")


def test_chain_is_not_asked_unless_the_policy_accepts_it():
    ledger, bundle, policy = good_story()
    policy["anchorTrust"]["pinned"] = []
    chain = Answer("pass", "rpc.final")
    assert run(ledger, bundle, policy, chain=chain).verdict is Verdict.UNDECIDED
    assert chain.asked == []


def test_online_answer_never_overrides_a_pin():
    ledger, bundle, policy = good_story()
    policy["anchorTrust"]["accept"] = ["online", "pinned"]
    policy["anchorTrust"]["pinned"][0]["hash"] = "0x" + sha256(b"another").hex()
    chain = Answer("pass", "rpc.final")
    assert run(ledger, bundle, policy, chain=chain).verdict is Verdict.INVALID
    assert chain.asked == []


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        ([], Verdict.UNDECIDED),
        ([(1, "pass")], Verdict.UNDECIDED),
        ([(1, "pass"), (2, "pass")], Verdict.VALID),
        ([(1, "pass"), (2, "pass"), (2, "not_applicable")], Verdict.VALID),
        ([(1, "pass"), (2, "pass"), (2, "unknown")], Verdict.UNDECIDED),
        ([(1, "pass"), (2, "not_run")], Verdict.UNDECIDED),
        ([(1, "pass"), (2, "pass"), (3, "unknown")], Verdict.VALID),
        ([(1, "pass"), (2, "pass"), (3, "fail")], Verdict.INVALID),
        ([(1, "fail"), (2, "unknown")], Verdict.INVALID),
    ],
)
def test_verdict_follows_from_outcomes(found, verdict):
    checks = [Check(step, "internal.bug", Outcome(outcome)) for step, outcome in found]
    assert decide(checks, (1, 2)) is verdict


def test_worst_of_several():
    valid, invalid, unreadable, undecided = Verdict
    assert worst([valid, undecided, unreadable, invalid]) is invalid
    assert worst([valid, undecided, unreadable]) is unreadable
    assert worst([undecided, valid]) is undecided
    assert worst([valid, valid]) is valid


def test_json_report_is_canonical_and_complete():
    ledger, bundle, policy = good_story()
    policy["requiredSteps"] = [1, 10]
    report = run(ledger, bundle, policy)
    data = report_json(
        [subject_json(report, {"name": "x.suyuan.json"}, "zh")],
        now=ledger.now,
        verdict=report.verdict,
        trust={"requiredSteps": [1, 9]},
        version="0",
    )
    value = json.loads(data)
    assert data == jcs(value) + b"\n"
    assert value["exitCode"] == 4
    (subject,) = value["subjects"]
    (row,) = [check for check in subject["checks"] if check["code"] == "status.none"]
    assert row["message"] == codes()["status.none"].message["zh"]
    assert row.keys() == {
        "step",
        "code",
        "outcome",
        "record",
        "pointer",
        "message",
        "expected",
        "found",
        "hint",
        "spec",
    }


def test_expected_and_found_are_the_same_in_any_language():
    """Values that are no text are shown as JSON, so that another implementation can agree."""
    ledger, bundle, policy = good_story()
    bundle["records"][4]["credentialSubject"]["sources"] = True
    bundle["records"][2]["links"] = [{"rel": "a"}]
    found = {check.code: check.found for check in run(ledger, bundle, policy).checks}
    assert found["record.shape"] == "bool"
    assert found["record.links"] == '{"rel":"a"}'
