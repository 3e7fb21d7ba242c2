"""The tree keeps its promises of time and memory; the benchmark is where they are measured."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest
from suyuan_ledger.log.tree import Edge

TREES = Path(__file__).parents[3] / "benchmarks" / "trees.py"


def plain_root(level):
    while len(level) > 1:
        above = [
            sha256(b"\x01" + level[at] + level[at + 1]).digest()
            for at in range(0, len(level) - 1, 2)
        ]
        level = above + level[-1:] if len(level) % 2 else above
    return level[0]


def seconds(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def test_a_tree_takes_at_most_1_6_times_a_plain_hashlib_loop(make_leaves):
    """Measured in turns, so that a busy machine slows both; the best of each counts."""
    leaves = make_leaves(50_000)
    assert Edge.empty().append(leaves).edge.root() == plain_root(leaves)

    def ours_root():
        return Edge.empty().append(leaves).edge.root()

    plain, ours = [], []
    for _ in range(8):
        plain.append(seconds(lambda: plain_root(leaves)))
        ours.append(seconds(ours_root))
    assert min(ours) <= 1.6 * min(plain)


@pytest.mark.slow
def test_a_million_leaves_build_and_prove_in_400_mb_and_2_ms():
    """1,000 proofs from tiles in a file, in a process whose peak memory is its own."""
    command = [sys.executable, str(TREES), "--row", "suyuan", "--sizes", "1000000"]
    row = json.loads(subprocess.check_output(command))
    assert row["peak"] < 400
    assert row["slowest"] < 0.002


def test_the_benchmark_prints_every_contender_with_one_root():
    command = [sys.executable, str(TREES), "--sizes", "100", "--seconds", "0", "--json"]
    output = subprocess.check_output(command, text=True)
    rows = json.loads(output[output.index("[") :])
    assert [row["name"] for row in rows] == ["plain loop", "suyuan", "merkletools", "pymerkle"]
    assert len({row["root"] for row in rows}) == 1
    assert all(row["name"] in output.partition("[")[0] for row in rows)
