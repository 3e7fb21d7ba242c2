"""All cases of the corpus."""

from __future__ import annotations

from cases_bytes import bytes_refused
from cases_envelope import envelope_refused, signature_refused
from cases_kinds import enrolment_refused, factor_refused
from cases_sound import accepted
from corpus_base import Case

__all__ = ["accepted", "refused"]


def refused() -> list[Case]:
    """Return every case that must be refused."""
    return [
        *bytes_refused(),
        *envelope_refused(),
        *signature_refused(),
        *factor_refused(),
        *enrolment_refused(),
    ]
