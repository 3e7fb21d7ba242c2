"""Every command block of the desk's howtos is run, and both languages give the same commands."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from desk_home import make_home

ROOT = Path(__file__).resolve().parents[2]
DESK, DESK_ZH, TABLES = (
    ROOT / "docs" / "howto" / name
    for name in ("review-desk.md", "review-desk.zh.md", "import-tables.md")
)


def blocks(path: Path) -> list[str]:
    """Return a page's blocks of commands."""
    return re.findall(r"```sh\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)


def run(path: Path, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a page's blocks as a reader would, pasted one after the other."""
    make_home(folder).ledger.close()
    places = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(blocks(path))],
        cwd=folder,
        env={**os.environ, "PATH": places, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=800,
    )


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_day_at_the_desk(tmp_path: Path) -> None:
    """From a submission to the withdrawal of what was admitted, a dissent kept."""
    done = run(DESK, tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "assigned to you" in done.stdout
    assert "ExpertReview reject — " in done.stdout
    assert "[dissent]" in done.stdout
    assert "status: revoked" in done.stdout


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_tables_are_imported(tmp_path: Path) -> None:
    """The message that the page quotes is the one that is shown."""
    done = run(TABLES, tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    quoted = re.search(r"```text\n(.*?)```", TABLES.read_text(encoding="utf-8"), re.DOTALL)
    assert quoted is not None
    assert quoted[1] in (tmp_path / "problems.txt").read_text(encoding="utf-8")
    (problem,) = json.loads((tmp_path / "problems.json").read_text("utf-8"))["problems"]
    assert problem["cell"] == "因子!G2"
    assert "0 logged, 1 were logged before, 0 refused" in done.stderr


def test_both_languages_give_the_same_commands() -> None:
    """The Chinese page never lags behind."""
    assert blocks(DESK) == blocks(DESK_ZH)
