"""A local anvil for the verifier's tests, and evidence taken from it by plain JSON-RPC.

Nothing here comes from the ledger: its own way of taking evidence is tested elsewhere, and both
have to satisfy the same verifier.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest
import rlp

ROOT = Path(__file__).resolve().parents[2]
BINARY = ROOT / "node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil"

# Yellow paper section 4.4, then EIP-1559, 4895, 4844 (two), 4788 and 7685, in this order.
FIELDS = [
    *("parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot"),
    *("logsBloom", "difficulty", "number", "gasLimit", "gasUsed", "timestamp", "extraData"),
    *("mixHash", "nonce", "baseFeePerGas", "withdrawalsRoot", "blobGasUsed", "excessBlobGas"),
    *("parentBeaconBlockRoot", "requestsHash"),
]
INTEGERS = {
    *("difficulty", "number", "gasLimit", "gasUsed", "timestamp"),
    *("baseFeePerGas", "blobGasUsed", "excessBlobGas"),
}


def find_anvil() -> str:
    """The native binary; absent, it is a loud skip locally and red where CI is set."""
    named = os.environ.get("SUYUAN_ANVIL")
    found = named or (str(BINARY) if BINARY.exists() else shutil.which("anvil"))
    if found:
        return found
    message = "anvil is absent: npm ci, or set SUYUAN_ANVIL"
    pytest.skip(message)


class LocalChain:
    """JSON-RPC of one anvil."""

    def __init__(self, url: str) -> None:
        self.url = url

    def call(self, method: str, *params: object):
        """Return the result of one call."""
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        request = urllib.request.Request(  # noqa: S310 - loopback
            self.url, body.encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=20) as response:  # noqa: S310 - loopback
            answer = json.load(response)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["result"]

    def mine(self, blocks: int = 1) -> None:
        """Add empty blocks."""
        self.call("anvil_mine", hex(blocks))

    def send(self, **transaction: str) -> dict:
        """Send from an account that anvil holds, and wait for the receipt."""
        transaction = {"from": self.call("eth_accounts")[0], "gas": hex(2_000_000)} | transaction
        digest = self.call("eth_sendTransaction", transaction)
        for _ in range(200):
            receipt = self.call("eth_getTransactionReceipt", digest)
            if receipt:
                assert receipt["status"] == "0x1"
                return receipt
            time.sleep(0.02)
        raise TimeoutError(digest)

    def header(self, block: str = "latest") -> tuple[bytes, str, int]:
        """RLP of a header rebuilt from the raw JSON, the hash that the node names, the number."""
        raw = self.call("eth_getBlockByNumber", block, False)  # noqa: FBT003 - JSON-RPC parameter
        present = [name for name in FIELDS if raw.get(name) is not None]
        assert present == FIELDS[: len(present)], "a header has no gap in its optional tail"
        fields = [
            int(raw[name], 16) if name in INTEGERS else bytes.fromhex(raw[name][2:])
            for name in present
        ]
        return rlp.encode(fields), raw["hash"], int(raw["number"], 16)

    def anchor(self, contract: str, slot: int, claim: dict, block: str = "latest") -> dict:
        """The `anchor` member of a bundle for the entry whose root stands at `slot`."""
        header, _, number = self.header(block)
        keys = [f"0x{slot:064x}", f"0x{slot + 1:064x}"]
        proof = self.call("eth_getProof", contract, keys, hex(number))
        by_key = {int(item["key"], 16): item["proof"] for item in proof["storageProof"]}
        return claim | {
            "chainId": int(self.call("eth_chainId"), 16),
            "contract": contract,
            "header": "0x" + header.hex(),
            "accountProof": proof["accountProof"],
            "storageProof": {"root": by_key[slot], "meta": by_key[slot + 1]},
        }


@contextlib.contextmanager
def local_chain(folder: Path, *options: str):
    """Start anvil on a free port; it ends with the block, whatever happens inside."""
    binary = find_anvil()
    log = folder / "anvil.log"
    arguments = [binary, "--port", "0", "--cache-path", str(folder / "cache"), *options]
    with log.open("wb") as output:
        process = subprocess.Popen(arguments, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield LocalChain(wait_for_url(process, log))
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_for_url(process: subprocess.Popen, log: Path) -> str:
    for _ in range(500):
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("Listening on "):
                return "http://" + line.removeprefix("Listening on ").strip()
        if process.poll() is not None:
            break
        time.sleep(0.02)
    raise RuntimeError(log.read_text(encoding="utf-8", errors="replace")[-2000:])
