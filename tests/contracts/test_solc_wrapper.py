"""tools/solc answers as a native solc does, whole and exact."""

from __future__ import annotations

import json
import subprocess
import time

import pytest
from build_artifact import standard_input

pytestmark = pytest.mark.node

PIPE_BUFFER = 64 * 1024


@pytest.fixture
def solc(root):
    return str(root / "tools" / "solc")


def test_version_is_the_pinned_compilers(solc, root):
    pinned = json.loads((root / "package.json").read_text())["devDependencies"]["solc"]
    done = subprocess.run([solc, "--version"], capture_output=True, text=True, check=True)
    assert f"\nVersion: {pinned}+commit." in done.stdout


def test_a_reader_that_is_slow_gets_the_whole_answer(solc):
    """An early process.exit() would cut the answer at the pipe's buffer."""
    standard = standard_input()
    standard["settings"]["outputSelection"] = {"*": {"*": ["*"], "": ["ast"]}}
    with subprocess.Popen([solc, "--standard-json"], stdin=-1, stdout=-1) as process:
        process.stdin.write(json.dumps(standard).encode())
        process.stdin.close()
        time.sleep(3)
        answer = process.stdout.read()
    assert process.returncode == 0
    assert len(answer) > 4 * PIPE_BUFFER
    assert "contracts" in json.loads(answer)


def test_input_may_be_a_file(solc, tmp_path):
    file = tmp_path / "input.json"
    file.write_text('{"language":"Solidity","sources":{"a.sol":{"content":"nonsense"}}}')
    done = subprocess.run([solc, "--standard-json", file], capture_output=True, check=True)
    assert json.loads(done.stdout)["errors"][0]["type"] == "ParserError"


def test_imports_are_never_looked_up(solc):
    source = {"content": 'import "./b.sol";'}
    standard = {"language": "Solidity", "sources": {"a.sol": source}}
    done = subprocess.run(
        [solc, "--standard-json", "--base-path", "contracts", "--allow-paths=."],
        input=json.dumps(standard).encode(),
        capture_output=True,
        check=True,
    )
    messages = [error["message"] for error in json.loads(done.stdout)["errors"]]
    assert any('Source "b.sol" not found' in message for message in messages)


@pytest.mark.parametrize(
    "arguments", [[], ["--combined-json", "abi"], ["--standard-json", "a", "b"], ["--bin"]]
)
def test_anything_else_is_refused(solc, arguments):
    done = subprocess.run([solc, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("solc wrapper: ")
