"""The whole check: what a checker signs, and what an audit executes again."""

from __future__ import annotations

from copy import deepcopy

import pytest
from admitted_factors import OWN, admit, peer, product
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.shape import subject_errors
from suyuan_ledger.traceability import (
    RULES,
    AdmittedFactors,
    Inputs,
    check,
    replay_set_rules,
)
from suyuan_ledger.traceability.defaults import default_conversions, default_traceability
from suyuan_ledger.traceability.evidence import digest_bytes
from suyuan_ledger.traceability.gwp import potentials
from suyuan_ledger.traceability.outcome import Result, verdict_of
from suyuan_ledger.traceability.systems_table import read_systems
from traceability_cases import RULE_SET, sound, submission

NOTHING = AdmittedFactors(())
EXPORT = (
    "system,item,unit,periodStart,periodEnd,submitted,reported\n"
    "energyMonitoring,电力,MWH,2025-01-01,2025-12-31,100,{}\n"
)


def checked(subject=None, *, rules=RULE_SET, admitted=NOTHING, **given):
    """Check a submission as of tree size 7."""
    record = submission(subject or sound())
    return check(record, OWN, rules, admitted=admitted, as_of=7, inputs=Inputs(**given))


def systems(reported):
    """An export with one row."""
    table, _ = read_systems("export.csv", EXPORT.format(reported).encode())
    return table


@pytest.mark.parametrize("rules", [RULE_SET, None], ids=["example", "defaults"])
def test_a_sound_submission_passes_and_the_check_has_its_shape(rules):
    """Every rule that is named has a result, sorted; the record's schema takes it."""
    rules = rules or {
        "traceability": default_traceability(),
        "conversions": default_conversions(),
    }
    subject = checked(rules=rules)

    assert subject_errors("TraceabilityCheck", subject) == []
    assert subject["verdict"] == "pass"
    assert [one["ruleId"] for one in subject["results"]] == sorted(RULES)
    assert subject["asOfTreeSize"] == 7
    assert subject["engine"]["name"] == "suyuan-ledger"
    assert not {"inputs", "crossChecks", "statistics"} & subject.keys()


def test_inputs_comparisons_and_statistics_are_part_of_it():
    files = [digest_bytes("meter.txt", b"abc")]
    admitted = admit(peer(1, "5.0"), peer(2, "5.2"), peer(3, "5.5"))

    subject = checked(admitted=admitted, files=files, systems=systems("101"))

    assert subject_errors("TraceabilityCheck", subject) == []
    outcomes = {one["ruleId"]: one["outcome"] for one in subject["results"]}
    assert outcomes["evidence.files"] == outcomes["systems.cross-check"] == "pass"
    assert [one["name"] for one in subject["inputs"]] == ["meter.txt", "export.csv"]
    assert subject["statistics"]["sample"] == 3
    assert len(subject["crossChecks"]) == 1


def test_a_figure_of_another_system_that_differs_fails_the_check():
    assert checked(systems=systems("200"))["verdict"] == "fail"


@pytest.mark.parametrize(
    ("severities", "verdict"),
    [
        ((), "pass"),
        (("info",), "pass"),
        (("info", "warning"), "conditional"),
        (("warning", "error"), "fail"),
    ],
)
def test_verdict(severities, verdict):
    """Of what failed, the worst counts."""
    others = [Result(f"a.{word}", "record", "error", word) for word in ("pass", "notEvaluated")]
    failed = [Result("b.c", "record", severity, "fail") for severity in severities]

    assert verdict_of(others + failed) == verdict


def test_a_rule_of_a_later_version_is_not_left_out_in_silence():
    rules = deepcopy(RULE_SET)
    rules["traceability"]["rules"].append({"ruleId": "zzz.later", "severity": "info"})

    with pytest.raises(RefusedError, match=r"zzz\.later.*trace\.rule"):
        checked(rules=rules)


def test_figures_of_other_systems_need_a_rule():
    rules = deepcopy(RULE_SET)
    rules["traceability"]["rules"] = [{"ruleId": "value.sign", "severity": "error"}]

    with pytest.raises(RefusedError, match=r"trace\.rule"):
        checked(rules=rules, systems=systems("101"))


def test_an_honest_check_comes_out_again():
    admitted = admit(peer(1, "5.0"), peer(2, "5.2"), peer(3, "5.5"))
    record = product("9")
    subject = check(record, OWN, RULE_SET, admitted=admitted, as_of=7)

    assert replay_set_rules(subject, record, OWN, RULE_SET, admitted) == []


def test_each_lie_about_the_set_is_named():
    """An outcome turned round, statistics made up, a result left out."""
    admitted = admit(peer(1, "5.0"), peer(2, "5.2"), peer(3, "5.5"))
    record = product("9")
    honest = check(record, OWN, RULE_SET, admitted=admitted, as_of=7)
    place = [one["ruleId"] for one in honest["results"]].index("range.robust")

    turned = deepcopy(honest)
    turned["results"][place]["outcome"] = "pass"
    invented = deepcopy(honest)
    invented["statistics"]["median"] = "9"
    hidden = deepcopy(honest)
    del hidden["statistics"]
    short = deepcopy(honest)
    del short["results"][place]

    def said(subject):
        found = replay_set_rules(subject, record, OWN, RULE_SET, admitted)
        return [(one.pointer, one.expected, one.found) for one in found]

    truth = "deviation 0.2, high 6.2, low 4.2, median 5.2, sample 3"
    assert said(turned) == [(f"/results/{place}", "warning fail", "warning pass")]
    assert said(invented) == [("/statistics", truth, truth.replace("median 5.2", "median 9"))]
    assert said(hidden) == [("/statistics", truth, None)]
    assert said(short) == [("/results", "range.robust warning fail", None)]


def test_potentials_are_those_of_the_public_table(data_dir):
    """The table of the package globalwarmingpotentials (CC0) transcribes the IPCC's reports."""
    columns = {"AR4": 3, "AR5": 4, "AR6": 6}
    lines = (data_dir / "gwp" / "globalwarmingpotentials.csv").read_text("utf-8").splitlines()
    seen = 0
    for line in lines:
        cells = line.split(",")
        for gwp_set, column in columns.items():
            values = potentials(cells[0], gwp_set)
            if values and not line.startswith("Species"):
                assert cells[column] in values, (cells[0], gwp_set)
                seen += 1
    assert seen == 3 * 23  # all but CO2, and methane by origin
