"""The command line about labels: a page, codes scanned from goods, codes that carry a label."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import label_reports as given
import pytest
from label_codes import code_of, code_of_record, label_record
from read_page import read_page
from signed_records import Actor, resign
from suyuan_verifier import Outcome
from suyuan_verifier.cli import main
from suyuan_verifier.codes import codes
from suyuan_verifier.label_code import check_code
from suyuan_verifier.render.code import render_code
from suyuan_verifier.report import Check
from suyuan_verifier.scanned import check_scanned
from suyuan_verifier.version import __version__

QR = "https://id.example/01/09521234543213/10/LOT-1"


@pytest.fixture
def sent(tmp_path):
    """A label's bundle and a policy on disk; returns the options that verify them."""
    bundle, policy, now = given.files(given.told(), "label")
    (tmp_path / "label.suyuan.json").write_bytes(bundle)
    (tmp_path / "trust.json").write_bytes(policy)
    return [
        str(tmp_path / "label.suyuan.json"),
        "--trust",
        str(tmp_path / "trust.json"),
        "--now",
        now,
    ]


def run(capsysbinary, *arguments):
    code = main([str(argument) for argument in arguments])
    out, err = capsysbinary.readouterr()
    return code, out.decode(), err.decode()


# the tree and the page


@pytest.mark.parametrize(("lang", "word"), [("en", "label"), ("zh", "标识")])
def test_the_tree_stands_below_the_verdict(sent, capsysbinary, lang, word):
    code, out, err = run(capsysbinary, *sent, "--lang", lang)
    assert (code, err) == (0, "")
    first, banner, root, *_ = out.splitlines()
    assert first.startswith("label.suyuan.json  ")
    assert "(!)" in banner
    assert f"(!) {word}: EXAMPLE-LABEL-0001" in root


def test_the_json_report_has_everything_below_the_label(sent, capsysbinary):
    _, out, _ = run(capsysbinary, *sent, "--format", "json")
    record = json.loads(out)["subjects"][0]["record"]
    assert record == given.label_report().record
    assert record["footprint"]["recomputed"] == {"done": 4, "of": 4}


def test_the_page_is_written_beside_the_text(sent, tmp_path, capsysbinary):
    code, out, err = run(capsysbinary, *sent, "--report", tmp_path / "out.html", "--lang", "zh")
    assert (code, err) == (0, "")
    assert "有效" in out
    document = read_page((tmp_path / "out.html").read_bytes())
    (html,) = document.all("html")
    assert html.attributes["lang"] == "zh-CN"
    (title,) = document.all("title")
    assert title.text == f"Suyuan VALID {given.told().ledger.now}"
    assert f"suyuan-verifier {__version__}" in document.text


def test_the_page_is_written_whatever_the_verdict_is(sent, tmp_path, capsysbinary):
    bundle = Path(sent[0]).read_bytes()
    Path(sent[0]).write_bytes(bundle.replace(b"4367.325", b"4367.326"))
    code, out, _ = run(capsysbinary, *sent, "--report", tmp_path / "out.html", "-q")
    assert (code, out) == (1, "")
    assert b"INVALID" in (tmp_path / "out.html").read_bytes()


@pytest.mark.parametrize("name", ["label.suyuan.json", "trust.json"])
def test_the_page_never_replaces_what_is_verified(sent, tmp_path, capsysbinary, name):
    before = (tmp_path / name).read_bytes()
    (tmp_path / "other").symlink_to(tmp_path / name)
    for path in (tmp_path / name, tmp_path / "other"):
        code, out, err = run(capsysbinary, *sent, "--report", path)
        assert (code, out) == (2, "")
        assert "would overwrite" in err
        assert (tmp_path / name).read_bytes() == before


def test_a_page_that_cannot_be_written_is_a_usage_error(sent, tmp_path, capsysbinary):
    code, out, err = run(capsysbinary, *sent, "--report", tmp_path / "absent" / "out.html")
    assert (code, out) == (2, "")
    assert "cannot write" in err


def test_inspect_names_the_documents_and_says_that_nothing_was_checked(sent, capsysbinary):
    code, out, _ = run(capsysbinary, "inspect", sent[0])
    assert code == 0
    assert out.startswith("NOT VERIFIED")
    for name in ("LABEL", "CERT", "FILING"):
        assert f"EXAMPLE-{name}-0001" in out


# codes scanned from goods


@pytest.mark.parametrize(
    "uri",
    [QR, QR + "/21/SERIAL-7", "https://id.example/01/09521234543213"],
    ids=["as signed", "with a serial number", "without a lot"],
)
def test_a_scanned_code_of_the_label_fits(sent, capsysbinary, uri):
    code, out, _ = run(capsysbinary, *sent, "--scanned", uri)
    assert code == 0
    assert f"the scanned code is this label's: {uri}" in out


