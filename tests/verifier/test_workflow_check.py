"""Step 8: what a checker reports is what whoever executes the rules again finds."""

from __future__ import annotations

import governance_records as says
import pytest
from governance_story import Story
from rulings import Ruling, judged, notes, ruling
from simulator import content_digest
from suyuan_verifier import Outcome

VALID: Ruling = ("workflow.valid", "", None, None)
RESULTS = "/credentialSubject/results"
TOLERANCES = [
    {"system": "energyMonitoring", "relative": "0.05"},
    {"system": "ghgReport", "relative": "0"},
]


def compared(submitted: str = "100", reported: str = "100", **changes) -> dict:
    """A comparison with another system, equal unless told otherwise."""
    return {
        "system": "energyMonitoring",
        "item": "example energy",
        "unit": "KWH",
        "period": {"start": "2025-01-01", "end": "2025-12-31"},
        "submitted": submitted,
        "reported": reported,
        "relativeDifference": "0",
        "tolerance": "0.05",
        "outcome": "pass",
        **changes,
    }


COMPARED = {
    "pass": compared(),
    "fail": compared("100", "200", relativeDifference="0.5", outcome="fail"),
}


def checked(rules: dict[str, str], results: list[dict], **changes) -> Story:
    """A check with these results under a rule set that names rules and their severities."""
    section = says.rule_set()["traceability"]
    named = [{"ruleId": name, "severity": rules[name]} for name in sorted(rules)]
    factor = changes.pop("factor", {})
    story = Story().cast("submitter", "checker")
    section = {**section, "rules": named, "tolerances": TOLERANCES}
    story.govern(traceability=section).submit(**factor)
    return story.check(results=results, **changes)


def sign(outcome: str = "pass", severity: str = "error") -> dict:
    """The result of a rule over the submission alone: the value is positive."""
    return says.result("value.sign", outcome, severity=severity)


def systems(outcome: str, severity: str = "warning") -> dict:
    """The result of the comparison with other systems."""
    return says.result("systems.cross-check", outcome, scope="systems", severity=severity)


NEGATIVE = {"factor": {"value": "-1.250"}}
"""A submission that breaks the rule of the sign."""


def test_same_findings():
    assert ruling(checked({"value.sign": "error"}, [sign()]), "check", 8) == VALID


def test_failure_that_is_a_failure():
    """The factor is bad, the check is right: it may be logged, and no admission rests on it."""
    story = checked({"value.sign": "error"}, [sign("fail")], verdict="fail", **NEGATIVE)
    assert ruling(story, "check", 8) == VALID


def test_outcome_that_differs():
    """Whoever says pass of a rule that fails, and the other way round."""
    story = checked({"value.sign": "error"}, [sign("fail")], verdict="fail")
    differs = ("check.differs", f"{RESULTS}/0")
    assert ruling(story, "check", 8) == (*differs, "value.sign: error pass", "error fail")
    story = checked({"value.sign": "error"}, [sign()], **NEGATIVE)
    assert ruling(story, "check", 8) == (*differs, "value.sign: error fail", "error pass")


def test_severity_that_differs():
    """Of rules over the submission and of all others."""
    rules = {"systems.cross-check": "warning", "value.sign": "error"}
    story = checked(rules, [systems("pass"), sign(severity="info")])
    differs = ("check.differs", f"{RESULTS}/1", "value.sign: error pass", "info pass")
    assert ruling(story, "check", 8) == differs
    story = checked(rules, [systems("pass", severity="info"), sign()])
    differs = ("check.differs", f"{RESULTS}/0", "systems.cross-check: warning", "info")
    assert ruling(story, "check", 8) == differs


def test_rule_over_the_submission_that_is_left_out():
    rules = {"period.year": "error", "value.sign": "error"}
    said = ("check.incomplete", RESULTS, "period.year, value.sign", "value.sign")
    assert ruling(checked(rules, [sign()]), "check", 8) == said


def test_rules_over_the_submission_that_are_too_many():
    results = [says.result("period.year"), sign()]
    said = ("check.incomplete", RESULTS, "value.sign", "period.year, value.sign")
    assert ruling(checked({"value.sign": "error"}, results), "check", 8) == said


def test_rule_over_more_than_the_submission_that_is_left_out():
    """Every rule that the rule set names has a result, also one that was not executed."""
    rules = {"range.single": "info", "systems.cross-check": "warning", "value.sign": "error"}
    said = ("check.incomplete", RESULTS, "range.single, systems.cross-check", None)
    assert ruling(checked(rules, [sign()]), "check", 8) == said


