"""Each rule of a footprint at its edge: what is just right verifies, and one step further is named.

Lies that break one rule of one record are bundle vectors (bundle_cases_footprint*.py,
bundle_cases_label.py); here is what stands beside them, and what a report says to the letter.
"""

from __future__ import annotations

import json
from pathlib import Path

import footprint_records as says
import governance_records
import pytest
from footprint_oracle import Oracle
from footprint_story import FootprintStory, label_story, stated_story, widget_lines
from rulings import judged, rulings, told
from suyuan_verifier import Outcome, Verdict
from suyuan_verifier.codes import codes

ROOT = Path(__file__).resolve().parents[2]
VECTORS = ROOT / "tests" / "vectors" / "bundles"
AT = "/credentialSubject"
PASSES = {"arithmetic.figure", "arithmetic.nothing", "footprint.valid", "label.scan_fits"}
"""Rows that no bundle can break."""
BY_COMMAND = {"label.absent", "label.scanned"}
"""Rows about what is told on the command line, shown in test_scanned."""


def test_each_rule_of_step_9_has_a_vector():
    """A rule without a lie that breaks it could be removed, and nobody would see."""
    shown = {
        row["code"]
        for path in VECTORS.glob("*/expect.json")
        for row in json.loads(path.read_text("utf-8"))["problems"]
    }
    families = ("cbam.", "certificate.", "disclosure.", "footprint.", "label.")
    rows = {name for name in codes() if name.startswith(families)}
    assert rows - PASSES - BY_COMMAND - shown == set()


def ruled(story: FootprintStory, **export):
    """What step 9 says of the statement of a story that is not VALID, all of it."""
    report = judged(story, "statement", **export)
    assert report.verdict is not Verdict.VALID
    return [row for row in rulings(report, story, 9, "statement") if row[0] != "footprint.valid"]


def stands(story: FootprintStory, subject: str = "statement", **export) -> bool:
    """Whether what a story ends with verifies."""
    return judged(story, subject, **export).verdict is Verdict.VALID


def fuel(name: str = "fuel", quantity: str = "10", **changes) -> dict:
    """A line item that needs no factor."""
    given = {"quantity": quantity, "unit": "KGM", "gas": {"name": "CO2", "gwp": "1"}, **changes}
    return says.line(name, "directEmission", **given)


def outside(name: str, value: str, **changes) -> dict:
    """A line item with a figure of a database."""
    given = {"quantity": "1", "unit": "KGM", **changes}
    return says.line(name, "external", external=says.external(value, "kgCO2e/KGM"), **given)


def bare(**rules) -> FootprintStory:
    """A producer under rules, and nothing else."""
    return FootprintStory().cast("producer").govern(**rules)


# A footprint by hand


def test_a_footprint_calculated_by_hand():
    """Figures that nobody calculated here: 577.7 + 2500 + 14 + 1275.625 kg for one tonne."""
    story = stated_story()
    story.state(lines=widget_lines(story))
    subject = story.record("statement")["credentialSubject"]
    assert {line["id"]: line["emission"] for line in subject["lineItems"]} == {
        "electricity": "577.7",  # 1000 kWh x 0.5777 kg/kWh
        "fuel": "2500",  # 2.5 t of carbon dioxide
        "other": "14",  # 40 kg x 0.35 kg/kg
        "widgets": "1275.625",  # 1020.5 kg x 1.250 kg/kg
    }
    assert subject["total"] == "4367.325"
    assert subject["byStage"] == [
        {"stage": "production", "emission": "3091.7"},
        {"stage": "rawMaterial", "emission": "1275.625"},
    ]
    assert subject["primaryDataShare"] == {
        "activity": "0.9968",  # 4353.325 / 4367.325 = 0.99679...
        "factor": "0.5724",  # 2500 / 4367.325 = 0.57243...
        "both": "0.5724",
    }
    assert subject["result"] == {"value": "4367.325", "unit": "kgCO2e/TNE", "scale": 3}
    assert stands(story)


