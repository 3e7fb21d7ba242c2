"""`suyuan recall` to the label as it is typed: by the operator, who has the bodies."""

from __future__ import annotations

import csv
import io
import json
import sys

import footprint_records as says
import pytest
from footprint_story import CERTIFIERS, stated_story, widget_lines
from stored_story import StoredStory
from suyuan_ledger.cli.app import main
from synthetic_log import VKEY, entry, write_log


@pytest.fixture
def stored(tmp_path, monkeypatch):
    """A home with a label whose widgets are sealed, and a better factor that nothing names."""
    story = stated_story(*CERTIFIERS)
    lines = widget_lines(story)
    wax = {"external": says.external("2", "kgCO2e/KGM"), "stage": "rawMaterial"}
    lines.append(says.line("wax", "external", quantity="7", unit="KGM", **wax))
    story.state(lines=lines, seal=["widgets", "wax"]).verify_footprint().certify().file().issue()
    story.register("better", factorVersion="2", value="2.250")
    monkeypatch.delenv("SUYUAN_LANG", raising=False)
    (tmp_path / "home").mkdir()
    stored = StoredStory(story, tmp_path / "home" / "ledger.sqlite")
    stored.home = tmp_path / "home"
    yield stored
    stored.ledger.close()


@pytest.fixture
def recalled(stored, monkeypatch, capsys):
    """Recall the widget's admission; return (exit code, standard output, standard error)."""
    widget = stored.digest("widget.admission")

    def run(*arguments, source=("--home", stored.home), which=widget):
        command = ["suyuan", "recall", which, *source, *arguments]
        monkeypatch.setattr(sys, "argv", [str(word) for word in command])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = stop.code
        return (code, *capsys.readouterr())

    return run


def test_the_label_changes_as_soon_as_the_holder_discloses(stored, recalled, tmp_path):
    number = stored.story.record("better.admission")["credentialSubject"]["registryNumber"]
    _, out, _ = recalled("--with", number, "--json")
    (label,) = json.loads(out)["figures"]["labels"]
    assert (label["outcome"], label["stated"]) == ("sealed", "4381.325")

    file = stored.private_file("statement", tmp_path / "holder.json")
    _, out, _ = recalled("--with", number, "--disclosures", file, "--csv")
    (row,) = [row for row in csv.DictReader(io.StringIO(out)) if row["kind"] == "LabelIssuance"]
    assert (row["recomputed"], row["changes"]) == ("5401.825", "yes")

    _, out, _ = recalled("--with", number, "--disclosures", file)
    assert "4381.325 -> 5401.825 kgCO2e/TNE changes" in out
    _, out, _ = recalled("--with", number, "--disclosures", file, "--lang", "zh")
    assert "4381.325 -> 5401.825 kgCO2e/TNE 改变" in out


@pytest.mark.parametrize("name", ["index", "digest"])
def test_a_replacement_is_named_as_records_are(stored, recalled, name):
    digest = stored.digest("better.admission")
    which = digest if name == "digest" else stored.story.at["better.admission"]
    code, out, _ = recalled("--with", which, "--json")

    assert code == 0
    assert json.loads(out)["bases"][0]["replacement"]["content"] == digest


def test_a_certificate_is_recalled_by_its_number(stored, recalled):
    """Its label rests on it; nothing in it is calculated anew."""
    number = stored.story.record("certificate")["credentialSubject"]["certificateNumber"]
    _, out, _ = recalled("--json", which=number)
    report = json.loads(out)

    assert [row["kind"] for row in report["records"]] == ["Certificate"]
    assert [row["outcome"] for row in report["figures"]["labels"]] == ["stands"]
    assert report["bases"] == []


@pytest.mark.parametrize(
    ("replacement", "code"), [("NO-1", "recall.unknown"), ("9999", "recall.unknown")]
)
def test_a_replacement_that_is_not_there_gives_no_list(recalled, replacement, code):
    status, out, err = recalled("--with", replacement)

    assert (status, out) == (1, "")
    assert f"[{code}]" in err


def test_a_file_of_another_statement_gives_no_list(stored, recalled, tmp_path):
    file = stored.private_file("statement", tmp_path / "holder.json")
    value = json.loads(file.read_text("utf-8"))
    value["statement"] = stored.digest("label")
    file.write_text(json.dumps(value), encoding="utf-8")
    status, out, err = recalled("--disclosures", file)
    assert (status, out) == (1, "")
    assert "[disclosures.other]" in err

    file.write_text("[]", encoding="utf-8")
    status, _, err = recalled("--disclosures", file)
    assert "[disclosures.file]" in err


def test_a_mirror_has_no_bodies_to_calculate_with(recalled, tmp_path):
    folder = write_log(tmp_path / "mirror", [entry(0)])
    source = ("--mirror", folder, "--vkey", VKEY)
    for arguments in (["--csv"], ["--with", "EX-1"], ["--disclosures", "holder.json"]):
        status, out, err = recalled(*arguments, source=source)
        assert (status, out) == (1, "")
        assert "[recall.bodies]" in err
