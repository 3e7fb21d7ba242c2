"""A PACT view keeps the public schema's constraints and says what the statement says."""

from __future__ import annotations

import copy
import json
from fractions import Fraction

import exchange_cases as cases
import footprint_records as says
import pytest
from footprint_story import label_story, stated_story
from governance_records import words
from hypothesis import given, settings
from hypothesis import strategies as st
from pact_openapi import problems
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.exchange.pact import STANDARDS, PactFacts, write_pact
from suyuan_ledger.records.canonical import write_canonical


@pytest.fixture(scope="module")
def rich():
    """The view of a statement that uses every member there is."""
    return json.loads(write_pact(cases.dossier(cases.rich_story(), "statement"), cases.FACTS))


def view(dossier, facts=cases.FACTS):
    return json.loads(write_pact(dossier, facts))


def test_it_keeps_the_schema_of_pact(rich):
    assert problems(rich) == []
    assert problems(view(cases.labelled())) == []
    assert problems(view(cases.dossier(cases.sealed_story(), "statement", disclose=[]))) == []


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("id", "urn:uuid:019b8d6e-6800-7000-8000-000000000016"),
        ("status", "active"),
        ("companyIds", ["did:key:z6Mk"]),
        ("companyIds", []),
        ("created", "2026-01-05"),
        ("version", 1),
        ("validityPeriodEnd", "2029-01-01T00:00:01Z"),
        ("validityPeriodStart", "2025-12-31T23:59:59Z"),
        ("validityPeriodStart", None),
        ("extensions", [{"dataSchema": "https://a.example", "data": {}}]),
        ("pcf/fossilGhgEmissions", 57.25),
        ("pcf/fossilGhgEmissions", "-1"),
        ("pcf/pcfExcludingBiogenicUptake", "1e3"),
        ("pcf/biogenicCO2Uptake", "1"),
        ("pcf/declaredUnitOfMeasurement", "tonne"),
        ("pcf/declaredUnitAmount", "0"),
        ("pcf/geographyCountry", "CN"),
        ("pcf/geographyCountrySubdivision", "530000"),
        ("pcf/ipccCharacterizationFactors", ["6"]),
        ("pcf/crossSectoralStandards", ["GB/T 24067-2024"]),
        ("pcf/crossSectoralStandards", ["PEF", "PEF"]),
        ("pcf/referencePeriodEnd", "2024-12-31T00:00:00Z"),
        ("pcf/productOrSectorSpecificRules", [{"operator": "Other", "ruleNames": ["A"]}]),
        ("pcf/fossilCarbonContent", None),
        ("pcf/verification", {"coverage": "everything"}),
    ],
)
def test_the_restated_schema_refuses_what_pact_does(rich, pointer, value):
    """The counter-proof: a schema that lets everything pass would pass the test above."""
    bad = copy.deepcopy(rich)
    *path, last = pointer.split("/")
    target = bad
    for name in path:
        target = target[name]
    if value is None:
        del target[last]
    else:
        target[last] = value
    assert problems(bad) != []


def test_every_member_is_what_the_spec_says(rich):
    statement = cases.rich_story().record("statement")
    pcf = rich["pcf"]
    assert "urn:uuid:" + rich["id"] == statement["id"]
    assert rich["specVersion"] == "3.0.0"
    assert rich["precedingPfIds"] == [cases.rich_story().record("older")["id"][9:]]
    assert rich["created"] == statement["proof"]["created"]
    assert rich["status"] == "Active"
    assert rich["validityPeriodStart"] == "2026-01-05T08:00:00Z"
    assert rich["validityPeriodEnd"] == "2027-06-30T00:00:00Z"
    assert rich["companyName"] == statement["issuer"]["name"]
    (company,) = rich["companyIds"]
    assert company.startswith("urn:pact:company:customcode:supplier-id:91000000000000403")
    assert rich["productDescription"].startswith("Example grade")
    assert rich["productNameCompany"].startswith("Example goods (fictional)")
    assert rich["productClassifications"] == ["urn:pact:productclassification:example:0000"]
    assert (pcf["declaredUnitOfMeasurement"], pcf["declaredUnitAmount"]) == ("kilogram", "1000")
    assert pcf["productMassPerDeclaredUnit"] == "1000"
    assert pcf["referencePeriodStart"] == "2025-01-01T00:00:00Z"
    assert pcf["referencePeriodEnd"] == "2026-01-01T00:00:00Z"
    assert pcf["geographyCountrySubdivision"] == "CN-YN"
    assert "geographyCountry" not in pcf
    assert pcf["boundaryProcessesDescription"].startswith("production: Example activity a-fossil")
    assert " | rawMaterial: Example activity b-biogenic" in pcf["boundaryProcessesDescription"]
    assert pcf["ipccCharacterizationFactors"] == ["AR6"]
    assert pcf["crossSectoralStandards"] == ["ISO14067", "PACT-3.0"]
    assert pcf["fossilCarbonContent"] == "0.25"
    assert pcf["exemptedEmissionsPercent"] == "0.75"
    assert pcf["exemptedEmissionsDescription"].startswith("Example additive")
    assert pcf["allocationRulesDescription"].startswith("mass: Example allocation")
    assert pcf["secondaryEmissionFactorSources"] == [
        {"name": says.AVERAGE, "version": "1"},
        {"name": "Example database (fictional)", "version": "1"},
    ]
    (rule,) = pcf["productOrSectorSpecificRules"]
    assert rule["operator"] == "Other"
    assert rule["otherOperatorName"].startswith("Example publisher")
    assert rule["ruleNames"] == ["EXAMPLE 0000-0000"]
    assert "verification" not in pcf


