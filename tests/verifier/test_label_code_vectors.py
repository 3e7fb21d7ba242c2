"""Every label code vector gives its code and its verdict, as a call and on the command line."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest
from suyuan_verifier.cli import main
from suyuan_verifier.label_code import check_code
from suyuan_verifier.report import EXIT_CODES, Verdict

FOLDER = Path(__file__).resolve().parents[1] / "vectors" / "codes"
VECTORS = sorted(FOLDER.glob("*.json"))


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_vector(path, tmp_path, capsys):
    vector = json.loads(path.read_text("ascii"))
    expect = vector["expect"]
    result = check_code(vector["text"])
    assert (result.code, result.verdict.value) == (expect["code"], expect["verdict"])
    if "contentDigest" in expect:
        assert result.claim["contentDigest"] == expect["contentDigest"]
    file = tmp_path / "code.txt"
    file.write_bytes(vector["text"].encode())
    assert main(["--code", str(file), "--format", "json"]) == EXIT_CODES[Verdict(expect["verdict"])]
    report = json.loads(capsys.readouterr().out)
    assert (report["code"], report["verdict"]) == (expect["code"], expect["verdict"])


@pytest.fixture(scope="module")
def made():
    """The cases of the generator."""
    spec = importlib.util.spec_from_file_location("code_vectors", FOLDER / "generate.py")
    generator = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = generator
    spec.loader.exec_module(generator)
    return {case.name: (case, generator.expectation(case)) for case in generator.cases()}


def test_the_vectors_are_those_of_the_generator(made):
    kept = {}
    for path in VECTORS:
        vector = json.loads(path.read_text("ascii"))
        vector["expect"].pop("contentDigest", None)
        kept[path.stem] = (vector["why"], vector["expect"])
    assert kept == {name: (case.why, expect) for name, (case, expect) in made.items()}


def test_what_the_generator_would_write_today_gives_the_same(made):
    for case, expect in made.values():
        result = check_code(case.text)
        assert {"code": result.code, "verdict": result.verdict.value} == expect, case.name
