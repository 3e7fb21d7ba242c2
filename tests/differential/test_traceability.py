"""Whatever the submission: ledger and verifier find the same in it, by code written apart."""

from __future__ import annotations

import unicodedata
from copy import deepcopy
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from suyuan_ledger.traceability import RECORD_RULES as LEDGER_RULES
from suyuan_ledger.traceability import execute as ledger_execute
from suyuan_ledger.traceability import verdict_of
from suyuan_ledger.traceability.defaults import default_conversions, default_traceability
from suyuan_ledger.traceability.emission_unit import read_unit
from suyuan_ledger.traceability.gwp import potentials
from suyuan_verifier.traceability import RECORD_RULES as VERIFIER_RULES
from suyuan_verifier.traceability import execute as verifier_execute
from suyuan_verifier.traceability.gwp import accepted
from suyuan_verifier.traceability.units import parse_emission_unit
from traceability_cases import RULE_SET, official_electricity, sound, submission, text

DEFAULTS = {"traceability": default_traceability(), "conversions": default_conversions()}
SETS = ("AR4", "AR5", "AR6")
UNITS = ("KGM", "TNE", "KWH", "MWH", "MTQ", "LTR", "MTK", "TKM", "3B", "H87")
GAS_NAMES = ("CO2", "CH4", "CH4-fossil", "N2O", "CF4", "HFC-134a", "hfc134A", "R-410A", "c-C4F8")


@st.composite
def quantities(draw):
    """Any quantity: up to 34 digits, up to 18 after the point, small ones more often."""
    places = draw(st.integers(0, 18))
    digits = draw(st.integers(0, 10 ** draw(st.integers(1, 34 - places)) - 1))
    fraction = draw(st.integers(0, 10**places - 1)) if places else 0
    sign = "-" if (digits or fraction) and draw(st.integers(0, 9)) == 0 else ""
    return sign + str(digits) + (f".{fraction:0{places}}" if places else "")


SMALL = st.sampled_from(("0", "0.5", "1", "1.0", "2.31", "5.31", "2.61", "2700", "7380", "0.005"))
NUMBERS = st.one_of(SMALL, quantities())
WORDS = st.text(st.characters(exclude_categories=("C",)), min_size=1, max_size=32)
DAYS = st.sampled_from(
    ("2024-01-01", "2024-12-31", "2025-06-30", "2026-02-28", "2026-03-01", "0001-01-01")
)
EMISSION_UNITS = st.builds(
    lambda mass, gas, per: f"{mass}{gas}/{per}",
    st.sampled_from(("g", "kg", "t")),
    st.sampled_from(("CO2", "CO2e")),
    st.sampled_from(UNITS),
)
GASES = st.fixed_dictionaries(
    {
        "gas": st.one_of(st.sampled_from(GAS_NAMES), WORDS),
        "amount": NUMBERS,
        "unit": st.sampled_from(("g", "GRM", "kg", "KGM", "t", "TNE", "L")),
        "gwp": st.one_of(NUMBERS, st.sampled_from(("1", "27.90", "6630", "265", "1530"))),
    }
)
BARE = {"activity": st.just(text("活动")), "quantity": NUMBERS, "unit": st.sampled_from(UNITS)}
FACTOR = {"factorValue": NUMBERS, "factorUnit": EMISSION_UNITS, "emission": NUMBERS}
ITEMS = st.one_of(st.fixed_dictionaries(BARE), st.fixed_dictionaries({**BARE, **FACTOR}))
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "seriesType": st.sampled_from(
            ("GRID_CO2_ORG", "ELEC_FOOTPRINT", "PRODUCT_FOOTPRINT", "DIRECT_EF")
        ),
        "declaredUnit": st.sampled_from(UNITS),
        "value": NUMBERS,
        "valueUnit": EMISSION_UNITS,
        "systemBoundary": st.sampled_from(("cradleToGate", "notApplicable", "notStated")),
        "gwpSet": st.sampled_from((*SETS, "notStated")),
        "referencePeriod": st.fixed_dictionaries({"start": DAYS, "end": DAYS}),
        "geography": st.fixed_dictionaries(
            {"scheme": st.sampled_from(("ISO3166", "CN-GRID")), "code": WORDS}
        ),
        "dataStatus": st.sampled_from(
            ("measured", "calculated", "officialTranscribed", "secondary", "illustrative")
        ),
        "sources": st.lists(
            st.fixed_dictionaries(
                {name: st.sampled_from(("notStated", "2025-01-01"))
                 for name in ("documentNumber", "date", "locator")}
            ),
            min_size=1,
            max_size=3,
        ),
        "gases": st.lists(GASES, min_size=1, max_size=4),
        "byStage": st.lists(
            st.fixed_dictionaries({"stage": WORDS, "value": NUMBERS}), min_size=1, max_size=4
        ),
        "inventory": st.lists(ITEMS, min_size=1, max_size=4),
        "uncertainty": st.fixed_dictionaries(
            {"distribution": st.just("normal")},
            optional=dict.fromkeys(("lower", "upper", "confidence"), NUMBERS),
        ),
        "allocation": st.fixed_dictionaries({"method": WORDS, "share": NUMBERS}),
    },
)  # fmt: skip
ABSENT = st.lists(st.sampled_from(("gases", "byStage", "inventory", "evidence")), max_size=4)


