"""What a report says of each lie about a footprint or a label, word by word.

`footprint_words.json` was read by a person: a pointer leads to what is wrong, what was expected is
right, what was found is there. It is kept so that whoever changes a message sees all of them.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

import pytest
from suyuan_verifier import Outcome, parse_policy, verify
from suyuan_verifier.report import ASSERTED

HERE = Path(__file__).resolve().parent
VECTORS = HERE.parent / "vectors" / "bundles"
WORDS = json.loads((HERE / "footprint_words.json").read_text("utf-8"))
_DIGEST = re.compile(r"(sha256:)[0-9a-f]{64}")


def lies() -> list[str]:
    """Vectors that break a rule of step 9, or of certificates and labels."""
    families = ("cbam.", "certificate.", "disclosure.", "footprint.", "label.")
    return [
        path.parent.name
        for path in sorted(VECTORS.glob("*/expect.json"))
        if any(
            row["code"].startswith(families)
            for row in json.loads(path.read_text("utf-8"))["problems"]
        )
    ]


def said(name: str) -> list[list[str | None]]:
    """Code, pointer, what was expected and what was found, of whatever did not pass."""
    folder = VECTORS / name
    report = verify(
        (folder / "bundle.suyuan.json").read_bytes(),
        parse_policy((folder / "trust.json").read_bytes()),
        now=datetime.fromisoformat(json.loads((folder / "expect.json").read_text("utf-8"))["now"]),
    )
    return [
        [_DIGEST.sub(r"\1...", text) if text else text for text in row]
        for check in report.checks
        for row in [[check.code, check.pointer, check.expected, check.found]]
        if check.outcome in (Outcome.FAIL, Outcome.UNKNOWN) and check.code not in ASSERTED
    ]


def test_every_lie_has_its_words():
    assert sorted(WORDS) == lies()


@pytest.mark.parametrize("name", sorted(WORDS))
def test_the_words_of(name):
    assert said(name) == WORDS[name]
