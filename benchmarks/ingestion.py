"""How fast records become durable, against how fast one core can verify their signatures.

The yardstick is the raw Ed25519 verification rate of the same run: the same keys, messages and
signatures, and nothing else. Ingestion is everything that `Ledger.submit_many` does: parse,
profile, shape, digests, signature, the door's check, entry, tree, self-check, signed checkpoint,
and a commit with synchronous=FULL. The receipts' inclusion proofs are made when they are asked
for; their cost is given apart.

Everything runs in one process on one core, so that no work hides on another one. The wall clock
counts waiting for the disk, and also whatever else the machine is doing on that core; processor
time counts neither. Yardstick, ingestion and each of its parts take
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
from functools import partial
from operator import attrgetter
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from suyuan_ledger.log.entry import build_entry
from suyuan_ledger.log.hashing import leaf_hash
from suyuan_ledger.log.receipt import Receipt
from suyuan_ledger.records.did import parse_did_key
from suyuan_ledger.records.profile import parse_record
from suyuan_ledger.records.signing import check_proof, decode_signature, proof_hash

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "ledger"))
from ledger_world import Party, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from suyuan_ledger.errors import LedgerError
    from suyuan_ledger.records.profile import ParsedRecord

ISSUERS = 8
TIME = "2026-03-01T08:00:00Z"
PROOFS = 50
SAMPLE = 500
TURN = 5
"""Batches per turn, so that an import overlaps them as it does in use."""

PARTS = ("parse, profile, digests", "signature, proof hash", "entry, leaf")

Times = dict[str, list[float]]


def main() -> None:
    """Run the measurements and print one table per batch size."""
    parser = argparse.ArgumentParser(description="Ingestion against raw signature verification.")
    parser.add_argument("--records", type=int, default=30_000)
    parser.add_argument("--batch", type=int, nargs="+", default=[500, 1_000, 2_000])
    parser.add_argument("--profile", action="store_true", help="add a function profile")
    chosen = parser.parse_args()
    if chosen.records < TURN * max(chosen.batch) or min(chosen.batch) * TURN < SAMPLE:
        # What is left over of the last turn is not used, and there is no median of no turn.
        parser.error(
            f"a turn is {TURN} batches: of {SAMPLE // TURN} records or more each, and --records "
            f"at least {TURN * max(chosen.batch)}"
        )
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
        start, cpu = time.perf_counter(), time.process_time()
        result = work()
        times.setdefault(f"{name} cpu", []).append((time.process_time() - cpu) / count)
        times.setdefault(name, []).append((time.perf_counter() - start) / count)
        return result

    with tempfile.TemporaryDirectory(dir=os.environ.get("SUYUAN_BENCH_DIR")) as folder:
        world = new_world(Path(folder), parties)
        size = world.ledger.checkpoint().size
        for turn in chunks(raws, TURN * batch):
            count = len(turn)
            checks = [signed_part(keys, raw) for raw in turn]
            timed("raw", count, partial(verify_all, checks))
            del checks
            answers = timed("whole", count, partial(import_all, world, turn, batch))
            assert [answer.index for answer in answers] == list(range(size, size + count))
            assert all(isinstance(answer, Receipt) for answer in answers)
            size += count
            timed("proof", PROOFS, partial(drop, attrgetter("inclusion_proof"), answers[:PROOFS]))
            del answers
            # As in an import: the collector rests, and no parsed record outlives its turn.
            gc.disable()
            sample = turn[:SAMPLE]
            timed(PARTS[0], SAMPLE, partial(drop, parse_record, sample))
            parsed = [parse_record(raw) for raw in sample]
            timed(PARTS[1], SAMPLE, partial(drop, check_proof, parsed))
            timed(PARTS[2], SAMPLE, partial(drop, enter, parsed))
            del parsed
            gc.enable()
        world.ledger.close()
    return times


def report(batch: int, times: Times) -> None:
    """Print the table of one batch size."""
    typical = {name: median(values) * 1e6 for name, values in times.items()}
    print(f"\n{f'batches of {batch}':34} us/record   records/s      cpu us")
    for name, title in (("raw", "raw Ed25519 verification"), ("whole", "ingestion, durable")):
        wall, cpu = typical[name], typical[f"{name} cpu"]
        print(f"  {title:32} {wall:9.1f} {1e6 / wall:11.0f} {cpu:11.1f}")
    for name, title in (
        ("", "of the raw rate, wall clock"),
        (" cpu", "of the raw rate, processor"),
    ):
        raws, wholes = times[f"raw{name}"], times[f"whole{name}"]
        turns = median(raw / whole for raw, whole in zip(raws, wholes, strict=True))
        print(f"  {title:32} {turns:9.1%}   whole run {sum(raws) / sum(wholes):.1%}")
    whole = typical["whole cpu"]
    parts = {name: typical[f"{name} cpu"] for name in PARTS}
    parts["door, tree, store, commit"] = whole - sum(parts.values())
    print("  where the processor's time goes")
    for name, value in parts.items():
        print(f"    {name:30} {value:9.1f} {value / whole:11.1%}")
    beside = {
        "waiting": (max(typical["whole"] - whole, 0), "for the disk and for the core"),
        "an inclusion proof": (typical["proof cpu"], "from stored tiles, on request"),
    }
    for name, (value, remark) in beside.items():
        print(f"  beside it, {name:21} {value:9.1f}   {remark}")


def verify_all(checks: list[tuple[Ed25519PublicKey, bytes, bytes]]) -> None:
    """Verify signatures and do nothing else."""
    for key, signature, message in checks:
        key.verify(signature, message)


def import_all(world: World, raws: list[bytes], batch: int) -> list[Receipt | LedgerError]:
    """Import submissions as `suyuan import` does."""
    return list(world.ledger.submit_many(raws, batch_size=batch))


def enter(record: ParsedRecord) -> bytes:
    """Build the entry and hash it."""
    return leaf_hash(build_entry(1, record, TIME))


def chunks(raws: list[bytes], size: int) -> Iterator[list[bytes]]:
    """Cut into chunks of one size; what is left over is not used."""
    for start in range(0, len(raws) - size + 1, size):
        yield raws[start : start + size]


def drop(work: Callable[[Any], object], items: list[Any]) -> None:
    """Do the work for each item and keep nothing."""
    for item in items:
        work(item)


def signed_part(
    keys: dict[str, Ed25519PublicKey], raw: bytes
) -> tuple[Ed25519PublicKey, bytes, bytes]:
    """Return what the raw verification of a record needs: key, signature, message."""
    record = parse_record(raw)
    proof = record.value["proof"]
    message = proof_hash(proof) + record.content_digest
    return keys[record.issuer], decode_signature(proof["proofValue"]), message


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
