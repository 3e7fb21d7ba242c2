"""Every published list is recomputed from the entries; a bit that differs is named."""

from __future__ import annotations

from datetime import datetime, timedelta

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
    # three lists and the rule set that says how often they are due
    assert report.counts == {"lists": 3, "recomputed": 3, "bodies": 4}


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


DAY = 86_400
"""What the stories' rule set allows between two lists."""


def later(told, seconds):
    """A time so many seconds after the newest entry's."""
    newest = datetime.fromisoformat(told.ledger.times[-1])
    return (newest + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def listed(told, label, seconds):
    """Publish one more list, so many seconds after the newest entry."""
    time = later(told, seconds)
    told.publish(label, old="third")
    told.ledger.times[-1] = time
    return told


def test_a_list_that_comes_on_the_last_second_is_in_time(publish):
    report = publish(listed(story(), "fourth", DAY)).audit_status()

    assert found(report) == []


def test_a_list_that_comes_a_second_later_is_late(publish):
    told = listed(story(), "fourth", DAY + 1)
    report = publish(told).audit_status()

    assert found(report) == [("audit.status_late", told.at["fourth"])]
    assert (report.wrong[0].expected, report.wrong[0].found) == ("<= 86400 s", "86401 s")


def test_a_log_that_went_on_without_a_list_says_who_is_late(publish):
    """No list at all since the newest entry's day; nobody but the log's end can be named."""
    told = story()
    time = later(told, DAY + 1)
    told.submit("another").ledger.times[-1] = time

    assert found(publish(told).audit_status()) == [("audit.status_late", None)]


def test_a_longer_interval_counts_from_the_rule_set_on_and_a_shorter_one_does_not_reach_back(
    publish,
):
    """Half a day is asked for an hour before the list that comes a day after the last one."""
    told = story()
    told.govern("strict", old="rules", status={"interval": DAY // 2})
    told.ledger.times[-1] = later(told, DAY - 3600)
    listed(told, "fourth", 3000)
    assert found(publish(told).audit_status()) == []

    listed(told, "fifth", DAY // 2 + 1)
    report = publish(told).audit_status()
    assert found(report) == [("audit.status_late", told.at["fifth"])]


def test_without_the_body_of_a_rule_set_nobody_is_late(publish):
    """What it asked for nobody knows; that it is missing is a finding of its own."""
    told = listed(story(), "fourth", 30 * DAY)
    published = publish(told)
    published.body(told.record("rules")).unlink()

    assert found(published.audit_status()) == [("audit.body_missing", told.at["rules"])]
