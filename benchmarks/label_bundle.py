"""The bundle of a label: how long its export takes, how large it is, and of what.

    python benchmarks/label_bundle.py                        a log of 1,000,000 records
    python benchmarks/label_bundle.py --records 50000        a quick look
    python benchmarks/label_bundle.py --bundle FILE ...      bytes of bundles that are there

The log is made by `label_log`: the label's records lie scattered over all of it. An export is what
`suyuan bundle NUMBER` does with the ledger: the label is found by its number, the records that it
rests on are collected with every event about them and the newest status list, proven with one
batch proof, and the verifier judges the whole. Asking the chain for the anchor's evidence is not
counted: it is one answer of a node for all bundles of an export. Neither is starting Python. The
first export meets a fresh process; the others find their tiles in memory.

Bytes are those of the file. The bound, 2.5 kB a record with all proofs, is for a file that carries
its anchor: `--bundle` measures such a file, for example the demo's aluminium label. `separate
paths` is what one inclusion proof for each record would take, in the same encoding.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
import orjson
from label_log import LabelLog, make
from suyuan_ledger.export.bundle import export_bundle
from suyuan_ledger.recall.which import find_named
from suyuan_ledger.store import repository

RUNS = 15
MOST_SECONDS, MOST_BYTES = 1.0, 2_500
# 44 characters of base64, two quotation marks and a comma.
HASH_BYTES = 47


def main() -> int:
    """Measure; 1 if a bound is missed."""
    parser = argparse.ArgumentParser(description="The bundle of a label.")
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--bundle", type=Path, nargs="+", default=[])
    options = parser.parse_args()
    if options.bundle:
        return max(show_bytes(path.name, path.read_bytes()) for path in options.bundle)
    with tempfile.TemporaryDirectory(dir=os.environ.get("SUYUAN_BENCH_DIR")) as folder:
        began = time.perf_counter()
        log = make(Path(folder, "ledger.sqlite"), options.records)
        took, megabytes = time.perf_counter() - began, log.path.stat().st_size / 1e6
        print(f"{log.size:,} records, {megabytes:,.0f} MB, made in {took:.0f} s\n")
        data, met = measure(log)
    show_bytes("label, without its anchor", data)
    return 0 if met else 1


def measure(log: LabelLog) -> tuple[bytes, bool]:
    """Time the export of the label; return the bundle, and whether it was fast enough."""
    times, used, data = [], [], b""
    with log.open() as ledger:
        for _ in range(RUNS + 1):
            began, processor = time.perf_counter(), time.process_time()
            with ledger.store.read() as connection:
                (index,) = find_named(connection, log.number).indexes
                stored = repository.find_record(connection, index)
            data = export_bundle(ledger, stored.content, None)
            times.append(time.perf_counter() - began)
            used.append(time.process_time() - processor)
    assert stored.content == log.label
    print(f"| export of a label, ms | first | median of {RUNS} | slowest |\n|---|--:|--:|--:|")
    for name, seconds in (("clock", times), ("processor", used)):
        shown = (seconds[0], median(seconds[1:]), max(seconds[1:]))
        print(f"| {name} | {' | '.join(f'{1000 * value:.0f}' for value in shown)} |")
    met = max(used) < MOST_SECONDS
    print(f"\nexpected: every export under {MOST_SECONDS} s: {'met' if met else 'MISSED'}\n")
    return data, met


def show_bytes(name: str, data: bytes) -> int:
    """Print what a bundle's bytes are; 1 if there are too many for its records."""
    bundle: dict[str, Any] = json.loads(data)
    count, log = len(bundle["records"]), bundle["log"]
    size = int(log["checkpoint"].split("\n")[1])
    paths = sum(path_length(place["index"], size) for place in log["entries"])
    parts = {
        "records": size_of(bundle["records"]),
        "positions": size_of(log["entries"]),
        "batch proof": size_of(log["proof"]),
        "checkpoint": size_of(log["checkpoint"]),
        "anchor": size_of(bundle["anchor"]) if "anchor" in bundle else 0,
        "disclosures": size_of(bundle["disclosures"]) if "disclosures" in bundle else 0,
    }
    print(f"{name}: {count} records, {len(data):,} bytes, {len(data) / count:,.0f} a record\n")
    print("| part | bytes | a record |\n|---|--:|--:|")
    for part, number in parts.items():
        print(f"| {part} | {number:,} | {number / count:,.0f} |")
    own = len(log["proof"])
    print(
        f"\nbatch proof: {own} hashes, {own * HASH_BYTES:,} bytes; separate paths: {paths} hashes, "
        f"{paths * HASH_BYTES:,} bytes; {own / paths:.2f} of them in a log of {size:,}"
    )
    good = len(data) / count < MOST_BYTES
    print(f"expected: under {MOST_BYTES:,} bytes a record: {'met' if good else 'MISSED'}\n")
    return 0 if good else 1


def path_length(index: int, size: int) -> int:
    """Return how many hashes one leaf's inclusion proof has (RFC 9162 section 2.1.3.1)."""
    length = 0
    while size > 1:
        half = 1 << ((size - 1).bit_length() - 1)
        index, size = (index, half) if index < half else (index - half, size - half)
        length += 1
    return length


def size_of(value: Any) -> int:
    """Return the bytes of a part of a bundle."""
    return len(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))


if __name__ == "__main__":
    sys.exit(main())
