"""What a statement must not say: each rule with a statement that breaks it and nothing else.

Every case is a pair of the same shape, of which one is right: a rule that refused everything, or a
case that failed for another reason, would be noticed.
"""

from __future__ import annotations

import re

import drafted_footprint as drafted
import footprint_records as says
import pytest
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.footprint.arithmetic import calculate, check
from suyuan_ledger.words import in_chinese

CASES = {}
GREEN = "greenCertificate"


def case(code, name=None):
    """Register a case: a function that, told whether to lie, returns (statement, setting)."""

    def register(build):
        CASES[name or build.__name__] = (code, build)
        return build

    return register


def stated(*lines, on=None, rules=drafted.RULES, edit=None, **changes):
    """A calculated statement, one thing in it changed afterwards."""
    subject = drafted.sound(*lines, on=on, rules=rules, **changes)
    if edit:
        edit(subject)
    return subject, on or drafted.foundations(), rules


def ruled(**changes):
    """The rule set with members of `footprint` replaced."""
    return says.rule_set(footprint=says.footprint_rules(**changes))


def capped(**caps):
    """The rule set with caps replaced."""
    return says.rule_set(caps={**drafted.RULES["caps"], **caps})


# Factors


for _name in ("factorCode", "factorVersion", "value", "valueUnit"):

    @case("footprint.factor", f"factor_{_name}")
    def factor_text(wrong, name=_name):
        """A copy of the factor is the factor's, text by text."""
        other = {"value": "1.25", "valueUnit": "tCO2e/KGM"}.get(name, "9")
        admitted = drafted.FACTORS[drafted.WIDGET]
        line = drafted.activity("a", drafted.WIDGET, "10")
        line["factor"][name] = other if wrong else admitted[name]
        return stated(line)


@case("footprint.not_admitted")
def factor_unknown(wrong):
    line = drafted.activity("a", drafted.WIDGET, "10")
    subject, known, rules = stated(line)
    if wrong:
        subject["lineItems"][0]["factor"]["admission"] = drafted.digest_of("nothing")
    return subject, known, rules


@case("footprint.series")
def grid_factor_of_organisations(wrong):
    """The factor for the accounts of organisations is none for a product."""
    changes = {"seriesType": "GRID_CO2_ORG"} if wrong else {}
    known = drafted.foundations(widget={**drafted.FACTORS[drafted.WIDGET], **changes})
    return stated(drafted.activity("a", drafted.WIDGET, "10"), on=known)


@case("footprint.boundary")
def boundary_beyond_the_gate(wrong):
    boundary = "cradleToGrave" if wrong else "gateToGate"
    widget = drafted.factor(value="1.250", systemBoundary=boundary)
    return stated(
        drafted.activity("a", drafted.WIDGET, "10"), on=drafted.foundations(widget=widget)
    )


@case("footprint.boundary")
def boundary_that_the_rules_do_not_name(wrong):
    row = {"statement": "gateToGate" if wrong else "cradleToGate", "factors": ["cradleToGate"]}
    return stated(drafted.activity("a", drafted.WIDGET, "10"), rules=ruled(boundaries=[row]))


@case("footprint.period")
def factor_too_old(wrong):
    """Its period ended more than five years before the statement's began, to the day."""
    end = "2019-12-31" if wrong else "2020-01-01"
    widget = drafted.factor(value="1.250", referencePeriod={"start": "2019-01-01", "end": end})
    return stated(
        drafted.activity("a", drafted.WIDGET, "10"), on=drafted.foundations(widget=widget)
    )


@case("footprint.period")
def factor_of_a_leap_day(wrong):
    """29 February plus five years is over with the last of February."""
    widget = drafted.factor(
        value="1.250", referencePeriod={"start": "2019-01-01", "end": "2020-02-29"}
    )
    start = "2025-03-01" if wrong else "2025-02-28"
    return stated(
        drafted.activity("a", drafted.WIDGET, "10"),
        on=drafted.foundations(widget=widget),
        referencePeriod={"start": start, "end": "2025-12-31"},
    )


