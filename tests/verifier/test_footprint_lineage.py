"""Several statements together: what rests on itself, and whose certificate it was."""

from __future__ import annotations

import footprint_records as says
import pytest
from footprint_oracle import Oracle
from footprint_story import FootprintStory
from rulings import judged
from suyuan_verifier import Outcome

CYCLE = "footprint.cycle"
TWICE = "footprint.certificate_twice"
BILLET, ROD, WIRE = (f"urn:example:{name}" for name in ("billet", "rod", "wire"))


def producers(*codes: str) -> FootprintStory:
    """Two producers, rules in force, and these official factors admitted."""
    return (
        FootprintStory()
        .cast("provider", "registry", "producer", "producer2")
        .govern()
        .transcribe(*codes)
    )


def codes_of(story: FootprintStory, label: str = "statement") -> set[str]:
    """What step 9 finds wrong in a statement; the oracle finds the same."""
    report = judged(story, label)
    own = story.digest(label)
    said = {
        check.code
        for check in report.checks
        if check.step == 9 and check.record == own and check.outcome is Outcome.FAIL
    }
    assert said == Oracle(story).codes(label)
    return said


def fuel(name: str = "fuel") -> dict:
    """A line item that rests on nothing."""
    gas = {"name": "CO2", "gwp": "1"}
    return says.line(name, "directEmission", quantity="10", unit="KGM", gas=gas)


def stated(story: FootprintStory, label: str, product: str, *below: str, **how) -> FootprintStory:
    """Log a statement about a product that rests on others."""
    lines = [story.bought(f"from {name}".replace(" ", "-"), name, "1") for name in below]
    return story.state(label, lines or [fuel()], **{"productIds": [product], **how})


def year(number: int) -> dict:
    """Members of a statement about another year."""
    return {"referencePeriod": {"start": f"{number}-01-01", "end": f"{number}-12-31"}}


# What rests on itself


def test_a_long_way_round():
    """Over three statements, among others that have nothing to do with it."""
    story = stated(producers(), "other", WIRE)
    stated(story, "first", BILLET)
    stated(story, "rod", ROD, "other", "first", by="producer2")
    stated(story, "wire", WIRE, "rod", **year(2020))
    assert codes_of(stated(story, "statement", BILLET, "wire")) == {CYCLE}


@pytest.mark.parametrize("below", [("first", "other"), ("other", "first")])
def test_one_of_several_below(below):
    """Whichever of the statements below comes first in the log or in the list."""
    story = stated(producers(), "unrelated", ROD, by="producer2")
    for name in below:
        stated(story, name, BILLET if name == "first" else ROD, by="producer")
    assert codes_of(stated(story, "statement", BILLET, "first", "other")) == {CYCLE}


@pytest.mark.parametrize("common", [0, 1, 2])
def test_one_of_several_products(common):
    """One article in common is enough."""
    ids = [BILLET, ROD, WIRE]
    story = stated(producers(), "unrelated", ROD, by="producer2")
    stated(story, "first", ids[common])
    assert codes_of(stated(story, "statement", BILLET, "first", productIds=ids)) == {CYCLE}


def test_one_of_several_statements_about_the_product():
    """The older one is of another year, the newer one is not."""
    story = stated(producers(), "old", BILLET, **year(2020))
    stated(story, "new", BILLET)
    assert codes_of(stated(story, "statement", BILLET, "old", "new")) == {CYCLE}
    story = stated(producers(), "old", BILLET, **year(2020))
    stated(story, "new", BILLET)
    assert codes_of(stated(story, "statement", BILLET, "old")) == set()


def test_statements_about_one_product_that_do_not_rest_on_each_other():
    """Two plants may make the same article in the same year."""
    story = stated(producers(), "first", BILLET)
    stated(story, "rod", ROD, by="producer2")
    assert codes_of(stated(story, "statement", BILLET, "rod")) == set()


@pytest.mark.parametrize(
    ("start", "end", "circle"),
    [
        ("2025-12-31", "2026-12-31", True),
        ("2026-01-01", "2026-12-31", False),
        ("2024-01-01", "2025-01-01", True),
        ("2024-01-01", "2024-12-31", False),
        ("2025-03-01", "2025-03-31", True),
    ],
)
def test_periods_with_a_day_in_common(start, end, circle):
    story = stated(producers(), "first", BILLET, referencePeriod={"start": start, "end": end})
    stated(story, "statement", BILLET, "first")
    late = {"footprint.period"} if start > "2025-12-31" else set()
    assert codes_of(story) == late | ({CYCLE} if circle else set())


