"""One pass of the anchoring loop; killing it at any point neither loses nor doubles an anchor.

A pass asks the chain first and acts last:

    1  chain id and contract code are the expected ones
    2  the account's nonce, and only then the contract's head: a transaction mined in between then
       costs an answer "nonce too low", never a second transaction for the same checkpoint
    3  the contract's entries are compared with the log and copied into the `anchor` rows
    4  what is under way is settled by its receipt, or sent again as the very same bytes: a
       reorganisation threw it out, a node forgot it, or this process died before sending it
    5  anchors in final blocks are marked final, and the checkpoints they cover with them
    6  if nothing is under way, the newest waiting checkpoint is proven, signed, journalled, sent

One transaction is in flight at a time. Its idempotency key is the contract's head: `anchor`
compares and swaps it, so that a transaction sent twice, or by two senders, changes the contract
once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from suyuan_ledger.anchor.attempt import Job, offer_of, sign_attempt
from suyuan_ledger.anchor.broadcast import Outcome, broadcast, estimate_gas, explain_receipt
from suyuan_ledger.anchor.client import from_quantity
from suyuan_ledger.anchor.events import Event, Pass
from suyuan_ledger.anchor.fees import FeePolicy, Fees
from suyuan_ledger.anchor.finality import Finality
from suyuan_ledger.anchor.log_view import check_signed, prove_growth
from suyuan_ledger.anchor.loop import run_until_final
from suyuan_ledger.anchor.mirror import AnchorMirror
from suyuan_ledger.anchor.outbox import Journal
from suyuan_ledger.errors import ChainError

if TYPE_CHECKING:
    from collections.abc import Callable

    from suyuan_ledger.anchor.contract import AnchorContract, Head
    from suyuan_ledger.anchor.keystore import ChainKey
    from suyuan_ledger.anchor.log_view import LogView
    from suyuan_ledger.store.engine import Store
    from suyuan_ledger.store.tables import AnchorTx


@dataclass(frozen=True, slots=True)
class SenderOptions:
    """How the sender behaves.

    Attributes:
        fees: what it pays.
        finality: when an anchor is final.
        stuck_after: seconds after which a transaction that is in no block is replaced by one that
            offers more.
        gas_limit: fixed gas limit, for nodes that cannot estimate; None to ask the node.
    """

    fees: FeePolicy = field(default_factory=FeePolicy)
    finality: Finality = field(default_factory=Finality)
    stuck_after: int = 180
    gas_limit: int | None = None


class Anchorer:
    """The sender of one log for one contract.

    Args:
        store: the ledger's database.
        contract: the contract, on the node that is asked.
        key: the hot key.
        log: the log as the sender sees it.
        clock: Unix time in whole seconds.
        options: fees, finality, patience.
        observe: told of `signed`, `journalled`, `broadcast`, `mined` and `final` as they happen.
    """

    def __init__(
        self,
        store: Store,
        contract: AnchorContract,
        key: ChainKey,
        log: LogView,
        clock: Callable[[], int],
        *,
        options: SenderOptions | None = None,
        observe: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._contract = contract
        self._client = contract.client
        self._key = key
        self._log = log
        self._clock = clock
        self._options = options or SenderOptions()
        self._observe = observe
        self._mirror = AnchorMirror(store, contract, log, self._options.finality)
        self._journal = Journal(store, self._client.config.chain_id, contract.address, key.address)

    def run_once(self) -> Pass:
        """Make one pass.

        Raises:
            ChainError: the chain, the contract or the log is not as it must be; what was settled
                before is stored, and the next pass starts from the chain again.
        """
        self._contract.check()
        nonce = self._client.nonce(self._key.address)
        head = self._contract.head()
        events: list[Event] = []
        failure = self._mirror.read(head, events)
        nonce, rejected = self._settle(nonce, head, events, may_send=failure is None)
        # What is final is so whether or not something else can be sent.
        self._mirror.finalise(events)
        if any(event.kind == "final" for event in events):
            self._observe("final")
        failure = failure or rejected
        if failure is not None:
            raise failure
        self._send_next(nonce, head, events)
        return Pass(tuple(events), head.size, self._journal.settled())

    def run_until_final(
        self, *, timeout: float, poll: float = 1.0, on_pass: Callable[[Pass], None] | None = None
    ) -> Pass:
        """Make passes until every checkpoint is covered by a final anchor; see `loop`."""
        return run_until_final(self.run_once, timeout=timeout, poll=poll, on_pass=on_pass)

    def _settle(
        self, nonce: int, head: Head, events: list[Event], *, may_send: bool
    ) -> tuple[int, ChainError | None]:
        """Settle what is under way.

        Returns:
            The next nonce to use, and why something could not be sent again.
        """
        entries = self._mirror.entries()
        expected = head.size
        for attempts in self._journal.live():
            row = attempts[-1]
            if self._settle_mined(attempts, entries, events):
                nonce = max(nonce, row.nonce + 1)
                continue
            for lost in attempts:
                if lost.state == "mined":
                    self._journal.set_state([lost], "sent")
                    events.append(Event("reorganised", lost.size, lost.tx_hash))
            gone = ""
            if (row.size, row.root) in entries:
                gone = "covered_elsewhere"
            elif row.nonce < nonce:
                gone = "nonce_taken"
            elif row.old_size != expected:
                gone = "superseded"
            if gone:
                self._journal.set_state(attempts, "dropped")
                events.append(Event(gone, row.size, row.tx_hash))
            elif may_send:
                expected = row.size
                try:
                    self._send_again(row, nonce, events)
                except ChainError as error:
                    return nonce, error
        return nonce, None

    def _settle_mined(
        self,
        attempts: list[AnchorTx],
        entries: dict[tuple[int, bytes], bool],
        events: list[Event],
    ) -> bool:
        """Look for the receipt of any attempt of a nonce and note what it says."""
        for row in reversed(attempts):
            receipt = self._client.receipt(row.tx_hash)
            if receipt is None:
                continue
            number = from_quantity(receipt["blockNumber"], "blockNumber")
            block_hash = str(receipt.get("blockHash")).lower()
            if receipt.get("status") == "0x0":
                self._journal.set_state(attempts, "dropped")
                reason = explain_receipt(
                    self._client,
                    self._key.address,
                    self._contract.address,
                    Job.of(row).call(),
                    number,
                )
                events.append(Event("reverted", row.size, row.tx_hash, reason))
                return True
            if (row.state, row.block_hash) != ("mined", block_hash):
                kind = "moved" if row.state == "mined" else "mined"
                self._journal.set_mined(row, attempts, number, block_hash)
                events.append(Event(kind, row.size, row.tx_hash, str(number)))
                self._observe("mined")
            if entries.get((row.size, row.root)):
                # It repeated an anchor that was final before: the contract took it as a no-op.
                self._journal.set_state([row], "final")
            return True
        return False

    def _send_again(self, row: AnchorTx, nonce: int, events: list[Event]) -> None:
        outcome = broadcast(self._client, row.raw, row.tx_hash)
        if outcome is Outcome.SPENT:
            # Mined since the nonce was read: the next pass finds the receipt.
            events.append(Event("nonce_spent", row.size, row.tx_hash))
            return
        if outcome is Outcome.ACCEPTED:
            events.append(Event("resent", row.size, row.tx_hash))
        if outcome is not Outcome.UNDERPRICED and row.state == "signed":
            self._journal.set_state([row], "sent")
        if row.nonce == nonce and self._clock() - row.created_time >= self._options.stuck_after:
            self._replace(row, events)

    def _replace(self, row: AnchorTx, events: list[Event]) -> None:
        """Offer more for a transaction that no block takes in."""
        previous = self._journal.best_offer(row.nonce) or offer_of(row)
        try:
            fees = self._options.fees.replacement(self._client, previous)
        except ChainError as error:
            if error.code != "chain.fee_cap":
                raise
            fees = None
        if fees is None:
            # Nothing is paid here, or the cap is reached: only patience is left.
            events.append(Event("stuck", row.size, row.tx_hash))
            return
        job = Job.of(row)
        self._journal_and_send(job, row.nonce, int(row.gas_limit), fees, events, replaces=row.id)

    def _send_next(self, nonce: int, head: Head, events: list[Event]) -> None:
        if self._journal.in_flight() or self._journal.newest_mined() > head.size:
            # In the second case a block came in after the head was read: look again first.
            return
        waiting = self._journal.newest_pending(head.size)
        if waiting is None:
            return
        check_signed(self._log, waiting.size, waiting.root)
        proof = prove_growth(self._log, head.size, head.root, waiting.size, waiting.root)
        job = Job(
            self._client.config.chain_id,
            self._contract.address,
            head.size,
            waiting.size,
            waiting.root,
            tuple(proof),
        )
        gas = self._options.gas_limit or estimate_gas(
            self._client, self._key.address, self._contract.address, job.call()
        )
        # A pool may still hold a transaction of this nonce that was given up.
        previous = self._journal.best_offer(nonce)
        fees = self._options.fees.replacement(self._client, previous) if previous else None
        fees = fees or self._options.fees.quote(self._client)
        self._journal_and_send(job, nonce, gas, fees, events)

    def _journal_and_send(
        self,
        job: Job,
        nonce: int,
        gas: int,
        fees: Fees,
        events: list[Event],
        *,
        replaces: int | None = None,
    ) -> None:
        row = sign_attempt(self._key, job, nonce=nonce, gas=gas, fees=fees, now=self._clock())
        self._observe("signed")
        stored = self._journal.add(row, replaces=replaces)
        if stored is None:
            events.append(Event("other_sender", row.size, row.tx_hash))
            return
        self._observe("journalled")
        outcome = broadcast(self._client, stored.raw, stored.tx_hash)
        self._observe("broadcast")
        if outcome in {Outcome.ACCEPTED, Outcome.KNOWN}:
            self._journal.set_state([stored], "sent")
            kind = "sent" if replaces is None else "replaced"
        else:
            kind = "underpriced" if outcome is Outcome.UNDERPRICED else "nonce_spent"
        events.append(Event(kind, stored.size, stored.tx_hash))
