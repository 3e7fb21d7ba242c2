"""Step 9: figures of a footprint that do not follow from each other."""

from __future__ import annotations

import footprint_records as says
import governance_records
from bundle_case import case, invalid, refused
from bundle_cases_footprint import stated
from footprint_story import FootprintStory, stated_story

TOTAL = "footprint.total"


def _direct(name: str = "fuel", quantity: str = "10", unit: str = "KGM", **changes) -> dict:
    """A line item that needs no factor."""
    given = {"gas": {"name": "CO2", "gwp": "1"}, **changes}
    return says.line(name, "directEmission", quantity=quantity, unit=unit, **given)


def _bought(
    name: str, value: str, unit: str = "kgCO2e/KGM", quantity: str = "1", **changes
) -> dict:
    """A line item with a figure of a database."""
    given = {"external": says.external(value, unit), **changes}
    return says.line(name, "external", quantity=quantity, unit="KGM", **given)


def _bare(**rules) -> FootprintStory:
    """A producer under rules, and nothing else."""
    return FootprintStory().cast("producer").govern(**rules)


def _figured(*lines: dict, rules: dict | None = None, **how):
    """One statement with these line items, each told what it has to be unless it says so."""
    story = _bare(**(rules or {}))
    return stated(story.state(lines=lines or (_direct(),), **how))


# Lexical: what is no quantity at all


@invalid(2, "record.decimal")
def footprint_with_an_exponent():
    """1e3 is a number in many programs, and no quantity here."""
    return _figured(edits={"/lineItems/0/quantity": "1e3"})


@invalid(2, "record.decimal")
def footprint_with_a_negative_quantity():
    """Nobody burns less than nothing."""
    return _figured(_direct(emission="-10"), edits={"/lineItems/0/quantity": "-10"})


@invalid(2, "record.decimal")
def footprint_with_forty_digits():
    """A quantity of forty digits is more than is read."""
    return _figured(edits={"/lineItems/0/quantity": "1" * 40})


@invalid(2, "record.stage")
def footprint_beyond_its_boundary():
    """A footprint that ends at the gate has a line on the use of the product."""
    return _figured(_direct(stage="use"))


@invalid(2, "record.sealed")
def footprint_sealed_alone():
    """The figures of the only sealed line of a stage are what its subtotal leaves."""
    return _figured(_direct(), _direct("heat"), seal=["heat"])


# One line item


@refused(9, "footprint.emission")
def emission_off_by_one():
    """A line's emission is wrong in its last place, and everything after it follows from that."""
    story = stated_story()
    return stated(story.state(lines=[story.power("power", quantity="100.5", emission="58.05886")]))


@refused(9, "footprint.emission")
def emission_of_megawatt_hours():
    """So many MWh were taken for so many kWh."""
    story = stated_story()
    line = story.power("power", quantity="12.5", unit="MWH", emission="7.22125")
    return stated(story.state(lines=[line]))


@refused(9, "footprint.unit")
def emission_without_conversion():
    """A factor per MWh, a quantity in kWh, and no rule that turns one into the other."""
    story = stated_story().register(
        "power",
        seriesType="ELEC_FOOTPRINT",
        declaredUnit="MWH",
        value="577.7",
        valueUnit="kgCO2e/MWH",
    )
    supply = says.electricity("own")
    line = story.power("power", "power", electricity=supply, evidence=[says.evidence()])
    return stated(story.state(lines=[{**line, "emission": "57.77"}]))


@invalid(9, "footprint.emission")
def emission_without_allocation():
    """The product bears six tenths of the activity, and the line counts the whole."""
    return _figured(_direct(allocation=says.allocation("0.6"), emission="10"))


@invalid(9, "footprint.gwp")
def emission_with_another_potential():
    """The potential of methane is that of another report than the statement's."""
    return _figured(_direct(gas={"name": "CH4", "gwp": "25"}, emission="250"))


@invalid(9, "footprint.formula")
def formula_not_provided_for():
    """The rule set in force does not know the formula."""
    rules = {"footprint": says.footprint_rules(formulas=[{"id": "pfcSlope", "scale": 18}])}
    carbon = {"formula": says.formula("anodeOxidation", ash="0.004", sulphur="0.02")}
    line = says.line("anode", "directEmission", quantity="1", unit="KGM", **carbon)
    return _figured({**line, "emission": "3.578667"}, rules=rules)


@invalid(9, "footprint.formula")
def formula_with_other_parameters():
    """The formula asks for the sulphur in the anodes, and the line does not say it."""
    carbon = {"formula": says.formula("anodeOxidation", ash="0.004")}
    line = says.line("anode", "directEmission", quantity="1", unit="KGM", **carbon)
    return _figured({**line, "emission": "3.652"})


@invalid(9, "footprint.emission")
def formula_rounded_up():
    """3.5786666... was cut after six places instead of rounded."""
    carbon = {"formula": says.formula("anodeOxidation", ash="0.004", sulphur="0.02")}
    line = says.line("anode", "directEmission", quantity="1", unit="KGM", **carbon)
    return _figured({**line, "emission": "3.578666"})


@invalid(9, "footprint.sign")
def emission_below_nothing():
    """A fossil line with a negative figure makes the product greener than it is."""
    return _figured(_direct(), _bought("credit", "-1.5"))


@invalid(9, "footprint.sign")
def uptake_above_nothing():
    """What grew takes carbon dioxide from the air, it does not emit any."""
    return _figured(_direct(), _bought("wood", "1.5", category="biogenicUptake"))


@invalid(9, "footprint.unit")
def emission_by_ones_own_conversion():
    """A line says that a tonne is a kilogram; what tonnes are the rules say."""
    line = _bought("other", "2", emission="4", conversion=says.conversion("1", "KGM"))
    return _figured({**line, "quantity": "2", "unit": "TNE"})


