"""A recall as text for people and as JSON for scripts, with what it proves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from suyuan_ledger.desk.words import KINDS, RELATIONS
from suyuan_ledger.records.profile import format_digest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from suyuan_ledger.recall.graph import Reached, Recall

SCHEMA = "suyuan/recall@v1"
PROVES = {
    "en": (
        "Complete: these are all records that rest on it, up to the size and root that the log "
        "signed; every entry was read and the root recomputed. Who rests on it outside this log, "
        "and whether a withdrawal was authorised (suyuan audit), is not shown here."
    ),
    "zh": (
        "完整：截至日志签署的规模与根哈希，依据该记录的全部记录都在此列；全部日志条目均已读取并重新计算根哈希。"
        "日志之外的引用，以及撤回是否经过授权（见 suyuan audit），不在此列。"
    ),
}
FORWARD = {
    "en": (
        "The log holds records that rest on later ones, which its door should have refused; the "
        "list contains them."
    ),
    "zh": "日志中存在依据后来记录的记录，账本本应拒收；列表已包含它们。",
}
_LONGEST_PATH = 8


def to_json(result: Recall, origin: str, which: str) -> dict[str, Any]:
    """Return the report as one JSON object.

    `rel` and `through` of a record say what it rests on directly; followed from record to record
    they are its path to what was asked for.
    """
    return {
        "schema": SCHEMA,
        "log": origin,
        "checkpoint": {"size": result.size, "root": result.root.hex()},
        "which": which,
        "records": [_row(record) for record in result.starts],
        "restOnIt": [
            {**_row(record), "rel": record.rel, "through": record.through}
            for record in result.reached
        ],
        "forwardLinks": result.forward,
        "proves": PROVES,
    }


def to_text(result: Recall, lang: str) -> Iterator[str]:
    """Yield the lines of the report."""
    places = {record.index: record for record in result.reached}
    kinds, rels = (KINDS, RELATIONS) if lang == "zh" else ({}, {})
    for record in result.starts:
        kind = kinds.get(record.kind, record.kind)
        yield f"{record.index:>8}  {kind}  {record.time}  {format_digest(record.content)}"
    count = len(result.reached)
    if lang == "zh":
        yield f"{count} 条记录依据它："
    else:
        yield "1 record rests on it:" if count == 1 else f"{count} records rest on it:"
    for record in result.reached:
        path = path_of(record, places)
        steps = " ".join(f"-{rels.get(rel, rel)}-> {index}" for rel, index in path)
        yield f"{record.index:>8}  {kinds.get(record.kind, record.kind)}  {record.time}  {steps}"
    if result.forward:
        yield FORWARD[lang]
    yield (
        f"截至规模 {result.size}，根哈希 {result.root.hex()}"
        if lang == "zh"
        else f"up to size {result.size}, root {result.root.hex()}"
    )
    yield PROVES[lang]


def path_of(record: Reached, places: dict[int, Reached]) -> list[tuple[str, object]]:
    """Return the links from a record to what was asked for, at most eight and then an ellipsis.

    Args:
        record: a record that rests on it.
        places: all such records by index.
    """
    steps: list[tuple[str, object]] = []
    following: Reached | None = record
    while following is not None:
        if len(steps) == _LONGEST_PATH:
            return [*steps, ("...", "...")]
        steps.append((following.rel, following.through))
        following = places.get(following.through)
    return steps


def _row(record: Reached) -> dict[str, Any]:
    return {
        "index": record.index,
        "kind": record.kind,
        "content": format_digest(record.content),
        "issuer": record.issuer,
        "time": record.time,
    }
