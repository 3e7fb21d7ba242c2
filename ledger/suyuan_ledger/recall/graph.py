"""Everything that rests on a record: one reading of all entries of the log (docs/spec/recall.md).

A record rests on the targets of its links `about`, `basedOn`, `uses` and `underRule`, and on what
those rest on. Links are in the entries, so the list is complete for whoever has all entries, and
`read_entries` proves that these were all, up to the signed size and root.

In a sound log such a link leads to an earlier record, and one reading in order finds everything.
A log that lets a record rest on one that comes later was not kept by the door. Its list must be as
complete: when the reading meets such a record, the entries are read once more and searched as a
graph, which takes more memory.
"""

from __future__ import annotations

import gc
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from sys import intern
from typing import TYPE_CHECKING, Any

import orjson

from suyuan_ledger.errors import LedgerError, RefusedError, StorageError
from suyuan_ledger.log.entry import parse_entry
from suyuan_ledger.log.public_log import read_entries
from suyuan_ledger.recall.events import ACTS_BY, EVENT_KINDS, Event, event_of
from suyuan_ledger.records.profile import format_digest, parse_record
from suyuan_ledger.records.rules import CLOSED_RELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from suyuan_ledger.log.checkpoint import Checkpoint
    from suyuan_ledger.log.public_log import PublicLog
    from suyuan_ledger.records.profile import ParsedRecord

_DIGEST_TEXT = 71
# Every rel that a record may have, and whether its record rests on the target.
_RELS = {
    **dict.fromkeys(("supersedes", "corrects", "withdraws", "responds"), False),
    **dict.fromkeys(CLOSED_RELS, True),
}

KEY_KINDS = frozenset({"Enrolment", "EnrolmentRevocation"})
"""Kinds that say which key counts from where to where."""


@dataclass(frozen=True, slots=True)
class Start:
    """What is recalled; every record that fits one of the three.

    Attributes:
        contents: content digests, 32 bytes each.
        indexes: log indexes.
        registry_number: of a FactorAdmission, whose body is public.
    """

    contents: frozenset[bytes] = frozenset()
    indexes: frozenset[int] = frozenset()
    registry_number: str | None = None


@dataclass(frozen=True, slots=True)
class Reached:
    """One record of the list.

    Attributes:
        index: its log index.
        content: its content digest.
        kind: its kind.
        issuer: did:key of its signer.
        time: when the log took it in.
        rel: the link by which it rests on `through`; empty for what was asked for.
        through: log index of the record it rests on; its own for what was asked for.
    """

    index: int
    content: bytes
    kind: str
    issuer: str
    time: str
    rel: str = ""
    through: int = -1


@dataclass(slots=True)
class Recall:
    """What rests on a record, proven complete.

    Attributes:
        size: entries that were read, the size of the signed checkpoint.
        root: the root that they led to, which is the signed one.
        starts: the records that were asked for.
        reached: the records that rest on them, by index.
        forward: whether the log holds what its door never lets in: a record that rests on a later
            one, or one content twice.
        keys: the entries of all Enrolments and EnrolmentRevocations, as parsed.
        void: for revocations, the records that they make void, by index; `reached` rests on these.
        undecided: for revocations, records that confidential bodies decide, by index.
        events: what replaces or ends one of `starts` and `reached`, by index.
    """

    size: int
    root: bytes
    starts: list[Reached] = field(default_factory=list)
    reached: list[Reached] = field(default_factory=list)
    forward: bool = False
    keys: list[dict[str, Any]] = field(default_factory=list)
    void: list[Reached] = field(default_factory=list)
    undecided: list[Reached] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


def recall(log: PublicLog, checkpoint: Checkpoint, start: Start) -> Recall:
    """List everything that rests on a record.

    Of a withdrawal, replacement, correction or change of state, what it acts on is asked for too.

    Args:
        log: the entries.
        checkpoint: of this log, its signature verified.
        start: the record or records.

    Raises:
        RefusedError: `recall.unknown` if the log has no such record, `log.entry`.
        StorageError: a `public.*` code: the entries are not those that the log signed.
    """
    contents = {format_digest(content) for content in start.contents}
    number = start.registry_number

    def is_start(value: dict[str, Any]) -> bool:
        return (
            value["index"] in start.indexes
            or value["content"] in contents
            or (number is not None and _is_registered(log, number, value))
        )

    result = read_resting(log, checkpoint, is_start)
    if not result.starts:
        raise RefusedError("recall.unknown", expected=f"a record among {checkpoint.size}")
    missing = _targets(result) - {format_digest(record.content) for record in result.starts}
    if missing:
        contents |= missing
        result = read_resting(log, checkpoint, is_start)
    return result


def _targets(result: Recall) -> set[str]:
    """Return what the events that were asked for act on; a statement is asked for as itself."""
    asked = {record.index for record in result.starts if record.kind in EVENT_KINDS}
    events = (event for event in result.events if event.index in asked)
    return {target for event in events for target in event.targets}


