"""Tables are read back as they were written, by a reader that knows nothing of ours."""

from __future__ import annotations

import csv
import io
import json

import exchange_cases as cases
import footprint_records as says
import pytest
from footprint_story import label_story, stated_story
from governance_records import words
from hypothesis import given
from hypothesis import strategies as st
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.exchange.csv_text import harmless, write_csv
from suyuan_ledger.exchange.tables import write_factors, write_items
from suyuan_ledger.records.factor_columns import COLUMNS


def rows(data):
    """Read a table as Python's csv does."""
    text = data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_line_items_are_read_back_as_they_are():
    story = label_story()
    signed = story.record("statement")["credentialSubject"]["lineItems"]
    held = cases.dossier(story, "label")
    found = rows(write_items(held))
    assert [row["id"] for row in found] == [item["id"] for item in signed]
    for row, item in zip(found, signed, strict=True):
        assert row["view"] == "suyuan/view/items-csv@v1"
        assert row["statement"] == held.statement.digest
        assert row["statementDataStatus"] == "illustrative"
        assert (row["activityZh"], row["activityEn"]) == tuple(
            item["activity"][lang] for lang in ("zh", "en")
        )
        for name in ("type", "stage", "category", "quantity", "unit", "emission", "dataStatus"):
            assert row[name] == item[name]
        assert (row["emissionUnit"], row["figures"]) == ("kgCO2e", "stated")
    by_id = {row["id"]: row for row in found}
    assert by_id["electricity"]["factorCode"] == says.AVERAGE
    assert by_id["electricity"]["source"] == story.named(says.AVERAGE)["admission"]
    assert by_id["electricity"]["value"] == "0.5777"
    assert by_id["electricity"]["instrument"] == "grid"
    assert by_id["electricity"]["electricityEnd"] == "2025-12-31"
    assert (by_id["fuel"]["gas"], by_id["fuel"]["gwp"]) == ("CO2", "1")
    assert by_id["other"]["database"] == "Example database (fictional)"
    assert by_id["other"]["value"] == "0.35"
    assert by_id["widgets"]["value"] == "1.250"
    assert by_id["other"]["factorCode"] == ""


def test_what_only_some_items_have_stands_in_columns_of_its_own():
    story = stated_story().transcribe(says.HYDRO, says.LINES).state("upstream")
    green = says.electricity("greenCertificate", certificateIds=["GC-1", "GC-2"])
    lines = says.electricity(transmissionOf=["a-hydro"])
    formula = says.formula("anodeOxidation", ash="0.01", sulphur="0.02")
    story.state(
        lines=[
            story.power("a-hydro", says.HYDRO, electricity=green),
            story.power("b-lines", says.LINES, electricity=lines),
            says.line("c-anodes", "directEmission", quantity="400", unit="KGM", formula=formula),
            story.bought("d-bought", "upstream", "2"),
        ]
    )
    found = {row["id"]: row for row in rows(write_items(cases.dossier(story, "statement")))}
    assert json.loads(found["a-hydro"]["certificateIds"]) == ["GC-1", "GC-2"]
    assert json.loads(found["b-lines"]["transmissionOf"]) == ["a-hydro"]
    assert found["c-anodes"]["formula"] == "anodeOxidation"
    assert json.loads(found["c-anodes"]["parameters"]) == formula["parameters"]
    upstream = story.record("statement")["credentialSubject"]["lineItems"][3]["statement"]
    assert found["d-bought"]["source"] == upstream["contentDigest"]
    assert found["d-bought"]["value"] == upstream["value"]


def test_conversion_and_allocation_have_their_columns():
    story = stated_story().register("widget")
    line = story.activity(
        "litres",
        "widget",
        "10",
        "LTR",
        conversion=says.conversion("0.85", "KGM"),
        allocation=says.allocation("0.25"),
    )
    (row,) = rows(write_items(cases.dossier(story.state(lines=[line]), "statement")))
    names = ("conversionFactor", "conversionTo", "allocationMethod", "allocationShare")
    assert [row[name] for name in names] == ["0.85", "KGM", "mass", "0.25"]


def test_sealed_items_have_empty_figures_unless_they_are_disclosed():
    story = cases.sealed_story()

    def known(disclose):
        found = rows(write_items(cases.dossier(story, "statement", disclose=disclose)))
        return {row["id"]: (row["figures"], row["quantity"], row["emission"]) for row in found}

    assert known([])["secret-1"] == ("sealed", "", "")
    opened = known({"statement": ["secret-1"]})
    assert opened["secret-1"] == ("disclosed", "1.25", "1.25")
    assert opened["secret-2"] == ("sealed", "", "")
    assert opened["open"] == ("stated", "5", "5")


