"""Bundles: one file that carries a record and its whole proof (docs/spec/bundle.md).

The ledger puts a bundle together from stored bytes and its own proofs. Before the file leaves, the
verifier judges it under the ledger's own trust policy: nobody is handed a bundle that is INVALID in
the eyes of the ledger itself, unless it is so because the record does not stand any more: that is
what such a bundle shows. Whether an importer's policy accepts it is the importer's decision.
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
from suyuan_verifier import Outcome, parse_policy, verify
from suyuan_verifier.policy import STEPS

from suyuan_ledger.anchor.register import contracts
from suyuan_ledger.errors import RefusedError, StorageError
from suyuan_ledger.export.closure import close
from suyuan_ledger.export.disclose import disclosed_texts
from suyuan_ledger.export.trust import PinnedBlock, export_trust
from suyuan_ledger.records.canonical import write_canonical
from suyuan_ledger.records.profile import format_digest
from suyuan_ledger.store import repository
from suyuan_ledger.store.by_role import find_newest_list

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from suyuan_verifier import Report

    from suyuan_ledger.anchor.evidence import Evidence
    from suyuan_ledger.export.disclose import Disclosures
    from suyuan_ledger.service import Ledger
    from suyuan_ledger.store.repository import Head, StoredRecord

FORMAT = "suyuan/bundle@v1"
SUFFIX = ".suyuan.json"
MAX_BYTES = 16 * 1024 * 1024
HINT = "verify: suyuan-verify FILE --trust POLICY"

# What a sound bundle may fail for: its record was withdrawn, suspended, has lapsed, or rests on a
# key that was revoked. That is no fault of the bundle; the verifier's word on it is the point.
_NOT_STANDING = frozenset(
    {
        "status.revoked",
        "status.suspended",
        "status.used_after",
        "status.expired",
        "authority.revoked",
    }
)


def export_bundle(
    ledger: Ledger,
    content: bytes,
    anchor: Evidence | None,
    disclosures: Sequence[Disclosures] = (),
) -> bytes:
    """Put together the bundle of one record, with the newest status list there is.

    Args:
        ledger: the log.
        content: content digest of the subject, 32 bytes.
        anchor: evidence of an anchor that covers it; the bundle then carries the checkpoint of
            exactly the anchored size, and no list or event that is newer. None gives a bundle that
            waits for its anchor.
        disclosures: what the holder discloses of sealed line items, statement by statement.

    Returns:
        Canonical JSON and one line feed.

    Raises:
        RefusedError: `bundle.unknown` if the log has no such record, `bundle.not_anchored` if the
            anchor does not cover it, `bundle.records` if it rests on too many records,
            `bundle.too_large`, `disclosures.other`, or a `disclosure.*` code.
        StorageError: `log.checkpoint`; `bundle.self_check` if the verifier finds it INVALID for
            another reason than that the record does not stand any more.
    """
    with ledger.store.read() as connection:
        signed = signed_checkpoint(connection, anchor)
        newest = find_newest_list(connection, signed.size)
        begin = {content} if newest is None else {content, newest.content}
        records = close(connection, begin, signed.size)
    texts = disclosed_texts(disclosures, records)
    data = assemble(
        ledger, content, records, signed, newest=newest, anchor=anchor, disclosures=texts
    )
    check(judge(ledger, data, anchor))
    return data


def signed_checkpoint(connection: Any, anchor: Evidence | None) -> Head:
    """Return the checkpoint to prove in: of the anchored size, else the newest.

    Raises:
        StorageError: `log.checkpoint`.
    """
    size = anchor.entry.size if anchor else repository.read_head(connection).size
    signed = repository.read_checkpoint(connection, size)
    if signed is None:
        raise StorageError("log.checkpoint", expected=f"a signed checkpoint of size {size}")
    return signed


def assemble(
    ledger: Ledger,
    subject: bytes,
    records: Sequence[StoredRecord],
    signed: Head,
    *,
    newest: StoredRecord | None,
    anchor: Evidence | None,
    disclosures: Sequence[str] = (),
) -> bytes:
    """Write a bundle.

    Args:
        ledger: makes the proof.
        subject: content digest of the record that it is about.
        records: all of it, in log order.
        signed: the checkpoint.
        newest: the status list among them, if there is one.
        anchor: evidence, None for a bundle that waits.
        disclosures: of sealed line items.

    Raises:
        RefusedError: `bundle.not_anchored`, `bundle.too_large`.
    """
    last = records[-1].index
    if last >= signed.size:
        raise RefusedError("bundle.not_anchored", expected=f"> {last}", found=signed.size)
    proof = ledger.batch_proof([record.index for record in records], signed.size)
    value: dict[str, Any] = {
        "format": FORMAT,
        "subject": format_digest(subject),
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
    if newest is not None:
        value["status"] = {"lists": [newest.index]}
    if disclosures:
        value["disclosures"] = list(disclosures)
    if anchor:
        value["anchor"] = anchor.to_json([])
    data = write_canonical(value) + b"\n"
    if len(data) > MAX_BYTES:
        raise RefusedError("bundle.too_large", expected=f"<= {MAX_BYTES}", found=len(data))
    return data


def judge(
    ledger: Ledger, data: bytes, anchor: Evidence | None, status: bytes | None = None
) -> Report:
    """Let the verifier judge a bundle under the policy that this ledger would propose.

    Args:
        ledger: proposes the policy.
        data: the bundle.
        anchor: its evidence, whose block is pinned.
        status: a fresher status to judge it with.
    """
    pinned = (
        [PinnedBlock(anchor.chain_id, anchor.block_number, anchor.block_hash)] if anchor else []
    )
    policy = parse_policy(export_trust(ledger, contracts(ledger.store), pinned))
    return verify(data, policy, now=datetime.now(UTC), status=status)


def check(report: Report, steps: Collection[int] = STEPS) -> None:
    """Refuse to hand out what the verifier refuses.

    Args:
        report: of the verifier.
        steps: only what these steps found counts.

    Raises:
        StorageError: `bundle.self_check`.
    """
    bad = [
        check
        for check in report.checks
        if check.outcome is Outcome.FAIL and check.step in steps and check.code not in _NOT_STANDING
    ]
    if bad:
        raise StorageError(
            "bundle.self_check",
            pointer=bad[0].pointer,
            expected=bad[0].expected,
            found=", ".join(dict.fromkeys(check.code for check in bad)),
        )


def _format_time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
