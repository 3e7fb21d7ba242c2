"""The demo's stage: a fresh folder, a local chain, keys, a log and its contract."""

from __future__ import annotations

import secrets
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from suyuan_ledger.anchor.anvil import Anvil, DevAccount
from suyuan_ledger.anchor.client import ChainClient, ChainConfig
from suyuan_ledger.anchor.contract import AnchorContract
from suyuan_ledger.anchor.deploy import deploy
from suyuan_ledger.anchor.finality import Finality
from suyuan_ledger.anchor.keystore import ChainKey, open_chain_key
from suyuan_ledger.anchor.log_view import StoredLog
from suyuan_ledger.anchor.register import active_contract, contracts, register_contract
from suyuan_ledger.anchor.sender import Anchorer, SenderOptions
from suyuan_ledger.anchor.transactions import AdminOptions
from suyuan_ledger.errors import LedgerError, RefusedError
from suyuan_ledger.export.evidence import EvidenceSource
from suyuan_ledger.export.trust import PinnedBlock, export_trust
from suyuan_ledger.keys.file import create_key_file
from suyuan_ledger.keys.signer import Signer
from suyuan_ledger.log.receipt import Receipt
from suyuan_ledger.records.drafts import format_time, new_record
from suyuan_ledger.records.profile import Link, format_digest, parse_record
from suyuan_ledger.records.signing import sign_record
from suyuan_ledger.service import Ledger

ORIGIN = "demo.example/suyuan"
MARKER = "this-folder-is-made-by-suyuan-demo"
FINALITY = Finality(tag=None, confirmations=1)
"""A development chain with one block per transaction is final at once."""

_PATIENCE = 60.0
_YEAR = timedelta(days=365)


class Stage:
    """Everything the story acts on. Use as a context manager: it leaves no process behind.

    Attributes:
        folder: where all files of the demo are.
        ledger: the log.
        anvil: the local chain.
        client: its only node.
        owner: the cold key.
        hot: the hot key that anchors now.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        _empty(folder)
        self.passphrase = secrets.token_urlsafe(16)
        (folder / "keys").mkdir()
        (folder / "keys" / "passphrase").write_text(self.passphrase + "\n", encoding="utf-8")
        self.anvil = Anvil(folder / "chain").start()
        try:
            self.client = ChainClient(ChainConfig(self.anvil.url, self.anvil.options.chain_id))
            self.accounts = self.anvil.accounts
            self.owner = chain_key(self.accounts[0])
            self.hot = chain_key(self.accounts[1])
            self.root = self.new_key("root")
            self.log_key = self.new_key("log")
            self.ledger = Ledger.create(
                folder / "ledger.sqlite", origin=ORIGIN, signer=self.log_key, roots=[self.root.did]
            )
        except BaseException:
            self.anvil.stop()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.ledger.close()
        self.client.close()
        self.anvil.stop()

    def new_key(self, name: str) -> Signer:
        """Make a signing key in an encrypted file."""
        return create_key_file(self.folder / "keys" / f"{name}.pem", self.passphrase)

    def deploy(self) -> str:
        """Deploy the contract and register it; return its address."""
        row = deploy(
            self.client,
            self.owner,
            owner=self.owner.address,
            anchorer=self.hot.address,
            options=self.admin_options(),
        )
        register_contract(self.ledger.store, row)
        return row.address

    def admin_options(self) -> AdminOptions:
        """Return how administrative transactions are sent here."""
        return AdminOptions(finality=FINALITY, timeout=_PATIENCE)

    def contract(self) -> AnchorContract:
        """Return the contract that anchors go to."""
        return AnchorContract(self.client, active_contract(self.ledger.store).address)

    def enrol(
        self,
        ledger: Ledger,
        applicant: Signer,
        organisation: dict[str, str],
        roles: list[str],
        *,
        by: Signer,
        by_names: dict[str, str],
        scope: dict[str, Any] | None = None,
    ) -> None:
        """Let a key ask for enrolment, and grant it."""
        now = now_text()
        subject = {"organisation": organisation, "roles": sorted(roles)}
        names = {"name": organisation["name"], "nameZh": organisation["nameZh"]}
        request = sign_record(
            new_record("EnrolmentRequest", {"id": applicant.did, **names}, subject, valid_from=now),
            applicant,
            now,
        )
        digest = format_digest(parse_record(request).content_digest)
        grant = {
            "id": applicant.did,
            **subject,
            "scope": scope or {},
            "notBefore": format_time(datetime.now(UTC) - timedelta(days=1)),
            "notAfter": format_time(datetime.now(UTC) + _YEAR),
        }
        enrolment = sign_record(
            new_record(
                "Enrolment",
                {"id": by.did, "name": by_names["name"], "nameZh": by_names["nameZh"]},
                grant,
                valid_from=now,
                links=[Link("about", digest)],
            ),
            by,
            now,
        )
        submit(ledger, [request, enrolment])

    def anchor(self) -> int:
        """Anchor the newest checkpoint and wait until it is final; return the anchored size."""
        anchorer = Anchorer(
            self.ledger.store,
            self.contract(),
            self.hot,
            StoredLog(self.ledger.store),
            lambda: int(time.time()),
            options=SenderOptions(finality=FINALITY),
        )
        return anchorer.run_until_final(timeout=_PATIENCE, poll=0.05).anchored

    def evidence(self, at_block: int | None = None) -> EvidenceSource:
        """Return the source of anchor evidence, at the newest block by default."""
        return EvidenceSource(self.ledger.store, self.client, FINALITY, at_block)

    def write_trust(self, name: str, blocks: list[EvidenceSource]) -> Path:
        """Write a trust policy that pins some blocks."""
        pinned = [
            PinnedBlock(self.client.config.chain_id, source.block, source.block_hash())
            for source in blocks
        ]
        path = self.folder / name
        path.write_bytes(export_trust(self.ledger, contracts(self.ledger.store), pinned))
        return path


def submit(ledger: Ledger, records: list[bytes]) -> list[Receipt]:
    """Log records that must all be good.

    Raises:
        LedgerError: the first refusal.
    """
    receipts = []
    for result in ledger.submit_many(records):
        if isinstance(result, LedgerError):
            raise result
        receipts.append(result)
    return receipts


def chain_key(account: DevAccount) -> ChainKey:
    """Open one of the accounts that anvil funds; their keys are public knowledge."""
    return open_chain_key("env:KEY", str, {"KEY": account.private_key})


def now_text() -> str:
    """Return the time as records write it."""
    return format_time(datetime.now(UTC))


def _empty(folder: Path) -> None:
    """Make a fresh folder; only what an earlier demo made is ever removed."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARKER).exists():
            raise RefusedError("demo.folder", pointer=str(folder))
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).touch()