@case("footprint.period")
def factor_of_the_future(wrong):
    start = "2026-01-01" if wrong else "2025-12-31"
    widget = drafted.factor(value="1.250", referencePeriod={"start": start, "end": "2026-12-31"})
    return stated(
        drafted.activity("a", drafted.WIDGET, "10"), on=drafted.foundations(widget=widget)
    )


@case("footprint.gwp_set")
def factor_of_another_assessment(wrong):
    widget = drafted.factor(value="1.250", gwpSet="AR5" if wrong else "AR6")
    return stated(
        drafted.activity("a", drafted.WIDGET, "10"), on=drafted.foundations(widget=widget)
    )


@case("footprint.upstream")
def upstream_value(wrong):
    line = drafted.bought("a", "2")
    line["statement"]["value"] += "0" if wrong else ""
    return stated(line)


@case("footprint.upstream")
def upstream_unit(wrong):
    line = drafted.bought("a", "2")
    line["statement"]["valueUnit"] = "tCO2e/TNE" if wrong else "kgCO2e/TNE"
    return stated(line)


@case("footprint.upstream")
def upstream_of_another_assessment(wrong):
    return stated(drafted.bought("a", "2"), gwpSet="AR5" if wrong else "AR6")


def _upstream(**changes):
    known = drafted.foundations()
    known.statements[drafted.digest_of(drafted.UPSTREAM)].update(changes)
    return stated(drafted.bought("a", "2"), on=known)


@case("footprint.boundary")
def upstream_beyond_the_gate(wrong):
    """One statement in between does not wash off what a rule refuses."""
    return _upstream(systemBoundary="cradleToGrave" if wrong else "gateToGate")


@case("footprint.period")
def upstream_too_old(wrong):
    end = "2019-12-31" if wrong else "2020-01-01"
    return _upstream(referencePeriod={"start": "2019-01-01", "end": end})


@case("footprint.not_admitted")
def upstream_unknown(wrong):
    subject, known, rules = stated(drafted.bought("a", "2"))
    if wrong:
        subject["lineItems"][0]["statement"]["contentDigest"] = drafted.digest_of("nothing")
    return subject, known, rules


# Units, gases, formulas


@case("footprint.unit")
def kilowatt_hours_for_megawatt_hours(wrong):
    """A quantity in another unit than the factor's needs a conversion of the rule set."""
    rules = says.rule_set(conversions=[]) if wrong else drafted.RULES
    subject = drafted.sound(drafted.power("a", unit="MWH", quantity="1"))
    return subject, drafted.foundations(), rules


@case("footprint.unit")
def conversion_the_other_way_round(wrong):
    """A rule set that turns tonnes into kilograms says nothing of the way back."""
    row = {"from": "KGM", "to": "TNE", "factor": "0.001"}
    if wrong:
        row = {"from": "TNE", "to": "KGM", "factor": "1000"}
    subject = drafted.sound(drafted.bought("a", "5"))
    subject["lineItems"][0] |= {"unit": "KGM", "quantity": "5000"}
    return subject, drafted.foundations(), says.rule_set(conversions=[row])


def _converted(unit, to, factor, by=says.AVERAGE):
    line = drafted.power("a", by, quantity="7", unit=unit)
    return {**line, "conversion": says.conversion(factor, to)}


@case("footprint.unit")
def kilowatt_hours_by_ones_own_conversion(wrong):
    """Units that a rule set converts nobody else does."""
    unit = "MWH" if wrong else "LTR"
    return _unit_of(unit)


@case("footprint.unit")
def a_conversion_to_the_same_unit(wrong):
    return _unit_of("KWH" if wrong else "MTQ")


@case("footprint.unit")
def megajoules_by_ones_own_conversion(wrong):
    """Energy is energy, though this rule set converts no megajoules."""
    return _unit_of("3B" if wrong else "MTQ")


