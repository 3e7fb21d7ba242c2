"""What a pass of the sender reports."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that a pass did or found.

    Attributes:
        kind: `sent`, `resent`, `replaced`, `mined`, `moved` (mined again in another block),
            `final`, `reorganised`, `final_undone`, `reverted`, `covered_elsewhere`, `superseded`,
            `nonce_taken`, `nonce_spent`, `underpriced`, `stuck` or `other_sender`.
        size: the checkpoint's size.
        tx_hash: the transaction, empty where none is concerned.
        detail: an error code, a block number or a basis of finality, empty where there is none.
    """

    kind: str
    size: int
    tx_hash: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Pass:
    """What one pass did.

    Attributes:
        events: in order.
        anchored: size of the newest anchor that the pass found in the contract, final or not.
        settled: every checkpoint is covered by a final anchor and nothing is under way.
    """

    events: tuple[Event, ...]
    anchored: int
    settled: bool
