"""The three distributions are one release."""

from __future__ import annotations

import tomllib
from pathlib import Path

import suyuan_api
import suyuan_ledger
import suyuan_verifier

ROOT = Path(__file__).resolve().parents[2]


def project(member):
    """The `[project]` table of one distribution."""
    return tomllib.loads((ROOT / member / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_all_versions_are_equal():
    """In the metadata and in the packages."""
    stated = {project(member)["version"] for member in ("verifier", "ledger", "api")}
    packages = {suyuan_verifier.__version__, suyuan_ledger.__version__, suyuan_api.__version__}

    assert stated == packages
    assert len(stated) == 1


def test_a_distribution_asks_for_its_sibling_of_the_same_release():
    """Api -> ledger -> verifier, each pinned to its own version."""
    version = project("verifier")["version"]

    assert f"suyuan-verifier=={version}" in project("ledger")["dependencies"]
    assert f"suyuan-ledger=={version}" in project("api")["dependencies"]


def test_the_verifier_depends_on_cryptography_alone():
    """What an auditor has to trust besides the verifier itself."""
    assert [name.split(">")[0] for name in project("verifier")["dependencies"]] == ["cryptography"]