def _unit_of(unit):
    subject = drafted.sound(_converted("LTR", "KWH", "2"))
    subject["lineItems"][0]["unit"] = unit
    return subject, drafted.foundations(), drafted.RULES


@case("footprint.unit")
def litres_by_ones_own_conversion(wrong):
    """Volume is volume, though this rule set converts no litres."""
    figure = says.external("2", "kgCO2e/MTQ")
    line = says.line("a", "external", quantity="3", unit="KGM", external=figure)
    subject = drafted.sound({**line, "conversion": says.conversion("0.001", "MTQ")})
    subject["lineItems"][0]["unit"] = "LTR" if wrong else "KGM"
    return subject, drafted.foundations(), drafted.RULES


@case("footprint.unit")
def carbon_dioxide_alone(wrong):
    """A figure for CO2 alone does not count the other gases."""
    figure = says.external("2", "kgCO2e/KGM")
    subject, known, rules = stated(
        says.line("a", "external", quantity="3", unit="KGM", external=figure)
    )
    if wrong:
        subject["lineItems"][0]["external"]["valueUnit"] = "kgCO2/KGM"
    return subject, known, rules


@case("footprint.unit")
def sealed_item_in_a_unit_that_does_not_fit(wrong):
    subject = drafted.sound(*(drafted.power(name) for name in "ab"))
    for item in subject["lineItems"]:
        del item["quantity"], item["emission"]
        item["_sd"] = ["x"]
    subject["lineItems"][1]["unit"] = "LTR" if wrong else "KWH"
    return subject, drafted.foundations(), drafted.RULES


@case("footprint.gwp")
def potential_of_another_report(wrong):
    subject, known, rules = stated(drafted.fuel(gas={"name": "N2O", "gwp": "273"}))
    if wrong:
        subject["lineItems"][0]["gas"]["gwp"] = "265"
    return subject, known, rules


@case("footprint.gwp")
def gas_of_no_table(wrong):
    subject, known, rules = stated(drafted.fuel(gas={"name": "CO2", "gwp": "1"}))
    if wrong:
        subject["lineItems"][0]["gas"]["name"] = "CO"
    return subject, known, rules


def _anode(**parameters):
    by = says.formula("anodeOxidation", **{"ash": "0.01", "sulphur": "0.02", **parameters})
    return says.line(
        "a", "directEmission", quantity="10", unit="KGM", formula=by, evidence=[says.evidence()]
    )


@case("footprint.formula")
def formula_on_nobodys_word(wrong):
    """Without evidence, each parameter says where it comes from."""
    subject = drafted.sound(_anode())
    item = subject["lineItems"][0]
    del item["evidence"]
    first, second = item["formula"]["parameters"]
    first["source"] = second["source"] = {"zh": "示例", "en": "Example"}
    if wrong:
        del second["source"]
    return subject, drafted.foundations(), drafted.RULES


@case("footprint.formula")
def formula_that_the_rules_do_not_name(wrong):
    rows = [{"id": "pfcSlope", "scale": 18}, {"id": "anodeOxidation", "scale": 6}]
    rules = ruled(formulas=rows[:1] if wrong else rows)
    return drafted.sound(_anode()), drafted.foundations(), rules


@case("footprint.formula")
def formula_with_a_parameter_more(wrong):
    subject = drafted.sound(_anode())
    if wrong:
        extra = {"name": "tar", "value": "0"}
        subject["lineItems"][0]["formula"]["parameters"].append(extra)
    return subject, drafted.foundations(), drafted.RULES


@case("footprint.formula")
def formula_with_a_parameter_less(wrong):
    subject = drafted.sound(_anode())
    if wrong:
        subject["lineItems"][0]["formula"]["parameters"].pop()
    return subject, drafted.foundations(), drafted.RULES


