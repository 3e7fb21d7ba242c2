"""A recalled figure is what a calculation from scratch with the other factor would have given."""

from __future__ import annotations

import copy
from fractions import Fraction

import footprint_records as says
import pytest
from footprint_figures import complete, result_of, rounded
from hypothesis import given, settings
from hypothesis import strategies as st
from suyuan_ledger.footprint.foundations import read_rules
from suyuan_ledger.recall.bases import ENDED, REPLACED, STANDS, Base
from suyuan_ledger.recall.graph import Reached
from suyuan_ledger.recall.recompute import Recomputation

RULES = says.rule_set()
OLD, OTHER = "sha256:" + "1" * 64, "sha256:" + "2" * 64
FIRST, SECOND = "sha256:" + "a" * 64, "sha256:" + "b" * 64
CATEGORIES = ["fossil", "biogenic", "landUseChange"]


def digits(most, places):
    """Decimal texts from zero up to a number, with at most so many places."""
    return st.builds(
        lambda units, scale: rounded(Fraction(units, 10**scale), scale),
        st.integers(0, most),
        st.integers(0, places),
    )


def factor(value="2.5", unit="kgCO2e/KGM", **changes):
    """What the admitted submission of a factor says."""
    return {
        "value": value,
        "valueUnit": unit,
        "seriesType": "PRODUCT_FOOTPRINT",
        "systemBoundary": "cradleToGate",
        "gwpSet": "AR6",
        "referencePeriod": says.YEAR,
        **changes,
    }


def named(admission, subject):
    """How a line item names it."""
    return {
        "admission": admission,
        "factorCode": "EXAMPLE",
        "factorVersion": "1",
        "value": subject["value"],
        "valueUnit": subject["valueUnit"],
    }


def activity(name="a", admission=OLD, quantity="10", subject=None, **changes):
    members = {"quantity": quantity, "unit": "KGM", **changes}
    used = named(admission, subject or factor())
    return says.line(name, "activityFactor", factor=used, **members)


def upstream(name, content, statement, quantity="3"):
    result = statement["result"]
    used = {"contentDigest": content, "value": result["value"], "valueUnit": result["unit"]}
    return says.line(name, "upstreamStatement", quantity=quantity, unit="TNE", statement=used)


def stated(*lines, scale=3, **changes):
    """A statement, calculated by the oracle."""
    subject = says.statement(lineItems=list(lines), **changes)
    return complete(subject, RULES, lambda _: False, scale=scale, mass="kg")


def recomputation(state=REPLACED, new=None, content=OLD):
    kind = "FactorAdmission" if content == OLD else "FootprintStatement"
    record = Reached(0, b"", kind, "", "")
    return Recomputation({content: Base(record, state)}, {} if new is None else {content: new})


def calculate(sums, statement, content=FIRST, rules=RULES):
    return sums.calculate(content, statement, read_rules(rules))


@st.composite
def lines_with(draw, factors):
    """Up to six line items; each says which of some factors it uses, or none of them."""
    lines = []
    for place in range(draw(st.integers(1, 6))):
        name = f"line-{place}"
        common = {
            "quantity": draw(digits(10**7, 3)),
            "unit": draw(st.sampled_from(["KGM", "TNE"])),
            "category": draw(st.sampled_from(CATEGORIES)),
            "stage": draw(st.sampled_from(["production", "rawMaterial"])),
        }
        if draw(st.booleans()):
            common["allocation"] = says.allocation(draw(st.sampled_from(["0", "0.25", "1"])))
        if draw(st.integers(0, 3)) == 0:
            common["unit"] = "LTR"
            common["conversion"] = says.conversion(draw(digits(500, 2)), "KGM")
        admission = draw(st.sampled_from([*factors, None]))
        if admission is None:
            outside = says.external(draw(digits(900, 2)), "gCO2e/KGM")
            lines.append(says.line(name, "external", external=outside, **common))
        else:
            lines.append(activity(name, admission, subject=factors[admission], **common))
    return lines


@st.composite
def factor_values(draw):
    unit = draw(st.sampled_from(["kgCO2e/KGM", "gCO2e/KGM", "tCO2e/KGM"]))
    return factor(draw(digits(10**5, 4)), unit)


