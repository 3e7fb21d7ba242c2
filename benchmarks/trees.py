"""Trees and proofs: the ledger against a plain hashlib loop, merkletools and pymerkle.

    python benchmarks/trees.py                 10,000, 100,000 and 1,000,000 leaves
    python benchmarks/trees.py --sizes 10000   a quick look

Every row runs in a process of its own, so that its peak memory is its own (the list of leaf hashes,
77 MB at a million, included). All get the same leaf hashes and end with the same root, or the run
fails. `build` is the time from leaf hashes to the root, with whatever is kept for proofs; it runs
in turns with the plain loop, so that a busy machine slows both, and the fastest of several counts.
`prove` is for one leaf, each the fastest of three: the mean and the slowest of 1,000 leaves.
`append` is one more leaf and the new root.

The plain loop and merkletools keep every level in memory. The ledger keeps tiles; its proofs here
are read from tiles in an SQLite file on disk. merkletools is given the node prefix, without which
it is another, forgeable tree (docs/adr/0004). pymerkle stores hash by hash, as its own append does;
entries are not hashed in its time.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
import warnings
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from suyuan_ledger.log.tree import Edge, prove_inclusion

if TYPE_CHECKING:
    from collections.abc import Callable

PROOFS = 1_000
SIZES = [10_000, 100_000, 1_000_000]
# The fastest of several runs is the one least disturbed.
RUNS = 3


class Contender(Protocol):
    """One way to keep a tree."""

    def build(self, leaves: list[bytes]) -> bytes:
        """Build the tree and return its root."""
        ...

    def settle(self) -> None:
        """Do what a service does between building and proving, untimed."""
        ...

    def prove(self, index: int) -> object:
        """Return the inclusion proof of one leaf."""
        ...

    def append(self, leaf: bytes) -> bytes:
        """Add one leaf and return the new root."""
        ...


class PlainLoop:
    """The shortest correct code: every level as a list."""

    def build(self, leaves: list[bytes]) -> bytes:
        """Hash level by level."""
        level = leaves
        self.levels = [level]
        while len(level) > 1:
            above = [
                sha256(b"\x01" + level[at] + level[at + 1]).digest()
                for at in range(0, len(level) - 1, 2)
            ]
            if len(level) % 2:
                above.append(level[-1])
            self.levels.append(above)
            level = above
        return level[0]

    def settle(self) -> None:
        """Nothing to do."""

    def prove(self, index: int) -> object:
        """Look the siblings up."""
        proof = []
        for level in self.levels[:-1]:
            if index ^ 1 < len(level):
                proof.append(level[index ^ 1])
            index >>= 1
        return proof

    def append(self, leaf: bytes) -> bytes:
        """Build everything again."""
        return self.build([*self.levels[0], leaf])


class Suyuan:
    """The ledger's tree."""

    def build(self, leaves: list[bytes]) -> bytes:
        """Cut the tree into tiles."""
        growth = Edge.empty().append(leaves)
        self.edge, self.tiles = growth.edge, growth.tiles
        return self.edge.root()

    def settle(self) -> None:
        """Move the tiles into a database on disk, as the store keeps them."""
        self.folder = tempfile.TemporaryDirectory()
        self.database = sqlite3.connect(Path(self.folder.name) / "tiles.sqlite")
        self.database.execute(
            "create table tile (level int, n int, data blob, primary key (level, n)) without rowid"
        )
        rows = ((level, index, data) for (level, index), data in self.tiles.items())
        self.database.executemany("insert into tile values (?, ?, ?)", rows)
        self.database.commit()
        self.tiles = {}

    def tile(self, level: int, index: int, _width: int) -> bytes:
        """Read one tile."""
        query = "select data from tile where level = ? and n = ?"
        data: bytes = self.database.execute(query, (level, index)).fetchone()[0]
        return data

    def prove(self, index: int) -> object:
        """Prove from the stored tiles."""
        return prove_inclusion(index, self.edge.size, self)

    def append(self, leaf: bytes) -> bytes:
        """Grow at the edge."""
        return self.edge.append([leaf]).edge.root()


