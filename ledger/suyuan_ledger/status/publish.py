"""Publishing: a new StatusList when the last one no longer says what there is to say.

Reasons, the first that holds (docs/spec/status.md#publishing):

    first        the log holds no list yet
    changed      a bit differs
    uncovered    records were logged that the last list does not speak of
    interval     half of the time has passed that the rule set in force allows between two lists
    forced       whoever publishes wants one
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson

from suyuan_ledger.errors import KeyAccessError, RefusedError
from suyuan_ledger.records.drafts import format_time, new_record
from suyuan_ledger.records.profile import Link, format_digest
from suyuan_ledger.records.signing import sign_record
from suyuan_ledger.status.derive import Segments, derive
from suyuan_ledger.status.encode import decode_segment, encode_segment
from suyuan_ledger.store import repository
from suyuan_ledger.store.by_role import (
    PUBLISHER,
    STATUS_LIST,
    count_uncovered,
    find_newest_list,
)
from suyuan_ledger.store.governance import rule_set_in_force

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from suyuan_ledger.keys.signer import Signer
    from suyuan_ledger.log.receipt import Receipt
    from suyuan_ledger.service import Ledger
    from suyuan_ledger.store.repository import StoredRecord

# A date may pass between drafting and logging, and with it what the list has to say.
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Publication:
    """What came of publishing.

    Attributes:
        reason: why a list was published; empty if none was due.
        size: the tree size that the newest list speaks of now.
        receipt: of the new list, None if none was due.
    """

    reason: str
    size: int
    receipt: Receipt | None


@dataclass(frozen=True, slots=True)
class Due:
    """What a list would say now.

    Attributes:
        reason: why it is due, empty if it is not.
        size: tree size that it would speak of.
        time: the moment that it would be derived for, `YYYY-MM-DDThh:mm:ssZ`.
        segments: its segments.
        last: the newest list so far.
    """

    reason: str
    size: int
    time: str
    segments: Segments
    last: StoredRecord | None


def publish_status(ledger: Ledger, signer: Signer, now: int, *, force: bool = False) -> Publication:
    """Draft, sign and log a StatusList if one is due.

    Args:
        ledger: the log, opened for writing.
        signer: a key that is enrolled as statusPublisher.
        now: Unix seconds.
        force: publish even if none is due.

    Raises:
        KeyAccessError: `key.not_enrolled`.
        RefusedError: what the door says, for example `authority.role`.
        StorageError: nothing was logged.
    """
    attempt = 0
    while True:
        attempt += 1
        with ledger.store.read() as connection:
            due = find_due(connection, now, force=force)
            issuer = _issuer(connection, signer)
        if not due.reason:
            return Publication("", due.size, None)
        try:
            receipt = ledger.submit(_sign(due, issuer, signer))
        except RefusedError as error:
            if error.code != "status.differs" or attempt == _ATTEMPTS:
                raise
        else:
            return Publication(due.reason, due.size, receipt)


def find_due(connection: Connection, now: int, *, force: bool = False) -> Due:
    """Say what a list would hold now, and whether one is due.

    Args:
        connection: an open transaction.
        now: Unix seconds; a log's time never goes back, so the head's counts if it is later.
        force: call it due in any case.
    """
    head = repository.read_head(connection)
    seconds = max(now, head.time)
    time = format_time(datetime.fromtimestamp(seconds, UTC))
    segments = derive(connection, head.size, time)
    last = find_newest_list(connection, head.size)
    reason = _reason(connection, last, segments, seconds, head.size)
    if not reason and force:
        reason = "forced"
    size = head.size
    if not reason and last is not None:
        size = subject_of(last)["asOfTreeSize"]
    return Due(reason, size, time, segments, last)


def subject_of(stored: StoredRecord) -> dict[str, Any]:
    """Return the `credentialSubject` of a stored record."""
    subject: dict[str, Any] = orjson.loads(stored.body)["credentialSubject"]
    return subject


def read_segments(subject: dict[str, Any]) -> Segments:
    """Return the decoded segments of a StatusList."""
    return {
        (row["purpose"], row["segment"]): decode_segment(row["encodedList"])
        for row in subject["segments"]
    }


def _reason(
    connection: Connection,
    last: StoredRecord | None,
    segments: Segments,
    seconds: int,
    size: int,
) -> str:
    if last is None:
        # An empty log has no record to speak of, and a list speaks of at least one.
        return "first" if size else ""
    subject = subject_of(last)
    if read_segments(subject) != segments:
        return "changed"
    if count_uncovered(connection, subject["asOfTreeSize"]):
        return "uncovered"
    rules = rule_set_in_force(connection, size)
    # A timer comes late; at half of the time that the rule set allows, the list does not.
    if rules is not None and 2 * (seconds - last.time) >= rules.subject["status"]["interval"]:
        return "interval"
    return ""


def _issuer(connection: Connection, signer: Signer) -> dict[str, str]:
    """Return the `issuer` member, under the name of the newest grant to publish."""
    grants = repository.read_grants(connection, signer.did)
    if not grants:
        raise KeyAccessError("key.not_enrolled", found=signer.did)
    chosen = next((grant for grant in reversed(grants) if PUBLISHER in grant.roles), grants[-1])
    return {"id": signer.did, "name": chosen.name, "nameZh": chosen.name_zh}


def _sign(due: Due, issuer: dict[str, str], signer: Signer) -> bytes:
    subject = {
        "asOfTreeSize": due.size,
        "segments": [
            {"purpose": purpose, "segment": segment, "encodedList": encode_segment(data)}
            for (purpose, segment), data in due.segments.items()
        ],
    }
    links = [Link("supersedes", format_digest(due.last.content))] if due.last else []
    draft = new_record(STATUS_LIST, issuer, subject, valid_from=due.time, links=links)
    return sign_record(draft, signer, due.time)
