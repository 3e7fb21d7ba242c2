"""Importing the anchor modules costs nothing of a chain; commands that need none stay quick."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import suyuan_ledger.anchor

HEAVY = ("web3", "eth_account", "eth_abi", "eth_utils", "requests", "aiohttp")
MODULES = sorted(
    f"suyuan_ledger.anchor.{path.stem}"
    for path in Path(suyuan_ledger.anchor.__file__).parent.glob("*.py")
    if path.stem != "__init__"
)


def test_no_anchor_module_loads_a_chain_library():
    script = (
        "import importlib, sys\n"
        f"for name in {MODULES!r}:\n"
        "    importlib.import_module(name)\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"
    assert len(MODULES) > 15
