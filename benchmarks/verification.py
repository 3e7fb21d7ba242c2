"""Verification of bundles: cold process and warm, against the raw cost of its parts.

    python benchmarks/verification.py
    python benchmarks/verification.py --bundle FILE --trust POLICY     another good bundle

Three good vectors: one factor submission with the enrolment chain that entitles its signer; an
admitted factor with its check, three expert reviews, the authority's verification, the rule set,
everybody's enrolments and a status list; and a label with its certificate, filing, opinion and
footprint, the factors that this names, and everybody's enrolments. All with batch inclusion proof,
signed checkpoint and EVM storage evidence. "Raw" is what no verifier can avoid: parsing the JSON,
canonicalising each record, its SHA-256s, the Ed25519 verifications and the Keccak-256s, with the
same backends, nothing else. Warm figures are of the processor, which whoever shares the machine
disturbs least; those of whole processes are of the clock.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from suyuan_verifier import Verdict, parse_policy, verify
from suyuan_verifier.canonical import canonical
from suyuan_verifier.evm import keccak
from suyuan_verifier.multibase import decode_base58btc, parse_did_key
from suyuan_verifier.note import parse_note, parse_vkey

ROOT = Path(__file__).resolve().parents[1]
SELF_TEST = ROOT / "verifier" / "suyuan_verifier" / "selftest.json"
VECTORS = ROOT / "tests" / "vectors" / "bundles"
WARM_RUNS = 300
COLD_RUNS = 11
COLD_BOUND, COLD_BOUND_OF_A_LABEL = 0.35, 0.6
WARM_BOUND = 2.0


@dataclass(frozen=True)
class Vector:
    """One good bundle with what it is judged by."""

    name: str
    bundle: dict[str, Any]
    policy: dict[str, Any]
    now: str
    cold_bound: float = COLD_BOUND

    @property
    def data(self) -> bytes:
        """The bundle file."""
        return canonical(self.bundle)


def vectors() -> list[Vector]:
    """Read the three vectors."""
    shipped = json.loads(SELF_TEST.read_text(encoding="utf-8"))
    return [
        Vector("submission", shipped["bundle"], shipped["policy"], shipped["now"]),
        _vector("admitted factor", "good-admitted-factor", COLD_BOUND),
        _vector("label", "good-label", COLD_BOUND_OF_A_LABEL),
    ]


def _vector(name: str, folder: str, cold_bound: float) -> Vector:
    bundle, policy, expect = (
        json.loads((VECTORS / folder / f"{part}.json").read_text(encoding="utf-8"))
        for part in ("bundle.suyuan", "trust", "expect")
    )
    return Vector(name, bundle, policy, expect["now"], cold_bound)


def main() -> int:
    """Measure and print; 1 if a bound of this machine was missed."""
    parser = argparse.ArgumentParser(description="Verification against the raw cost.")
    parser.add_argument("--bundle", type=Path)
    parser.add_argument("--trust", type=Path)
    options = parser.parse_args()
    chosen = [read_vector(options.bundle, options.trust)] if options.bundle else vectors()
    return max([measure(vector) for vector in chosen])


def read_vector(bundle: Path, trust: Path) -> Vector:
    """Read a good bundle, to be judged at the time of its newest record."""
    value = json.loads(bundle.read_bytes())
    now = value["log"]["entries"][-1]["time"]
    policy = json.loads(trust.read_bytes())
    return Vector(bundle.name, value, policy, now, COLD_BOUND_OF_A_LABEL)


def measure(vector: Vector) -> int:
    """Measure one bundle and print its table."""
    data, policy_data = vector.data, canonical(vector.policy)
    now = datetime.strptime(vector.now, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    policy = parse_policy(policy_data)
    assert verify(data, policy, now=now).verdict is Verdict.VALID

    print(
        f"{vector.name}: {len(vector.bundle['records'])} records, {len(data)} bytes; "
        f"median of {WARM_RUNS // 3} runs"
    )
    print(f"{'':44}{'ms':>9}{'ratio':>8}")
    backends: dict[str, Callable[[bytes], bytes]] = {
        "keccak in pure Python": keccak.keccak256_pure,
        "keccak by pycryptodome": keccak.keccak256,
    }
    for name, backend in backends.items():
        with_backend(backend)
        raw, warm = medians(
            raw_cost(vector, backend), lambda: verify(data, policy, now=now), WARM_RUNS // 3
        )
        print(f"raw primitives, {name:28}{raw * 1000:9.2f}{1:8.2f}")
        print(f"verify() warm,  {name:28}{warm * 1000:9.2f}{warm / raw:8.2f}")
    cold, bare = cold_start(data, policy_data, vector.now)
    print(f"{'suyuan-verify, cold process':44}{cold * 1000:9.1f}")
    print(f"{'python -c pass, cold process':44}{bare * 1000:9.1f}")
    print(f"bounds: {vector.cold_bound * 1000:.0f} ms cold, {WARM_BOUND} x raw warm\n")
    return 0 if cold < vector.cold_bound and warm / raw <= WARM_BOUND else 1


def raw_cost(vector: Vector, backend: Callable[[bytes], bytes]) -> Callable[[], None]:
    """Prepare the unavoidable work of this bundle as one function."""
    data, bundle, policy = vector.data, vector.bundle, vector.policy
    note = parse_note(bundle["log"]["checkpoint"].encode())
    key = parse_vkey(policy["log"]["keys"][0]["vkey"])
    signatures = [
        (
            parse_did_key(record["issuer"]["id"]),
            decode_base58btc(record["proof"]["proofValue"], 64, "sig.value"),
        )
        for record in bundle["records"]
    ]
    anchor = bundle["anchor"]
    nodes = [anchor["header"], *anchor["accountProof"]]
    nodes += [*anchor["storageProof"]["root"], *anchor["storageProof"]["meta"]]
    blobs = [bytes.fromhex(node[2:]) for node in nodes]
    hashes = len(bundle["log"]["proof"]) + len(bundle["records"])

    def run() -> None:
        parsed = json.loads(data)
        for record, (public_key, signature) in zip(parsed["records"], signatures, strict=True):
            hashlib.sha256(canonical(record)).digest()
            proof = record.pop("proof")
            proof.pop("proofValue")
            message = hashlib.sha256(canonical(proof)).digest()
            message += hashlib.sha256(canonical(record)).digest()
            Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
        for _ in range(hashes):
            hashlib.sha256(bytes(65)).digest()
        Ed25519PublicKey.from_public_bytes(key.public_key).verify(
            note.signatures[0].signature, note.text.encode()
        )
        for blob in blobs:
            backend(blob)

    return run


def with_backend(backend: Callable[[bytes], bytes]) -> None:
    """Make every module of the verifier hash with one Keccak backend."""
    for name, module in list(sys.modules.items()):
        if name.startswith("suyuan_verifier.evm.") and hasattr(module, "keccak256"):
            module.keccak256 = backend  # type: ignore[attr-defined]


def cold_start(data: bytes, policy: bytes, now: str) -> tuple[float, float]:
    """Time whole processes: the verifier on one bundle, and an interpreter that does nothing."""
    with tempfile.TemporaryDirectory() as folder:
        bundle, trust = Path(folder, "b.suyuan.json"), Path(folder, "trust.json")
        bundle.write_bytes(data)
        trust.write_bytes(policy)
        script = Path(sys.executable).with_name("suyuan-verify")
        command = [str(script), str(bundle), "--trust", str(trust), "--now", now]
        bare = [sys.executable, "-c", "pass"]
        return median(lambda: spawn(command), COLD_RUNS), median(lambda: spawn(bare), COLD_RUNS)


def spawn(command: list[str]) -> None:
    """Run a process to its end."""
    subprocess.run(command, check=True, capture_output=True)


def medians(
    first: Callable[[], object], second: Callable[[], object], runs: int
) -> tuple[float, float]:
    """Return the median processor's seconds of two things, run in turn on the same machine."""
    clock = time.process_time
    times = [(median(first, 1, clock), median(second, 1, clock)) for _ in range(runs)]
    return statistics.median(a for a, _ in times), statistics.median(b for _, b in times)


def median(
    work: Callable[[], object], runs: int, clock: Callable[[], float] = time.perf_counter
) -> float:
    """Return the median seconds of some runs."""
    times = []
    for _ in range(runs):
        start = clock()
        work()
        times.append(clock() - start)
    return statistics.median(times)


if __name__ == "__main__":
    sys.exit(main())
