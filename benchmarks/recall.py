"""Recall over a whole log: time and peak memory of `suyuan recall`, from a mirror.

    python benchmarks/recall.py                    1,000,000 entries
    python benchmarks/recall.py --entries 50000    a quick look

A log is generated as `suyuan mirror` would publish it: bundles of entries and a signed checkpoint.
Every seventh record is a submission; the others link to earlier records and to the rule set, as
checks, reviews, admissions and statements do. No record is signed, because a recall reads none.
Three recalls, each in a process of its own, so that the peak memory is its own: a factor that a few
records rest on, the rule set that nearly all rest on (the longest list there is), and a factor in a
log with one record that rests on a later one (the second reading, docs/spec/recall.md).

The expectation that a recall has to meet is written beside the table and checked: under 10 s and
under 500 MB for the first. On a machine that others use too, the processor's seconds tell more.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import orjson
from suyuan_ledger.keys.signer import MemorySigner
from suyuan_ledger.log.bundles import format_entry_bundle
from suyuan_ledger.log.checkpoint import open_checkpoint, sign_checkpoint
from suyuan_ledger.log.hashing import leaf_hashes
from suyuan_ledger.log.note import format_vkey, parse_vkey
from suyuan_ledger.log.public_log import MirrorLog
from suyuan_ledger.log.tiles import TILE_WIDTH, entries_path
from suyuan_ledger.log.tree import Edge
from suyuan_ledger.recall.graph import Start, recall

ORIGIN = "bench.example/recall"
KEY = MemorySigner.from_seed(b"\x07" * 32)
ISSUERS = [MemorySigner.from_seed(bytes([n]) * 32).did for n in range(1, 40)]
KINDS = [
    ("TraceabilityCheck", ["about"]),
    ("ExpertReview", ["about"]),
    ("ExpertReview", ["about"]),
    ("ExpertReview", ["about"]),
    ("AuthorityVerification", ["about"]),
    ("FactorAdmission", ["about", "basedOn", "basedOn"]),
]
MOST_SECONDS, MOST_MEGABYTES = 10, 500


def digest(number: int, salt: bytes) -> str:
    """Make up a digest."""
    return "sha256:" + hashlib.sha256(salt + number.to_bytes(8, "big")).hexdigest()


def entry(number: int, chance: random.Random, size: int, forward: int | None) -> bytes:
    """Make one entry; submission, then what is said about it, over and over."""
    place = number % 7
    kind, rels = ("FactorSubmission", []) if place == 0 else KINDS[place - 1]
    links = {("underRule", digest(0, b"c"))} if number else set()
    if rels:
        links.add(("about", digest(number - place, b"c")))
    for rel in rels[1:]:
        links.add((rel, digest(number - chance.randint(1, place - 1), b"c")))
    if number == forward:
        links.add(("uses", digest(size - 1, b"c")))
    value = {
        "type": "suyuan/entry@v1",
        "index": number,
        "kind": kind if number else "RuleSet",
        "id": f"urn:uuid:019aa000-0000-7000-8000-{number:012d}",
        "content": digest(number, b"c"),
        "envelope": digest(number, b"e"),
        "issuer": ISSUERS[number % len(ISSUERS)],
        "time": "2026-11-22T08:00:00Z",
    }
    if links:
        value["links"] = [{"rel": rel, "contentDigest": text} for rel, text in sorted(links)]
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def generate(folder: Path, size: int, forward: int | None = None) -> int:
    """Write the mirror of a log; return the bytes of its entries."""
    chance = random.Random(7)
    edge, written = Edge.empty(), 0
    for start in range(0, size, TILE_WIDTH):
        end = min(start + TILE_WIDTH, size)
        entries = [entry(number, chance, size, forward) for number in range(start, end)]
        path = folder / entries_path(start // TILE_WIDTH, len(entries))
        path.parent.mkdir(parents=True, exist_ok=True)
        written += path.write_bytes(format_entry_bundle(entries))
        edge = edge.append(leaf_hashes(entries)).edge
    (folder / "checkpoint").write_bytes(sign_checkpoint(ORIGIN, size, edge.root(), KEY))
    return written


def run(folder: Path, index: int) -> None:
    """Recall one record and print what it took, as the child process."""
    log = MirrorLog(folder)
    key = parse_vkey(format_vkey(ORIGIN, KEY.public_key))
    began, processor = time.perf_counter(), time.process_time()
    result = recall(log, open_checkpoint(log.note(), key), Start(indexes=frozenset({index})))
    seconds, processor = time.perf_counter() - began, time.process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = len(result.reached)
    print(json.dumps({"found": found, "seconds": seconds, "processor": processor, "peak": peak}))


def measure(folder: Path, index: int) -> dict[str, float]:
    """Recall one record in a process of its own."""
    command = [sys.executable, __file__, "--run", str(folder), str(index)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def main() -> None:
    """Generate the logs, print the table, fail if the expectation is not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--run", nargs=2)
    options = parser.parse_args()
    if options.run:
        run(Path(options.run[0]), int(options.run[1]))
        return
    size = options.entries
    with tempfile.TemporaryDirectory() as place:
        sound, bent = Path(place, "sound"), Path(place, "bent")
        megabytes = generate(sound, size) / 1e6
        generate(bent, size, forward=size // 2)
        print(f"{size:,} entries, {megabytes:.0f} MB\n")
        print(f"{'recall of':<34} {'records':>9} {'seconds':>8} {'of CPU':>8} {'peak MB':>8}")
        rows = []
        middle = size // 2 - size // 2 % 7
        for name, folder, index in (
            ("a factor", sound, middle),
            ("the rule set", sound, 0),
            ("a factor, log with a forward link", bent, middle),
        ):
            row = measure(folder, index)
            rows.append(row)
            print(
                f"{name:<34} {row['found']:>9,} {row['seconds']:>8.2f} {row['processor']:>8.2f} "
                f"{row['peak']:>8.0f}"
            )
    print(f"\nexpected of the first: under {MOST_SECONDS} s and {MOST_MEGABYTES} MB")
    if rows[0]["seconds"] >= MOST_SECONDS or rows[0]["peak"] >= MOST_MEGABYTES:
        sys.exit("not met")


if __name__ == "__main__":
    main()
