"""A local development chain: foundry's anvil as a subprocess that never outlives its owner.

The native binary is started directly (SIGKILL of a Node.js shim in between would orphan it), on a
port that the kernel picks, with output to a file: an undrained pipe blocks anvil after about two
hundred transactions. On Linux the child asks the kernel for a SIGTERM when the *thread* that
started it ends (prctl(2), PR_SET_PDEATHSIG), so even SIGKILL of the owner ends it; SIGTERM also
makes it write its state. Elsewhere only the context manager and `atexit` guard it.
"""

from __future__ import annotations

import atexit
import ctypes
import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from suyuan_ledger.errors import ChainError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PR_SET_PDEATHSIG = 1
LISTENING = re.compile(r"^Listening on 127\.0\.0\.1:(\d+)\s*$", re.MULTILINE)
START_TIMEOUT = 20.0
STOP_TIMEOUT = 20.0
NPM_BINARY = Path("node_modules", "@foundry-rs", "anvil-linux-amd64", "bin", "anvil")


@dataclass(frozen=True, slots=True)
class DevAccount:
    """One of the accounts that anvil funds; its key is public knowledge.

    Attributes:
        address: 0x and 40 lower-case hex digits.
        private_key: 0x and 64 hex digits.
    """

    address: str
    private_key: str


@dataclass(frozen=True, slots=True)
class AnvilOptions:
    """How the chain behaves; the defaults are a current Ethereum with one block per transaction.

    Attributes:
        chain_id: EIP-155 chain id; the state file does not carry it.
        hardfork: name of the rule set (`berlin`, `london`, `cancun` ...), None for anvil's newest.
        zero_fee: base fee 0, gas price 0, no minimum tip, as on consortium chains.
        mining: False leaves transactions in the pool until `mine` is called.
        block_time: seconds between blocks, None for a block per transaction.
        slots_in_an_epoch: the `finalized` tag lies two epochs behind the newest block.
        keep_state: write the chain to `state.json` on a clean end, read it back at the next start.
        historical_states: keep the states of old blocks in `state.json` too (about 0.1 MB a block),
            for account proofs at older blocks after a restart.
        prune_history: forget the states of old blocks, as a node that refuses old proofs does.
        extra: further arguments, passed on as they are.
    """

    chain_id: int = 31337
    hardfork: str | None = None
    zero_fee: bool = False
    mining: bool = True
    block_time: int | None = None
    slots_in_an_epoch: int = 1
    keep_state: bool = True
    historical_states: bool = True
    prune_history: bool = False
    extra: tuple[str, ...] = field(default=())

    def arguments(self, directory: Path) -> list[str]:
        """Return the command line after the binary's name."""
        line = ["--port", "0", "--host", "127.0.0.1", "--color", "never"]
        line += ["--chain-id", str(self.chain_id)]
        line += ["--slots-in-an-epoch", str(self.slots_in_an_epoch)]
        # Without it, anvil leaves old block states under the user's home, even after a clean end.
        line += ["--cache-path", str(directory / "cache")]
        line += ["--config-out", str(directory / "config.json")]
        if self.keep_state:
            line += ["--state", str(directory / "state.json")]
        if self.keep_state and self.historical_states:
            line += ["--preserve-historical-states"]
        if self.prune_history:
            line += ["--prune-history"]
        if self.hardfork is not None:
            line += ["--hardfork", self.hardfork]
        if self.zero_fee:
            line += ["--base-fee", "0", "--gas-price", "0", "--no-priority-fee"]
        if not self.mining:
            line += ["--no-mining"]
        if self.block_time is not None:
            line += ["--block-time", str(self.block_time)]
        return [*line, *self.extra]


def find_anvil(start: Path | None = None, environ: Mapping[str, str] = os.environ) -> Path:
    """Find the native anvil binary.

    Looked for in this order: the environment variable SUYUAN_ANVIL, PATH, and `node_modules` of
    `start` (the working directory by default), of this file's folder and of all their parents.

    Raises:
        ChainError: `anvil.missing`, no binary was found.
    """
    named = environ.get("SUYUAN_ANVIL")
    if named:
        path = Path(named)
        if path.is_file() and os.access(path, os.X_OK):
            return path
        raise ChainError("anvil.missing", pointer="SUYUAN_ANVIL", found=named)
    on_path = shutil.which("anvil", path=environ.get("PATH"))
    if on_path and not _is_script(Path(on_path)):
        return Path(on_path)
    for origin in ((start or Path.cwd()).resolve(), Path(__file__).resolve().parent):
        for folder in (origin, *origin.parents):
            candidate = folder / NPM_BINARY
            if candidate.is_file():
                return candidate
    raise ChainError("anvil.missing", expected="anvil on PATH, in node_modules, or SUYUAN_ANVIL")


