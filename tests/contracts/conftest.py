"""Fixtures of the contract's tests: forge, a chain, and the project's scripts as modules."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from suyuan_ledger.anchor.anvil import Anvil, AnvilOptions

ROOT = Path(__file__).resolve().parents[2]
NPM_FORGE = ROOT / "node_modules" / "@foundry-rs" / "forge-linux-amd64" / "bin" / "forge"

# The scripts are no packages, and pytest's importlib mode adds no folder to the path.
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "benchmarks")]


@pytest.fixture(scope="session")
def root():
    """The repository's folder."""
    return ROOT


@pytest.fixture(scope="session")
def forge():
    """Run forge in the repository with its output captured: `forge("test").returncode`."""
    found = os.environ.get("SUYUAN_FORGE") or shutil.which("forge") or NPM_FORGE
    if not Path(found).is_file():
        message = "forge is absent: run `npm ci`, or put foundry's forge on PATH"
        pytest.skip(message)

    def run(*arguments, **environment):
        return subprocess.run(
            [str(found), *arguments],
            cwd=ROOT,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def anvil(tmp_path):
    """A chain with a block per transaction; its node simulates calls of any size."""
    options = AnvilOptions(keep_state=False, extra=("--disable-block-gas-limit",))
    with Anvil(tmp_path / "anvil", options) as chain:
        yield chain


@pytest.fixture
def chain(anvil):
    """Transactions from an unlocked account of that chain."""
    from gas import Chain  # noqa: PLC0415 (the path is set above)

    return Chain(anvil)