class Merkletools:
    """PyPI merkletools 1.0.3 with the node prefix."""

    def build(self, leaves: list[bytes]) -> bytes:
        """Add the leaves as hex, as its interface wants them, and make the tree."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from merkletools import MerkleTools  # noqa: PLC0415 only this row pays for it

        self.tree: Any = MerkleTools()
        self.tree.hash_function = lambda data: sha256(b"\x01" + data)
        self.tree.add_leaf([leaf.hex() for leaf in leaves])
        self.tree.make_tree()
        return bytes.fromhex(self.tree.get_merkle_root())

    def settle(self) -> None:
        """Nothing to do."""

    def prove(self, index: int) -> object:
        """Ask for its list of siblings."""
        return self.tree.get_proof(index)

    def append(self, leaf: bytes) -> bytes:
        """Add one leaf; its tree is made anew."""
        self.tree.add_leaf(leaf.hex())
        self.tree.make_tree()
        return bytes.fromhex(self.tree.get_merkle_root())


class Pymerkle:
    """PyPI pymerkle 7; it takes leaf hashes through its storage interface."""

    def build(self, leaves: list[bytes]) -> bytes:
        """Store the hashes as its own append does, without hashing entries first."""
        from pymerkle import InmemoryTree  # noqa: PLC0415 only this row pays for it

        self.tree: Any = InmemoryTree(algorithm="sha256")
        for leaf in leaves:
            self.tree._store_leaf(leaf, leaf)  # noqa: SLF001 leaf hashes, as the others get
        return bytes(self.tree.get_root())

    def settle(self) -> None:
        """Nothing to do."""

    def prove(self, index: int) -> object:
        """Ask for its proof object."""
        return self.tree.prove_inclusion(index + 1)

    def append(self, leaf: bytes) -> bytes:
        """Store one hash."""
        self.tree._store_leaf(leaf, leaf)  # noqa: SLF001 as above
        return bytes(self.tree.get_root())


CONTENDERS: dict[str, Callable[[], Contender]] = {
    "plain loop": PlainLoop,
    "suyuan": Suyuan,
    "merkletools": Merkletools,
    "pymerkle": Pymerkle,
}


def measure(name: str, size: int, least_seconds: float) -> dict[str, Any]:
    """Run one row in this process."""
    leaves = [sha256(b"\x00%d" % number).digest() for number in range(size)]
    contender = CONTENDERS[name]()
    root = contender.build(leaves)
    contender.settle()
    draw = random.Random(size)
    indexes = [0, size - 1, *(draw.randrange(size) for _ in range(PROOFS - 2))]
    proofs = [min(seconds(contender.prove, index) for _ in range(RUNS)) for index in indexes]
    peak = peak_megabytes()
    append = min(seconds(contender.append, leaf) for leaf in leaves[:RUNS])
    del contender
    builds: list[float] = []
    plains: list[float] = []
    while len(builds) < RUNS or sum(builds) < least_seconds:
        plains.append(seconds(PlainLoop().build, leaves))
        builds.append(seconds(CONTENDERS[name]().build, leaves))
    return {
        "root": root.hex(),
        "build": min(builds),
        "ratio": min(builds) / min(plains),
        "prove": sum(proofs) / len(proofs),
        "slowest": max(proofs),
        "append": append,
        "peak": peak,
    }


def seconds(work: Callable[[Any], object], argument: object) -> float:
    """Time one call."""
    started = time.perf_counter()
    work(argument)
    return time.perf_counter() - started


def measure_apart(name: str, size: int, least_seconds: float) -> dict[str, Any]:
    """Run one row in a process of its own."""
    command = [sys.executable, __file__, "--row", name, "--sizes", str(size)]
    command += ["--seconds", str(least_seconds)]
    result: dict[str, Any] = json.loads(subprocess.check_output(command))
    return result


def table(sizes: list[int], least_seconds: float) -> list[dict[str, Any]]:
    """Measure and print; return the rows."""
    head = f"{'leaves':>10}  {'tree':<12}{'build ms':>10}{'/ plain':>9}"
    print(f"{head}{'prove us':>10}{'slowest':>9}{'append us':>12}{'peak MB':>9}")
    rows: list[dict[str, Any]] = []
    for size in sizes:
        root = ""
        for name in CONTENDERS:
            row = {"name": name, "size": size, **measure_apart(name, size, least_seconds)}
            root = root or row["root"]
            if row["root"] != root:
                raise SystemExit(f"{name} has another root at {size} leaves")
            rows.append(row)
            print(
                f"{size:>10,}  {name:<12}{row['build'] * 1e3:>10.1f}{row['ratio']:>9.2f}"
                f"{row['prove'] * 1e6:>10.0f}{row['slowest'] * 1e6:>9.0f}"
                f"{row['append'] * 1e6:>12.0f}{row['peak']:>9.0f}"
            )
    return rows


def peak_megabytes() -> float:
    """Return the peak memory of this process, in MiB.

    On Linux from the kernel's books of this very program: `getrusage` hands on the peak of the
    process that started it.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(row for row in status.read_text().splitlines() if row.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of leaves")
    parser.add_argument("--seconds", type=float, default=1.0, help="build for at least this long")
    parser.add_argument("--json", action="store_true", help="print the rows as JSON afterwards")
    parser.add_argument("--row", choices=CONTENDERS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.row:
        print(json.dumps(measure(arguments.row, arguments.sizes[0], arguments.seconds)))
        return
    rows = table(arguments.sizes, arguments.seconds)
    if arguments.json:
        print(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
