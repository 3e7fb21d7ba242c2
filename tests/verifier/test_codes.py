"""The table of codes is complete, bilingual, points into the specification; every row is shown."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import suyuan_verifier
from suyuan_verifier.codes import LANGUAGES, codes, load_codes

ROOT = Path(__file__).resolve().parents[2]
SOURCE = Path(suyuan_verifier.__file__).parent
TABLE = json.loads((SOURCE / "codes.json").read_text("utf-8"))
LEXICAL = tuple(
    "too_large bom encoding depth syntax duplicate_key number surrogate".split()  # noqa: SIM905
)
DYNAMIC = {f"{prefix}.{name}" for prefix in ("record", "bundle", "policy") for name in LEXICAL}
"""Codes that `parse_json` puts together from its prefix."""
DYNAMIC.add("bundle.too_many")  # records and policies are too short for so many
LEDGER_ONLY = {"record.nfc"}
"""Rules of the ledger's door that the verifier has no part in; it only carries their text."""

NAME = re.compile(
    r"({})\.[a-z0-9_]+".format("|".join(sorted({name.split(".")[0] for name in TABLE})))
)


def constants(path: Path) -> set[str]:
    """String constants of a module that read like a code."""
    tree = ast.parse(path.read_text("utf-8"))
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and NAME.fullmatch(node.value)
    }


def test_every_code_of_the_source_is_a_row_and_every_row_is_used():
    used = set().union(*map(constants, SOURCE.rglob("*.py"))) | DYNAMIC
    assert used - TABLE.keys() == set()
    assert TABLE.keys() - used - LEDGER_ONLY == set()


@pytest.mark.parametrize("name", sorted(TABLE))
def test_row(name):
    row = TABLE[name]
    assert row.keys() == {"step", "en", "zh", "hintEn", "hintZh", "spec"}
    assert row["step"] in range(11)
    assert row["en"]
    assert row["en"].isascii()
    assert re.search(r"[\u4e00-\u9fff]", row["zh"])
    assert bool(row["hintEn"]) == bool(row["hintZh"])
    for text in (row["en"], row["zh"], row["hintEn"], row["hintZh"]):
        assert text == text.strip()
        # A static sentence: values travel as expected and found.
        assert not re.search(r"[{}]|%[sd]", text)
        assert not text.endswith((".", "。"))


def slugs(path: Path) -> set[str]:
    """Anchors of a page's headings, in GitHub's spelling."""
    found = set()
    for line in re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL).splitlines():
        if match := re.match(r"#+ +(.*)", line):
            text = re.sub(r"[^\w\- ]", "", match[1].strip().lower())
            found.add(text.replace(" ", "-"))
    return found


@pytest.mark.parametrize(
    "table", ["verifier/suyuan_verifier/codes.json", "ledger/suyuan_ledger/codes.json"]
)
def test_every_row_points_into_the_specification(table):
    missing = []
    for name, code in load_codes(ROOT / table).items():
        file, _, section = code.spec.partition("#")
        page = ROOT / "docs" / "spec" / file
        if not page.exists() or section not in slugs(page):
            missing.append(f"{name}: {code.spec}")
    assert missing == []


def test_rows_are_sorted_so_that_a_diff_shows_what_changed():
    assert list(TABLE) == sorted(TABLE)


def test_both_languages_are_there():
    for code in codes().values():
        assert set(code.message) == set(code.hint) == set(LANGUAGES)


def test_codes_that_both_tables_have_mean_the_same():
    ledger = json.loads((ROOT / "ledger/suyuan_ledger/codes.json").read_text("utf-8"))
    for name in TABLE.keys() & ledger.keys():
        assert TABLE[name] == ledger[name], name


def shown_codes() -> set[str]:
    """Codes that a test or a vector shows: constants of the tests, expectations of the vectors."""
    here = Path(__file__)
    tests = [path for path in here.parent.rglob("*.py") if path != here]
    shown = set().union(*map(constants, tests))
    vectors = ROOT / "tests" / "vectors"
    for path in vectors.glob("bundles/*/expect.json"):
        shown |= {row["code"] for row in json.loads(path.read_text("utf-8"))["problems"]}
    for path in vectors.glob("records/refuse/*.json"):
        shown.add(json.loads(path.read_text("ascii"))["expect"]["code"])
    return shown


SHOWN_BY_PARTS = {f"policy.{name}" for name in LEXICAL}
"""test_policy.test_no_policy puts these together."""


def test_every_row_of_steps_0_to_7_is_shown_by_a_test_or_a_vector():
    rows = {name for name, row in TABLE.items() if row["step"] <= 7}
    assert sorted(rows - shown_codes() - SHOWN_BY_PARTS) == []


def test_errors_page_is_what_the_tables_say():
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "build_errors_page.py"), "--check"],
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
