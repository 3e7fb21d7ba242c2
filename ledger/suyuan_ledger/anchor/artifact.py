"""The compiled anchor contract that the ledger ships: ABI, bytecode, and what identifies its code.

`artifact.json` is written by `tools/build_artifact.py` and proven by a test to be what the sources
compile to. The contract has no immutable variables, so that the code of every deployment hashes to
the one `code_hash`: the ledger refuses to speak to anything else.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Artifact:
    """What is needed to deploy the contract, to call it and to recognise it.

    Attributes:
        abi: the contract's JSON ABI.
        bytecode: creation code, without constructor arguments.
        code_hash: keccak-256 of the runtime code, 0x and 64 lower-case hex digits.
    """

    abi: tuple[dict[str, Any], ...]
    bytecode: bytes
    code_hash: str

    def entry(self, kind: str, name: str) -> dict[str, Any]:
        """Return the ABI entry of a `function`, an `error` or an `event`; KeyError if absent."""
        for entry in self.abi:
            if entry["type"] == kind and entry.get("name") == name:
                return entry
        raise KeyError(f"{kind} {name}")

    def constructor_types(self) -> list[str]:
        """Return the types of the constructor's arguments."""
        for entry in self.abi:
            if entry["type"] == "constructor":
                return [argument["type"] for argument in entry["inputs"]]
        return []


@cache
def load_artifact() -> Artifact:
    """Read the shipped artifact, once per process."""
    data = json.loads(Path(__file__).with_name("artifact.json").read_text(encoding="utf-8"))
    return Artifact(
        abi=tuple(data["abi"]),
        bytecode=bytes.fromhex(data["bytecode"].removeprefix("0x")),
        code_hash=data["codeHash"],
    )
