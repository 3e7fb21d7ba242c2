"""What the demo is made of: nobody real, no figure that could pass for one, no verdict excused."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from suyuan_ledger.demo import cast, figures, industry, industry_figures
from suyuan_ledger.demo.narration import Narrator
from suyuan_ledger.demo.verdicts import Verdicts
from suyuan_ledger.official import official_factors
from suyuan_ledger.records.shape import subject_errors
from suyuan_ledger.records.uscc import is_uscc
from suyuan_verifier import Verdict

VECTOR = Path(__file__).resolve().parents[1] / "vectors" / "bundles" / "good-dissent-kept"
EVERYBODY = (*cast.COMPANY, cast.STRANGER, cast.NEWCOMER, *industry.INDUSTRY)
FACTORS = (
    figures.yunnan_hydropower("1", "12.0"),
    figures.product("EXAMPLE-PRODUCT-1", "甲", "1.00"),
    *industry_figures.factors(),
    industry_figures.freight("2", industry_figures.FREIGHT_RIGHT),
)
LINES = (
    *industry_figures.ALUMINIUM,
    *industry_figures.AMMONIA,
    *industry_figures.phosphate(f"sha256:{'0' * 64}"),
)


@pytest.mark.parametrize("member", EVERYBODY, ids=lambda member: member.label)
def test_everybody_is_fictional_and_says_so(member):
    """A right check character in a division that is assigned to nobody, and names that say so."""
    organisation = member.organisation

    assert is_uscc(organisation["registeredId"])
    assert organisation["registeredId"][2:8] == "999999"
    assert organisation["name"].startswith("Example ")
    assert organisation["name"].endswith("(fictional)")
    assert organisation["nameZh"].startswith("示例")
    assert organisation["nameZh"].endswith("（虚构）")
    assert (
        subject_errors(
            "EnrolmentRequest", {"organisation": organisation, "roles": sorted(member.roles)}
        )
        == []
    )


def test_two_keys_of_one_person_are_the_only_ones_of_one_organisation():
    """Whoever else shares an organisation would weaken what the attacks show."""
    held = [member.organisation["registeredId"] for member in EVERYBODY]
    twice = {registered for registered in held if held.count(registered) > 1}

    assert twice == {cast.SECOND_KEY.organisation["registeredId"]}
    assert cast.SECOND_KEY.person == cast.EXPERTS[0].person


def test_the_cousin_shares_the_submitters_group_and_no_other_expert_does():
    groups = {member.label: member.organisation.get("parentGroupId") for member in EVERYBODY}

    assert {label for label, group in groups.items() if group} == {
        cast.SUBMITTER.label,
        cast.COUSIN.label,
    }
    assert groups[cast.SUBMITTER.label] == groups[cast.COUSIN.label]


@pytest.mark.parametrize(
    "factor", FACTORS, ids=lambda factor: factor["factorCode"] + factor["factorVersion"]
)
def test_invented_figures_are_illustrative_and_say_so(factor):
    """Data status, name, source and code each show that there is nothing behind the figure."""
    official = {figure["value"] for figure in official_factors()}

    assert factor["dataStatus"] == "illustrative"
    assert factor["factorCode"].startswith("EXAMPLE-")
    assert factor["value"] not in official
    assert any(word in factor["productName"]["en"] for word in ("illustrative", "fictional"))
    assert any(word in factor["productName"]["zh"] for word in ("示例", "虚构"))
    assert "fictional" in factor["sources"][0]["title"]["en"]
    assert factor["sources"][0]["documentNumber"] == "notStated"
    assert subject_errors("FactorSubmission", factor) == []


def test_every_quantity_of_the_demo_is_illustrative_and_says_so():
    """In the data status, and in the activity's name in both languages."""
    assert {line["dataStatus"] for line in LINES} == {"illustrative"}
    assert all("illustrative" in line["activityEn"] for line in LINES)
    assert all("示例" in line["activityZh"] for line in LINES)


def test_only_the_standard_with_a_source_is_named():
    """Ammonium phosphate has none at hand, so that its statement follows no method."""
    assert industry_figures.STANDARD.encode() in industry_figures.ingot_header()
    for header in (industry_figures.phosphate_header(), industry_figures.ammonia_header()):
        assert b"method" not in header
        assert b"GB" not in header
    assert subject_errors("MethodReference", industry_figures.method()) == []
    data = industry_figures.cbam_data()
    assert subject_errors("CbamInstallationData", data) == []
    assert data["dataStatus"] == "illustrative"


@pytest.mark.parametrize(
    ("verdict", "code", "sound"),
    [
        (Verdict.VALID, "workflow.dissent", True),
        (Verdict.VALID, "workflow.", True),
        (Verdict.INVALID, "workflow.dissent", False),
        (Verdict.VALID, "status.revoked", False),
    ],
)
def test_an_outcome_is_as_expected_only_with_its_verdict_and_its_code(verdict, code, sound, capsys):
    """The demo cannot end well by a check that failed for another reason, or not at all."""
    verdicts = Verdicts(Narrator("en"), VECTOR / "trust.json")
    now = datetime.fromisoformat(json.loads((VECTOR / "expect.json").read_text("utf-8"))["now"])
    report = verdicts.verify((VECTOR / "bundle.suyuan.json").read_bytes(), now=now)
    verdicts.expect(report, verdict, code)

    assert verdicts.sound is sound
    assert ("NOT AS EXPECTED" in capsys.readouterr().out) is not sound


def test_a_forgery_that_is_not_refused_is_told(capsys):
    """A good bundle is no forgery: the demo says so and does not end well."""
    verdicts = Verdicts(Narrator("en"), VECTOR / "trust.json")
    verdicts.refute(json.loads((VECTOR / "bundle.suyuan.json").read_bytes()), "sig.invalid")

    assert not verdicts.sound
    assert "NOT AS EXPECTED" in capsys.readouterr().out
