"""A story of the simulator, record by record through the door of a real ledger."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from simulator import content_digest, jcs
from suyuan_ledger.export.trust import export_trust
from suyuan_ledger.keys.signer import MemorySigner
from suyuan_ledger.service import Ledger
from suyuan_verifier import parse_policy, verify

ORIGIN = "log.example/told"
LOG_KEY = MemorySigner.from_seed(b"\x52" * 32)
STEPS = [1, 2, 3, 4, 5, 6, 8, 9, 10]
"""Everything but the anchor, which needs a chain."""


class LoggedStory:
    """A ledger that took in a story, each record at the story's time.

    Attributes:
        story: the story.
        ledger: the ledger.
        now: Unix seconds of its clock.
    """

    def __init__(self, story, path) -> None:
        self.story, self.now = story, 0
        root = story.actors["root"].did
        self.ledger = Ledger.create(
            path, origin=ORIGIN, signer=LOG_KEY, roots=[root], clock=lambda: self.now
        )
        for index, record in story.ledger.records.items():
            self.now = int(datetime.fromisoformat(story.ledger.times[index]).timestamp())
            self.ledger.submit(jcs(record))

    def content(self, label):
        """The content digest of a label's record, 32 bytes."""
        return bytes.fromhex(self.digest(label)[7:])

    def digest(self, label):
        """The same as records write it."""
        return content_digest(self.story.record(label))

    def judge(self, data, **policy):
        """Let the verifier judge a bundle; `policy` replaces members of the ledger's proposal."""
        value = json.loads(export_trust(self.ledger, [], [])) | {"requiredSteps": STEPS} | policy
        now = datetime.fromtimestamp(self.now, UTC)
        return verify(data, parse_policy(json.dumps(value).encode()), now=now)

    def private_file(self, label, path):
        """Write the holder's file of a statement's disclosures; return its path."""
        known = self.story.disclosures[label]
        listed = [{"item": item, "disclosure": text} for item, text in known.items()]
        form = "suyuan/disclosures@v1"
        value = {"format": form, "statement": self.digest(label), "disclosures": listed}
        path.write_text(json.dumps(value), encoding="utf-8")
        return path