@case("footprint.formula")
def anode_of_ash_alone(wrong):
    """More ash and sulphur than anode would take carbon from the air."""
    subject = drafted.sound(_anode(ash="0.5", sulphur="0.5"))
    if wrong:
        parameters = subject["lineItems"][0]["formula"]["parameters"]
        parameters[0]["value"] = "0.500000000000000001"
    return subject, drafted.foundations(), drafted.RULES


@case("footprint.formula")
def formula_with_a_conversion(wrong):
    subject = drafted.sound(_anode())
    if wrong:
        subject["lineItems"][0]["conversion"] = says.conversion("1", "KGM")
    return subject, drafted.foundations(), drafted.RULES


# Sums


@case("footprint.emission")
def emission_off_by_one(wrong):
    subject, known, rules = stated(drafted.fuel(quantity="2.5"))
    if wrong:
        subject["lineItems"][0]["emission"] = "2500.000000000000000001"
    return subject, known, rules


@case("footprint.sign")
def uptake_that_emits(wrong):
    sign = "" if wrong else "-"
    figure = says.external(f"{sign}1.5", "kgCO2e/KGM")
    return stated(drafted.fuel(), drafted.grown("wood", "10", external=figure))


@case("footprint.sign")
def fossil_that_takes_up(wrong):
    figure = says.external("-1" if wrong else "1", "kgCO2e/KGM")
    line = says.line("b", "external", quantity="10", unit="KGM", external=figure)
    return stated(drafted.fuel(), line)


@case("footprint.total")
def total_without_an_item(wrong):
    subject, known, rules = stated(drafted.fuel("a"), drafted.fuel("b"))
    if wrong:
        subject["total"] = "2500"
    return subject, known, rules


@case("footprint.total")
def total_with_what_plants_took_up(wrong):
    subject, known, rules = stated(drafted.fuel(quantity="1"), drafted.grown("wood", "100"))
    if wrong:
        subject["total"] = "850"
    return subject, known, rules


@case("footprint.subtotal")
def stage_left_out(wrong):
    subject, known, rules = stated(drafted.fuel("a"), drafted.fuel("b", stage="rawMaterial"))
    if wrong:
        subject["byStage"].pop()
    return subject, known, rules


@case("footprint.subtotal")
def stage_that_no_item_has(wrong):
    subject, known, rules = stated(drafted.fuel("a"))
    if wrong:
        subject["byStage"].append({"stage": "rawMaterial", "emission": "0"})
    return subject, known, rules


@case("footprint.subtotal")
def stages_shifted_against_each_other(wrong):
    """The sum is right, its parts are not."""
    subject, known, rules = stated(drafted.fuel("a"), drafted.fuel("b", stage="rawMaterial"))
    if wrong:
        subject["byStage"][0]["emission"] = "2499"
        subject["byStage"][1]["emission"] = "2501"
    return subject, known, rules


@case("footprint.subtotal")
def category_of_uptake_left_out(wrong):
    subject, known, rules = stated(drafted.fuel(), drafted.grown("wood", "100"))
    if wrong:
        subject["byCategory"].pop(0)
    return subject, known, rules


@case("footprint.result")
def result_rounded_up(wrong):
    fuel = drafted.fuel(quantity="0.0102125")
    subject, known, rules = stated(fuel, result=drafted.result(scale=3))
    if wrong:
        subject["result"]["value"] = "10.213"
    return subject, known, rules


@case("footprint.result")
def result_rounded_to_nothing(wrong):
    """Half a tonne shown as no tonne, on which others could rest."""
    asked = drafted.result("tCO2e/TNE", 0 if wrong else 1)
    return stated(drafted.fuel(quantity="0.4"), result=asked)


@case("footprint.result")
def result_of_two_digits(wrong):
    """Three significant digits are left, or nothing was rounded away."""
    quantity = "0.0123" if wrong else "0.012"
    return stated(drafted.fuel(quantity=quantity), result=drafted.result(scale=0))


