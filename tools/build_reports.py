#!/usr/bin/env python3
"""Write the example reports of docs/reference/reports, or check that they are what is there.

    .venv/bin/python tools/build_reports.py [--check]

Each is what `suyuan-verify --format json` prints for one of the bundle vectors, indented; some come
as a page (`--report`), too. Vectors never change by themselves, so a report changes only with the
verifier's words or findings.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
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
    "label": "good-label",
}
"""Vector of each report."""
PAGES = ("label",)
"""Reports that are shown as a page, too."""


def render() -> dict[str, str]:
    """Return the reports by file name."""
    reports = {}
    for name, vector in REPORTS.items():
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "page.html"
            reports[f"{name}.json"] = _report(VECTORS / vector, page)
            if name in PAGES:
                reports[f"{name}.html"] = page.read_text("utf-8")
    return reports


def _report(vector: Path, page: Path) -> str:
    expect = json.loads((vector / "expect.json").read_text("utf-8"))
    command = [
        *(sys.executable, "-m", "suyuan_verifier", str(vector / "bundle.suyuan.json")),
        *("--trust", str(vector / "trust.json"), "--now", expect["now"], "--format", "json"),
        *("--report", str(page)),
    ]
    done = subprocess.run(command, capture_output=True, check=False)
    if not done.stdout:
        raise SystemExit(done.stderr.decode("utf-8", "replace"))
    return json.dumps(json.loads(done.stdout), ensure_ascii=False, indent=2) + "\n"


def main() -> int:
    """Write or check."""
    reports = render()
    if "--check" in sys.argv[1:]:
        found = {
            path.name: path.read_text("utf-8")
            for path in FOLDER.iterdir()
            if path.suffix in {".json", ".html"}
        }
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
