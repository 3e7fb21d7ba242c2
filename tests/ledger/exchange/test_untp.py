"""UNTP credentials keep the public classes, name their sources, and make nothing up."""

from __future__ import annotations

import base64
import copy
from decimal import Decimal
from hashlib import sha256

import exchange_cases as cases
import pytest
import rfc8785
from footprint_story import CERTIFIERS, certified_story, label_story, stated_story
from governance_records import method_reference, words
from hypothesis import given, settings
from hypothesis import strategies as st
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.exchange.conformity import conformity
from suyuan_ledger.exchange.json_text import write_json
from suyuan_ledger.exchange.passport import passport
from untp_schema import ATTESTATION, PASSPORT, problems


def passport_of(dossier):
    return cases.read_exactly(write_json(passport(dossier, cases.PRODUCER_DID)))


def conformity_of(dossier):
    return cases.read_exactly(write_json(conformity(dossier, cases.CERTIFIER_DID)))


def passport_problems(value):
    return problems(value, "DigitalProductPassport", "dpp", PASSPORT)


def conformity_problems(value):
    return problems(value, "DigitalConformityCredential", "dcc", ATTESTATION)


def test_they_keep_the_classes_of_untp():
    for held in (cases.labelled(), cases.certified(), cases.stated()):
        assert passport_problems(passport_of(held)) == []
    assert passport_problems(passport_of(cases.dossier(cases.rich_story(), "statement"))) == []
    for held in (cases.labelled(), cases.certified()):
        assert conformity_problems(conformity_of(held)) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("id", "not a uri"),
        ("validFrom", "2026-01-05"),
        ("issuer/id", ...),
        ("credentialSubject/emissionsScorecard/carbonFootprint", "4367.325"),
        ("credentialSubject/emissionsScorecard/operationalScope", "cradleToGate"),
        ("credentialSubject/product/name", ...),
        ("credentialSubject/granularityLevel", "lot"),
        ("credentialSubject/dataStatus", "illustrative"),
        ("credentialSubject/conformityClaim", []),
        ("credentialSubject/conformityClaim/0/conformance", ...),
    ],
)
def test_the_restated_classes_refuse_what_untp_does(path, value):
    """The counter-proof to the test above."""
    bad = copy.deepcopy(passport_of(cases.labelled()))
    *names, last = path.split("/")
    target = bad
    for name in names:
        target = target[int(name) if isinstance(target, list) else name]
    if value is ...:
        del target[last]
    else:
        target[last] = value
    assert passport_problems(bad) != []


def test_a_passport_says_what_the_statement_says():
    story = label_story()
    held = cases.dossier(story, "label")
    statement, certificate = held.statement, held.certificate
    value = passport_of(held)
    says = value["credentialSubject"]
    assert value["issuer"]["id"] == cases.PRODUCER_DID
    assert value["issuer"]["issuerAlsoKnownAs"][0]["id"] == statement.issuer["id"]
    assert value["validFrom"] == statement.value["validFrom"]
    assert "validUntil" not in value
    assert "credentialStatus" not in value
    product = says["product"]
    assert product["id"] == "urn:gtin:09521234543213"
    assert product["registeredId"] == "09521234543213"
    assert product["idScheme"]["id"] == "https://id.gs1.org/01/"
    assert product["producedByParty"]["registeredId"].startswith("91000000000000403")
    assert product["countryOfProduction"] == "CN"
    assert product["furtherInformation"][0]["linkURL"] == held.label.subject["qr"]
    (claim,) = says["conformityClaim"]
    assert claim["conformance"] is True
    assert claim["conformityEvidence"]["hashDigest"] == certificate.digest.removeprefix("sha256:")
    assert claim["conformityEvidence"]["linkURL"] == certificate.id
    card = says["emissionsScorecard"]
    assert card["carbonFootprint"] == Decimal("4367.325")
    assert card["declaredUnit"] == "TNE"
    assert card["operationalScope"] == "CradleToGate"
    assert str(card["primarySourcedRatio"]) == statement.subject["primaryDataShare"]["both"]
    named = [source["id"] for source in value["relatedResource"]]
    assert named == [statement.id, certificate.id, held.label.id]


def test_the_passport_of_a_bare_statement_names_no_certificate_and_no_label():
    says = passport_of(cases.stated())["credentialSubject"]
    assert "furtherInformation" not in says["product"]
    assert "conformityClaim" not in says
    assert len(passport_of(cases.stated())["relatedResource"]) == 1


def test_a_conformity_credential_says_what_the_certificate_says():
    held = cases.certified()
    statement, certificate = held.statement, held.certificate
    (opinion,) = held.opinions(certificate)
    value = conformity_of(held)
    says = value["credentialSubject"]
    assert (value["validFrom"], value["validUntil"]) == (
        certificate.value["validFrom"],
        certificate.value["validUntil"],
    )
    assert says["id"] == certificate.id
    assert says["name"] == "Certificate EXAMPLE-CERT-0001"
    assert says["assessorLevel"] == "3rdParty"
    assert says["assessmentLevel"] == "Unspecified"
    assert "authorisation" not in says
    assert says["issuedToParty"]["id"] == statement.issuer["id"]
    assert says["auditableEvidence"]["hashDigest"] == statement.digest.removeprefix("sha256:")
    (assessment,) = says["assessment"]
    assert assessment["assessmentDate"] == opinion.subject["completedOn"]
    assert assessment["auditor"]["id"] == opinion.issuer["id"]
    assert assessment["declaredValue"][0]["metricName"].endswith("kgCO2e per TNE")
    assert assessment["declaredValue"][0]["metricValue"]["value"] == Decimal("4367.325")
    named = [source["id"] for source in value["relatedResource"]]
    assert named == [certificate.id, statement.id, opinion.id]


