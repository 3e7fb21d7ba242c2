"""Labels printed from the command line: what is written, what is said, what is refused."""

from __future__ import annotations

import io
import json
import sys

import pypdf
import pytest
from PIL import Image
from printed_labels import chinese_font, exported, lasting, plain_story, said, scanned, squeeze
from signed_records import Actor, jcs, resign
from suyuan_ledger.cli.app import main
from suyuan_verifier.cli import main as verifier_main


@pytest.fixture(scope="module")
def label():
    """A label that is valid while this test runs."""
    return lasting()


@pytest.fixture
def place(label, tmp_path, monkeypatch):
    """A folder with the bundle and the policy, where commands run."""
    monkeypatch.delenv("SUYUAN_LANG", raising=False)
    (tmp_path / "label.suyuan.json").write_bytes(label.bundle)
    (tmp_path / "trust.json").write_bytes(label.policy)
    return tmp_path


@pytest.fixture
def run(place, monkeypatch, capsys):
    """Run `suyuan label ...`; return exit code, standard output and standard error."""
    monkeypatch.chdir(place)

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["suyuan", "label", *map(str, arguments)])
        with pytest.raises(SystemExit) as caught:
            main()
        said = capsys.readouterr()
        return caught.value.code, said.out, said.err

    return call


PRINT = ["label.suyuan.json", "--trust", "trust.json", "-o"]


def test_the_artwork(run, place):
    code, _, err = run("artwork", *PRINT, "label.svg")
    assert code == 0
    assert "QR 4-Q, 24.026 mm, module 0.586 mm" in err
    assert "4367.325" in said((place / "label.svg").read_bytes())
    assert "NOTFULLYVERIFIED" not in said((place / "label.svg").read_bytes())


def test_the_certificate(run, place):
    code, _, err = run("certificate", *PRINT, "out/cert.pdf", "--font", chinese_font())
    assert (code, "certificate written to" in err) == (0, True)
    pages = pypdf.PdfReader(io.BytesIO((place / "out" / "cert.pdf").read_bytes())).pages
    assert "4367.325" in squeeze(pages[0].extract_text())


def test_the_code_as_text_goes_to_the_verifier(run, place, capsys):
    code, out, _ = run("code", "label.suyuan.json")
    assert (code, out[:8], out.count("\n")) == (0, "SUYUAN1:", 1)
    (place / "code.txt").write_text(out, encoding="ascii")
    assert verifier_main(["--code", "code.txt"]) == 4
    assert "code.signature_only" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["code.png", "code.svg"])
def test_the_code_as_a_drawing(run, place, name):
    _, text, _ = run("code", "label.suyuan.json")
    code, out, err = run("code", "label.suyuan.json", "-o", name)
    assert (code, out, "QR 22-L" in err) == (0, "", True)
    if name.endswith("png"):
        assert scanned(Image.open(place / name)) == {text.strip()}


def test_a_drawing_of_another_form(run):
    code, _, err = run("code", "label.suyuan.json", "-o", "code.gif")
    assert (code, "print.format" in err) == (1, True)


def test_what_the_verifier_left_open_is_said(run, place):
    bundle = json.loads((place / "label.suyuan.json").read_bytes())
    del bundle["anchor"]
    (place / "label.suyuan.json").write_bytes(jcs(bundle))
    code, _, err = run("artwork", *PRINT, "label.svg")
    assert code == 0
    assert "UNDECIDED" in err
    assert "NOTFULLYVERIFIED" in said((place / "label.svg").read_bytes())


def test_a_fresher_status_that_revokes_the_label_stops_the_print(run, place):
    (place / "bad.json").write_bytes(b"{}")
    code, _, err = run("artwork", *PRINT, "label.svg", "--status", "bad.json")
    assert (code, "print.refused" in err, "status.file" in err) == (1, True, True)
    assert not (place / "label.svg").exists()


def test_an_invalid_bundle_writes_nothing_and_says_why_in_both_languages(run, place, monkeypatch):
    path = place / "label.suyuan.json"
    path.write_bytes(path.read_bytes().replace(b'"4367.325"', b'"4367.324"'))
    for command in ("artwork", "certificate"):
        code, _, err = run(command, *PRINT, "out")
        assert (code, "print.refused" in err, "sig.invalid" in err) == (1, True, True)
        assert not (place / "out").exists()
    monkeypatch.setenv("SUYUAN_LANG", "zh")
    _, _, err = run("artwork", *PRINT, "out")
    assert "证明包无效，不予印制" in err


def test_a_code_whose_signature_is_wrong_is_not_given_out(run, place):
    story = plain_story()
    bundle, _ = story.export("label")
    record = resign(story.record("label"), Actor("stranger"))
    place_of = bundle["records"].index(story.record("label"))
    bundle["records"][place_of] = record
    (place / "label.suyuan.json").write_bytes(jcs(bundle))
    code, out, err = run("code", "label.suyuan.json")
    assert (code, out, "sig.invalid" in err) == (1, "", True)


def test_a_bundle_of_another_record(run, place):
    (place / "label.suyuan.json").write_bytes(exported(plain_story(), "certificate").bundle)
    code, _, err = run("code", "label.suyuan.json")
    assert (code, "print.kind" in err) == (1, True)


def test_a_font_that_is_not_there(run):
    code, _, err = run("certificate", *PRINT, "cert.pdf", "--font", "absent.ttf")
    assert (code, "print.font" in err, "hint" in err) == (1, True, True)


def test_an_existing_file_stays_unless_forced(run, place):
    (place / "label.svg").write_text("mine", encoding="utf-8")
    code, _, err = run("artwork", *PRINT, "label.svg")
    assert (code, "file.exists" in err) == (1, True)
    assert (place / "label.svg").read_text("utf-8") == "mine"
    assert run("artwork", *PRINT, "label.svg", "--force")[0] == 0
