"""Every bundle vector gets exactly its verdict, and everything that is wrong with it is named."""

from __future__ import annotations

import importlib.util
import json
from datetime import datetime
from pathlib import Path

import pytest
from suyuan_verifier import parse_policy, verify
from suyuan_verifier.cli import main
from suyuan_verifier.report import EXIT_CODES, Verdict

FOLDER = Path(__file__).resolve().parents[1] / "vectors" / "bundles"
VECTORS = sorted(path.parent for path in FOLDER.glob("*/expect.json"))
_STEPS = "record sig authority inclusion checkpoint anchor workflow footprint status"
NOTHING_TO_SAY = {
    "bundle.closed",
    "arithmetic.figure",
    *(f"{name}.valid" for name in _STEPS.split()),
}
"""Codes that say only that a step passed."""


@pytest.fixture(scope="module")
def generator():
    spec = importlib.util.spec_from_file_location("bundle_generate", FOLDER / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("folder", VECTORS, ids=lambda folder: folder.name)
def test_vector(folder):
    expect = json.loads((folder / "expect.json").read_text("utf-8"))
    report = verify(
        (folder / "bundle.suyuan.json").read_bytes(),
        parse_policy((folder / "trust.json").read_bytes()),
        now=datetime.fromisoformat(expect["now"]),
        status=(folder / "status.json").read_bytes() if "status" in expect else None,
    )
    said = [(check.step, check.code, check.outcome.value) for check in report.checks]
    problems = {row for row in said if row[2] in ("fail", "unknown")}
    assert problems == _rows(expect["problems"])
    notes = {row for row in said if row[2] == "pass" and row[1] not in NOTHING_TO_SAY}
    assert notes == _rows(expect.get("notes", []))
    assert report.verdict == expect["verdict"]


def _rows(rows):
    return {(row["step"], row["code"], row["outcome"]) for row in rows}


@pytest.mark.parametrize("folder", VECTORS, ids=lambda folder: folder.name)
def test_command_line_agrees(folder, capsysbinary):
    expect = json.loads((folder / "expect.json").read_text("utf-8"))
    code = main(
        [
            str(folder / "bundle.suyuan.json"),
            "--trust",
            str(folder / "trust.json"),
            "--now",
            expect["now"],
            "--format",
            "json",
            *(["--status", str(folder / "status.json")] if "status" in expect else []),
        ]
    )
    report = json.loads(capsysbinary.readouterr().out)
    assert code == report["exitCode"] == EXIT_CODES[Verdict(expect["verdict"])]
    assert report["verdict"] == report["subjects"][0]["verdict"] == expect["verdict"]


def test_vectors_are_what_their_generator_writes(generator):
    written = {
        f"{folder.name}/{path.name}": path.read_bytes()
        for folder in VECTORS
        for path in folder.iterdir()
    }
    assert generator.render() == written
    assert generator.render_self_test() == generator.SELF_TEST.read_bytes()


def test_vectors_stay_small(generator):
    assert sum(map(len, generator.render().values())) < 8_500_000
    assert len(generator.render_self_test()) < 40_000
