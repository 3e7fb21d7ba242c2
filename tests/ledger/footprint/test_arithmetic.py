"""Whatever a draft says: what is calculated is what decimal arithmetic says, and passes the check.

The ledger calculates in fractions. Here the same is done in decimals of 400 digits, that is,
without one line of the ledger's; quotients alone are rounded there, at their last digit.
"""

from __future__ import annotations

import copy
from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact, localcontext

import drafted_footprint as drafted
import footprint_records as says
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.footprint.arithmetic import calculate, check
from suyuan_ledger.footprint.foundations import Foundations

EXACT = Context(prec=400, rounding=ROUND_HALF_EVEN, traps=[Inexact])
WIDE = Context(prec=400, rounding=ROUND_HALF_EVEN)
FOUNDATIONS = drafted.foundations()
MASS = {"g": Decimal("0.001"), "kg": Decimal(1), "t": Decimal(1000)}
UNITS = {("TNE", "KGM"): 1000, ("MWH", "KWH"): 1000}
CARBON_DIOXIDE = {"CO2": "1", "N2O": "273", "CF4": "7380", "C2F6": "12400"}

quantities = st.decimals("0", "99999", places=3).map(lambda value: format(value, "f"))
shares = st.decimals("0", "1", places=3).map(lambda value: format(value, "f"))
stages = st.sampled_from(["production", "rawMaterial"])
sources = st.sampled_from(["primary", "secondary"])


@st.composite
def lines(draw, number):
    """One line item of any type, its emission not calculated."""
    name = f"item-{number:02}"
    common = {"stage": draw(stages), "activityDataSource": draw(sources)}
    common["category"] = draw(st.sampled_from(["fossil", "biogenic", "landUseChange"]))
    if draw(st.booleans()):
        common["allocation"] = says.allocation(draw(shares))
    quantity, kind = draw(quantities), draw(st.integers(0, 6))
    if kind == 0:
        by, unit = draw(st.sampled_from([drafted.WIDGET, drafted.MEASURED])), "KGM"
        if draw(st.booleans()):
            unit = draw(st.sampled_from(["LTR", "MTQ"]))
            common["conversion"] = says.conversion(draw(st.sampled_from(["0.835", "2.5"])), "TNE")
        return drafted.activity(name, by, quantity, unit, **common)
    if kind == 1:
        unit = draw(st.sampled_from(["KWH", "MWH"]))
        return drafted.power(name, quantity=quantity, unit=unit, **common)
    if kind == 2:
        gas = draw(st.sampled_from(sorted(CARBON_DIOXIDE)))
        unit = draw(st.sampled_from(["KGM", "TNE"]))
        stated = {"name": gas, "gwp": CARBON_DIOXIDE[gas]}
        return drafted.fuel(name, quantity, unit=unit, gas=stated, **common)
    if kind in {3, 4}:
        ash, sulphur = draw(st.sampled_from([("0.01", "0.02"), ("0", "0"), ("0.4", "0.6")]))
        by = (
            says.formula("anodeOxidation", ash=ash, sulphur=sulphur)
            if kind == 3
            else says.formula(
                "pfcSlope", anodeEffectMinutes="0.37", slope="0.143", weightRatio="0.121"
            )
        )
        unit = draw(st.sampled_from(["KGM", "TNE"]))
        common["evidence"] = [says.evidence()]
        return says.line(name, "directEmission", quantity=quantity, unit=unit, formula=by, **common)
    if kind == 5:
        return drafted.bought(name, quantity, **common)
    common["category"] = draw(st.sampled_from(["fossil", "biogenicUptake"]))
    value = "-1.5" if common["category"] == "biogenicUptake" else "0.35"
    unit = draw(st.sampled_from(["g", "kg", "t"])) + "CO2e/KGM"
    figure = says.external(value, unit)
    return says.line(name, "external", quantity=quantity, unit="KGM", external=figure, **common)


@st.composite
def drafts(draw):
    """A draft of one to eight line items."""
    items = [draw(lines(number)) for number in range(draw(st.integers(1, 8)))]
    if all(item["category"] == "biogenicUptake" for item in items):
        items.append(drafted.fuel("item-99"))
    unit = draw(st.sampled_from(["g", "kg", "t"])) + "CO2e/TNE"
    return drafted.draft(
        *items,
        declaredAmount=draw(st.sampled_from(["1", "3", "0.7", "1200.5"])),
        result=drafted.result(unit, draw(st.integers(0, 9))),
    )


