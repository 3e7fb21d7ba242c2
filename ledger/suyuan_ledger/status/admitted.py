"""What was admitted on a date, as the ledger knew it at a checkpoint (docs/spec/status.md#as-of).

Two times, kept apart. *On* says when something was in force: an admission counts from its
`effectiveFrom`, and so does a withdrawal or a change of state. *As of* says what was known: only
records below that tree size count, so that an answer given once can be given again, whatever was
logged since. A factor admitted in March with effect from January is admitted "on" February, but not
"as of" a checkpoint of February.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import orjson

from suyuan_ledger.records.profile import format_digest
from suyuan_ledger.status.derive import acting, derive_marks
from suyuan_ledger.status.void import Cause, read_void
from suyuan_ledger.store import repository
from suyuan_ledger.store.governance import read_admissions, read_status_events

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.engine import Connection

    from suyuan_ledger.workflow.statements import Admission, StatusEvent

VALID, SUSPENDED, CORRECTED, SUPERSEDED, ENDED, VOID = (
    "valid",
    "suspended",
    "corrected",
    "superseded",
    "withdrawn",
    "void",
)
IN_FORCE = frozenset({VALID, SUSPENDED, CORRECTED})


@dataclass(frozen=True, slots=True)
class Admitted:
    """One admission and what was known of it.

    Attributes:
        index: its log index.
        content: its content digest.
        registry_number: its number.
        effective_from: when it took effect.
        state: `valid`, `suspended`, `corrected`, `void` (it rests on what a revocation made void),
            `superseded` or `withdrawn` (by a withdrawal, or a change of state to revoked or
            cancelled), the last that fits.
        events: log indexes of the status events in force.
        submission_index: of the submission.
        factor: `credentialSubject` of the submission.
        void: why it is void, also where it was withdrawn or superseded; None if it is not.
    """

    index: int
    content: bytes
    registry_number: str
    effective_from: str
    state: str
    events: tuple[int, ...]
    submission_index: int
    factor: dict[str, Any]
    void: Cause | None = None

    @property
    def in_force(self) -> bool:
        """Whether it was in force: neither withdrawn nor superseded nor void."""
        return self.state in IN_FORCE

    def to_row(self) -> dict[str, Any]:
        """Return it as a flat row, for tables and scripts."""
        factor, void = self.factor, self.void
        return {
            "registryNumber": self.registry_number,
            "state": self.state,
            "effectiveFrom": self.effective_from,
            "factorCode": factor["factorCode"],
            "factorVersion": factor["factorVersion"],
            "productNameZh": factor["productName"]["zh"],
            "productName": factor["productName"]["en"],
            "value": factor["value"],
            "valueUnit": factor["valueUnit"],
            "seriesType": factor["seriesType"],
            "geography": factor["geography"]["code"],
            "dataStatus": factor["dataStatus"],
            "index": self.index,
            "submissionIndex": self.submission_index,
            "content": format_digest(self.content),
            "events": " ".join(str(index) for index in self.events),
            "voidRecord": void.record if void else None,
            "voidRecordKind": void.kind if void else None,
            "revocation": void.revocation if void else None,
        }


def read_admitted(
    connection: Connection, on: str, size: int, roots: Collection[str] = ()
) -> Iterator[Admitted]:
    """Yield every admission in effect at a moment, by what was known at a tree size.

    Args:
        connection: an open transaction.
        on: the moment, `YYYY-MM-DDThh:mm:ssZ`.
        size: only records with a smaller index count, revocations included.
        roots: did:keys of the root authorities.

    Yields:
        In log order, those that were withdrawn or superseded included.
    """
    events: dict[int, list[StatusEvent]] = {}
    for event in acting(read_status_events(connection, size), size, on):
        events.setdefault(event.target_index, []).append(event)
    void = read_void(connection, roots, size)
    for admission in read_admissions(connection, before=size):
        if admission.effective_from <= on:
            found = _admitted(connection, admission, events, on, size)
            cause = void.get(admission.index)
            yield found if cause is None else _fallen(found, cause)


def state_of(events: list[StatusEvent], submission: int, size: int, on: str) -> str:
    """Name the state that follows from the events of an admission and its submission.

    Args:
        events: all that act on either.
        submission: log index of the submission, whose corrections are none of the admission.
        size: tree size.
        on: the moment.
    """
    marks = derive_marks(events, size, on)
    purposes = {purpose for purpose, _ in marks}
    actions = {event.action for event in events if event.target_index != submission}
    if "revocation" in purposes:
        return ENDED
    if "supersede" in actions:
        return SUPERSEDED
    if "suspension" in purposes:
        return SUSPENDED
    return CORRECTED if "correct" in actions else VALID


def _fallen(admitted: Admitted, cause: Cause) -> Admitted:
    """Say that an admission is void; if it was withdrawn or superseded, that remains its state."""
    state = admitted.state if admitted.state in (ENDED, SUPERSEDED) else VOID
    return replace(admitted, state=state, void=cause)


def _admitted(
    connection: Connection,
    admission: Admission,
    events: dict[int, list[StatusEvent]],
    on: str,
    size: int,
) -> Admitted:
    record = repository.find_record(connection, admission.index)
    submission = repository.find_record(connection, admission.submission_index)
    own = [*events.get(admission.index, ()), *events.get(admission.submission_index, ())]
    return Admitted(
        admission.index,
        record.content if record else b"",
        admission.registry_number,
        admission.effective_from,
        state_of(own, admission.submission_index, size, on),
        tuple(sorted(event.index for event in own)),
        admission.submission_index,
        orjson.loads(submission.body)["credentialSubject"] if submission else {},
    )
