"""Which links a record of each kind carries (docs/spec/kinds.md#links-of-each-kind).

Whether a link's target exists and is of the right kind is a matter of steps 4 and 8: here only the
relations are counted.
"""

from __future__ import annotations

from collections import Counter

from suyuan_verifier.shape import fail

Limits = dict[str, tuple[int, int]]
"""Relation -> fewest and most links of it; a relation that is not named is refused."""

_RULED: Limits = {"underRule": (1, 1)}
_ABOUT: Limits = {"about": (1, 1), **_RULED}
_REPLACES: Limits = {"supersedes": (0, 1)}

LINKS: dict[str, Limits | None] = {
    "EnrolmentRequest": None,
    "Enrolment": {"about": (1, 1)},
    "EnrolmentRevocation": {"about": (1, 64)},
    "RuleSet": _REPLACES,
    "MethodReference": _REPLACES,
    "FactorSubmission": {"underRule": (0, 1), "responds": (0, 4), **_REPLACES},
    "TraceabilityCheck": {**_ABOUT, "responds": (0, 4)},
    "ExpertReview": {**_ABOUT, "basedOn": (0, 16), "responds": (0, 4)},
    "AuthorityVerification": {**_ABOUT, "basedOn": (0, 64)},
    "Assignment": _ABOUT,
    "Return": {**_ABOUT, "basedOn": (0, 16)},
    "Objection": _ABOUT,
    "FactorAdmission": {**_ABOUT, "basedOn": (1, 480), **_REPLACES},
    "FactorSupersession": {"supersedes": (1, 1), "basedOn": (1, 1), **_RULED},
    "FactorWithdrawal": {"withdraws": (1, 1), "basedOn": (0, 16), **_RULED},
    "FactorErratum": {"corrects": (1, 1), "basedOn": (0, 1), **_RULED},
    "FootprintStatement": {**_RULED, "uses": (0, 480), "basedOn": (0, 1), **_REPLACES},
    "FootprintVerification": {**_ABOUT, "responds": (0, 4)},
    "Certificate": {**_ABOUT, "basedOn": (1, 16), **_REPLACES},
    "Filing": _ABOUT,
    "LabelIssuance": {**_ABOUT, "basedOn": (1, 4)},
    "Surveillance": _ABOUT,
    "CbamInstallationData": {**_RULED, **_REPLACES},
    "StatusChange": {"about": (1, 1)},
    "StatusList": _REPLACES,
}
"""Limits of each kind; None where any links are allowed, because nothing rests on them."""


def check_link_counts(kind: str, links: list[dict[str, str]]) -> None:
    """Check that a record carries the links that its kind asks for, and no others.

    Args:
        kind: one of `LINKS`.
        links: the record's links, whose form and order hold; empty where the member is absent.

    Raises:
        MalformedError: `record.links`.
    """
    limits = LINKS[kind]
    if limits is None:
        return
    counts = Counter(link["rel"] for link in links)
    for rel in counts:
        if rel not in limits:
            raise fail("/links", " | ".join(sorted(limits)), rel, "record.links")
    for rel, (low, high) in limits.items():
        if not low <= counts[rel] <= high:
            raise fail("/links", f"{rel}: {low} to {high}", f"{rel}: {counts[rel]}", "record.links")
