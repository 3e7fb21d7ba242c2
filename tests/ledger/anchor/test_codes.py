"""Every error of the anchor modules says something to people, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import suyuan_ledger.anchor
from suyuan_ledger.errors import ledger_codes

SOURCES = sorted(Path(suyuan_ledger.anchor.__file__).parent.glob("*.py"))
CODE = re.compile(r"[\"`]((?:chain|chain_key|anvil)\.[a-z_]+)[\"`]")


def test_every_code_in_the_sources_has_a_row_and_every_row_is_used():
    used = {code for path in SOURCES for code in CODE.findall(path.read_text(encoding="utf-8"))}
    used.remove("anvil.log")  # a file
    rows = {
        code: row
        for code, row in ledger_codes().items()
        if code.split(".")[0] in {"chain", "chain_key", "anvil"}
    }
    assert used <= set(rows)
    # The command line's own: settings that are absent, and what it refuses before anything is paid.
    own = {"chain.settings", "chain.address", "chain.has_contract", "chain.sound"}
    assert set(rows) - used <= own
    assert len(used) > 30
    for code in used:
        assert all(rows[code].message[lang] for lang in ("en", "zh")), code


def test_the_page_for_operators_names_only_codes_that_exist():
    page = Path(__file__).parents[3] / "docs" / "howto" / "anchoring.md"
    named = set(CODE.findall(page.read_text(encoding="utf-8")))
    assert named
    assert named <= set(ledger_codes())
