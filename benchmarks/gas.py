"""Gas of anchoring with the consistency check, against storing the same two slots unchecked.

Every figure is `gasUsed` of a receipt: one whole transaction on a local anvil with its newest
rules, 21,000 base and calldata included. Run from anywhere: `python benchmarks/gas.py`.

The trees are made up: a consistency proof names at most 2 log2(n) inner nodes, each a random word
here, and the roots are what follows from them (RFC 9162 section 2.1.4.1). The contract cannot tell.
"""

from __future__ import annotations

import hashlib
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak
from suyuan_ledger.anchor.anvil import Anvil, AnvilOptions

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from build_artifact import compile_contract  # noqa: E402  (tools/ is a folder of scripts, no package)

ANCHOR = "anchor(uint64,uint64,bytes32,bytes32[])"
NAIVE = "tests/contracts/NaiveStore.sol"
EXPONENTS = (10, 20, 30)
RANDOM_PAIRS = 60
LIMIT_AT_2_20 = 115_000


@dataclass(frozen=True, slots=True)
class Step:
    """One growth of a made-up log, from a first anchor to a second."""

    old_size: int
    new_size: int
    old_root: bytes
    new_root: bytes
    proof: list[bytes]


def make_step(old_size: int, new_size: int, source: random.Random) -> Step:
    """Invent a tree of `new_size` leaves together with the consistency proof from `old_size`."""

    def subproof(m: int, n: int, *, whole: bool) -> tuple[bytes, bytes, list[bytes]]:
        word = source.randbytes(32)
        if m == n:
            return word, word, [] if whole else [word]
        k = 1 << ((n - 1).bit_length() - 1)
        if m <= k:
            old, new, proof = subproof(m, k, whole=whole)
            return old, node(new, word), [*proof, word]
        old, new, proof = subproof(m - k, n - k, whole=False)
        return node(word, old), node(word, new), [*proof, word]

    old_root, new_root, proof = subproof(old_size, new_size, whole=True)
    return Step(old_size, new_size, old_root, new_root, proof)


def node(left: bytes, right: bytes) -> bytes:
    """Hash an inner node (RFC 9162 section 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Chain:
    """Transactions from an unlocked account, anvil's first if none is named."""

    def __init__(self, anvil: Anvil, sender: str | None = None) -> None:
        self._anvil = anvil
        self.sender: str = sender or anvil.rpc("eth_accounts")[0]

    def send(self, data: bytes, to: str | None = None) -> dict[str, Any]:
        """Send a transaction, mine it, and return its receipt; a revert is an error."""
        transaction = {"from": self.sender, "data": "0x" + data.hex(), "gas": hex(16_000_000)}
        if to is not None:
            transaction["to"] = to
        sent = self._anvil.rpc("eth_sendTransaction", transaction)
        while (receipt := self._anvil.rpc("eth_getTransactionReceipt", sent)) is None:
            time.sleep(0.002)
        if receipt["status"] != "0x1":
            raise RuntimeError(f"reverted: {receipt}")
        return dict(receipt)

    def deploy(self, bytecode: str, types: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
        """Deploy a contract and return the receipt."""
        return self.send(bytes.fromhex(bytecode.removeprefix("0x")) + encode(types, values))

    def invoke(self, to: str, signature: str, *values: Any) -> int:
        """Send a call of `signature`, for instance `store(uint64,bytes32)`; return its gas."""
        types = signature[signature.index("(") + 1 : -1].split(",")
        data = keccak(text=signature)[:4] + encode(types, values)
        return int(self.send(data, to)["gasUsed"], 16)


def anchor_gas(chain: Chain, bytecode: str, step: Step) -> int:
    """Gas of a fresh contract's second anchor: its array is not empty, as for all later ones."""
    to = deploy_anchor(chain, bytecode)["contractAddress"]
    chain.invoke(to, ANCHOR, 0, step.old_size, step.old_root, [])
    return chain.invoke(to, ANCHOR, step.old_size, step.new_size, step.new_root, step.proof)


def deploy_anchor(chain: Chain, bytecode: str) -> dict[str, Any]:
    """Deploy a log's first contract; return the receipt."""
    types = ["address", "address", "address", "uint64"]
    owner = "0x" + "c0" * 20
    return chain.deploy(bytecode, types, [owner, chain.sender, "0x" + "00" * 20, 0])


def once_and_idle(chain: Chain, bytecode: str) -> list[tuple[str, str, int, int]]:
    """Rows that do not depend on the log's size: deployment, and an anchor sent a second time."""
    receipt = deploy_anchor(chain, bytecode)
    head: tuple[Any, ...] = (0, 5, b"\x05" * 32, [])
    chain.invoke(receipt["contractAddress"], ANCHOR, *head)
    again = chain.invoke(receipt["contractAddress"], ANCHOR, *head)
    return [
        ("any", "deployment, once", 0, int(receipt["gasUsed"], 16)),
        ("any", "the head again: nothing changes", 0, again),
    ]


def steps_near(exponent: int, source: random.Random) -> list[tuple[str, Step]]:
    """Name the growths that are measured at 2^exponent leaves."""
    size = 1 << exponent
    pairs = []
    for _ in range(RANDOM_PAIRS):
        new = source.randrange(size - size // 8, size + size // 8)
        pairs.append((new - source.randrange(1, max(2, size // 64)), new))
    middle = sorted((make_step(m, n, source) for m, n in pairs), key=lambda s: len(s.proof))
    return [
        ("the log doubles: shortest proof", make_step(size // 2, size, source)),
        ("median proof of random growths", middle[len(middle) // 2]),
        ("longest proof to exactly this size", make_step(size - 1, size, source)),
        ("longest proof just above it", make_step(size - 1, size + 1, source)),
    ]


def measure(chain: Chain) -> list[tuple[str, str, int, int]]:
    """Rows of (leaves, what, proof nodes, gas); the first is the naive store."""
    source = random.Random("suyuan gas")
    naive = compile_contract(NAIVE, "NaiveStore")["evm"]["bytecode"]["object"]
    bytecode = compile_contract()["evm"]["bytecode"]["object"]
    store = chain.deploy(naive, ["address"], [chain.sender])["contractAddress"]
    size = 1 << 20
    chain.invoke(store, "store(uint64,bytes32)", size - 1, source.randbytes(32))
    unchecked = chain.invoke(store, "store(uint64,bytes32)", size, source.randbytes(32))
    rows = [("any", "naive store of the same two slots, unchecked", 0, unchecked)]
    rows += once_and_idle(chain, bytecode)
    for exponent in EXPONENTS:
        for what, step in steps_near(exponent, source):
            gas = anchor_gas(chain, bytecode, step)
            rows.append((f"2^{exponent}", what, len(step.proof), gas))
    return rows


def main() -> int:
    """Print the table; 1 if the bound at 2^20 leaves is not kept."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Anvil(Path(folder), AnvilOptions(keep_state=False)) as anvil,
    ):
        rows = measure(Chain(anvil))
    unchecked = rows[0][3]
    print(f"{'leaves':>6}  {'transaction':<46} {'nodes':>5} {'gas':>9} {'ratio':>6}")
    for leaves, what, nodes, gas in rows:
        print(f"{leaves:>6}  {what:<46} {nodes:>5} {gas:>9,} {gas / unchecked:>6.2f}")
    worst = max(gas for leaves, _, _, gas in rows if leaves == "2^20")
    print(f"worst at 2^20: {worst:,}; must stay below {LIMIT_AT_2_20:,}")
    return int(worst >= LIMIT_AT_2_20)


if __name__ == "__main__":
    sys.exit(main())