def _is_script(path: Path) -> bool:
    """Tell whether `path` is an interpreter script, such as npm's shim around the binary."""
    with path.open("rb") as file:
        return file.read(2) == b"#!"


def _end_with_parent(parent: int) -> Callable[[], None]:
    """Return what the child runs between fork and exec.

    libc is opened beforehand: after a fork only system calls are safe. The parent may have died
    between the fork and prctl; then no signal will ever come, so the child leaves at once.
    """
    if not sys.platform.startswith("linux"):
        return lambda: None
    libc = ctypes.CDLL(None, use_errno=True)

    def child() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return child


class Anvil:
    """One anvil process and its folder.

    The folder holds `state.json` (the chain between runs), `config.json`, `anvil.log`, `cache/` and
    a lock: two processes on one state file would overwrite each other's chain, so the second one
    is refused. The lock is inherited by anvil itself and therefore held exactly as long as it runs.

    Start it from a thread that lives as long as it is needed: the kernel's parent-death signal is
    tied to the starting thread.

    Attributes:
        directory: its folder.
        options: how it was started.
        port: TCP port on 127.0.0.1, 0 before `start`.
    """

    def __init__(
        self, directory: Path, options: AnvilOptions | None = None, *, binary: Path | None = None
    ) -> None:
        self.directory = directory
        self.options = options or AnvilOptions()
        self.port = 0
        self._binary = binary
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The JSON-RPC address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process id, 0 while it does not run."""
        return self._process.pid if self._process else 0

    def start(self) -> Self:
        """Start anvil and return once it answers.

        Raises:
            ChainError: `anvil.missing`; `anvil.busy` if another anvil holds the folder;
                `anvil.start` if it ends or stays silent, with the end of its output.
        """
        binary = self._binary or find_anvil()
        self.directory.mkdir(parents=True, exist_ok=True)
        lock = os.open(self.directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Output starts afresh, so that readiness is never read from an earlier run.
            with (self.directory / "anvil.log").open("wb") as log:
                self._process = subprocess.Popen(
                    [str(binary), *self.options.arguments(self.directory)],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    pass_fds=(lock,),
                    preexec_fn=_end_with_parent(os.getpid()),  # noqa: PLW1509 (only system calls)
                )
        except BlockingIOError as error:
            raise ChainError("anvil.busy", pointer=self.directory.name) from error
        except OSError as error:
            raise ChainError("anvil.start", found=error) from error
        finally:
            os.close(lock)
        atexit.register(self.stop)
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            output = (self.directory / "anvil.log").read_text(encoding="utf-8", errors="replace")
            listening = LISTENING.search(output)
            if listening:
                self.port = int(listening.group(1))
                if int(self.rpc("eth_chainId"), 16) == self.options.chain_id:
                    return
            time.sleep(0.02)
        output = (self.directory / "anvil.log").read_text(encoding="utf-8", errors="replace")
        raise ChainError("anvil.start", found=output.strip()[-110:] or "no output")

    def stop(self) -> None:
        """End anvil with SIGTERM, so that it writes its state; SIGKILL only if it does not obey."""
        process, self._process = self._process, None
        atexit.unregister(self.stop)
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self.port = 0

    def kill(self) -> None:
        """End anvil with SIGKILL: a node that crashes and writes nothing."""
        process, self._process = self._process, None
        atexit.unregister(self.stop)
        if process is not None:
            process.kill()
            process.wait()
            self.port = 0

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def accounts(self) -> list[DevAccount]:
        """The funded development accounts, read from the file that anvil writes at its start."""
        config = json.loads((self.directory / "config.json").read_text(encoding="utf-8"))
        pairs = zip(config["available_accounts"], config["private_keys"], strict=True)
        return [DevAccount(address, key) for address, key in pairs]

    def rpc(self, method: str, *params: object) -> Any:
        """Call one JSON-RPC method, for control of the chain (`evm_*`, `anvil_*`).

        Raises:
            ChainError: `anvil.rpc`, the node answered with an error or not at all.
        """
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        request = urllib.request.Request(  # noqa: S310 (always http on 127.0.0.1)
            self.url, body.encode(), {"Content-Type": "application/json"}
        )
        # An HTTP proxy from the environment must never see the loopback.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=30) as response:
                answer = json.load(response)
        except (urllib.error.URLError, OSError, ValueError) as error:
            raise ChainError("anvil.rpc", pointer=method, found=error) from error
        if "error" in answer:
            raise ChainError("anvil.rpc", pointer=method, found=answer["error"].get("message"))
        return answer["result"]

    def mine(self, blocks: int = 1) -> None:
        """Add blocks to the chain, taking in what waits in the pool."""
        self.rpc("anvil_mine", hex(blocks))
