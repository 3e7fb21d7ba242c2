"""Verifying in a process that has no network, whatever it may try."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# Any socket in the process, from any module, ends it.
_GUARD = """
import runpy, sys
def refuse(event, args):
    if event.startswith("socket."):
        raise RuntimeError("a socket was opened: " + event)
sys.addaudithook(refuse)
sys.argv = ["suyuan-verify", *sys.argv[1:]]
runpy.run_module("suyuan_verifier", run_name="__main__")
"""


@dataclass(frozen=True, slots=True)
class OfflineRun:
    """What the verifier printed and how the network was kept away."""

    exit_code: int
    output: str
    means: str


@cache
def network_namespace() -> list[str]:
    """Return the command prefix that gives a process an empty network namespace, or []."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return []
    prefix = [unshare, "--net"] if os.geteuid() == 0 else [unshare, "--map-root-user", "--net"]
    tried = subprocess.run([*prefix, "true"], capture_output=True, check=False)
    return prefix if tried.returncode == 0 else []


def verify_offline(bundle: Path, trust: Path, lang: str, *more: str) -> OfflineRun:
    """Run `suyuan-verify` on one file, without a network and with a guard on every socket.

    Args:
        bundle: the file.
        trust: the trust policy.
        lang: `en` or `zh`.
        more: further arguments.
    """
    return run_offline(str(bundle), "--trust", str(trust), "--lang", lang, *more)


def run_offline(*arguments: str) -> OfflineRun:
    """Run `suyuan-verify` in the same way with any arguments."""
    prefix = network_namespace()
    command = [*prefix, sys.executable, "-c", _GUARD, *arguments]
    done = subprocess.run(command, capture_output=True, check=False)
    means = "unshare --net + socket guard" if prefix else "socket guard"
    return OfflineRun(done.returncode, (done.stdout + done.stderr).decode("utf-8"), means)