def test_formulas_calculated_by_hand():
    """Anodes: 1000 kg x (1 - 0.004 - 0.0215) x 44/12; tetrafluoromethane and hexafluoroethane."""
    ash = says.formula("anodeOxidation", ash="0.004", sulphur="0.0215")
    pfc = says.formula("pfcSlope", anodeEffectMinutes="0.2", slope="0.143", weightRatio="0.121")
    story = bare().state(
        lines=[
            says.line("anode", "directEmission", quantity="1", unit="TNE", formula=ash),
            says.line("pfc", "directEmission", quantity="2000", unit="KGM", formula=pfc),
        ]
    )
    lines = story.record("statement")["credentialSubject"]["lineItems"]
    # 3573.1666... to six places; 2 t x 0.0286 x (7380 + 0.121 x 12400).
    assert [line["emission"] for line in lines] == ["3573.166667", "507.958880"[:-1]]
    assert stands(story)


def test_a_label_rests_on_all_of_it():
    """The report of a label shows the footprint below it, and the words of whom it rests on."""
    report = judged(label_story(), "label")
    assert report.verdict is Verdict.VALID
    assert report.record["claim"]["displayed"]["value"] == "4367.325"
    assert report.record["certificate"]["claim"]["declared"]["value"] == "4367.325"
    assert report.record["footprint"]["claim"]["total"] == "4367.325"
    assert [filing["outcome"] for filing in report.record["filings"]] == ["filed"]


# What a report says


def test_an_emission_that_is_wrong_is_said_with_the_right_one():
    story = stated_story()
    story.state(lines=[story.power("power", quantity="100.5", emission="58.05886")])
    assert ruled(story) == [
        ("footprint.emission", f"{AT}/lineItems/0/emission", "58.05885", "58.05886")
    ]


def test_a_total_that_is_wrong_is_said_with_the_right_one():
    story = bare().state(lines=[fuel()], edits={"/total": "9.9", "/result/value": "9.900"})
    assert ruled(story) == [("footprint.total", f"{AT}/total", "10", "9.9")]


def test_another_value_than_the_admitted_one_is_said_with_that():
    story = FootprintStory().cast().govern().register("widget")
    line = story.activity("widgets", "widget", "10", factor=story.named("widget", value="1.2"))
    rows = ruled(story.state(lines=[line]))
    assert rows == [("footprint.factor", f"{AT}/lineItems/0/factor/value", "1.250", "1.2")]


def test_hydropower_through_the_grid_is_said_with_what_it_takes():
    story = FootprintStory().cast().govern().transcribe(says.HYDRO)
    (row,) = ruled(story.state(lines=[story.power("hydro", says.HYDRO)]))
    assert row[:2] == ("footprint.electricity", f"{AT}/lineItems/0/electricity")
    assert "greenCertificate" in row[2]
    assert row[3] == "grid"


def test_everything_that_is_wrong_is_said_at_once():
    """A producer who made three mistakes need not come back three times."""
    edits = {"/total": "11", "/result/value": "11.000", "/primaryDataShare/both": "0.0000"}
    lines = [fuel(emission="11"), outside("other", "1", emission="0")]
    wrong = {row[0] for row in ruled(bare().state(lines=lines, edits=edits))}
    assert wrong == {"footprint.emission", "footprint.primary_share"}


def test_lines_that_name_nothing_do_not_end_the_list():
    """What is wrong with the third line is said although the first two name no record."""
    story = FootprintStory().cast().govern().register("widget")
    wrong = story.activity("widgets", "widget", "10")
    wrong["factor"] = story.named("widget", value="1.2")
    story.state(lines=[fuel("a"), outside("b", "1"), wrong])
    assert [row[:2] for row in ruled(story)] == [
        ("footprint.factor", f"{AT}/lineItems/2/factor/value")
    ]


def test_electricity_that_is_wrong_in_two_lines():
    story = FootprintStory().cast().govern().transcribe(says.AVERAGE).register("widget")
    lines = [
        story.activity("a", "widget", "10", electricity=says.electricity()),
        story.activity("b", says.AVERAGE, "10", "KWH"),
    ]
    pointers = [row[1] for row in ruled(story.state(lines=lines))]
    assert pointers == [f"{AT}/lineItems/{place}/electricity" for place in (0, 1)]


def test_a_link_to_data_for_the_border_that_no_line_names():
    story = bare().cbam()
    row = ("cbam.link", "/links/1", "a record that a line item names")
    assert [found[:3] for found in ruled(story.state(lines=[fuel()], uses=["cbam"]))] == [row]


def test_a_method_that_came_later():
    """Whoever calculates by a method has to have it first."""
    story = bare()
    method = story.make("MethodReference", "root", governance_records.method_reference())
    story.drafts["method"] = method
    story.state(lines=[fuel()], links=[("basedOn", "method")]).append("method", method)
    assert ruled(story) == [("footprint.before", "/links/0", "< 3", "4")]