@pytest.mark.parametrize(
    "uri",
    [
        "https://id.example/01/09521234543220/10/LOT-1",
        "https://id.example/01/09521234543214/10/LOT-1",
        "https://id.example/01/09521234543213/10/LOT-9",
        "https://id.examp1e/01/09521234543213/10/LOT-1",
        "https://id.example/x/01/09521234543213/10/LOT-1",
        "http://id.example/01/09521234543213/10/LOT-1",
        "https://id.example/01/0952123454321",
        "https://id.example/EXAMPLE-LABEL-0001",
        "EXAMPLE-LABEL-0001",
        "\x1b[32mVALID",
    ],
    ids=[
        "another product",
        "no check digit",
        "another lot",
        "another host",
        "another prefix",
        "no TLS",
        "truncated",
        "the number, where the label has a product",
        "no address",
        "hostile",
    ],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_scanned_code_of_something_else_is_invalid(sent, capsysbinary, uri, lang):
    code, out, _ = run(capsysbinary, *sent, "--scanned", uri, "--lang", lang)
    row = codes()["label.scanned"]
    assert code == 1
    assert f"{row.message[lang]} [label.scanned]" in out
    assert row.hint[lang] in out
    assert QR in out
    assert "\x1b" not in out


def test_a_label_may_be_named_by_its_number():
    record = json.loads(json.dumps(given.label_report().record))
    record["claim"]["qr"] = "https://labels.example/l/EXAMPLE-LABEL-0001"
    outcomes = {
        uri: check_scanned(record, uri).outcome
        for uri in (
            record["claim"]["qr"],
            "https://labels.example/l/EXAMPLE-LABEL-0002",
            "https://labels.example/EXAMPLE-LABEL-0001",
            QR,
        )
    }
    assert list(outcomes.values()) == [Outcome.PASS, *[Outcome.FAIL] * 3]


def test_what_is_no_label_has_no_code_to_compare(tmp_path, capsysbinary):
    bundle, policy, now = given.files(given.told(), "certificate")
    (tmp_path / "c").write_bytes(bundle)
    (tmp_path / "t").write_bytes(policy)
    options = (tmp_path / "c", "--trust", tmp_path / "t", "--now", now)
    assert run(capsysbinary, *options)[0] == 0
    for lang in ("en", "zh"):
        code, out, _ = run(capsysbinary, *options, "--scanned", QR, "--lang", lang)
        assert code == 4
        assert f"{codes()['label.absent'].message[lang]} [label.absent]" in out
        assert ": LabelIssuance" in out


def test_a_scanned_code_is_not_compared_with_what_does_not_hold():
    assert check_scanned(None, QR).outcome is Outcome.NOT_RUN


def test_comparisons_are_step_0_of_the_json_report(sent, capsysbinary):
    _, out, _ = run(capsysbinary, *sent, "--scanned", QR, "--format", "json")
    first, *others = json.loads(out)["subjects"][0]["checks"]
    assert (first["step"], first["code"], first["outcome"]) == (0, "label.scan_fits", "pass")
    assert all(check["step"] > 0 for check in others)


def test_a_comparison_makes_a_verdict_worse_and_never_better():
    good = given.label_report()
    undecided = given.sealed_report([])
    assert undecided.verdict == "UNDECIDED"
    verdicts = {
        (report.verdict, outcome): report.with_check(Check(0, "view.valid", outcome)).verdict
        for report in (good, undecided)
        for outcome in (Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN, Outcome.NOT_RUN)
    }
    assert verdicts == {
        ("VALID", "pass"): "VALID",
        ("VALID", "fail"): "INVALID",
        ("VALID", "unknown"): "UNDECIDED",
        ("VALID", "not_run"): "UNDECIDED",
        ("UNDECIDED", "pass"): "UNDECIDED",
        ("UNDECIDED", "fail"): "INVALID",
        ("UNDECIDED", "unknown"): "UNDECIDED",
        ("UNDECIDED", "not_run"): "UNDECIDED",
    }
    unreadable = given.report_on((b"{", *given.files(given.told(), "label")[1:]))
    failed = Check(0, "view.differs", Outcome.FAIL)
    assert unreadable.with_check(failed).verdict == "UNREADABLE"


@pytest.mark.parametrize("option", ["--scanned", "--view"])
def test_comparisons_are_about_one_bundle(sent, capsysbinary, option):
    code, _, err = run(capsysbinary, sent[0], *sent, option, "x")
    assert code == 2
    assert "about one bundle" in err


# codes that carry a label


@pytest.fixture
def carried(tmp_path):
    """Writes a code and returns the options that check it."""

    def write(text: str) -> list[str]:
        (tmp_path / "code.txt").write_text(text, encoding="utf-8")
        return ["--code", str(tmp_path / "code.txt")]

    return write


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_signed_code_is_never_valid_and_shows_its_label(carried, capsysbinary, lang):
    code, out, err = run(capsysbinary, *carried(code_of_record(label_record())), "--lang", lang)
    row = codes()["code.signature_only"]
    assert (code, err) == (4, "")
    assert out.splitlines()[0].endswith(f"{row.message[lang]} [code.signature_only]")
    subject = label_record()["credentialSubject"]
    displayed = subject["displayed"]
    assert f"{displayed['value']} {displayed['unit']}" in out
    assert subject["labelNumber"] in out
    assert label_record()["issuer"]["nameZh" if lang == "zh" else "name"] in out
    banner = out.splitlines()[1]
    assert banner.startswith("  (!) ")
    assert ("ILLUSTRATIVE" if lang == "en" else "示例") in banner
    assert out.startswith("code.txt  " + ("UNDECIDED: " if lang == "en" else "未定: "))
    assert "VALID" not in out


def test_nothing_of_a_code_reaches_a_terminal_raw():
    result = check_code(code_of_record(label_record()))
    claim = result.claim | {"labelNumber": "1\u200b2\u202e", "dataStatus": "calculated"}
    out = render_code("\x1bname", replace(result, claim=claim), "en")
    assert "1\\u200b2\\u202e" in out
    assert "(!)" not in out
    assert all(symbol.isprintable() or symbol == "\n" for symbol in out)


def test_a_code_as_json(carried, capsysbinary):
    code, out, _ = run(capsysbinary, *carried(code_of_record(label_record())), "--format", "json")
    report = json.loads(out)
    assert (code, report["exitCode"], report["verdict"]) == (4, 4, "UNDECIDED")
    assert report["schema"] == "suyuan/code-report@v1"
    assert report["claim"]["labelNumber"] == "EXAMPLE-LABEL-0001"
    assert report["input"] == {"name": "code.txt"}


@pytest.mark.parametrize(
    ("text", "expected", "exit_code"),
    [
        (code_of_record(resign(label_record(), Actor("stranger"))), "sig.invalid", 1),
        (code_of(b"{}"), "record.members", 1),
        ("HELLO", "code.prefix", 3),
        ("标识\x1b[2J", "code.prefix", 3),
        ("SUYUAN1:" + "0" * 5000, "code.too_long", 3),
    ],
    ids=["signed by a stranger", "no record", "another code", "hostile", "too long"],
)
def test_a_code_that_does_not_hold_shows_nothing_of_a_label(
    carried, capsysbinary, text, expected, exit_code
):
    for lang in ("en", "zh"):
        code, out, _ = run(capsysbinary, *carried(text), "--lang", lang)
        assert code == exit_code
        assert f"{codes()[expected].message[lang]} [{expected}]" in out
        assert "EXAMPLE-LABEL" not in out
        assert all(symbol.isprintable() or symbol == "\n" for symbol in out)
    _, out, _ = run(capsysbinary, *carried(text), "--format", "json")
    assert json.loads(out)["claim"] is None
    assert run(capsysbinary, *carried(text), "-q") == (exit_code, "", "")


@pytest.mark.parametrize(
    "extra",
    [
        ["bundle"],
        *(["--" + name, "x"] for name in "trust now status rpc view scanned report".split()),  # noqa: SIM905
    ],
    ids=lambda extra: extra[0],
)
def test_a_code_is_checked_by_itself(carried, capsysbinary, extra):
    """What was asked and is not answered must not look as if it was."""
    code, out, err = run(capsysbinary, *carried(code_of_record(label_record())), *extra)
    assert (code, out) == (2, "")
    assert "checked by itself" in err
    assert f"leave out {extra[0].removeprefix('--').replace('bundle', 'files')}" in err


def test_a_code_that_cannot_be_read_is_a_usage_error(capsysbinary):
    assert run(capsysbinary, "--code", "absent")[0] == 2
    assert run(capsysbinary, "--code", "")[0] == 2


def test_an_empty_code_or_view_is_not_ignored(sent, capsysbinary):
    assert run(capsysbinary, *sent, "--scanned", "")[0] == 1
    assert run(capsysbinary, *sent, "--view", "")[0] == 2
    assert run(capsysbinary, *sent, "--report", "")[0] == 2
