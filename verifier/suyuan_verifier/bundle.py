"""The bundle: one UTF-8 JSON file that carries a record and its whole proof (docs/spec/bundle.md).

Parsing decides only whether the file is a bundle of this version; whether what it claims is true
is decided by the numbered steps in `verify`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from suyuan_verifier import shape
from suyuan_verifier.canonical import MAX_SAFE_INTEGER, is_digest, parse_json
from suyuan_verifier.encodings import parse_base64
from suyuan_verifier.errors import MalformedError
from suyuan_verifier.record import CLOSED_RELS, MAX_RECORD_DEPTH, Record

FORMAT = "suyuan/bundle@v1"
MEDIA_TYPE = "application/vnd.suyuan.bundle+json"
MAX_BUNDLE_BYTES = 16 * 1024 * 1024
MAX_BUNDLE_RECORDS = 4096
MAX_DISCLOSURES = 65_536
MAX_PROOF_HASHES = MAX_BUNDLE_RECORDS * 63
# Records stand two levels below the bundle's own object.
MAX_BUNDLE_DEPTH = MAX_RECORD_DEPTH + 2

_REQUIRED = {"format", "subject", "records", "log"}
_OPTIONAL = {"anchor", "status", "disclosures", "hint"}


@dataclass(frozen=True, slots=True)
class Position:
    """Where the log says it put a record, and when."""

    index: int
    time: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """A parsed bundle; nothing in it is believed yet.

    Attributes:
        subject: content digest of the record that the bundle is about, as `sha256:...`.
        records: parsed JSON objects, in the order of their log indexes.
        positions: one per record, same order.
        proof: hashes of the batch inclusion proof, 32 bytes each.
        checkpoint: the signed note, as bytes.
        anchor: the anchor evidence as parsed JSON, None if the log was not anchored yet.
        status_lists: log indexes of the status lists among the records.
        disclosures: what the holder discloses of sealed lines, as parsed JSON.
    """

    subject: str
    records: tuple[Any, ...]
    positions: tuple[Position, ...]
    proof: tuple[bytes, ...]
    checkpoint: bytes
    anchor: dict[str, Any] | None
    status_lists: tuple[int, ...] = ()
    disclosures: tuple[Any, ...] = ()


def parse_bundle(data: bytes) -> Bundle:
    """Parse a bundle.

    Raises:
        MalformedError: `bundle.not_a_bundle`, `bundle.version` and the lexical codes mean that
            the file is unreadable; `bundle.shape`, `bundle.order` and `bundle.hash` that it is a
            bundle of this version which breaks a rule.
    """
    value = parse_json(
        data, prefix="bundle", max_bytes=MAX_BUNDLE_BYTES, max_depth=MAX_BUNDLE_DEPTH
    )
    if not isinstance(value, dict) or not isinstance(value.get("format"), str):
        raise MalformedError("bundle.not_a_bundle", expected=f'"format": "{FORMAT}"')
    if value["format"] != FORMAT:
        code = (
            "bundle.version"
            if value["format"].startswith("suyuan/bundle@")
            else "bundle.not_a_bundle"
        )
        raise MalformedError(code, expected=FORMAT, found=value["format"])
    _members(value, "", _REQUIRED, _OPTIONAL)
    if not is_digest(value["subject"]):
        raise _bad("/subject", "sha256: and 64 hex digits", value["subject"])
    records = value["records"]
    if not isinstance(records, list) or not 1 <= len(records) <= MAX_BUNDLE_RECORDS:
        raise _bad("/records", f"1 to {MAX_BUNDLE_RECORDS} records", _count(records))
    log = value["log"]
    _members(log, "/log", {"entries", "proof", "checkpoint"}, set())
    positions = _positions(log["entries"], len(records))
    if not isinstance(log["checkpoint"], str):
        raise _bad("/log/checkpoint", "a signed note", type(log["checkpoint"]).__name__)
    anchor = value.get("anchor")
    if "anchor" in value and not isinstance(anchor, dict):
        raise _bad("/anchor", "an object", type(anchor).__name__)
    disclosures = value.get("disclosures", [])
    if not isinstance(disclosures, list) or len(disclosures) > MAX_DISCLOSURES:
        raise _bad("/disclosures", f"at most {MAX_DISCLOSURES} strings", _count(disclosures))
    if "hint" in value and not isinstance(value["hint"], str):
        raise _bad("/hint", "str", type(value["hint"]).__name__)
    return Bundle(
        subject=value["subject"],
        records=tuple(records),
        positions=positions,
        proof=_hashes(log["proof"], "/log/proof"),
        checkpoint=log["checkpoint"].encode("utf-8"),
        anchor=anchor,
        status_lists=_status_lists(value["status"], positions) if "status" in value else (),
        disclosures=tuple(disclosures),
    )


def check_closed(bundle: Bundle, records: list[Record]) -> None:
    """Check that the subject and every followed link are inside the bundle, each record once.

    Raises:
        MalformedError: `bundle.twice`, `bundle.subject` or `bundle.closure`.
    """
    digests = {"sha256:" + record.content_digest.hex() for record in records}
    if len(digests) != len(records):
        raise MalformedError("bundle.twice", pointer="/records")
    if bundle.subject not in digests:
        raise MalformedError("bundle.subject", pointer="/subject", found=bundle.subject)
    for position, record in enumerate(records):
        for number, (rel, target) in enumerate(record.links):
            if rel in CLOSED_RELS and target not in digests:
                raise MalformedError(
                    "bundle.closure",
                    pointer=f"/records/{position}/links/{number}",
                    expected=f"the record that {rel} names",
                    found=target,
                )


def _positions(entries: Any, count: int) -> tuple[Position, ...]:
    if not isinstance(entries, list) or len(entries) != count:
        raise _bad("/log/entries", f"{count} entries, one per record", _count(entries))
    positions = []
    for number, entry in enumerate(entries):
        pointer = f"/log/entries/{number}"
        _members(entry, pointer, {"index", "time"}, set())
        index = entry["index"]
        if isinstance(index, bool) or not isinstance(index, int):
            raise _bad(f"{pointer}/index", "an integer", index)
        if not 0 <= index <= MAX_SAFE_INTEGER:
            raise _bad(f"{pointer}/index", "0 to 2^53-1", index)
        if not shape.is_time(entry["time"]):
            raise _bad(f"{pointer}/time", "YYYY-MM-DDThh:mm:ssZ", entry["time"])
        positions.append(Position(index, entry["time"]))
    for first, second in pairwise(positions):
        if first.index >= second.index or first.time > second.time:
            raise MalformedError(
                "bundle.order",
                pointer="/log/entries",
                expected="ascending indexes, times that do not go back",
                found=f"{first.index} at {first.time}, then {second.index} at {second.time}",
            )
    return tuple(positions)


def _status_lists(value: Any, positions: tuple[Position, ...]) -> tuple[int, ...]:
    _members(value, "/status", {"lists"}, set())
    lists = value["lists"]
    known = {position.index for position in positions}
    if (
        not isinstance(lists, list)
        or not 1 <= len(lists) <= len(positions)
        or any(isinstance(index, bool) or not isinstance(index, int) for index in lists)
        or any(first >= second for first, second in pairwise(lists))
        or not known.issuperset(lists)
    ):
        raise _bad("/status/lists", "ascending log indexes of records in the bundle", lists)
    return tuple(lists)


def _hashes(value: Any, pointer: str) -> tuple[bytes, ...]:
    if not isinstance(value, list) or len(value) > MAX_PROOF_HASHES:
        raise _bad(pointer, f"at most {MAX_PROOF_HASHES} hashes", _count(value))
    return tuple(
        parse_base64(text, "bundle.hash", f"{pointer}/{number}", size=32)
        for number, text in enumerate(value)
    )


def _members(value: Any, pointer: str, required: set[str], optional: set[str]) -> None:
    if not isinstance(value, dict):
        raise _bad(pointer, "an object", type(value).__name__)
    for name in sorted(required - value.keys()):
        raise _bad(f"{pointer}/{name}", "a required member", "absent")
    for name in sorted(value.keys() - required - optional):
        raise _bad(pointer, "no such member", name.encode("unicode_escape").decode("ascii"))


def _count(value: Any) -> str:
    return f"{len(value)} items" if isinstance(value, list) else type(value).__name__


def _bad(pointer: str, expected: object, found: object) -> MalformedError:
    return MalformedError("bundle.shape", pointer=pointer, expected=expected, found=found)