# Units


@pytest.mark.parametrize(
    ("unit", "to"),
    [
        *(("KGM", "TNE"), ("TNE", "KGM"), ("KWH", "MWH"), ("MWH", "KWH")),
        *(("3B", "KWH"), ("KWH", "3B"), ("LTR", "MTQ"), ("MTQ", "LTR")),
    ],
)
@pytest.mark.parametrize("conversions", [[], None])
def test_units_of_one_quantity_are_converted_by_the_rules_alone(unit, to, conversions):
    """Whether the rules convert them or not; a line item's own conversion is no way round that."""
    rules = {} if conversions is None else {"conversions": conversions}
    figure = says.external("1", f"kgCO2e/{to}")
    conversion = says.conversion("1", to)
    line = says.line("a", "external", quantity="1", unit=unit, external=figure, emission="1")
    story = bare(**rules).state(lines=[{**line, "conversion": conversion}])
    pointer = f"{AT}/lineItems/0/conversion/to"
    assert [row[:2] for row in ruled(story)] == [("footprint.unit", pointer)]


@pytest.mark.parametrize("pair", [("MTK", "TKM"), ("TKM", "MTK")])
def test_units_that_the_rules_convert_are_converted_by_them_alone(pair):
    """In whichever direction the rules have them."""
    figure = says.external("1", "kgCO2e/TKM")
    line = says.line("a", "external", quantity="1", unit="MTK", external=figure, emission="1")
    rule = {"from": pair[0], "to": pair[1], "factor": "2"}
    story = bare(conversions=[rule])
    story.state(lines=[{**line, "conversion": says.conversion("1", "TKM")}])
    assert [row[0] for row in ruled(story)] == ["footprint.unit"]


def test_a_unit_is_not_converted_to_itself():
    line = outside("a", "1", conversion=says.conversion("0.5", "KGM"), emission="0.5")
    assert [row[0] for row in ruled(bare().state(lines=[line]))] == ["footprint.unit"]


def test_a_conversion_that_only_a_line_item_knows():
    """A density: 3 l x 0.8 kg/l x 1 kg/kg; and after it the rules: 0.8 t are 800 kg."""
    dense = {"unit": "LTR", "quantity": "3"}
    lines = [
        outside("a", "1", **dense, conversion=says.conversion("0.8", "KGM")),
        outside("b", "1", **dense, conversion=says.conversion("0.8", "TNE")),
    ]
    story = bare().state(lines=lines)
    emissions = [
        line["emission"] for line in story.record("statement")["credentialSubject"]["lineItems"]
    ]
    assert emissions == ["2.4", "2400"]
    assert stands(story)


# Formulas


def anodes(**changes) -> dict:
    """Anodes of nothing but what burns to nothing, unless told otherwise."""
    formula = says.formula("anodeOxidation", ash="0.4", sulphur="0.6")
    line = {"quantity": "1", "unit": "TNE", "formula": formula, **changes}
    return says.line("anode", "directEmission", **line)


def test_anodes_without_carbon():
    """Ash and sulphur may be all of an anode, and not more."""
    assert stands(bare().state(lines=[anodes()]))
    more = says.formula("anodeOxidation", ash="0.4", sulphur="0.600001")
    story = bare().state(lines=[anodes(formula=more, emission="0")])
    assert ruled(story) == [
        ("footprint.formula", f"{AT}/lineItems/0/formula/parameters", "ash + sulphur <= 1", None)
    ]


def test_a_formula_is_shown_by_sources_or_by_evidence():
    formula = says.formula("anodeOxidation", ash="0.004", sulphur="0.02")
    del formula["parameters"][0]["source"]
    figures = {"formula": formula, "emission": "3578.666667"}
    assert not stands(bare().state(lines=[anodes(**figures)]))
    assert stands(bare().state(lines=[anodes(**figures, evidence=[says.evidence()])]))


def test_a_formula_has_no_conversion():
    line = anodes(emission="0", conversion=says.conversion("2", "LTR"))
    assert [row[0] for row in ruled(bare().state(lines=[line]))] == ["footprint.formula"]


