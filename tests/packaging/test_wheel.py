"""The verifier's wheel, installed alone with its one dependency, verifies every vector.

What an auditor gets is not this work tree: the wheel is built, put into an empty environment, and
run there from a folder that holds nothing else.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import venv
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
import suyuan_verifier

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
VECTORS = ROOT / "tests" / "vectors" / "bundles"
SOURCE = Path(suyuan_verifier.__file__).parent
LOCK = ROOT / "requirements" / "dev.txt"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built by the backend that is installed here."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", folder, ROOT / "verifier")
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def lonely(wheel, tmp_path_factory) -> Path:
    """Python of an environment that holds the wheel and what it needs, at the locked versions."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    (folder / "needs.txt").write_text(locked("cryptography", "cffi", "pycparser"), "utf-8")
    run(*pip, "--require-hashes", "--no-deps", "-r", folder / "needs.txt")
    run(*pip, "--no-deps", "--no-index", wheel)
    return python


def run(*command, **options) -> str:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, check=False, text=True, **options
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def locked(*names: str) -> str:
    """Entries of the lock file for some packages, hashes included."""
    entries = re.split(r"\n(?=\S)", LOCK.read_text("utf-8"))
    return "\n".join(entry for entry in entries if re.match(r"[\w.-]+", entry)[0] in names) + "\n"


def test_wheel_holds_the_package_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    expected = {
        f"suyuan_verifier/{path.relative_to(SOURCE).as_posix()}"
        for path in SOURCE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert names == expected
    assert {"suyuan_verifier/codes.json", "suyuan_verifier/selftest.json"} <= names
    assert "suyuan_verifier/py.typed" in names


def test_wheel_says_what_it_is(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = Parser().parsestr(archive.read(name).decode("utf-8"))
        (points,) = [n for n in archive.namelist() if n.endswith(".dist-info/entry_points.txt")]
        entry_points = archive.read(points).decode("utf-8")
    assert metadata["Name"] == "suyuan-verifier"
    assert metadata["Version"] == suyuan_verifier.__version__
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    (needs,) = metadata.get_all("Requires-Dist")
    assert needs.startswith("cryptography")
    assert "suyuan-verify = suyuan_verifier.cli:main" in entry_points
    assert wheel.stat().st_size < 300_000


def test_environment_holds_one_dependency(lonely):
    listed = json.loads(run(lonely, "-m", "pip", "list", "--format", "json"))
    names = {row["name"].lower() for row in listed} - {"pip", "setuptools"}
    assert names == {"suyuan-verifier", "cryptography", "cffi", "pycparser"}
    run(lonely, "-m", "pip", "check")


def test_self_test_runs_there(lonely, tmp_path):
    command = lonely.with_name("suyuan-verify")
    assert run(command, "--self-test", cwd=tmp_path).rstrip().endswith(" 0 failed")


def test_every_vector_runs_there(lonely, tmp_path):
    """With pure Python Keccak: pycryptodome is not in that environment."""
    code = """
import json, sys
from datetime import datetime
from pathlib import Path
import suyuan_verifier
assert Path(suyuan_verifier.__file__).is_relative_to(sys.prefix), suyuan_verifier.__file__
for folder in sorted(Path(sys.argv[1]).glob("*/")):
    if not (folder / "expect.json").exists():
        continue
    expect = json.loads((folder / "expect.json").read_text("utf-8"))
    policy = suyuan_verifier.parse_policy((folder / "trust.json").read_bytes())
    status = folder / "status.json"
    report = suyuan_verifier.verify(
        (folder / "bundle.suyuan.json").read_bytes(),
        policy,
        now=datetime.fromisoformat(expect["now"]),
        status=status.read_bytes() if status.exists() else None,
    )
    problems = {
        (check.step, check.code, check.outcome.value)
        for check in report.checks
        if check.outcome.value in ("fail", "unknown")
    }
    assert report.verdict == expect["verdict"], folder
    assert problems == {(p["step"], p["code"], p["outcome"]) for p in expect["problems"]}, folder
    print(folder.name)
assert "Crypto" not in sys.modules
"""
    done = run(lonely, "-I", "-c", code, VECTORS, cwd=tmp_path)
    assert len(done.splitlines()) == len(list(VECTORS.glob("*/expect.json")))


@pytest.mark.anvil
def test_the_demos_bundle_is_verified_there(lonely, demo, tmp_path):
    """An importer who installs only the verifier confirms what the demo made."""
    folder, _ = demo
    bundle = folder / "bundles" / "CN-ELEC-CFP-2024-HYDRO.suyuan.json"
    command = lonely.with_name("suyuan-verify")
    printed = run(command, bundle, "--trust", folder / "trust.json", cwd=tmp_path)

    assert "VALID (steps 1-10)" in printed
    assert "0.0141 kgCO2e/KWH" in printed
