"""Whatever a verification finds, there is a report of it: as text, and as a page that is whole."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import label_reports as told
import pytest
from honest_footprints import honest_footprints
from hypothesis import given, settings
from read_page import read_page
from suyuan_verifier import parse_policy, verify
from suyuan_verifier.render import render
from suyuan_verifier.render.page import Verification, report_page

VECTORS = Path(__file__).resolve().parents[1] / "vectors" / "bundles"
FOLDERS = sorted(path.parent for path in VECTORS.glob("*/expect.json"))


def page_of(report, lang="en"):
    """The page about one report, read."""
    run = Verification("2026-01-06T08:00:00Z", report.verdict, "sha256:0", "log", (1,), "0")
    return read_page(report_page([({"name": "file", "sha256": None}, report)], run, lang))


def judged(folder: Path):
    """What the verifier finds in a vector."""
    expect = json.loads((folder / "expect.json").read_text("utf-8"))
    status = folder / "status.json"
    return verify(
        (folder / "bundle.suyuan.json").read_bytes(),
        parse_policy((folder / "trust.json").read_bytes()),
        now=datetime.fromisoformat(expect["now"]),
        status=status.read_bytes() if status.exists() else None,
    )


@pytest.mark.parametrize("part", range(8))
def test_every_vector_has_a_report_in_both_languages(part):
    assert len(FOLDERS) > 200
    for folder in FOLDERS[part::8]:
        report = judged(folder)
        document = page_of(report)
        assert len(document.all("article")) == 2, folder.name
        failed = [check.code for check in report.checks if check.outcome == "fail"]
        assert all(document.text.count(code) >= 2 for code in failed), folder.name
        for lang in ("en", "zh"):
            text = render("file", report, lang)
            assert all(line.isprintable() for line in text.split("\n")), folder.name
            assert all(f"[{code}]" in text for code in failed), folder.name


@settings(max_examples=12, deadline=None)
@given(honest_footprints())
def test_any_honest_footprint_is_told_line_by_line(honest):
    story = honest.told()
    sent = told.files(story, "statement", disclose={"statement": honest.disclose})
    report = told.report_on(sent)
    items = story.record("statement")["credentialSubject"]["lineItems"]
    assert [item["id"] for item in report.record["footprint"]["lineItems"]] == [
        item["id"] for item in items
    ]
    hidden = set(honest.seal) - set(honest.disclose)
    english = page_of(report).all("article")[0]
    rows = english.all("table")[0].all("tbody")[0].all("tr")
    cells = {row.all("td")[0].text: [cell.text for cell in row.all("td")] for row in rows}
    assert cells.keys() == {item["id"] for item in items}
    for item in items:
        shown = cells[item["id"]][5]
        if item["id"] in hidden:
            assert shown == "sealed"
        elif item["id"] in honest.seal:
            assert shown == story.sealed["statement"][item["id"]]["emission"]
        else:
            assert shown == item["emission"]
        assert f"item: {item['id']}  " in render("file", report, "en")