@case("footprint.result")
def result_of_the_year_instead_of_the_tonne(wrong):
    subject, known, rules = stated(drafted.fuel(), declaredAmount="4")
    if wrong:
        subject["result"]["value"] = "2500.000"
    return subject, known, rules


# Shares and caps


@case("footprint.primary_share")
def primary_share_with_other_places(wrong):
    subject, known, rules = stated(drafted.fuel())
    if wrong:
        subject["primaryDataShare"]["both"] = "1.000"
    return subject, known, rules


@case("footprint.external")
def external_above_its_cap(wrong):
    """A third of the footprint at a cap of a third less 10^-18."""
    figure = says.external("1", "kgCO2e/KGM")
    line = says.line("b", "external", quantity="1250", unit="KGM", external=figure)
    cap = "0.333333333333333333" if wrong else "0.333333333333333334"
    return stated(drafted.fuel(), line, rules=capped(externalShare=cap))


@case("footprint.cut_off")
def one_cut_off_too_large(wrong):
    return stated(cutOff=says.cut_off("0.010000000000000001" if wrong else "0.01"))


@case("footprint.cut_off")
def all_cut_off_too_large(wrong):
    return stated(cutOff=says.cut_off(*["0.01"] * (6 if wrong else 5)))


def _method(**changes):
    return {"standardNumber": "EXAMPLE", "declaredUnit": "notStated", **changes}


@case("footprint.cut_off")
def one_cut_off_too_large_for_the_method(wrong):
    method = _method(cutOff={"single": "0.004" if wrong else "0.005", "total": "1"})
    return stated(cutOff=says.cut_off("0.005"), on=drafted.foundations(method))


@case("footprint.cut_off")
def all_cut_off_too_large_for_the_method(wrong):
    method = _method(cutOff={"single": "1", "total": "0.009" if wrong else "0.01"})
    return stated(cutOff=says.cut_off("0.005", "0.005"), on=drafted.foundations(method))


@case("footprint.cut_off")
def method_more_generous_than_the_rules(wrong):
    method = _method(cutOff={"single": "1", "total": "1"})
    return stated(cutOff=says.cut_off("0.02" if wrong else "0.01"), on=drafted.foundations(method))


@case("footprint.method")
def method_for_another_unit(wrong):
    return stated(on=drafted.foundations(_method(declaredUnit="KGM" if wrong else "TNE")))


@case("footprint.data_status")
def illustration_told_as_calculation(wrong):
    subject, known, rules = stated(drafted.fuel(dataStatus="measured"), drafted.fuel("g"))
    if wrong:
        subject["dataStatus"] = "calculated"
    return subject, known, rules


@case("footprint.data_status")
def calculation_told_as_illustration(wrong):
    subject, known, rules = stated(drafted.fuel(dataStatus="measured"))
    if wrong:
        subject["dataStatus"] = "illustrative"
    return subject, known, rules


@case("footprint.data_status")
def illustration_in_the_factor(wrong):
    status = "illustrative" if wrong else "secondary"
    widget = drafted.factor(value="1.250", dataStatus=status)
    line = drafted.activity("a", drafted.WIDGET, "1", dataStatus="measured")
    subject = drafted.sound(line)
    subject["dataStatus"] = "calculated"
    return subject, drafted.foundations(widget=widget), drafted.RULES


@case("footprint.data_status")
def illustration_in_the_upstream_statement(wrong):
    subject = drafted.sound(drafted.bought("a", "1", dataStatus="measured"))
    known = drafted.foundations()
    next(iter(known.statements.values()))["dataStatus"] = "illustrative" if wrong else "calculated"
    subject["dataStatus"] = "calculated"
    return subject, known, drafted.RULES


# Electricity


def _green(name, *ids, quantity="100", **changes):
    used = says.electricity(GREEN, certificateIds=list(ids))
    return drafted.power(name, says.HYDRO, quantity, electricity=used, **changes)


