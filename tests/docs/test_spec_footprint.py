"""docs/spec/footprint.md and certification.md: the worked example is recomputed, no dead link."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest
from suyuan_ledger.footprint.certificate import add_months
from suyuan_ledger.footprint.formulas import FORMULAS
from suyuan_ledger.records.shape import load_schema
from suyuan_ledger.workflow.default_rules import default_rules

SPEC = Path(__file__).resolve().parents[2] / "docs/spec"
PAGE = (SPEC / "footprint.md").read_text("utf-8")
MASSES = {"g": Fraction(1, 1000), "kg": Fraction(1), "t": Fraction(1000)}
AMOUNT = 250


def rows():
    """The lines of the worked example: name, quantity, unit, value, value's unit, emission."""
    table = PAGE[PAGE.index("| item | quantity | factor |") :].partition("\n\n")[0]
    found = []
    for line in table.splitlines()[2:]:
        name, quantity, factor, emission = (cell.strip() for cell in line.strip("|").split("|"))
        found.append((name, *quantity.split(), *factor.split(), emission))
    return found


def half_even(number, scale):
    """Round a fraction once and write it with so many places, apart from the code under test."""
    scaled = number * 10**scale
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    twice = 2 * rest
    whole += twice > scaled.denominator or (twice == scaled.denominator and whole % 2)
    return f"{whole // 10**scale}.{whole % 10**scale:0{scale}}"


def test_each_emission_of_the_example_is_quantity_times_factor():
    conversions = {
        (item["from"], item["to"]): Fraction(item["factor"])
        for item in default_rules()["conversions"]
    }
    assert len(rows()) == 4
    for name, quantity, unit, value, value_unit, emission in rows():
        mass, _, denominator = value_unit.partition("CO2e/")
        exact = Fraction(1) if unit == denominator else conversions[unit, denominator]
        share = Fraction(1, 2) if "half of it" in name else 1
        found = Fraction(quantity) * exact * Fraction(value) * MASSES[mass] * share
        assert found == Fraction(emission), name


def test_total_result_and_share_of_the_example_follow():
    counted = [Fraction(row[-1]) for row in rows() if "uptake" not in row[0]]
    assert len(counted) == 3
    total = sum(counted)
    assert f"The total is {half_even(total, 2)} kgCO2e" in PAGE
    assert f"{half_even(total, 2)} / {AMOUNT} = {half_even(total / AMOUNT, 4)}" in PAGE
    assert total / AMOUNT == Fraction(half_even(total / AMOUNT, 4))
    kilograms, tonnes = half_even(total / AMOUNT, 2), half_even(total / AMOUNT / 1000, 3)
    assert f"at scale 2 is {kilograms} kgCO2e/TNE" in PAGE
    assert f"declares {tonnes} tCO2e/TNE" in PAGE
    # Rounding what was rounded leads elsewhere: that is what the example is there to show.
    twice = half_even(Fraction(kilograms) / 1000, 3)
    assert twice != tonnes
    assert f"From {kilograms} it would become {twice}" in PAGE
    metered = sum(Fraction(row[-1]) for row in rows() if "electricity" in row[0] or "gas" in row[0])
    scale = default_rules()["footprint"]["shareScale"]
    shown = f"{half_even(metered, 2)} / {half_even(total, 2)} = {half_even(metered / total, scale)}"
    assert shown in PAGE


def test_the_official_factor_of_the_example_is_the_official_one():
    table = (SPEC.parents[1] / "ledger/suyuan_ledger/official/electricity_factors.csv").read_text(
        "utf-8"
    )
    average = next(line for line in table.splitlines() if line.startswith("CN-ELEC-CFP-2024-NAT,"))
    assert f",{rows()[0][3]},kgCO2e/KWH," in average


def test_the_table_of_formulas_names_the_parameters():
    """Each formula of the rule set's schema, with the parameters that the ledger asks for."""
    formulas = load_schema("RuleSet")["properties"]["credentialSubject"]["properties"]["footprint"]
    names = formulas["properties"]["formulas"]["items"]["properties"]["id"]["enum"]
    table = PAGE[PAGE.index("| `id` | `quantity` | `parameters` |") :].partition("\n\n")[0]
    stated = {}
    for line in table.splitlines()[2:]:
        cells = line.strip("|").split("|")
        stated[re.search(r"`(\w+)`", cells[0])[1]] = sorted(re.findall(r"`(\w+)`", cells[2]))
    assert stated == {name: sorted(FORMULAS[name].parameters) for name in names}


@pytest.mark.parametrize("name", ["footprint.md", "certification.md", "kinds.md"])
def test_links_lead_somewhere(name):
    page = (SPEC / name).read_text("utf-8")
    for file, anchor in re.findall(r"\]\(([\w.-]*)(?:#([\w-]+))?\)", page):
        target = SPEC / file if file else SPEC / name
        headings = re.findall(r"^#+ (.+)$", target.read_text("utf-8"), re.MULTILINE)
        slugs = {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in headings}
        assert not anchor or anchor in slugs, f"{file}#{anchor}"


def test_the_examples_of_validity_are_counted_so():
    page = (SPEC / "certification.md").read_text("utf-8")
    for start, last, shown in (
        ("2026-08-31", "2028-08-31", "From 31 August 2026, 24 months last until 31 August 2028"),
        ("2028-02-29", "2030-02-28", "29\n  February 2028 until 28 February 2030"),
    ):
        assert add_months(f"{start}T08:00:00Z", 24) == f"{last}T08:00:00Z"
        assert shown in page
