#!/usr/bin/env python3
"""Everything a developer runs, with Python's standard library alone.

    python3 dev.py setup    make .venv and node_modules what the lock files say
    python3 dev.py demo     the main job on real figures: sign, log, anchor, bundle, verify offline
    python3 dev.py test     linters, types, layers, contracts, and the whole test suite
    python3 dev.py lint     the checks that take seconds
    python3 dev.py bench    measurements side by side with peers, as tables
    python3 dev.py mutants  change the verifier's rules one by one; list what no test notices
    python3 dev.py lock     make the lock files anew

Needs Python 3.11 or newer with venv, Node 20 or newer with npm. Arguments after the command are
passed on (`python3 dev.py test tests/verifier -k merkle`).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
MEMBERS = ("verifier", "ledger", "api")
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20


def main() -> int:
    """Run one command."""
    commands = {
        "setup": lambda _: 0,
        "demo": lambda rest: run([str(BIN / "suyuan"), "demo", *rest]),
        "test": test,
        "lint": lambda _: lint(),
        "bench": bench,
        "mutants": lambda rest: run([str(PYTHON), str(ROOT / "tools" / "mutants.py"), *rest]),
        "lock": lambda _: lock(),
    }
    name, rest = (sys.argv[1], sys.argv[2:]) if len(sys.argv) > 1 else ("", [])
    if name not in commands:
        print(__doc__)
        return 0 if name in ("-h", "--help", "help") else 2
    if name != "lock":
        setup()
    return commands[name](rest)


def setup() -> None:
    """Bring .venv and node_modules to what the lock files say; skip what is current."""
    if sys.version_info < OLDEST_PYTHON:
        fail(f"Python {sys.version.split()[0]} is too old", "install Python 3.11 or newer")
    locks = [ROOT / "requirements" / "uv.txt", ROOT / "requirements" / "dev.txt"]
    projects = [ROOT / member / "pyproject.toml" for member in MEMBERS]
    if stale(VENV, locks + projects):
        install_python(locks)
        stamp(VENV, locks + projects)
    modules = ROOT / "node_modules"
    manifests = [ROOT / "package.json", ROOT / "package-lock.json"]
    if stale(modules, manifests):
        install_node()
        stamp(modules, manifests)


def install_python(locks: list[Path]) -> None:
    """Make the virtual environment: hash-locked packages first, then the three own ones."""
    say("setup: Python packages into .venv")
    if not PYTHON.exists() and run([sys.executable, "-m", "venv", str(VENV)]):
        fail("python3 -m venv failed", "install the venv module (Debian: python3-venv)")
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    environment = {**os.environ, "VIRTUAL_ENV": str(VENV), "UV_PYTHON_DOWNLOADS": "never"}
    fast = not run([*pip, "--require-hashes", "-r", str(locks[0])])
    if fast:
        pip = [str(BIN / "uv"), "pip", "install", "--quiet"]
    editable = [part for member in MEMBERS for part in ("-e", str(ROOT / member))]
    for arguments in (
        ["--no-deps", "--require-hashes", "-r", str(locks[1])],
        ["--no-deps", "--no-build-isolation", *editable],
    ):
        if run([*pip, *arguments], environment):
            fail("the Python packages could not be installed", "is the package index reachable?")


def install_node() -> None:
    """Install foundry, solc and the interoperability oracle exactly as locked."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        fail("node or npm is not on PATH", "install Node 20 or newer")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
    if int(version.stdout.lstrip("v").split(".")[0]) < OLDEST_NODE:
        fail(f"Node {version.stdout.strip()} is too old", "install Node 20 or newer")
    say("setup: foundry and solc into node_modules")
    if run([npm, "ci", "--silent", "--no-audit", "--no-fund"]):
        fail("npm ci failed", "run npm ci by itself to see why; is the package registry reachable?")


def test(rest: list[str]) -> int:
    """Run everything that must be green; pytest comes last and prints the closing line."""
    if not rest and lint():
        return 1
    say("tests")
    # Whole files go to one process each: what a session makes once is made once per process.
    # In the order of their folders: sorted by number of tests, the few long ones would come last.
    spread = [] if rest else ["-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder"]
    return run([str(PYTHON), "-m", "pytest", *spread, *rest])


def lint() -> int:
    """Run the checks that need no test: style, format, types, layers."""
    steps = {
        "ruff check": [str(BIN / "ruff"), "check", "--quiet", "."],
        "ruff format": [str(BIN / "ruff"), "format", "--quiet", "--check", "."],
        "mypy --strict": [str(BIN / "mypy"), "--no-error-summary"],
        "import-linter": [str(BIN / "lint-imports"), "--no-cache"],
    }
    failed = []
    for name, command in steps.items():
        say(name)
        if run(command):
            failed.append(name)
    for name in failed:
        print(f"dev.py: {name} failed", file=sys.stderr)
    return 1 if failed else 0


def bench(rest: list[str]) -> int:
    """Run the measurements one after the other; name some to run only those."""
    scripts = sorted((ROOT / "benchmarks").glob("*.py"))
    wanted = [script for script in scripts if not rest or script.stem in rest]
    if not wanted:
        fail(f"no benchmark named {' '.join(rest)}", " ".join(script.stem for script in scripts))
    status = 0
    for script in wanted:
        say(script.stem)
        status |= run([str(PYTHON), str(script)])
    return status


def lock() -> int:
    """Make requirements/*.txt and package-lock.json anew, with hashes and without addresses."""
    setup()
    uv = str(BIN / "uv")
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    plain = ["--no-header", "--no-annotate", "--quiet", "-o"]
    out = ROOT / "requirements"
    compiled = ["pip", "compile", "--generate-hashes", str(out / "uv.in")]
    everything = ["--all-packages", "--group", "dev", "--no-emit-workspace"]
    commands = [
        [uv, "lock", "--upgrade", "--quiet"],
        [uv, "export", *everything, *plain, str(out / "dev.txt")],
        [uv, *compiled, *plain, str(out / "uv.txt")],
        ["npm", "install", "--package-lock-only", "--silent"],
    ]
    for command in commands:
        if run(command, environment):
            return 1
    for path in (out / "dev.txt", out / "uv.txt", ROOT / "package-lock.json"):
        if "://" in path.read_text(encoding="utf-8").replace('"url": "https://', ""):
            fail(f"{path.name} holds an address", "lock files carry names and hashes only")
    return 0


def stale(folder: Path, sources: list[Path]) -> bool:
    """Tell whether `folder` was made from other contents of `sources`."""
    mark = folder / ".stamp"
    return not mark.exists() or mark.read_text(encoding="utf-8") != fingerprint(sources)


def stamp(folder: Path, sources: list[Path]) -> None:
    """Remember what `folder` was made from."""
    (folder / ".stamp").write_text(fingerprint(sources), encoding="utf-8")


def fingerprint(sources: list[Path]) -> str:
    """Hash the contents of some files."""
    digest = hashlib.sha256(sys.version.encode())
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()


def run(command: list[str], environment: dict[str, str] | None = None) -> int:
    """Run a command in the project's root and return its exit code."""
    try:
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    except FileNotFoundError:
        fail(f"{command[0]} is not there", "remove .venv and run python3 dev.py setup")
    except KeyboardInterrupt:
        return 130


def say(message: str) -> None:
    """Print one line of progress."""
    print(f"== {time.strftime('%H:%M:%S')} {message}", flush=True)


def fail(message: str, hint: str) -> NoReturn:
    """Stop with what happened and what to do."""
    print(f"dev.py: error: {message}\ndev.py: hint: {hint}", file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    sys.exit(main())