def emission(item):
    """One line item, in decimals; a formula alone is rounded."""
    with localcontext(EXACT):
        quantity, unit = Decimal(item["quantity"]), item["unit"]
        share = Decimal(item.get("allocation", {}).get("share", "1"))
        if "conversion" in item:
            quantity *= Decimal(item["conversion"]["factor"])
            unit = item["conversion"]["to"]
        if "formula" in item:
            given = {row["name"]: Decimal(row["value"]) for row in item["formula"]["parameters"]}
            kilograms = quantity * (1000 if unit == "TNE" else 1)
            if item["formula"]["id"] == "pfcSlope":
                gases = Decimal(7380) + given["weightRatio"] * Decimal(12400)
                slope = given["anodeEffectMinutes"] * given["slope"] * gases
                exact = kilograms / 1000 * slope * share
                return exact.quantize(Decimal("1E-18"), context=WIDE)
            exact = kilograms * (1 - given["ash"] - given["sulphur"]) * share * 44
            return WIDE.divide(exact, Decimal(12)).quantize(Decimal("1E-6"), context=WIDE)
        if "gas" in item:
            value, mass, per = Decimal(item["gas"]["gwp"]), "kg", "KGM"
        else:
            stated = item.get("factor") or item.get("statement") or item["external"]
            mass, _, per = stated["valueUnit"].partition("CO2e/")
            value = Decimal(stated["value"])
        if unit != per:
            quantity *= UNITS[unit, per]
        return quantity * value * MASS[mass] * share


def added(items):
    """A sum of emissions."""
    with localcontext(EXACT):
        return sum((emission(item) for item in items), Decimal(0))


def places(text):
    """How many digits stand after the point."""
    return len(text.partition(".")[2])


@given(drafts())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_calculated_is_what_decimals_say(subject):
    before = copy.deepcopy(subject)
    filled = calculate(subject, FOUNDATIONS, drafted.RULES)
    assert subject == before
    items = filled["lineItems"]
    assert [Decimal(item["emission"]) for item in items] == list(map(emission, items))
    counted = [item for item in items if item["category"] != "biogenicUptake"]
    total = added(counted)
    assert Decimal(filled["total"]) == total
    for by, rows, members in (
        ("stage", filled["byStage"], counted),
        ("category", filled["byCategory"], items),
    ):
        words = sorted({item[by] for item in members})
        assert [row[by] for row in rows] == words
        for row in rows:
            group = [item for item in members if item[by] == row[by]]
            assert Decimal(row["emission"]) == added(group)
    result = filled["result"]
    mass = MASS[result["unit"].partition("CO2e/")[0]]
    exact = WIDE.divide(total, Decimal(filled["declaredAmount"]) * mass)
    step = Decimal(1).scaleb(-result["scale"])
    assert Decimal(result["value"]) == exact.quantize(step, context=WIDE)
    assert places(result["value"]) == result["scale"]
    assert filled["primaryDataShare"] == primary(counted)
    if abs(Decimal(result["value"])) >= 100 * step:
        check(filled, FOUNDATIONS, drafted.RULES)


def primary(items):
    """Shares of |emission|, at four places."""
    questions = {
        "activity": lambda item: item["activityDataSource"] == "primary",
        "factor": lambda item: (
            item["type"] in ("directEmission", "upstreamStatement")
            or item.get("factor", {}).get("admission") == drafted.digest_of(drafted.MEASURED)
        ),
    }
    questions["both"] = lambda item: questions["activity"](item) and questions["factor"](item)
    with localcontext(EXACT):
        whole = sum(abs(emission(item)) for item in items)
        parts = {
            name: sum((abs(emission(item)) for item in items if holds(item)), Decimal(0))
            for name, holds in questions.items()
        }
    step = Decimal("0.0001")
    return {
        name: format(
            WIDE.divide(part, whole).quantize(step, context=WIDE) if whole else Decimal("0.0000"),
            "f",
        )
        for name, part in parts.items()
    }


