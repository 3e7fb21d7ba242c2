"""CBAM data leave as they are, as a series of their own."""

from __future__ import annotations

import json

import exchange_cases as cases
from footprint_story import FootprintStory
from suyuan_ledger.errors import RefusedError
from suyuan_ledger.exchange.cbam import write_cbam
from suyuan_ledger.exchange.pact import write_pact


def test_nothing_is_converted():
    story = cases.cbam_story()
    held = cases.dossier(story, "cbam")
    value = json.loads(write_cbam(held))
    record = story.record("cbam")
    assert value["data"] == record["credentialSubject"]
    assert value["data"]["direct"] == {"value": "1.5", "unit": "tCO2e/TNE"}
    # What is empty in the record is empty here, not left out.
    assert value["data"]["precursors"] == []


def test_it_names_series_source_status_and_issuer():
    story = cases.cbam_story()
    value = json.loads(write_cbam(cases.dossier(story, "cbam")))
    record = story.record("cbam")
    assert value["format"] == "suyuan/view/cbam@v1"
    assert value["series"] == "CBAM"
    assert value["record"] == cases.dossier(story, "cbam").subject.digest
    assert value["recordId"] == record["id"]
    assert value["dataStatus"] == "illustrative"
    assert value["issuer"] == {
        **record["issuer"],
        "registeredId": story.actors["producer"].organisation["registeredId"],
    }
    assert value["validFrom"] == record["validFrom"]
    assert "validUntil" not in value
    assert "Illustrative data" in value["notice"]["en"]
    assert "not derived from a product carbon footprint" in value["notice"]["en"].lower()
    assert "不由产品碳足迹换算" in value["notice"]["zh"]


def test_validity_is_that_of_the_record():
    until = "2027-01-01T00:00:00Z"
    story = FootprintStory().cast("producer").govern().cbam(validUntil=until)
    assert json.loads(write_cbam(cases.dossier(story, "cbam")))["validUntil"] == until


def test_a_footprint_is_no_cbam_data_and_the_reverse(refuses):
    with refuses("export.subject", RefusedError):
        write_cbam(cases.labelled())
    with refuses("export.subject", RefusedError):
        write_pact(cases.dossier(cases.cbam_story(), "cbam"), cases.FACTS)
