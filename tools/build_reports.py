#!/usr/bin/env python3
"""Write the example reports of docs/reference/reports, or check that they are what is there.

    .venv/bin/python tools/build_reports.py [--check]

Each is what `suyuan-verify --format json` prints for one of the bundle vectors, indented. Vectors
never change by themselves, so a report changes only with the verifier's words or findings.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "reference" / "reports"
VECTORS = ROOT / "tests" / "vectors" / "bundles"
REPORTS = {
    "admitted": "good-admitted-factor",
    "dissent-kept": "good-dissent-kept",
    "withdrawn": "withdrawn-and-recalled",
    "reviewer-revoked": "good-revoked-reviewer",
    "reviewer-compromised": "compromise-reaches-back",
}
"""Vector of each report."""


def render() -> dict[str, str]:
    """Return the reports by file name."""
    return {f"{name}.json": _report(VECTORS / vector) for name, vector in REPORTS.items()}


def _report(vector: Path) -> str:
    expect = json.loads((vector / "expect.json").read_text("utf-8"))
    command = [
        *(sys.executable, "-m", "suyuan_verifier", str(vector / "bundle.suyuan.json")),
        *("--trust", str(vector / "trust.json"), "--now", expect["now"], "--format", "json"),
    ]
    done = subprocess.run(command, capture_output=True, check=False)
    if not done.stdout:
        raise SystemExit(done.stderr.decode("utf-8", "replace"))
    return json.dumps(json.loads(done.stdout), ensure_ascii=False, indent=2) + "\n"


def main() -> int:
    """Write or check."""
    reports = render()
    if "--check" in sys.argv[1:]:
        found = {path.name: path.read_text("utf-8") for path in FOLDER.glob("*.json")}
        wrong = sorted(
            name for name in reports.keys() | found if reports.get(name) != found.get(name)
        )
        if wrong:
            print(f"out of date: {', '.join(wrong)}", file=sys.stderr)
            print("hint: .venv/bin/python tools/build_reports.py", file=sys.stderr)
        return 1 if wrong else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in reports.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