@settings(max_examples=80, deadline=None)
@given(data=st.data(), old=factor_values(), other=factor_values(), new=factor_values())
def test_a_recomputed_figure_is_the_one_calculated_from_scratch(data, old, other, new):
    """Through an upstream statement too, whose rounded result is what the next one multiplies."""
    scale = data.draw(st.integers(0, 6))
    factors = {OLD: old, OTHER: other}
    first = stated(*data.draw(lines_with(factors)), scale=scale)
    rest = data.draw(lines_with(factors))
    amount = data.draw(st.integers(1, 10**6))
    second = stated(upstream("up", FIRST, first), *rest, scale=scale, declaredAmount=str(amount))

    sums = recomputation(new=new)
    found = [calculate(sums, first, FIRST), calculate(sums, second, SECOND)]
    again = retold(first, new, None)
    scratch = [again, retold(second, new, again)]

    for figure, before, after in zip(found, (first, second), scratch, strict=True):
        uses = any(touches(item) for item in before["lineItems"])
        if before is second:
            uses |= any(touches(item) for item in first["lineItems"])
        assert figure.outcome == ("recomputed" if uses else "stands")
        if uses:
            assert figure.total == Fraction(after["total"])
            assert figure.value == after["result"]["value"]
            assert figure.displayed("tCO2e/TNE", 5) == result_of(
                after["total"], after["declaredAmount"], "tCO2e/TNE", 5
            )
        assert figure.share == share_of(before, found[0].share)


def touches(item):
    return item.get("factor", {}).get("admission") == OLD


def retold(statement, new, upstream_statement):
    """The same statement with the new value in its line items, calculated again by the oracle."""
    again = copy.deepcopy(statement)
    for item in again["lineItems"]:
        del item["emission"]
        if touches(item):
            item["factor"] |= {"value": new["value"], "valueUnit": new["valueUnit"]}
        elif "statement" in item:
            item["statement"]["value"] = upstream_statement["result"]["value"]
    scale = statement["result"]["scale"]
    return complete(again, RULES, lambda _: False, scale=scale, mass="kg")


def share_of(statement, upstream_share):
    """What rests on the old factor, of the stated total."""
    parts = [
        Fraction(item["emission"]) * (upstream_share if "statement" in item else 1)
        for item in statement["lineItems"]
        if touches(item) or "statement" in item
    ]
    total = Fraction(statement["total"])
    return sum(parts, Fraction(0)) / total if total else 0


def test_a_change_below_the_last_place_changes_no_figure():
    """25 kg become 25.0004 kg: the same at three places, another at four."""
    new = factor("2.50004")
    three, four = (
        calculate(recomputation(new=new), stated(activity(), scale=scale)) for scale in (3, 4)
    )

    assert (three.outcome, three.value) == ("recomputed", "25.000")
    assert four.value == "25.0004"


def test_an_upstream_result_that_rounds_to_the_same_changes_nothing_downstream():
    first = stated(activity(), scale=3)
    second = stated(upstream("up", FIRST, first), scale=6)
    sums = recomputation(new=factor("2.50004"))

    assert calculate(sums, first).total == Fraction("25.0004")
    assert calculate(sums, second, SECOND).value == second["result"]["value"]


def test_what_a_plant_took_up_is_in_no_total():
    """Biogenic uptake stands apart, whichever factor it is calculated with."""
    grown = activity("u", quantity="10", subject=factor("0"), category="biogenicUptake")
    figure = calculate(recomputation(new=factor("-3")), stated(grown, activity("z", OTHER)))

    assert (figure.outcome, figure.total, figure.share) == ("recomputed", 25, 0)


@pytest.mark.parametrize(
    ("state", "outcome"), [(ENDED, "noReplacement"), (STANDS, "stands"), (REPLACED, "recomputed")]
)
def test_the_share_that_rests_on_it_is_known_whatever_becomes_of_it(state, outcome):
    """25 kg of 100 kg; through an upstream statement 25 of a hundred of three quarters."""
    first = stated(activity(), activity("b", OTHER, "30"))
    second = stated(upstream("up", FIRST, first, "3"), activity("b", OTHER, "40"))
    sums = recomputation(state, factor("5") if state == REPLACED else None)
    found = calculate(sums, first)
    assert (found.outcome, found.share_text) == (outcome, "0.2500")

    found = calculate(sums, second, SECOND)
    assert found.outcome == ("upstream" if state == ENDED else outcome)
    assert found.share == Fraction(300, 400) / 4


