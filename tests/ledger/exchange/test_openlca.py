"""The archive is read by GreenDelta's olca-schema; every value keeps its digits."""

from __future__ import annotations

import io
import json
import zipfile
from decimal import Decimal

import exchange_cases as cases
import footprint_records as says
import olca_schema
import pytest
from footprint_story import FootprintStory, stated_story
from hypothesis import given, settings
from hypothesis import strategies as st
from olca_schema import units, zipio
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.exchange.archive import write_archive
from suyuan_ledger.exchange.dossier import Held, read_dossier
from suyuan_ledger.exchange.openlca import olca_version, write_openlca
from suyuan_verifier.kinds.terms import UNITS


@pytest.fixture
def read(tmp_path):
    """Open an archive with olca-schema."""

    def opened(data):
        path = tmp_path / "factors.zip"
        path.write_bytes(data)
        return zipio.ZipReader(path)

    return opened


def entries(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def processes(data):
    """Processes by name, with every number as it is written."""
    found = [
        cases.read_exactly(content)
        for name, content in entries(data).items()
        if name.startswith("processes/")
    ]
    return {process["name"]: process for process in found}


def test_olca_schema_reads_each_factor_as_a_process(read):
    data = write_openlca(cases.labelled())
    with read(data) as archive:
        found = {process.name: process for process in archive.read_each(olca_schema.Process)}
        assert set(found) == {"Electricity, national average", "Example product"}
        power = found["Electricity, national average"]
        assert power.process_type is olca_schema.ProcessType.LCI_RESULT
        assert power.version == "01.00.000"
        assert power.tags == ["officialTranscribed"]
        product, emission = power.exchanges
        assert product.is_quantitative_reference
        assert not emission.is_quantitative_reference
        assert product.unit == units.unit_ref("kWh")
        assert emission.unit == units.unit_ref("kg")
        assert archive.read_flow(product.flow.id).flow_type is olca_schema.FlowType.PRODUCT_FLOW
        flow = archive.read_flow(emission.flow.id)
        assert flow.flow_type is olca_schema.FlowType.ELEMENTARY_FLOW
        documentation = power.process_documentation
        assert (documentation.valid_from, documentation.valid_until) == ("2024-01-01", "2024-12-31")
        (source,) = documentation.sources
        assert archive.read_source(source.id).year == 2025
        assert archive.read_location(power.location.id).code == "CN"
        assert archive.read_actor(documentation.data_documentor.id).name.startswith("Fictional")


def test_what_olca_schema_read_it_writes_again_with_the_same_members():
    """No member of ours is unknown to the schema, or it would be lost here."""
    data = write_openlca(cases.labelled())
    classes = {
        "actors": olca_schema.Actor,
        "flows": olca_schema.Flow,
        "locations": olca_schema.Location,
        "processes": olca_schema.Process,
        "sources": olca_schema.Source,
    }
    for name, content in entries(data).items():
        folder, _, _ = name.partition("/")
        if folder in classes:
            entity = classes[folder].from_json(content)
            assert entity.to_dict() == json.loads(content), name


def test_values_are_those_that_were_signed_digit_by_digit():
    story = cases.factor_story(value="1.250000000000000001")
    found = processes(write_openlca(cases.dossier(story, "widget.admission")))
    amounts = {name: process["exchanges"][1]["amount"] for name, process in found.items()}
    assert {name: str(amount) for name, amount in amounts.items()} == {
        "Electricity, national average": "0.5777",
        "Example product": "1.250000000000000001",
    }


@settings(max_examples=15, deadline=None)
@given(st.decimals("-1e15", "1e15", places=18, allow_nan=False).map(lambda d: f"{d:f}"))
def test_no_value_goes_through_a_double(value):
    if Decimal(value) == 0:
        value = "0.000000000000000000"
    story = cases.factor_story(value=value)
    found = processes(write_openlca(cases.dossier(story, "widget.admission")))
    assert str(found["Example product"]["exchanges"][1]["amount"]) == str(Decimal(value))


@pytest.mark.parametrize("unit", UNITS)
def test_each_unit_is_the_one_of_openlcas_reference_data(unit):
    symbols = {
        "KGM": "kg",
        "TNE": "t",
        "KWH": "kWh",
        "MWH": "MWh",
        "MTQ": "m3",
        "LTR": "l",
        "MTK": "m2",
        "TKM": "t*km",
        "3B": "MJ",
        "H87": "Item(s)",
    }
    story = cases.factor_story(declaredUnit=unit, valueUnit=f"gCO2e/{unit}")
    found = processes(write_openlca(cases.dossier(story, "widget.admission")))
    product, emission = found["Example product"]["exchanges"]
    symbol = symbols[unit]
    assert product["unit"] == units.unit_ref(symbol).to_dict()
    assert product["flowProperty"] == units.property_ref(symbol).to_dict()
    assert emission["unit"] == units.unit_ref("g").to_dict()
    assert emission["flowProperty"] == units.property_ref("kg").to_dict()


def test_emissions_of_tonnes_and_of_co2_alone_are_kept_apart():
    story = cases.factor_story(valueUnit="tCO2e/KGM").transcribe(says.GRID_CO2)
    data = write_openlca(cases.dossier(story, "widget.admission"))
    found = processes(data)
    names = {name: process["exchanges"][1]["flow"]["name"] for name, process in found.items()}
    assert names == {
        "Electricity, national average": "Greenhouse gases, CO2 equivalents, GWP set notStated",
        "Electricity, Yunnan, average": "Carbon dioxide, organisation accounting",
        "Example product": "Greenhouse gases, CO2 equivalents, GWP set AR6",
    }
    assert found["Example product"]["exchanges"][1]["unit"] == units.unit_ref("t").to_dict()
    advice = found["Electricity, Yunnan, average"]["processDocumentation"]["useAdvice"]
    assert advice == "Organisation accounting series: not for product footprints."
    assert "useAdvice" not in found["Example product"]["processDocumentation"]


def test_the_archive_names_its_sources_and_their_status():
    story = cases.factor_story()
    held = cases.dossier(story, "widget.admission")
    view = json.loads(entries(write_openlca(held))["suyuan-view.json"])
    assert view["format"] == "suyuan/view/openlca@v1"
    listed = view["factors"]
    assert [factor["admission"] for factor in listed] == sorted(
        record.digest for record in held.of_kind("FactorAdmission")
    )
    (widget,) = [factor for factor in listed if factor["factorCode"] == "EXAMPLE-WIDGET"]
    assert widget["admission"] == held.subject.digest
    assert (widget["dataStatus"], widget["events"]) == ("illustrative", [])
    process = processes(write_openlca(held))["Example product"]
    assert widget["process"] == process["@id"]
    assert "Illustrative data, not data of a real product." in process["description"]
    assert "illustrative" in process["tags"]


def test_what_happened_to_a_factor_is_a_tag():
    story = cases.factor_story()
    story.end("FactorWithdrawal", "out", of="widget.admission", by="registry")
    story.change_status("held", "suspended", of="widget", by="provider")
    held = cases.dossier(story, "widget.admission")
    tags = processes(write_openlca(held))["Example product"]["tags"]
    assert tags == ["illustrative", "suspended", "withdrawn"]
    story.change_status("free", "active", of="widget", by="provider", **{"from": "suspended"})
    held = cases.dossier(story, "widget.admission")
    assert processes(write_openlca(held))["Example product"]["tags"] == [
        "illustrative",
        "withdrawn",
    ]


def test_the_archive_is_the_same_bytes_again_and_as_the_spec_has_it():
    data = write_openlca(cases.labelled())
    assert data == write_openlca(cases.labelled())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        assert names == sorted(set(names))
        for info in archive.infolist():
            assert info.compress_type == zipfile.ZIP_STORED
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            assert (info.create_system, info.external_attr) == (3, 0x81A40000)
            assert (info.create_version, info.extract_version, info.flag_bits) == (20, 20, 0)
            assert (info.extra, info.comment) == (b"", b"")
            assert archive.read(info).endswith(b"}\n")


def test_an_archive_laid_out_by_hand_is_equal():
    """The bytes of APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16, for one entry."""
    crc = (0xE8B7BE43).to_bytes(4, "little")
    version, made, no = b"\x14\x00", b"\x14\x03", b"\x00\x00"
    one, five = (1).to_bytes(4, "little"), (5).to_bytes(2, "little")
    common = b"".join((version, no, no, b"\x00\x00\x21\x00", crc, one, one, five, no))
    local = b"PK\x03\x04" + common + b"n.txt" + b"a"
    attributes = (0x81A40000).to_bytes(4, "little")
    central = b"".join((b"PK\x01\x02", made, common, no * 3, attributes, no * 2, b"n.txt"))
    sizes = len(central).to_bytes(4, "little") + len(local).to_bytes(4, "little")
    end = b"PK\x05\x06" + no * 2 + b"\x01\x00" * 2 + sizes + no
    assert write_archive({"n.txt": b"a"}) == local + central + end


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("1", "01.00.000"),
        ("1.2", "01.02.000"),
        ("12.34.567", "12.34.567"),
        ("100", "00.00.000"),
        ("1.100", "00.00.000"),
        ("1.2.1000", "00.00.000"),
        ("0", "00.00.000"),
    ],
)
def test_versions(version, expected):
    assert olca_version(version) == expected


