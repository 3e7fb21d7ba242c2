"""Whether what a record rests on still counts: not void by a revocation, not ended, not suspended.

A bundle carries everything that its subject rests on, and a verifier judges all of it by what is
known today. So must the door, or it would log what nobody can ever verify.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.status.derive import REVOCATION, SUSPENSION, acting, derive_marks
from suyuan_ledger.workflow.entitlement import ROLES, entitle

if TYPE_CHECKING:
    from suyuan_ledger.workflow.authority import Authority
    from suyuan_ledger.workflow.register import Register
    from suyuan_ledger.workflow.statements import Logged

_RESTS_BY = ("about", "basedOn", "uses")
_NO_MORE_USE = frozenset({"recall", "noNewUse"})


def check_void(authority: Authority, record: dict[str, Any]) -> None:
    """Refuse to rest on a record whose signer's enrolment was revoked for that record's place.

    Only a revocation that reaches back makes something void that is logged already; then all is
    looked at that the record rests on, and what that rests on.

    Raises:
        RefusedError: `authority.revoked`.
    """
    deep = authority.register.reaches_back()
    seen: set[bytes] = set()
    for place, link in enumerate(record.get("links", ())):
        if link["rel"] not in _RESTS_BY:
            continue
        waiting = [bytes.fromhex(link["contentDigest"].removeprefix("sha256:"))]
        while waiting:
            content = waiting.pop()
            target = None if content in seen else authority.register.find(content)
            seen.add(content)
            if target is None or not (target.kind in ROLES or target.kind == "FactorSubmission"):
                continue
            _check_entitled(authority, target, f"/links/{place}")
            if deep:
                waiting += [further for rel in _RESTS_BY for further in target.targets(rel)]


def check_in_force(register: Register, record: dict[str, Any], index: int, time: str) -> None:
    """Refuse to affirm what was ended or is suspended.

    Args:
        register: what is logged before the record.
        record: the record.
        index: the position that it will have.
        time: the time that its entry will carry.

    Raises:
        RefusedError: `workflow.not_in_force`.
    """
    for place, link in enumerate(record.get("links", ())):
        if link["rel"] not in _RESTS_BY:
            continue
        target = register.find(bytes.fromhex(link["contentDigest"].removeprefix("sha256:")))
        end = None if target is None else find_end(register, target, index, time)
        if end is not None:
            raise RefusedError(
                "workflow.not_in_force",
                pointer=f"/links/{place}",
                expected=f"a record in force at index {index}, {time}",
                found=end,
            )


def find_end(register: Register, target: Logged, index: int, time: str) -> str | None:
    """Say what keeps a record from being used at a place and a time, None if nothing does.

    Withdrawn, revoked, cancelled, suspended; not valid any more, if it states until when (what is
    to come may be prepared for); or an event that allows no use after it, as a supersession or a
    correction with such an impact (docs/spec/status.md#events).
    """
    until = target.value.get("validUntil")
    if until is not None and until < time:
        return f"{target.kind} at index {target.index}: valid until {until}"
    events = acting(register.events(target.index), index, time)
    if not events:
        return None
    marks = {purpose for purpose, _ in derive_marks(events, index, time)}
    ended = marks & {REVOCATION, SUSPENSION}
    late = [e for e in events if e.action == "supersede" or e.impact in _NO_MORE_USE]
    if not ended and not late:
        return None
    last = late[-1] if late else events[-1]
    return f"{target.kind} at index {target.index}: {last.action} at index {last.index}"


def is_revoked(register: Register, target: Logged, index: int, time: str) -> bool:
    """Tell whether a record was withdrawn, revoked or cancelled by a place and a time."""
    marks = derive_marks(register.events(target.index), index, time)
    return (REVOCATION, target.index) in marks


def _check_entitled(authority: Authority, target: Logged, pointer: str) -> None:
    try:
        entitle(authority, target.kind, target.value, target.index, target.time)
    except RefusedError as error:
        raise RefusedError(
            "authority.revoked",
            pointer=pointer,
            expected="a record whose signer was entitled to it, as far as is known today",
            found=f"{target.kind} at index {target.index}, {error.code}",
        ) from error
