"""How fast records become durable, against how fast one core can verify their signatures.

The yardstick is the raw Ed25519 verification rate of the same run: the same keys, messages and
signatures, and nothing else. Ingestion is everything that `Ledger.submit_many` does: parse, profile,
shape, digests, signature, the door's check, entry, tree, self-check, signed checkpoint, and a
commit with synchronous=FULL. Both run in one process pinned to one core, so that no work hides on
another one; times are wall-clock, so that waiting for the disk counts. The receipts' inclusion
proofs are made when they are asked for, and their cost is shown in a row of its own.

    python benchmarks/ingestion.py [--records N] [--batch N ...] [--profile]
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "ledger"))

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from ledger_world import Party, World
from suyuan_ledger.errors import LedgerError
from suyuan_ledger.log.entry import build_entry
from suyuan_ledger.log.hashing import leaf_hashes
from suyuan_ledger.records.did import parse_did_key
from suyuan_ledger.records.profile import parse_record
from suyuan_ledger.records.signing import check_proof, decode_signature, proof_hash

ISSUERS = 8
ROUNDS = 3


def main() -> None:
    """Run the measurements and print one table per batch size."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--records", type=int, default=10_000)
    arguments.add_argument("--batch", type=int, nargs="+", default=[500, 1000])
    arguments.add_argument("--profile", action="store_true", help="add a function profile")
    chosen = arguments.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    parties = [Party(100 + number) for number in range(ISSUERS)]
    raws = [parties[i % ISSUERS].factor(i) for i in range(chosen.records)]
    size = sum(map(len, raws)) / len(raws)
    print(f"{len(raws)} submissions of {ISSUERS} issuers, {size:.0f} bytes each, one core")
    for batch in chosen.batch:
        _report(batch, parties, raws)
    if chosen.profile:
        _profile(parties, raws, chosen.batch[-1])


def _report(batch: int, parties: list[Party], raws: list[bytes]) -> None:
    """Measure the whole and its parts; the best of a few rounds each, interleaved."""
    best: dict[str, float] = {}
    for _ in range(ROUNDS):
        for name, seconds in _round(batch, parties, raws).items():
            best[name] = min(seconds, best.get(name, seconds))
    raw, whole = best.pop("raw"), best.pop("whole")
    print(f"\nbatches of {batch}        us/record   records/s   of the raw rate")
    print(f"  raw Ed25519 verify {_row(raw, len(raws), raw)}")
    print(f"  ingestion, durable {_row(whole, len(raws), raw)}")
    print("  where it goes:")
    for name, seconds in best.items():
        print(f"    {name:28} {seconds / len(raws) * 1e6:8.1f} us   {seconds / whole:6.1%}")
    rest = whole - sum(best.values()) + best["an inclusion proof each"]
    print(f"    {'store, tree, checkpoint, sync':28} {rest / len(raws) * 1e6:8.1f} us   {rest / whole:6.1%}")


def _row(seconds: float, count: int, raw: float) -> str:
    return f"{seconds / count * 1e6:12.1f} {count / seconds:11.0f} {raw / seconds:12.1%}"


def _round(batch: int, parties: list[Party], raws: list[bytes]) -> dict[str, float]:
    took: dict[str, float] = {}
    parsed = [parse_record(raw) for raw in raws]
    keys = {party.did: Ed25519PublicKey.from_public_bytes(parse_did_key(party.did)) for party in parties}
    checks = [
        (
            keys[record.issuer].verify,
            decode_signature(record.value["proof"]["proofValue"]),
            proof_hash(record.value["proof"]) + record.content_digest,
        )
        for record in parsed
    ]
    start = time.perf_counter()
    for verify, signature, message in checks:
        verify(signature, message)
    took["raw"] = time.perf_counter() - start

    with tempfile.TemporaryDirectory(dir=os.environ.get("SUYUAN_BENCH_DIR")) as folder:
        world = World(Path(folder) / "log.sqlite")
        for party in parties:
            world.enrol(party)
        start = time.perf_counter()
        results = list(world.ledger.submit_many(raws, batch_size=batch))
        took["whole"] = time.perf_counter() - start
        receipts = [item for item in results if not isinstance(item, LedgerError)]
        assert len(receipts) == len(raws)
        assert [item.index for item in receipts] == list(range(2 * ISSUERS, len(raws) + 2 * ISSUERS))
        proofs = _timed(lambda: [item.inclusion_proof for item in receipts[:500]])
        world.ledger.close()

    took["parse, profile, digests"] = _timed(lambda: [parse_record(raw) for raw in raws])
    took["signature and its hash"] = _timed(lambda: [check_proof(r) for r in parsed])
    at = "2026-03-01T08:00:00Z"
    took["entry and leaf"] = _timed(
        lambda: leaf_hashes([build_entry(i, r, at) for i, r in enumerate(parsed)])
    )
    took["an inclusion proof each"] = proofs * len(raws) / 500
    return took


def _timed(work: object) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _profile(parties: list[Party], raws: list[bytes], batch: int) -> None:
    import cProfile
    import pstats

    with tempfile.TemporaryDirectory(dir=os.environ.get("SUYUAN_BENCH_DIR")) as folder:
        world = World(Path(folder) / "log.sqlite")
        for party in parties:
            world.enrol(party)
        profile = cProfile.Profile()
        profile.runcall(lambda: list(world.ledger.submit_many(raws, batch_size=batch)))
        world.ledger.close()
    pstats.Stats(profile).sort_stats("tottime").print_stats(30)


if __name__ == "__main__":
    main()
