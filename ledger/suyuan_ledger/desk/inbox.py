"""What waits for a key: the submissions that its roles and scope let it act on, oldest first.

A page is bounded by what is looked at as well as by what is found, so that an inbox is as quick on
a log of a million entries as on a small one; `next` says where to go on. Everything is read from
the tables of open cases and links, never by going through the log.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select

from suyuan_ledger.desk.gates import (
    Progress,
    entry_for,
    progress_of,
    read_opinions,
)
from suyuan_ledger.log.clock import format_seconds
from suyuan_ledger.status.void import read_pending, read_void
from suyuan_ledger.store import governance_tables, tables
from suyuan_ledger.workflow.gates import OUTCOMES
from suyuan_ledger.workflow.scope import covers
from suyuan_ledger.workflow.statements import Logged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy import Table

    from suyuan_ledger.desk.standing import Desk
    from suyuan_ledger.workflow.statements import Grant, StoredRuleSet

_RECORD = cast("Table", tables.Record.__table__)  # type: ignore[attr-defined]
_LINK = cast("Table", tables.Link.__table__)  # type: ignore[attr-defined]
_CASE = cast("Table", governance_tables.FactorCase.__table__)  # type: ignore[attr-defined]

CHUNK = 200
MAX_LOOKED_AT = 3_000
"""Cases of one page; a fraction of a second's work."""
_ACTS = {
    "TraceabilityCheck": "check",
    "ExpertReview": "review",
    "AuthorityVerification": "verify",
}
_PROVIDERS = frozenset({"submitter", "transcriber"})


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do.

    Attributes:
        task: `check`, `review`, `verify`, `admit`, `return` (a gate is blocked), `answer` (a
            submission of one's own organisation came back) or `withdraw` (its admission rests on
            what a revocation made void, and a withdrawal or a new admission is due).
        index: the submission's position in the log.
        content: the submission's content digest.
        factor_code: `factorCode`.
        factor_version: `factorVersion`.
        product: `productName`.
        submitter: `issuer` of the submission.
        since: when it was logged, or assigned, or returned; `YYYY-MM-DDThh:mm:ssZ`.
        due: the day an Assignment or a Return names, or None.
        assigned: an Assignment names this key.
        progress: the gates of its admission.
    """

    task: str
    index: int
    content: bytes
    factor_code: str
    factor_version: str
    product: dict[str, str]
    submitter: dict[str, str]
    since: str
    due: str | None
    assigned: bool
    progress: Progress


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the inbox.

    Attributes:
        items: the oldest submission first.
        next: give it as `after` for what follows; None at the end.
    """

    items: tuple[Item, ...]
    next: int | None


@dataclass(frozen=True, slots=True)
class _Case:
    """A submission with the records about it, in log order.

    Attributes:
        replaced: a newer version, which says so, is logged.
    """

    submission: Logged
    registered_id: str
    state: str
    about: tuple[Logged, ...]
    replaced: bool = False

    def of(self, kind: str) -> list[Logged]:
        return [record for record in self.about if record.kind == kind]


def read_inbox(desk: Desk, did: str, *, after: int | None = None, limit: int = 50) -> Page:
    """Return what waits for a key.

    Args:
        desk: one reading of the log.
        did: the key.
        after: `next` of the page before.
        limit: most items of the page.
    """
    grants = desk.grants(did)
    rules = desk.register.rule_set()
    if not grants:
        return Page((), None)
    reader = _Reader(desk, did, grants, rules)
    # Few have anything to withdraw; only they are asked.
    fallen = _fallen(desk) if reader.withdraws else {}
    items: list[Item] = []
    looked_at, last = 0, after
    for case in _cases(desk, after, sorted(fallen)):
        if len(items) >= limit or looked_at >= MAX_LOOKED_AT:
            return Page(tuple(items), last)
        items.extend(reader.items(case))
        looked_at, last = looked_at + 1, case.submission.index
    return Page(tuple(items), None)


