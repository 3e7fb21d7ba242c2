"""Compile contracts/CheckpointAnchor.sol and write the artifact that the ledger ships.

`tools/build_artifact.py` writes ledger/suyuan_ledger/anchor/artifact.json; `--check` only compares
and names what differs. The compiler is tools/solc alone; its input is the import closure.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import posixpath
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from eth_utils.crypto import keccak

ROOT = Path(__file__).resolve().parent.parent
ARTIFACT = ROOT / "ledger" / "suyuan_ledger" / "anchor" / "artifact.json"
SOURCE = "contracts/CheckpointAnchor.sol"
CONTRACT = "CheckpointAnchor"

_IMPORT = re.compile(r'^import\s[^;]*?"([^"]+)";', re.MULTILINE)


def foundry_profile() -> dict[str, Any]:
    """The settings forge compiles with: foundry.toml is their only home."""
    with (ROOT / "foundry.toml").open("rb") as file:
        profile: dict[str, Any] = tomllib.load(file)["profile"]["default"]
    return profile


def import_closure(source: str, remappings: list[str]) -> dict[str, str]:
    """Source unit name -> text, of `source` and all it imports; named as forge names them."""
    found: dict[str, str] = {}
    waiting = [source]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found[name] = (ROOT / name).read_text(encoding="utf-8")
        for target in _IMPORT.findall(found[name]):
            if target.startswith("."):
                waiting.append(posixpath.normpath(posixpath.join(posixpath.dirname(name), target)))
                continue
            for remapping in remappings:
                prefix, folder = remapping.split("=", 1)
                if target.startswith(prefix):
                    waiting.append(folder + target.removeprefix(prefix))
                    break
            else:
                raise SystemExit(f"error: {name} imports {target}, which no remapping resolves")
    return dict(sorted(found.items()))


def standard_input(source: str = SOURCE, contract: str = CONTRACT) -> dict[str, Any]:
    """The compiler's standard JSON input, with the settings of foundry.toml."""
    profile = foundry_profile()
    sources = import_closure(source, profile["remappings"])
    return {
        "language": "Solidity",
        "sources": {name: {"content": text} for name, text in sources.items()},
        "settings": {
            "remappings": profile["remappings"],
            "optimizer": {"enabled": profile["optimizer"], "runs": profile["optimizer_runs"]},
            "evmVersion": profile["evm_version"],
            "metadata": {"bytecodeHash": profile["bytecode_hash"]},
            "outputSelection": {
                source: {
                    contract: [
                        "abi",
                        "evm.bytecode.object",
                        "evm.deployedBytecode.object",
                        "evm.deployedBytecode.immutableReferences",
                        "storageLayout",
                    ]
                }
            },
        },
    }


def compile_contract(source: str = SOURCE, contract: str = CONTRACT) -> dict[str, Any]:
    """What tools/solc makes of the contract; any error or warning ends the build."""
    done = subprocess.run(
        [str(ROOT / foundry_profile()["solc"]), "--standard-json"],
        input=json.dumps(standard_input(source, contract)),
        capture_output=True,
        text=True,
        check=True,
    )
    output = json.loads(done.stdout)
    problems = [error["formattedMessage"] for error in output.get("errors", [])]
    if problems:
        raise SystemExit("\n".join(problems))
    compiled: dict[str, Any] = output["contracts"][source][contract]
    return compiled


def compiler_version() -> str:
    """For instance `0.8.37+commit.f401782d`, without the platform's suffix."""
    done = subprocess.run(
        [str(ROOT / foundry_profile()["solc"]), "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    match = re.search(r"Version: (\d+\.\d+\.\d+\+commit\.[0-9a-f]{8})", done.stdout)
    if match is None:
        raise SystemExit(f"error: no version in {done.stdout!r}")
    return match.group(1)


def storage_layout(layout: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the layout without AST ids, which vary with the set of sources that are compiled."""

    def variable(entry: dict[str, Any]) -> dict[str, Any]:
        kind = layout["types"][entry["type"]]
        known: dict[str, Any] = {
            "label": entry["label"],
            "slot": int(entry["slot"]),
            "offset": entry["offset"],
            "type": kind["label"],
        }
        element = layout["types"].get(kind.get("base", ""), {})
        if "members" in element:
            known["members"] = [variable(member) for member in element["members"]]
        return known

    return [variable(entry) for entry in layout["storage"]]


def build() -> dict[str, Any]:
    """The artifact: a pure function of the sources, foundry.toml and the compiler."""
    standard = standard_input()
    compiled = compile_contract()
    if compiled["evm"]["deployedBytecode"].get("immutableReferences"):
        raise SystemExit(
            "error: an immutable variable would make every deployment's code hash its own"
        )
    runtime = compiled["evm"]["deployedBytecode"]["object"]
    settings = {k: v for k, v in standard["settings"].items() if k != "outputSelection"}
    return {
        "contractName": CONTRACT,
        "abi": compiled["abi"],
        "bytecode": "0x" + compiled["evm"]["bytecode"]["object"],
        "deployedBytecode": "0x" + runtime,
        "codeHash": "0x" + keccak(hexstr=runtime).hex(),
        "storageLayout": storage_layout(compiled["storageLayout"]),
        "solc": compiler_version(),
        "settings": settings,
        "sources": {
            name: hashlib.sha256(source["content"].encode()).hexdigest()
            for name, source in standard["sources"].items()
        },
    }


def main() -> int:
    """Write the artifact, or with `--check` compare it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="compare only; 1 if the file is not current"
    )
    arguments = parser.parse_args()
    artifact = build()
    if not arguments.check:
        ARTIFACT.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(artifact, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        ARTIFACT.write_text(text, encoding="utf-8")
        print(f"{ARTIFACT.name}: code hash {artifact['codeHash']}")
        return 0
    shipped = json.loads(ARTIFACT.read_text(encoding="utf-8"))
    differing = sorted(
        k for k in artifact.keys() | shipped.keys() if artifact.get(k) != shipped.get(k)
    )
    if differing:
        print(
            f"error: {ARTIFACT.name} is not what the sources compile to: {differing}",
            file=sys.stderr,
        )
        print("hint: run tools/build_artifact.py and commit the file", file=sys.stderr)
        return 1
    print(f"{ARTIFACT.name} is current")
    return 0


if __name__ == "__main__":
    sys.exit(main())