def _losses(name, *of, quantity="100", basis=None, **changes):
    used = says.electricity(transmissionOf=list(of), **({"basis": basis} if basis else {}))
    return drafted.power(name, says.LINES, quantity, electricity=used, **changes)


def _basis():
    return says.cbam()["sources"][0]


@case("footprint.electricity")
def electricity_unsaid(wrong):
    line = drafted.power("a")
    if wrong:
        del line["electricity"]
    return stated(line)


@case("footprint.electricity")
def electricity_of_steel(wrong):
    changes = {"electricity": says.electricity()} if wrong else {}
    return stated(drafted.activity("a", drafted.WIDGET, "10", **changes))


@case("footprint.electricity")
def hydropower_from_the_grid(wrong):
    """Being near a dam entitles nobody to its factor."""
    line = _green("a", "EX-1")
    if wrong:
        line["electricity"] = says.electricity("grid")
    return stated(line, *([] if wrong else [_losses("b", "a")]))


@case("footprint.electricity")
def average_by_a_direct_line(wrong):
    return stated(drafted.power("a", electricity=says.electricity("own" if wrong else "grid")))


@case("footprint.electricity")
def own_plant_without_evidence(wrong):
    line = drafted.power("a", says.HYDRO, electricity=says.electricity("own"))
    if not wrong:
        line["evidence"] = [says.evidence()]
    return stated(line)


@case("footprint.electricity")
def losses_by_a_direct_line(wrong):
    instrument = "directLine" if wrong else "grid"
    losses = _losses("b", "a")
    losses["electricity"]["instrument"] = instrument
    losses["evidence"] = [says.evidence()]
    return stated(_green("a", "EX-1"), losses)


@case("footprint.electricity")
def losses_of_nothing(wrong):
    losses = _losses("b", "a")
    if wrong:
        del losses["electricity"]["transmissionOf"]
    return stated(_green("a", "EX-1"), losses)


@case("footprint.electricity")
def average_power_that_transmits(wrong):
    line = drafted.power("b")
    if wrong:
        line["electricity"]["transmissionOf"] = ["a"]
    return stated(_green("a", "EX-1"), _losses("c", "a"), line)


@case("footprint.electricity")
def average_by_ones_own_word(wrong):
    """Anybody can submit a factor under the code of the national average."""
    own = drafted.FACTORS[says.AVERAGE]
    if wrong:
        own = {**own, "dataStatus": "secondary"}
    subject = drafted.sound(drafted.power("a"))
    return subject, drafted.foundations(**{says.AVERAGE: own}), drafted.RULES


@case("footprint.electricity_period")
def electricity_of_the_year_before(wrong):
    period = {"start": "2024-12-31" if wrong else "2025-01-01", "end": "2025-06-30"}
    return stated(drafted.power("a", electricity=says.electricity(period=period)))


@case("footprint.electricity_period")
def electricity_of_the_year_after(wrong):
    period = {"start": "2025-07-01", "end": "2026-01-01" if wrong else "2025-12-31"}
    return stated(drafted.power("a", electricity=says.electricity(period=period)))


@case("footprint.td_missing")
def certificates_without_losses(wrong):
    return stated(_green("a", "EX-1"), *([] if wrong else [_losses("b", "a")]))


@case("footprint.td_twice")
def losses_twice(wrong):
    """With and without line losses: one of the two official figures, never both."""
    return stated(_green("a", "EX-1"), _losses("b", "a"), *([_losses("c", "a")] if wrong else []))


@case("footprint.td")
def losses_of_average_power(wrong):
    """The average holds its losses already, unless an official text says otherwise."""
    return stated(drafted.power("a"), _losses("b", "a", basis=None if wrong else _basis()))


@case("footprint.td")
def losses_of_an_item_that_is_not_there(wrong):
    return stated(_green("a", "EX-1"), _losses("b", "a", *(["x"] if wrong else [])))