def test_a_formula_is_allocated_before_it_is_rounded():
    """1000 kg x 0.976 x 44/12 x 0.3333 = 1192.7695...; and the same of fluorocarbons."""
    carbon = says.formula("anodeOxidation", ash="0.004", sulphur="0.02")
    pfc = says.formula("pfcSlope", anodeEffectMinutes="0.2", slope="0.143", weightRatio="0.121")
    share = {"allocation": says.allocation("0.3333")}
    gases = says.line("pfc", "directEmission", quantity="1", unit="TNE", formula=pfc, **share)
    story = bare().state(lines=[anodes(formula=carbon, **share), gases])
    emissions = [
        line["emission"] for line in story.record("statement")["credentialSubject"]["lineItems"]
    ]
    assert emissions == ["1192.7696", "84.651347352"]
    assert stands(story)


# Edges that are right


def rules_with(**caps: str) -> dict:
    """Rules with other caps."""
    return {"caps": {**says.rule_set()["caps"], **caps}}


def test_external_figures_up_to_their_cap():
    lines = [fuel(quantity="90"), outside("other", "10")]
    assert stands(bare(**rules_with(externalShare="0.1")).state(lines=lines))
    assert not stands(bare(**rules_with(externalShare="0.0999")).state(lines=lines))


def test_cut_offs_up_to_their_caps():
    exactly = says.cut_off(*["0.01"] * 5)
    assert stands(bare().state(lines=[fuel()], cutOff=exactly))
    assert not stands(bare().state(lines=[fuel()], cutOff=says.cut_off("0.010001")))


@pytest.mark.parametrize(
    ("shares", "right"), [(["0.005", "0.005"], True), (["0.0051"], False), (["0.005"] * 3, False)]
)
def test_the_stricter_cut_off_counts(shares, right):
    """Of the rules' and the method's, each by itself."""
    story = bare()
    method = governance_records.method_reference(cutOff={"single": "0.02", "total": "0.01"})
    story.log("method", "MethodReference", "root", method)
    rules = rules_with(cutOffSingle="0.005", cutOffTotal="0.5")
    story.govern("strict", old="rules", version="2", **rules)
    cut_off = says.cut_off(*shares)
    story.state(lines=[fuel()], links=[("basedOn", "method")], cutOff=cut_off)
    assert stands(story) is right


def test_a_method_that_states_no_unit_fits_every_unit():
    story = bare().log("method", "MethodReference", "root", governance_records.method_reference())
    assert stands(story.state(lines=[fuel()], links=[("basedOn", "method")]))


@pytest.mark.parametrize(("end", "right"), [("2020-01-01", True), ("2019-12-31", False)])
def test_a_factor_of_five_years_ago(end, right):
    """The statement is of 2025: a factor whose period ended in 2020 may still be used."""
    story = FootprintStory().cast().govern()
    story.register("widget", referencePeriod={"start": "2019-01-01", "end": end})
    assert stands(story.state(lines=[story.activity("a", "widget", "1")])) is right


@pytest.mark.parametrize(("start", "right"), [("2025-12-31", True), ("2026-01-01", False)])
def test_a_factor_that_begins_when_the_statement_ends(start, right):
    story = FootprintStory().cast().govern()
    story.register("widget", referencePeriod={"start": start, "end": "2026-12-31"})
    assert stands(story.state(lines=[story.activity("a", "widget", "1")])) is right


@pytest.mark.parametrize("boundary", ["cradleToGate", "gateToGate", "gateToGrave", "cradleToGrave"])
def test_boundaries_that_a_rule_set_lets_pass(boundary):
    """A grave may use everything, a gate nothing that goes on to the grave."""
    story = FootprintStory().cast().govern().register("widget", systemBoundary="gateToGrave")
    line = story.activity("a", "widget", "1")
    story.state(lines=[line], systemBoundary=boundary)
    assert stands(story) is boundary.endswith("Grave")


def test_a_boundary_of_which_the_rules_do_not_speak():
    rules = says.footprint_rules()
    rules["boundaries"] = [row for row in rules["boundaries"] if row["statement"] != "gateToGate"]
    story = FootprintStory().cast().govern(footprint=rules).register("widget")
    story.state(lines=[story.activity("a", "widget", "1")], systemBoundary="gateToGate")
    assert [row[0] for row in ruled(story)] == ["footprint.boundary"]


