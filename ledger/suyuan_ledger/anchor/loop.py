"""Repeated passes of the sender, through what passes by itself."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from suyuan_ledger.errors import ChainError

if TYPE_CHECKING:
    from collections.abc import Callable

    from suyuan_ledger.anchor.events import Pass

# A node that is down, an answer that belongs to another moment, a price that falls again.
TRANSIENT = frozenset({"chain.unreachable", "chain.rpc", "chain.stale_head", "chain.fee_cap"})
MAX_POLL = 30.0


def run_until_final(
    step: Callable[[], Pass],
    *,
    timeout: float,
    poll: float = 1.0,
    on_pass: Callable[[Pass], None] | None = None,
) -> Pass:
    """Make passes until every checkpoint is covered by a final anchor.

    Errors that pass by themselves are waited out, twice as long each time; every other error
    needs a person and is raised at once.

    Args:
        step: one pass.
        timeout: seconds after which to give up; giving up loses nothing.
        poll: seconds between passes.
        on_pass: told of every pass that ended without an error.

    Raises:
        ChainError: at the timeout, the last transient error, or `chain.timeout`.
    """
    deadline = time.monotonic() + timeout
    wait = poll
    while True:
        failure: ChainError | None = None
        try:
            done = step()
        except ChainError as error:
            if error.code not in TRANSIENT:
                raise
            failure = error
            wait = min(wait * 2, MAX_POLL)
        else:
            wait = poll
            if on_pass is not None:
                on_pass(done)
            if done.settled:
                return done
        if time.monotonic() + wait > deadline:
            raise failure or ChainError("chain.timeout", expected=f"within {timeout:g} s")
        time.sleep(wait)
