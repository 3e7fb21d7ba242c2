"""A story in a ledger's database, as an operator who keeps no door would fill it."""

from __future__ import annotations

import json
from datetime import datetime

from simulator import content_digest, digest, entry, jcs
from suyuan_ledger.keys.signer import MemorySigner
from suyuan_ledger.log.checkpoint import open_checkpoint, sign_checkpoint
from suyuan_ledger.log.hashing import leaf_hashes
from suyuan_ledger.log.note import parse_vkey
from suyuan_ledger.log.public_log import DatabaseLog
from suyuan_ledger.log.submission import to_submission
from suyuan_ledger.log.tree import Edge
from suyuan_ledger.recall.archive import Archive
from suyuan_ledger.recall.graph import recall
from suyuan_ledger.recall.labels import list_figures
from suyuan_ledger.recall.void import names_revocations, recall_void
from suyuan_ledger.recall.which import find_which
from suyuan_ledger.records.profile import parse_record
from suyuan_ledger.service import Ledger
from suyuan_ledger.store import repository
from suyuan_ledger.store.governance import insert_governance
from suyuan_ledger.store.repository import Head
from suyuan_ledger.workflow.consequences import case_of, rows_of
from suyuan_ledger.workflow.register import MemoryRegister

ORIGIN = "log.example/recalled"
LOG_KEY = MemorySigner.from_seed(b"\x51" * 32)


class StoredStory:
    """A ledger that holds a story's records and what follows from them, without a tree.

    Attributes:
        story: the story.
        ledger: the ledger.
    """

    def __init__(self, story, path, bent=None):
        """Store a story.

        Args:
            story: the story.
            path: where the database goes.
            bent: bodies that stand in the place of those that the entries commit to, by label.
        """
        self.story = story
        root = story.actors["root"].did
        self.ledger = Ledger.create(path, origin=ORIGIN, signer=LOG_KEY, roots=[root])
        bodies = {story.at[label]: body for label, body in (bent or {}).items()}
        told = story.ledger
        rows = []
        for index, record in told.records.items():
            time = told.times[index]
            rows.append(
                (
                    index,
                    bytes.fromhex(content_digest(record)[7:]),
                    bytes.fromhex(digest(record)[7:]),
                    record["id"],
                    record["issuer"]["id"],
                    record["type"][1],
                    bodies.get(index, jcs(record)),
                    entry(record, index, time),
                    int(datetime.fromisoformat(time).timestamp()),
                )
            )
        leaves = leaf_hashes([row[7] for row in rows])
        root_hash = Edge.empty().append(leaves).edge.root()
        note = sign_checkpoint(ORIGIN, len(rows), root_hash, LOG_KEY)
        with self.ledger.store.write() as connection:
            repository.insert_records(connection, rows)
            insert_governance(connection, self._consequences())
            repository.advance_head(connection, 0, Head(len(rows), root_hash, note, rows[-1][8]))

    def _consequences(self):
        """What follows from the records, as the door would write it down."""
        register = MemoryRegister()
        for index, record in self.story.ledger.records.items():
            submission = to_submission(parse_record(jcs(record)))
            time = self.story.ledger.times[index]
            if submission.kind == "FactorSubmission":
                register.log_factor(submission, index, time, case_of(submission, index, "000"))
            else:
                rows = rows_of(submission, index, register)
                register.log(submission, index, time, rows)
        return register.rows

    def recall(self, label, replacement=None, disclosures=None):
        """Recall the record of a label; return the recall and its figures."""
        with self.ledger.store.read() as connection:
            log = DatabaseLog(connection)
            checkpoint = open_checkpoint(log.note(), parse_vkey(self.ledger.vkey))
            found = recall(log, checkpoint, find_which(connection, self.digest(label)))
            if names_revocations(found):
                found = recall_void(log, checkpoint, found, self.ledger.roots)
            content = self.digest(replacement) if replacement else None
            return found, list_figures(Archive(connection), found, content, disclosures)

    def rows(self, label, *args, **kwargs):
        """Recall the record of a label; return the figures' rows by label."""
        names = {index: name for name, index in self.story.at.items()}
        _, figures = self.recall(label, *args, **kwargs)
        return {names[row.record.index]: row for row in figures.rows}

    def digest(self, label):
        """The content digest of a label's record."""
        return content_digest(self.story.record(label))

    def private_file(self, label, path):
        """Write the holder's file of a statement's disclosures; return its path."""
        known = self.story.disclosures[label]
        value = {
            "format": "suyuan/disclosures@v1",
            "statement": self.digest(label),
            "disclosures": [{"item": item, "disclosure": text} for item, text in known.items()],
        }
        path.write_text(json.dumps(value), encoding="utf-8")
        return path
