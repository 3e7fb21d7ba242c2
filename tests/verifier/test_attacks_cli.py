"""The exit code is the answer: it must not change because nobody can read the text."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from suyuan_verifier.errors import MalformedError

CASE = Path(__file__).resolve().parents[1] / "vectors" / "bundles" / "good-anchored-prefix"
NOW = json.loads((CASE / "expect.json").read_text())["now"]
GOOD = [str(CASE / "bundle.suyuan.json"), "--trust", str(CASE / "trust.json"), "--now", NOW]

needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")


def run(arguments, redirection):
    """Run the command in a shell that takes away an output."""
    command = [sys.executable, "-m", "suyuan_verifier", *arguments]
    return subprocess.run(
        ["sh", "-c", f'exec "$@" {redirection}', "sh", *command],
        check=False,
        capture_output=True,
        text=True,
    )


@needs_full
@pytest.mark.parametrize("arguments", [GOOD, [*GOOD, "--format", "json"], ["inspect", GOOD[0]]])
@pytest.mark.parametrize("redirection", [">/dev/full", ">&-"])
def test_a_report_that_cannot_be_written_is_no_bug(arguments, redirection):
    done = run(arguments, redirection)
    assert done.returncode == 2
    assert "cannot write" in done.stderr


@needs_full
@pytest.mark.parametrize("redirection", ["2>/dev/full", "2>&-"])
def test_a_complaint_that_cannot_be_written_is_no_verdict(redirection):
    """Exit code 1 would say INVALID about a bundle that nobody looked at."""
    assert run([], redirection).returncode == 2
    assert run([*GOOD[:2], "no such policy"], redirection).returncode == 2
    assert run(GOOD, redirection).returncode == 0


@pytest.mark.parametrize("redirection", [">/dev/full", ">&-"])
def test_quiet_needs_no_output(redirection):
    assert run([*GOOD, "--quiet"], redirection).returncode == 0


@pytest.mark.parametrize("symbol", ["\x9b", "\x7f", "\u202e", "\u2066", "\x1b"])
def test_an_error_carries_no_control_character(symbol):
    """The JSON report ends on terminals too, and JSON leaves C1 and bidi controls alone."""
    error = MalformedError("bundle.shape", expected=f"a{symbol}b", found=[f"c{symbol}d"])
    assert error.expected == f"a\\u{ord(symbol):04x}b"
    assert error.found == f'["c\\u{ord(symbol):04x}d"]'
