"""Recompute the whole log from its stored bytes and name the first thing that is wrong.

Nothing that the database says is believed because it says so. From the bodies: digests, columns,
signatures, links, whether the door may have let the record in, and what follows from it (grants,
revocations, rule sets, cases, admissions, status events). From the bodies and times: entries; from
the entries: leaves, tiles, roots. Roots are compared with the signed checkpoints, whose signatures
are verified with the ledger's code and with the verifier's; checkpoints with the outbox, the head,
and what the chain is said to hold. "First" is by log index, a checkpoint after the last entry that
it covers, and what belongs to no entry at the end.
"""

from __future__ import annotations

from suyuan_ledger.log.fsck.run import Report, fsck

__all__ = ["Report", "fsck"]