@settings(max_examples=400)
@given(
    base=st.sampled_from((sound(), official_electricity())),
    changes=CHANGES,
    absent=ABSENT,
    rules=st.sampled_from((RULE_SET, DEFAULTS)),
)
def test_both_find_the_same_and_say_the_same(base, changes, absent, rules):
    """Rule, severity, outcome, and what was observed and expected, which a record can carry."""
    subject = {**deepcopy(base), **changes}
    for name in absent:
        subject.pop(name, None)
    record = submission(subject)

    ledger = ledger_execute(record, rules)
    verifier = verifier_execute(record, rules)

    assert [
        (one.rule_id, one.severity, one.outcome, one.observed, one.expected) for one in ledger
    ] == [(one.rule_id, one.severity, one.outcome, one.observed, one.expected) for one in verifier]
    assert verdict_of(ledger) in {"pass", "conditional", "fail"}
    names_are_nfc = all(
        unicodedata.is_normalized("NFC", name)
        for name in [item["gas"] for item in subject.get("gases", ())]
        + [subject["geography"]["code"]]
    )
    for one in ledger:
        for said in (one.observed, one.expected):
            assert said is None or 1 <= len(said) <= 500
            assert said is None or not names_are_nfc or unicodedata.is_normalized("NFC", said)


@given(
    parts=st.lists(st.tuples(NUMBERS, SMALL), min_size=1, max_size=4),
    shift=st.integers(-3, 3),
    places=st.integers(0, 6),
)
def test_sums_are_those_of_fractions(parts, shift, places):
    """A third arithmetic says when a value is near enough to its parts: at the edge, too."""
    total = sum(Fraction(amount) * Fraction(gwp) for amount, gwp in parts)
    # Around the edge: the total, moved by up to three halves of the last place.
    nearest = round((total + Fraction(shift, 2 * 10**places)) * 10**places)
    value = f"{Decimal(nearest).scaleb(-places):f}"
    if len(value.strip("-").replace(".", "")) > 34:
        return
    item = {"activity": text("活动"), "unit": "TNE", "factorUnit": "tCO2e/TNE"}
    subject = {
        **sound(),
        "value": value,
        "gases": [{"gas": "x", "amount": a, "unit": "t", "gwp": g} for a, g in parts],
        "byStage": [{"stage": "x", "value": amount} for amount, _ in parts],
        "inventory": [
            {**item, "quantity": a, "factorValue": g, "emission": value} for a, g in parts
        ],
    }
    halves = [half(amount) for amount, _ in parts]
    products = [Fraction(amount) * Fraction(gwp) for amount, gwp in parts]
    stated = Fraction(value)
    near = {
        "gases.sum": abs(total - stated) <= half(value),
        "stages.sum": abs(sum(Fraction(a) for a, _ in parts) - stated) <= half(value) + sum(halves),
        "inventory.emission": all(abs(one - stated) <= half(value) for one in products),
        "inventory.sum": abs(len(parts) - 1) * abs(stated) <= (1 + len(parts)) * half(value),
    }
    for execute in (ledger_execute, verifier_execute):
        outcomes = {one.rule_id: one.outcome for one in execute(submission(subject), RULE_SET)}
        for rule, holds in near.items():
            assert outcomes[rule] == ("pass" if holds else "fail"), rule


def half(quantity):
    """Half of a quantity's last place."""
    return Fraction(1, 2 * 10 ** len(quantity.partition(".")[2]))


def test_both_know_the_same_rules():
    assert LEDGER_RULES == VERIFIER_RULES


@given(name=st.one_of(st.sampled_from(GAS_NAMES), WORDS), gwp_set=st.sampled_from(SETS))
def test_both_tables_of_potentials_agree(name, gwp_set):
    assert potentials(name, gwp_set) == accepted(name, gwp_set)


@given(unit=EMISSION_UNITS)
def test_both_take_the_same_units_for_a_slip(unit):
    ledger = [other.text for other in read_unit(unit).thousandfold()]
    assert ledger == [str(other) for other in parse_emission_unit(unit).slips()]
