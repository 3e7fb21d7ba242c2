"""Group commit: many threads, single records, one durable transaction for all who wait."""

from __future__ import annotations

import copy
from collections import deque
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from suyuan_ledger.errors import LedgerError, StorageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from suyuan_ledger.log.receipt import Receipt
    from suyuan_ledger.log.sequencer import Sequencer
    from suyuan_ledger.log.submission import Submission

MAX_BATCH = 2_000


@dataclass(slots=True)
class _Ticket:
    record: Submission
    outcome: Receipt | LedgerError | None = None


class GroupCommit:
    """Lets many threads submit single records that share the cost of one durable commit.

    There is no timer and no thread of its own. Whoever holds the turn commits everything that is
    waiting; whoever arrives meanwhile waits in the next batch. A lone submission is committed at
    once, and under load the batches grow by themselves.

    Args:
        sequencer: where the batches go.
        max_batch: most records in one transaction.
    """

    def __init__(self, sequencer: Sequencer, max_batch: int = MAX_BATCH) -> None:
        self._sequencer = sequencer
        self._max_batch = max_batch
        self._waiting: deque[_Ticket] = deque()
        self._turn = Lock()

    def submit(self, record: Submission) -> Receipt:
        """Log one record; return when its batch is durable.

        Raises:
            LedgerError: as `Sequencer.append` returns or raises it.
        """
        ticket = _Ticket(record)
        self._waiting.append(ticket)
        with self._turn:
            while ticket.outcome is None:
                self._commit()
        if isinstance(ticket.outcome, LedgerError):
            # Waiters of one batch share an error; a raised exception belongs to one thread.
            raise copy.copy(ticket.outcome)
        return ticket.outcome

    def _commit(self) -> None:
        batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), self._max_batch))]
        outcomes: Sequence[Receipt | LedgerError]
        # The answer until another is known: an interrupted leader must not leave waiters without.
        outcomes = [StorageError("log.interrupted")] * len(batch)
        try:
            outcomes = self._sequencer.append([ticket.record for ticket in batch])
        except LedgerError as error:
            outcomes = [error] * len(batch)
        finally:
            for ticket, outcome in zip(batch, outcomes, strict=True):
                ticket.outcome = outcome