class _Reader:
    """Judges cases for one key."""

    def __init__(
        self, desk: Desk, did: str, grants: list[Grant], rules: StoredRuleSet | None
    ) -> None:
        self._desk = desk
        self._did = did
        self._grants = grants
        self._rules: dict[str, Any] = rules.subject if rules else {"workflow": []}
        self._persons: dict[str, tuple[str, str]] = {}

    @property
    def withdraws(self) -> bool:
        """Whether the key may withdraw anything."""
        return self._holds("FactorWithdrawal", self._grants)

    def items(self, case: _Case) -> Iterator[Item]:
        """Say what one case asks of the key."""
        subject = case.submission.subject
        grants = [grant for grant in self._grants if covers(grant.scope, subject)]
        if not grants:
            return
        if case.state == "returned":
            # Its next version is what there will be to judge.
            yield from self._answer(case, grants)
            return
        if case.state == "admitted":
            if self._holds("FactorWithdrawal", grants):
                yield self._item("withdraw", case, self._progress(case))
            return
        if case.replaced:
            return
        mine = [kind for kind in _ACTS if self._may(kind, case, grants)]
        admits = self._holds("FactorAdmission", grants) and self._decided(case)
        if not mine and not admits:
            return
        progress = self._progress(case)
        for kind in mine:
            assignment = self._assignment(case, kind)
            if assignment or progress.waits_for(kind):
                yield self._item(_ACTS[kind], case, progress, assignment)
        if admits and progress.gates:
            if progress.ready:
                yield self._item("admit", case, progress)
            elif progress.blocked:
                yield self._item("return", case, progress)

    def _progress(self, case: _Case) -> Progress:
        opinions = [record for record in case.about if record.kind in OUTCOMES]
        return progress_of(self._rules, read_opinions(opinions, self._person, self._desk.void))

    def _decided(self, case: _Case) -> bool:
        """Tell quickly whether the gates can all be filled, or one of them be blocked.

        Reads no record: an opinion that rejects holds the word in its canonical bytes.
        """
        entry = entry_for(self._rules, "FactorAdmission")
        gates = [gate for gate in entry["after"] if gate["kind"] in OUTCOMES] if entry else []
        counts = Counter(record.kind for record in case.about)
        if all(counts[gate["kind"]] >= gate["quorum"] for gate in gates):
            return True
        return any(
            counts[gate["kind"]] > gate["tolerate"]
            and _count_words(case.of(gate["kind"]), gate["reject"]) > gate["tolerate"]
            for gate in gates
            if "reject" in gate
        )

    def _answer(self, case: _Case, grants: list[Grant]) -> Iterator[Item]:
        """A submission came back: to whoever of its organisation may submit it anew."""
        for grant in grants:
            if grant.registered_id == case.registered_id and not _PROVIDERS.isdisjoint(grant.roles):
                returned = case.of("Return")
                if returned:
                    yield self._item("answer", case, progress_of(self._rules, ()), returned[-1])
                return

    def _assignment(self, case: _Case, kind: str) -> Logged | None:
        """Find the newest Assignment of one task to this key."""
        found = [
            record
            for record in case.of("Assignment")
            if record.subject["assignee"] == self._did and record.subject["task"] == kind
        ]
        return found[-1] if found else None

    def _may(self, kind: str, case: _Case, grants: list[Grant]) -> bool:
        """Tell whether the key holds the role, is independent, and has not spoken yet."""
        entry = entry_for(self._rules, kind)
        if entry is None or not self._holds(kind, grants):
            return False
        me = grants[0].person
        if any(self._person(record.issuer) == me for record in case.of(kind)):
            return False
        return entry["independence"] == "none" or self._independent(case, entry)

    def _independent(self, case: _Case, entry: dict[str, Any]) -> bool:
        """Compare the organisations behind both keys, and the groups that any enrolment names."""
        submission, register = case.submission, self._desk.register
        ours = register.grants(self._did)
        theirs = [
            grant for grant in register.grants(submission.issuer) if grant.index < submission.index
        ]
        group = entry["independence"] == "group"
        return _behind(ours, group=group).isdisjoint(_behind(theirs, group=group))

    def _holds(self, kind: str, grants: list[Grant]) -> bool:
        entry = entry_for(self._rules, kind)
        roles = set(entry["roles"]) if entry else set()
        return any(not roles.isdisjoint(grant.roles) for grant in grants)

    def _person(self, did: str) -> tuple[str, str]:
        if did not in self._persons:
            grants = self._desk.register.grants(did)
            # Whoever is not enrolled any more is still one person.
            self._persons[did] = grants[-1].person if grants else (did, "")
        return self._persons[did]

    def _item(
        self, task: str, case: _Case, progress: Progress, called: Logged | None = None
    ) -> Item:
        submission, subject = case.submission, case.submission.subject
        return Item(
            task,
            submission.index,
            submission.content,
            subject["factorCode"],
            subject["factorVersion"],
            subject["productName"],
            submission.value["issuer"],
            (called or submission).time,
            called.subject.get("dueDate") if called else None,
            called is not None and called.kind == "Assignment",
            progress,
        )


def _fallen(desk: Desk) -> set[int]:
    """Return the submissions whose admission a revocation made void, and nobody has ended yet."""
    size = desk.moment.index
    void = read_void(desk.connection, desk.authority.roots, size)
    return {one.submission_index for one, _ in read_pending(desk.connection, void, size)}


