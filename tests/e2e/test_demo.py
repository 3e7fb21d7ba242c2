"""The demo as a user runs it: everything comes out as it must, and nothing is left running."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from suyuan_ledger.demo.offline import network_namespace

ATTACKS = (
    "sig.invalid",
    "authority.not_root",
    "merkle.root",
    "chain.inconsistent",
    "anchor.not_covered",
    "anchor.contract",
    "anchor.void",
)


@pytest.mark.anvil
def test_demo_ends_well(demo):
    """Exit 0, 51 valid bundles, a clean log, and no line that is not as expected."""
    _, done = demo

    assert done.returncode == 0, done.stdout + done.stderr
    assert "51 of 51 bundles are VALID" in done.stdout
    assert "NOT AS EXPECTED" not in done.stdout


@pytest.mark.anvil
def test_every_attack_is_refused_with_its_code(demo):
    """Six attacks and the thief's anchor after the recovery, each by the check made for it."""
    _, done = demo

    assert [code for code in ATTACKS if code not in done.stdout] == []


@pytest.mark.anvil
def test_the_verification_had_no_network(demo):
    """Where the machine allows an empty network namespace, the verifier ran in one."""
    _, done = demo

    expected = "unshare --net + socket guard" if network_namespace() else "socket guard"
    assert expected in done.stdout


@pytest.mark.anvil
def test_nothing_of_the_demo_keeps_running(demo):
    """No anvil survives its demo."""
    folder, _ = demo
    lines = [
        path.read_bytes()
        for path in Path("/proc").glob("[0-9]*/cmdline")
        if path.exists() and str(folder).encode() in _read(path)
    ]

    assert lines == []


@pytest.mark.anvil
def test_report_of_a_demo_bundle_as_json(demo):
    """A script gets the claim, the trust basis and the policy's digest from one object."""
    folder, _ = demo
    verifier = Path(sys.executable).with_name("suyuan-verify")
    done = subprocess.run(
        [
            str(verifier),
            str(folder / "bundles" / "CN-GRID-CO2-2023-YN.suyuan.json"),
            "--trust",
            str(folder / "trust.json"),
            "--format",
            "json",
        ],
        capture_output=True,
        check=False,
    )
    report = json.loads(done.stdout)

    assert (done.returncode, report["verdict"]) == (0, "VALID")
    assert report["subjects"][0]["record"]["claim"]["value"] == "0.1333"
    assert report["subjects"][0]["trustBasis"]["basis"] == "pinned"


def test_demo_never_empties_a_folder_of_somebody_else(tmp_path):
    """A folder with foreign files is refused and left as it is."""
    mine = tmp_path / "precious.txt"
    mine.write_text("mine", encoding="utf-8")
    done = subprocess.run(
        [str(Path(sys.executable).with_name("suyuan")), "demo", "--dir", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "demo.folder" in done.stderr
    assert mine.read_text(encoding="utf-8") == "mine"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
