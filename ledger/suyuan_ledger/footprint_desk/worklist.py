"""What waits for a key after a statement: opinion, certificate, filing, label, surveillance.

Like the inbox of factors it is bounded by what is looked at, and reads the records of three kinds,
never the whole log. What is void, ended, lapsed or suspended waits for nobody. An
answer that a revocation made void is an answer still: `suyuan show` says what became of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from suyuan_ledger.desk.gates import Opinion, entry_for, progress_of
from suyuan_ledger.desk.inbox import organisations_behind
from suyuan_ledger.desk.standing import VALID
from suyuan_ledger.records.profile import format_digest
from suyuan_ledger.store import following
from suyuan_ledger.store.register import to_logged
from suyuan_ledger.workflow.entitlement import find_matter
from suyuan_ledger.workflow.scope import covers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from suyuan_ledger.desk.standing import Desk
    from suyuan_ledger.workflow.statements import Grant, Logged

MAX_LOOKED_AT = 10_000
"""Records of one page and task; a fraction of a second's work."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a footprint's way.

    Attributes:
        task: what the inbox calls it.
        kind: of the record that is to be signed.
        target: kind that it is about.
        after: a kind of records about the target that must be there, or None.
        own: only for what one's own organisation signed.
        roles: who is asked, where the rule set names more.
    """

    task: str
    kind: str
    target: str
    after: str | None = None
    own: bool = False
    roles: frozenset[str] | None = None


STEPS = (
    Step("opinion", "FootprintVerification", "FootprintStatement"),
    Step("certify", "Certificate", "FootprintStatement", after="FootprintVerification"),
    Step("file", "Filing", "Certificate"),
    Step("label", "LabelIssuance", "Certificate", after="Filing", own=True),
    Step("surveil", "Surveillance", "Certificate", roles=frozenset({"supervisor"})),
    Step("surveil", "Surveillance", "LabelIssuance", roles=frozenset({"supervisor"})),
)
"""In the order in which they are taken."""


@dataclass(frozen=True, slots=True)
class FootprintItem:
    """One thing to do.

    Attributes:
        task: `opinion`, `certify`, `file`, `label` or `surveil`.
        index: position of the record that it is about.
        content: its content digest.
        kind: its kind.
        number: its number, empty for a statement.
        product: name of the product.
        issuer: who signed it.
        since: when it, or what has to be there before, was logged; `YYYY-MM-DDThh:mm:ssZ`.
    """

    task: str
    index: int
    content: bytes
    kind: str
    number: str
    product: dict[str, str]
    issuer: dict[str, str]
    since: str


@dataclass(frozen=True, slots=True)
class FootprintPage:
    """A page of it: items in log order; `next` goes on behind it, None at the end."""

    items: tuple[FootprintItem, ...]
    next: int | None


def read_worklist(
    desk: Desk, did: str, *, after: int | None = None, limit: int = 50
) -> FootprintPage:
    """Return what waits for a key.

    Args:
        desk: one reading of the log.
        did: the key.
        after: `next` of the page before.
        limit: most items of the page.
    """
    reader = _Reader(desk, did)
    items: list[FootprintItem] = []
    ends: list[int] = []
    for step in STEPS:
        if reader.takes(step):
            found, end = reader.read(step, -1 if after is None else after, limit)
            items += found
            ends += [] if end is None else [end]
    items.sort(key=lambda item: item.index)
    if len(items) > limit:
        # A record may wait for two things; both stand on one page.
        ends.append(items[limit - 1].index)
    end = min(ends, default=None)
    return FootprintPage(tuple(one for one in items if end is None or one.index <= end), end)


class _Reader:
    """Judges records for one key."""

    def __init__(self, desk: Desk, did: str) -> None:
        self._desk = desk
        self._did = did
        self._grants = desk.grants(did)
        rules = desk.register.rule_set()
        self._rules: dict[str, Any] = rules.subject if rules else {"workflow": []}

    def takes(self, step: Step) -> bool:
        """Tell whether the key holds the role of a step at all."""
        return bool(self._fitting(step))

    def read(self, step: Step, after: int, limit: int) -> tuple[list[FootprintItem], int | None]:
        """Return what one step asks of the key, and where to go on."""
        found: list[FootprintItem] = []
        query = following.Query(step.target, present=step.after, absent=step.kind)
        at: int | None = after
        looked_at = 0
        while at is not None and looked_at < MAX_LOOKED_AT:
            records, at = following.read_chunk(self._desk.connection, query, at)
            looked_at += following.CHUNK
            for record in map(to_logged, records):
                if self._waits(step, record):
                    found.append(self._item(step, record))
                if len(found) >= limit:
                    return found, record.index
        return found, at

    def _fitting(self, step: Step) -> list[Grant]:
        entry = entry_for(self._rules, step.kind)
        roles = set(entry["roles"]) if entry else set()
        if step.roles is not None:
            roles &= step.roles
        return [grant for grant in self._grants if not roles.isdisjoint(grant.roles)]

    def _waits(self, step: Step, record: Logged) -> bool:
        matter = find_matter(self._desk.register, record)
        if not any(covers(grant.scope, matter) for grant in self._fitting(step)):
            return False
        ours = {grant.registered_id for grant in self._grants}
        theirs = self._before(record)
        if step.own and ours.isdisjoint(grant.registered_id for grant in theirs):
            return False
        return (
            self._stands(record)
            and self._independent(step, theirs)
            and (step.after is None or self._decided(step, record))
        )

    def _stands(self, record: Logged) -> bool:
        until = record.value.get("validUntil")
        return (
            self._desk.states([record.index])[record.index] == VALID
            and not self._desk.void(record.issuer, record.index)
            and (until is None or until >= self._desk.moment.time)
        )

    def _independent(self, step: Step, theirs: Sequence[Grant]) -> bool:
        entry = entry_for(self._rules, step.kind)
        asked = entry["independence"] if entry else "none"
        if asked == "none":
            return True
        group = asked == "group"
        ours = self._desk.register.grants(self._did)
        return organisations_behind(ours, group=group).isdisjoint(
            organisations_behind(theirs, group=group)
        )

    def _decided(self, step: Step, record: Logged) -> bool:
        """Tell whether what was said about a record lets the step be taken."""
        said = following.read_about(self._desk.connection, record.content, str(step.after))
        opinions = [
            Opinion(one, self._person(one.issuer), self._desk.void(one.issuer, one.index))
            for one in map(to_logged, said)
        ]
        progress = progress_of(self._rules, opinions, step.kind)
        return bool(progress.gates) and progress.ready

    def _before(self, record: Logged) -> list[Grant]:
        grants = self._desk.register.grants(record.issuer)
        return [grant for grant in grants if grant.index < record.index]

    def _person(self, did: str) -> tuple[str, str]:
        grants = self._desk.register.grants(did)
        return grants[-1].person if grants else (did, "")

    def _item(self, step: Step, record: Logged) -> FootprintItem:
        subject = record.subject
        number = subject.get("labelNumber", subject.get("certificateNumber", ""))
        since = record.time
        if step.after is not None:
            said = following.read_about(self._desk.connection, record.content, step.after)
            since = to_logged(said[-1]).time
        return FootprintItem(
            step.task,
            record.index,
            record.content,
            record.kind,
            number,
            subject["product"]["name"],
            record.value["issuer"],
            since,
        )


def item_json(item: FootprintItem) -> dict[str, Any]:
    """Describe an item for scripts."""
    return {
        "task": item.task,
        "index": item.index,
        "content": format_digest(item.content),
        "kind": item.kind,
        "number": item.number,
        "product": item.product,
        "issuer": item.issuer,
        "since": item.since,
    }
