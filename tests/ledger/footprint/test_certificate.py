"""A certificate repeats its statement, declares its total, and ends in time."""

from __future__ import annotations

import calendar
from datetime import datetime

import drafted_footprint as drafted
import footprint_records as says
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.footprint.certificate import (
    add_months,
    check_certificate_claim,
    check_certificate_validity,
    check_certificate_value,
    declared_text,
)

STATEMENT = drafted.sound(drafted.fuel(quantity="2.0005"), declaredAmount="3")


def declared(value, unit="kgCO2e/TNE", scale=3):
    figure = {"value": value, "unit": unit, "scale": scale}
    return says.certificate(STATEMENT, declared=figure)


def test_a_certificate_of_the_statement_is_right():
    check_certificate_claim(says.certificate(STATEMENT), STATEMENT)
    check_certificate_value(says.certificate(STATEMENT), STATEMENT)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("product", {"name": {"zh": "甲", "en": "Another"}}),
        ("productIds", ["urn:example:another"]),
        ("systemBoundary", "gateToGate"),
        ("referencePeriod", {"start": "2025-01-01", "end": "2025-12-30"}),
        ("dataStatus", "calculated"),
    ],
)
def test_what_it_repeats_is_the_statements(name, value, refuses):
    with refuses("certificate.claim", RefusedError) as caught:
        check_certificate_claim(says.certificate(STATEMENT, **{name: value}), STATEMENT)
    assert caught.value.pointer == f"/credentialSubject/{name}"


@pytest.mark.parametrize(
    ("value", "unit", "scale"),
    [
        ("666.833", "kgCO2e/TNE", 3),
        ("666.8", "kgCO2e/TNE", 1),
        ("667", "kgCO2e/TNE", 0),
        ("0.66683", "tCO2e/TNE", 5),
        ("666833.3", "gCO2e/TNE", 1),
    ],
)
def test_the_declared_figure_is_the_total_rounded_once(value, unit, scale):
    check_certificate_value(declared(value, unit, scale), STATEMENT)


@pytest.mark.parametrize(
    ("value", "unit", "scale"),
    [
        ("666.834", "kgCO2e/TNE", 3),
        ("666.83", "kgCO2e/TNE", 3),
        ("666.8330", "kgCO2e/TNE", 3),
        ("666.833", "tCO2e/TNE", 3),
        ("666.833", "kgCO2e/KGM", 3),
    ],
)
def test_any_other_figure_is_refused(value, unit, scale, refuses):
    with refuses("certificate.value"):
        check_certificate_value(declared(value, unit, scale), STATEMENT)


def test_a_figure_rounded_before_is_another_one():
    """2.45499 is displayed as 2.455, which would be 2.46; declared from the total it is 2.45."""
    statement = drafted.sound(drafted.fuel(quantity="0.00245499"), result=drafted.result(scale=3))
    assert statement["result"]["value"] == "2.455"
    assert declared_text(statement, "kgCO2e/TNE", 2) == "2.45"


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-05T08:00:00Z", 24, "2028-01-05T08:00:00Z"),
        ("2026-01-31T23:59:59Z", 1, "2026-02-28T23:59:59Z"),
        ("2027-12-31T00:00:00Z", 2, "2028-02-29T00:00:00Z"),
        ("2024-02-29T00:00:00Z", 12, "2025-02-28T00:00:00Z"),
        ("2024-02-29T00:00:00Z", 48, "2028-02-29T00:00:00Z"),
        ("2026-10-31T00:00:00Z", 0, "2026-10-31T00:00:00Z"),
        ("9998-06-01T00:00:00Z", 18, "9999-12-01T00:00:00Z"),
        ("9998-06-01T00:00:00Z", 19, "9999-12-31T23:59:59Z"),
    ],
)
def test_months_of_the_calendar(start, months, end):
    assert add_months(start, months) == end


@given(
    st.datetimes(*map(datetime.fromisoformat, ("2000-01-01", "2200-01-01"))), st.integers(0, 120)
)
@settings(max_examples=80, deadline=None)
def test_so_many_months_later_is_the_same_day_or_the_months_last(moment, months):
    start = f"{moment.replace(microsecond=0).isoformat()}Z"
    then = datetime.fromisoformat(add_months(start, months).removesuffix("Z"))
    assert (then.year * 12 + then.month) - (moment.year * 12 + moment.month) == months
    last = calendar.monthrange(then.year, then.month)[1]
    assert then.day == min(moment.day, last)
    assert then.time() == moment.replace(microsecond=0).time()


def record(until):
    members = {"validUntil": until} if until else {}
    return {"validFrom": "2026-01-05T08:00:00Z", **members}


@pytest.mark.parametrize("until", ["2028-01-05T08:00:00Z", "2026-01-05T08:00:01Z"])
def test_a_certificate_may_last_as_long_as_the_rules_say(until):
    check_certificate_validity(record(until), 24)


@pytest.mark.parametrize("until", ["2028-01-05T08:00:01Z", None])
def test_but_not_a_second_longer_and_not_for_ever(until, refuses):
    with refuses("certificate.validity"):
        check_certificate_validity(record(until), 24)
