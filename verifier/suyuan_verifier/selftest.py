"""`suyuan-verify --self-test`: the shipped vectors, run by the installation itself.

One good bundle with its trust policy, and edits of it that must each be refused with a known code.
An auditor sees at once whether this installation still tells good from bad.
"""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from suyuan_verifier.canonical import canonical, sha256
from suyuan_verifier.evm.keccak import keccak256
from suyuan_verifier.policy import parse_policy
from suyuan_verifier.report import Outcome
from suyuan_verifier.verify import verify

_VECTORS = Path(__file__).with_name("selftest.json")


@dataclass(frozen=True, slots=True)
class TestResult:
    """Result of one shipped vector."""

    name: str
    passed: bool
    detail: str


def run_self_test() -> list[TestResult]:
    """Run every shipped vector."""
    vectors = json.loads(_VECTORS.read_text(encoding="utf-8"))
    results = [
        _known_answer(
            "sha-256",
            sha256(b"abc").hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ),
        _known_answer(
            "keccak-256",
            keccak256(b"").hex(),
            "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470",
        ),
    ]
    return results + [_run_case(vectors, case) for case in vectors["cases"]]


def apply_edit(value: Any, edit: dict[str, Any]) -> Any:
    """Apply one edit to a parsed JSON value: `set` or `remove` at a JSON Pointer."""
    result = deepcopy(value)
    *path, last = edit["pointer"].lstrip("/").split("/")
    target = result
    for part in path:
        target = target[int(part) if isinstance(target, list) else part]
    key: Any = int(last) if isinstance(target, list) else last
    if "remove" in edit:
        del target[key]
    else:
        target[key] = edit["set"]
    return result


def _run_case(vectors: dict[str, Any], case: dict[str, Any]) -> TestResult:
    bundle, policy = vectors["bundle"], vectors["policy"]
    for edit in case.get("edits", []):
        bundle = apply_edit(bundle, edit)
    for edit in case.get("policyEdits", []):
        policy = apply_edit(policy, edit)
    data = canonical(bundle)
    data = data[: len(data) - case.get("truncate", 0)]
    now = datetime.strptime(vectors["now"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    report = verify(data, parse_policy(canonical(policy)), now=now)
    seen = sorted({c.code for c in report.checks if c.outcome in (Outcome.FAIL, Outcome.UNKNOWN)})
    passed = report.verdict.value == case["verdict"] and set(case["codes"]) <= set(seen)
    return TestResult(case["name"], passed, f"{report.verdict.value} {' '.join(seen)}".strip())


def _known_answer(name: str, found: str, expected: str) -> TestResult:
    return TestResult(name, found == expected, found[:16])
