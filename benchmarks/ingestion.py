"""How fast records become durable, against how fast one core can verify their signatures.

The yardstick is the raw Ed25519 verification rate of the same run: the same keys, messages and
signatures, and nothing else. Ingestion is everything that `Ledger.submit_many` does: parse,
profile, shape, digests, signature, the door's check, entry, tree, self-check, signed checkpoint,
and a commit with synchronous=FULL. The receipts' inclusion proofs are made when they are asked
for; their cost is given apart.

Everything runs in one process on one core, so that no work hides on another one, and is timed by
the wall clock, so that waiting for the disk counts. Yardstick, ingestion and each of its parts take
turns, some batches each: a machine that slows down for a while slows all of them. Medians over the
turns are printed, and beside the median of each turn's own ratio the ratio of the sums, which also
holds the turns in which SQLite copied its WAL back.

    python benchmarks/ingestion.py [--records N] [--batch N ...] [--profile]
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import os
import pstats
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from suyuan_ledger.log.entry import build_entry
from suyuan_ledger.log.hashing import leaf_hashes
from suyuan_ledger.log.receipt import Receipt
from suyuan_ledger.records.did import parse_did_key
from suyuan_ledger.records.profile import parse_record
from suyuan_ledger.records.signing import check_proof, decode_signature, proof_hash

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "ledger"))
from ledger_world import Party, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ISSUERS = 8
TIME = "2026-03-01T08:00:00Z"
PROOFS = 50
SAMPLE = 500
TURN = 5
"""Batches per turn, so that an import overlaps them as it does in use."""

Times = dict[str, list[float]]


def main() -> None:
    """Run the measurements and print one table per batch size."""
    parser = argparse.ArgumentParser(description="Ingestion against raw signature verification.")
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--batch", type=int, nargs="+", default=[500, 1_000])
    parser.add_argument("--profile", action="store_true", help="add a function profile")
    chosen = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    parties = [Party(100 + number) for number in range(ISSUERS)]
    raws = [parties[i % ISSUERS].factor(i) for i in range(chosen.records)]
    size = sum(map(len, raws)) / len(raws)
    print(f"{len(raws)} submissions of {ISSUERS} issuers, {size:.0f} bytes each, one core")
    for batch in chosen.batch:
        report(batch, measure(parties, raws, batch))
    if chosen.profile:
        profile(parties, raws, chosen.batch[-1])


def measure(parties: list[Party], raws: list[bytes], batch: int) -> Times:
    """Time yardstick, ingestion and parts for each batch; seconds per record."""
    keys = {
        party.did: Ed25519PublicKey.from_public_bytes(parse_did_key(party.did)) for party in parties
    }
    times: Times = {}

    def timed(name: str, count: int, work: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        result = work()
        times.setdefault(name, []).append((time.perf_counter() - start) / count)
        return result

    with tempfile.TemporaryDirectory(dir=os.environ.get("SUYUAN_BENCH_DIR")) as folder:
        world = new_world(Path(folder), parties)
        size = world.ledger.checkpoint().size
        for turn in chunks(raws, TURN * batch):
            count = len(turn)
            checks = [signed_part(keys, raw) for raw in turn]
            timed("raw", count, lambda c=checks: [v(s, m) for v, s, m in c])
            del checks
            answers = timed(
                "whole", count, lambda t=turn: list(world.ledger.submit_many(t, batch_size=batch))
            )
            assert [answer.index for answer in answers] == list(range(size, size + count))
            assert all(isinstance(answer, Receipt) for answer in answers)
            size += count
            timed("proof", PROOFS, lambda a=answers: [r.inclusion_proof for r in a[:PROOFS]])
            del answers
            # As in an import: the collector rests, and no parsed record outlives its turn.
            gc.disable()
            sample = turn[:SAMPLE]
            timed("parse, profile, digests", SAMPLE, lambda c=sample: drop(parse_record, c))
            parsed = [parse_record(raw) for raw in sample]
            timed("signature, proof hash", SAMPLE, lambda p=parsed: drop(check_proof, p))
            timed(
                "entry, leaf",
                SAMPLE,
                lambda p=parsed: leaf_hashes([build_entry(1, r, TIME) for r in p]),
            )
            del parsed
            gc.enable()
        world.ledger.close()
    return times


def report(batch: int, times: Times) -> None:
    """Print the table of one batch size."""
    ratios = [raw / whole for raw, whole in zip(times["raw"], times["whole"], strict=True)]
    typical = {name: median(values) * 1e6 for name, values in times.items()}
    raw, whole, proof = (typical.pop(name) for name in ("raw", "whole", "proof"))
    rest = whole - sum(typical.values())
    print(f"\n{f'batches of {batch}':34} us/record   records/s")
    print(f"{'  raw Ed25519 verification':34} {raw:9.1f} {1e6 / raw:11.0f}")
    print(f"{'  ingestion, durable':34} {whole:9.1f} {1e6 / whole:11.0f}")
    overall = sum(times["raw"]) / sum(times["whole"])
    print(f"{'  of the raw rate':34} {median(ratios):9.1%}   whole run {overall:.1%}")
    print("  where the time goes")
    for name, value in {**typical, "door, tree, store, sync": rest}.items():
        print(f"    {name:30} {value:9.1f} {value / whole:11.1%}")
    print(f"  beside it, an inclusion proof    {proof:9.1f}   from stored tiles, on request")


def chunks(raws: list[bytes], size: int) -> Iterator[list[bytes]]:
    """Cut into chunks of one size; what is left over is not used."""
    for start in range(0, len(raws) - size + 1, size):
        yield raws[start : start + size]


def drop(work: Callable[[Any], object], items: list[Any]) -> None:
    """Do the work for each item and keep nothing."""
    for item in items:
        work(item)


def signed_part(keys: dict[str, Ed25519PublicKey], raw: bytes) -> tuple[Any, bytes, bytes]:
    """Return what the raw verification of a record needs: verify, signature, message."""
    record = parse_record(raw)
    proof = record.value["proof"]
    message = proof_hash(proof) + record.content_digest
    return keys[record.issuer].verify, decode_signature(proof["proofValue"]), message


def new_world(folder: Path, parties: list[Party]) -> World:
    """Create a log in which all parties are enrolled."""
    world = World(folder / "log.sqlite")
    for party in parties:
        world.enrol(party)
    return world


def profile(parties: list[Party], raws: list[bytes], batch: int) -> None:
    """Print where Python spends the time, by function."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("SUYUAN_BENCH_DIR")) as folder:
        world = new_world(Path(folder), parties)
        functions = cProfile.Profile()
        functions.runcall(lambda: drop(id, list(world.ledger.submit_many(raws, batch_size=batch))))
        world.ledger.close()
    pstats.Stats(functions).strip_dirs().sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