def test_rule_over_more_than_the_submission_that_nobody_asked_for():
    story = checked({"value.sign": "error"}, [systems("pass"), sign()])
    said = ("check.incomplete", f"{RESULTS}/0/ruleId", "a rule of the rule set")
    assert ruling(story, "check", 8) == (*said, "systems.cross-check")


def test_rule_over_the_submission_is_not_passed_off_as_another():
    """With another scope it would be the checker's word: it is missing where it belongs."""
    other = says.result("value.sign", scope="set")
    said = ("check.incomplete", RESULTS, "value.sign", "")
    assert ruling(checked({"value.sign": "error"}, [other]), "check", 8) == said


# Verdict

RULES = {"range.single": "warning", "systems.cross-check": "error", "value.sign": "error"}


def _single(outcome: str) -> dict:
    return says.result("range.single", outcome, scope="set", severity="warning")


@pytest.mark.parametrize(
    ("single", "comparison", "verdict"),
    [
        ("pass", "pass", "pass"),
        ("fail", "pass", "conditional"),
        ("pass", "fail", "fail"),
        ("fail", "fail", "fail"),
        ("notEvaluated", "notApplicable", "pass"),
        ("notApplicable", "notEvaluated", "pass"),
    ],
)
def test_verdict_follows_from_the_results(single, comparison, verdict):
    """Failed errors outweigh failed warnings; what was not evaluated has not failed."""
    results = [_single(single), systems(comparison, "error"), sign()]
    rows = {"crossChecks": [COMPARED["fail"]]} if comparison == "fail" else {}
    assert ruling(checked(RULES, results, verdict=verdict, **rows), "check", 8) == VALID
    for wrong in {"pass", "conditional", "fail"} - {verdict}:
        said = ruling(checked(RULES, results, verdict=wrong, **rows), "check", 8)
        assert said == ("check.verdict", "/credentialSubject/verdict", verdict, wrong)


def test_failed_information_changes_no_verdict():
    rules = {"value.sign": "info"}
    story = checked(rules, [sign("fail", "info")], **NEGATIVE)
    assert ruling(story, "check", 8) == VALID


@pytest.mark.parametrize(
    ("result", "rows", "good"),
    [
        ("pass", ["pass"], True),
        ("pass", [], True),
        ("pass", ["fail"], False),
        ("pass", ["pass", "fail"], False),
        ("fail", ["fail"], True),
        ("fail", ["pass", "fail"], True),
        ("fail", ["pass"], False),
        ("fail", [], False),
    ],
)
def test_comparison_that_fails_is_a_result_that_fails(result, rows, good):
    """Neither without the other."""
    rows = [COMPARED[outcome] for outcome in rows]
    story = checked(
        {"systems.cross-check": "warning", "value.sign": "error"},
        [systems(result), sign()],
        verdict="conditional" if result == "fail" else "pass",
        **({"crossChecks": rows} if rows else {}),
    )
    wrong = (
        "check.verdict",
        "/credentialSubject/crossChecks",
        "a result of scope systems that fails exactly if a comparison does",
        None,
    )
    assert ruling(story, "check", 8) == (VALID if good else wrong)


def test_failure_of_another_scope_is_no_comparison():
    """A rule over other factors failed; nothing was compared with other systems."""
    rules = {"range.single": "warning", "value.sign": "error"}
    story = checked(rules, [_single("fail"), sign()], verdict="conditional")
    assert ruling(story, "check", 8) == VALID


# What follows from two figures


def judged_comparison(*rows: dict) -> Ruling:
    """What is said of a check with these comparisons, whose results follow from them."""
    failed = any(row["outcome"] == "fail" for row in rows)
    rules = {"systems.cross-check": "warning", "value.sign": "error"}
    story = checked(
        rules,
        [systems("fail" if failed else "pass"), sign()],
        verdict="conditional" if failed else "pass",
        crossChecks=list(rows),
    )
    return ruling(story, "check", 8)


def wrong(member: str, expected: str, found: str, place: int = 0) -> Ruling:
    """A comparison that says something else than follows."""
    return ("check.comparison", f"/credentialSubject/crossChecks/{place}/{member}", expected, found)


