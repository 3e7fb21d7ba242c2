"""Write the corpus of accepted and refused records; see README.md beside it.

    python tests/vectors/records/generate.py

Keys, ids and nonces follow from the case's name, so that a second run writes the same bytes.
"""

from __future__ import annotations

import json
from pathlib import Path

from cases import accepted, refused
from corpus_base import Case

HERE = Path(__file__).resolve().parent


def render() -> dict[str, str]:
    """Return every file of the corpus by its path below this folder."""
    files: dict[str, str] = {}
    for folder, cases in (("accept", accepted()), ("refuse", refused())):
        for case in cases:
            name = f"{folder}/{case.name}.json"
            if name in files:
                raise ValueError(f"two cases are called {name}")
            files[name] = json.dumps(_document(case), ensure_ascii=True, indent=1) + "\n"
    return files


def _document(case: Case) -> dict[str, object]:
    document: dict[str, object] = {"why": case.why, "input": case.parts, "expect": case.expect}
    if case.ledger_only:
        document["ledgerOnly"] = True
    return document


def main() -> None:
    """Write the files, and remove those that no case stands behind any more."""
    files = render()
    for folder in ("accept", "refuse"):
        (HERE / folder).mkdir(exist_ok=True)
        for path in (HERE / folder).glob("*.json"):
            if f"{folder}/{path.name}" not in files:
                path.unlink()
    for name, text in files.items():
        (HERE / name).write_text(text, encoding="ascii")


if __name__ == "__main__":
    main()
