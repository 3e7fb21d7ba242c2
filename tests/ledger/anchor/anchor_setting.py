"""A chain, a deployed contract, a log and its sender."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from growing_log import GrowingLog
from suyuan_ledger.anchor.client import ChainClient, ChainConfig
from suyuan_ledger.anchor.contract import AnchorContract
from suyuan_ledger.anchor.deploy import deploy
from suyuan_ledger.anchor.fees import FeePolicy
from suyuan_ledger.anchor.finality import Finality
from suyuan_ledger.anchor.keystore import ChainKey, open_chain_key
from suyuan_ledger.anchor.log_view import StoredLog
from suyuan_ledger.anchor.register import register_contract
from suyuan_ledger.anchor.sender import Anchorer, SenderOptions
from suyuan_ledger.anchor.transactions import AdminOptions
from suyuan_ledger.errors import ChainError
from suyuan_ledger.store.tables import Anchor, AnchorOutbox, AnchorTx

if TYPE_CHECKING:
    from pathlib import Path

    from suyuan_ledger.anchor.anvil import Anvil


AT_ONCE = Finality(tag=None, confirmations=1)


def dev_key(anvil: Anvil, number: int) -> ChainKey:
    return open_chain_key("env:KEY", str, {"KEY": anvil.accounts[number].private_key})


@dataclass
class Setting:
    """Everything one scenario needs; accounts 0 owns, 1 anchors, 2 is a stranger."""

    anvil: Anvil
    client: ChainClient
    owner: ChainKey
    hot: ChainKey
    contract: AnchorContract
    log: GrowingLog
    now: int = 1_800_000_000

    def anchorer(self, **changes) -> Anchorer:
        """A sender with a fresh connection, as after a restart of the process."""
        client = changes.pop("client", None) or ChainClient(self.client.config)
        contract = AnchorContract(client, changes.pop("address", self.contract.address))
        log = changes.pop("log", self.log)
        options = SenderOptions(
            fees=changes.pop("fees", FeePolicy()),
            finality=changes.pop("finality", AT_ONCE),
            stuck_after=changes.pop("stuck_after", 180),
        )
        return Anchorer(
            log.store,
            contract,
            changes.pop("key", self.hot),
            StoredLog(log.store),
            lambda: self.now,
            options=options,
            **changes,
        )

    def entries(self) -> list[tuple[int, bytes]]:
        """What the contract holds, asked directly."""
        count = self.contract.head().count
        return [(e.size, e.root) for e in map(self.contract.entry, range(count))]

    def nonce(self) -> int:
        """The hot key's transactions in the chain."""
        return self.client.nonce(self.hot.address)

    def journal(self) -> list[AnchorTx]:
        """The sender's journal, oldest first."""
        return self.log.rows(AnchorTx, AnchorTx.id)

    def anchors(self) -> list[Anchor]:
        """The copied entries, by index."""
        return self.log.rows(Anchor, Anchor.anchor_index)

    def outbox(self) -> dict[int, str]:
        """The state of every checkpoint, by size."""
        return {row.size: row.state for row in self.log.rows(AnchorOutbox, AnchorOutbox.size)}

    def roots(self, *sizes: int) -> list[tuple[int, bytes]]:
        """What the log says at these sizes, as `entries` writes it."""
        log = StoredLog(self.log.store)
        return [(size, log.root(size)) for size in sizes]


def kinds(done) -> list[str]:
    return [event.kind for event in done.events]


def refused(code: str):
    """Expect exactly one of our errors, with a sentence for people in both languages."""
    return pytest.raises(
        ChainError,
        check=lambda error: (
            error.code == code
            and not error.text("en").startswith("chain.")
            and not error.text("zh").startswith("chain.")
        ),
    )


def set_up(anvil: Anvil, path: Path, fees: FeePolicy | None = None) -> Setting:
    client = ChainClient(ChainConfig(anvil.url, anvil.options.chain_id))
    owner, hot = dev_key(anvil, 0), dev_key(anvil, 1)
    log = GrowingLog(path / "ledger.sqlite")
    options = AdminOptions(fees=fees or FeePolicy(), finality=AT_ONCE, timeout=20)
    row = deploy(client, owner, owner=owner.address, anchorer=hot.address, options=options)
    register_contract(log.store, row)
    return Setting(anvil, client, owner, hot, AnchorContract(client, row.address), log)
