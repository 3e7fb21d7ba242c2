"""Fixtures and rules shared by every part of the suite."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


def pytest_runtest_makereport(item, call):
    """Turn a skip into a failure where CI runs: there, what a test needs has to be there."""
    report = pytest.TestReport.from_item_and_call(item, call)
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {call.excinfo.value if call.excinfo else item.nodeid}"
    return report


@pytest.fixture(scope="session")
def vectors_dir() -> Path:
    """The public test vectors, read where they lie; they are never part of this repository."""
    return _folder("SUYUAN_VECTORS", "vectors")


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The public samples with the official annexes; they are never part of this repository."""
    return _folder("SUYUAN_DATA", "data")


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """One run of the demo, in a process of its own: its folder, and how the process ended."""
    folder = tmp_path_factory.mktemp("demo") / "files"
    done = subprocess.run(
        [str(Path(sys.executable).with_name("suyuan")), "demo", "--dir", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    return folder, done


def _folder(variable: str, name: str) -> Path:
    path = Path(os.environ.get(variable, SHARED / name))
    if not path.is_dir():
        pytest.skip(f"public material is absent: {path}; set {variable} to its folder")
    return path
