"""Electricity in a footprint at the edge of the rules: which factor, which instrument, what losses.

Lies that break one rule are bundle vectors (bundle_cases_footprint_power.py).
"""

from __future__ import annotations

import footprint_records as says
import pytest
from footprint_oracle import Oracle
from footprint_story import FootprintStory
from rulings import judged
from suyuan_verifier import Outcome

GEC = {"certificateIds": ["EXAMPLE-GEC-1"]}


def powered(*codes: str, **rules) -> FootprintStory:
    """A producer, rules in force, and these official factors admitted."""
    return FootprintStory().cast().govern(**rules).transcribe(*codes)


def codes_of(story: FootprintStory) -> set[str]:
    """What step 9 finds wrong in the statement; the oracle finds the same."""
    report = judged(story, "statement")
    found = {
        check.code
        for check in report.checks
        if check.step == 9 and check.outcome is not Outcome.PASS
    }
    assert found == Oracle(story).codes()
    return found


def green(story: FootprintStory, name: str = "hydro", quantity: str = "100", **changes) -> dict:
    """Hydropower by green certificate."""
    supply = says.electricity("greenCertificate", **{**GEC, **changes.pop("supply", {})})
    return story.power(name, says.HYDRO, quantity, electricity=supply, **changes)


def moved(story: FootprintStory, *names: str, quantity: str = "100", **changes) -> dict:
    """What it took to transmit the electricity of other lines."""
    supply = says.electricity(transmissionOf=list(names), **changes.pop("supply", {}))
    factor = changes.pop("factor", says.LINES)
    name = changes.pop("name", "moved")
    return story.power(name, factor, quantity, electricity=supply, **changes)


# Which factor is of which kind


def test_a_rule_set_says_which_official_factor_is_an_average():
    """A code that the rules do not list is one of generation, be it official."""
    rules = says.footprint_rules(electricity=[])
    story = powered(says.AVERAGE, footprint=rules)
    assert codes_of(story.state(lines=[story.power("grid")])) == {"footprint.electricity"}
    story = powered(says.AVERAGE, footprint=rules)
    own = {"electricity": says.electricity("own"), "evidence": [says.evidence()]}
    assert codes_of(story.state(lines=[story.power("own", **own)])) == set()


@pytest.mark.parametrize("instrument", ["grid", "directLine", "own"])
@pytest.mark.parametrize("shown", [True, False])
def test_generation_comes_by_wire_and_is_shown(instrument, shown):
    story = powered(says.HYDRO)
    evidence = {"evidence": [says.evidence()]} if shown else {}
    supply = says.electricity(instrument)
    story.state(lines=[story.power("hydro", says.HYDRO, electricity=supply, **evidence)])
    right = shown and instrument != "grid"
    assert codes_of(story) == (set() if right else {"footprint.electricity"})


@pytest.mark.parametrize("instrument", ["directLine", "own", "greenCertificate"])
def test_an_average_comes_from_the_grid(instrument):
    story = powered(says.AVERAGE)
    given = GEC if instrument == "greenCertificate" else {}
    supply = says.electricity(instrument, **given)
    story.state(lines=[story.power("grid", electricity=supply, evidence=[says.evidence()])])
    assert codes_of(story) == {"footprint.electricity"}


def test_an_average_transmits_nothing():
    story = powered(says.AVERAGE, says.HYDRO, says.LINES)
    supply = says.electricity(transmissionOf=["hydro"])
    lines = [green(story), moved(story, "hydro"), story.power("grid", electricity=supply)]
    assert "footprint.electricity" in codes_of(story.state(lines=lines))


def test_generation_transmits_nothing():
    """Nor does hydropower, whatever it says: its own factor is no factor of lines."""
    story = powered(says.HYDRO)
    supply = says.electricity("own", transmissionOf=["hydro"])
    lines = [
        green(story),
        story.power("more", says.HYDRO, electricity=supply, evidence=[says.evidence()]),
    ]
    assert codes_of(story.state(lines=lines)) >= {"footprint.electricity", "footprint.td_missing"}


# Losses


def test_one_line_for_each_certified_supply():
    """Together or apart, but each supply once."""
    story = powered(says.HYDRO, says.LINES, says.LINES_WITH_LOSSES)
    other = {"supply": {"certificateIds": ["EXAMPLE-GEC-2"]}, "quantity": "50"}
    lines = [
        green(story),
        green(story, "hydro-2", **other),
        moved(story, "hydro"),
        moved(story, "hydro-2", quantity="50", factor=says.LINES_WITH_LOSSES, name="moved-2"),
    ]
    assert codes_of(story.state(lines=lines)) == set()


