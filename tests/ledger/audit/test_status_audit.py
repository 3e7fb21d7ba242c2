"""Every published list is recomputed from the entries; a bit that differs is named."""

from __future__ import annotations

import orjson
import pytest
from governance_story import reviewed_story


def found(report):
    return [(finding.code, finding.index) for finding in report.wrong]


def story():
    """Three lists: before and after a withdrawal and a suspension."""
    told = reviewed_story().enrol("supervisor").admit().publish("first")
    told.end("FactorWithdrawal", "withdrawal").publish("second", old="first")
    return told.change_status("suspension", "suspended").publish("third", old="second")


def test_lists_of_an_honest_publisher_are_recomputed(publish):
    report = publish(story()).audit_status()

    assert found(report) == []
    assert report.counts == {"lists": 3, "recomputed": 3, "bodies": 3}


def test_a_list_that_hides_a_withdrawal(publish):
    told = story().publish("lie", bits={}, old="third")
    report = publish(told).audit_status()

    assert set(found(report)) == {("audit.status_bit", told.at["lie"])}
    admission = told.at["admission"]
    assert [finding.expected for finding in report.wrong] == [
        f"revocation of {admission} set",
        f"suspension of {admission} set",
    ]
    assert report.counts["recomputed"] == 3


def test_a_list_that_revokes_what_stands(publish):
    told = story()
    told.publish("lie", bits={("revocation", 0): {told.at["factor"], told.at["admission"]}})
    report = publish(told).audit_status()

    expected = [finding.expected for finding in report.wrong]
    assert f"revocation of {told.at['factor']} not set" in expected


def test_a_list_that_speaks_of_records_after_itself(publish):
    told = story()
    told.publish("lie", as_of=told.ledger.size + 5)

    assert found(publish(told).audit_status()) == [("audit.status_as_of", told.at["lie"])]


def test_a_list_without_its_body(publish):
    told = story()
    published = publish(told)
    published.body(told.record("second")).unlink()

    assert found(published.audit_status()) == [("audit.body_missing", told.at["second"])]


def test_a_log_without_a_list_says_so(publish):
    report = publish(reviewed_story()).audit_status()

    assert report.clean
    assert [finding.code for finding in report.unknown] == ["audit.no_list"]


def test_differences_beyond_sixteen_are_counted(publish):
    told = story().publish("lie", bits={("refresh", 0): set(range(20))})
    report = publish(told).audit_status()

    assert len(report.wrong) == 17
    assert report.wrong[-1].found == "6 bits more"


@pytest.mark.parametrize(
    ("member", "value"),
    [("effectiveFrom", 5), ("effectiveFrom", 0), ("action", 1), ("impact", 2), ("fromIndex", "1")],
)
def test_an_effect_of_the_wrong_type_is_a_finding(publish, member, value):
    """The operator signs an entry whose time is a number: no time to compare with."""
    told = story()
    published = publish(told)
    at = told.at["withdrawal"]
    entry = orjson.loads(published.entries[at])
    entry["effect"][member] = value
    published.entries[at] = orjson.dumps(entry, option=orjson.OPT_SORT_KEYS)
    published.sign()

    assert ("audit.entry", at) in found(published.audit_status())
