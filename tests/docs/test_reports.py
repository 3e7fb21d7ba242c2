"""The example reports are what the verifier says today, and their page says what they are."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "reference" / "reports"
TOOL = ROOT / "tools" / "build_reports.py"
ROW = re.compile(r"\| \[([a-z-]+)\]\(([a-z-]+)\.json\) \| `([a-z-]+)` \| ([A-Z]+) \| (.+) \|")


@pytest.fixture(scope="module")
def reports():
    spec = importlib.util.spec_from_file_location("build_reports", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.REPORTS


def test_reports_are_what_the_verifier_says_byte_for_byte():
    """Whoever changes a code's words runs the tool again; no report is written by hand."""
    done = subprocess.run(
        [sys.executable, str(TOOL), "--check"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


def test_the_page_names_each_report_with_its_vector_verdict_and_codes(reports):
    """The table is compared with the files themselves."""
    page = (FOLDER / "README.md").read_text("utf-8")
    rows = {name: rest for name, *rest in ROW.findall(page)}

    assert rows.keys() == reports.keys()
    for name, (file, vector, verdict, codes) in rows.items():
        report = json.loads((FOLDER / f"{file}.json").read_text("utf-8"))
        subject = report["subjects"][0]
        found = {check["code"] for check in subject["checks"]}

        assert (file, vector) == (name, reports[name])
        assert report["verdict"] == verdict
        named = set(re.findall(r"`([^`]+)`", codes))
        assert named <= found | subject["record"].keys()


def test_every_report_shows_that_its_figure_is_illustrative(reports):
    """An example that is passed on must not look like a real factor."""
    for name in reports:
        report = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))

        record = report["subjects"][0]["record"]
        claim = record.get("factor", record)["claim"]
        assert claim["dataStatus"] == "illustrative"


def test_the_page_says_what_the_json_says():
    """Of the label there are both; a figure of one is a figure of the other."""
    page = (FOLDER / "label.html").read_text("utf-8")
    report = json.loads((FOLDER / "label.json").read_text("utf-8"))
    footprint = report["subjects"][0]["record"]["footprint"]

    assert "ILLUSTRATIVE: this rests on example data" in page
    assert report["trust"]["digest"] in page
    for item in footprint["lineItems"]:
        assert f">{item['emission']}</td>" in page
