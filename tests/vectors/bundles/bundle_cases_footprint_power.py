"""Step 9: electricity in a footprint, where most of the temptation is."""

from __future__ import annotations

import footprint_records as says
from bundle_case import invalid, refused
from bundle_cases_footprint import good, stated
from footprint_story import FootprintStory, stated_story

HYDRO = "footprint.electricity"


def _powered(*codes: str) -> FootprintStory:
    """A producer, rules in force, and these official factors admitted."""
    return FootprintStory().cast().govern().transcribe(*codes)


def _green(story: FootprintStory, name: str = "hydro", **changes) -> dict:
    """Hydropower by green certificate."""
    given = {"certificateIds": ["EXAMPLE-GEC-1"], **changes.pop("supply", {})}
    supply = says.electricity("greenCertificate", **given)
    return story.power(name, says.HYDRO, electricity=supply, **changes)


def _lines(story: FootprintStory, *names: str, factor: str = says.LINES, **changes) -> dict:
    """What it took to transmit the electricity of other lines."""
    supply = says.electricity(transmissionOf=list(names), **changes.pop("supply", {}))
    name = changes.pop("name", "transmission")
    return story.power(name, factor, electricity=supply, **changes)


def _transmitted() -> FootprintStory:
    return _powered(says.HYDRO, says.LINES)


# Right


@good
def good_green_certificates():
    """Hydropower under two certificates, transmitted once with its losses."""
    story = _powered(says.HYDRO, says.LINES_WITH_LOSSES)
    second = {"certificateIds": ["EXAMPLE-GEC-2"]}
    power = [
        _green(story, "hydro-1", quantity="0.1", unit="MWH"),
        _green(story, "hydro-2", supply=second, quantity="50"),
    ]
    losses = _lines(story, "hydro-1", "hydro-2", factor=says.LINES_WITH_LOSSES, quantity="150")
    return stated(story.state(lines=[*power, losses]))


@good
def good_direct_line():
    """Hydropower by a direct line and from an own plant, each shown by a document."""
    story = _powered(says.HYDRO)
    lines = [
        story.power(
            instrument.lower(),
            says.HYDRO,
            electricity=says.electricity(instrument),
            evidence=[says.evidence()],
        )
        for instrument in ("directLine", "own")
    ]
    return stated(story.state(lines=lines))


@good
def good_average_transmitted_by_a_text():
    """A text asks for the transmission of average electricity, too, and the line names it."""
    story = _powered(says.AVERAGE, says.LINES)
    basis = says.official(says.LINES)["sources"][0]
    lines = [story.power("grid"), _lines(story, "grid", supply={"basis": basis})]
    return stated(story.state(lines=lines))


@good
def good_certificate_of_a_corrected_statement():
    """A statement that replaces another one uses the same certificate: it is used once."""
    story = _transmitted()
    lines = [_green(story), _lines(story, "hydro")]
    story.state("first", lines, facility={**says.statement()["facility"], "id": "EXAMPLE-PLANT"})
    return stated(story.state(lines=lines, links=[("supersedes", "first")]))


# Which factor


@refused(9, HYDRO)
def hydropower_through_the_grid():
    """The plant lies where the rivers are: the grid's electricity is no hydropower for that."""
    story = _powered(says.HYDRO)
    return stated(story.state(lines=[story.power("hydro", says.HYDRO)]))


@refused(9, HYDRO)
def hydropower_of_ones_own_factor_through_the_grid():
    """Any other electricity factor is one of generation, whatever its code."""
    story = stated_story().register(
        "valley",
        factorCode=says.AVERAGE,
        seriesType="ELEC_FOOTPRINT",
        declaredUnit="KWH",
        value="0.0100",
        valueUnit="kgCO2e/KWH",
    )
    return stated(story.state(lines=[story.power("hydro", "valley")]))


@refused(9, HYDRO)
def direct_line_without_evidence():
    """A direct line that nothing shows."""
    story = _powered(says.HYDRO)
    supply = says.electricity("directLine")
    return stated(story.state(lines=[story.power("hydro", says.HYDRO, electricity=supply)]))


@refused(9, HYDRO)
def average_by_green_certificate():
    """Under a certificate, and at the national average."""
    story = stated_story()
    supply = says.electricity("greenCertificate", certificateIds=["EXAMPLE-GEC-1"])
    return stated(story.state(lines=[story.power("grid", electricity=supply)]))


@refused(9, HYDRO)
def power_that_says_nothing_of_its_supply():
    """A line of electricity does not say how it was obtained."""
    story = stated_story()
    line = story.activity("grid", says.AVERAGE, "100", "KWH")
    return stated(story.state(lines=[line]))


@refused(9, HYDRO)
def supply_of_what_is_no_power():
    """A line that is not of electricity says how it was obtained."""
    story = stated_story().register("widget")
    line = story.activity("widgets", "widget", "10", electricity=says.electricity())
    return stated(story.state(lines=[line]))


@refused(9, HYDRO, (9, "footprint.td_quantity"))
def transmission_of_nothing():
    """A line of transmission names no electricity."""
    story = _powered(says.LINES)
    return stated(story.state(lines=[story.power("transmission", says.LINES)]))


