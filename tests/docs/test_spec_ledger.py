"""What docs/spec/ledger.md says of bounds and codes is what the program does."""

from __future__ import annotations

import re
from pathlib import Path

from suyuan_ledger.errors import ledger_codes
from suyuan_ledger.log.clock import CLOCK_TOLERANCE
from suyuan_ledger.log.group_commit import MAX_BATCH
from suyuan_ledger.log.tiles import TILE_WIDTH
from suyuan_ledger.store.engine import BUSY_TIMEOUT_MS

PAGE = (Path(__file__).resolve().parents[2] / "docs/spec/ledger.md").read_text(encoding="utf-8")


def slug(heading):
    return re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")


def test_every_bound_is_the_programs():
    (block,) = re.findall(r"^```example\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    stated = dict(re.split(r"\s*=\s*", line) for line in block.splitlines())
    assert stated == {
        "most records in one transaction": str(MAX_BATCH),
        "seconds a clock may be behind the log": str(CLOCK_TOLERANCE),
        "seconds a writer waits for another": str(BUSY_TIMEOUT_MS // 1000),
        "hashes in a full tile": str(TILE_WIDTH),
    }


def test_every_code_that_points_here_finds_its_section():
    sections = {slug(heading) for heading in re.findall(r"^## (.+)$", PAGE, re.MULTILINE)}
    wanted = {
        row.spec.partition("#")[2]
        for row in ledger_codes().values()
        if row.spec.startswith("ledger.md#")
    }
    assert wanted <= sections


def test_every_code_named_here_exists():
    names = set(re.findall(r"`((?:store|log|ledger|submit|mirror|fsck|chain)\.[a-z_]+)`", PAGE))
    assert names <= set(ledger_codes())


def test_the_table_of_fsck_is_complete():
    in_page = set(re.findall(r"^\| `(fsck\.[a-z]+)` \|", PAGE, re.MULTILINE))
    assert in_page == {code for code in ledger_codes() if code.startswith("fsck.")}


def test_links_to_other_pages_lead_somewhere():
    folder = Path(__file__).resolve().parents[2] / "docs/spec"
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", PAGE):
        assert (folder / target).is_file(), target
