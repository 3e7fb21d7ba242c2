"""One row of the record table beside what its body says; the rest of the log is not needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from suyuan_verifier.errors import VerifierError

from suyuan_ledger.errors import LedgerError, StorageError
from suyuan_ledger.log.clock import format_seconds
from suyuan_ledger.log.effect import effect_of
from suyuan_ledger.log.entry import build_entry, parse_entry
from suyuan_ledger.log.hashing import leaf_hash
from suyuan_ledger.log.tiles import TILE_WIDTH, tile_path
from suyuan_ledger.records.profile import parse_record
from suyuan_ledger.records.signing import check_proof

if TYPE_CHECKING:
    from suyuan_ledger.records.profile import ParsedRecord
    from suyuan_ledger.store.repository import StoredRecord


def check_row(
    stored: StoredRecord, links: list[tuple[str, bytes]], committed: bytes
) -> ParsedRecord:
    """Hold a stored record against its own body, its link rows and its leaf.

    Args:
        stored: the row; its index is known to be its own.
        links: its (rel, target) rows, sorted.
        committed: the leaf that the stored tile holds.

    Raises:
        StorageError: `fsck.body`, `fsck.entry`, `fsck.order`, `fsck.time`, `fsck.tile`,
            `fsck.column`, `fsck.link`, `fsck.signature`.
    """
    place = f"record {stored.index}"
    try:
        record = parse_record(stored.body)
    except LedgerError as error:
        raise StorageError("fsck.body", pointer=place, found=reason(error)) from error
    if record.canonical != stored.body:
        raise StorageError("fsck.body", pointer=place, expected="canonical JSON")
    effect = effect_of(record.kind, record.value["credentialSubject"])
    entry = build_entry(stored.index, record, format_seconds(stored.time), effect)
    leaf = leaf_hash(entry)
    if entry != stored.entry:
        raise _disagreement(place, stored, record, body_is_committed=leaf == committed)
    if leaf != committed:
        raise StorageError(
            "fsck.tile",
            pointer=f"{tile_path(0, stored.index // TILE_WIDTH)}, {place}",
            expected=leaf.hex(),
            found=committed.hex(),
        )
    _check_columns(place, stored, record, links)
    try:
        check_proof(record)
    except LedgerError as error:
        raise StorageError("fsck.signature", pointer=place, found=reason(error)) from error
    return record


def reason(error: Exception) -> str:
    """Name another error by its code and place; its full text is chained to the problem."""
    if isinstance(error, LedgerError | VerifierError):
        return f"{error.code} {error.pointer}".rstrip()
    return repr(error)


def _check_columns(
    place: str, stored: StoredRecord, record: ParsedRecord, links: list[tuple[str, bytes]]
) -> None:
    for column, expected, found in (
        ("content", record.content_digest, stored.content),
        ("envelope", record.envelope_digest, stored.envelope),
        ("record_id", record.id, stored.record_id),
        ("issuer", record.issuer, stored.issuer),
        ("kind", record.kind, stored.kind),
    ):
        if expected != found:
            raise StorageError(
                "fsck.column",
                pointer=f"{place}, column {column}",
                expected=expected.hex() if isinstance(expected, bytes) else expected,
                found=found.hex() if isinstance(found, bytes) else found,
            )
    stated = [
        (link.rel, bytes.fromhex(link.content_digest.removeprefix("sha256:")))
        for link in record.links
    ]
    if sorted(stated) != links:
        raise StorageError(
            "fsck.link", pointer=place, expected=f"{len(stated)} links", found=len(links)
        )


def _disagreement(
    place: str, stored: StoredRecord, record: ParsedRecord, *, body_is_committed: bool
) -> StorageError:
    """Name what is wrong when body, time and entry of one row do not belong together."""
    try:
        entry = parse_entry(stored.entry)
    except LedgerError as error:
        return StorageError("fsck.entry", pointer=place, found=reason(error))
    if body_is_committed:
        # The tree commits to what body and time lead to, so it is the entry that changed.
        return StorageError("fsck.entry", pointer=place, expected="the entry of its record")
    if entry.index != stored.index:
        return StorageError(
            "fsck.order", pointer=place, expected=f"index {stored.index}", found=entry.index
        )
    if (entry.content, entry.envelope) != (record.content_digest, record.envelope_digest):
        return StorageError(
            "fsck.body",
            pointer=place,
            expected=f"envelope {entry.envelope.hex()}",
            found=record.envelope_digest.hex(),
        )
    if entry.time != format_seconds(stored.time):
        return StorageError(
            "fsck.time", pointer=place, expected=entry.time, found=format_seconds(stored.time)
        )
    return StorageError("fsck.entry", pointer=place, expected="the entry of its record")
