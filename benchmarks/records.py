"""What one record costs at the door, beside the raw cost of its signature and its hashes.

python benchmarks/records.py [--repeat N]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import timeit
from collections.abc import Callable

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from suyuan_ledger.keys import MemorySigner
from suyuan_ledger.official import official_factors
from suyuan_ledger.records.canonical import write_canonical
from suyuan_ledger.records.did import parse_did_key
from suyuan_ledger.records.drafts import new_record
from suyuan_ledger.records.profile import parse_record
from suyuan_ledger.records.signing import check_proof, decode_signature, proof_hash, sign_record

TIME = "2026-11-22T08:00:00Z"


def microseconds(actions: dict[str, Callable[[], object]], repeat: int) -> dict[str, float]:
    """Return the best of five rounds, per call; the rounds take turns, so noise falls on all."""
    best = dict.fromkeys(actions, float("inf"))
    for _ in range(5):
        for name, action in actions.items():
            best[name] = min(best[name], timeit.timeit(action, number=repeat) / repeat * 1e6)
    return best


def main() -> None:
    """Print one table."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--repeat", type=int, default=500)
    repeat = arguments.parse_args().repeat

    signer = MemorySigner.from_seed(bytes(range(32)))
    issuer = {"id": signer.did, "name": "Demo Transcriber (fictional)", "nameZh": "示例转录单位"}
    draft = new_record("FactorSubmission", issuer, official_factors()[0], valid_from=TIME)
    raw = sign_record(draft, signer, TIME)
    indented = json.dumps(json.loads(raw), ensure_ascii=False, indent=1).encode()
    record = parse_record(raw)

    key = Ed25519PublicKey.from_public_bytes(parse_did_key(signer.did))
    message = proof_hash(record.value["proof"]) + record.content_digest
    signature = decode_signature(record.value["proof"]["proofValue"])

    def door(data: bytes) -> None:
        check_proof(parse_record(data))

    rows = microseconds(
        {
            "raw Ed25519 verification": lambda: key.verify(signature, message),
            "raw SHA-256 of the record, twice": lambda: (
                hashlib.sha256(raw),
                hashlib.sha256(raw),
            ),
            "parse_record, canonical input": lambda: parse_record(raw),
            "parse_record, indented input": lambda: parse_record(indented),
            "check_proof": lambda: check_proof(record),
            "parse_record + check_proof": lambda: door(raw),
            "write_canonical": lambda: write_canonical(record.value),
            "rfc8785, the test oracle": lambda: rfc8785.dumps(record.value),
            "sign_record, self-check included": lambda: sign_record(draft, signer, TIME),
        },
        repeat,
    )
    verify = rows["raw Ed25519 verification"]
    print(f"one FactorSubmission of {len(raw)} bytes\n")
    print(f"{'step':36} {'us':>8} {'of one verification':>20}")
    for name, cost in rows.items():
        print(f"{name:36} {cost:8.1f} {cost / verify:20.2f}")


if __name__ == "__main__":
    main()
