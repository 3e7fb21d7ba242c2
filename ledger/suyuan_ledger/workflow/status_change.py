"""Who may change the status of a record, and from which status to which.

The power: a supervisor with the matter in its scope, or somebody of the target's own organisation
who holds, in scope, the role that the target needs. By anyone else a change has no effect, so the
door keeps it out. `from` has to be what the log says at that moment (docs/spec/ledger.md#the-door).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.workflow.authority import within_scope
from suyuan_ledger.workflow.entitlement import ROLES, find_matter, find_target, submission_roles

if TYPE_CHECKING:
    from collections.abc import Iterable

    from suyuan_ledger.log.submission import Submission
    from suyuan_ledger.workflow.authority import Authority
    from suyuan_ledger.workflow.statements import Logged, StatusEvent

_STATES = {
    "activate": "active",
    "suspend": "suspended",
    "revoke": "revoked",
    "cancel": "cancelled",
    "withdraw": "revoked",
}
_FINAL = frozenset({"revoked", "cancelled"})


def check_status_change(authority: Authority, record: Submission, index: int, time: str) -> None:
    """Refuse a StatusChange without power over its target, or from a status that it has not.

    Args:
        authority: answers for the log before the record.
        record: the StatusChange.
        index: the position that it will have.
        time: the time that its entry will carry.

    Raises:
        RefusedError: `authority.target`, `authority.target_kind`, `authority.no_power`, what an
            enrolment with the power lacks, or `status.from`.
    """
    target = find_target(authority.register, record.kind, record.value)
    matter = find_matter(authority.register, target)
    _check_power(authority, record.value, target, matter, (index, time))
    stated = record.value["credentialSubject"]["from"]
    found = state_of(authority.register.events(target.index), time)
    if stated != found:
        raise RefusedError(
            "status.from", pointer="/credentialSubject/from", expected=found, found=stated
        )


def state_of(events: Iterable[StatusEvent], time: str) -> str:
    """Return the status that a record has by its events: active, suspended, revoked, cancelled.

    Args:
        events: all status events that act on the record, in log order.
        time: only those that take effect at this moment or before count.
    """
    state = "active"
    for event in events:
        if event.effective_from is None or event.effective_from > time or state in _FINAL:
            continue
        state = _STATES.get(event.action, state)
    return state


def _check_power(
    authority: Authority,
    record: dict[str, Any],
    target: Logged,
    matter: dict[str, Any],
    moment: tuple[int, str],
) -> None:
    covers = within_scope(matter)
    needed = submission_roles(matter) if target.kind == "FactorSubmission" else ROLES[target.kind]
    register = authority.register
    # A key belongs to one organisation for ever: any enrolment of the target's issuer names it.
    theirs = {grant.registered_id for grant in register.grants(target.issuer)}
    ours = {grant.registered_id for grant in register.grants(record["issuer"]["id"])}
    powers = [frozenset({"supervisor"})]
    if needed is not None and ours & theirs:
        powers.append(needed)
    lacking: RefusedError | None = None
    for roles in powers:
        try:
            authority.require(record, *moment, roles, covers)
        except RefusedError as error:
            # Who has such a role is told what else is missing; everybody else has no power.
            if error.code != "authority.role":
                lacking = lacking or error
        else:
            return
    raise lacking or RefusedError(
        "authority.no_power",
        pointer="/issuer/id",
        expected="a supervisor, or the organisation that issued the target",
        found=record["issuer"]["id"],
    )
