"""The ledger's record rules: each has a submission that only it refuses."""

from __future__ import annotations

import pytest
from suyuan_ledger.traceability import RECORD_RULES, execute
from suyuan_ledger.traceability.catalogue import RULES
from suyuan_ledger.traceability.outcome import result_of
from traceability_cases import CASES, RULE_SET, record_of


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}: {case.name}")
def test_rule(case):
    """The outcome, and what is said about it."""
    results = {result.rule_id: result for result in execute(record_of(case), RULE_SET)}
    found = results[case.rule]

    assert (found.outcome, found.observed, found.expected) == case[2:3] + case[4:6]


def test_each_record_rule_of_the_catalogue_is_executed_in_order():
    results = execute(record_of(CASES[0]), RULE_SET)

    assert [result.rule_id for result in results] == sorted(RECORD_RULES)


def test_the_catalogue_names_rules_in_both_languages():
    for name, rule in RULES.items():
        assert rule.en.isascii(), name
        assert not rule.zh.isascii(), name


def test_a_result_is_written_and_read_back():
    for case in CASES:
        for result in execute(record_of(case), RULE_SET):
            assert result_of(result.as_member()) == result