def test_the_last_of_several_opinions_is_the_auditors_and_the_latest_day_counts():
    story = stated_story(*CERTIFIERS, "certifier2").state()
    story.verify_footprint("first", completedOn="2026-01-04")
    story.verify_footprint("second", by="certifier2", completedOn="2026-01-03")
    story.certify(based_on=["second", "first"])
    held = cases.dossier(story, "certificate")
    (assessment,) = conformity_of(held)["credentialSubject"]["assessment"]
    assert assessment["assessmentDate"] == "2026-01-04"
    assert assessment["auditor"]["id"] == story.actors["certifier2"].did


def test_each_source_is_named_by_the_digest_of_the_record_without_its_proof():
    """Recomputed with another canonicaliser from the record itself."""
    story = certified_story()
    (first, *_) = conformity_of(cases.dossier(story, "certificate"))["relatedResource"]
    record = {name: item for name, item in story.record("certificate").items() if name != "proof"}
    raw = sha256(rfc8785.dumps(record)).digest()
    assert first["digestSRI"] == "sha256-" + base64.b64encode(raw).decode()


def test_illustrative_data_say_so():
    for value in (passport_of(cases.labelled()), conformity_of(cases.certified())):
        assert value["name"].endswith("(illustrative data)")
        assert "Illustrative data, not data of a real product." in value["description"]
    real = cases.dossier(cases.rich_story(), "older")
    assert "illustrative" in passport_of(real)["name"]


def test_the_standard_is_that_of_the_method_and_absent_without_one():
    bare = passport_of(cases.certified())["credentialSubject"]
    assert "referenceStandard" not in bare["conformityClaim"][0]
    assert "reportingStandard" not in bare["emissionsScorecard"]
    story = stated_story(*CERTIFIERS)
    method = method_reference(issueDate="2024-10-26")
    story.log("method", "MethodReference", "root", method)
    story.state(links=[("basedOn", "method")]).verify_footprint().certify()
    held = cases.dossier(story, "certificate")
    says = passport_of(held)["credentialSubject"]
    standard = says["emissionsScorecard"]["reportingStandard"]
    assert standard["id"] == story.record("method")["id"]
    assert standard["name"].startswith("EXAMPLE 0000-0000 Example standard")
    assert standard["issueDate"] == "2024-10-26"
    assert says["conformityClaim"][0]["referenceStandard"] == standard
    (assessment,) = conformity_of(held)["credentialSubject"]["assessment"]
    assert assessment["referenceStandard"] == standard


def test_an_assessor_of_the_same_organisation_or_of_an_unknown_one_is_no_third_party():
    held = cases.certified()
    known = held.registered_id
    certifier = held.certificate.issuer["id"]

    def level(registered_id):
        held.registered_id = registered_id
        return conformity_of(held)["credentialSubject"]["assessorLevel"]

    assert level(lambda _did: "91000000000000403K") == "Self"
    assert level(lambda did: None if did == certifier else known(did)) == "Unspecified"
    assert level(known) == "3rdParty"


@pytest.mark.parametrize(
    ("boundary", "scope"),
    [
        ("cradleToGate", "CradleToGate"),
        ("cradleToGrave", "CradleToGrave"),
        ("gateToGate", "None"),
        ("gateToGrave", "None"),
    ],
)
def test_scopes_that_untp_does_not_know_are_none(boundary, scope):
    card = passport_of(cases.stated(systemBoundary=boundary))["credentialSubject"]
    assert card["emissionsScorecard"]["operationalScope"] == scope


def test_a_facility_in_a_part_of_the_grid_is_in_china():
    place = {"name": words("Example plant"), "geography": {"scheme": "CN-GRID", "code": "南方"}}
    product = passport_of(cases.stated(facility={**place, "id": "PLANT-1"}))["credentialSubject"]
    assert product["product"]["countryOfProduction"] == "CN"
    assert product["product"]["producedAtFacility"]["registeredId"] == "PLANT-1"


def test_a_product_without_a_gtin_has_no_registered_number():
    product = passport_of(cases.stated(productIds=["urn:example:a-1"]))["credentialSubject"]
    assert product["product"]["id"] == "urn:example:a-1"
    assert not product["product"].keys() & {"registeredId", "idScheme"}


def test_names_follow_from_the_record_and_the_issuer():
    held = cases.labelled()
    again = passport_of(cases.labelled())
    assert passport_of(held) == again
    other = cases.read_exactly(write_json(passport(held, "did:web:other.example")))
    assert other["id"] != again["id"]
    assert other["credentialSubject"] == again["credentialSubject"]


def test_a_bundle_without_the_record_has_no_such_view(refuses):
    with refuses("export.subject", RefusedError):
        conformity(cases.stated(), cases.CERTIFIER_DID)
    with refuses("export.subject", RefusedError):
        passport(cases.dossier(cases.cbam_story(), "cbam"), cases.PRODUCER_DID)


@settings(max_examples=15, deadline=None)
@given(
    st.integers(1, 10**15),
    st.integers(0, 9),
    st.sampled_from(["g", "kg", "t"]),
)
def test_a_footprint_keeps_all_its_digits(quantity, scale, mass):
    """A double holds 15 to 17 digits; these have up to 24."""
    held = cases.stated([cases.emission("a", f"{quantity}.000000001")], scale=scale, mass=mass)
    result = held.statement.subject["result"]
    kilograms = {"g": Decimal("0.001"), "kg": Decimal(1), "t": Decimal(1000)}[mass]
    card = passport_of(held)["credentialSubject"]["emissionsScorecard"]
    assert card["carbonFootprint"] == Decimal(result["value"]) * kilograms
