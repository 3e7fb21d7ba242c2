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
PROVES_VOID = {
    "en": (
        "Void: an enrolment of the key ended at or before that index, and no other one counts; a "
        "verifier fails it, and whatever rests on it."
    ),
    "zh": (
        "失效：该密钥的登记在该序号或之前即已终止，且无其他有效登记；验证器判其及依据它的记录不通过。"
    ),
}
FORWARD = {
    "en": (
        "The log holds what its door should have refused: records that rest on later ones, or one "
        "content twice; the list contains them."
    ),
    "zh": "日志中存在账本本应拒收的记录（依据后来的记录，或同一内容重复出现）；列表已包含它们。",
}
_LONGEST_PATH = 8


def to_json(result: Recall, origin: str, which: str) -> dict[str, Any]:
    """Return the report as one JSON object.

    `rel` and `through` of a record say what it rests on directly; followed from record to record
    they are its path to what was asked for.
    """
    report = {
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
    if _is_of_revocations(result):
        report |= {
            "admissions": [record.index for record in admissions_of(result)],
            "void": [_row(record) for record in result.void],
            "undecided": [_row(record) for record in result.undecided],
        }
    return report


def admissions_of(result: Recall) -> list[Reached]:
    """Return the admissions that are void, or rest on a void record, by index."""
    everything = [*result.void, *_resting_on_void(result)]
    return sorted(
        (record for record in everything if record.kind == "FactorAdmission"),
        key=lambda record: record.index,
    )


def _resting_on_void(result: Recall) -> list[Reached]:
    """Return what rests on void records, without what only names the revocation itself."""
    known = {record.index for record in result.void}
    found: list[Reached] = []
    for record in result.reached:
        if record.through in known:
            known.add(record.index)
            found.append(record)
    return found


def _is_of_revocations(result: Recall) -> bool:
    return all(record.kind == "EnrolmentRevocation" for record in result.starts)


def _void_lines(result: Recall, lang: str) -> Iterator[str]:
    """Yield what a revocation makes void, and the admissions that fall with it."""
    zh = lang == "zh"
    kinds = KINDS if zh else {}

    def lines(records: list[Reached]) -> Iterator[str]:
        for record in records:
            kind = kinds.get(record.kind, record.kind)
            yield f"{record.index:>8}  {kind}  {record.time}  {format_digest(record.content)}"

    admissions = admissions_of(result)
    yield (
        f"因此失效的入库：{len(admissions)} 条"
        if zh
        else f"admissions that are void with it: {len(admissions)}"
    )
    yield from lines(admissions)
    yield f"因此失效的记录：{len(result.void)} 条" if zh else f"void records: {len(result.void)}"
    yield from lines(result.void)
    if result.undecided:
        yield (
            f"取决于保密正文、无法判定：{len(result.undecided)} 条"
            if zh
            else f"not known without confidential bodies: {len(result.undecided)}"
        )
        yield from lines(result.undecided)


def to_text(result: Recall, lang: str) -> Iterator[str]:
    """Yield the lines of the report."""
    places = {record.index: record for record in result.reached}
    kinds, rels = (KINDS, RELATIONS) if lang == "zh" else ({}, {})
    for record in result.starts:
        kind = kinds.get(record.kind, record.kind)
        yield f"{record.index:>8}  {kind}  {record.time}  {format_digest(record.content)}"
    of_revocations = _is_of_revocations(result)
    if of_revocations:
        yield from _void_lines(result, lang)
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
    if of_revocations:
        yield PROVES_VOID[lang]


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
