"""Generates a governed log of any size, written straight into the tables.

A real log is begun (rule set, enrolments); then cases are added until it has the wanted number of
records. Seven cases in ten are admitted, two wait for two of their three reviews, one is new; so a
log of a million records holds some 190,000 submissions, of which 57,000 are open.

Rows go in by the ledger's own insert statements, 10,000 records a transaction. Bodies and links are
those that the desk reads: made from one signed record of each kind, with the digests, the factor's
code and the number put in. Nothing is signed again and no tree is built, so such a log cannot be
checked, mirrored or written to; it can be asked.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "ledger"))
from ledger_world import CREATED, GovernedWorld
from sqlalchemy import text
from suyuan_ledger.records.profile import format_digest, parse_record
from suyuan_ledger.store import repository
from suyuan_ledger.store.governance import insert_governance
from suyuan_ledger.workflow.statements import Admission, Rows

BATCH = 10_000
STAGES = ("admitted",) * 7 + ("reviewed",) * 2 + ("new",)
_OPINIONS = ("check", "review0", "review1", "review2", "verification")
_CODE = "EXAMPLE-0"
# Stand for the opinions in the admission's template.
_PLACES = tuple(sha256(b"opinion %d" % n).digest() for n in range(len(_OPINIONS)))


@dataclass
class Batch:
    """Rows of some records."""

    records: list[tuple[Any, ...]] = field(default_factory=list)
    links: list[tuple[int, str, bytes]] = field(default_factory=list)
    rows: Rows = field(default_factory=Rows)


class Generator:
    """Makes the rows of one case after the other."""

    def __init__(self, world: GovernedWorld) -> None:
        about = world.submission(0)
        self._about = format_digest(about)
        self._rules = bytes(world.rule_set)
        self._world = world
        signed = {
            "submission": world.ledger.record(about).body,
            "check": world.check(about),
            **{f"review{n}": world.review(about, n) for n in range(3)},
            "verification": world.verification(about),
            "admission": world.admission(about, list(_PLACES), number="EX-NUMBER"),
        }
        self._kinds = {name: parse_record(body).kind for name, body in signed.items()}
        self._issuers = {name: parse_record(body).issuer for name, body in signed.items()}
        self._templates = {name: bytes(body).decode() for name, body in signed.items()}
        self._registered_id = world.works.organisation["registeredId"]
        self._time = world.clock()

    def case(self, index: int, stage: str, batch: Batch) -> int:
        """Add one case whose submission stands at an index; return the next free index."""
        submission = self._add(batch, index, "submission", None, [])
        state = "admitted" if stage == "admitted" else "open"
        at = index + 1
        if stage != "new":
            names = _OPINIONS if stage == "admitted" else _OPINIONS[:3]
            opinions = [
                self._add(batch, at + n, name, submission, []) for n, name in enumerate(names)
            ]
            at += len(opinions)
            if stage == "admitted":
                self._add(batch, at, "admission", submission, opinions)
                batch.rows.admissions.append(Admission(at, index, f"N-{at}", CREATED))
                at += 1
        batch.rows.cases.append(
            (
                index,
                self._registered_id,
                f"EXAMPLE-{index}",
                "1",
                "PRODUCT_FOOTPRINT",
                "ISO3166",
                "CN-YN",
                state,
                at - 1,
            )
        )
        return at

    def _add(
        self, batch: Batch, index: int, name: str, about: bytes | None, based_on: list[bytes]
    ) -> bytes:
        content = sha256(b"content %d" % index).digest()
        links = [("basedOn", target) for target in based_on]
        if about is not None:
            links += [("about", about), ("underRule", self._rules)]
        body = self._templates[name].replace(_CODE, f"EXAMPLE-{index}")
        body = body.replace("EX-NUMBER", f"N-{index}")
        if about is not None:
            body = body.replace(self._about, format_digest(about))
        for place, target in zip(_PLACES, based_on, strict=False):
            body = body.replace(format_digest(place), format_digest(target))
        record_id = f"urn:uuid:019aa000-0000-7000-8000-{index:012d}"
        batch.records.append(
            (
                index,
                content,
                sha256(b"envelope %d" % index).digest(),
                record_id,
                self._issuers[name],
                self._kinds[name],
                body.encode(),
                b"{}",
                self._time,
            )
        )
        batch.links += [(index, rel, target) for rel, target in links]
        return content


def generate(world: GovernedWorld, size: int) -> dict[str, int]:
    """Fill a begun world's log to a size; return the index of one submission of each stage."""
    generator = Generator(world)
    newest: dict[str, int] = {}
    at, number = world.size, 0
    while at < size:
        batch = Batch()
        start = at
        while at < size and at - start < BATCH:
            stage = STAGES[number % len(STAGES)]
            newest[stage] = at
            at = generator.case(at, stage, batch)
            number += 1
        with world.ledger.store.write() as connection:
            repository.insert_records(connection, batch.records)
            repository.insert_links(connection, batch.links)
            insert_governance(connection, batch.rows)
            connection.execute(text("UPDATE log_head SET size = :size"), {"size": at})
    return newest


def stated(world: GovernedWorld, index: int) -> dict[str, Any]:
    """Return the subject of a generated record, which proves that its body can be read."""
    subject: dict[str, Any] = json.loads(world.ledger.record_at(index).body)["credentialSubject"]
    return subject