@invalid(9, "footprint.formula")
def formula_without_sources():
    """Nothing shows where the parameters of a formula come from."""
    formula = says.formula("anodeOxidation", ash="0.004", sulphur="0.02")
    for parameter in formula["parameters"]:
        del parameter["source"]
    line = says.line("anode", "directEmission", quantity="1", unit="KGM", formula=formula)
    return _figured({**line, "emission": "3.578667"})


# Sums


@invalid(9, TOTAL)
def total_off_by_one():
    """The total is wrong in its last place; its result is what follows from it."""
    lines = [_direct(quantity="10.001"), _bought("other", "0.35")]
    edits = {"/total": "10.352", "/result/value": "10.352"}
    return _figured(*lines, edits=edits)


@invalid(9, TOTAL)
def total_with_uptake():
    """What grew was taken off the total."""
    lines = [_direct(), _bought("wood", "-1.5", category="biogenicUptake")]
    return _figured(*lines, edits={"/total": "8.5", "/result/value": "8.500"})


@invalid(9, "footprint.subtotal")
def stage_left_out():
    """The total is right, and one of its stages is not shown."""
    lines = [_direct(), _bought("other", "0", stage="rawMaterial")]
    return _figured(*lines, edits={"/byStage/1": ...})


@invalid(9, "footprint.subtotal")
def stages_shifted():
    """What belongs to the raw material is shown as production."""
    lines = [_direct(), _bought("other", "1", stage="rawMaterial")]
    edits = {"/byStage/0/emission": "11", "/byStage/1/emission": "0"}
    return _figured(*lines, edits=edits)


@invalid(9, "footprint.subtotal")
def land_use_hidden():
    """What comes from land use is shown as fossil."""
    lines = [_direct(), _bought("land", "2", category="landUseChange")]
    edits = {"/byCategory": [{"category": "fossil", "emission": "12"}]}
    return _figured(*lines, edits=edits)


@invalid(9, "footprint.result")
def result_rounded_half_up():
    """10.125 to two places is 10.12, half to even; 10.13 is what another rounding gives."""
    return _figured(_direct(quantity="10.125"), scale=2, edits={"/result/value": "10.13"})


@invalid(9, "footprint.result")
def result_with_fewer_places():
    """The result says that it has three places, and shows two."""
    return _figured(_direct(quantity="0.5"), edits={"/result/value": "0.50"})


@invalid(9, "footprint.result")
def result_of_the_whole_production():
    """The line items are those of three tonnes, and the result is not that of one."""
    return _figured(declaredAmount="3", edits={"/result/value": "10.000"})


@case("VALID")
def good_result_rounded_half_to_even():
    """10125 kg are 10.12 t to two places, half to even, whatever another rounding would give."""
    result = {"value": "10.12", "unit": "tCO2e/TNE", "scale": 2}
    return _figured(_direct(quantity="10125"), result=result)


@invalid(9, "footprint.result")
def result_rounded_to_nothing():
    """499 kg are 0 t without places: nobody may rest on that."""
    return _figured(_direct(quantity="499"), scale=0, mass="t")


# Shares and caps


@invalid(9, "footprint.primary_share")
def primary_share_embellished():
    """A quarter of the activity data is primary, and the statement says all of it."""
    lines = [_direct(quantity="1"), _bought("other", "3", activityDataSource="secondary")]
    return _figured(*lines, edits={"/primaryDataShare/activity": "1.0000"})


@invalid(9, "footprint.external")
def external_above_its_cap():
    """The rules let a tenth of the footprint rest on figures that nobody admitted."""
    caps = {**says.rule_set()["caps"], "externalShare": "0.1"}
    lines = [_direct(quantity="89.9"), _bought("other", "10")]
    return _figured(*lines, rules={"caps": caps})


@invalid(9, "footprint.external")
def external_diluted_by_uptake():
    """What grew is no part of the total, and makes no share of it smaller."""
    caps = {**says.rule_set()["caps"], "externalShare": "0.1"}
    wood = _bought("wood", "-900", category="biogenicUptake")
    return _figured(_direct(quantity="89.9"), _bought("other", "10"), wood, rules={"caps": caps})


@invalid(9, "footprint.cut_off")
def cut_off_too_large():
    """One input of two hundredths was left out, and the rules allow one."""
    return _figured(cutOff=says.cut_off("0.02"))


@invalid(9, "footprint.cut_off")
def cut_off_too_often():
    """Six inputs were left out that together are more than the rules allow."""
    return _figured(cutOff=says.cut_off(*["0.009"] * 6))


def _by_method(**method):
    story = _bare()
    story.log("method", "MethodReference", "root", governance_records.method_reference(**method))
    return story


@invalid(9, "footprint.cut_off")
def cut_off_beyond_the_method():
    """The rules would allow what was left out, and the method does not."""
    story = _by_method(cutOff={"single": "0.005", "total": "0.02"})
    story.state(lines=[_direct()], links=[("basedOn", "method")], cutOff=says.cut_off("0.009"))
    return stated(story)


@invalid(9, "footprint.method")
def method_of_another_unit():
    """The method is for a kilowatt hour, and the statement for a tonne."""
    story = _by_method(declaredUnit="KWH")
    return stated(story.state(lines=[_direct()], links=[("basedOn", "method")]))


@invalid(9, "footprint.data_status")
def illustration_hidden():
    """A line is illustrative, and the statement says that it was calculated."""
    return _figured(dataStatus="calculated")


@invalid(9, "footprint.data_status")
def illustration_pretended():
    """Nothing in the statement is illustrative but its own word."""
    return _figured(_direct(dataStatus="measured"), dataStatus="illustrative")
