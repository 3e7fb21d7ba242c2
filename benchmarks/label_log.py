"""A log of any size with the whole way of one label in it, scattered from end to end.

The label's own records are those of the simulator's story, and come in through the ledger's door.
Between them lie records of others, in ten blocks of the same size. Those are made up, but logged as
records are: entry, link, leaf, tiles and a signed checkpoint after each block, so that every proof
about the log is a real one. One in a thousand withdraws another, and the status list that ends the
log speaks of all of them.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
import footprint_records as says
import orjson
from footprint_story import CERTIFIERS, PRODUCERS, FootprintStory, widget_lines
from simulator import content_digest, jcs
from suyuan_ledger.keys.signer import MemorySigner
from suyuan_ledger.log.checkpoint import sign_checkpoint
from suyuan_ledger.log.hashing import leaf_hashes
from suyuan_ledger.log.tree import Edge
from suyuan_ledger.records.profile import format_digest
from suyuan_ledger.service import Ledger
from suyuan_ledger.store import repository
from suyuan_ledger.store.governance import insert_governance
from suyuan_ledger.store.repository import Head, StoredTiles
from suyuan_ledger.workflow.statements import Rows, StatusEvent

ORIGIN = "log.example/bench"
LOG_KEY = MemorySigner.from_seed(b"\x53" * 32)
START = 1_767_600_000  # 2026-01-05T08:00:00Z
TIME = "2026-01-05T08:00:00Z"
BLOCKS = 10
BATCH = 10_000
WITHDRAWN = 1_000
_OTHERS = [MemorySigner.from_seed(bytes([n]) * 32).did for n in range(200, 240)]
_BODY = orjson.dumps({"credentialSubject": {"text": "x" * 1200}})


@dataclass(frozen=True, slots=True)
class LabelLog:
    """What was made.

    Attributes:
        path: the database.
        label: content digest of the label.
        number: its number.
        size: records in the log.
    """

    path: Path
    label: bytes
    number: str
    size: int

    def open(self) -> Ledger:
        """Open it, its clock standing."""
        return Ledger.open(self.path, signer=LOG_KEY, clock=lambda: START)


def make(path: Path, size: int) -> LabelLog:
    """Make a log of about `size` records."""
    story = _tell(size // BLOCKS)
    root = story.actors["root"].did
    Ledger.create(path, origin=ORIGIN, signer=LOG_KEY, roots=[root], clock=lambda: START).close()
    own = sorted(story.ledger.records)
    for place, index in enumerate(own):
        start = own[place - 1] + 1 if place else 0
        with Ledger.open(path, signer=LOG_KEY, clock=lambda: START) as ledger:
            for at in range(start, index, BATCH):
                _fill(ledger, at, min(at + BATCH, index))
        # A sequencer remembers the edge of the tree, which has grown without it.
        with Ledger.open(path, signer=LOG_KEY, clock=lambda: START) as ledger:
            ledger.submit(jcs(story.ledger.records[index]))
    with Ledger.open(path, signer=LOG_KEY, clock=lambda: START) as ledger:
        publisher = MemorySigner.from_seed(sha256(b"publisher").digest())
        ledger.publish_status(publisher, force=True)
        end = ledger.checkpoint().size
    label = story.record("label")
    number = label["credentialSubject"]["labelNumber"]
    return LabelLog(path, bytes.fromhex(content_digest(label)[7:]), number, end)


def _tell(block: int) -> FootprintStory:
    """Tell the way of a label with a block of others' records before each of its steps."""
    story = FootprintStory().fill(block).cast(*PRODUCERS, *CERTIFIERS, "publisher")
    story.fill(block).govern().fill(block).transcribe(says.AVERAGE)
    lines = widget_lines(story.fill(block))
    story.fill(block).state(lines=lines).fill(block).verify_footprint().fill(block).certify()
    return story.fill(block).file().fill(block).issue().fill(block).surveil()


def _fill(ledger: Ledger, start: int, end: int) -> None:
    """Log records of others at the positions [start, end)."""
    records, links, events = [], [], []
    for index in range(start, end):
        content = sha256(b"content %d" % index).digest()
        envelope = sha256(b"envelope %d" % index).digest()
        target = sha256(b"content %d" % (index - 1)).digest()
        withdraws = index % WITHDRAWN == WITHDRAWN - 1 and index > start
        kind = "FactorWithdrawal" if withdraws else "FactorSubmission"
        rel = "withdraws" if withdraws else "responds"
        value = {
            "type": "suyuan/entry@v1",
            "index": index,
            "kind": kind,
            "id": f"urn:uuid:019aa000-0000-7000-8000-{index:012d}",
            "content": format_digest(content),
            "envelope": format_digest(envelope),
            "issuer": _OTHERS[index % len(_OTHERS)],
            "links": [{"rel": rel, "contentDigest": format_digest(target)}],
            "time": TIME,
        }
        if withdraws:
            value["effect"] = {"action": "withdraw", "impact": "recall", "effectiveFrom": TIME}
            events.append(StatusEvent(index, index - 1, "withdraw", "recall", TIME, None))
        entry = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        row = (value["id"], value["issuer"], kind, _BODY, entry, START)
        records.append((index, content, envelope, *row))
        links.append((index, rel, target))
    with ledger.store.write() as connection:
        edge = Edge.load(start, StoredTiles(connection))
        growth = edge.append(leaf_hashes([record[7] for record in records]))
        repository.insert_records(connection, records)
        repository.insert_links(connection, links)
        insert_governance(connection, Rows(events=events))
        repository.write_tiles(connection, growth.tiles)
        root = growth.edge.root()
        note = sign_checkpoint(ORIGIN, end, root, LOG_KEY)
        repository.advance_head(connection, start, Head(end, root, note, START))
