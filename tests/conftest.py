"""Fixtures shared by every part of the suite."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def vectors_dir() -> Path:
    """The public test vectors, read where they lie; they are never part of this repository."""
    path = Path(os.environ.get("SUYUAN_VECTORS", ROOT.parent / "shared" / "vectors"))
    if path.is_dir():
        return path
    message = f"public test vectors are absent: {path}; set SUYUAN_VECTORS to their folder"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
