"""The admitted factors of a bundle, for the views that list them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from suyuan_verifier.views.sources import Source, Sources
from suyuan_verifier.views.terms import NoViewError, name_uuid

_EVENTS = (
    ("FactorWithdrawal", "withdraws", "withdrawn"),
    ("FactorSupersession", "supersedes", "superseded"),
    ("FactorErratum", "corrects", "corrected"),
)
_STATES = frozenset({"suspended", "revoked", "cancelled"})


@dataclass(frozen=True, slots=True)
class Factor:
    """One admission with its submission.

    Attributes:
        events: what happened to it, as far as the bundle knows; sorted, each once.
    """

    admission: Source
    submission: Source
    events: list[str]

    @property
    def digest(self) -> str:
        """Content digest of the admission."""
        return self.admission.digest

    @property
    def subject(self) -> dict[str, Any]:
        """What was submitted."""
        return self.submission.subject

    @property
    def process(self) -> str:
        """Identifier of the openLCA process."""
        return name_uuid("openlca", "Process", self.digest)


def factors(sources: Sources) -> list[Factor]:
    """Return all admitted factors, in log order.

    Raises:
        NoViewError: if there is none.
    """
    found = []
    for admission in sources.of_kind("FactorAdmission"):
        submission = sources.find(admission.targets("about")[0])
        if submission is not None and submission.kind == "FactorSubmission":
            found.append(Factor(admission, submission, _events(sources, admission, submission)))
    if not found:
        raise NoViewError("FactorAdmission")
    return found


def _events(sources: Sources, admission: Source, submission: Source) -> list[str]:
    happened = {word for kind, rel, word in _EVENTS if sources.naming(kind, rel, admission.digest)}
    state = sources.last_state(admission.digest, submission.digest)
    return sorted(happened | (_STATES & {state}))
