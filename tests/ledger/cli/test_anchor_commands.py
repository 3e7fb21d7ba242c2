"""`suyuan anchor` and `suyuan devchain` as an operator types them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

SUYUAN = str(Path(sys.executable).with_name("suyuan"))
HOT = "0x" + "2" * 40


def call(folder, *arguments, **environment):
    """Run one command in a folder."""
    return subprocess.run(
        [SUYUAN, *arguments],
        cwd=folder,
        env={**os.environ, "SUYUAN_HOME": "home", "SUYUAN_PASSPHRASE": "test", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def ok(folder, *arguments, **environment):
    """Run one command that must succeed."""
    done = call(folder, *arguments, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.mark.anvil
def test_an_operators_day_with_a_development_chain(tmp_path):
    """Deploy once, anchor, nothing to recover from, and a chain that goes away."""
    root = json.loads(ok(tmp_path, "key", "new", "root.pem", "--json").stdout)
    ok(tmp_path, "init", "--origin", "log.example/test", "--root", root["did"])
    (tmp_path / "chain.env").write_text("of an earlier run", encoding="utf-8")
    chain, settings = start_chain(tmp_path)
    cold = ["--owner-key", "env:SUYUAN_DEV_COLD_KEY"]
    try:
        ok(tmp_path, "anchor", "deploy", *cold, "--anchorer", settings["SUYUAN_DEV_HOT_ADDRESS"],
           **settings)  # fmt: skip
        log_one_request(tmp_path)
        done = ok(tmp_path, "anchor", "run", "--json", **settings)
        assert json.loads(done.stdout) == {"anchored": 1, "settled": True}
        assert [line.split()[0] for line in done.stderr.splitlines()] == ["sent", "mined", "final"]

        sound = call(tmp_path, "anchor", "recover", *cold, "--anchorer", HOT, **settings)
        assert "[chain.sound]" in sound.stderr
        ok(tmp_path, "anchor", "rotate", *cold, "--anchorer", HOT, **settings)
    finally:
        # Where the suite runs in the background, SIGINT is ignored by whatever it starts.
        chain.send_signal(signal.SIGTERM)
        chain.wait(timeout=30)

    gone = call(tmp_path, "anchor", "run", "--timeout", "2", **settings)
    assert gone.stderr.startswith("waiting: the node does not answer")
    assert "suyuan: error: the node does not answer" in gone.stderr
    assert gone.stderr.count("waiting: ") == 1


def start_chain(folder):
    """Start `suyuan devchain` and read the settings that it writes."""
    chain = subprocess.Popen(
        [SUYUAN, "devchain", "--env-file", "chain.env"],
        cwd=folder,
        env={**os.environ, "SUYUAN_HOME": "home"},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert chain.stderr is not None
    assert chain.stderr.readline().startswith("development chain")
    lines = (folder / "chain.env").read_text(encoding="utf-8").splitlines()
    return chain, dict(line.split("=", 1) for line in lines)


def log_one_request(folder):
    """Put something into the log that can be anchored."""
    (folder / "desk.json").write_text(
        json.dumps(
            {
                "registeredId": "91999999MADEM0BB3X",
                "name": "Example desk (fictional)",
                "nameZh": "示例单位（虚构）",
                "orgType": "institute",
            }
        ),
        encoding="utf-8",
    )
    ok(folder, "key", "new", "desk.pem")
    ok(folder, "enrol", "request", "desk.json", "--roles", "submitter", "--key", "file:desk.pem",
       "-o", "request.json")  # fmt: skip
    ok(folder, "submit", "request.json")
