"""The tree keeps its promise of memory, and the benchmark compares like with like."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

TREES = Path(__file__).parents[3] / "benchmarks" / "trees.py"


@pytest.mark.slow
def test_a_million_leaves_are_built_and_proven_in_400_mb():
    """Proofs from tiles in a file, in a process whose peak memory is its own."""
    command = [sys.executable, str(TREES), "--row", "suyuan", "--sizes", "1000000"]
    row = json.loads(subprocess.check_output(command))
    assert row["peak"] < 400


def test_the_benchmark_prints_every_contender_with_one_root():
    command = [sys.executable, str(TREES), "--sizes", "100", "--seconds", "0", "--json"]
    output = subprocess.check_output(command, text=True)
    rows = json.loads(output[output.index("[") :])
    assert [row["name"] for row in rows] == ["plain loop", "suyuan", "merkletools", "pymerkle"]
    assert len({row["root"] for row in rows}) == 1
    assert all(row["name"] in output.partition("[")[0] for row in rows)