def test_every_statement_of_a_circle_is_judged_by_itself():
    """The upper one rests on itself; the lower one, logged before, does not."""
    story = stated(producers(), "first", BILLET)
    stated(story, "statement", BILLET, "first")
    assert codes_of(story, "first") == set()
    stated(story, "third", BILLET, "statement")
    assert codes_of(story, "third") == {CYCLE}


# Whose certificate it was


def green(story: FootprintStory, *ids: str) -> list[dict]:
    """Hydropower under certificates, with what it took to transmit it."""
    supply = says.electricity("greenCertificate", certificateIds=list(ids))
    moved = says.electricity(transmissionOf=["hydro"])
    return [
        story.power("hydro", says.HYDRO, electricity=supply),
        story.power("moved", says.LINES, electricity=moved),
    ]


def certified() -> FootprintStory:
    """Two producers, hydropower and its transmission admitted."""
    return producers(says.HYDRO, says.LINES)


def replaced(story: FootprintStory, label: str, old: str, *ids: str, **how) -> FootprintStory:
    """Log a statement with these certificates in the place of another one."""
    plant = {**says.statement()["facility"], "id": f"PLANT-{label}"}
    links = [("supersedes", old)] if old else []
    return story.state(label, green(story, *ids), links=links, facility=plant, **how)


def test_a_certificate_goes_from_heir_to_heir():
    story = replaced(certified(), "first", "", "GEC-1")
    replaced(story, "second", "first", "GEC-1", "GEC-2")
    replaced(story, "statement", "second", "GEC-1", "GEC-2")
    for label in ("first", "second", "statement"):
        assert codes_of(story, label) == set()


def test_a_certificate_that_skips_an_heir():
    """The second one does not use it; the third may, since it replaces the first by way of that."""
    story = replaced(certified(), "first", "", "GEC-1")
    replaced(story, "second", "first", "GEC-2")
    assert codes_of(replaced(story, "statement", "second", "GEC-1")) == set()


def test_a_certificate_of_two_that_are_not_replaced():
    """One of its earlier users is replaced, the other is not."""
    story = replaced(certified(), "first", "", "GEC-1")
    replaced(story, "elsewhere", "", "GEC-2")
    replaced(story, "statement", "first", "GEC-1", "GEC-2")
    assert codes_of(story) == {TWICE}


def test_a_certificate_of_what_one_rests_on():
    """To rest on a statement is not to replace it: its certificate is used there already."""
    story = certified()
    story.state("below", green(story, "GEC-1"), productIds=[ROD])
    lines = [*green(story, "GEC-1"), story.bought("rods", "below", "1")]
    assert codes_of(story.state(lines=lines)) == {TWICE}


def test_a_certificate_twice_in_one_statement_is_told_once():
    """And says nothing about statements that came before."""
    story = certified()
    supply = says.electricity("greenCertificate", certificateIds=["GEC-1"])
    lines = [story.power(name, says.HYDRO, electricity=supply) for name in ("a", "b")]
    moved = says.electricity(transmissionOf=["a", "b"])
    lines.append(story.power("moved", says.LINES, "200", electricity=moved))
    story.state("unrelated", [fuel()], productIds=[ROD])
    report = judged(story.state(lines=lines), "statement")
    assert [check.code for check in report.checks if check.code == TWICE] == [TWICE]


def test_another_certificate_is_another_one():
    story = replaced(certified(), "first", "", "GEC-1")
    assert codes_of(replaced(story, "statement", "", "GEC-2")) == set()


def test_a_certificate_of_a_statement_that_is_still_certified():
    """The first one has a certificate, whose labels are on the goods: nobody takes its place."""
    story = certified().enrol("verifier").enrol("certifier")
    replaced(story, "first", "", "GEC-1").verify_footprint(of="first").certify(of="first")
    assert codes_of(replaced(story, "statement", "first", "GEC-1")) == {TWICE}


@pytest.mark.parametrize(
    ("to", "right"), [("revoked", True), ("cancelled", True), ("suspended", False)]
)
def test_a_certificate_of_a_statement_that_is_certified_no_more(to, right):
    story = certified().enrol("verifier").enrol("certifier")
    replaced(story, "first", "", "GEC-1").verify_footprint(of="first").certify(of="first")
    story.change_status("end", to, of="certificate", by="certifier")
    assert codes_of(replaced(story, "statement", "first", "GEC-1")) == (set() if right else {TWICE})
