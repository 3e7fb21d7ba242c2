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
from typing import TYPE_CHECKING, Any

import orjson

from suyuan_ledger.errors import RefusedError, StorageError
from suyuan_ledger.log.entry import parse_entry
from suyuan_ledger.log.public_log import read_entries
from suyuan_ledger.records.profile import format_digest
from suyuan_ledger.records.rules import CLOSED_RELS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from suyuan_ledger.log.checkpoint import Checkpoint
    from suyuan_ledger.log.public_log import PublicLog

_DIGEST_TEXT = 71
# Every rel that a record may have, and whether its record rests on the target.
_RELS = {
    **dict.fromkeys(("supersedes", "corrects", "withdraws", "responds"), False),
    **dict.fromkeys(CLOSED_RELS, True),
}


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
        forward: whether some record of the log rests on a later one, which the door never lets in.
    """

    size: int
    root: bytes
    starts: list[Reached] = field(default_factory=list)
    reached: list[Reached] = field(default_factory=list)
    forward: bool = False


def recall(log: PublicLog, checkpoint: Checkpoint, start: Start) -> Recall:
    """List everything that rests on a record.

    Args:
        log: the entries.
        checkpoint: of this log, its signature verified.
        start: the record or records.

    Raises:
        RefusedError: `recall.unknown` if the log has no such record, `log.entry`.
        StorageError: a `public.*` code: the entries are not those that the log signed.
    """
    with _collector_paused():
        result = _read_in_order(log, checkpoint, start)
    if not result.starts:
        raise RefusedError("recall.unknown", expected=f"a record among {checkpoint.size}")
    if result.forward:
        result.reached = _search(log, checkpoint, result.starts)
    return result


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the cycle collector away: entries are trees, and the set of digests is large."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _read_in_order(log: PublicLog, checkpoint: Checkpoint, start: Start) -> Recall:
    """Find everything that rests on a record through links to earlier records."""
    result = Recall(checkpoint.size, checkpoint.root)
    contents = {format_digest(content) for content in start.contents}
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
        if loose and content in loose:
            result.forward = True
        seen.add(content)
        if (
            index in start.indexes
            or content in contents
            or (start.registry_number and _is_registered(log, start.registry_number, value))
        ):
            result.starts.append(_reached(value, "", index))
            reached.setdefault(content, index)
        elif rel:
            result.reached.append(_reached(value, rel, through))
            reached.setdefault(content, index)
    return result


def _search(log: PublicLog, checkpoint: Checkpoint, starts: list[Reached]) -> list[Reached]:
    """Find everything that rests on a record, whichever way its links lead."""
    sources: dict[str, list[tuple[str, Reached]]] = {}
    for index, value in _values(log, checkpoint):
        links = _rests_on(value)
        if links:
            record = _reached(value, "", index)
            for rel, target in links:
                sources.setdefault(target, []).append((rel, record))
    known = {record.index for record in starts}
    found: list[Reached] = []
    waiting = deque(starts)
    while waiting:
        base = waiting.popleft()
        for rel, source in sources.get(format_digest(base.content), ()):
            if source.index not in known:
                known.add(source.index)
                found.append(replace(source, rel=rel, through=base.index))
                waiting.append(source)
    return sorted(found, key=lambda record: record.index)


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
    entry = parse_entry(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))
    body = log.body(entry.index, entry.envelope)
    if body is None or sha256(body).digest() != entry.envelope:
        raise StorageError(
            "public.body",
            pointer=f"entry {entry.index}",
            expected=f"record/{entry.envelope.hex()}.json",
            found="none" if body is None else "another file",
        )
    return bool(orjson.loads(body)["credentialSubject"]["registryNumber"] == registry_number)


def _reached(value: dict[str, Any], rel: str, through: int) -> Reached:
    try:
        content = bytes.fromhex(value["content"].removeprefix("sha256:"))
        kind, issuer, time = value["kind"], value["issuer"], value["time"]
    except (ValueError, KeyError):
        parse_entry(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))
        raise
    return Reached(value["index"], content, kind, issuer, time, rel, through)
