"""The verifier stays small and silent: no socket, nothing heavy, nothing but one dependency."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

VECTORS = Path(__file__).resolve().parents[1] / "vectors" / "bundles"
GOOD = VECTORS / "good-anchored-prefix"
NETWORK = ("socket", "_socket", "ssl", "urllib.request", "http.client", "asyncio")
FRAMEWORKS = ("web3", "pydantic", "sqlmodel", "sqlalchemy", "orjson", "rfc8785", "typer")
OWN = ("suyuan_ledger", "suyuan_api", "suyuan_verifier.rpc")
ON_REQUEST = (
    "suyuan_verifier.views",
    "suyuan_verifier.scanned",
    "suyuan_verifier.label_code",
    "suyuan_verifier.render.page",
    "suyuan_verifier.render.provenance",
    "zipfile",
    "csv",
    "html",
)
"""What only a page, a view, a code or a tree needs."""
HEAVY = NETWORK + FRAMEWORKS + OWN
NEEDED = {"suyuan_verifier", "cryptography", "_cffi_backend"}
# Keccak of pycryptodome, which loads its code by cffi, is used where it happens to be installed.
OPTIONAL = {"Crypto", "cffi", "pycparser"}

REPORT = f"""
import json, sys
loaded = [name for name in {HEAVY!r} if name in sys.modules]
outside = sorted({{
    name.partition(".")[0]
    for name, module in sys.modules.items()
    if "site-packages" in (getattr(module, "__file__", None) or "")
    # Editable installs and setuptools hook themselves into every start of this interpreter.
    and not name.startswith(("__editable__", "_distutils_hack"))
}})
print(json.dumps([loaded, outside]), file=sys.stderr)
"""
GUARD = """
import sys
def refuse(event, arguments):
    if event.startswith(("socket.", "ssl.", "urllib.", "http.")):
        raise RuntimeError("network: " + event)
sys.addaudithook(refuse)
"""
RUN = """
from suyuan_verifier.cli import main
code = main(sys.argv[1:])
"""


def arguments() -> list[str]:
    expect = json.loads((GOOD / "expect.json").read_text("utf-8"))
    files = [str(GOOD / "bundle.suyuan.json"), "--trust", str(GOOD / "trust.json")]
    return [*files, "--now", expect["now"]]


def python(code: str, *options: str, prefix: tuple[str, ...] = ()) -> subprocess.CompletedProcess:
    return subprocess.run(
        [*prefix, sys.executable, "-c", code, *options], capture_output=True, check=False, text=True
    )


def loaded_by(code: str, *options: str) -> tuple[list[str], list[str]]:
    done = python(code + REPORT, *options)
    assert done.returncode == 0, done.stderr
    loaded, outside = json.loads(done.stderr.splitlines()[-1])
    return loaded, outside


def test_import_loads_nothing_heavy():
    loaded, outside = loaded_by("import suyuan_verifier")
    assert loaded == []
    assert set(outside) <= NEEDED


@pytest.mark.parametrize(
    "options",
    [
        arguments(),
        [*arguments(), "--format", "json", "--lang", "zh"],
        ["--self-test"],
        ["inspect", str(GOOD / "bundle.suyuan.json")],
    ],
    ids=["text", "json", "self-test", "inspect"],
)
def test_offline_command_loads_nothing_heavy(options):
    loaded, outside = loaded_by("import sys" + RUN, *options)
    assert loaded == []
    assert set(outside) <= NEEDED | OPTIONAL


def test_plain_verification_loads_nothing_that_was_not_asked_for():
    code = "import sys" + RUN + f"print([n for n in {ON_REQUEST!r} if n in sys.modules])"
    assert python(code, *arguments()).stdout.splitlines()[-1] == "[]"


def test_what_is_asked_for_needs_no_more_than_the_rest(tmp_path):
    """A page and a comparison stay within the standard library, too."""
    label = VECTORS / "good-label"
    expect = json.loads((label / "expect.json").read_text("utf-8"))
    options = [str(label / "bundle.suyuan.json"), "--trust", str(label / "trust.json")]
    options += ["--now", expect["now"], "--report", str(tmp_path / "out.html")]
    options += ["--view", str(label / "bundle.suyuan.json"), "--scanned", "https://x.example/1"]
    loaded, outside = loaded_by("import sys" + RUN, *options)
    assert loaded == []
    assert set(outside) <= NEEDED | OPTIONAL
    assert (tmp_path / "out.html").stat().st_size > 10_000


@pytest.mark.parametrize("extra", [[], ["--report", "out.html"]], ids=["text", "page"])
def test_no_network_event_is_raised(extra, tmp_path):
    """An audit hook sees every socket, in C as in Python; verification raises no such event."""
    chosen = [str(tmp_path / option) if option == "out.html" else option for option in extra]
    done = python(GUARD + RUN + "sys.exit(code)", *arguments(), *chosen)
    assert done.returncode == 0, done.stderr
    assert "VALID" in done.stdout


def test_the_guard_works():
    done = python(GUARD + "import socket\nsocket.socket()")
    assert done.returncode == 1
    assert "network: socket" in done.stderr


def test_verifies_in_a_namespace_without_network():
    unshare = shutil.which("unshare")
    prefix = (str(unshare), "--net", "--map-root-user")
    if (
        not unshare
        or subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode
    ):
        pytest.skip("this machine does not permit a network namespace (unshare --net)")
    alone = python(
        "import socket\nsocket.create_connection(('127.0.0.1', 9), timeout=2)", prefix=prefix
    )
    assert "Network is unreachable" in alone.stderr
    done = python("import sys" + RUN + "sys.exit(code)", *arguments(), prefix=prefix)
    assert done.returncode == 0, done.stderr


def test_cold_start(capsys):
    """Printed for the record; a shared machine's clock asserts nothing."""
    best = {}
    for name, code in (("python", "pass"), ("verifier", "import sys" + RUN)):
        times = []
        for _ in range(5):
            start = time.perf_counter()
            assert python(code, *arguments()).returncode == 0
            times.append(time.perf_counter() - start)
        best[name] = min(times)
    with capsys.disabled():
        print(f"\ncold start: python {best['python']:.3f} s, verified {best['verifier']:.3f} s")  # noqa: T201
