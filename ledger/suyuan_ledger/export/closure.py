"""What a bundle carries beside its subject (docs/spec/bundle.md#closure).

Of every record in it, to a fixpoint:

- the targets of its links `about`, `basedOn`, `uses` and `underRule`;
- its issuer's enrolments logged before it, which link to their requests and have issuers of their
  own;
- the status events that act on it: withdrawals, supersessions, corrections, changes of state, and
  of an Enrolment its revocations;
- of a FootprintStatement with sealed figures the opinions about it, because a policy may accept
  such figures only where somebody verified them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

import orjson

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.records.profile import format_digest
from suyuan_ledger.records.rules import CLOSED_RELS
from suyuan_ledger.store import repository
from suyuan_ledger.store.governance import read_revocations, read_status_events

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from suyuan_ledger.store.repository import StoredRecord

MAX_RECORDS = 4096
_OPINION = ("FootprintVerification",)


def close(connection: Connection, contents: Collection[bytes], size: int) -> list[StoredRecord]:
    """Collect records and everything that a bundle about them carries, in log order.

    Args:
        connection: an open transaction.
        contents: content digests of the records to begin with.
        size: of the tree in which the bundle is proven; later events cannot be in it.

    Raises:
        RefusedError: `bundle.unknown`, `bundle.records`.
    """
    found: dict[bytes, StoredRecord] = {}
    enrolments: dict[str, list[int]] = {}
    wanted = sorted(contents)
    while wanted:
        rows = repository.find_contents(connection, wanted)
        for digest in wanted:
            if digest not in rows:
                raise RefusedError("bundle.unknown", found=format_digest(digest))
        found.update(rows)
        if len(found) > MAX_RECORDS:
            raise RefusedError("bundle.records", expected=f"<= {MAX_RECORDS}", found=len(found))
        following = _rests_on(connection, rows.values(), enrolments)
        following |= event_contents(connection, [record.index for record in rows.values()], size)
        following |= _opinions(connection, rows.values(), size)
        wanted = sorted(following - found.keys())
    return sorted(found.values(), key=lambda record: record.index)


def event_contents(connection: Connection, targets: Collection[int], size: int) -> set[bytes]:
    """Return the content digests of the status events below a size that act on some records."""
    events = {event.index for event in read_status_events(connection, size, targets)}
    return _contents(connection, events)


def _rests_on(
    connection: Connection, records: Iterable[StoredRecord], known: dict[str, list[int]]
) -> set[bytes]:
    """Return what records rest on; `known` remembers where the enrolments of each issuer are."""
    targets: set[bytes] = set()
    enrolments: set[int] = set()
    for record in records:
        for link in orjson.loads(record.body).get("links", ()):
            if link["rel"] in CLOSED_RELS:
                targets.add(bytes.fromhex(link["contentDigest"].removeprefix("sha256:")))
        if record.issuer not in known:
            grants = repository.read_grants(connection, record.issuer)
            known[record.issuer] = [grant.index for grant in grants]
        enrolments.update(index for index in known[record.issuer] if index < record.index)
    return targets | _contents(connection, enrolments)


def _opinions(connection: Connection, records: Iterable[StoredRecord], size: int) -> set[bytes]:
    """Return the standing opinions below a size about statements with sealed figures.

    One that was revoked, or that a key signed which a revocation reaches, proves nothing, and a
    bundle that rests on it does not stand for that.
    """
    found: set[bytes] = set()
    for record in records:
        if record.kind != "FootprintStatement" or b'"_sd"' not in record.body:
            continue
        for opinion in repository.find_linking(connection, record.content, "about", _OPINION):
            revoked = read_revocations(connection, [opinion.issuer])
            if (
                opinion.index < size
                and not any(item.from_index <= opinion.index for item in revoked)
                and not read_status_events(connection, size, [opinion.index])
            ):
                found.add(opinion.content)
    return found


def _contents(connection: Connection, indexes: Iterable[int]) -> set[bytes]:
    rows = (repository.find_record(connection, index) for index in indexes)
    return {row.content for row in rows if row is not None}
