"""Mirrors of the simulator's logs: honest ones, and those of an operator who keeps no door."""

from __future__ import annotations

import hashlib

import pytest
from governance_story import Story
from signed_records import jcs
from simulator import entry
from suyuan_ledger.audit.log_audit import audit_log
from suyuan_ledger.audit.status_audit import audit_status
from suyuan_ledger.log.checkpoint import open_checkpoint
from suyuan_ledger.log.public_log import PUBLIC_KINDS, MirrorLog
from synthetic_log import KEY, write_log


class Published:
    """A story published as a mirror.

    Attributes:
        folder: the mirror.
        entries: its entries; change them and `sign` again.
    """

    def __init__(self, story: Story, folder) -> None:
        self.folder = folder
        self.root = story.actors["root"].did
        ledger = story.ledger
        self.entries = [
            entry(record, index, ledger.times[index]) for index, record in ledger.records.items()
        ]
        (folder / "record").mkdir(parents=True, exist_ok=True)
        for record in ledger.records.values():
            if record["type"][1] in PUBLIC_KINDS:
                self.body(record).write_bytes(jcs(record))
        self.sign()

    def body(self, record):
        """Where the mirror keeps the body of a record."""
        return self.folder / "record" / f"{hashlib.sha256(jcs(record)).hexdigest()}.json"

    def sign(self):
        """Sign whatever the entries lead to now."""
        write_log(self.folder, self.entries)

    def audit(self, roots="own", anchors=()):
        """Audit the mirror with the story's root, or with others."""
        log = MirrorLog(self.folder)
        known = [(self.root, 0, None)] if roots == "own" else roots
        return audit_log(log, open_checkpoint(log.note(), KEY), known, anchors)

    def audit_status(self):
        """Audit the status lists of the mirror."""
        log = MirrorLog(self.folder)
        return audit_status(log, open_checkpoint(log.note(), KEY))


@pytest.fixture
def publish(tmp_path):
    """Publish a story."""
    return lambda story: Published(story, tmp_path / "mirror")
