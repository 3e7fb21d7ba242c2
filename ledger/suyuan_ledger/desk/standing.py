"""What stands today: which enrolments a key can use now, and what status events say of a record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from suyuan_ledger.log.clock import format_seconds
from suyuan_ledger.status.derive import REFRESH, REVOCATION, SUSPENSION, derive_marks
from suyuan_ledger.store import governance, repository
from suyuan_ledger.store.register import StoredRegister
from suyuan_ledger.workflow.authority import Authority

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.engine import Connection

    from suyuan_ledger.workflow.statements import Grant, StatusEvent

VALID, REVOKED, SUSPENDED, REPLACED = "valid", "revoked", "suspended", "replaced"
_STATES = ((REVOCATION, REVOKED), (SUSPENSION, SUSPENDED), (REFRESH, REPLACED))


@dataclass(frozen=True, slots=True)
class Moment:
    """Where and when a question is asked.

    Attributes:
        index: the log's size: the position of the next record.
        time: `YYYY-MM-DDThh:mm:ssZ`.
    """

    index: int
    time: str


class Desk:
    """One reading of the log: everything asked through it sees the same snapshot.

    Args:
        connection: an open transaction.
        roots: did:keys of the root authorities.
        now: Unix seconds.

    Attributes:
        register: what is logged.
        authority: which enrolment entitles to what.
        moment: the position and time of a record submitted now.
    """

    def __init__(self, connection: Connection, roots: Collection[str], now: int) -> None:
        self.connection = connection
        self.register = StoredRegister(connection)
        self.authority = Authority(roots, self.register)
        head = repository.read_head(connection)
        # Entry times never go back, whatever the clock says.
        self.moment = Moment(head.size, format_seconds(max(now, head.time)))

    def grants(self, did: str) -> list[Grant]:
        """Return the enrolments that a key can use now, oldest first."""
        return [
            grant
            for grant in self.register.grants(did)
            if grant.not_before <= self.moment.time <= grant.not_after
            and self.authority.stands(grant, self.moment.index)
        ]

    def void(self, did: str, index: int) -> bool:
        """Tell whether what a key signed at an index is void today, by revocations since."""
        grants = [grant for grant in self.register.grants(did) if grant.index < index]
        return bool(grants) and not any(self.authority.stands(grant, index) for grant in grants)

    def states(self, indexes: Collection[int]) -> dict[int, str]:
        """Return the status of some records: `valid`, `revoked`, `suspended` or `replaced`."""
        events = governance.read_status_events(self.connection, self.moment.index, indexes)
        return {index: state_of(events, index, self.moment) for index in indexes}


def state_of(events: Sequence[StatusEvent], index: int, moment: Moment) -> str:
    """Return what events say of one record, the gravest first."""
    own = [event for event in events if event.target_index == index]
    marks = {purpose for purpose, _ in derive_marks(own, moment.index, moment.time)}
    return next((state for purpose, state in _STATES if purpose in marks), VALID)