def test_figures_are_per_declared_unit_and_add_up(rich):
    """100.5/2 kg and 3 kWh fossil, 10 biogenic, 7 of land use, 20 taken up, for 7 tonnes."""
    pcf = rich["pcf"]
    assert pcf["fossilGhgEmissions"] == "7.426157142857"
    assert pcf["landUseChangeGhgEmissions"] == "1"
    assert pcf["biogenicCO2Uptake"] == "-2.857142857143"
    # 10/7 of biogenic emissions have no member of their own, but they count.
    assert pcf["pcfExcludingBiogenicUptake"] == "9.854728571428"
    assert pcf["pcfIncludingBiogenicUptake"] == "6.997585714285"


def test_a_category_that_no_item_has_is_left_out_but_fossil_is_zero():
    pcf = view(cases.stated([cases.emission("a", "1", category="biogenic")]))["pcf"]
    assert pcf["fossilGhgEmissions"] == "0"
    assert pcf["pcfExcludingBiogenicUptake"] == "1"
    assert not pcf.keys() & {"landUseChangeGhgEmissions", "biogenicCO2Uptake"}


def test_classes_that_pact_writes_alike_stand_once():
    entry = {"scheme": "EXAMPLE", "code": "1", "name": words("Example class")}
    held = cases.stated(classification=[entry, {**entry, "scheme": "Example"}])
    assert view(held)["productClassifications"] == ["urn:pact:productclassification:example:1"]


def test_the_share_of_primary_data_is_percent_as_pact_has_it(rich):
    share = rich["extensions"][0]["data"]["statement"]["primaryDataShare"]["both"]
    assert Fraction(rich["pcf"]["primaryDataShare"]) == 100 * Fraction(share)


def test_the_extension_names_its_sources_and_keeps_every_factor(rich):
    story = cases.rich_story()
    data = rich["extensions"][0]["data"]
    held = cases.dossier(story, "statement")
    assert data["format"] == "suyuan/view/pact@v1"
    assert data["record"] == held.statement.digest
    assert data["sources"] == [
        held.statement.digest,
        held.method(held.statement).digest,
        held.superseded(held.statement).digest,
    ]
    assert data["dataStatus"] == "illustrative"
    assert data["saidByExporter"] == ["crossSectoralStandards", "fossilCarbonContent"]
    kept = {item["id"]: item for item in data["statement"]["lineItems"]}
    assert kept["d-power"]["factor"] == story.named(says.AVERAGE)
    stated = {name: item for name, item in data["statement"].items() if name != "lineItems"}
    signed = held.statement.subject
    assert stated == {name: item for name, item in signed.items() if name != "lineItems"}


def test_illustrative_data_say_so_where_people_read(rich):
    assert (
        "Data status: illustrative. Illustrative data, not data of a real product."
        in (rich["comment"])
    )


def test_a_verification_is_named_and_no_standard_made_up():
    verification = view(cases.labelled())["pcf"]["verification"]
    held = cases.labelled()
    opinion = held.opinion(held.statement)
    assert verification == {
        "coverage": "product level",
        "providerName": opinion.issuer["name"],
        "completedAt": "2026-01-04T00:00:00Z",
        "comments": (
            "Level: limited. Materiality: 0.05. "
            "Not stated: whether in line with the PACT Methodology. "
            f"Record: {opinion.digest}."
        ),
    }