@given(drafts(), st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_last_place_more_or_less_anywhere_is_refused(subject, data):
    """Off by one unit in the last place: of any emission, sum, share or of the result."""
    subject["result"] = drafted.result("gCO2e/TNE", 9)
    filled = calculate(subject, FOUNDATIONS, drafted.RULES)
    rows = [
        *((item, "emission", "footprint.emission") for item in filled["lineItems"]),
        (filled, "total", "footprint.total"),
        *((row, "emission", "footprint.subtotal") for row in filled["byStage"]),
        *((row, "emission", "footprint.subtotal") for row in filled["byCategory"]),
        (filled["result"], "value", "footprint.result"),
        *((filled["primaryDataShare"], name, "footprint.primary_share") for name in SHARES),
    ]
    holder, name, code = data.draw(st.sampled_from(rows))
    text = holder[name]
    step = Decimal(1).scaleb(-places(text))
    changed = EXACT.add(Decimal(text), step if data.draw(st.booleans()) else -step)
    holder[name] = format(changed, "f")
    with pytest.raises(RefusedError) as caught:
        check(filled, FOUNDATIONS, drafted.RULES)
    assert caught.value.code == code


SHARES = ("activity", "factor", "both")


def test_a_month_of_production_is_divided_once():
    """1 kg for 3 t: 0.333 kg a tonne, rounded from the exact quotient."""
    filled = drafted.sound(drafted.fuel(quantity="0.001"), declaredAmount="3")
    assert (filled["total"], filled["result"]["value"]) == ("1", "0.333")


def test_two_totals_that_agree_only_after_rounding_differ():
    """0.3333 and 0.33333 are both 0.333 at three places; the total is compared before that."""
    filled = drafted.sound(drafted.fuel(quantity="0.00033333"))
    filled["total"] = "0.3333"
    assert filled["result"]["value"] == "0.333"
    with pytest.raises(RefusedError) as caught:
        check(filled, FOUNDATIONS, drafted.RULES)
    assert caught.value.code == "footprint.total"


def test_trailing_zeros_of_sums_are_free_and_those_of_the_result_are_not():
    filled = drafted.sound(drafted.fuel(quantity="0.5"))
    assert filled["total"] == "500"
    assert filled["result"]["value"] == "500.000"
    filled["total"] = filled["lineItems"][0]["emission"] = "500.00"
    check(filled, FOUNDATIONS, drafted.RULES)
    filled["result"]["value"] = "500.00"
    with pytest.raises(RefusedError) as caught:
        check(filled, FOUNDATIONS, drafted.RULES)
    assert caught.value.code == "footprint.result"


def test_what_plants_took_up_stands_in_its_category_and_nowhere_else():
    filled = drafted.sound(drafted.fuel(quantity="1"), drafted.grown("wood", "100"))
    assert filled["total"] == "1000"
    assert filled["byStage"] == [{"stage": "production", "emission": "1000"}]
    assert filled["byCategory"] == [
        {"category": "biogenicUptake", "emission": "-150"},
        {"category": "fossil", "emission": "1000"},
    ]
    assert filled["primaryDataShare"] == {
        "activity": "1.0000",
        "factor": "1.0000",
        "both": "1.0000",
    }


def test_a_footprint_of_nothing_has_no_primary_data():
    filled = drafted.sound(drafted.fuel(quantity="0"))
    assert set(filled["primaryDataShare"].values()) == {"0.0000"}
    check(filled, FOUNDATIONS, drafted.RULES)


def test_carbon_of_anodes_becomes_carbon_dioxide():
    """1 t of anode with 0.4 % ash and 2.1 % sulphur: 1000 x 0.975 x 44 / 12 = 3575 kg exactly."""
    by = says.formula("anodeOxidation", ash="0.004", sulphur="0.021")
    filled = drafted.sound(says.line("a", "directEmission", quantity="1", unit="TNE", formula=by))
    assert filled["total"] == "3575"


def test_perfluorocarbons_weigh_by_the_assessment_report_of_the_statement():
    by = says.formula("pfcSlope", anodeEffectMinutes="1", slope="0.1", weightRatio="0.1")
    line = says.line("a", "directEmission", quantity="1", unit="TNE", formula=by)
    totals = [drafted.sound(line, gwpSet=name)["total"] for name in ("AR4", "AR5", "AR6")]
    assert totals == ["861", "774", "862"]


@pytest.mark.parametrize("figures", [("9" * 34, "9"), ("0." + "9" * 18, "0.5")], ids=["34", "19"])
def test_an_emission_that_a_record_has_no_room_for_is_said_to_be_one(figures, refuses):
    quantity, gwp = figures
    item = drafted.fuel(quantity=quantity, allocation=says.allocation("0." + gwp[-1] * 18))
    with refuses("footprint.emission"):
        calculate(drafted.draft(item), FOUNDATIONS, drafted.RULES)


def test_a_result_that_a_record_has_no_room_for_is_said_to_be_one(refuses):
    item = drafted.fuel(quantity="9" * 30)
    with refuses("footprint.result"):
        calculate(drafted.draft(item, result=drafted.result(scale=9)), FOUNDATIONS, drafted.RULES)


def test_a_draft_for_nothing_is_refused(refuses):
    with refuses("record.decimal"):
        calculate(drafted.draft(declaredAmount="0.0"), Foundations(), drafted.RULES)


def test_a_rule_set_that_says_nothing_about_footprints_calculates_none(refuses):
    rules = {name: item for name, item in drafted.RULES.items() if name != "footprint"}
    with refuses("footprint.rules"):
        calculate(drafted.draft(), Foundations(), rules)
