"""Step 10: does it still stand?

A status list is the log's public word on every record up to a tree size; its age is reported and
bounded by the trust policy. A set bit needs the record that explains it, so that nobody is told
"revoked" without being told by whom; an event in the bundle that the list denies is a lie of one
of the two. What follows from an event says its impact (docs/spec/status.md).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from suyuan_verifier.canonical import format_digest
from suyuan_verifier.enrolments import Logged
from suyuan_verifier.events import (
    EVENT_KINDS,
    PURPOSES,
    REVOCATION,
    SUSPENSION,
    Event,
    bits_of,
)
from suyuan_verifier.kinds import SEGMENT_BITS, decode_segment
from suyuan_verifier.policy import TrustPolicy
from suyuan_verifier.report import Check, Outcome

_EVER = float("inf")
_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class StatusList:
    """A status list whose publisher was entitled to sign it.

    Attributes:
        item: the record.
        segments: encoded segments by (purpose, number).
    """

    item: Logged
    segments: dict[tuple[str, int], str]

    @property
    def size(self) -> int:
        """Tree size up to which the list speaks of every record."""
        size: int = self.item.record.subject["asOfTreeSize"]
        return size


class Status:
    """Executes step 10 for one bundle.

    Args:
        logged: the bundle's records.
        entitled: all records that were signed by somebody entitled to, those of a fresher status
            file included.
        lists: log indexes of the status lists to rely on.
        events: the events among the entitled records.
        policy: bounds the age of a list.
        now: time of the verification.
    """

    def __init__(
        self,
        logged: list[Logged],
        entitled: list[Logged],
        lists: Collection[int],
        *,
        events: dict[str, list[Event]],
        policy: TrustPolicy,
        now: datetime,
    ) -> None:
        self._logged = logged
        self._events = events
        self._entitled = {item.position.index: item for item in entitled}
        self._lists = lists
        self._policy = policy
        self._now = now
        self._decoded: dict[tuple[str, int], bytes] = {}
        self._told_late: set[int] = set()
        self._users: dict[str, list[Logged]] = {}
        for item in logged:
            for rel, target in item.record.links:
                if rel == "uses":
                    self._users.setdefault(target, []).append(item)

    def check(self, subject: Logged | None) -> Iterator[Check]:
        """Yield the checks of step 10.

        Args:
            subject: the record that the bundle is about.
        """
        checks = [*self._check_list(), *self._consequences()]
        if subject is not None:
            checks += _expired(subject, self._time)
        yield from checks

    @property
    def _time(self) -> str:
        return self._now.astimezone(UTC).strftime(_TIME)

    def _check_list(self) -> Iterator[Check]:
        """Check the newest list, and what it says of each record against what is known of it."""
        if not self._lists:
            # Nothing to look at: an open question only for a policy that asks it.
            asked = 10 in self._policy.required_steps
            outcome = Outcome.UNKNOWN if asked else Outcome.NOT_RUN
            yield Check(10, "status.none", outcome, pointer="/status")
            return
        item = self._entitled.get(max(self._lists))
        if item is None or item.record.kind != "StatusList":
            yield Check(
                10,
                "status.list",
                Outcome.FAIL,
                pointer="/status/lists",
                expected="StatusList",
                found="none" if item is None else item.record.kind,
            )
            return
        newest = _read(item)
        digest = format_digest(item.record.content_digest)
        if newest.size > item.position.index:
            yield Check(
                10,
                "status.as_of",
                Outcome.FAIL,
                digest,
                "/credentialSubject/asOfTreeSize",
                f"<= {item.position.index}",
                str(newest.size),
            )
            return
        problems = [*self._check_age(item, digest), *self._compare(newest)]
        yield from problems
        if not problems:
            publisher = item.record.value["issuer"]["name"]
            yield Check(
                10,
                "status.valid",
                Outcome.PASS,
                digest,
                found=f"{publisher}, {item.position.time}",
            )

    def _check_age(self, item: Logged, digest: str) -> Iterator[Check]:
        logged = datetime.strptime(item.position.time, _TIME).replace(tzinfo=UTC)
        age = int((self._now - logged).total_seconds())
        if age > self._policy.max_status_age:
            yield Check(
                10,
                "status.stale",
                Outcome.UNKNOWN,
                digest,
                expected=f"<= {self._policy.max_status_age} s",
                found=f"{age} s",
            )

    def _compare(self, newest: StatusList) -> Iterator[Check]:
        """Compare the list with the events that are known, for each record of the bundle."""
        for item in self._logged:
            kind, index = item.record.kind, item.position.index
            if kind == "StatusList" or kind in EVENT_KINDS:
                continue  # they speak of others
            digest = format_digest(item.record.content_digest)
            if index >= newest.size:
                yield Check(
                    10,
                    "status.not_covered",
                    Outcome.UNKNOWN,
                    digest,
                    expected=f"> {index}",
                    found=str(newest.size),
                )
                continue
            events = self._events.get(digest, ())
            known = bits_of(events, newest.size, newest.item.position.time)
            for purpose in PURPOSES:
                stated = self._bit(newest, purpose, index)
                if stated and purpose not in known:
                    yield Check(10, "status.unexplained", Outcome.UNKNOWN, digest, found=purpose)
                elif purpose in known and not stated:
                    yield Check(
                        10,
                        "status.contradicted",
                        Outcome.FAIL,
                        digest,
                        expected=f"{purpose}, by index {known[purpose].item.position.index}",
                        found="not set",
                    )

    def _bit(self, newest: StatusList, purpose: str, index: int) -> bool:
        segment, offset = divmod(index, SEGMENT_BITS)
        key = (purpose, segment)
        if key not in newest.segments:
            return False
        if key not in self._decoded:
            self._decoded[key] = decode_segment(newest.segments[key])
        # The first bit of a segment is the highest of its first byte.
        return bool(self._decoded[key][offset // 8] >> (7 - offset % 8) & 1)

    def _consequences(self) -> Iterator[Check]:
        """Say what follows from the events that act on the bundle's records now."""
        for item in self._logged:
            digest = format_digest(item.record.content_digest)
            events = self._events.get(digest)
            if not events:
                continue
            for event in events:
                if event.acts(_EVER, self._time):
                    yield from self._impact(event, digest)
            bits = bits_of(events, _EVER, self._time)
            ended = bits.get(REVOCATION)
            if ended is not None and ended.item.record.kind == "StatusChange":
                yield _told("status.revoked", Outcome.FAIL, digest, ended)
            elif SUSPENSION in bits:
                yield _told("status.suspended", Outcome.FAIL, digest, bits[SUSPENSION])

    def _impact(self, event: Event, digest: str) -> Iterator[Check]:
        kind = event.item.record.kind
        if kind == "StatusChange":
            return  # a state, judged as a whole
        if kind == "EnrolmentRevocation":
            # Which records it makes void was judged at their indexes, by step 4.
            yield _told("status.enrolment_revoked", Outcome.PASS, digest, event)
        elif event.impact == "recall":
            yield _told("status.revoked", Outcome.FAIL, digest, event)
        elif kind != "FactorSupersession" and event.impact == "informOnly":
            yield _told("status.inform", Outcome.PASS, digest, event)
        else:
            late = [
                item
                for item in self._users.get(digest, ())
                if event.acts(item.position.index, item.position.time)
            ]
            for item in late:
                # Once for each user, by the first event: else reports grow with the product.
                if item.position.index not in self._told_late:
                    self._told_late.add(item.position.index)
                    used_by = format_digest(item.record.content_digest)
                    yield _told("status.used_after", Outcome.FAIL, used_by, event)
            if not late:
                code = "status.replaced" if kind == "FactorSupersession" else "status.no_new_use"
                yield _told(code, Outcome.PASS, digest, event)


def _read(item: Logged) -> StatusList:
    return StatusList(
        item,
        {
            (row["purpose"], row["segment"]): row["encodedList"]
            for row in item.record.subject["segments"]
        },
    )


def _told(code: str, outcome: Outcome, digest: str, event: Event) -> Check:
    """Report an event with the place where the log has it and the name of who said so."""
    subject: dict[str, Any] = event.item.record.value
    return Check(
        10,
        code,
        outcome,
        digest,
        found=f"{event.item.record.kind} at index {event.item.position.index}, "
        f"{subject['issuer']['name']}",
    )


def _expired(subject: Logged, now: str) -> Iterator[Check]:
    """Whoever states an end states a span: before it and after it the record says nothing."""
    value = subject.record.value
    if "validUntil" not in value:
        return
    digest = format_digest(subject.record.content_digest)
    start, end = value["validFrom"], value["validUntil"]
    if now < start:
        yield Check(10, "status.early", Outcome.FAIL, digest, "/validFrom", f"<= {now}", start)
    elif end < now:
        yield Check(10, "status.expired", Outcome.FAIL, digest, "/validUntil", f">= {now}", end)