@pytest.mark.parametrize(
    ("new", "outcome"),
    [
        (factor(seriesType="GRID_CO2_ORG"), "footprint.series"),
        (factor(systemBoundary="gateToGrave"), "footprint.boundary"),
        (factor(gwpSet="AR5"), "footprint.gwp_set"),
        (factor(referencePeriod={"start": "2026-01-01", "end": "2026-12-31"}), "footprint.period"),
        (factor(unit="kgCO2e/KWH"), "footprint.unit"),
        (factor("-1"), "footprint.sign"),
        (factor("9" * 33, "tCO2e/KGM"), "footprint.result"),
    ],
)
def test_a_replacement_that_the_door_would_refuse_gives_no_figure(new, outcome):
    figure = calculate(recomputation(new=new), stated(activity(quantity="1")))

    assert (figure.outcome, figure.share, figure.total) == (outcome, 1, None)


def test_a_unit_is_converted_by_the_rule_set_and_by_nothing_else():
    """Tonnes become kilograms for the old factor; the new one is per tonne."""
    statement = stated(activity(quantity="2", unit="TNE"))
    figure = calculate(recomputation(new=factor("1.5", "tCO2e/TNE")), statement)
    assert figure.total == 3000

    backward = stated(activity(quantity="2"))
    figure = calculate(recomputation(new=factor("1.5", "tCO2e/TNE")), backward)
    assert figure.outcome == "footprint.unit"


def sealed(statement, *names):
    lines = [
        {key: value for key, value in item.items() if key not in ("quantity", "emission")}
        | {"_sd": ["x" * 43]}
        if item["id"] in names
        else item
        for item in statement["lineItems"]
    ]
    return {**statement, "lineItems": lines}


def test_sealed_figures_matter_only_where_they_rest_on_it():
    """The stated total moves by what the open line moves; what is sealed beside it stays."""
    statement = stated(activity("a"), activity("b", OTHER), activity("c", OTHER))
    open_line = calculate(recomputation(new=factor("5")), sealed(statement, "b", "c"))
    assert (open_line.outcome, open_line.total) == ("recomputed", 100)

    hidden = calculate(recomputation(new=factor("5")), sealed(statement, "a", "b"))
    assert (hidden.outcome, hidden.share) == ("sealed", None)

    ended = calculate(recomputation(ENDED), sealed(statement, "a", "b"))
    assert (ended.outcome, ended.share) == ("noReplacement", None)


def test_a_recalled_statement_is_replaced_by_another_per_declared_unit():
    old, new = stated(activity()), stated(activity(quantity="30"), declaredAmount="3", scale=1)
    user = stated(upstream("up", FIRST, old, "2"))
    sums = recomputation(new=new, content=FIRST)
    figure = calculate(sums, old)
    assert (figure.outcome, figure.value, figure.share) == ("recomputed", "25.0", 1)
    assert figure.displayed("kgCO2e/TNE", 3) == "25.000"
    assert calculate(sums, user, SECOND).total == 50

    other_unit = {**new, "declaredUnit": "KGM"}
    sums = recomputation(new=other_unit, content=FIRST)
    assert calculate(sums, old).outcome == "footprint.unit"
    assert calculate(sums, user, SECOND).outcome == "upstream"


@pytest.mark.parametrize(("state", "outcome"), [(ENDED, "noReplacement"), (STANDS, "stands")])
def test_a_recalled_statement_without_another(state, outcome):
    sums = recomputation(state, content=FIRST)
    assert calculate(sums, stated(activity())).outcome == outcome


def test_a_statement_that_uses_nothing_of_it_stands():
    figure = calculate(recomputation(new=factor("5")), stated(activity("a", OTHER)))

    assert (figure.outcome, figure.share, figure.displayed("kgCO2e/TNE", 3)) == ("stands", 0, None)
