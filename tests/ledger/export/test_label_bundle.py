"""The bundle of a label: everything down to its factors, and what the holder discloses of it."""

from __future__ import annotations

import json
import sys

import footprint_records as says
import pytest
from footprint_sealing import disclosure
from footprint_story import CERTIFIERS, stated_story, widget_lines
from logged_story import LoggedStory
from suyuan_ledger.cli.app import main
from suyuan_ledger.export.bundle import export_bundle
from suyuan_ledger.export.disclose import Disclosures, choose, given_away
from suyuan_ledger.export.trust import export_trust
from suyuan_ledger.records.profile import format_digest
from suyuan_verifier import Outcome, Verdict

SEALED = ["casting", "wax", "widgets"]


@pytest.fixture(scope="module")
def logged(tmp_path_factory):
    """A label on a profile made of an ingot, of which three line items are sealed."""
    story = stated_story(*CERTIFIERS, "publisher")
    lines = widget_lines(story)
    for name in ("casting", "wax"):
        outside = {"external": says.external("0.1", "kgCO2e/KGM"), "stage": "rawMaterial"}
        lines.append(says.line(name, "external", quantity="7", unit="KGM", **outside))
    story.state("ingot", lines, seal=SEALED, productIds=["urn:gtin:09521234000013"])
    story.verify_footprint("opinion", of="ingot")
    story.state("statement", [story.bought("ingots", "ingot", "2"), story.power("press")])
    story.verify_footprint().certify().file().issue().publish()
    home = tmp_path_factory.mktemp("home")
    logged = LoggedStory(story, home / "ledger.sqlite")
    logged.home = home
    yield logged
    logged.ledger.close()


def chosen(logged, *names):
    texts = logged.story.disclosures["ingot"]
    return [Disclosures(logged.content("ingot"), {name: texts[name] for name in names})]


def export(logged, *names):
    choice = chosen(logged, *names) if names else ()
    return export_bundle(logged.ledger, logged.content("label"), None, choice)


def codes(report, outcome):
    return {check.code for check in report.checks if check.outcome is outcome}


def test_the_bundle_of_a_label_goes_down_to_the_factors(logged):
    """Label, filing, certificate, opinions, statements, admissions, submissions, checks, rules."""
    bundle = json.loads(export(logged))
    told = logged.story

    indexes = [place["index"] for place in bundle["log"]["entries"]]
    assert indexes == sorted(told.at.values())
    assert bundle["subject"] == logged.digest("label")
    assert bundle["status"] == {"lists": [indexes[-1]]}


def test_one_proof_of_all_records_is_shorter_than_a_path_for_each(logged):
    bundle = json.loads(export(logged))
    size = logged.ledger.checkpoint().size
    indexes = [place["index"] for place in bundle["log"]["entries"]]
    paths = [logged.ledger.inclusion_proof(index, size) for index in indexes]

    assert len(bundle["log"]["proof"]) < sum(map(len, paths)) / 10


def test_sealed_figures_are_judged_as_far_as_they_are_disclosed(logged):
    """None, one of three, all: only all of them make every figure of the label recomputed."""
    for names in ((), ("wax",), tuple(SEALED)):
        report = logged.judge(export(logged, *names))
        whole = len(names) == len(SEALED)
        assert report.verdict is (Verdict.VALID if whole else Verdict.UNDECIDED), names
        assert ("footprint.partial" in codes(report, Outcome.UNKNOWN)) is not whole

    report = logged.judge(export(logged, "wax"), acceptSealed="verified")
    assert report.verdict is Verdict.VALID
    assert "footprint.partial" in codes(report, Outcome.PASS)


def test_opinions_about_a_statement_without_sealed_figures_are_not_carried(tmp_path):
    """Nor is one that was revoked, or that a key signed which was in other hands."""
    story = stated_story(*CERTIFIERS, "supervisor")
    lines = [says.line(name, "external", quantity="1", unit="KGM") for name in SEALED]
    lines = [{**line, "external": says.external("2", "kgCO2e/KGM")} for line in lines]
    story.state("open", lines).verify_footprint("of-open", of="open")
    story.state("shut", lines, seal=SEALED)
    for label in ("good", "revoked", "refused"):
        result = "refused" if label == "refused" else "verified"
        story.verify_footprint(label, of="shut", result=result)
    story.verify_footprint("stolen", of="shut", by="certifier")
    story.change_status("end", "revoked", of="revoked", by="supervisor")
    start = story.at["stolen"]
    story.revoke("certifier", by="root", reason="compromised", from_index=start)
    logged = LoggedStory(story, tmp_path / "log.sqlite")

    def carried(label):
        bundle = json.loads(export_bundle(logged.ledger, logged.content(label), None))
        places = {place["index"] for place in bundle["log"]["entries"]}
        names = ("of-open", "good", "revoked", "refused", "stolen")
        return [name for name in names if story.at[name] in places]

    assert carried("open") == []
    assert carried("shut") == ["good", "refused"]
    logged.ledger.close()