@case("footprint.td")
def losses_of_ones_own_plant(wrong):
    own = drafted.power(
        "c", says.HYDRO, electricity=says.electricity("own"), evidence=[says.evidence()]
    )
    names = ("a", "c") if wrong else ("a",)
    quantity = "200" if wrong else "100"
    return stated(_green("a", "EX-1"), own, _losses("b", *names, quantity=quantity))


@case("footprint.td_quantity")
def losses_of_less_power(wrong):
    """100 kWh and 0.2 MWh are 300 kWh, to the last place."""
    quantity = "299.9999999999" if wrong else "300"
    return stated(
        _green("a", "EX-1"),
        _green("b", "EX-2", quantity="0.2", unit="MWH"),
        _losses("c", "a", "b", quantity=quantity),
    )


@case("footprint.td_quantity")
def losses_in_no_unit_of_power(wrong):
    losses = _losses("b", "a")
    if wrong:
        losses |= {"unit": "TKM", "conversion": says.conversion("1", "MTQ")}
        losses["factor"]["valueUnit"] = "kgCO2e/MTQ"
    unit = losses["factor"]["valueUnit"]
    known = drafted.foundations(**{says.LINES: {**drafted.FACTORS[says.LINES], "valueUnit": unit}})
    return stated(_green("a", "EX-1"), losses, on=known)


@case("footprint.td_quantity")
def losses_that_are_allocated_away(wrong):
    """Half of the power is the product's, and so are half of its losses."""
    half, share = says.allocation("0.5"), "0.25" if wrong else "0.5"
    return stated(
        _green("a", "EX-1", allocation=half),
        _losses("b", "a", allocation=says.allocation(share)),
    )


@case("footprint.external")
def external_beside_a_large_uptake(wrong):
    """What plants took up makes no share smaller."""
    figure = says.external("1", "kgCO2e/KGM")
    line = says.line("b", "external", quantity="2500", unit="KGM", external=figure)
    cap = "0.49" if wrong else "0.5"
    return stated(
        drafted.fuel(), line, drafted.grown("wood", "99999"), rules=capped(externalShare=cap)
    )


@case("footprint.certificate_twice")
def certificate_in_two_items(wrong):
    return stated(
        _green("a", "EX-1"),
        _green("b", "EX-1" if wrong else "EX-2"),
        _losses("c", "a", "b", quantity="200"),
    )


@pytest.mark.parametrize("name", CASES)
def test_each_rule_refuses_its_lie(name, refuses):
    code, build = CASES[name]
    with refuses(code, RefusedError):
        check(*build(wrong=True))


@pytest.mark.parametrize("name", CASES)
def test_and_takes_what_is_right_beside_it(name):
    _, build = CASES[name]
    check(*build(wrong=False))


@pytest.mark.parametrize("name", CASES)
def test_what_was_expected_is_told_in_chinese(name):
    """Figures, units, codes and texts of a record are shown as they are; sentences are not."""
    _, build = CASES[name]
    with pytest.raises(RefusedError) as caught:
        check(*build(wrong=True))
    expected = str(caught.value.expected)
    if re.search("[a-z]{2,} [a-z]{2,}", expected):
        assert re.search("[\u4e00-\u9fff]", in_chinese(expected)), expected


def test_what_is_refused_of_a_draft_is_refused_when_it_is_calculated(refuses):
    """A draft that cannot be calculated says why, by the codes of the check."""
    known = drafted.foundations()
    for code, line in (
        ("footprint.unit", drafted.power("a", unit="LTR")),
        ("footprint.gwp", drafted.fuel(gas={"name": "N2O", "gwp": "1"})),
        ("footprint.formula", _anode(ash="0.99", sulphur="0.02")),
        ("record.decimal", drafted.fuel(quantity="1e3")),
    ):
        with refuses(code):
            calculate(drafted.draft(line), known, drafted.RULES)
