"""The verifier's record rules: each has a submission that only it refuses."""

from __future__ import annotations

import pytest
from suyuan_verifier.traceability import RECORD_RULES, execute
from traceability_cases import CASES, RULE_SET, record_of, sound, submission


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}: {case.name}")
def test_rule(case):
    """The outcome, and what is said about it."""
    results = {result.rule_id: result for result in execute(record_of(case), RULE_SET)}
    found = results[case.rule]

    assert (found.outcome, found.observed, found.expected) == case[2:3] + case[4:6]


def test_each_rule_has_a_submission_that_breaks_it():
    assert {case.rule for case in CASES if case.outcome == "fail"} == RECORD_RULES


def test_a_sound_submission_keeps_every_rule_that_applies():
    outcomes = {result.rule_id: result.outcome for result in execute(submission(sound()), RULE_SET)}

    assert outcomes.keys() == RECORD_RULES
    away = {"series.geography", "unit.dimension"}
    assert {name for name, outcome in outcomes.items() if outcome != "pass"} == away


def test_only_rules_that_the_rule_set_names_are_executed_under_its_severity():
    """Sorted by id, and a rule of another scope or of a later version is no result."""
    named = [{"ruleId": name, "severity": "info"} for name in ("value.sign", "gases.sum", "x.y")]
    rules = {**RULE_SET, "traceability": {**RULE_SET["traceability"], "rules": named}}

    found = [(result.rule_id, result.severity) for result in execute(submission(sound()), rules)]

    assert found == [("gases.sum", "info"), ("value.sign", "info")]
