"""All cases of the corpus."""

from __future__ import annotations

from cases_bytes import bytes_refused
from cases_certification import certification_accepted, certification_refused
from cases_envelope import envelope_refused, signature_refused
from cases_footprint import statement_accepted, statement_refused
from cases_governance import governance_accepted, governance_refused
from cases_kinds import enrolment_refused, factor_refused
from cases_links import links_accepted, links_refused
from cases_order import order_accepted, order_refused
from cases_rule_set import rule_set_accepted, rule_set_refused
from cases_sound import sound
from cases_status_list import status_list_accepted, status_list_refused
from corpus_base import Case

__all__ = ["accepted", "refused"]


def accepted() -> list[Case]:
    """Return every case that must be accepted."""
    return [
        *sound(),
        *governance_accepted(),
        *order_accepted(),
        *rule_set_accepted(),
        *status_list_accepted(),
        *statement_accepted(),
        *certification_accepted(),
        *links_accepted(),
    ]


def refused() -> list[Case]:
    """Return every case that must be refused."""
    return [
        *bytes_refused(),
        *envelope_refused(),
        *signature_refused(),
        *factor_refused(),
        *enrolment_refused(),
        *governance_refused(),
        *order_refused(),
        *rule_set_refused(),
        *status_list_refused(),
        *statement_refused(),
        *certification_refused(),
        *links_refused(),
    ]
