"""The demo's stage: a fresh folder, a local chain, keys, a log and its contract."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Self

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
from suyuan_ledger.demo import cast
from suyuan_ledger.demo.actors import Actor, enrol
from suyuan_ledger.demo.cast import Member
from suyuan_ledger.desk.standing import Desk
from suyuan_ledger.errors import LedgerError, RefusedError
from suyuan_ledger.export.bundle import export_bundle
from suyuan_ledger.export.disclose import Disclosures
from suyuan_ledger.export.evidence import EvidenceSource
from suyuan_ledger.export.trust import PinnedBlock, export_trust
from suyuan_ledger.keys.file import create_key_file
from suyuan_ledger.keys.signer import Signer
from suyuan_ledger.log.receipt import Receipt
from suyuan_ledger.records.profile import format_digest
from suyuan_ledger.service import Ledger
from suyuan_ledger.status.publish import Publication

ORIGIN = "demo.example/suyuan"
MARKER = "this-folder-is-made-by-suyuan-demo"
FINALITY = Finality(tag=None, confirmations=1)
"""A development chain with one block per transaction is final at once."""

TRUST = "trust.json"

_PATIENCE = 60.0


class Stage:
    """Everything the story acts on. Use as a context manager: it leaves no process behind.

    Attributes:
        folder: where all files of the demo are.
        ledger: the log.
        anvil: the local chain.
        client: its only node.
        owner: the cold key.
        hot: the hot key that anchors now.
        root: the root authority.
        company: who is enrolled, by label.
        published: what came of the last publishing of a status list.
        pinned: the blocks that the importer's trust policy pins, oldest first.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        _empty(folder)
        self.company: dict[str, Actor] = {}
        self.published = Publication("", 0, None)
        self.pinned: list[EvidenceSource] = []
        self.passphrase = secrets.token_urlsafe(16)
        (folder / "keys").mkdir()
        (folder / "keys" / "passphrase").write_text(self.passphrase + "\n", encoding="utf-8")
        self.anvil = Anvil(folder / "chain").start()
        try:
            self.client = ChainClient(ChainConfig(self.anvil.url, self.anvil.options.chain_id))
            self.accounts = self.anvil.accounts
            self.owner = chain_key(self.accounts[0])
            self.hot = chain_key(self.accounts[1])
            self.root = Actor(cast.ROOT_NAMES, self.new_key("root"))
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

    def hire(self, members: Iterable[Member]) -> int:
        """Give members of the cast keys in files and enrol them; return how many records it took.

        The registrar comes first among them, and enrols whom the root authority need not.
        """
        hired = list(members)
        records: list[bytes] = []
        # Stretching a passphrase takes a processor some tenths of a second.
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            keys = list(pool.map(self.new_key, [member.label for member in hired]))
        for member, key in zip(hired, keys, strict=True):
            actor = Actor(member.names, key)
            self.company[member.label] = actor
            by = self.root if member.by_root else self.company[cast.REGISTRAR.label]
            records += enrol(member, actor, by)
        submit(self.ledger, records)
        return len(records)

    def actor(self, member: Member) -> Actor:
        """Return the enrolled holder of a member's key."""
        return self.company[member.label]

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """Read the log as it is now."""
        with self.ledger.store.read() as connection:
            yield Desk(connection, self.ledger.roots, int(time.time()))

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

    def publish(self) -> Publication:
        """Publish a status list, which has to be due, at a second of its own.

        The age of a list is counted in seconds: two of one second would be equally fresh.
        """
        head = self.ledger.checkpoint().time
        while int(time.time()) <= head:
            time.sleep(0.05)
        self.published = self.ledger.publish_status(self.actor(cast.PUBLISHER).signer)
        return self.published

    def export(
        self, content: bytes, source: EvidenceSource, disclosed: Sequence[Disclosures] = ()
    ) -> bytes:
        """Return the bundle of a record under the newest anchor, with the newest status list."""
        stored = self.ledger.record(content)
        if stored is None:
            raise RefusedError("bundle.unknown", found=format_digest(content))
        return export_bundle(self.ledger, content, source.newest(stored.index), disclosed)

    def evidence(self, at_block: int | None = None) -> EvidenceSource:
        """Return the source of anchor evidence, at the newest block by default."""
        return EvidenceSource(self.ledger.store, self.client, FINALITY, at_block)

    @property
    def trust(self) -> Path:
        """The importer's trust policy."""
        return self.folder / TRUST

    def pin(self) -> EvidenceSource:
        """Add the newest block to the importer's trust policy; return the evidence under it."""
        self.pinned.append(self.evidence())
        self.write_trust(TRUST, self.pinned)
        return self.pinned[-1]

    def write_trust(
        self, name: str, blocks: Iterable[EvidenceSource], *, sealed: bool = False
    ) -> Path:
        """Write a trust policy that pins some blocks, and perhaps believes in sealed figures."""
        pinned = [
            PinnedBlock(self.client.config.chain_id, source.block, source.block_hash())
            for source in blocks
        ]
        path = self.folder / name
        registered = contracts(self.ledger.store)
        path.write_bytes(export_trust(self.ledger, registered, pinned, sealed=sealed))
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


def _empty(folder: Path) -> None:
    """Make a fresh folder; only what an earlier demo made is ever removed."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARKER).exists():
            raise RefusedError("demo.folder", pointer=str(folder))
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).touch()
