"""The way in: bytes are checked, batched, logged, and answered in their order.

Committing one batch on a thread of its own while the next is checked was tried: the interpreter's
lock made that dearer than the wait for the disk that it hides.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

from suyuan_ledger.errors import LedgerError
from suyuan_ledger.log.submission import to_submission
from suyuan_ledger.records.profile import parse_record
from suyuan_ledger.records.signing import check_proof

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from suyuan_ledger.log.receipt import Receipt
    from suyuan_ledger.log.sequencer import Sequencer
    from suyuan_ledger.log.submission import Submission


def read_submission(raw: bytes) -> Submission:
    """Hold a submission to the profile and check its signature.

    Raises:
        RefusedError: a `record.*` or `sig.*` code.
    """
    record = parse_record(raw)
    check_proof(record)
    return to_submission(record)


def log_in_batches(
    sequencer: Sequencer, raws: Iterable[bytes], batch_size: int
) -> Iterator[Receipt | LedgerError]:
    """Check and log submissions, a batch per transaction, and yield their answers in order.

    Raises:
        StorageError: of the batch in hand; what follows was not begun.
    """
    source = iter(raws)
    while batch := list(islice(source, batch_size)):
        yield from _log_batch(sequencer, batch)


def _log_batch(sequencer: Sequencer, raws: Sequence[bytes]) -> list[Receipt | LedgerError]:
    """Log the sound records of a batch; the errors of the others keep their places."""
    records: list[Submission] = []
    refused: dict[int, LedgerError] = {}
    with _collector_paused():
        for place, raw in enumerate(raws):
            try:
                records.append(read_submission(raw))
            except LedgerError as error:
                refused[place] = error
        answers = sequencer.append(records) if records else []
    for place, refusal in refused.items():  # ascending, so each insertion restores one place
        answers.insert(place, refusal)
    return answers


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the cycle collector away while a batch is in hand.

    Records are trees, which reference counting frees. The collector would only walk over the
    living ones again and again, and over everything that was imported, which costs a twentieth of
    the whole ingestion (benchmarks/ingestion.py).
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