@invalid(2, "record.electricity")
def certificate_without_number():
    """By green certificate, and without one."""
    story = FootprintStory().cast("producer").govern()
    absent = {"admission": f"sha256:{'0' * 64}", "factorCode": says.HYDRO, "factorVersion": "1"}
    factor = {**absent, "value": "0.0141", "valueUnit": "kgCO2e/KWH"}
    supply = says.electricity("greenCertificate")
    figures = {"quantity": "1", "unit": "KWH", "emission": "0.0141"}
    line = says.line("hydro", "activityFactor", factor=factor, electricity=supply, **figures)
    return stated(story.state(lines=[line]))


@refused(9, "footprint.electricity_period")
def power_of_another_year():
    """The electricity was bought in the year after the statement's."""
    story = stated_story()
    supply = says.electricity(period={"start": "2025-12-01", "end": "2026-01-31"})
    return stated(story.state(lines=[story.power("grid", electricity=supply)]))


# Transmission


@refused(9, "footprint.td_missing")
def transmission_forgotten():
    """Certified hydropower came through the grid, and nothing is counted for that."""
    story = _powered(says.HYDRO)
    return stated(story.state(lines=[_green(story)]))


@refused(9, "footprint.td_twice")
def transmission_with_and_without_losses():
    """Both official transmission factors were used for the same electricity."""
    story = _powered(says.HYDRO, says.LINES, says.LINES_WITH_LOSSES)
    both = [
        _lines(story, "hydro"),
        _lines(story, "hydro", factor=says.LINES_WITH_LOSSES, name="transmission-losses"),
    ]
    return stated(story.state(lines=[_green(story), *both]))


@refused(9, "footprint.td")
def transmission_of_the_average():
    """The national average carries its transmission; no text is named that says otherwise."""
    story = _powered(says.AVERAGE, says.LINES)
    return stated(story.state(lines=[story.power("grid"), _lines(story, "grid")]))


@refused(9, "footprint.td", (9, "footprint.td_quantity"))
def transmission_of_a_line_that_is_not_there():
    """A line of transmission names a line that the statement does not have."""
    story = _transmitted()
    lines = [_green(story), _lines(story, "hydro"), _lines(story, "solar", name="transmission-2")]
    return stated(story.state(lines=lines))


@refused(9, "footprint.td_quantity")
def transmission_of_less():
    """Less was transmitted than was used."""
    story = _transmitted()
    return stated(story.state(lines=[_green(story), _lines(story, "hydro", quantity="99.9")]))


@refused(9, "footprint.td_quantity")
def transmission_in_another_unit():
    """The electricity moved is stated in a unit that says nothing of it, and converted at will."""
    story = _transmitted()
    other = {"unit": "KGM", "quantity": "1", "conversion": says.conversion("0.001", "KWH")}
    return stated(story.state(lines=[_green(story), _lines(story, "hydro", **other)]))


@refused(9, "footprint.td_quantity")
def transmission_allocated_away():
    """The product bears all of the electricity, and a thousandth of what it took to transmit it."""
    story = _transmitted()
    moved = _lines(story, "hydro", allocation=says.allocation("0.001"))
    return stated(story.state(lines=[_green(story), moved]))


# Certificates


@refused(9, "footprint.certificate_twice")
def certificate_used_twice():
    """One certificate stands in two lines of a statement."""
    story = _transmitted()
    lines = [
        _green(story, "hydro-1"),
        _green(story, "hydro-2"),
        _lines(story, "hydro-1", "hydro-2", quantity="200"),
    ]
    return stated(story.state(lines=lines))


@refused(9, "footprint.certificate_twice")
def certificate_used_by_two_statements():
    """One certificate stands in two statements, of which neither replaces the other."""
    story = _transmitted()
    lines = [_green(story), _lines(story, "hydro")]
    story.state("first", lines, facility={**says.statement()["facility"], "id": "EXAMPLE-PLANT"})
    return stated(story.state(lines=lines))


@refused(9, "footprint.certificate_twice")
def certificate_of_two_heirs():
    """Two statements replace one, and both use its certificate."""
    story = _transmitted()
    lines = [_green(story), _lines(story, "hydro")]
    for name in ("first", "second"):
        plant = {**says.statement()["facility"], "id": f"EXAMPLE-{name}"}
        links = [] if name == "first" else [("supersedes", "first")]
        story.state(name, lines, facility=plant, links=links)
    return stated(story.state(lines=lines, links=[("supersedes", "first")]))


@invalid(2, "record.shape")
def certificate_in_two_spellings():
    """A certificate's number has capital letters: else it could be used once in each spelling."""
    story = _transmitted()
    lines = [_green(story, supply={"certificateIds": ["example-gec-1"]}), _lines(story, "hydro")]
    return stated(story.state(lines=lines))


@refused(9, "footprint.certificate_twice")
def certificate_of_a_label_that_stands():
    """A statement takes the place of one that is certified: its labels stay on the goods."""
    story = _transmitted().enrol("verifier").enrol("certifier")
    lines = [_green(story), _lines(story, "hydro")]
    story.state("first", lines, facility={**says.statement()["facility"], "id": "EXAMPLE-PLANT"})
    story.verify_footprint(of="first").certify(of="first")
    return stated(story.state(lines=lines, links=[("supersedes", "first")]))