def test_factors_are_read_back_as_they_are():
    story = cases.factor_story(
        value="1.2500", variant=words("Example variant"), licence="Example licence"
    )
    held = cases.dossier(story, "widget.admission")
    found = rows(write_factors(held))
    assert [row["factorCode"] for row in found] == [says.AVERAGE, "EXAMPLE-WIDGET"]
    row = found[1]
    signed = story.record("widget")["credentialSubject"]
    admission = story.record("widget.admission")["credentialSubject"]
    assert row["view"] == "suyuan/view/factors-csv@v1"
    assert row["admission"] == held.subject.digest
    assert row["submission"] == held.find(held.subject.targets("about")[0]).digest
    assert row["registryNumber"] == admission["registryNumber"]
    assert row["effectiveFrom"] == admission["effectiveFrom"]
    assert row["value"] == "1.2500"
    assert row["productNameZh"] == signed["productName"]["zh"]
    assert row["periodStart"] == signed["referencePeriod"]["start"]
    assert row["sourceTitleEn"] == signed["sources"][0]["title"]["en"]
    assert row["variantEn"] == signed["variant"]["en"]
    assert row["licence"] == "Example licence"
    assert row["classificationCode"] == ""


def test_the_columns_of_factors_are_those_of_the_table_that_is_imported():
    header = next(iter(rows(write_factors(cases.labelled())))).keys()
    assert list(header)[6:] == [column.name for column in COLUMNS]


def test_what_happened_to_a_factor_is_said():
    story = cases.factor_story()
    story.end("FactorWithdrawal", "out", of="widget.admission", by="registry")
    story.change_status("end", "revoked", of="widget.admission", by="registry")
    found = rows(write_factors(cases.dossier(story, "widget.admission")))
    assert {row["factorCode"]: row["events"] for row in found} == {
        says.AVERAGE: "",
        "EXAMPLE-WIDGET": "revoked withdrawn",
    }


def test_an_erratum_and_a_supersession_are_said_and_factors_stand_by_code():
    story = stated_story().register("late", factorCode="EXAMPLE-Z")
    story.register("early", factorCode="EXAMPLE-A")
    story.end("FactorErratum", "fix", of="late.admission", by="registry")
    links = [("basedOn", "early.admission")]
    story.end("FactorSupersession", "next", of="late.admission", by="registry", links=links)
    found = rows(write_factors(cases.dossier(story, "late.admission")))
    assert [(row["factorCode"], row["events"]) for row in found] == [
        (says.AVERAGE, ""),
        ("EXAMPLE-A", ""),
        ("EXAMPLE-Z", "corrected superseded"),
    ]


def test_it_is_utf8_with_a_byte_order_mark_and_ends_lines_as_rfc_4180_does():
    data = write_items(cases.labelled())
    assert data.startswith(b'\xef\xbb\xbf"view",')
    assert data.endswith(b'"\r\n')
    assert data.count(b"\r\n") == 5


def test_free_text_is_never_a_formula_and_figures_are_never_changed():
    story = stated_story()
    line = cases.uptake("a", "5")
    line["activity"] = {"zh": "=1+1", "en": '@SUM("x"),\n2'}
    held = cases.dossier(story.state(lines=[line, cases.emission("b", "9")]), "statement")
    row, _ = rows(write_items(held))
    assert (row["activityZh"], row["activityEn"]) == ("'=1+1", '\'@SUM("x"),\n2')
    assert row["emission"] == "-5"
    assert row["value"] == "-1"


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx", "'x"])
def test_harmless_is_undone_by_taking_one_apostrophe_away(text):
    assert harmless(text) == "'" + text


@given(st.text())
def test_every_text_is_read_back(text):
    safe = harmless(text)
    assert safe.removeprefix("'") == text
    assert not safe.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=2),
        max_size=4,
    )
)
def test_every_field_is_read_back(table):
    text = write_csv(["a", "b"], table).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert read == [["a", "b"], *table]


def test_a_row_has_as_many_fields_as_there_are_columns():
    with pytest.raises(ValueError, match="as many fields"):
        write_csv(["a"], [["1", "2"]])


def test_a_bundle_without_the_records_has_no_table(refuses):
    held = cases.dossier(cases.cbam_story(), "cbam")
    with refuses("export.subject", RefusedError):
        write_items(held)
    with refuses("export.subject", RefusedError):
        write_factors(held)
