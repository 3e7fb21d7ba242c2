"""The proposed rule set is sound, signs, comes into force, and asks for what it says."""

from __future__ import annotations

import base64
from hashlib import sha256
from importlib.resources import files

from ledger_world import CREATED, World
from suyuan_ledger.official.table import official_factors
from suyuan_ledger.records.rules.footprint import STAGES
from suyuan_ledger.records.shape import KINDS
from suyuan_ledger.workflow.default_rules import default_rules, draft_rule_set
from suyuan_ledger.workflow.rule_set import GOVERNED_KINDS


def test_it_is_logged_and_comes_into_force(tmp_path):
    world = World(tmp_path / "log.sqlite")
    assert world.ledger.rule_set() is None
    first = world.ledger.submit(world.root.sign(draft_rule_set(world.root.issuer, CREATED)))
    found = world.ledger.rule_set()
    assert (found.index, found.content, found.subject) == (0, first.content, default_rules())
    newer = draft_rule_set(
        world.root.issuer,
        CREATED,
        rules={**default_rules(), "version": "2"},
        supersedes=f"sha256:{first.content.hex()}",
    )
    world.ledger.submit(world.root.sign(newer))
    assert world.ledger.rule_set().subject["version"] == "2"
    assert world.ledger.fsck().clean
    world.ledger.close()


def test_it_provides_for_every_kind_of_the_workflow():
    entries = {entry["kind"]: entry for entry in default_rules()["workflow"]}
    assert entries.keys() == GOVERNED_KINDS
    gates = {gate["kind"]: gate for gate in entries["FactorAdmission"]["after"]}
    assert gates["ExpertReview"]["quorum"] == 3
    assert gates["ExpertReview"]["tolerate"] == 1
    assert gates["TraceabilityCheck"]["reject"] == ["fail"]
    assert entries["ExpertReview"]["independence"] == "group"


def test_a_label_comes_after_a_filed_certificate_of_a_verified_footprint():
    entries = {entry["kind"]: entry for entry in default_rules()["workflow"]}
    asked = {
        kind: [(gate["rel"], gate["kind"], gate.get("accept")) for gate in entries[kind]["after"]]
        for kind in ("FootprintVerification", "Certificate", "Filing", "LabelIssuance")
    }
    assert asked == {
        "FootprintVerification": [("about", "FootprintStatement", None)],
        "Certificate": [
            ("about", "FootprintStatement", None),
            ("basedOn", "FootprintVerification", ["verified"]),
        ],
        "Filing": [("about", "Certificate", None)],
        "LabelIssuance": [("about", "Certificate", None), ("basedOn", "Filing", ["filed"])],
    }
    for kind, opinion in (("Certificate", 1), ("LabelIssuance", 1)):
        gate = entries[kind]["after"][opinion]
        assert (gate["reject"], gate["tolerate"]) == (["refused"], 0)
    assert entries["FootprintVerification"]["independence"] == "group"
    assert entries["Certificate"]["independence"] == "group"
    assert entries["Filing"]["independence"] == "organisation"


def test_it_says_what_every_official_electricity_factor_is_for():
    """No official factor is left out: what is not listed would count as a way of generating."""
    listed = {
        item["factorCode"]: item["type"] for item in default_rules()["footprint"]["electricity"]
    }
    published = {
        factor["factorCode"]
        for factor in official_factors()
        if factor["seriesType"] == "ELEC_FOOTPRINT"
    }
    assert listed.keys() == published
    assert [code for code, kind in listed.items() if kind == "average"] == ["CN-ELEC-CFP-2024-NAT"]
    transmission = {code for code, kind in listed.items() if kind == "transmission"}
    assert transmission == {code for code in published if "-TD-" in code}


def test_a_footprint_uses_no_factor_that_counts_what_it_leaves_out_after_the_gate():
    """What a factor counts of distribution, use and disposal would be counted with it."""
    rules = {
        item["statement"]: set(item["factors"])
        for item in default_rules()["footprint"]["boundaries"]
    }
    assert rules.keys() == STAGES.keys()
    for boundary, factors in rules.items():
        assert boundary in factors
        assert "notStated" in factors
        # Whatever is bought was made from its own cradle on: rawMaterial is not compared.
        beyond = {"distribution", "use", "endOfLife"} - STAGES[boundary]
        for factor in factors - {"notStated"}:
            assert not beyond & STAGES[factor], (boundary, factor)


def test_it_pins_the_schemas_byte_by_byte():
    pinned = {item["kind"]: item["digestSRI"] for item in default_rules()["schemas"]}
    assert pinned.keys() == set(KINDS)
    for kind, digest in pinned.items():
        raw = files("suyuan_ledger.records").joinpath(f"schemas/{kind}.json").read_bytes()
        assert digest == "sha256-" + base64.b64encode(sha256(raw).digest()).decode()


def test_nobody_can_change_it_by_accident():
    default_rules()["workflow"].clear()
    assert default_rules()["workflow"]
