"""Write the bundle vectors and the verifier's self-test, the same bytes every time.

    python tests/vectors/bundles/generate.py

One directory for each vector: `bundle.suyuan.json`, `trust.json`, `expect.json`, `README.md`, and
`status.json` where a fresher status comes with the bundle. The self-test ships inside the verifier:
one good bundle, and edits of it with the code each must get.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
SELF_TEST = ROOT / "verifier" / "suyuan_verifier" / "selftest.json"
sys.path[:0] = [str(HERE), str(ROOT / "tests")]

import bundle_cases_anchor  # noqa: E402, F401 - each import fills the registry
import bundle_cases_authority  # noqa: E402, F401
import bundle_cases_checks  # noqa: E402, F401
import bundle_cases_footprint  # noqa: E402, F401
import bundle_cases_footprint_power  # noqa: E402, F401
import bundle_cases_footprint_sealed  # noqa: E402, F401
import bundle_cases_footprint_sums  # noqa: E402, F401
import bundle_cases_format  # noqa: E402, F401
import bundle_cases_good  # noqa: E402, F401
import bundle_cases_governed  # noqa: E402, F401
import bundle_cases_label  # noqa: E402, F401
import bundle_cases_log  # noqa: E402, F401
import bundle_cases_powers  # noqa: E402, F401
import bundle_cases_records  # noqa: E402, F401
import bundle_cases_status  # noqa: E402, F401
import bundle_cases_workflow  # noqa: E402, F401
import bundle_self_test  # noqa: E402
from bundle_case import CASES, Case  # noqa: E402


def pretty(value: object) -> bytes:
    """JSON for people, in a fixed layout."""
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def files_of(case: Case) -> dict[str, bytes]:
    """The files of one vector."""
    problems, notes = (
        [
            {"step": step, "code": code, "outcome": outcome}
            for step, code, outcome in sorted(set(said))
        ]
        for said in (case.problems, case.notes)
    )
    expect = {
        "now": case.now,
        "verdict": case.verdict,
        "problems": problems,
        **({"notes": notes} if notes else {}),
        **({"status": True} if case.status is not None else {}),
    }
    codes = ", ".join(
        f"`{said['code']}` (step {said['step']}, {said['outcome']})" for said in problems + notes
    )
    readme = f"# {case.name}\n\n{case.why}\n\nExpected: {case.verdict}"
    status = {} if case.status is None else {"status.json": case.status}
    return {
        **status,
        "bundle.suyuan.json": case.bundle,
        "trust.json": pretty(case.policy),
        "expect.json": pretty(expect),
        "README.md": f"{readme}{': ' + codes if codes else ''}.\n".encode(),
    }


def render() -> dict[str, bytes]:
    """All files of all vectors, by path below this folder."""
    return {
        f"{name}/{file}": data
        for name, make in sorted(CASES.items())
        for file, data in files_of(make()).items()
    }


def render_self_test() -> bytes:
    """The self-test's file."""
    return json.dumps(
        bundle_self_test.build(), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()


def main() -> int:
    """Write everything anew."""
    for folder in HERE.iterdir():
        if (folder / "expect.json").exists():
            shutil.rmtree(folder)
    for path, data in render().items():
        target = HERE / path
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(data)
    SELF_TEST.write_bytes(render_self_test())
    return 0


if __name__ == "__main__":
    sys.exit(main())