def test_the_last_opinion_in_favour_counts():
    story = label_story()
    story.verify_footprint("second", by="verifier", standard="EXAMPLE 1", completedOn="2026-01-05")
    story.verify_footprint("refused", by="verifier", result="refused")
    verification = view(cases.dossier(story, "label"))["pcf"]["verification"]
    assert verification["standardName"] == "EXAMPLE 1"
    assert verification["completedAt"] == "2026-01-05T00:00:00Z"


def test_what_was_replaced_or_ended_is_deprecated():
    story = stated_story().state("first").state("second", links=[("supersedes", "first")])
    assert view(cases.dossier(story, "first"))["status"] == "Deprecated"
    assert view(cases.dossier(story, "second"))["status"] == "Active"
    story = stated_story().state().change_status("end", "suspended", of="statement", by="producer")
    assert view(cases.dossier(story, "statement"))["status"] == "Deprecated"
    story.change_status("back", "active", of="statement", by="producer", **{"from": "suspended"})
    assert view(cases.dossier(story, "statement"))["status"] == "Active"


@pytest.mark.parametrize(
    ("until", "window"),
    [
        ("2027-01-01T00:00:00Z", ("2026-01-05T08:00:00Z", "2027-01-01T00:00:00Z")),
        ("2050-01-01T00:00:00Z", ("2026-01-05T08:00:00Z", "2029-01-01T00:00:00Z")),
        (None, (None, None)),
    ],
)
def test_validity_stays_within_the_three_years_that_pact_allows(until, window):
    found = view(cases.stated(**({"validUntil": until} if until else {})))
    assert (found.get("validityPeriodStart"), found.get("validityPeriodEnd")) == window
    assert problems(found) == []


def test_validity_does_not_begin_before_the_reference_period_is_over():
    """The statement is signed in January for a year that ends in June; PACT counts from there."""
    year = {"start": "2025-07-01", "end": "2026-06-30"}
    line = cases.emission("a", "1")
    held = cases.stated([line], referencePeriod=year, validUntil="2027-01-01T00:00:00Z")
    assert view(held)["validityPeriodStart"] == "2026-07-01T00:00:00Z"
    assert problems(view(held)) == []


def test_validity_that_lies_outside_the_window_is_left_out():
    """PACT then takes its three years, which are over; a leap day ends on 28 February."""
    late = {"validFrom": "2028-03-01T00:00:00Z", "validUntil": "2029-01-01T00:00:00Z"}
    old = {"start": "2023-03-01", "end": "2024-02-28"}
    power = {"period": {"start": "2023-03-01", "end": "2024-02-28"}}
    story = stated_story()
    line = story.power("electricity", electricity=says.electricity(**power))
    held = cases.dossier(story.state(lines=[line], referencePeriod=old, **late), "statement")
    assert "validityPeriodStart" not in view(held)
    story = stated_story()
    line = story.power("electricity", electricity=says.electricity(**power))
    near = {"validFrom": "2024-03-01T00:00:00Z", "validUntil": "2029-01-01T00:00:00Z"}
    held = cases.dossier(story.state(lines=[line], referencePeriod=old, **near), "statement")
    assert view(held)["validityPeriodEnd"] == "2027-02-28T00:00:00Z"


@pytest.mark.parametrize(
    ("unit", "mass", "expected"),
    [
        ("KGM", {}, ("kilogram", "1", "1")),
        ("TNE", {}, ("kilogram", "1000", "1000")),
        ("KWH", {}, ("kilowatt hour", "1", "0")),
        ("MWH", {}, ("kilowatt hour", "1000", "0")),
        ("3B", {}, ("megajoule", "1", "0")),
        ("TKM", {}, ("ton kilometer", "1", "0")),
        ("LTR", {"productMass": "0.850"}, ("liter", "1", "0.850")),
        ("MTQ", {"productMass": "850"}, ("cubic meter", "1", "850")),
        ("MTK", {"productMass": "7"}, ("square meter", "1", "7")),
        ("H87", {"productMass": "12.5"}, ("piece", "1", "12.5")),
    ],
)
def test_each_declared_unit_has_its_name_in_pact(unit, mass, expected):
    pcf = view(cases.stated(declaredUnit=unit, **mass))["pcf"]
    names = ("declaredUnitOfMeasurement", "declaredUnitAmount", "productMassPerDeclaredUnit")
    assert tuple(pcf[name] for name in names) == expected


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({"scheme": "ISO3166", "code": "CN"}, {"geographyCountry": "CN"}),
        ({"scheme": "ISO3166", "code": "CN-YN"}, {"geographyCountrySubdivision": "CN-YN"}),
        ({"scheme": "CN-GRID", "code": "南方"}, {"geographyCountry": "CN"}),
    ],
)
def test_a_footprint_has_one_geography(place, expected):
    pcf = view(cases.stated(geography=place))["pcf"]
    assert {name: pcf[name] for name in pcf if name.startswith("geography")} == expected


