"""Every command block of the howto on views is run, and both languages give the same commands."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from footprint_story import certified_story
from signed_records import sha256
from simulator import jcs
from suyuan_ledger.keys.environment import format_secret

HOWTO = Path(__file__).resolve().parents[2] / "docs" / "howto"
CENTURY = 3_155_760_000
"""Seconds: the commands look at the clock, and these bundles do not grow old."""


def blocks(name: str) -> list[str]:
    """Return a page's blocks of commands."""
    page = (HOWTO / name).read_text(encoding="utf-8")
    return re.findall(r"```sh\n(.*?)```", page, re.DOTALL)


@pytest.mark.slow
def test_each_view_is_exported_and_compared(tmp_path: Path) -> None:
    story = certified_story().cbam()
    # A filing has no end of its validity, which a certificate has: the clock would reach it.
    for label, name in (("filing", "product"), ("cbam", "cbam")):
        bundle, policy = story.export(label, maxAnchorAge=CENTURY, maxStatusAge=CENTURY)
        (tmp_path / f"{name}.suyuan.json").write_bytes(jcs(bundle))
    (tmp_path / "trust.json").write_bytes(jcs(policy))
    keys = {
        f"{role.upper()}_KEY": format_secret(sha256(role.encode()))
        for role in ("producer", "certifier")
    }
    places = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(blocks("exchange.md"))],
        cwd=tmp_path,
        env={**os.environ, "PATH": places, **keys},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    # Six comparisons that hold, and the edited view that does not.
    assert done.stdout.count("the view says what the bundle says") == 6
    assert "view.differs" in (tmp_path / "edited.txt").read_text("utf-8")
    views = "footprint.pact.json product.dpp.jwt product.dcc.jwt installation.cbam.json did.json "
    for name in (views + "factors.zip factors.csv items.csv").split():
        assert (tmp_path / name).stat().st_size > 0


def test_both_languages_give_the_same_commands() -> None:
    assert blocks("exchange.md") == blocks("exchange.zh.md")