def read_resting(
    log: PublicLog, checkpoint: Checkpoint, is_start: Callable[[dict[str, Any]], bool]
) -> Recall:
    """List everything that rests on the records whose entries are chosen.

    Args:
        log: the entries.
        checkpoint: of this log, its signature verified.
        is_start: asked once for each entry, as parsed, in log order.

    Raises:
        RefusedError, StorageError: as `recall`; that nothing is chosen is no error.
    """
    with collector_paused():
        result = _read_in_order(log, checkpoint, is_start)
    if result.forward and result.starts:
        _search(log, checkpoint, result)
    return result


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the cycle collector away: records are trees, and what is kept of them is a lot."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _read_in_order(
    log: PublicLog, checkpoint: Checkpoint, is_start: Callable[[dict[str, Any]], bool]
) -> Recall:
    """Find everything that rests on a record through links to earlier records."""
    result = Recall(checkpoint.size, checkpoint.root)
    reached: dict[str, int] = {}
    seen: set[str] = set()
    loose: set[str] = set()
    for index, value in _values(log, checkpoint):
        content = value["content"]
        rel, through = "", -1
        for name, target in _rests_on(value):
            if not rel and target in reached:
                rel, through = name, reached[target]
            if target not in seen:
                loose.add(target)
        # One content at two places: what rests on it may lie between them, or before.
        if content in seen or (loose and content in loose):
            result.forward = True
        seen.add(content)
        if value.get("kind") in KEY_KINDS:
            result.keys.append(value)
        started = is_start(value)
        if started:
            result.starts.append(to_reached(value, "", index))
            reached.setdefault(content, index)
        elif rel:
            result.reached.append(to_reached(value, rel, through))
            reached.setdefault(content, index)
        if value["kind"] in ACTS_BY:
            event = event_of(value)
            if event and (started or not reached.keys().isdisjoint(event.targets)):
                result.events.append(event)
    return result


def _search(log: PublicLog, checkpoint: Checkpoint, result: Recall) -> None:
    """Find everything that rests on the starts, whichever way its links lead, and its events."""
    sources: dict[str, list[tuple[str, Reached]]] = {}
    events: list[Event] = []
    for index, value in _values(log, checkpoint):
        links = _rests_on(value)
        if value["kind"] in ACTS_BY and (event := event_of(value)) is not None:
            events.append(event)
        if links:
            record = to_reached(value, "", index)
            for rel, target in links:
                sources.setdefault(target, []).append((rel, record))
    known = {record.index for record in result.starts}
    found: list[Reached] = []
    waiting = deque(result.starts)
    while waiting:
        base = waiting.popleft()
        for rel, source in sources.get(format_digest(base.content), ()):
            if source.index not in known:
                known.add(source.index)
                found.append(replace(source, rel=rel, through=base.index))
                waiting.append(source)
    result.reached = sorted(found, key=lambda record: record.index)
    contents = {format_digest(record.content) for record in (*result.starts, *found)}
    result.events = [
        event for event in events if event.index in known or not contents.isdisjoint(event.targets)
    ]


def _values(log: PublicLog, checkpoint: Checkpoint) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (index, entry) of every entry.

    The whole reading of an entry (`parse_entry`) would take most of the time. What a recall uses is
    looked at here; where anything seems odd, the whole reading says what. Digests are compared as
    texts: one that is spelled otherwise is not what any record's entry says, so that no bundle
    could ever prove the record that it hides.
    """
    loads, dumps, sort = orjson.loads, orjson.dumps, orjson.OPT_SORT_KEYS
    for start, entries in read_entries(log, checkpoint):
        for index, raw in enumerate(entries, start):
            try:
                value = loads(raw)
                sound = (
                    dumps(value, option=sort) == raw
                    and value["index"] == index
                    and len(value["content"]) == _DIGEST_TEXT
                )
            except (ValueError, TypeError, KeyError):
                sound = False
            if not sound:
                parse_entry(raw)
                raise StorageError("public.entry", pointer=f"entry {index}", expected=index)
            yield index, value


def _rests_on(value: dict[str, Any]) -> list[tuple[str, str]]:
    """Return (rel, content digest) of every record that an entry's record rests on."""
    try:
        return [
            (link["rel"], link["contentDigest"])
            for link in value.get("links", ())
            if _RELS[link["rel"]]
        ]
    except (ValueError, TypeError, KeyError):
        raise StorageError(
            "public.entry", pointer=f"entry {value['index']}", expected="links"
        ) from None


def _is_registered(log: PublicLog, registry_number: str, value: dict[str, Any]) -> bool:
    """Tell whether an entry is of the FactorAdmission with this number; its body is public."""
    if value["kind"] != "FactorAdmission":
        return False
    record = read_record(log, value)
    if record is None:
        raise _no_body(value, "a FactorAdmission", "none")
    return bool(record.value["credentialSubject"]["registryNumber"] == registry_number)


def read_record(log: PublicLog, value: dict[str, Any]) -> ParsedRecord | None:
    """Read the record of an entry; None where this source does not hold its body.

    Args:
        log: the source.
        value: the entry, as parsed.

    Raises:
        StorageError: `public.body`, it is not the record that the entry commits to.
        RefusedError: `log.entry`.
    """
    entry = parse_entry(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))
    body = log.body(entry.index, entry.envelope)
    if body is None:
        return None
    if sha256(body).digest() != entry.envelope:
        raise _no_body(value, f"record/{entry.envelope.hex()}.json", "another file")
    try:
        record = parse_record(body)
    except LedgerError as error:
        raise _no_body(value, f"a sound {entry.kind}", error.code) from None
    if record.kind != entry.kind or record.content_digest != entry.content:
        # What it says nobody knows, and a list that leaves it out may be too short.
        raise _no_body(value, format_digest(entry.content), format_digest(record.content_digest))
    return record


def _no_body(value: dict[str, Any], expected: str, found: str) -> StorageError:
    return StorageError(
        "public.body", pointer=f"entry {value['index']}", expected=expected, found=found
    )


def to_reached(value: dict[str, Any], rel: str, through: int) -> Reached:
    """Read what a list says of a record from its entry, as parsed."""
    try:
        content = bytes.fromhex(value["content"].removeprefix("sha256:"))
        # A long list says the same few texts a million times; each is kept once.
        kind, issuer, time = intern(value["kind"]), intern(value["issuer"]), intern(value["time"])
        rel = intern(rel)
    except (ValueError, KeyError, TypeError):
        parse_entry(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))
        raise
    return Reached(value["index"], content, kind, issuer, time, rel, through)