def test_what_pact_has_no_place_for_is_refused(refuses):
    with refuses("export.mass", RefusedError):
        write_pact(cases.stated(declaredUnit="H87"), cases.FACTS)
    with refuses("export.boundary", RefusedError):
        write_pact(cases.stated(systemBoundary="gateToGate"), cases.FACTS)
    with refuses("export.period", RefusedError):
        late = {"start": "9996-01-01", "end": "9996-01-01"}
        write_pact(cases.stated([cases.emission("a", "1")], referencePeriod=late), cases.FACTS)
    with refuses("export.subject", RefusedError):
        write_pact(cases.dossier(cases.cbam_story(), "cbam"), cases.FACTS)


@pytest.mark.parametrize(
    ("content", "standards"),
    [
        (None, ["ISO14067"]),
        ("-1", ["ISO14067"]),
        ("1e3", ["ISO14067"]),
        ("", ["ISO14067"]),
        ("0", []),
        ("0", ["GB/T 24067-2024"]),
        ("0", ["ISO14067", "iso14067"]),
    ],
)
def test_what_no_record_says_has_to_be_said_rightly(refuses, content, standards):
    with refuses("export.fact", RefusedError):
        PactFacts.read(content, standards)


def test_standards_are_sorted_and_stand_once():
    facts = PactFacts.read("0", [*reversed(STANDARDS), "PEF"])
    assert facts.standards == STANDARDS


def test_sealed_figures_stay_sealed_unless_the_bundle_discloses_them():
    story = cases.sealed_story()

    def known(**export):
        data = view(cases.dossier(story, "statement", **export))
        items = data["extensions"][0]["data"]["statement"]["lineItems"]
        return data["comment"], {item["id"]: item for item in items}

    comment, items = known(disclose=[])
    assert "Figures of 2 of 3 line items are not disclosed." in comment
    for name in ("secret-1", "secret-2"):
        assert items[name]["figures"] == "sealed"
        assert not items[name].keys() & {"quantity", "emission", "_sd"}
    comment, items = known(disclose={"statement": ["secret-2"]})
    assert "Figures of 1 of 3 line items" in comment
    assert items["secret-1"]["figures"] == "sealed"
    assert (items["secret-2"]["figures"], items["secret-2"]["emission"]) == ("disclosed", "2.75")
    assert items["open"]["figures"] == "stated"
    comment, _ = known()
    assert "not disclosed" not in comment


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["fossil", "biogenic", "landUseChange"]),
            st.decimals("0", "1e12", places=9, allow_nan=False).map(lambda d: f"{d:f}"),
        ),
        min_size=1,
        max_size=4,
    ),
    st.integers(1, 10**6),
)
def test_every_figure_is_that_of_exact_fractions(lines, amount):
    """Through a double these sums would differ; here they are the fractions', rounded once."""
    held = cases.stated(
        [
            cases.emission(f"item-{place}", quantity, category=category)
            for place, (category, quantity) in enumerate(lines)
        ],
        declaredAmount=str(amount),
    )
    pcf = view(held)["pcf"]
    parts = {name: Fraction() for name in ("fossil", "biogenic", "landUseChange")}
    for category, quantity in lines:
        parts[category] += Fraction(quantity)
    each = {name: round(value / amount, 12) for name, value in parts.items()}
    assert Fraction(pcf["fossilGhgEmissions"]) == each["fossil"]
    assert Fraction(pcf["pcfExcludingBiogenicUptake"]) == sum(each.values())
    assert problems(view(held)) == []


def test_it_is_canonical_json_and_one_line():
    """PACT wants quantities as strings: nothing in it is a number but the scale of the result."""
    data = write_pact(cases.labelled(), cases.FACTS)
    assert data == write_canonical(json.loads(data)) + b"\n"
