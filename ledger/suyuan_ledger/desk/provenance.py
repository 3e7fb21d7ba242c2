"""A record with everything it rests on and everything that rests on it, as two trees.

Each record is opened once, where it is nearest to the root; elsewhere it is only named. What rests
on a rule set or an enrolment can be the whole log, so that a tree stops at a number of records and
at a number for each record, and says how many more there are at least.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from sqlalchemy import func, select

from suyuan_ledger.desk.standing import VALID
from suyuan_ledger.desk.view import title_of
from suyuan_ledger.desk.words import kind_name, relation_name, state_name
from suyuan_ledger.records.digest import parse_digest
from suyuan_ledger.store import repository, tables
from suyuan_ledger.store.register import to_logged
from suyuan_ledger.workflow.gates import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy import Table

    from suyuan_ledger.desk.standing import Desk
    from suyuan_ledger.workflow.statements import Logged

_LINK = cast("Table", tables.Link.__table__)  # type: ignore[attr-defined]

_Linked = list[tuple[str, "Logged"]]

MAX_NODES = 300
MAX_CHILDREN = 50
ENROLLED_BY = "enrolledBy"
"""Stands for a link that no record states: from a record to the Enrolment of its issuer."""


@dataclass(slots=True)
class Node:
    """One record in a tree.

    Attributes:
        record: the record.
        rel: how it is linked with the node above; empty at the root.
        state: `valid`, `revoked`, `suspended`, `replaced`, or `void` if its key was.
        dissent: an opinion that rejects what is admitted or may be.
        children: what it rests on, or what rests on it.
        repeated: it is opened elsewhere in the same tree.
        more: children that are not shown.
    """

    record: Logged
    rel: str = ""
    state: str = VALID
    dissent: bool = False
    children: list[Node] = field(default_factory=list)
    repeated: bool = False
    more: int = 0


@dataclass(frozen=True, slots=True)
class Provenance:
    """Both trees of one record; the roots are the record itself."""

    rests_on: Node
    rested_on_by: Node


def read_provenance(desk: Desk, record: Logged) -> Provenance:
    """Read both trees of a record.

    Args:
        desk: one reading of the log.
        record: the record.
    """
    below = _grow(record, lambda node: _below(desk, node))
    above = _grow(record, lambda node: _above(desk, node.record))
    nodes = [*walk(below), *walk(above)]
    states = desk.states({node.record.index for node in nodes})
    rejecting = _rejecting(desk)
    for node in nodes:
        node.state = states[node.record.index]
        if node.state == VALID and desk.void(node.record.issuer, node.record.index):
            node.state = "void"
        member = OUTCOMES.get(node.record.kind)
        node.dissent = member is not None and (
            node.record.subject[member] in rejecting.get(node.record.kind, ())
        )
    return Provenance(below, above)


def walk(node: Node) -> Iterable[Node]:
    """Yield a tree's nodes from the top, children in their order."""
    yield node
    for child in node.children:
        yield from walk(child)


def tree_lines(root: Node, lang: str) -> list[str]:
    """Draw the nodes below a root, one line each."""
    lines: list[str] = []

    def draw(node: Node, indent: str) -> None:
        for place, child in enumerate(node.children, 1):
            last = place == len(node.children) and not node.more
            lines.append(f"{indent}{'└─' if last else '├─'} {_line(child, lang)}")
            draw(child, indent + ("   " if last else "│  "))
        if node.more:
            words = f"另有 {node.more} 条" if lang == "zh" else f"and {node.more} more"
            lines.append(f"{indent}└─ … {words}")

    draw(root, "")
    return lines


def describe_digest(desk: Desk, content: str, lang: str) -> str:
    """Say in a few words what a content digest is of."""
    record = desk.register.find(parse_digest(content))
    if record is None:
        return "不在日志中" if lang == "zh" else "not in the log"
    return describe(record, lang)


def describe(record: Logged, lang: str) -> str:
    """Say in a few words what a record is."""
    title = title_of(record.kind, record.subject, lang)
    return f"#{record.index} {kind_name(record.kind, lang)}" + (f" {title}" if title else "")


def _line(node: Node, lang: str) -> str:
    zh = lang == "zh"
    issuer = node.record.value["issuer"]["nameZh" if zh else "name"]
    words = f"{relation_name(node.rel, lang)}: {describe(node.record, lang)} — {issuer}"
    marks = []
    if node.state != VALID:
        marks.append(state_name(node.state, lang))
    if node.dissent:
        marks.append("不同意见" if zh else "dissent")
    if node.repeated:
        marks.append("见上" if zh else "see above")
    return words + (f" [{', '.join(marks)}]" if marks else "")


def _grow(record: Logged, open_node: Callable[[Node], tuple[_Linked, int]]) -> Node:
    """Open nodes breadth first, so that each record stands nearest to the root."""
    root = Node(record)
    seen = {record.content}
    waiting = deque([root])
    count = 1
    while waiting:
        node = waiting.popleft()
        found, more = open_node(node)
        node.more = more
        for rel, child in found:
            if count >= MAX_NODES:
                node.more += 1
                continue
            count += 1
            fresh = Node(child, rel, repeated=child.content in seen)
            node.children.append(fresh)
            if not fresh.repeated:
                seen.add(child.content)
                waiting.append(fresh)
    return root


def _below(desk: Desk, node: Node) -> tuple[_Linked, int]:
    """Find what a record links to, and the enrolment that its issuer signed under."""
    record = node.record
    found = []
    for link in record.value.get("links", ()):
        target = desk.register.find(bytes.fromhex(link["contentDigest"].removeprefix("sha256:")))
        if target is not None:
            found.append((link["rel"], target))
    enrolment = _enrolment(desk, record)
    if enrolment is not None:
        found.append((ENROLLED_BY, enrolment))
    return found, 0


def _enrolment(desk: Desk, record: Logged) -> Logged | None:
    """Find the newest Enrolment of a record's issuer that was logged before it."""
    if record.kind == "EnrolmentRequest":
        return None
    grants = [grant for grant in desk.register.grants(record.issuer) if grant.index < record.index]
    standing = [grant for grant in grants if desk.authority.stands(grant, record.index)]
    chosen = (standing or grants)[-1:]
    return desk.register.enrolment(chosen[0].index) if chosen else None


def _above(desk: Desk, record: Logged) -> tuple[_Linked, int]:
    """Find the first records that link to a record, and count the others."""
    condition = _LINK.c.target == record.content
    query = (
        select(_LINK.c.source_index, _LINK.c.rel)
        .where(condition)
        .order_by(_LINK.c.source_index, _LINK.c.rel)
        .limit(MAX_CHILDREN)
    )
    rows = list(desk.connection.execute(query))
    more = 0
    if len(rows) == MAX_CHILDREN:
        counted = select(func.count()).select_from(_LINK).where(condition)
        more = desk.connection.execute(counted).scalar_one() - MAX_CHILDREN
    sources = ((rel, repository.find_record(desk.connection, index)) for index, rel in rows)
    return [(rel, to_logged(source)) for rel, source in sources if source is not None], more


def _rejecting(desk: Desk) -> dict[str, frozenset[str]]:
    """Return the outcome words that reject, by kind, of the rule set in force."""
    rules = desk.register.rule_set()
    if rules is None:
        return {}
    return {
        gate["kind"]: frozenset(gate.get("reject", ()))
        for entry in rules.subject["workflow"]
        if entry["kind"] == "FactorAdmission"
        for gate in entry["after"]
    }