def test_two_factors_of_one_provider_share_its_entry():
    story = stated_story().register("a").register("b")
    names = entries(write_openlca(cases.dossier(story, "a.admission")))
    assert len([name for name in names if name.startswith("actors/")]) == 1
    assert len([name for name in names if name.startswith("processes/")]) == 3


def test_what_two_factors_name_differently_is_named_as_the_earliest_submission_does():
    """Whoever changed its name between them; the later one is admitted first."""
    story = FootprintStory().cast("provider", "registry").govern()
    story.submit("old", by="provider", factorCode="EXAMPLE-OLD")
    story.submit("new", by="provider", factorCode="EXAMPLE-NEW")
    for label in ("new", "old"):
        story.check(f"{label}.check", by="registry", of=label)
        based = {"of": label, "based_on": [f"{label}.check"]}
        story.admit(f"{label}.admission", by="registry", registryNumber=label, **based)
    bundle, _ = story.export("old.admission")
    records = json.loads(json.dumps(bundle["records"]))
    (late,) = [record for record in records if record["id"] == story.record("new")["id"]]
    before = Held(story.record("new"), 0).digest
    late["issuer"] = {**late["issuer"], "name": "Renamed (fictional)"}
    text = json.dumps(records).replace(before, Held(late, 0).digest)
    held = read_dossier({**bundle, "records": json.loads(text)})
    found = entries(write_openlca(held))
    names = [json.loads(found[name])["name"] for name in found if name.startswith("actors/")]
    assert names == [story.record("old")["issuer"]["name"]]


def test_gate_to_gate_is_a_unit_process_and_a_source_may_have_no_year():
    held = cases.dossier(cases.factor_story(systemBoundary="gateToGate"), "widget.admission")
    process = processes(write_openlca(held))["Example product"]
    assert process["processType"] == "UNIT_PROCESS"
    (source,) = process["processDocumentation"]["sources"]
    entity = json.loads(entries(write_openlca(held))[f"sources/{source['@id']}.json"])
    assert "year" not in entity
    assert entity["textReference"].endswith("; notStated; notStated; notStated")


def test_a_bundle_without_factors_has_no_archive(refuses):
    with refuses("export.subject", RefusedError):
        write_openlca(cases.dossier(cases.cbam_story(), "cbam"))
