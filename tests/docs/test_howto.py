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
from footprint_home import make_footprint_home

ROOT = Path(__file__).resolve().parents[2]
DESK, DESK_ZH, TABLES, FOOTPRINT, FOOTPRINT_ZH = (
    ROOT / "docs" / "howto" / name
    for name in (
        "review-desk.md",
        "review-desk.zh.md",
        "import-tables.md",
        "footprint.md",
        "footprint.zh.md",
    )
)


def blocks(path: Path) -> list[str]:
    """Return a page's blocks of commands."""
    return re.findall(r"```sh\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)


def run(path: Path, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a page's blocks as a reader would, pasted one after the other."""
    make = make_footprint_home if path in (FOOTPRINT, FOOTPRINT_ZH) else make_home
    make(folder).ledger.close()
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


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_footprint_goes_to_its_label(tmp_path: Path) -> None:
    """What the page quotes is what is shown; the label ends suspended, its figures sealed."""
    done = run(FOOTPRINT, tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    problem, way = re.findall(r"```text\n(.*?)```", FOOTPRINT.read_text("utf-8"), re.DOTALL)
    assert problem in (tmp_path / "problems.txt").read_text(encoding="utf-8")
    assert without_times(way) in without_times(done.stdout)
    assert "状态：已中止" in done.stdout


def without_times(text: str) -> str:
    """Leave out what is another every day."""
    return re.sub(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?", "", text)


@pytest.mark.parametrize(("english", "chinese"), [(DESK, DESK_ZH), (FOOTPRINT, FOOTPRINT_ZH)])
def test_both_languages_give_the_same_commands(english: Path, chinese: Path) -> None:
    """The Chinese page never lags behind."""
    assert blocks(english) == blocks(chinese)
