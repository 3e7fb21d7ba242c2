"""What waits for a key: the submissions that its roles and scope let it act on, oldest first.

A page is bounded by what is looked at as well as by what is found, so that an inbox is as quick on
a log of a million entries as on a small one; `next` says where to go on. Everything is read from
the tables of open cases and links, never by going through the log.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from suyuan_ledger.desk.cases import OpenCase, read_cases, read_fallen
from suyuan_ledger.desk.gates import (
    Progress,
    entry_for,
    progress_of,
    read_opinions,
)
from suyuan_ledger.workflow.gates import OUTCOMES
from suyuan_ledger.workflow.scope import covers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from suyuan_ledger.desk.standing import Desk
    from suyuan_ledger.workflow.statements import Grant, Logged, StoredRuleSet

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
    fallen = read_fallen(desk) if reader.withdraws else {}
    items: list[Item] = []
    looked_at, last = 0, after
    for case in read_cases(desk, after, sorted(fallen)):
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

    def items(self, case: OpenCase) -> Iterator[Item]:
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

    def _progress(self, case: OpenCase) -> Progress:
        opinions = [record for record in case.about if record.kind in OUTCOMES]
        return progress_of(self._rules, read_opinions(opinions, self._person, self._desk.void))

    def _decided(self, case: OpenCase) -> bool:
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

    def _answer(self, case: OpenCase, grants: list[Grant]) -> Iterator[Item]:
        """A submission came back: to whoever of its organisation may submit it anew."""
        for grant in grants:
            if grant.registered_id == case.registered_id and not _PROVIDERS.isdisjoint(grant.roles):
                returned = case.of("Return")
                if returned:
                    yield self._item("answer", case, progress_of(self._rules, ()), returned[-1])
                return

    def _assignment(self, case: OpenCase, kind: str) -> Logged | None:
        """Find the newest Assignment of one task to this key."""
        found = [
            record
            for record in case.of("Assignment")
            if record.subject["assignee"] == self._did and record.subject["task"] == kind
        ]
        return found[-1] if found else None

    def _may(self, kind: str, case: OpenCase, grants: list[Grant]) -> bool:
        """Tell whether the key holds the role, is independent, and has not spoken yet."""
        entry = entry_for(self._rules, kind)
        if entry is None or not self._holds(kind, grants):
            return False
        me = grants[0].person
        if any(self._person(record.issuer) == me for record in case.of(kind)):
            return False
        return entry["independence"] == "none" or self._independent(case, entry)

    def _independent(self, case: OpenCase, entry: dict[str, Any]) -> bool:
        """Compare the organisations behind both keys, and the groups that any enrolment names."""
        submission, register = case.submission, self._desk.register
        ours = register.grants(self._did)
        theirs = [
            grant for grant in register.grants(submission.issuer) if grant.index < submission.index
        ]
        group = entry["independence"] == "group"
        return organisations_behind(ours, group=group).isdisjoint(
            organisations_behind(theirs, group=group)
        )

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
        self, task: str, case: OpenCase, progress: Progress, called: Logged | None = None
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


def organisations_behind(grants: Sequence[Grant], *, group: bool) -> set[str | None]:
    """Name who stands behind a key: its organisation, and the groups that its enrolments name.

    Args:
        grants: enrolments of the key.
        group: whether groups count.
    """
    found: set[str | None] = {grant.registered_id for grant in grants}
    if group:
        found |= {grant.parent_group_id for grant in grants} - {None}
    return found


def _count_words(records: list[Logged], words: list[str]) -> int:
    """Count the records whose bytes hold one of some words as a JSON string."""
    marks = [f'"{word}"'.encode() for word in words]
    return sum(any(mark in record.body for mark in marks) for record in records)


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