def test_one_supply_in_two_sums():
    story = powered(says.HYDRO, says.LINES)
    other = {"supply": {"certificateIds": ["EXAMPLE-GEC-2"]}, "quantity": "50"}
    lines = [
        green(story),
        green(story, "hydro-2", **other),
        moved(story, "hydro"),
        moved(story, "hydro", "hydro-2", quantity="150", name="moved-2"),
    ]
    assert codes_of(story.state(lines=lines)) == {"footprint.td_twice"}


@pytest.mark.parametrize(
    ("quantity", "unit", "right"),
    [("100", "KWH", True), ("0.1", "MWH", True), ("0.10", "MWH", True), ("100", "MWH", False)],
)
def test_losses_are_of_the_same_electricity(quantity, unit, right):
    story = powered(says.HYDRO, says.LINES)
    lines = [green(story), moved(story, "hydro", quantity=quantity, unit=unit)]
    assert codes_of(story.state(lines=lines)) == (set() if right else {"footprint.td_quantity"})


def test_losses_are_allocated_with_the_electricity():
    """The product bears a quarter of the supply, and a quarter of what it took to transmit it."""
    story = powered(says.HYDRO, says.LINES)
    share = {"allocation": says.allocation("0.25")}
    lines = [green(story, **share), moved(story, "hydro", **share)]
    assert codes_of(story.state(lines=lines)) == set()
    quarter = [green(story, **share), moved(story, "hydro", quantity="25")]
    story = powered(says.HYDRO, says.LINES)
    assert codes_of(story.state(lines=quarter)) == set()


def test_electricity_stated_as_energy():
    """What a kilowatt hour is in megajoules is not for a line item to say."""
    story = powered(says.HYDRO, says.LINES)
    energy = {"unit": "3B", "quantity": "360", "conversion": says.conversion("0.25", "KWH")}
    line = moved(story, "hydro", **energy, emission="0.414")
    story.state(lines=[green(story, quantity="90"), line])
    assert codes_of(story) == {"footprint.unit", "footprint.td_quantity"}


def test_a_text_that_asks_for_losses_of_the_average():
    basis = {"supply": {"basis": says.official(says.LINES)["sources"][0]}}
    story = powered(says.AVERAGE, says.LINES)
    assert (
        codes_of(story.state(lines=[story.power("grid"), moved(story, "grid", **basis)])) == set()
    )


def test_losses_of_an_own_plant():
    """A direct line has no losses of the grid, whatever text is named."""
    basis = {"supply": {"basis": says.official(says.LINES)["sources"][0]}}
    story = powered(says.HYDRO, says.LINES)
    own = {"electricity": says.electricity("own"), "evidence": [says.evidence()]}
    lines = [story.power("hydro", says.HYDRO, **own), moved(story, "hydro", **basis)]
    assert codes_of(story.state(lines=lines)) == {"footprint.td"}


# Periods and certificates


@pytest.mark.parametrize(
    ("start", "end", "right"),
    [
        ("2025-01-01", "2025-12-31", True),
        ("2025-06-01", "2025-06-30", True),
        ("2024-12-31", "2025-12-31", False),
        ("2025-01-01", "2026-01-01", False),
    ],
)
def test_electricity_of_the_statements_period(start, end, right):
    story = powered(says.AVERAGE)
    supply = says.electricity(period={"start": start, "end": end})
    story.state(lines=[story.power("grid", electricity=supply)])
    assert codes_of(story) == (set() if right else {"footprint.electricity_period"})


def certified_twice(*, by: str = "producer", replaces: bool = True) -> FootprintStory:
    """Two statements with the same certificate, the second perhaps in the first one's place."""
    story = powered(says.HYDRO, says.LINES).enrol("producer2")
    lines = [green(story), moved(story, "hydro")]
    story.state("first", lines, by=by, facility={**says.statement()["facility"], "id": "FIRST"})
    return story.state(lines=lines, links=[("supersedes", "first")] if replaces else [])


def test_a_certificate_stays_with_what_replaces_its_statement():
    assert codes_of(certified_twice()) == set()
    assert codes_of(certified_twice(replaces=False)) == {"footprint.certificate_twice"}


def test_nobody_takes_a_certificate_by_replacing_a_strangers_statement():
    """A statement of another producer cannot be replaced, and its certificates are taken."""
    assert codes_of(certified_twice(by="producer2")) == {"footprint.certificate_twice"}


def test_a_certificate_that_is_not_at_hand():
    """Only the ledger sees all statements: a bundle without the other one cannot tell."""
    story = certified_twice(replaces=False)
    report = judged(story, "statement", without=["first"])
    assert "footprint.valid" in {check.code for check in report.checks}
