"""Rules over the admitted factors: duplicates, and the range that peers make plausible."""

from __future__ import annotations

from copy import deepcopy
from fractions import Fraction
from statistics import median

import pytest
from admitted_factors import OWN, admit, peer, product
from hypothesis import given
from hypothesis import strategies as st
from suyuan_ledger.traceability.set_rules import execute_set_rules
from traceability_cases import RULE_SET, sound, submission, text


def found(record, admitted, rule, content=OWN):
    """Outcome, observed, expected of one set rule."""
    results = execute_set_rules(record, content, RULE_SET, admitted).results
    result = next(one for one in results if one.rule_id == rule)
    return result.outcome, result.observed, result.expected


def test_the_same_factor_is_not_admitted_twice():
    """Under another code, too: what it describes is the same."""
    admitted = admit(product("5.31", factorCode="OTHER", factorVersion="9"))

    outcome = found(product("5.40"), admitted, "duplicate.admitted")

    assert outcome == ("fail", "REG-0 sha256:0", "no admitted duplicate")


def test_the_same_code_and_version_is_not_admitted_twice():
    admitted = admit(product("5.31", productName=text("示例另一产品（虚构）")))

    assert found(product("5.31"), admitted, "duplicate.admitted")[0] == "fail"


@pytest.mark.parametrize(
    "change",
    [
        {"referencePeriod": {"start": "2024-01-01", "end": "2024-12-31"}},
        {"geography": {"scheme": "ISO3166", "code": "CN-GX"}},
        {"systemBoundary": "cradleToGrave"},
        {"variant": text("示例牌号")},
        {"technologyRoute": text("示例路线")},
        {"seriesType": "DIRECT_EF"},
        {"dataSetOwner": text("示例另一厂（虚构）")},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_period_place_variant_or_owner_is_another_factor(change):
    admitted = admit(product("5.31", factorCode="OTHER", **change))

    assert found(product("5.31"), admitted, "duplicate.admitted")[0] == "pass"


def test_names_are_compared_without_blanks_and_case():
    admitted = admit(product("5.31", factorCode="X", productName=text("示例 Product A")))
    record = product("5.31", productName=text("示例\u3000product a"))

    assert found(record, admitted, "duplicate.admitted")[0] == "fail"


def test_an_official_figure_is_the_same_whoever_copies_it():
    """Two transcribers are two issuers, and one owner: nobody."""
    copied = product("0.5", dataStatus="officialTranscribed", factorCode="A")
    again = product("0.5", dataStatus="officialTranscribed", factorCode="B")
    again["issuer"]["nameZh"] = "示例另一转录单位"

    assert found(again, admit(copied), "duplicate.admitted")[0] == "fail"
    measured = product("0.5", factorCode="B")
    measured["issuer"]["nameZh"] = "示例另一厂"
    assert found(measured, admit(product("0.5")), "duplicate.admitted")[0] == "pass"


@pytest.mark.parametrize("target", ["sha256:0", "sha256:a0"])
def test_a_new_version_that_supersedes_the_old_one_is_no_duplicate(target):
    """The link leads to the old submission or to its admission."""
    record = submission(sound(), [{"rel": "supersedes", "contentDigest": target}])

    assert found(record, admit(product("5.2")), "duplicate.admitted")[0] == "pass"


def test_a_link_of_another_sort_does_not_excuse_a_duplicate():
    record = submission(sound(), [{"rel": "responds", "contentDigest": "sha256:0"}])

    assert found(record, admit(product("5.2")), "duplicate.admitted")[0] == "fail"


def test_a_submission_is_neither_its_own_duplicate_nor_its_own_peer():
    """It may be checked again after it was admitted."""
    admitted = admit(product("5.31"), peer(1, "5.1"), peer(2, "5.5"))

    assert found(product("5.31"), admitted, "duplicate.admitted", "sha256:0")[0] == "pass"
    outcome = found(product("5.31"), admitted, "range.robust", "sha256:0")
    assert outcome == ("notEvaluated", "2 of 3 admitted factors", None)


def test_range_around_the_median():
    """Median 5, deviations 0, 0.1, 0.1, 0.2, 45: MAD 0.1, times 5; one wild peer moves nothing."""
    admitted = admit(*(peer(i, v) for i, v in enumerate(("4.9", "5", "5.1", "5.2", "50"))))

    assert found(product("5.6"), admitted, "range.robust")[0] == "pass"
    assert found(product("4.6"), admitted, "range.robust")[0] == "pass"
    assert found(product("5.61"), admitted, "range.robust") == (
        "fail",
        "5.61 kgCO2e/KGM",
        "4.6 to 5.6 kgCO2e/KGM, median 5.1 of 5",
    )


def test_statistics_are_stated():
    admitted = admit(*(peer(i, v) for i, v in enumerate(("5.0", "5.2", "5.5", "5.30"))))

    stated = execute_set_rules(product("5.2"), OWN, RULE_SET, admitted).statistics

    assert stated == {
        "sample": 4,
        "median": "5.25",
        "deviation": "0.15",
        "low": "4.5",
        "high": "6",
    }


def test_a_slip_of_a_thousand_shows_against_the_median():
    """5.31 t per kg: the peers say which unit was meant."""
    admitted = admit(*(peer(i, v) for i, v in enumerate(("5.0", "5.2", "5.5"))))
    slipped = product("5.31", declaredUnit="KGM", valueUnit="tCO2e/KGM")

    outcome, observed, expected = found(slipped, admitted, "range.robust")

    assert (outcome, observed) == ("fail", "5310 kgCO2e/KGM")
    assert expected.endswith("median 5.2 of 3; likely kgCO2e/KGM or tCO2e/TNE")


def test_peers_in_other_units_count():
    """t/t, kg/kg and kg/t are one quantity."""
    admitted = admit(
        peer(1, "5.0"),
        peer(2, "5200", valueUnit="kgCO2e/TNE"),
        peer(3, "5.5", declaredUnit="KGM", valueUnit="kgCO2e/KGM"),
        peer(4, "7", declaredUnit="MTQ", valueUnit="kgCO2e/MTQ"),
    )

    outcome = found(product("5.3"), admitted, "range.robust")
    assert outcome[0] == "pass"
    assert execute_set_rules(product("5.3"), OWN, RULE_SET, admitted).statistics["sample"] == 3


def test_peers_share_a_name_or_a_classification_code():
    code = {"scheme": "示例分类", "code": "4143", "name": text("铝")}
    other = text("示例另一产品")
    admitted = admit(
        peer(1, "5.0"),
        peer(2, "5.2", productName=other, classification=[code]),
        peer(3, "5.4", classification=[code]),
        peer(4, "9", productName=other, classification=[{**code, "code": "41"}]),
        peer(5, "9", seriesType="DIRECT_EF"),
    )

    record = product("5.3", classification=[code])

    assert execute_set_rules(record, OWN, RULE_SET, admitted).statistics["sample"] == 3


@pytest.mark.parametrize(
    ("values", "observed"),
    [
        ((), "0 of 3 admitted factors"),
        (("5", "5.1"), "2 of 3 admitted factors"),
        (("5", "5.0", "5.00"), "no spread among 3 admitted factors"),
        (("9" * 34, "5" + "0" * 33, "1"), None),
    ],
)
def test_a_sample_that_says_nothing_is_not_evaluated(values, observed):
    admitted = admit(*(peer(i, v) for i, v in enumerate(values)))

    outcome = found(product("5.3"), admitted, "range.robust")

    if observed is None:
        assert outcome == ("notEvaluated", "statistics of more than 34 digits", None)
    else:
        assert outcome == ("notEvaluated", observed, None)


def test_only_named_rules_are_executed():
    rules = deepcopy(RULE_SET)
    rules["traceability"]["rules"] = [{"ruleId": "value.sign", "severity": "error"}]

    done = execute_set_rules(product("5"), OWN, rules, admit(product("5")))

    assert (done.results, done.statistics) == ((), None)


@given(
    values=st.lists(st.decimals(-100, 100, places=3), min_size=3, max_size=9),
    value=st.decimals(-1000, 1000, places=3),
)
def test_statistics_are_those_of_fractions(values, value):
    """Against the standard library's median over fractions."""
    admitted = admit(*(peer(i, f"{v:f}") for i, v in enumerate(values)))
    sample = [Fraction(v) for v in values]
    middle = Fraction(median(sample))
    deviation = Fraction(median([abs(one - middle) for one in sample]))

    done = execute_set_rules(product(f"{value:f}"), OWN, RULE_SET, admitted)

    assert Fraction(done.statistics["median"]) == middle
    assert Fraction(done.statistics["deviation"]) == deviation
    outcome = done.results[1].outcome
    if deviation == 0:
        assert outcome == "notEvaluated"
    else:
        assert (outcome == "pass") == (abs(Fraction(value) - middle) <= 5 * deviation)
