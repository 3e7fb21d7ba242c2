"""Bundles: one file that carries a record and its whole proof (docs/spec/bundle.md).

The ledger puts a bundle together from stored bytes and its own proofs. Before the file leaves, the
verifier judges it under the ledger's own trust policy: nobody is handed a bundle that is INVALID in
the eyes of the ledger itself. Whether an importer's policy accepts it is the importer's decision.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
from suyuan_verifier import Outcome, parse_policy, verify

from suyuan_ledger.anchor.register import contracts
from suyuan_ledger.errors import RefusedError, StorageError
from suyuan_ledger.export.trust import PinnedBlock, export_trust
from suyuan_ledger.records.canonical import write_canonical
from suyuan_ledger.records.profile import format_digest
from suyuan_ledger.records.rules import CLOSED_RELS
from suyuan_ledger.store import repository

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from suyuan_ledger.anchor.evidence import Evidence
    from suyuan_ledger.service import Ledger
    from suyuan_ledger.store.repository import StoredRecord

FORMAT = "suyuan/bundle@v1"
SUFFIX = ".suyuan.json"
MAX_RECORDS = 4096
MAX_BYTES = 16 * 1024 * 1024
HINT = "verify: suyuan-verify FILE --trust POLICY"


def export_bundle(ledger: Ledger, content: bytes, anchor: Evidence | None) -> bytes:
    """Put together the bundle of one record.

    Args:
        ledger: the log.
        content: content digest of the subject, 32 bytes.
        anchor: evidence of an anchor that covers it; the bundle then carries the checkpoint of
            exactly the anchored size. None gives a bundle that waits for its anchor.

    Returns:
        Canonical JSON and one line feed.

    Raises:
        RefusedError: `bundle.unknown` if the log has no such record, `bundle.not_anchored` if the
            anchor does not cover it, `bundle.records` if it rests on too many records,
            `bundle.too_large`.
        StorageError: `log.checkpoint`; `bundle.self_check` if the verifier finds it INVALID.
    """
    with ledger.store.read() as connection:
        records = close(connection, content)
        head = repository.read_head(connection)
        size = anchor.entry.size if anchor else head.size
        last = records[-1].index
        if last >= size:
            raise RefusedError("bundle.not_anchored", expected=f"> {last}", found=size)
        signed = repository.read_checkpoint(connection, size)
    if signed is None:
        raise StorageError("log.checkpoint", expected=f"a signed checkpoint of size {size}")
    proof = ledger.batch_proof([record.index for record in records], size)
    value: dict[str, Any] = {
        "format": FORMAT,
        "subject": format_digest(content),
        "records": [orjson.loads(record.body) for record in records],
        "log": {
            "entries": [
                {"index": record.index, "time": _format_time(record.time)} for record in records
            ],
            "proof": [base64.b64encode(digest).decode("ascii") for digest in proof],
            "checkpoint": signed.note.decode("utf-8"),
        },
        "hint": HINT,
    }
    if anchor:
        value["anchor"] = anchor.to_json([])
    data = write_canonical(value) + b"\n"
    if len(data) > MAX_BYTES:
        raise RefusedError("bundle.too_large", expected=f"<= {MAX_BYTES}", found=len(data))
    _check(ledger, data, anchor)
    return data


def _check(ledger: Ledger, data: bytes, anchor: Evidence | None) -> None:
    """Let the verifier judge a bundle under the policy that this ledger would propose."""
    pinned = (
        [PinnedBlock(anchor.chain_id, anchor.block_number, anchor.block_hash)] if anchor else []
    )
    policy = parse_policy(export_trust(ledger, contracts(ledger.store), pinned))
    report = verify(data, policy, now=datetime.now(UTC))
    failed = [check for check in report.checks if check.outcome is Outcome.FAIL]
    if failed:
        raise StorageError(
            "bundle.self_check",
            pointer=failed[0].pointer,
            expected=failed[0].expected,
            found=", ".join(dict.fromkeys(check.code for check in failed)),
        )


def close(connection: Connection, content: bytes) -> list[StoredRecord]:
    """Collect a record and everything it rests on, in log order.

    Follows the links that a bundle must carry, and for each issuer the enrolments logged before
    the record, which link to their requests and name their own issuers.

    Raises:
        RefusedError: `bundle.unknown`, `bundle.records`.
    """
    found: dict[bytes, StoredRecord] = {}
    wanted = [content]
    while wanted:
        rows = repository.find_contents(connection, wanted)
        for digest in wanted:
            if digest not in rows:
                raise RefusedError("bundle.unknown", found=format_digest(digest))
        found.update(rows)
        if len(found) > MAX_RECORDS:
            raise RefusedError("bundle.records", expected=f"<= {MAX_RECORDS}", found=len(found))
        wanted = sorted(_targets(connection, rows.values()) - found.keys())
    return sorted(found.values(), key=lambda record: record.index)


def _targets(connection: Connection, records: Iterable[StoredRecord]) -> set[bytes]:
    targets = set()
    for record in records:
        for link in orjson.loads(record.body).get("links", ()):
            if link["rel"] in CLOSED_RELS:
                targets.add(bytes.fromhex(link["contentDigest"].removeprefix("sha256:")))
        for grant in repository.read_grants(connection, record.issuer):
            if grant.index < record.index:
                enrolment = repository.find_record(connection, grant.index)
                if enrolment is not None:
                    targets.add(enrolment.content)
    return targets


def _format_time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
