"""The gas of real transactions keeps its bound, and the README prints what is measured."""

from __future__ import annotations

import random
import re

import pytest
from gas import LIMIT_AT_2_20, make_step, measure, steps_near

pytestmark = [pytest.mark.anvil, pytest.mark.node]

# | 2^20 | longest proof just above it | 22 | 112,525 | 1.49 |
ROW = re.compile(r"^\| (any|2\^\d+) \| ([^|]+) \| (\d+) \| ([\d,]+) \| ([\d.]+) \|$", re.MULTILINE)


@pytest.fixture(scope="module")
def printed(root):
    readme = (root / "contracts" / "README.md").read_text(encoding="utf-8")
    return {
        (leaves, what): (int(nodes), int(gas.replace(",", "")), float(ratio))
        for leaves, what, nodes, gas, ratio in ROW.findall(readme)
    }


def test_gas_is_bounded_and_the_readme_is_right(chain, printed):
    rows = measure(chain)
    assert all(gas < LIMIT_AT_2_20 for leaves, _, _, gas in rows if leaves == "2^20")
    unchecked = rows[0][3]
    assert {(leaves, what) for leaves, what, _, _ in rows} == printed.keys()
    for leaves, what, nodes, gas in rows:
        stated = printed[leaves, what]
        assert stated[0] == nodes
        # Another anvil may follow newer gas rules; the statement is then off, but not by much.
        assert stated[1] == pytest.approx(gas, rel=0.01), what
        assert stated[2] == pytest.approx(gas / unchecked, abs=0.02), what


def test_the_longest_proof_is_the_longest_there_is():
    """No pair of sizes up to 2^k + 1 has more than the k + 2 nodes that are measured."""
    source = random.Random("longest")  # noqa: S311 (reproducible trees)
    for exponent in (3, 5, 7):
        size = (1 << exponent) + 1
        longest = max(
            len(make_step(m, n, source).proof) for n in range(2, size + 1) for m in range(1, n)
        )
        assert longest == exponent + 2
        assert len(make_step(size - 2, size, source).proof) == longest
    assert max(len(step.proof) for _, step in steps_near(20, source)) == 22