@pytest.mark.parametrize(
    ("gas", "gwp_set", "right"),
    [
        ({"name": "CH4", "gwp": "27.9"}, "AR6", True),
        ({"name": "CH4", "gwp": "29.8"}, "AR6", True),
        ({"name": "CH4", "gwp": "28"}, "AR5", True),
        ({"name": "CH4", "gwp": "28"}, "AR6", False),
        ({"name": "CO2", "gwp": "1.0"}, "AR4", True),
        ({"name": "XYZ", "gwp": "1"}, "AR6", False),
    ],
)
def test_a_potential_of_the_statements_set(gas, gwp_set, right):
    """Where a name does not tell the origin, each of the set's values is right; none, none."""
    emission = says.line("x", "directEmission", quantity="1", unit="TNE", gas=gas)
    value = str(int(float(gas["gwp"]) * 10) * 100)
    story = bare().state(lines=[{**emission, "emission": value}], gwpSet=gwp_set)
    assert stands(story) is right
    assert (Oracle(story).codes() == set()) is right


def test_zero_is_a_footprint():
    """Nothing emitted: no share of it is primary, and the result is nothing, exactly."""
    story = bare().state(lines=[fuel(quantity="0")], scale=0)
    assert story.record("statement")["credentialSubject"]["primaryDataShare"]["both"] == "0.0000"
    assert stands(story)


@pytest.mark.parametrize(
    ("quantity", "scale", "right"),
    [("499", 0, False), ("499", 2, False), ("499", 3, True), ("500", 1, True), ("99900", 1, True)],
)
def test_a_result_keeps_three_digits_unless_it_is_exact(quantity, scale, right):
    """499 kg are 0.499 t; 0.50 t says too little of them, and 0.5 t all of half a tonne."""
    story = bare().state(lines=[fuel(quantity=quantity)], scale=scale, mass="t")
    assert stands(story) is right


def test_trailing_zeros_of_an_emission_say_nothing():
    """Sums are numbers; values of factors, results and shares are texts."""
    edits = {"/lineItems/0/emission": "10.000", "/total": "10.0", "/byStage/0/emission": "10.00"}
    assert stands(bare().state(lines=[fuel()], edits=edits))
    assert not stands(bare().state(lines=[fuel()], edits={"/result/value": "10.0000"}))


def test_a_withdrawal_after_the_statement_does_not_reach_back():
    """Judged at the statement's place: what ended later is the business of step 10."""
    story = stated_story().state()
    story.end(
        "FactorWithdrawal", "end", of=f"{says.AVERAGE}.admission", by="registry", impact="noNewUse"
    )
    assert ruled_codes(story) == set()


def ruled_codes(story: FootprintStory) -> set[str]:
    """What fails in step 9, of any record."""
    report = judged(story, "statement")
    return {check.code for check in report.checks if _fails(check) and check.step == 9}


def _fails(check) -> bool:
    return check.outcome is Outcome.FAIL


def test_an_upstream_statement_of_another_year_is_no_circle():
    """An ingot of this year may rest on one of last year, as scrap does."""
    last_year = {"start": "2024-01-01", "end": "2024-12-31"}
    story = stated_story().state("first", referencePeriod=last_year, lines=[fuel()])
    assert stands(story.state(lines=[story.bought("scrap", "first", "0.1")]))


def test_the_same_product_of_another_producer_is_no_circle():
    story = stated_story("producer2").state("first", by="producer2")
    assert stands(story.state(lines=[story.bought("ingots", "first", "0.1")]))


def test_a_circle_over_a_day():
    """Periods that have one day in common overlap."""
    until = {"start": "2024-01-01", "end": "2025-01-01"}
    story = stated_story().state("first", lines=[fuel()], referencePeriod=until)
    (row,) = ruled(story.state(lines=[story.bought("scrap", "first", "0.1")]))
    assert row[:2] == ("footprint.cycle", f"{AT}/productIds")


def test_a_wrong_statement_below_spoils_what_rests_on_it():
    """Bundles are closed under `uses`: nobody can rest on a footprint that is wrong."""
    story = stated_story("producer2")
    other = {"by": "producer2", "productIds": ["urn:example:billet"], "lines": [fuel(emission="1")]}
    story.state("first", **other)
    story.state(lines=[story.bought("billets", "first", "1")])
    report = judged(story, "statement")
    assert report.verdict is Verdict.INVALID
    (check,) = [check for check in report.checks if check.code == "footprint.emission"]
    assert check.record == story.digest("first")
    assert told(check)[2:] == ("10", "1")
