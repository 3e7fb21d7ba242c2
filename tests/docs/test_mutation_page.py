"""What docs/reference/mutation-testing.md explains is still in the code that it speaks of."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "mutation-testing.md"
PACKAGE = ROOT / "verifier" / "suyuan_verifier"
ROW = re.compile(
    r"\| `(?P<place>[\w.]+)` \| `(?P<before>.+?)` → (?:`.*?`|nothing) \| (?P<why>.+) \|"
)


def test_every_explained_change_starts_from_a_line_that_is_there():
    """So that whoever edits such a line looks at its explanation, too."""
    rows = [ROW.fullmatch(line) for line in PAGE.read_text("utf-8").splitlines()]
    explained = [row for row in rows if row]
    assert explained
    for row in explained:
        module, _, place = row["place"].partition(".")
        source = (PACKAGE / f"{module}.py").read_text("utf-8")
        lines = {line.strip() for line in source.splitlines()}
        for line in row["before"].replace("\\|", "|").split(" ⏎ "):
            assert line in lines, row["place"]
        assert not place or re.search(rf"(def|class) {place.split('.')[-1]}\b", source)
        assert row["why"].strip()


def test_page_names_every_module_that_is_changed():
    """The table of counts and the tool speak of the same modules."""
    tool = (ROOT / "tools" / "mutants.py").read_text("utf-8")
    listed = re.findall(r'^    "(\w+)",$', tool.split("MODULES = (")[1].split(")")[0], re.MULTILINE)
    counted = re.findall(
        r"^\| (\w+) \| \d+ \| \d+ \| \d+ \|$", PAGE.read_text("utf-8"), re.MULTILINE
    )
    assert listed
    assert listed == counted
    assert all((PACKAGE / f"{module}.py").is_file() for module in listed)
