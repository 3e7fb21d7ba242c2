"""The admitted factors of a bundle, and what happened to them.

Source: docs/spec/views.md#openlca (events).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from suyuan_ledger.errors import RefusedError
from suyuan_ledger.exchange.dossier import Dossier, Held

ADMISSION = "FactorAdmission"
_EVENTS = (
    ("FactorWithdrawal", "withdraws", "withdrawn"),
    ("FactorSupersession", "supersedes", "superseded"),
    ("FactorErratum", "corrects", "corrected"),
)


@dataclass(frozen=True, slots=True)
class Factor:
    """An admitted factor.

    Attributes:
        admission: the FactorAdmission.
        submission: the FactorSubmission that it admits.
        events: words for what happened to it, sorted, each once.
    """

    admission: Held
    submission: Held
    events: tuple[str, ...]

    @property
    def says(self) -> dict[str, Any]:
        """What the submission says."""
        return self.submission.subject


def admitted_factors(dossier: Dossier) -> list[Factor]:
    """Return the factors whose admission a bundle carries, in the order of the log.

    Raises:
        RefusedError: `export.subject` if there is none.
    """
    factors = []
    for admission in dossier.of_kind(ADMISSION):
        submission = dossier.find(admission.targets("about")[0])
        if submission is not None:
            events = _events(dossier, admission, submission)
            factors.append(Factor(admission, submission, events))
    if not factors:
        raise RefusedError("export.subject", expected=ADMISSION, found=dossier.subject.kind)
    return factors


def factor_of(dossier: Dossier, admission_digest: str) -> Held | None:
    """Return the submission that an admission is about, None if the bundle lacks either."""
    admission = dossier.find(admission_digest)
    return None if admission is None else dossier.find(admission.targets("about")[0])


def _events(dossier: Dossier, admission: Held, submission: Held) -> tuple[str, ...]:
    events = {word for kind, rel, word in _EVENTS if dossier.linking(kind, rel, admission)}
    state = dossier.last_state(admission, submission)
    if state not in (None, "active"):
        events.add(str(state))
    return tuple(sorted(events))
