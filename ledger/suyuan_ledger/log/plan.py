"""The plan of a batch: for every submitted record its place, its duplicate, or its refusal.

Nothing is written here. The records of a batch are judged in their order, each as if those before
it were logged already, so that one batch and many give the same answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import ConflictError, LedgerError, RefusedError
from suyuan_ledger.log.clock import format_seconds
from suyuan_ledger.log.effect import effect_of
from suyuan_ledger.log.entry import build_entry
from suyuan_ledger.records.rules import CLOSED_RELS
from suyuan_ledger.store import repository
from suyuan_ledger.workflow.statements import Rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy.engine import Connection

    from suyuan_ledger.log.submission import Submission
    from suyuan_ledger.store.repository import StoredRecord
    from suyuan_ledger.workflow.door import Door

_AHEAD = 64
"""Records whose targets the door reads together; a batch of large ones must not fill the memory."""


@dataclass(slots=True)
class Repetitions:
    """What the database holds of the records of a batch; empty when it was not asked."""

    contents: dict[bytes, StoredRecord] = field(default_factory=dict)
    ids: dict[tuple[str, str], tuple[int, bytes]] = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """The rows of a batch, and for every submitted record what came of it.

    Attributes:
        records: rows of `tables.Record`.
        links: rows of `tables.Link`.
        derived: what follows from the records.
        outcomes: by place in the batch: (row, duplicate) for a record of this batch, a stored
            record for a duplicate of an earlier one, or the refusal.
        refused: whether one of the outcomes is a refusal.
    """

    records: list[tuple[Any, ...]] = field(default_factory=list)
    links: list[tuple[int, str, bytes]] = field(default_factory=list)
    derived: Rows = field(default_factory=Rows)
    outcomes: list[tuple[int, bool] | StoredRecord | LedgerError] = field(default_factory=list)
    refused: bool = False


def split_runs(records: Sequence[Submission]) -> Iterator[Sequence[Submission]]:
    """Cut a batch before every StatusList.

    A status list is compared with what the database says about everything before it, so that what
    comes before it in its batch has to be written first, in the same transaction.
    """
    start = 0
    for place, record in enumerate(records):
        if place > start and record.kind == "StatusList":
            yield records[start:place]
            start = place
    yield records[start:]


def look_up(connection: Connection, records: Sequence[Submission]) -> Repetitions:
    """Ask which of the records, or of their ids, are logged already."""
    return Repetitions(
        repository.find_contents(connection, [record.content_digest for record in records]),
        repository.find_ids(connection, [(record.issuer, record.id) for record in records]),
    )


def plan_batch(
    connection: Connection,
    door: Door,
    records: Sequence[Submission],
    *,
    start: int,
    seconds: int,
    logged: Repetitions,
) -> Plan:
    """Give every record of a batch its place, its duplicate or its refusal, in order.

    Args:
        connection: the open transaction.
        door: judges this batch and no other.
        records: profile and signature of each hold.
        start: index of the first record that is let in.
        seconds: the batch's time.
        logged: repetitions of what is stored.
    """
    plan = Plan(derived=door.new.rows)
    rows, outcomes, admit = plan.records, plan.outcomes, door.admit
    time = format_seconds(seconds)
    placed: dict[bytes, int] = {}
    ids: dict[tuple[str, str], tuple[int, bytes]] = {}
    # One question for the batch: a question for each record costs more than the record.
    targets = {target for record in records for target in _closed_targets(record).values()}
    known = repository.known_contents(connection, list(targets))
    for turn, record in enumerate(records):
        if turn % _AHEAD == 0:
            door.read_ahead(records[turn : turn + _AHEAD])
        content, name = record.content_digest, (record.issuer, record.id)
        if content in placed:
            outcomes.append((placed[content], True))
            continue
        if content in logged.contents:
            outcomes.append(logged.contents[content])
            continue
        place = len(rows)
        index = start + place
        try:
            taken = ids.get(name) or logged.ids.get(name)
            if taken:
                raise _conflict(record, *taken)
            # The request that an Enrolment is about is the door's to find.
            if record.links and record.kind != "Enrolment":
                check_targets(record, known, placed)
            admit(record, index, time)
        except LedgerError as error:
            outcomes.append(error)
            plan.refused = True
            continue
        if record.links:
            plan.links += [(index, link.rel, _digest(link[1])) for link in record.links]
        outcomes.append((place, False))
        placed[content] = place
        ids[name] = (index, content)
        kind = record.kind
        effect = None
        if kind != "FactorSubmission":
            effect = effect_of(kind, record.value["credentialSubject"])
        rows.append(
            (
                index,
                content,
                record.envelope_digest,
                record.id,
                record.issuer,
                kind,
                record.canonical,
                build_entry(index, record, time, effect),
                seconds,
            )
        )
    return plan


def check_targets(record: Submission, known: Collection[bytes], placed: Collection[bytes]) -> None:
    """Refuse a record that rests on one which is not logged: no bundle could ever carry it.

    Args:
        record: with links.
        known: those of the batch's targets that are logged.
        placed: what the batch has let in before the record.

    Raises:
        RefusedError: `submit.link`.
    """
    for place, target in _closed_targets(record).items():
        if target not in placed and target not in known:
            raise RefusedError(
                "submit.link",
                pointer=f"/links/{place}/contentDigest",
                expected="a record that is in the log",
                found=f"sha256:{target.hex()}",
            )


def _closed_targets(record: Submission) -> dict[int, bytes]:
    """Return what a bundle of the record has to carry, by the place of the link."""
    return {
        place: _digest(link.content_digest)
        for place, link in enumerate(record.links)
        if link.rel in CLOSED_RELS
    }


def _conflict(record: Submission, index: int, content: bytes) -> ConflictError:
    return ConflictError(
        "submit.conflict",
        pointer="/id",
        expected=f"sha256:{content.hex()}, logged at index {index}",
        found=f"sha256:{record.content_digest.hex()}",
    )


def _digest(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("sha256:"))
