"""An operator who has the log's key and leaves the door out.

It signs a tree that holds everything honestly logged and then whatever it likes, with proofs that
fit. What the door refuses is thereby in a signed log all the same, and the verifier has to see it.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import orjson

from suyuan_ledger.demo.stage import Stage
from suyuan_ledger.export.bundle import FORMAT
from suyuan_ledger.export.closure import close
from suyuan_ledger.log.checkpoint import sign_checkpoint
from suyuan_ledger.log.clock import format_seconds
from suyuan_ledger.log.effect import effect_of
from suyuan_ledger.log.entry import build_entry
from suyuan_ledger.log.hashing import leaf_hash
from suyuan_ledger.log.tree import Edge, prove_batch_inclusion
from suyuan_ledger.records.profile import ParsedRecord, format_digest, parse_record
from suyuan_ledger.store import repository
from suyuan_ledger.store.repository import StoredTiles

if TYPE_CHECKING:
    from sqlalchemy import Connection


def log_anyway(stage: Stage, records: Sequence[bytes]) -> dict[str, Any]:
    """Log records that the door refuses in a copy of the log's tree.

    Args:
        stage: has the log and its key.
        records: signed; each may rest on those before it.

    Returns:
        The bundle of the last one, not anchored.
    """
    parsed = [parse_record(raw) for raw in records]
    ledger = stage.ledger
    with ledger.store.read() as connection:
        head = repository.read_head(connection)
        honest = close(connection, _foundations(connection, parsed), head.size)
        time = format_seconds(head.time)
        leaves = [
            leaf_hash(
                build_entry(
                    head.size + place,
                    record,
                    time,
                    effect_of(record.kind, record.value["credentialSubject"]),
                )
            )
            for place, record in enumerate(parsed)
        ]
        tiles = StoredTiles(connection)
        growth = Edge.load(head.size, tiles).append(leaves)
        size = growth.edge.size
        indexes = [record.index for record in honest] + list(range(head.size, size))
        forged = StoredTiles(connection, growth.tiles)
        proof = prove_batch_inclusion(indexes, size, forged)
    note = sign_checkpoint(ledger.origin, size, growth.edge.root(), stage.log_key)
    times = [format_seconds(record.time) for record in honest] + [time] * len(parsed)
    return {
        "format": FORMAT,
        "subject": format_digest(parsed[-1].content_digest),
        "records": [
            *(orjson.loads(record.body) for record in honest),
            *(record.value for record in parsed),
        ],
        "log": {
            "entries": [
                {"index": index, "time": moment}
                for index, moment in zip(indexes, times, strict=True)
            ],
            "proof": [base64.b64encode(digest).decode("ascii") for digest in proof],
            "checkpoint": note.decode("utf-8"),
        },
    }


def _foundations(connection: Connection, parsed: Sequence[ParsedRecord]) -> set[bytes]:
    """Return what the records rest on in the true log: link targets and issuers' enrolments."""
    targets = [
        bytes.fromhex(link.content_digest.removeprefix("sha256:"))
        for record in parsed
        for link in record.links
    ]
    found = repository.known_contents(connection, targets)
    for record in parsed:
        for grant in repository.read_grants(connection, record.issuer):
            enrolment = repository.find_record(connection, grant.index)
            if enrolment is not None:
                found.add(enrolment.content)
    return found
