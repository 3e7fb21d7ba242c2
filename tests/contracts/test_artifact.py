"""What the ledger ships is what the sources compile to, whoever compiles them."""

from __future__ import annotations

import hashlib
import json

import pytest
from build_artifact import ARTIFACT, CONTRACT, SOURCE, build, main, standard_input
from eth_utils.crypto import keccak
from solcx import compile_standard

OWNER, ANCHORER, NOBODY = "0x" + "c0" * 20, "0x" + "40" * 20, "0x" + "00" * 20
CONSTRUCTOR = ["address", "address", "address", "uint64"]


@pytest.fixture(scope="module")
def shipped():
    return json.loads(ARTIFACT.read_text(encoding="utf-8"))


def by_signature(abi):
    return sorted(json.dumps(entry, sort_keys=True) for entry in abi)


def opcodes(code):
    """The instructions of EVM bytecode, without the data that PUSH1..PUSH32 carry."""
    position = 0
    while position < len(code):
        opcode = code[position]
        yield opcode
        position += 1 + (opcode - 0x5F if 0x60 <= opcode <= 0x7F else 0)


@pytest.mark.node
def test_shipped_is_what_the_build_script_makes_now(shipped):
    assert build() == shipped


@pytest.mark.node
def test_shipped_is_what_py_solc_x_compiles(shipped, root):
    output = compile_standard(standard_input(), solc_binary=root / "tools" / "solc")
    compiled = output["contracts"][SOURCE][CONTRACT]
    assert compiled["abi"] == shipped["abi"]
    assert "0x" + compiled["evm"]["bytecode"]["object"] == shipped["bytecode"]
    assert "0x" + compiled["evm"]["deployedBytecode"]["object"] == shipped["deployedBytecode"]


@pytest.mark.forge
@pytest.mark.node
def test_shipped_is_what_forge_compiles(shipped, root, forge):
    done = forge("build")
    assert done.returncode == 0, done.stdout + done.stderr
    out = root / "build" / "forge" / "out" / "CheckpointAnchor.sol" / "CheckpointAnchor.json"
    compiled = json.loads(out.read_text(encoding="utf-8"))
    assert compiled["bytecode"]["object"] == shipped["bytecode"]
    assert compiled["deployedBytecode"]["object"] == shipped["deployedBytecode"]
    # forge orders the entries its own way.
    assert by_signature(compiled["abi"]) == by_signature(shipped["abi"])


def test_sources_are_named_with_their_digests(shipped, root):
    assert SOURCE in shipped["sources"]
    for name, digest in shipped["sources"].items():
        assert hashlib.sha256((root / name).read_bytes()).hexdigest() == digest, name


def test_code_hash_is_the_runtime_bytecodes(shipped):
    runtime = bytes.fromhex(shipped["deployedBytecode"].removeprefix("0x"))
    assert shipped["codeHash"] == "0x" + keccak(runtime).hex()


def test_code_runs_on_chains_before_shanghai(shipped):
    for member in ("bytecode", "deployedBytecode"):
        code = bytes.fromhex(shipped[member].removeprefix("0x"))
        # The compiler's name and version stand after the code, behind INVALID: no instructions.
        assert code.endswith(b"\x64solc\x43\x00\x08\x25\x00\x0a")
        assert 0x5F not in set(opcodes(code[: code.rindex(b"\xfe\xa1\x64solc")])), "PUSH0"


def test_storage_layout_is_the_one_that_evidence_relies_on(shipped):
    layout = {
        variable["label"]: (variable["slot"], variable["offset"], variable["type"])
        for variable in shipped["storageLayout"]
    }
    assert layout == {
        "_owner": (0, 0, "address"),
        "_pendingOwner": (1, 0, "address"),
        "_entries": (2, 0, "struct CheckpointAnchor.Entry[]"),
        "anchorer": (3, 0, "address"),
        "successor": (4, 0, "address"),
        "lastGoodIndex": (4, 20, "uint64"),
        "predecessor": (5, 0, "address"),
        "predecessorIndex": (5, 20, "uint64"),
    }
    entries = next(v for v in shipped["storageLayout"] if v["label"] == "_entries")
    members = {m["label"]: (m["slot"], m["offset"], m["type"]) for m in entries["members"]}
    assert members == {
        "root": (0, 0, "bytes32"),
        "size": (1, 0, "uint64"),
        "time": (1, 8, "uint64"),
        "blockNumber": (1, 16, "uint64"),
        "index": (1, 24, "uint64"),
    }


@pytest.mark.anvil
@pytest.mark.parametrize("arguments", [(OWNER, ANCHORER), (ANCHORER, OWNER)])
def test_every_deployment_has_the_shipped_runtime_code(shipped, anvil, chain, arguments):
    receipt = chain.deploy(shipped["bytecode"], CONSTRUCTOR, [*arguments, NOBODY, 0])
    address = receipt["contractAddress"]
    assert anvil.rpc("eth_getCode", address, "latest") == shipped["deployedBytecode"]
    proof = anvil.rpc("eth_getProof", address, [], "latest")
    assert proof["codeHash"] == shipped["codeHash"]


@pytest.mark.node
def test_check_names_what_is_not_current(shipped, tmp_path, monkeypatch, capsys):
    altered = tmp_path / "artifact.json"
    altered.write_text(json.dumps({**shipped, "codeHash": "0x00"}), encoding="utf-8")
    monkeypatch.setattr("build_artifact.ARTIFACT", altered)
    monkeypatch.setattr("sys.argv", ["build_artifact.py", "--check"])
    assert main() == 1
    assert "['codeHash']" in capsys.readouterr().err
