"""`suyuan check` as it is typed: one submission, all open ones, a file to try out."""

from __future__ import annotations

import base64
import copy
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ledger_world import GovernedWorld
from suyuan_ledger.official import official_table
from suyuan_ledger.records.profile import format_digest, parse_record
from suyuan_ledger.records.shape import subject_errors
from suyuan_ledger.workflow.default_rules import default_rules
from traceability_cases import sound

SUYUAN = str(Path(sys.executable).with_name("suyuan"))
EXPORT = (
    "system,item,unit,periodStart,periodEnd,submitted,reported,factorCode\n"
    "energyMonitoring,电力,MWH,2025-01-01,2025-12-31,100,{},EXAMPLE-INGOT\n"
)


def secret(seed):
    """A key as an environment variable holds it."""
    return base64.urlsafe_b64encode(seed).rstrip(b"=").decode()


class Home:
    """A folder with a governed ledger, and the keys of its checker and its log."""

    def __init__(self, folder, world):
        self.folder = folder
        self.world = world

    def call(self, *arguments, **environment):
        """Run `suyuan check`."""
        return subprocess.run(
            [SUYUAN, "check", *map(str, arguments)],
            cwd=self.folder,
            env={
                **os.environ,
                "SUYUAN_HOME": "home",
                "SUYUAN_LOG_KEY": "env:LOG_KEY",
                "LOG_KEY": secret(b"\x10" * 32),
                "CHECKER": secret((11).to_bytes(32, "big")),
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def submit(self, **changes):
        """Log a submission that keeps all rules, unless `changes` break one."""
        record = self.world.works.sign(
            self.world.works.draft("FactorSubmission", {**sound(), **changes})
        )
        return self.world.ledger.submit(record)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A home with a rule set in force and everybody enrolled."""
    folder = tmp_path_factory.mktemp("template")
    (folder / "home").mkdir()
    world = GovernedWorld(folder / "home" / "ledger.sqlite", rules=default_rules())
    return Home(folder, world.begin())


@pytest.fixture
def home(template, tmp_path):
    """A copy of that home for one test."""
    template.world.ledger.close()
    folder = Path(shutil.copytree(template.folder, tmp_path / "work"))
    world = copy.copy(template.world)
    world.path = folder / "home" / "ledger.sqlite"
    world.ledger = world.open()
    return Home(folder, world)


KEY = ("--key", "env:CHECKER")


def test_shown_then_signed_and_submitted(home):
    """Without --submit nothing is signed; what is signed is what was shown."""
    receipt = home.submit()
    size = home.world.size
    shown = home.call(receipt.index, *KEY)

    assert shown.returncode == 0, shown.stderr
    assert "gases.sum" in shown.stdout
    assert shown.stdout.splitlines()[-1] == "verdict: pass"
    assert "nothing was signed" in shown.stderr
    assert home.world.size == size

    done = home.call(format_digest(receipt.content), *KEY, "--submit", "--json")

    answer = json.loads(done.stdout)
    logged = home.world.ledger.record_at(answer["index"])
    assert (logged.kind, format_digest(logged.content)) == ("TraceabilityCheck", answer["content"])
    assert parse_record(logged.body).value["credentialSubject"] == answer["check"]
    assert f"signing {answer['content']}" in done.stderr


def test_evidence_and_other_systems(home):
    """What was given is stated in the check; a verdict of fail is an exit code."""
    (home.folder / "files").mkdir()
    (home.folder / "files" / "meter.txt").write_bytes(b"abc")
    (home.folder / "export.csv").write_text(EXPORT.format("200"), encoding="utf-8")
    given = ("--files", "files", "--systems", "export.csv")

    done = home.call(home.submit().index, *KEY, *given, "--out", "check.json", SUYUAN_LANG="zh")

    assert done.returncode == 1
    assert "结论: 不通过" in done.stdout
    assert "1 项数据中 1 项不一致" in done.stdout
    assert "能耗在线监测 电力 2025-01-01/2025-12-31 100 : 200 MWH, 0.5 (0.05)" in done.stdout
    assert "suyuan submit check.json" in done.stderr
    subject = parse_record((home.folder / "check.json").read_bytes()).value["credentialSubject"]
    assert subject_errors("TraceabilityCheck", subject) == []
    assert [file["name"] for file in subject["inputs"]] == ["meter.txt", "export.csv"]
    outcomes = {one["ruleId"]: one["outcome"] for one in subject["results"]}
    assert (outcomes["evidence.files"], outcomes["systems.cross-check"]) == ("pass", "fail")


def test_all_open_cases_are_checked_once(home):
    """One signature each; what was checked before is left alone."""
    home.submit()
    home.submit(factorCode="SLIPPED", value="5310", variant={"zh": "甲", "en": "a"})
    done = home.call("--all-open", *KEY)

    assert done.returncode == 1
    slipped, totals = done.stdout.splitlines()
    assert slipped.endswith(
        "FAIL: gases.sum, inventory.sum, stages.sum, uncertainty.range, unit.magnitude"
    )
    assert totals == "pass 1, conditional 0, FAIL 1"
    kinds = [stored.kind for stored in home.world.ledger.records()]
    assert kinds.count("TraceabilityCheck") == 2

    again = home.call("--all-open", *KEY, "--json")
    assert again.returncode == 0
    assert json.loads(again.stdout) == {"refused": 0, "verdicts": {}}


def test_all_open_cases_signed_for_whoever_runs_the_log(home):
    """The checker has no key of the log."""
    home.submit()
    done = home.call("--all-open", *KEY, "--out", "checks.ndjson", LOG_KEY="")

    assert done.returncode == 0, done.stderr
    (line,) = (home.folder / "checks.ndjson").read_bytes().splitlines()
    assert home.world.ledger.submit(line).index == home.world.size - 1


def test_a_table_is_tried_out_without_key_and_ledger(tmp_path):
    """The official figures pass the rules that we propose."""
    (tmp_path / "official.csv").write_bytes(official_table())
    done = subprocess.run(
        [SUYUAN, "check", "official.csv"],
        cwd=tmp_path,
        env={**os.environ, "SUYUAN_HOME": "none"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout == "pass 51, conditional 0, FAIL 0\n"
    assert "the default rules are used" in done.stderr


def test_drafts_subjects_and_records_are_tried_out(home):
    """By the rules of the ledger at hand."""
    subject = sound()
    draft = home.world.works.draft("FactorSubmission", subject)
    (home.folder / "subject.json").write_text(json.dumps(subject), encoding="utf-8")
    (home.folder / "draft.json").write_text(json.dumps(draft), encoding="utf-8")
    (home.folder / "signed.json").write_bytes(home.world.works.sign(draft))
    (home.folder / "both.ndjson").write_bytes(home.world.works.sign(draft) + b"\n")

    for name in ("subject.json", "draft.json", "signed.json", "both.ndjson"):
        done = home.call(name)
        assert done.returncode == 0, (name, done.stderr)
        assert done.stdout.endswith("verdict: pass\n"), name


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((), "name one submission or file, or --all-open"),
        (("--all-open", "0", *KEY), "name one submission or file, or --all-open"),
        (("0",), "--key says with what"),
        (("0", *KEY, "--submit", "--out", "x"), "either --out or --submit"),
        (("--all-open", *KEY, "--files", "."), "--files is for one submission"),
        (("0", *KEY), "[trace.kind]"),
        (("999", *KEY), "[record.unknown]"),
        (("sha256:00", *KEY), "[record.digest]"),
        (("absent.json",), "[file.read]"),
        (("list.json",), "[file.json]"),
        (("other.json",), "[trace.kind]"),
        (("shape.json",), "[record.shape]"),
        (("unit.json",), "[record.unit]"),
        (("0", *KEY, "--systems", "bad.csv"), "row 2, column reported"),
    ],
)
def test_what_cannot_be_checked_says_why(template, arguments, text):
    """A clear error each, and nothing is signed."""
    files = {
        "list.json": [],
        "other.json": {"type": ["VerifiableCredential", "Return"], "credentialSubject": {}},
        "shape.json": {},
        "unit.json": {**sound(), "valueUnit": "tCO2e/KGM"},
    }
    for name, value in files.items():
        (template.folder / name).write_text(json.dumps(value), encoding="utf-8")
    (template.folder / "bad.csv").write_text(EXPORT.format("many"), encoding="utf-8")
    size = template.world.open().checkpoint().size

    done = template.call(*arguments)

    assert done.returncode in {1, 2}
    assert text in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.stderr
    assert template.world.open().checkpoint().size == size
