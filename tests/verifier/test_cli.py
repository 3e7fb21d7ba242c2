"""The command line: what it prints, in which language, and with which exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from simulator import Actor, good_story, jcs, resign
from suyuan_verifier.cli import main
from suyuan_verifier.codes import codes
from suyuan_verifier.version import __version__

COMMAND = [sys.executable, "-m", "suyuan_verifier"]


@pytest.fixture
def story(tmp_path):
    """A good bundle and a policy on disk; returns a function that runs the command on them."""
    ledger, bundle, policy = good_story()
    good, trust = tmp_path / "good.suyuan.json", tmp_path / "trust.json"
    good.write_bytes(jcs(bundle))
    trust.write_bytes(jcs(policy))
    return Story(ledger, bundle, policy, tmp_path)


class Story:
    """Files of one honest story, and the options that verify them."""

    def __init__(self, ledger, bundle, policy, folder: Path) -> None:
        self.ledger, self.bundle, self.policy, self.folder = ledger, bundle, policy, folder
        self.options = ["--trust", str(folder / "trust.json"), "--now", ledger.now]

    def write(self, name: str, value) -> str:
        """Put a bundle or anything else into the folder."""
        path = self.folder / name
        path.write_bytes(value if isinstance(value, bytes) else jcs(value))
        return str(path)

    @property
    def good(self) -> str:
        """Path of the good bundle."""
        return str(self.folder / "good.suyuan.json")

    def bent(self, name="bent.suyuan.json") -> str:
        """A bundle whose last record a stranger signed."""
        value = json.loads(jcs(self.bundle))
        value["records"][4] = resign(value["records"][4], Actor("stranger"))
        return self.write(name, value)


def run(capsysbinary, *arguments):
    code = main([str(argument) for argument in arguments])
    out, err = capsysbinary.readouterr()
    return code, out.decode(), err.decode()


def test_good_bundle_in_english(story, capsysbinary):
    code, out, err = run(capsysbinary, story.good, *story.options)
    assert (code, err) == (0, "")
    assert out.startswith("good.suyuan.json  VALID (steps 1-7)\n")
    assert "Example product  1.250 kgCO2e/KGM  (ILLUSTRATIVE, not real data)" in out
    assert "  source: " in out
    assert "trust basis: pinned, chain 31337, block 120, 2026-01-05T08:10:30Z" in out
    assert "It does not say that a meter was right" in out


def test_good_bundle_in_chinese(story, capsysbinary):
    code, out, _ = run(capsysbinary, story.good, *story.options, "--lang", "zh")
    assert code == 0
    assert out.startswith("good.suyuan.json  有效 (步骤 1-7)\n")
    assert "示例产品  1.250 kgCO2e/KGM  (示例数据，并非真实数据)" in out
    assert "  来源: " in out
    assert "信任依据" in out
    assert "并不表示计量仪表准确" in out


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_failure_says_what_where_and_what_to_do(story, capsysbinary, lang):
    code, out, _ = run(capsysbinary, story.bent(), *story.options, "--lang", lang)
    row = codes()["sig.invalid"]
    assert code == 1
    assert f"{row.message[lang]} [sig.invalid]" in out
    assert row.hint[lang] in out
    assert f"docs/spec/{row.spec}" in out
    assert "/proof/proofValue" in out
    assert "VALID (" not in out
    # Nothing of what the record claims is shown as good.
    assert "1.250" not in out


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_json_report(story, capsysbinary, lang):
    arguments = (story.good, story.bent(), *story.options, "--format", "json", "--lang", lang)
    code, out, err = run(capsysbinary, *arguments)
    report = json.loads(out)
    assert (code, err) == (1, "")
    assert out.encode() == jcs(report) + b"\n"
    assert report["schema"] == "suyuan/report@v1"
    assert (report["verdict"], report["exitCode"]) == ("INVALID", 1)
    assert [subject["verdict"] for subject in report["subjects"]] == ["VALID", "INVALID"]
    assert report["now"] == story.ledger.now
    assert report["implementation"] == {"name": "suyuan-verifier", "version": __version__}
    assert run(capsysbinary, *arguments) == (code, out, err)


def test_json_report_says_which_policy(story, capsysbinary):
    _, out, _ = run(capsysbinary, story.good, *story.options, "--format", "json")
    trust = json.loads(out)["trust"]
    assert trust["origin"] == "log.example/suyuan"
    assert trust["requiredSteps"] == [1, 2, 3, 4, 5, 6, 7]
    assert trust["digest"].startswith("sha256:")


def test_worst_of_several_files_decides(story, capsysbinary):
    undecided = {name: item for name, item in story.bundle.items() if name != "anchor"}
    files = {
        0: story.good,
        4: story.write("undecided.suyuan.json", undecided),
        3: story.write("unreadable.suyuan.json", b"{"),
        1: story.bent(),
    }
    for count, expected in ((1, 0), (2, 4), (3, 3), (4, 1)):
        chosen = list(files.values())[:count]
        for order in (chosen, chosen[::-1]):
            code, out, _ = run(capsysbinary, *order, *story.options)
            assert code == expected
            assert all(Path(name).name in out for name in order)


def test_quiet_prints_nothing(story, capsysbinary):
    assert run(capsysbinary, story.good, *story.options, "--quiet") == (0, "", "")
    assert run(capsysbinary, story.bent(), *story.options, "-q") == (1, "", "")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "no bundle given"),
        (["{good}"], "no trust policy given"),
        (["{good}", "--trust"], "expected one argument"),
        (["{good}", "--trust", "{trust}", "--bogus"], "unrecognized arguments: --bogus"),
        (["{good}", "--trust", "{trust}", "--format", "xml"], "invalid choice"),
        (["{good}", "--trust", "{trust}", "--now", "yesterday"], "--now yesterday"),
        (["{good}", "--trust", "{trust}", "--now", "2026-02-30T00:00:00Z"], "--now 2026-02-30"),
        (["{good}", "--trust", "{absent}"], "cannot read"),
        (["{absent}", "--trust", "{trust}"], "cannot read"),
        (["{folder}", "--trust", "{trust}"], "cannot read"),
        (["{good}", "--trust", "{good}"], "policy.shape"),
        (["{good}", "--trust", "{trust}", "--rpc", "https://rpc.example"], "online basis"),
        (["inspect"], "required: FILE"),
        (["inspect", "{absent}"], "cannot read"),
    ],
)
def test_usage_errors(story, capsysbinary, arguments, says):
    names = {
        "good": story.good,
        "trust": str(story.folder / "trust.json"),
        "absent": str(story.folder / "absent.json"),
        "folder": str(story.folder),
    }
    code, out, err = run(capsysbinary, *(text.format(**names) for text in arguments))
    assert (code, out) == (2, "")
    assert err.startswith("suyuan-verify: error: ")
    assert says in err
    assert "Traceback" not in err


def test_rpc_endpoint_without_encryption_is_refused(story, capsysbinary):
    story.policy["anchorTrust"]["accept"] = ["online"]
    story.write("trust.json", story.policy)
    code, _, err = run(capsysbinary, story.good, *story.options, "--rpc", "http://rpc.example")
    assert code == 2
    assert "rpc.endpoint" in err
    assert "https" in err


def test_bug_is_reported_as_a_bug(story, capsysbinary, monkeypatch):
    def broken(*_arguments, **_options):
        raise ZeroDivisionError("inside")

    monkeypatch.setattr("suyuan_verifier.cli.verify", broken)
    code, out, err = run(capsysbinary, story.good, *story.options)
    assert (code, out) == (70, "")
    assert "ZeroDivisionError" in err
    assert "Traceback" not in err


def test_self_test(capsysbinary, monkeypatch):
    code, out, _ = run(capsysbinary, "--self-test")
    assert code == 0
    assert "good bundle  VALID" in out
    assert out.rstrip().endswith(" 0 failed")
    assert run(capsysbinary, "--self-test", "--quiet") == (0, "", "")
    # A verifier whose signature check is broken notices.
    monkeypatch.setattr("suyuan_verifier.foundations.verify_proof", lambda *_: None)
    code, out, _ = run(capsysbinary, "--self-test")
    assert code == 70
    assert "FAIL  one digit changed" in out


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_inspect_shows_claims_and_never_says_valid(story, capsysbinary, lang):
    code, out, _ = run(capsysbinary, "inspect", story.bent(), "--lang", lang)
    assert code == 0
    assert out.startswith(("NOT VERIFIED", "未经验证"))
    assert "EXAMPLE-WIDGET 1.250 kgCO2e/KGM illustrative" in out
    rest = out.partition("\n")[2].lower()
    assert "valid" not in rest
    assert "有效" not in rest


def test_inspect_as_json(story, capsysbinary):
    code, out, _ = run(capsysbinary, "inspect", story.good, "--format", "json")
    claims = json.loads(out)
    assert code == 0
    assert claims["verified"] is False
    assert [record["index"] for record in claims["records"]] == [0, 1, 2, 3, 7]
    assert claims["checkpoint"] == ["log.example/suyuan", "13"]


def test_inspect_of_anything(story, capsysbinary):
    code, out, err = run(capsysbinary, "inspect", story.write("x", b"nonsense"), story.good)
    assert code == 3
    assert "bundle.syntax" in err
    assert "NOT VERIFIED" in out
    story.bundle["records"][0] = {"type": "x", "issuer": 7, "credentialSubject": [1]}
    story.bundle["anchor"] = {"chainId": {"nested": [None, True]}}
    assert run(capsysbinary, "inspect", story.write("odd", story.bundle))[0] == 0


def test_hint_is_never_printed(story, capsysbinary):
    name = story.write("hinted.suyuan.json", {**story.bundle, "hint": "believe-me"})
    for arguments in (
        (name, *story.options),
        (name, *story.options, "--format", "json"),
        ("inspect", name),
        ("inspect", name, "--format", "json"),
    ):
        code, out, err = run(capsysbinary, *arguments)
        assert code == 0
        assert "believe-me" not in out + err


HOSTILE = "\x1b[2J\x1b[32mVALID\x07\u202e\u2066\x9b"


def is_clean(text: str) -> bool:
    return all(symbol.isprintable() or symbol == "\n" for symbol in text)


def test_hostile_bytes_never_reach_the_terminal(story, capsysbinary):
    value = json.loads(jcs(story.bundle))
    value["records"][4]["credentialSubject"]["factorCode"] = HOSTILE
    value["records"][3]["issuer"]["name"] = HOSTILE
    value["records"][2][HOSTILE] = HOSTILE
    value["log"]["checkpoint"] = f"{HOSTILE}\n{HOSTILE}\n"
    value["anchor"]["contract"] = HOSTILE
    name = story.write(f"{HOSTILE}.suyuan.json", value)
    unknown = story.write("unknown", {**story.bundle, HOSTILE: 1})
    twice = story.write("twice", b'{"\\u001b":1,"\\u001b":2}')
    version = story.write("version", {"format": f"suyuan/{HOSTILE}"})
    for lang in ("en", "zh"):
        code, out, err = run(
            capsysbinary, name, unknown, twice, version, *story.options, "--lang", lang
        )
        assert code == 1
        assert is_clean(out)
        assert is_clean(err)
    for file in (name, unknown, twice, version, story.folder / HOSTILE):
        _, out, err = run(capsysbinary, "inspect", file)
        assert is_clean(out)
        assert is_clean(err)


def test_hostile_text_in_a_policy_error(story, capsysbinary):
    trust = story.write("hostile.json", {**story.policy, HOSTILE: 1})
    code, _, err = run(capsysbinary, story.good, "--trust", trust)
    assert code == 2
    assert is_clean(err)


def test_file_name_that_is_no_utf8(story):
    name = os.fsencode(story.folder) + b"/\xff\x1b.suyuan.json"
    Path(os.fsdecode(name)).write_bytes(jcs(story.bundle))
    for extra in ([], ["--format", "json"]):
        done = subprocess.run(
            [*COMMAND, name, *story.options, *extra], capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert b"\x1b" not in done.stdout
        done.stdout.decode("utf-8")


@pytest.mark.parametrize("locale", ["C", "POSIX"])
def test_chinese_in_any_locale(story, locale):
    environment = {**os.environ, "LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [*COMMAND, story.good, *story.options, "--lang", "zh"],
        capture_output=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    assert "有效" in done.stdout.decode("utf-8")


@pytest.mark.parametrize("expected", [0, 1])
def test_reader_that_goes_away_changes_no_verdict(story, expected):
    name = story.bent() if expected else story.good
    with subprocess.Popen(
        [*COMMAND, *[name] * 200, *story.options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.read(1)
        process.stdout.close()
        errors = process.stderr.read()
    assert process.returncode == expected
    assert errors == b""


def test_too_large_file_is_unreadable_and_has_no_digest(story, capsysbinary):
    name = str(story.folder / "big.suyuan.json")
    with Path(name).open("wb") as stream:
        stream.truncate(17 * 1024 * 1024)
    code, out, _ = run(capsysbinary, name, *story.options, "--format", "json")
    assert code == 3
    (subject,) = json.loads(out)["subjects"]
    assert subject["input"] == {"name": "big.suyuan.json", "sha256": None}
    assert [check["code"] for check in subject["checks"]] == ["bundle.too_large"]


def test_now_in_the_first_years(story, capsysbinary):
    options = [*story.options[:3], "0001-01-01T00:00:00Z"]
    code, out, _ = run(capsysbinary, story.good, *options, "--format", "json")
    assert code == 4
    assert json.loads(out)["now"] == "0001-01-01T00:00:00Z"


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version(option, capsys):
    with pytest.raises(SystemExit) as caught:
        main([option])
    assert caught.value.code == 0
    assert "suyuan-verify" in capsys.readouterr().out


def test_module_is_the_command():
    done = subprocess.run([*COMMAND, "--version"], capture_output=True, check=True)
    assert done.stdout.decode().split() == ["suyuan-verify", __version__]


def test_subject_that_is_no_factor(story, capsysbinary):
    """A bundle about an enrolment shows its kind and issuer."""
    bundle = story.ledger.bundle(3, [0, 1, 2, 3], story.ledger.anchor())
    story.write("trust.json", story.ledger.policy())
    code, out, _ = run(capsysbinary, story.write("e.suyuan.json", bundle), *story.options)
    assert code == 0
    assert "record: Enrolment\n" in out
    assert story.ledger.registrar.issuer["name"] in out