def test_disclosures_are_written_as_the_holder_keeps_them(logged):
    bundle = json.loads(export(logged, "wax", "widgets"))
    texts = logged.story.disclosures["ingot"]

    assert bundle["disclosures"] == [texts["wax"], texts["widgets"]]
    assert "disclosures" not in json.loads(export(logged))


def test_disclosures_of_what_is_not_in_the_bundle_are_refused(logged, refuses):
    texts = dict.fromkeys(SEALED, logged.story.disclosures["ingot"]["wax"])
    stranger = disclosure({"emission": "0.7", "quantity": "7"}, "another salt")
    ingot, factor = logged.content("ingot"), logged.content("widget")
    label = logged.content("label")

    with refuses("disclosures.other"):
        export_bundle(logged.ledger, label, None, [Disclosures(factor, texts)])
    with refuses("disclosures.other"):
        export_bundle(logged.ledger, factor, None, chosen(logged, "wax"))
    with refuses("disclosure.unmatched"):
        export_bundle(logged.ledger, label, None, [Disclosures(ingot, {"wax": stranger})])
    with refuses("disclosure.twice"):
        export_bundle(logged.ledger, label, None, [Disclosures(ingot, texts)])
    with refuses("disclosure.shape"):
        export_bundle(logged.ledger, label, None, [Disclosures(ingot, {"wax": "e30"})])


def test_a_choice_names_line_items_of_the_files(logged, refuses):
    files = [(logged.digest("ingot"), logged.story.disclosures["ingot"])]

    assert [dict(one.by_item) for one in choose(files, "none")] == [{}]
    assert sorted(choose(files, "all")[0].by_item) == SEALED
    assert list(choose(files, "wax, casting")[0].by_item) == ["casting", "wax"]
    for disclose in ("power", "wax,power", ""):
        with refuses("disclosures.item"):
            choose(files, disclose)


def test_the_holder_is_told_when_one_sealed_item_is_left(logged):
    """What raw material emits is stated: less two open items, it is the third."""
    record = logged.ledger.record(logged.content("ingot"))

    assert given_away(chosen(logged, "wax"), [record]) == []
    assert given_away(chosen(logged, "wax", "casting"), [record]) == [logged.digest("ingot")]
    assert given_away(chosen(logged, *SEALED), [record]) == []


def test_a_policy_may_accept_sealed_figures(logged):
    assert json.loads(export_trust(logged.ledger, [], []))["acceptSealed"] == "never"
    assert (
        json.loads(export_trust(logged.ledger, [], [], sealed=True))["acceptSealed"] == "verified"
    )


@pytest.fixture
def bundle(logged, tmp_path, monkeypatch, capsys):
    """Type `suyuan bundle ... --unanchored`; return (exit code, what it said, the bundles)."""
    monkeypatch.delenv("SUYUAN_LANG", raising=False)

    def run(*arguments):
        command = ["suyuan", "bundle", *arguments, "--unanchored", "--home", logged.home]
        command += ["--out", tmp_path, "--force"]
        monkeypatch.setattr(sys, "argv", [str(word) for word in command])
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = stop.code
        files = sorted(tmp_path.glob("*.suyuan.json"))
        return code, capsys.readouterr().err, [json.loads(file.read_bytes()) for file in files]

    return run


@pytest.mark.parametrize("kind", ["label", "certificate", "filing"])
def test_a_bundle_is_asked_for_by_the_number_on_the_document(logged, bundle, kind):
    number = logged.story.record(kind)["credentialSubject"][f"{kind}Number"]
    code, _, (made,) = bundle(number)

    assert (code, made["subject"]) == (0, logged.digest(kind))


def test_a_bundle_is_asked_for_by_factor_code_and_registry_number(logged, bundle):
    number = logged.story.record("widget.admission")["credentialSubject"]["registryNumber"]
    assert bundle(number)[2][0]["subject"] == logged.digest("widget.admission")
    _, _, made = bundle(says.AVERAGE)
    assert logged.digest(says.AVERAGE) in {one["subject"] for one in made}

    code, said, _ = bundle("NO-SUCH-NUMBER")
    assert code == 1
    assert "[bundle.unknown]" in said


def test_disclosures_as_they_are_typed(logged, bundle, tmp_path):
    file = logged.private_file("ingot", tmp_path / "holder.json")
    number = logged.story.record("label")["credentialSubject"]["labelNumber"]
    texts = logged.story.disclosures["ingot"]

    code, said, (made,) = bundle(number, "--disclosures", file, "--disclose", "wax,casting")
    assert (code, made["disclosures"]) == (0, [texts["casting"], texts["wax"]])
    assert "gives away" in said
    assert bundle(number, "--disclosures", file, "--disclose", "none")[2] == [
        {name: member for name, member in made.items() if name != "disclosures"}
    ]
    for arguments in (["--disclosures", file], ["--disclose", "wax"]):
        code, said, _ = bundle(number, *arguments)
        assert code == 1
        assert "[disclosures.item]" in said


def test_digests_of_a_story_are_those_of_the_ledger(logged):
    """The helper submits what it says."""
    assert logged.ledger.record(logged.content("label")).index == logged.story.at["label"]
    assert format_digest(logged.content("ingot")) == logged.digest("ingot")
