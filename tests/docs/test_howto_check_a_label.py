"""Every command of the page for whoever receives a label is run; both languages give the same."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import label_reports as given
import pytest
from label_codes import code_of_record

HOWTO = Path(__file__).resolve().parents[2] / "docs" / "howto"
PAGES = ("check-a-label.md", "check-a-label.zh.md")


def blocks(name: str) -> list[str]:
    """Blocks of commands of a page."""
    text = (HOWTO / name).read_text("utf-8")
    return re.findall(r"```sh\n(.*?)```", text, re.DOTALL)


@pytest.fixture(scope="module")
def outputs(tmp_path_factory) -> list[str]:
    """What each block prints; a block that fails ends the test."""
    folder = tmp_path_factory.mktemp("importer")
    bundle, policy, _ = given.files(given.told(), "label")
    (folder / "label.suyuan.json").write_bytes(bundle)
    (folder / "trust.json").write_bytes(policy)
    record = given.told().record("label")
    (folder / "code.txt").write_text(code_of_record(record), "utf-8")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    printed = []
    for block in blocks(PAGES[0]):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block],
            cwd=folder,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, block + done.stdout + done.stderr
        printed.append(done.stdout)
    assert (folder / "report.html").read_bytes().startswith(b"<!doctype html>")
    return printed


def test_the_page_shows_what_it_says(outputs):
    tree, page, scanned, counterfeit, code = outputs
    assert tree.startswith("label.suyuan.json  VALID (steps 1-10)\n")
    assert "recomputed: 4 / 4" in tree
    assert page.startswith("label.suyuan.json  有效 (步骤 1-10)\n")
    assert "the scanned code is this label's" in scanned
    assert counterfeit.startswith("label.suyuan.json  INVALID\n")
    assert "[label.scanned]" in counterfeit
    assert "[code.signature_only]" in code
    assert "VALID" not in code


def test_both_languages_give_the_same_commands():
    assert blocks(PAGES[0]) == blocks(PAGES[1])