def _cases(desk: Desk, after: int | None, fallen: Sequence[int] = ()) -> Iterator[_Case]:
    """Yield the open and returned cases behind an index, in log order, a chunk at a time.

    Args:
        desk: one reading of the log.
        after: the index.
        fallen: admitted cases that are to be yielded, too, ascending.
    """
    while chunk := _chunk(desk, after, fallen):
        yield from chunk
        after = chunk[-1].submission.index


def _chunk(desk: Desk, after: int | None, fallen: Sequence[int]) -> list[_Case]:
    columns = (_CASE.c.registered_id, _CASE.c.state, *_LOGGED)
    found: list[tuple[str, str, Logged]] = []
    # One state at a time: only then the index gives them in order.
    behind = -1 if after is None else after
    chosen = [
        (_CASE.c.state == "open", _CASE.c.index > behind),
        (_CASE.c.state == "returned", _CASE.c.index > behind),
    ]
    if fallen:
        at = bisect_right(fallen, behind)
        chosen.append((_CASE.c.state == "admitted", _CASE.c.index.in_(fallen[at : at + CHUNK])))
    for conditions in chosen:
        query = (
            select(*columns)
            .join(_RECORD, _RECORD.c.index == _CASE.c.index)
            .where(*conditions)
            .order_by(_CASE.c.index)
            .limit(CHUNK)
        )
        found += [(row[0], row[1], _logged(row[2:])) for row in desk.connection.execute(query)]
    found = sorted(found, key=lambda item: item[2].index)[:CHUNK]
    contents = [submission.content for _, _, submission in found]
    about = _linking(desk, contents, "about")
    newer = _linking(desk, contents, "supersedes")
    return [
        _Case(
            submission,
            registered_id,
            state,
            tuple(about[submission.content]),
            _is_replaced(desk, submission, registered_id, newer.get(submission.content, ())),
        )
        for registered_id, state, submission in found
    ]


def _is_replaced(
    desk: Desk, submission: Logged, registered_id: str, newer: Iterable[Logged]
) -> bool:
    """Tell whether the same organisation has logged a version of the factor that supersedes it.

    One in the hands of a key of another organisation replaces nothing.
    """
    return any(
        record.kind == "FactorSubmission"
        and record.subject["factorCode"] == submission.subject["factorCode"]
        and any(
            grant.registered_id == registered_id for grant in desk.register.grants(record.issuer)
        )
        and not desk.void(record.issuer, record.index)
        for record in newer
    )


def _linking(desk: Desk, contents: Sequence[bytes], rel: str) -> dict[bytes, list[Logged]]:
    """Return the records that link to some submissions by one relation, in log order."""
    query = (
        select(_LINK.c.target, *_LOGGED)
        .join(_RECORD, _RECORD.c.index == _LINK.c.source_index)
        .where(_LINK.c.target.in_(contents), _LINK.c.rel == rel)
        .order_by(_LINK.c.source_index)
    )
    found: dict[bytes, list[Logged]] = defaultdict(list)
    for row in desk.connection.execute(query):
        found[row[0]].append(_logged(row[1:]))
    return found


def _behind(grants: Sequence[Grant], *, group: bool) -> set[str | None]:
    """Name who stands behind a key: its organisation, and the groups that its enrolments name."""
    found: set[str | None] = {grant.registered_id for grant in grants}
    if group:
        found |= {grant.parent_group_id for grant in grants} - {None}
    return found


def _count_words(records: list[Logged], words: list[str]) -> int:
    """Count the records whose bytes hold one of some words as a JSON string."""
    marks = [f'"{word}"'.encode() for word in words]
    return sum(any(mark in record.body for mark in marks) for record in records)


_LOGGED = (
    _RECORD.c.index,
    _RECORD.c.kind,
    _RECORD.c.issuer,
    _RECORD.c.content,
    _RECORD.c.time,
    _RECORD.c.body,
)


def _logged(row: Sequence[Any]) -> Logged:
    index, kind, issuer, content, time, body = row
    return Logged(index, kind, issuer, content, format_seconds(time), body)


def item_json(item: Item) -> dict[str, Any]:
    """Describe an item for scripts."""
    return {
        "task": item.task,
        "index": item.index,
        "content": "sha256:" + item.content.hex(),
        "factorCode": item.factor_code,
        "factorVersion": item.factor_version,
        "productName": item.product,
        "submitter": item.submitter,
        "since": item.since,
        "due": item.due,
        "assigned": item.assigned,
        "gates": [
            {
                "kind": gate.kind,
                "quorum": gate.quorum,
                "accepted": len(gate.accepted),
                "conditional": len(gate.conditional),
                "rejected": len(gate.rejected),
                "tolerate": gate.tolerate,
            }
            for gate in item.progress.gates
        ],
    }