@pytest.mark.parametrize(
    ("submitted", "reported", "difference", "outcome"),
    [
        ("100", "100", "0", "pass"),
        ("105", "100", "0.05", "pass"),
        ("95", "100", "0.05", "pass"),
        ("-95", "-100", "0.05", "pass"),
        ("105.0001", "100", "0.050001", "fail"),
        ("105.00001", "100", "0.05", "fail"),
        ("-100", "100", "2", "fail"),
        ("1", "0", "1", "fail"),
        ("-7", "0", "1", "fail"),
        ("0", "0", "0", "pass"),
        ("0", "3", "1", "fail"),
        ("1", "3", "0.666667", "fail"),
        ("54322.987654", "1", "54321.987654", "fail"),
        ("4", "3", "0.333333", "fail"),
        ("2.000001", "2", "0", "pass"),
        ("2.000003", "2", "0.000002", "pass"),
        ("2.000005", "2", "0.000002", "pass"),
        ("999999", "0.5", "1000000", "fail"),
        ("500000.5", "0.5", "1000000", "fail"),
        ("500000", "0.5", "999999", "fail"),
    ],
)
def test_difference_and_outcome_follow(submitted, reported, difference, outcome):
    """To six places, half to even; just as far apart as is tolerated is not too far."""
    row = compared(submitted, reported, relativeDifference=difference, outcome=outcome)
    assert judged_comparison(row) == VALID
    other = {"pass": "fail", "fail": "pass"}[outcome]
    said = wrong("outcome", outcome, other)
    assert judged_comparison({**row, "outcome": other}) == said
    said = judged_comparison({**row, "relativeDifference": "0.123456"})
    assert said == wrong("relativeDifference", difference, "0.123456")


def test_tolerance_is_that_of_the_rules():
    """For that very system; however it is written."""
    assert judged_comparison(compared(tolerance="0.050")) == VALID
    said = wrong("tolerance", "0.05", "0.06")
    assert judged_comparison(compared(tolerance="0.06")) == said
    row = compared(system="ghgReport", tolerance="0")
    assert judged_comparison(row) == VALID
    said = wrong("tolerance", "0", "0.05", place=1)
    assert judged_comparison(compared(), compared(system="ghgReport")) == said
    text = "a tolerance of the rule set for environmentalStatistics"
    row = compared(system="environmentalStatistics")
    assert judged_comparison(row) == wrong("tolerance", text, "0.05")


def test_every_comparison_is_looked_at():
    rows = [compared(), COMPARED["fail"], compared(relativeDifference="0.1")]
    assert judged_comparison(*rows) == wrong("relativeDifference", "0", "0.1", place=2)


# What was looked at


def test_check_looked_at_a_log_that_held_the_submission_and_was_there():
    """The size that it names lies between the submission and the check itself."""
    for shift, good in ((0, False), (1, True)):
        story = Story().cast("submitter", "checker").govern().submit().fill(3)
        submission = story.at["factor"]
        story.check(asOfTreeSize=submission + shift)
        index = story.at["check"]
        said = (
            "check.as_of",
            "/credentialSubject/asOfTreeSize",
            f"{submission + 1} to {index}",
            str(submission + shift),
        )
        assert ruling(story, "check", 8) == (VALID if good else said)
    for shift, good in ((0, True), (1, False)):
        story = Story().cast("submitter", "checker").govern().submit().fill(3)
        size = story.ledger.size + shift
        said = ruling(story.check(asOfTreeSize=size), "check", 8)
        assert said[0] == ("workflow.valid" if good else "check.as_of")


# The checker's word


def test_what_rests_on_the_checkers_word_is_said():
    """Unknown, by name of the checker and the rules; it does not stand against the check."""
    rules = {"range.single": "warning", "systems.cross-check": "error", "value.sign": "error"}
    story = checked(rules, [_single("pass"), systems("pass", "error"), sign()])
    report = judged(story, "check")
    name = story.actors["checker"].issuer["name"]
    said = ("check.word", RESULTS, None, f"{name}: range.single, systems.cross-check")
    assert notes(report, "check.word") == [(content_digest(story.record("check")), said)]
    (check,) = [check for check in report.checks if check.code == "check.word"]
    assert check.outcome is Outcome.UNKNOWN
    assert report.outcome(8) is Outcome.PASS


def test_nothing_rests_on_the_checkers_word_alone():
    assert notes(judged(checked({"value.sign": "error"}, [sign()]), "check"), "check.word") == []


def test_check_of_a_record_that_is_no_submission_is_not_executed():
    """Step 4 refuses it, and step 8 does not run."""
    story = Story().cast("submitter", "checker").govern().submit().check(of="submitter")
    assert judged(story, "check").outcome(8) is Outcome.NOT_RUN
